//! What is printed.

use super::load::Request;

/// What one request cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Of the process that answered, in microseconds.
    pub processor_us: f64,
    /// Of the processes of the database, where it has its own and they are ours.
    pub database_us: Option<f64>,
    pub per_second: f64,
}

/// A row of the table: what is asked of whom, and what it cost in each round.
pub struct Row {
    label: &'static str,
    /// What the processor time may come to, against the empty handler.
    most: Option<f64>,
    pub request: Request,
    pub pid: u32,
    /// Requests of a round.
    pub requests: usize,
    pub costs: Vec<Cost>,
}

impl Row {
    pub fn new(label: &'static str, most: Option<f64>, request: Request, pid: u32) -> Row {
        Row { label, most, request, pid, requests: 0, costs: Vec::new() }
    }
}

pub struct Table {
    rows: Vec<Row>,
}

/// The one in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

impl Table {
    /// A table whose first row is the empty handler.
    pub fn new(rows: Vec<Row>) -> Table {
        Table { rows }
    }

    fn empty(&self) -> &Row {
        &self.rows[0]
    }

    pub fn print(&self, title: &str) {
        println!(
            "\n{:<40} {:>11} {:>8} {:>13} {:>11} {:>11}",
            title, "processor", "× empty", "in rounds", "database", "requests/s"
        );
        for row in &self.rows {
            // Each round against the empty handler of the same round.
            let pairs = row.costs.iter().zip(&self.empty().costs);
            let ratios: Vec<f64> = pairs.map(|(own, empty)| own.processor_us / empty.processor_us).collect();
            let ratio = median(ratios.iter().copied());
            let (lowest, highest) =
                ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), ratio| (low.min(*ratio), high.max(*ratio)));
            let of = |part: fn(&Cost) -> f64| median(row.costs.iter().map(part));
            let has_database = row.costs.iter().all(|cost| cost.database_us.is_some());
            println!(
                "{:<40} {:>8.1} µs {:>8.2} {:>13} {:>11} {:>11.0}{}",
                row.label,
                of(|cost| cost.processor_us),
                ratio,
                format!("{lowest:.2} – {highest:.2}"),
                if has_database {
                    format!("{:.1} µs", of(|cost| cost.database_us.unwrap_or(0.0)))
                } else {
                    "in it".to_owned()
                },
                of(|cost| cost.per_second),
                match row.most {
                    Some(most) if ratio <= most => format!("   at most {most}: yes"),
                    Some(most) => format!("   at most {most}: NO"),
                    None => String::new(),
                },
            );
        }
    }

    /// A row of its own, with how long one caller waited, in seconds.
    pub fn print_single(&self, label: &str, cost: &Cost, wait: f64) {
        let empty = median(self.empty().costs.iter().map(|cost| cost.processor_us));
        println!(
            "{label:<40} {:>8.1} µs {:>8.2} {:>13} {:>11} {:>8.2} ms",
            cost.processor_us,
            cost.processor_us / empty,
            "",
            cost.database_us.map_or("in it".to_owned(), |us| format!("{us:.1} µs")),
            wait * 1000.0,
        );
    }
}

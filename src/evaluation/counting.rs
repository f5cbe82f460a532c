//! From verdicts on criteria to a number of criteria.

use super::verdicts::Verdict;

/// What an assessment comes to: criteria met, criteria undecided, and the range that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Bit n is set where the criterion at position n is met or does not apply.
    pub met_bits: u64,
    /// Bit n is set where the criterion at position n is not decided.
    pub undecided_bits: u64,
    /// Fewest and most criteria that may be met.
    pub min: i32,
    pub max: i32,
}

/// The declared total and the verdicts leave no number open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction;

/// Count verdicts in the order of their criteria: min is what is met, max is that and what is undecided; a declared
/// total narrows it. A criterion that does not apply counts as met, one that nobody decided counts as open: missing is
/// never failed.
///
/// Source: QĐ 318/QĐ-TTg (8/3/2022) for the criteria; the counting of what does not apply follows the practice of
/// its "nếu có" items and is not verified against the text.
pub fn tally(verdicts: &[Verdict], declared: Option<(i32, i32)>) -> Result<Tally, Contradiction> {
    let (mut met_bits, mut undecided_bits) = (0_u64, 0_u64);
    for (position, verdict) in verdicts.iter().enumerate() {
        match verdict {
            Verdict::Met | Verdict::NotApplicable => met_bits |= 1 << position,
            Verdict::NotMet => {}
            Verdict::NotAssessed => undecided_bits |= 1 << position,
        }
    }
    let counted = |bits: u64| bits.count_ones() as i32;
    let mut min = counted(met_bits);
    let mut max = min + counted(undecided_bits);
    if let Some((declared_min, declared_max)) = declared {
        min = min.max(declared_min);
        max = max.min(declared_max);
    }
    if min > max { Err(Contradiction) } else { Ok(Tally { met_bits, undecided_bits, min, max }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Met, NotApplicable, NotAssessed, NotMet};

    #[test]
    fn the_range_follows_verdicts_and_declared_total() {
        // verdicts, declared, expected range
        type Row = (Vec<Verdict>, Option<(i32, i32)>, Result<(i32, i32), Contradiction>);
        let of_19 = |first: &[Verdict]| {
            let mut all = first.to_vec();
            all.resize(19, NotAssessed);
            all
        };
        let mut last_of_63 = vec![NotAssessed; 63];
        last_of_63[62] = Met;
        let rows: Vec<Row> = vec![
            (of_19(&[]), None, Ok((0, 19))),
            (of_19(&[]), Some((10, 14)), Ok((10, 14))),
            (of_19(&[Met, NotMet, NotApplicable, NotAssessed]), None, Ok((2, 18))),
            (vec![Met, Met, Met], None, Ok((3, 3))),
            (vec![Met, Met, NotMet], Some((2, 2)), Ok((2, 2))),
            (vec![Met, Met, NotMet], Some((3, 3)), Err(Contradiction)),
            (vec![NotMet, NotAssessed, NotAssessed], Some((3, 3)), Err(Contradiction)),
            (vec![NotMet, NotAssessed, NotAssessed], Some((2, 3)), Ok((2, 2))),
            (vec![Met, NotAssessed, NotAssessed], Some((0, 0)), Err(Contradiction)),
            (last_of_63, None, Ok((1, 63))),
        ];
        for (verdicts, declared, expected) in rows {
            let range = tally(&verdicts, declared).map(|tally| (tally.min, tally.max));
            assert_eq!(range, expected, "{verdicts:?} {declared:?}");
        }
    }
}

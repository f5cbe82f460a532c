//! The house: directions of imports, and what must not be in the source.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let name = |path: &Path| path.strip_prefix(&root).expect("below src").display().to_string();
    found.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("UTF-8"))).collect()
}

fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| line.starts_with("use ") || line.starts_with("pub use "))
}

/// `main → app → slices → (http, access, db) → values, error`; rules see values and their model alone.
#[test]
fn imports_go_one_way() {
    let sources = all();
    assert!(sources.len() > 50);
    let mut wrong = Vec::new();
    for (name, text) in &sources {
        let file = name.rsplit('/').next().unwrap_or(name);
        let below_http = ["values/", "db/", "tables/", "error.rs", "codes.rs"].iter().any(|low| name.starts_with(low));
        let forbidden: &[&str] = match file {
            _ if name.starts_with("values/") => {
                &["actix_web", "crate::http", "crate::db", "crate::access", "crate::units"]
            }
            _ if below_http => {
                &["actix_web", "crate::http", "crate::access", "crate::units", "crate::assessments", "crate::app"]
            }
            "rules.rs" => &["actix_web", "crate::http", "diesel", "crate::db", "crate::access"],
            "queries.rs" | "actions.rs" | "model.rs" => &["actix_web", "crate::app"],
            _ if name == "app.rs" || name.starts_with("commands/") || name == "main.rs" => &[],
            _ => &["crate::app", "crate::commands"],
        };
        for line in uses(text) {
            if let Some(part) = forbidden.iter().find(|part| line.contains(*part)) {
                wrong.push(format!("{name}: {line} ({part})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The room of the rules of judgement knows nothing but the language, serde and itself.
#[test]
fn the_rules_of_judgement_stand_alone() {
    let room: Vec<(String, String)> = all().into_iter().filter(|(name, _)| name.starts_with("evaluation/")).collect();
    assert!(room.len() >= 5, "{room:?}");
    let mut wrong = Vec::new();
    for (name, text) in &room {
        for line in uses(text) {
            let path = line.trim_start_matches("pub ").trim_start_matches("use ");
            let known = ["std::", "serde::", "super::", "self::", "crate::evaluation"];
            // A module gives on what its own files have; a file shortens names of its own types.
            let own = path
                .split("::")
                .next()
                .is_some_and(|first| room.iter().any(|(file, _)| *file == format!("evaluation/{first}.rs")));
            let own = own || path.starts_with(|first: char| first.is_ascii_uppercase());
            if !own && !known.iter().any(|known| path.starts_with(known)) {
                wrong.push(format!("{name}: {line}"));
            }
        }
        let elsewhere = text.lines().filter(|line| line.contains("crate::") && !line.contains("crate::evaluation"));
        wrong.extend(elsewhere.map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No unwrap, no panic on purpose, no float in what the service computes with.
#[test]
fn the_source_keeps_its_promises() {
    let mut wrong = Vec::new();
    for (name, text) in all() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim();
            let comment = line.starts_with("//");
            let found = ["todo!(", "unimplemented!(", "dbg!(", ".unwrap()", ": f32", ": f64", " as f32", " as f64"];
            let found = found.iter().find(|part| !comment && line.contains(*part));
            // Seconds for a histogram are no figure of the domain, and JSON numbers reach the parser as they do.
            let known = name == "telemetry.rs" || (name == "http/body.rs" && line.contains("visit_f64"));
            if let Some(part) = found.filter(|_| !known) {
                wrong.push(format!("{name}:{}: {part}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

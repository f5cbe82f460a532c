//! `muctieu serve`

use super::{open, sentence};
use crate::app;
use crate::config::{DatabaseOptions, ServerOptions};
use crate::daily;
use crate::http::{CursorKey, DOCUMENTATION_PATH};
use crate::telemetry;
use std::path::Path;

pub async fn run(database: &DatabaseOptions, server: &ServerOptions, ready_file: Option<&Path>) -> Result<(), String> {
    telemetry::start(server.log_format, &server.log_level)?;
    let settings = server.guard()?;
    let (db, installation) = open(database)?;
    daily::begin(&db).await;
    let running = sentence(app::listen(db, CursorKey::new(installation.cursor_key), server, settings))?;
    let base_url = format!("http://{}:{}", server.address, running.port);
    tracing::info!(base_url, "Listening");
    if let Some(path) = ready_file {
        let docs_url = format!("{base_url}{DOCUMENTATION_PATH}");
        write_ready(path, &serde_json::json!({ "base_url": base_url, "docs_url": docs_url }))?;
    }
    running.until_stopped().await.map_err(|error| error.to_string())
}

/// Write the file whole or not at all: whoever waits for it never reads half of it. Only its owner may read it.
pub fn write_ready(path: &Path, content: &serde_json::Value) -> Result<(), String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let part = path.with_extension("part");
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        writeln!(file, "{content}")?;
        std::fs::rename(&part, path)
    };
    write().map_err(|error| format!("the ready file cannot be written: {error}"))
}

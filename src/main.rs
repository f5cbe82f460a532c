//! Parse arguments, run, end with one sentence where something is wrong.

use clap::Parser;
use muctieu::commands::{self, CommandLine};
use std::process::ExitCode;

/// Each request takes and gives back dozens of small pieces of memory. This allocator hands out first what was given back
/// last, which the processor still has at hand; others go round in their pages and wait for memory each time.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            use clap::error::ErrorKind;
            return match error.kind() {
                // A wrong value is told in its first line; the rest repeats the usage.
                ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
                    let text = error.to_string();
                    fail(text.lines().next().unwrap_or_default().trim_start_matches("error: "))
                }
                _ => {
                    let code = error.exit_code();
                    // Help and version go to standard output; nothing can be done where that is closed.
                    let _ = error.print();
                    ExitCode::from(u8::try_from(code).unwrap_or(2))
                }
            };
        }
    };
    match actix_web::rt::System::new().block_on(commands::run(line.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => fail(&sentence),
    }
}

fn fail(sentence: &str) -> ExitCode {
    eprintln!("muctieu: {sentence}");
    ExitCode::from(2)
}

//! The command line.

mod demo;
mod health;
mod keys;
mod serve;

use crate::config::{DatabaseOptions, ServerOptions};
use crate::db::{Actor, Conn, DatabaseUrl, Db, migrations};
use crate::error::Error;
use crate::{app, assessments, reference};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Runs and monitors Viet Nam's National Target Programmes, from the commune to the nation.
#[derive(Debug, Parser)]
#[command(name = "muctieu", version, propagate_version = true)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve an existing database; its schema is brought up to date first
    Serve {
        #[command(flatten)]
        database: DatabaseOptions,
        #[command(flatten)]
        server: ServerOptions,
        /// Write address and documentation address here, as JSON, once the service listens
        #[arg(long)]
        ready_file: Option<PathBuf>,
    },
    /// Load the reference data into a fresh embedded database, show the distribution of a real meeting, and serve
    #[command(mut_arg("database_url", |argument| argument.default_value("sqlite://muctieu-demo.db")))]
    Demo {
        #[command(flatten)]
        database: DatabaseOptions,
        #[command(flatten)]
        server: ServerOptions,
        /// Write address and keys here, as JSON, once the service listens
        #[arg(long)]
        ready_file: Option<PathBuf>,
        /// Start over: delete what the demo database holds
        #[arg(long)]
        reset: bool,
    },
    /// Bring the schema of a database up to date; a missing SQLite file is made
    Migrate {
        #[command(flatten)]
        database: DatabaseOptions,
    },
    /// Load data into a database
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Manage API keys
    Key {
        #[command(subcommand)]
        action: KeyAction,
    },
    /// Ask a running service whether it can serve: status 0 if it can, 1 if not (health checks of containers)
    Health {
        /// What is asked; `/health/ready` of this machine unless given
        #[arg(long)]
        url: Option<String>,
        /// Port of this machine that is asked where no URL is given
        #[arg(long, env = "PORT", default_value_t = 8080)]
        port: u16,
    },
    /// Print the contract (OpenAPI 3.1)
    Openapi,
    /// Compute the summaries that reports read anew
    Rebuild {
        #[command(flatten)]
        database: DatabaseOptions,
    },
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Units, code lists and criteria sets that come with the service; what is there stays as it is
    Reference {
        #[command(flatten)]
        database: DatabaseOptions,
    },
}

#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Register a client with grants and print its key, once
    Create {
        #[command(flatten)]
        database: DatabaseOptions,
        /// Name of the client
        #[arg(long)]
        name: String,
        /// Code of the unit it may work for, with everything below it
        #[arg(long, default_value = "VN")]
        unit_code: String,
        /// Roles over that unit
        #[arg(long = "role", value_delimiter = ',', default_value = "ADMIN")]
        roles: Vec<String>,
        /// Days until the key expires, at most 366
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
}

/// Do what the command line says. An error is one sentence.
pub async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve { database, server, ready_file } => serve::run(&database, &server, ready_file.as_deref()).await,
        Command::Demo { database, server, ready_file, reset } => {
            demo::run(&database, &server, ready_file.as_deref(), reset).await
        }
        Command::Migrate { database } => {
            let now = database.clock()?.now();
            let mut conn = sentence(database.url()?.create())?;
            let ran = sentence(migrations::run(&mut conn))?;
            sentence(migrations::install(&mut conn, SERVICE, now))?;
            println!("{} migrations ran; the schema is up to date", ran.len());
            Ok(())
        }
        Command::Import { what: Import::Reference { database } } => {
            let (db, _) = open(&database)?;
            sentence(reference::load(&db).await)
        }
        Command::Key { action: KeyAction::Create { database, name, unit_code, roles, days } } => {
            keys::create(&database, &name, &unit_code, &roles, days).await
        }
        Command::Health { url, port } => {
            health::run(&url.unwrap_or_else(|| format!("http://127.0.0.1:{port}/health/ready")))
        }
        Command::Openapi => {
            print!("{}", app::contract().text());
            Ok(())
        }
        Command::Rebuild { database } => {
            let (db, _) = open(&database)?;
            let actor = Actor { request_id: "rebuild".to_owned(), ..Actor::default() };
            let count = sentence(db.write(actor, assessments::rebuild_summaries).await)?;
            println!("{count} summaries computed anew; restart the service to read them");
            Ok(())
        }
    }
}

const SERVICE: &str = "SERVICE";

/// Open an existing database, its schema brought up to date.
fn open(options: &DatabaseOptions) -> Result<(Db, migrations::Installation), String> {
    let url = options.url()?;
    let mut conn = sentence(url.connect())?;
    prepare(&mut conn, options, SERVICE)?;
    open_prepared(&url, conn, options)
}

fn prepare(conn: &mut Conn, options: &DatabaseOptions, purpose: &str) -> Result<(), String> {
    sentence(migrations::run(conn))?;
    sentence(migrations::install(conn, purpose, options.clock()?.now()))?;
    Ok(())
}

fn open_prepared(
    url: &DatabaseUrl,
    mut conn: Conn,
    options: &DatabaseOptions,
) -> Result<(Db, migrations::Installation), String> {
    let installation = sentence(migrations::installation(&mut conn))?.ok_or("the database is not set up")?;
    drop(conn);
    let db = sentence(Db::open(url, &options.lanes(), app::memory(), options.clock()?))?;
    Ok((db, installation))
}

/// An error as one sentence for a terminal; never the URL, which may hold a password.
fn sentence<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| match error {
        Error::Unavailable(source) => format!("the database cannot be used: {}", first_line(&source.to_string())),
        Error::Internal(source) => first_line(&source.to_string()),
        other => other.to_string(),
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

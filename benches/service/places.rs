//! The databases that are measured: a SQLite file, a private PostgreSQL cluster, or the one that is named.

use super::processes;
use muctieu::db::{DatabaseUrl, migrations};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub enum Place {
    Sqlite { url: String },
    Cluster(Cluster),
    Named { url: String },
}

/// A PostgreSQL of our own.
pub struct Cluster {
    url: String,
    version: String,
    postmaster: u32,
    /// Ends with its standard input, and the cluster with it.
    keeper: Child,
}

/// A temporary folder that the user of PostgreSQL can enter.
pub fn files() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new().prefix("muctieu-bench-").tempdir().expect("a temporary folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    folder
}

/// What can be measured here. Says loudly what cannot.
pub fn all(files: &Path) -> Vec<Place> {
    let mut places = vec![Place::Sqlite { url: format!("sqlite://{}", files.join("nation.db").display()) }];
    match (std::env::var("BENCH_POSTGRES_URL"), programs()) {
        (Ok(url), _) => {
            let parsed: DatabaseUrl = url.parse().expect("BENCH_POSTGRES_URL is a URL of PostgreSQL");
            let mut conn = parsed.connect().expect("the database of BENCH_POSTGRES_URL answers");
            assert!(migrations::is_empty(&mut conn), "the database of BENCH_POSTGRES_URL is not empty");
            places.push(Place::Named { url });
        }
        (Err(_), Some(programs)) => places.push(Place::Cluster(Cluster::start(&programs, files))),
        (Err(_), None) => {
            println!("*** NOT MEASURED ON POSTGRESQL: no initdb is found and BENCH_POSTGRES_URL is not set ***\n");
        }
    }
    places
}

impl Place {
    pub fn url(&self) -> &str {
        match self {
            Place::Sqlite { url } | Place::Named { url } | Place::Cluster(Cluster { url, .. }) => url,
        }
    }

    pub fn name(&self) -> String {
        match self {
            Place::Sqlite { .. } => "SQLite".to_owned(),
            Place::Cluster(cluster) => cluster.version.clone(),
            Place::Named { .. } => "PostgreSQL of BENCH_POSTGRES_URL".to_owned(),
        }
    }

    /// Processor time of the database's own processes, where they are ours. SQLite works inside the service.
    pub fn processor_time(&self) -> Option<Duration> {
        match self {
            Place::Cluster(cluster) => Some(processes::processor_time_of_family(cluster.postmaster)),
            Place::Sqlite { .. } | Place::Named { .. } => None,
        }
    }
}

impl Drop for Place {
    /// A database that was lent is given back empty.
    fn drop(&mut self) {
        if let Place::Named { url } = self {
            let emptied = url
                .parse::<DatabaseUrl>()
                .ok()
                .and_then(|url| url.connect().ok())
                .map(|mut conn| migrations::revert_all(&mut conn));
            if !matches!(emptied, Some(Ok(()))) {
                eprintln!("the database of BENCH_POSTGRES_URL could not be emptied");
            }
        }
    }
}

/// Where `initdb` and `postgres` are.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

impl Cluster {
    /// Make and start a cluster in a folder of its own, on a socket in it, with the settings it comes with.
    fn start(programs: &Path, files: &Path) -> Cluster {
        let folder = files.join("postgres");
        std::fs::create_dir(&folder).expect("a new folder");
        let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        // PostgreSQL refuses to run as root.
        let mut shell = if root {
            let given = Command::new("chown").arg("postgres").arg(&folder).status();
            assert!(given.is_ok_and(|status| status.success()), "there is no user postgres");
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let (bin, dir) = (programs.display(), folder.display());
        let script = format!(
            "cd {dir} && {bin}/initdb -D data -U muctieu -A trust -E UTF8 --locale=C >init.log 2>&1 || exit 1; \
             {bin}/postgres -D data -k {dir} -c listen_addresses='' >server.log 2>&1 & \
             server=$!; for i in $(seq 300); do {bin}/pg_isready -q -h {dir} && break; sleep 0.1; done; \
             echo $server; cat >/dev/null; kill -INT $server; wait $server"
        );
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = shell.spawn().expect("a shell can be started");
        let mut line = String::new();
        let output = keeper.stdout.take().expect("its output is ours");
        BufReader::new(output).read_line(&mut line).expect("the shell says when the cluster is ready");
        let postmaster = line.trim().parse().expect("the number of the server's process");
        let version = Command::new(programs.join("postgres")).arg("--version").output().expect("it tells its version");
        let version = String::from_utf8_lossy(&version.stdout).trim().replace("postgres (PostgreSQL)", "PostgreSQL");
        let url = format!("postgres://muctieu@/postgres?host={}", dir.to_string().replace('/', "%2F"));
        Cluster { url, version, postmaster, keeper }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the cluster could not be stopped: {error}");
        }
    }
}

//! The image and the deployment, as far as they can be tried where no container engine is: what they name must exist.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Run the service's own binary with nothing but these variables.
fn muctieu(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muctieu"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).output().expect("the binary runs")
}

fn help(arguments: &[&str]) -> String {
    let output = muctieu(&[arguments, &["--help"]].concat(), &[]);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The instructions of the Dockerfile: keyword and the rest, continued lines joined.
fn instructions() -> Vec<(String, String)> {
    let text = read("docker/Dockerfile");
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    let pair = |line: &str| line.split_once(' ').map(|(name, rest)| (name.to_owned(), rest.trim().to_owned()));
    joined.lines().filter_map(pair).collect()
}

fn all(keyword: &str) -> Vec<String> {
    instructions().into_iter().filter(|(name, _)| name == keyword).map(|(_, rest)| rest).collect()
}

fn last(keyword: &str) -> String {
    all(keyword).pop().unwrap_or_else(|| panic!("the Dockerfile has no {keyword}"))
}

/// A list of words in JSON's notation.
fn words(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap_or_else(|error| panic!("{list}: {error}"))
}

/// Files and folders that the builder gets from the repository.
fn copied() -> Vec<PathBuf> {
    let from_here = all("COPY").into_iter().filter(|rest| !rest.starts_with("--from"));
    let sources = from_here.flat_map(|rest| {
        let mut parts: Vec<PathBuf> = rest.split_whitespace().map(PathBuf::from).collect();
        parts.pop();
        parts
    });
    sources.collect()
}

/// The lines of the compose file with their indentation, without comments.
fn compose() -> Vec<(usize, String)> {
    let text = read("docker/compose.yaml");
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    lines.map(|line| (line.len() - line.trim_start().len(), line.trim().to_owned())).collect()
}

/// The lines below a heading of the compose file, as deep as they go.
fn below(lines: &[(usize, String)], heading: &str) -> Vec<(usize, String)> {
    let at = lines.iter().position(|(_, line)| line.starts_with(heading));
    let at = at.unwrap_or_else(|| panic!("no {heading}"));
    let depth = lines[at].0;
    lines[at + 1..].iter().take_while(|(indent, _)| *indent > depth).cloned().collect()
}

fn service(name: &str) -> Vec<(usize, String)> {
    below(&below(&compose(), "services:"), &format!("{name}:"))
}

#[test]
fn every_file_that_is_copied_is_there_and_is_sent_to_the_builder() {
    let ignored = read("docker/Dockerfile.dockerignore");
    let sent: BTreeSet<PathBuf> =
        ignored.lines().filter_map(|line| line.strip_prefix('!')).map(PathBuf::from).collect();
    assert!(ignored.lines().any(|line| line == "*"), "only what is listed is sent");
    assert!(copied().len() > 3, "{:?}", copied());
    for source in copied() {
        assert!(root().join(&source).exists(), "{} is not there", source.display());
        assert!(sent.contains(&source), "{} is not sent", source.display());
    }
    assert_eq!(sent, copied().into_iter().collect(), "what is sent is copied");
}

#[test]
fn every_file_that_the_program_embeds_is_copied() {
    let mut found = 0;
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("its entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // Paths in `include_str!` are relative to the file, those of migrations to the package.
            let here = path.parent().expect("a file has a folder").to_owned();
            for (opening, base) in
                [("include_str!(\"", &*here), ("include_bytes!(\"", &here), ("embed_migrations!(\"", root())]
            {
                for rest in text.split(opening).skip(1) {
                    let embedded = base.join(rest.split('"').next().unwrap_or_default());
                    let embedded = embedded.canonicalize().unwrap_or_else(|error| panic!("{embedded:?}: {error}"));
                    let copied = copied().iter().any(|source| embedded.starts_with(root().join(source)));
                    assert!(copied, "{} is not copied", embedded.display());
                    found += 1;
                }
            }
        }
    }
    assert!(found > 5, "{found} embedded files were found");
}

#[test]
fn cargo_finds_the_program_in_what_is_copied() {
    let context = tempfile::tempdir().expect("a temporary folder");
    for source in copied() {
        let arguments = [Path::new("-r"), &root().join(&source), &context.path().join(&source)].map(Path::to_owned);
        assert!(Command::new("cp").args(arguments).status().expect("cp runs").success());
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--offline", "--format-version=1"]).current_dir(context.path());
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let targets = metadata["packages"][0]["targets"].as_array().expect("targets").clone();
    assert!(targets.iter().any(|target| target["name"] == "muctieu" && target["kind"][0] == "bin"), "{targets:?}");
    assert!(all("RUN").iter().any(|line| line.contains("cargo build --release --locked --bin muctieu ")));
}

#[test]
fn the_image_is_built_with_the_compiler_of_the_package() {
    let manifest = read("Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'));
    let version = version.expect("the package names its compiler");
    let images = all("FROM");
    assert!(images[0].starts_with(&format!("rust:{version}-")), "{} is not rust {version}", images[0]);
    // Both stages stand on Debian 12, so that the program finds the libraries it was linked with.
    assert!(images[0].contains("bookworm"), "{}", images[0]);
    assert_eq!(images.last().map(String::as_str), Some("debian:12-slim"));
}

#[test]
fn the_image_does_not_run_as_root() {
    let user = last("USER");
    let numbers: Vec<u32> = user.split(':').map(|part| part.parse().expect("a number")).collect();
    assert!(numbers.len() == 2 && numbers.iter().all(|number| *number > 0), "{user}");
    let after = instructions().iter().skip_while(|(name, _)| name != "USER").filter(|(name, _)| name == "RUN").count();
    assert_eq!(after, 0, "nothing is run after the user is set");
    let owner = all("RUN").iter().any(|line| line.contains(&format!("--owner={} --group={}", numbers[0], numbers[1])));
    assert!(owner, "/data belongs to the user");
    for line in compose() {
        assert!(!line.1.starts_with("user:") && !line.1.starts_with("privileged:"), "{line:?}");
    }
}

#[test]
fn the_image_starts_the_service_on_the_port_it_shows() {
    assert_eq!(words(&last("ENTRYPOINT")), ["muctieu"]);
    let command = words(&last("CMD"));
    let text = help(&command.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(text.contains(&format!("[default: {}]", last("EXPOSE"))), "{text}");
    let ports = below(&service("muctieu"), "ports:");
    assert!(ports.iter().any(|(_, line)| line.ends_with(&format!(":{}\"", last("EXPOSE")))), "{ports:?}");
    let copies = all("COPY");
    let program = copies.iter().find_map(|rest| rest.strip_prefix("--from=builder /muctieu "));
    assert_eq!(program, Some("/usr/local/bin/muctieu"));
}

/// Health checks of image and deployment that ask the service.
fn health_checks() -> Vec<Vec<String>> {
    let image = last("HEALTHCHECK");
    let (_, image) = image.split_once(" CMD ").expect("a health check has a command");
    let deployment = below(&service("muctieu"), "healthcheck:");
    let deployment = deployment.iter().find_map(|(_, line)| line.strip_prefix("test: ")).expect("a test");
    let mut deployment = words(deployment);
    assert_eq!(deployment.remove(0), "CMD");
    vec![words(image), deployment]
}

/// Answer one request on a free port, and tell what was asked for.
fn answer(status: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        // The whole head is read: what is left unread when a connection closes resets it.
        let head: Vec<String> = BufReader::new(&stream)
            .lines()
            .map(|line| line.expect("a line"))
            .take_while(|line| !line.is_empty())
            .collect();
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").expect("an answer");
        head.into_iter().next().unwrap_or_default()
    });
    (port, served)
}

#[test]
fn the_health_checks_tell_a_service_that_can_serve_from_one_that_cannot() {
    for check in health_checks() {
        assert_eq!(check[0], "muctieu");
        let arguments: Vec<&str> = check[1..].iter().map(String::as_str).collect();
        for (status, expected) in [("200 OK", 0), ("503 Service Unavailable", 1), ("2000 ?", 1)] {
            let (port, served) = answer(status);
            let output = muctieu(&arguments, &[("PORT", &port)]);
            assert_eq!(output.status.code(), Some(expected), "{status}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(served.join().expect("it was asked"), "GET /health/ready HTTP/1.1");
        }
        // Nobody listens on a port that was just given back.
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
        assert_eq!(muctieu(&arguments, &[("PORT", &free.to_string())]).status.code(), Some(1));
    }
    let (port, served) = answer("200 OK");
    let url = format!("http://127.0.0.1:{port}/health/live");
    assert_eq!(muctieu(&["health", "--url", &url], &[]).status.code(), Some(0));
    assert_eq!(served.join().expect("it was asked"), "GET /health/live HTTP/1.1");
    assert_eq!(muctieu(&["health", "--url", "https://127.0.0.1/"], &[]).status.code(), Some(2));
}

#[test]
fn every_variable_that_is_set_is_one_of_the_configuration() {
    let text = help(&["serve"]);
    let known: BTreeSet<&str> = text.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next()).collect();
    let of_image = last("ENV");
    let mut set: Vec<(String, String)> = of_image
        .split_whitespace()
        .map(|pair| pair.split_once('=').unwrap_or_else(|| panic!("{pair} sets nothing")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(set.len(), 2, "{set:?}");
    let of_compose = below(&below(&compose(), "x-muctieu:"), "environment:");
    set.extend(of_compose.iter().map(|(_, line)| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line} sets nothing"));
        (name.to_owned(), value.to_owned())
    }));
    for (name, _) in &set {
        assert!(known.contains(name.as_str()), "{name} is none of {known:?}");
    }
    // The values are of the right kind: what refuses them is the missing database, not the command line.
    let values: Vec<(&str, &str)> = set[2..].iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
    let output = muctieu(&["serve", "--database", "sqlite:///nowhere/at-all.db", "--port=0"], &values);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("there is no database file"), "{said}");
    // Only the shared block gives the service variables: another one would take its place.
    for name in ["muctieu", "reference"] {
        assert!(!service(name).iter().any(|(_, line)| line.starts_with("environment:")), "{name}");
    }
}

/// What a value becomes where the operator says nothing.
fn plain(value: &str) -> &str {
    match value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) => inner.split_once(":-").map_or("", |(_, default)| default),
        None => value,
    }
}

#[test]
fn the_deployment_waits_for_a_database_that_answers_and_knows_no_password() {
    for (indent, line) in compose() {
        assert!(indent % 2 == 0 && !line.contains('\t'), "{line}");
    }
    for name in ["muctieu", "reference"] {
        let lines: Vec<String> = service(name).into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines[0], "<<: *muctieu", "{name}");
        assert_eq!(below(&service(name), "db:"), [(8, "condition: service_healthy".to_owned())]);
    }
    assert_eq!(below(&service("muctieu"), "reference:"), [(8, "condition: service_completed_successfully".to_owned())]);
    let once = service("reference");
    let command = once.iter().find_map(|(_, line)| line.strip_prefix("command: ")).expect("a command");
    help(&words(command).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(once.iter().any(|(_, line)| line == "restart: \"no\""));

    let db = service("db");
    let image = db.iter().find_map(|(_, line)| line.strip_prefix("image: postgres:")).expect("an image");
    let version: u32 = image.split(['-', '.']).next().and_then(|major| major.parse().ok()).expect("a version");
    assert!(version >= 15, "{image}");
    assert!(below(&db, "healthcheck:").iter().any(|(_, line)| line.contains("pg_isready")));
    let volume = below(&db, "volumes:").first().map(|(_, line)| line.clone()).expect("a volume");
    let volume = volume.trim_start_matches("- ").split(':').next().unwrap_or_default().to_owned();
    let kept =
        below(&compose()[compose().iter().rposition(|(indent, _)| *indent == 0).expect("a heading")..], "volumes:");
    assert_eq!(kept, [(2, format!("{volume}:"))]);

    let with_password =
        compose().into_iter().map(|(_, line)| line).filter(|line| line.contains("PASSWORD") || line.contains("://"));
    let with_password: Vec<String> = with_password.collect();
    assert_eq!(with_password.len(), 2);
    for line in with_password {
        assert!(line.contains("${POSTGRES_PASSWORD:?"), "{line}");
    }
}

#[test]
fn the_engine_waits_until_the_service_has_stopped_by_itself() {
    let seconds = |text: &str| text.trim_end_matches('s').parse::<u32>().expect("seconds");
    let lines = service("muctieu");
    let grace = lines.iter().find_map(|(_, line)| line.strip_prefix("stop_grace_period: ")).expect("a time");
    let text = help(&["serve"]);
    let drain = text.split("[env: DRAIN_SECONDS=]").nth(1).and_then(|rest| rest.split("[default: ").nth(1));
    let drain = drain.and_then(|rest| rest.split(']').next()).expect("a default");
    // Thirty seconds for requests in progress.
    assert!(seconds(grace) > seconds(drain) + 30, "{grace} after {drain}");
}

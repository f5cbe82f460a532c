//! `muctieu health`: can the service serve? For container engines, whose images hold no other program that could ask.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long connecting, and then each read, may take. The service gives its database 1.8 seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask, and end the process with status 1 where the answer is no: container engines reserve 2, which any other command
/// ends with when it fails.
/// Errors: a URL that cannot be read.
pub fn run(url: &str) -> Result<(), String> {
    let (authority, path) = split(url).ok_or("the URL must begin with http:// and name a host")?;
    if let Err(reason) = ask(&authority, path) {
        eprintln!("muctieu: {url} is not healthy: {reason}");
        std::process::exit(1);
    }
    Ok(())
}

/// Host with port, and path.
fn split(url: &str) -> Option<(String, &str)> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    // The colons of an IPv6 address stand in brackets.
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let authority = if has_port { host.to_owned() } else { format!("{host}:80") };
    (!host.is_empty()).then_some((authority, path))
}

fn ask(authority: &str, path: &str) -> Result<(), String> {
    let status = status_line(authority, path).map_err(|error| error.to_string())?;
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(format!("it answered {:?}", status.trim_end())),
    }
}

fn status_line(authority: &str, path: &str) -> std::io::Result<String> {
    let mut stream = connect(authority)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}

/// The first address of the host that takes the connection.
fn connect(authority: &str) -> std::io::Result<TcpStream> {
    let mut refused = std::io::Error::new(std::io::ErrorKind::NotFound, "the host has no address");
    for address in authority.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_falls_into_host_and_path() {
        let split = |url| split(url).map(|(authority, path)| (authority, path.to_owned()));
        let parts = |authority: &str, path: &str| Some((authority.to_owned(), path.to_owned()));
        assert_eq!(split("http://127.0.0.1:8080/health/ready"), parts("127.0.0.1:8080", "/health/ready"));
        assert_eq!(split("http://[::1]:8080/health/ready?x=1"), parts("[::1]:8080", "/health/ready?x=1"));
        assert_eq!(split("http://[::1]/"), parts("[::1]:80", "/"));
        assert_eq!(split("http://muctieu"), parts("muctieu:80", "/"));
        for wrong in ["", "127.0.0.1:8080", "https://127.0.0.1/", "http://", "http:///health"] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}

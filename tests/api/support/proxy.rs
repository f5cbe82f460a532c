//! A network between the service and PostgreSQL that is slow, stands still, or breaks where a test wants it to.

use super::cluster::Cluster;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the next connection that writes is cut, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// What is inserted went by, the COMMIT does not.
    BeforeCommit,
    /// The COMMIT went by and was done, the answer does not come back.
    AfterCommit,
    /// After so many packets of the service on one connection.
    AfterPackets(usize),
}

#[derive(Default)]
struct State {
    delay_ms: AtomicU64,
    stands_still: AtomicBool,
    cut: Mutex<Option<Cut>>,
    connections: AtomicUsize,
    packets: AtomicUsize,
}

pub struct Proxy {
    address: String,
    state: Arc<State>,
}

impl Proxy {
    /// Listen on a free port and pass everything on to a cluster.
    pub fn before(cluster: &Cluster) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::new(State::default());
        let (shared, socket) = (state.clone(), cluster.socket());
        // The thread waits for connections as long as this process lives.
        std::thread::spawn(move || {
            for client in listener.incoming() {
                join(client.expect("a connection"), &socket, &shared);
            }
        });
        Proxy { address, state }
    }

    /// URL of the database with the reference data, by way of this proxy.
    pub fn database(&self) -> String {
        self.url("muctieu")
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://muctieu@{}/{database}", self.address)
    }

    /// From now on each packet takes so long, in both directions.
    pub fn delay(&self, delay: Duration) {
        self.state.delay_ms.store(u64::try_from(delay.as_millis()).expect("a short time"), Ordering::Release);
    }

    /// From now on nothing comes through, and nothing is closed.
    pub fn stand_still(&self, still: bool) {
        self.state.stands_still.store(still, Ordering::Release);
    }

    pub fn cut(&self, cut: Cut) {
        *self.state.cut.lock().expect("no thread panics with it") = Some(cut);
    }

    /// Was the cut made that was asked for?
    pub fn has_cut(&self) -> bool {
        self.state.cut.lock().expect("no thread panics with it").is_none()
    }

    /// Connections that were made through it.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Acquire)
    }

    /// Packets that the service sent through it.
    pub fn packets(&self) -> usize {
        self.state.packets.load(Ordering::Acquire)
    }
}

impl State {
    fn wait(&self) {
        std::thread::sleep(Duration::from_millis(self.delay_ms.load(Ordering::Acquire)));
        while self.stands_still.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Is this the cut to make now? Then nobody else makes it.
    fn take(&self, wanted: impl Fn(Cut) -> bool) -> bool {
        let mut cut = self.cut.lock().expect("no thread panics with it");
        let now = cut.is_some_and(wanted);
        if now {
            *cut = None;
        }
        now
    }
}

/// One connection through the proxy.
struct Link {
    client: TcpStream,
    server: UnixStream,
    has_inserted: AtomicBool,
    is_committing: AtomicBool,
}

impl Link {
    fn close(&self) {
        // Either end may be gone already.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

fn join(client: TcpStream, socket: &PathBuf, state: &Arc<State>) {
    state.connections.fetch_add(1, Ordering::AcqRel);
    // Without a server the connection is closed at once.
    let Ok(server) = UnixStream::connect(socket) else { return };
    let (has_inserted, is_committing) = (AtomicBool::new(false), AtomicBool::new(false));
    let link = Arc::new(Link { client, server, has_inserted, is_committing });
    let (up, down) = ((link.clone(), state.clone()), (link, state.clone()));
    std::thread::spawn(move || {
        to_server(&up.0, &up.1);
        up.0.close();
    });
    std::thread::spawn(move || {
        to_client(&down.0, &down.1);
        down.0.close();
    });
}

/// The statement as it is sent; an isolation level has a longer name.
const COMMIT: &[u8] = b"COMMIT\0";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Ends where the connection does, or is to be cut.
fn to_server(link: &Link, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    for packet in 0.. {
        let Some(count) = (&link.client).read(&mut buffer).ok().filter(|count| *count > 0) else { return };
        let bytes = &buffer[..count];
        state.packets.fetch_add(1, Ordering::AcqRel);
        state.wait();
        if state.take(|cut| cut == Cut::AfterPackets(packet)) {
            return;
        }
        if contains(bytes, b"INSERT INTO") {
            link.has_inserted.store(true, Ordering::Release);
        }
        if contains(bytes, COMMIT) && link.has_inserted.load(Ordering::Acquire) {
            if state.take(|cut| cut == Cut::BeforeCommit) {
                return;
            }
            link.is_committing.store(true, Ordering::Release);
        }
        if (&link.server).write_all(bytes).is_err() {
            return;
        }
    }
}

fn to_client(link: &Link, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let Some(count) = (&link.server).read(&mut buffer).ok().filter(|count| *count > 0) else { return };
        state.wait();
        // The server speaks again when the COMMIT is done.
        if link.is_committing.swap(false, Ordering::AcqRel) && state.take(|cut| cut == Cut::AfterCommit) {
            return;
        }
        if (&link.client).write_all(&buffer[..count]).is_err() {
            return;
        }
    }
}

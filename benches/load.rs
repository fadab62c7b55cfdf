//! Clients that ask as fast as they get answers, on connections they keep.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// As in the figures of PeerTube that ours are compared with.
pub const CLIENTS: usize = 8;
/// How long each request is asked for.
pub const LENGTH: Duration = Duration::from_secs(10);

/// What a load came to.
pub struct Outcome {
    /// How long each answer took, sorted.
    times: Vec<Duration>,
    /// Bytes of all bodies.
    pub bytes: u64,
    /// How long it went on.
    pub seconds: f64,
}

impl Outcome {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    /// How many answers there were.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// The time within which this part of all answers came, in milliseconds.
    pub fn within(&self, part: f64) -> f64 {
        let at = ((self.times.len() as f64 * part) as usize).min(self.times.len() - 1);
        self.times[at].as_secs_f64() * 1e3
    }

    /// All of it in a row of the table, with the processor milliseconds of one answer.
    pub fn rates(&self, cpu: Option<f64>) -> String {
        let cpu = cpu.map_or_else(String::new, |cpu| format!(", {cpu:.3} CPU ms each"));
        format!("{:.0}/s, p50 {:.1} ms, p99 {:.1} ms{cpu}", self.rate(), self.within(0.5), self.within(0.99))
    }
}

/// So many clients for so long; `request` gives the path and the `Range` of the nth request of a client, `headers` are whole lines
/// of each. Any answer but 200 and 206 ends the bench: a fast refusal is no figure.
pub fn load(
    address: &str,
    headers: &str,
    clients: usize,
    length: Duration,
    request: impl Fn(usize, usize) -> (String, Option<(u64, u64)>) + Send + Sync + 'static,
) -> Outcome {
    let request = Arc::new(request);
    let started = Instant::now();
    let running: Vec<_> = (0..clients)
        .map(|client| {
            let (request, address, headers) = (Arc::clone(&request), address.to_owned(), headers.to_owned());
            // A client needs little; 200 of them should not count for more than the server.
            let thread = thread::Builder::new().stack_size(128 << 10);
            thread.spawn(move || ask(&address, &headers, client, started + length, &*request)).unwrap()
        })
        .collect();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for client in running {
        let (its_times, its_bytes) = client.join().unwrap();
        times.extend(its_times);
        bytes += its_bytes;
    }
    let seconds = started.elapsed().as_secs_f64();
    times.sort();
    Outcome { times, bytes, seconds }
}

fn ask(
    address: &str,
    headers: &str,
    client: usize,
    end: Instant,
    request: &dyn Fn(usize, usize) -> (String, Option<(u64, u64)>),
) -> (Vec<Duration>, u64) {
    let mut connection = BufReader::with_capacity(32 << 10, TcpStream::connect(address).unwrap());
    connection.get_ref().set_nodelay(true).unwrap();
    let (mut times, mut bytes, mut buffer) = (Vec::new(), 0, vec![0; 64 << 10]);
    for nth in 0.. {
        if Instant::now() >= end {
            break;
        }
        let (path, range) = request(client, nth);
        let range = range.map_or_else(String::new, |(from, to)| format!("Range: bytes={from}-{to}\r\n"));
        let asked = Instant::now();
        write!(connection.get_mut(), "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}{range}\r\n")
            .unwrap();
        let mut left = head(&mut connection, &path);
        bytes += left;
        while left > 0 {
            let most = buffer.len().min(left as usize);
            let read = connection.read(&mut buffer[..most]).unwrap();
            assert!(read > 0, "{path}: the answer ended early");
            left -= read as u64;
        }
        times.push(asked.elapsed());
    }
    (times, bytes)
}

/// Reads the head of an answer and returns the length of its body.
fn head(connection: &mut BufReader<TcpStream>, path: &str) -> u64 {
    let mut line = String::new();
    connection.read_line(&mut line).unwrap();
    assert!(line.contains(" 200 ") || line.contains(" 206 "), "{path}: {line}");
    let mut length = None;
    loop {
        line.clear();
        connection.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            return length.unwrap_or_else(|| panic!("{path}: an answer without a length"));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

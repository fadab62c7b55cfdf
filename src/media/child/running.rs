//! A running child: what it says, asking it to park, and what its end means.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::{Ended, Line, Said, Verb};
use crate::media::{MediaError, Result};

/// Longest line that a child may write. The longest real ones describe what of a long film is done.
const LONGEST_LINE: usize = 8 << 20;
/// What is kept of a child's error output.
pub(super) const KEPT_STDERR: usize = 16 << 10;
/// Time that a child has for parking; the server itself has ten seconds for stopping.
const PARKING: Duration = Duration::from_secs(7);

/// A running child.
pub struct Child<E, D> {
    verb: Verb,
    process: tokio::process::Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    buffer: Vec<u8>,
    /// So far the buffer holds no end of a line.
    searched: usize,
    tail: Arc<Mutex<VecDeque<u8>>>,
    listening: tokio::task::JoinHandle<()>,
    deadline: Instant,
    parking: bool,
    /// What it said last, until somebody was told.
    last: Option<Last<D>>,
    over: bool,
    /// Its part of the memory.
    _pass: Option<OwnedSemaphorePermit>,
    types: PhantomData<fn() -> E>,
}

/// How a child ends.
enum Last<D> {
    /// With a last line, or for a reason of ours.
    Word(Result<Ended<D>>),
    /// Without one.
    Silence,
}

impl<E: DeserializeOwned, D: DeserializeOwned> Child<E, D> {
    /// Waits for the next word of the child. May be dropped and called again without losing one.
    pub async fn next(&mut self) -> Result<Said<E, D>> {
        if self.over {
            return Err(MediaError::Internal(format!("{} was over already", self.verb.name())));
        }
        while self.last.is_none() {
            if let Some(line) = self.line()? {
                self.last = match serde_json::from_slice::<Line<E, D>>(&line) {
                    Ok(Line::Event(event)) => return Ok(Said::Event(event)),
                    Ok(Line::Done(done)) => Some(Last::Word(Ok(Ended::Done(done)))),
                    Ok(Line::Parked) => Some(Last::Word(Ok(Ended::Parked))),
                    Ok(Line::Failed(error)) => Some(Last::Word(Err(error))),
                    Err(error) => {
                        let _ = self.process.start_kill();
                        let name = self.verb.name();
                        let why = format!("{name} said what we do not understand: {error}");
                        Some(Last::Word(Err(MediaError::Internal(why))))
                    }
                };
                continue;
            }
            self.buffer.reserve(16 << 10);
            match tokio::time::timeout_at(self.deadline, self.stdout.read_buf(&mut self.buffer)).await {
                Ok(Ok(0) | Err(_)) => self.last = Some(Last::Silence),
                Ok(Ok(_)) => {}
                Err(_) => {
                    let _ = self.process.start_kill();
                    // What a child did not manage to park in time is lost up to its last record, no more.
                    self.last = Some(Last::Word(if self.parking {
                        Ok(Ended::Parked)
                    } else {
                        Err(MediaError::Limit(format!("{} took too long", self.verb.name())))
                    }));
                }
            }
        }
        self.end().await
    }

    /// The next whole line, if there is one.
    fn line(&mut self) -> Result<Option<Vec<u8>>> {
        let unseen = self.buffer.get(self.searched..).unwrap_or_default();
        if let Some(at) = unseen.iter().position(|byte| *byte == b'\n') {
            let rest = self.buffer.split_off(self.searched + at + 1);
            self.searched = 0;
            return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
        }
        self.searched = self.buffer.len();
        if self.buffer.len() > LONGEST_LINE {
            self.over = true;
            let _ = self.process.start_kill();
            return Err(MediaError::Internal(format!("{} said too much at once", self.verb.name())));
        }
        Ok(None)
    }

    /// Lets the child go, whose last word was heard. Nothing is lost when this is dropped: it begins again.
    async fn end(&mut self) -> Result<Said<E, D>> {
        self.stdin = None;
        let waited = tokio::time::timeout(Duration::from_secs(3), self.process.wait()).await;
        let status = waited.ok().and_then(std::result::Result::ok);
        if status.is_none() {
            let _ = self.process.start_kill();
            let _ = self.process.wait().await;
        }
        let tail = self.log_tail(!matches!(self.last, Some(Last::Word(Ok(_))))).await;
        self.over = true;
        match self.last.take() {
            Some(Last::Word(word)) => word.map(Said::Ended),
            _ if self.parking => Ok(Said::Ended(Ended::Parked)),
            _ => Err(death(self.verb, status, &tail)),
        }
    }

    async fn log_tail(&mut self, failed: bool) -> String {
        let _ = tokio::time::timeout(Duration::from_secs(1), &mut self.listening).await;
        let tail = {
            let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&tail.iter().copied().collect::<Vec<_>>()).trim().to_owned()
        };
        if failed && !tail.is_empty() {
            tracing::warn!(verb = self.verb.name(), stderr = %tail, "the media process failed");
        }
        tail
    }
}

impl<E, D> Child<E, D> {
    /// Gives a process its order, one line, and listens to it. `pass` is its part of the memory.
    pub(super) async fn of(
        verb: Verb,
        mut process: tokio::process::Child,
        order: &[u8],
        wall_seconds: u64,
        pass: Option<OwnedSemaphorePermit>,
    ) -> Result<Self> {
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(MediaError::Internal("a child without pipes".into()));
        };
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let listening = tokio::spawn(keep_tail(stderr, Arc::clone(&tail)));
        // A child that died on its first step closes the pipe; its end tells more than our failure to write.
        let _ = stdin.write_all(order).await;
        let _ = stdin.flush().await;
        Ok(Self {
            verb,
            process,
            stdin: Some(stdin),
            stdout,
            buffer: Vec::new(),
            searched: 0,
            tail,
            listening,
            deadline: Instant::now() + Duration::from_secs(wall_seconds),
            parking: false,
            last: None,
            over: false,
            _pass: pass,
            types: PhantomData,
        })
    }

    /// Whether it was asked to park.
    pub(super) fn is_parking(&self) -> bool {
        self.parking
    }

    /// Asks the child to keep what is done and to end; [`Child::next`] then tells the end, in seconds.
    pub async fn park(&mut self) {
        if self.parking {
            return;
        }
        self.parking = true;
        self.deadline = self.deadline.min(Instant::now() + PARKING);
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(b"park\n").await;
            let _ = stdin.flush().await;
        }
    }

    /// Ends the child at once.
    pub async fn kill(&mut self) {
        self.over = true;
        let _ = self.process.kill().await;
    }

    /// Process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }
}

impl<E, D> Drop for Child<E, D> {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Keeps the last bytes of a stream.
async fn keep_tail(mut stream: impl AsyncReadExt + Unpin, tail: Arc<Mutex<VecDeque<u8>>>) {
    let mut piece = [0_u8; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(piece.get(..read).unwrap_or_default());
        let surplus = tail.len().saturating_sub(KEPT_STDERR);
        tail.drain(..surplus);
    }
}

/// What a death without a word means.
fn death(verb: Verb, status: Option<ExitStatus>, stderr: &str) -> MediaError {
    let verb = verb.name();
    let last = stderr.lines().last().unwrap_or_default();
    let memory = ["memory allocation of", "failed to allocate", "Cannot allocate memory", "out of memory"]
        .iter()
        .any(|words| stderr.contains(words));
    match status.and_then(|status| status.signal()) {
        _ if memory => MediaError::Limit(format!("{verb} wanted more memory than it may have")),
        Some(libc::SIGXCPU) => MediaError::Limit(format!("{verb} took too much processor time")),
        Some(libc::SIGXFSZ) => MediaError::Limit(format!("{verb} wrote too large a file")),
        Some(libc::SIGKILL) => {
            MediaError::Limit(format!("{verb} was ended by the system, most likely for want of memory"))
        }
        Some(signal) => MediaError::Crashed(format!("{verb} ended by {}: {last}", signal_name(signal))),
        None => match status.and_then(|status| status.code()) {
            Some(code) => MediaError::Internal(format!("{verb} ended with code {code}: {last}")),
            None => MediaError::Internal(format!("{verb} ended without a word")),
        },
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        libc::SIGSEGV => "SIGSEGV".into(),
        libc::SIGBUS => "SIGBUS".into(),
        libc::SIGILL => "SIGILL".into(),
        libc::SIGFPE => "SIGFPE".into(),
        libc::SIGABRT => "SIGABRT".into(),
        libc::SIGTRAP => "SIGTRAP".into(),
        libc::SIGTERM => "SIGTERM".into(),
        libc::SIGSYS => "SIGSYS".into(),
        other => format!("signal {other}"),
    }
}

//! Media work in a process of its own, from the side of the server.
//!
//! The server writes one line of JSON (the limits and the job) on the child's standard input and keeps it open: the line
//! `park` asks it to keep what is done and end, and the end of the input means that the server is gone, whereupon the child
//! ends at once. So no child outlives a server that was killed, without `PR_SET_PDEATHSIG`, which follows the thread that
//! started the child and would end it with an idle thread of a pool. On its standard output the child writes one [`Line`]
//! of JSON for each event and one for the end.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::limits::Limits;
use super::memory::{self, Machine, Shares};
use super::{MediaError, Result};

/// What can be done in a child process; its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// [`super::probe::ProbeJob`] → [`super::source::SourceInfo`].
    Probe,
    /// Renditions out of a source.
    Transcode,
    /// One progressive MP4 out of renditions.
    Remux,
    /// Pictures that stand for a video.
    Thumbnail,
    /// Pictures for the bar of the player.
    Storyboard,
    /// Which encoder there is and how fast it is.
    EncoderTest,
    /// [`super::encoder::FindJob`] → [`super::encoder::Selection`].
    Encoders,
}

impl Verb {
    /// All, in the order of the life of a video.
    pub const ALL: [Self; 7] = [
        Self::Probe,
        Self::Transcode,
        Self::Remux,
        Self::Thumbnail,
        Self::Storyboard,
        Self::EncoderTest,
        Self::Encoders,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Transcode => "transcode",
            Self::Remux => "remux",
            Self::Thumbnail => "thumbnail",
            Self::Storyboard => "storyboard",
            Self::EncoderTest => "encoder-test",
            Self::Encoders => "encoders",
        }
    }
}

/// First line on the child's standard input.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order<J> {
    /// None when a person tries a verb by hand.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// The end of the input is the end of the server.
    #[serde(default)]
    pub watched: bool,
    /// What to do.
    pub job: J,
}

/// One line on the child's standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Line<E, D> {
    /// Something happened; there will be more.
    Event(E),
    /// The work is done; the last line.
    Done(D),
    /// The work was asked to park, and has; the last line.
    Parked,
    /// The work failed; the last line.
    Failed(MediaError),
}

/// What a verb without events has for events: nothing.
pub type NoEvent = serde_json::Value;

/// How work ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended<D> {
    /// As it should.
    Done(D),
    /// In the middle, on demand, with what was done kept.
    Parked,
}

/// Starts children. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Launcher {
    program: PathBuf,
    arguments: Vec<String>,
    cache: Option<PathBuf>,
    environment: Vec<(String, String)>,
    gates: Arc<Gates>,
}

/// How many children run at once, so that together they take no more memory than there is.
#[derive(Debug)]
struct Gates {
    shares: Shares,
    looks: Arc<Semaphore>,
    /// Mebibytes.
    making: Arc<Semaphore>,
}

impl Gates {
    fn new(shares: Shares) -> Self {
        let looks = Semaphore::new(usize::try_from(shares.looks).unwrap_or(1));
        let making = Semaphore::new(memory::mebibytes(shares.making) as usize);
        Self { shares, looks: Arc::new(looks), making: Arc::new(making) }
    }

    /// Waits for the memory that a child is expected to take; for a look at a file not longer than a person would.
    async fn pass(&self, verb: Verb, expected: u64) -> Option<OwnedSemaphorePermit> {
        if memory::makes(verb) {
            let share = memory::mebibytes(self.shares.making);
            let wanted = memory::mebibytes(expected).min(share);
            return Arc::clone(&self.making).acquire_many_owned(wanted).await.ok();
        }
        // Made of a small rendition, beside the others and perhaps for minutes.
        if verb == Verb::Storyboard {
            return None;
        }
        let waited = tokio::time::timeout(LOOK_WAITS, Arc::clone(&self.looks).acquire_owned()).await;
        waited.ok().and_then(std::result::Result::ok)
    }
}

/// Longest line that a child may write. The longest real ones describe what of a long film is done.
const LONGEST_LINE: usize = 8 << 20;
/// A look at a file does not wait longer for others to end: one of them may hang, and somebody waits for an answer.
const LOOK_WAITS: Duration = Duration::from_secs(3);
/// What is kept of its error output.
const KEPT_STDERR: usize = 16 << 10;
/// Time that a child has for parking; the server itself has ten seconds for stopping.
const PARKING: Duration = Duration::from_secs(7);
/// Environment that children get. Not ours: it may hold secrets of the configuration.
const ENVIRONMENT: &[&str] = &["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME"];

impl Launcher {
    /// Children of this same binary.
    pub fn this_program() -> Result<Self> {
        let program = std::env::current_exe()
            .map_err(|e| MediaError::Internal(format!("no path to this program: {e}")))?;
        // A server inside a test: Cargo puts test binaries into `deps/`, beside the program itself.
        let folder = program.parent();
        if folder.and_then(|folder| folder.file_name()).is_some_and(|name| name == "deps")
            && let Some(beside) =
                folder.and_then(|folder| folder.parent()).map(|folder| folder.join("kiosque"))
            && beside.is_file()
        {
            return Ok(Self::of(beside));
        }
        // After an update the path leads to the new binary, or nowhere; this name leads to the running one.
        let running = PathBuf::from("/proc/self/exe");
        Ok(Self::of(if running.exists() { running } else { program }))
    }

    /// Children of another binary (tests).
    pub fn of(program: impl Into<PathBuf>) -> Self {
        let gates = Arc::new(Gates::new(Shares::of(&Machine::here(), None)));
        Self { program: program.into(), arguments: Vec::new(), cache: None, environment: Vec::new(), gates }
    }

    /// Puts arguments before `media VERB`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Keeps GStreamer's list of plug-ins in this folder. Without it, where the home folder cannot be written, every
    /// child looks through all plug-ins again, which takes seconds on a small machine.
    #[must_use]
    pub fn with_cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(folder.into());
        self
    }

    /// Shares memory out among children in another way.
    #[must_use]
    pub fn with_shares(mut self, shares: Shares) -> Self {
        self.gates = Arc::new(Gates::new(shares));
        self
    }

    /// How memory is shared out among children.
    pub fn shares(&self) -> Shares {
        self.gates.shares
    }

    /// Gives children one more variable of the environment (tests: the board to believe in).
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Starts a child, when there is memory for it. Nothing happens unless [`Child::next`] is called; dropping it kills it.
    pub async fn start<J, E, D>(&self, verb: Verb, job: &J, limits: Limits) -> Result<Child<E, D>>
    where
        J: Serialize,
    {
        let pass = self.gates.pass(verb, limits.expected).await;
        let most = self.gates.shares.most(verb);
        let limits = Limits { memory: limits.memory.min(most), ..limits };
        let order = Order { limits: Some(limits), watched: true, job };
        let mut order =
            serde_json::to_vec(&order).map_err(|e| MediaError::Internal(format!("a job as JSON: {e}")))?;
        order.push(b'\n');

        let mut command = Command::new(&self.program);
        command.arg0("kiosque").args(&self.arguments).args(["media", verb.name()]);
        command.env_clear();
        for (name, value) in std::env::vars_os() {
            let passed = name.to_str().is_some_and(|name| {
                ENVIRONMENT.contains(&name) || name.starts_with("GST_") || name == "KIOSQUE_TEST_BOARD"
            });
            if passed {
                command.env(name, value);
            }
        }
        if let Some(folder) = &self.cache {
            command.env("GST_REGISTRY", folder.join("gstreamer-registry.bin"));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        // Few heaps: each reserves memory, and pipelines have dozens of threads.
        command.env("MALLOC_ARENA_MAX", "2").env("GST_DEBUG_NO_COLOR", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: Ctrl-C at the terminal reaches the server, which parks its children.
        command.kill_on_drop(true).process_group(0);
        let mut process = command
            .spawn()
            .map_err(|e| MediaError::Internal(format!("{} does not start: {e}", self.program.display())))?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(MediaError::Internal("a child without pipes".into()));
        };
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let listening = tokio::spawn(keep_tail(stderr, Arc::clone(&tail)));
        // A child that died on its first step closes the pipe; its end tells more than our failure to write.
        let _ = stdin.write_all(&order).await;
        let _ = stdin.flush().await;
        Ok(Child {
            verb,
            process,
            stdin: Some(stdin),
            stdout,
            buffer: Vec::new(),
            searched: 0,
            tail,
            listening,
            deadline: Instant::now() + Duration::from_secs(limits.wall_seconds),
            parking: false,
            last: None,
            over: false,
            _pass: pass,
            types: PhantomData,
        })
    }

    /// Runs a child to its end. `park` and `cancel` may be set at any time; cancelling kills it at once.
    pub async fn run<J, E, D>(
        &self,
        verb: Verb,
        job: &J,
        limits: Limits,
        park: &CancellationToken,
        cancel: &CancellationToken,
        mut on_event: impl FnMut(E) + Send,
    ) -> Result<Ended<D>>
    where
        J: Serialize + Sync,
        E: DeserializeOwned + Send,
        D: DeserializeOwned + Send,
    {
        let mut child = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(MediaError::Cancelled),
            () = park.cancelled() => return Ok(Ended::Parked),
            child = self.start::<J, E, D>(verb, job, limits) => child?,
        };
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => {
                    child.kill().await;
                    return Err(MediaError::Cancelled);
                }
                () = park.cancelled(), if !child.parking => child.park().await,
                said = child.next() => match said? {
                    Said::Event(event) => on_event(event),
                    Said::Ended(ended) => return Ok(ended),
                },
            }
        }
    }

    /// Runs a child that has no events and that nobody parks.
    pub async fn call<J, D>(
        &self,
        verb: Verb,
        job: &J,
        limits: Limits,
        cancel: &CancellationToken,
    ) -> Result<D>
    where
        J: Serialize + Sync,
        D: DeserializeOwned + Send,
    {
        let never = CancellationToken::new();
        match self.run::<J, NoEvent, D>(verb, job, limits, &never, cancel, |_| ()).await? {
            Ended::Done(done) => Ok(done),
            Ended::Parked => Err(MediaError::Cancelled),
        }
    }
}

/// What a child said next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<E, D> {
    /// Something happened.
    Event(E),
    /// It is over.
    Ended(Ended<D>),
}

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

#[cfg(test)]
#[path = "child_tests.rs"]
mod tests;

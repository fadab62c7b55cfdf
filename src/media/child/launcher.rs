//! Starting children: with which environment, and no more at once than there is memory for.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::process::Command;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::{Child, Ended, NoEvent, Order, Said, Verb};
use crate::media::limits::Limits;
use crate::media::memory::{self, Machine, Shares};
use crate::media::{MediaError, Result};

/// A look at a file does not wait longer for others to end: one of them may hang, and somebody waits for an answer.
const LOOK_WAITS: Duration = Duration::from_secs(3);
/// Environment that children get. Not ours: it may hold secrets of the configuration.
const ENVIRONMENT: &[&str] = &["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME"];

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
        let process = command
            .spawn()
            .map_err(|e| MediaError::Internal(format!("{} does not start: {e}", self.program.display())))?;
        Child::of(verb, process, &order, limits.wall_seconds, pass).await
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
                () = park.cancelled(), if !child.is_parking() => child.park().await,
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

//! Media work in a process of its own, from the side of the child: `kiosque media VERB`.
//!
//! By hand: `echo '{"job":{"file":"film.mp4"}}' | kiosque media probe`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::child::{Ended, Line, NoEvent, Order, Verb};
use super::stop::{Stop, StopReason};
use super::transcode::{self, TranscodeEvent};
use super::{MediaError, Result, encoder, limits};

/// Longest order, in bytes.
const LONGEST_ORDER: u64 = 32 << 20;
/// Time for parking before the process ends all the same; the parent's patience is a little longer.
const PARKING: Duration = Duration::from_secs(6);

/// Does the work that standard input describes and writes the last line. Ends the process itself where it has to.
pub fn run(verb: &str) -> Result<()> {
    let verb = Verb::ALL.into_iter().find(|known| known.name() == verb).ok_or_else(|| {
        let known: Vec<_> = Verb::ALL.iter().map(|verb| verb.name()).collect();
        MediaError::Internal(format!("{verb} is no work on media; known are {}", known.join(", ")))
    })?;
    let out = Out::take()?;
    let ended = read_order().and_then(|(order, input)| {
        limits::apply(order.limits.as_ref());
        let stop = Stop::new();
        if order.watched {
            watch(input, &stop)?;
        }
        super::init::init()?;
        super::init::forget_the_network();
        // For the encoder of the board that a test believes in; a release only looks at itself.
        let _ = super::board::here();
        dispatch(verb, order.job, &out, &stop)
    });
    match ended {
        Ok(line) => out.write(&line),
        Err(error) => out.write(&Line::<NoEvent, Value>::Failed(error)),
    }
    Ok(())
}

fn dispatch(verb: Verb, job: Value, out: &Out, stop: &Stop) -> Result<Line<NoEvent, Value>> {
    match verb {
        Verb::Probe => done(super::probe::probe(&parse(job)?)?),
        Verb::Thumbnail => done(super::thumbnail::make(&parse(job)?)?),
        Verb::Storyboard => done(super::storyboard::make(&parse(job)?)?),
        Verb::EncoderTest => done(encoder::test(&parse(job)?)?),
        Verb::Encoders => done(encoder::find(&parse(job)?)?),
        Verb::Transcode => {
            let job = parse(job)?;
            let mut tell = |event| out.write(&Line::<TranscodeEvent, Value>::Event(event));
            match transcode::run(&job, &mut tell, stop)? {
                Ended::Done(whole) => done(whole),
                Ended::Parked => Ok(Line::Parked),
            }
        }
        Verb::Remux => done(super::remux::run(&parse(job)?, stop)?),
    }
}

fn parse<J: DeserializeOwned>(job: Value) -> Result<J> {
    serde_json::from_value(job).map_err(|e| MediaError::Internal(format!("a job that does not parse: {e}")))
}

fn done(result: impl Serialize) -> Result<Line<NoEvent, Value>> {
    let value = serde_json::to_value(result).map_err(|e| MediaError::Internal(e.to_string()))?;
    Ok(Line::Done(value))
}

/// The standard output, for our lines only.
struct Out(Mutex<File>);

impl Out {
    /// Takes the standard output away from everybody else: what a library prints goes to standard error.
    fn take() -> Result<Self> {
        let io = |e: std::io::Error| MediaError::Io(e.to_string());
        let ours = rustix::io::fcntl_dupfd_cloexec(std::io::stdout(), 3).map_err(|e| io(e.into()))?;
        rustix::stdio::dup2_stdout(std::io::stderr()).map_err(|e| io(e.into()))?;
        Ok(Self(Mutex::new(File::from(ours))))
    }

    /// Writes a line at once. When nobody reads any more, the server is gone, and so is the reason for working.
    fn write(&self, line: &Line<impl Serialize, impl Serialize>) {
        let written = serde_json::to_vec(line).map_err(std::io::Error::from).and_then(|mut bytes| {
            bytes.push(b'\n');
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&bytes)
        });
        if written.is_err() {
            std::process::exit(1);
        }
    }
}

fn read_order() -> Result<(Order<Value>, impl BufRead + Send + 'static)> {
    let mut input = BufReader::new(std::io::stdin());
    let mut line = Vec::new();
    (&mut input)
        .take(LONGEST_ORDER)
        .read_until(b'\n', &mut line)
        .map_err(|e| MediaError::Io(format!("no order on standard input: {e}")))?;
    let order = serde_json::from_slice(&line)
        .map_err(|e| MediaError::Internal(format!("the order on standard input does not parse: {e}")))?;
    Ok((order, input))
}

/// Listens to the server and to SIGTERM while the work goes on.
fn watch(input: impl BufRead + Send + 'static, stop: &Stop) -> Result<()> {
    let internal = |e: std::io::Error| MediaError::Internal(format!("no thread to listen with: {e}"));
    let words = stop.clone();
    std::thread::Builder::new()
        .name("words".into())
        .spawn(move || {
            for line in input.take(1 << 20).lines() {
                match line.as_deref() {
                    Ok("park") => park(&words),
                    Ok("cancel") => words.cancel(),
                    _ => break,
                }
            }
            // The server is gone. Another may start and go on with the same files: not a moment longer.
            std::process::exit(1);
        })
        .map_err(internal)?;
    let signals = stop.clone();
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            // systemd sends SIGTERM to all processes of a service at once.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                use tokio::signal::unix::{SignalKind, signal};
                let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
                while terminate.recv().await.is_some() {
                    park(&signals);
                }
            });
        })
        .map_err(internal)?;
    Ok(())
}

/// Asks the work to end, and ends the process when it does not.
fn park(stop: &Stop) {
    if stop.reason() == Some(StopReason::Park) {
        return;
    }
    stop.park();
    let _ = std::thread::Builder::new().name("patience".into()).spawn(|| {
        std::thread::sleep(PARKING);
        std::process::exit(1);
    });
}

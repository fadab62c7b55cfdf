//! The command line.

mod user;

use crate::{
    accounts, api,
    app::{self, App, Listener},
    clock::Clock,
    config::{self, Config, Flags},
    db,
    doctor::{self, Patient},
    error::{Error, Result},
    media, settings,
    urls::Urls,
};
use clap::{Args, Parser, Subcommand};
use std::{collections::BTreeMap, io::Write as _, path::PathBuf};
use tokio_util::sync::CancellationToken;
use url::Url;

/// A bandstand for a small association: videos, lives and events.
#[derive(Debug, Parser)]
#[command(name = "kiosque", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve, and work, until stopped
    Serve(Common),
    /// Look at encoder, plug-ins, disk, database, clock, port, address and mail, and say what to do
    Doctor(Common),
    /// Make accounts and reset passwords
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Copy the database to a new file, also while the server runs
    Backup {
        /// The new file
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Put a copy in the place of the database; the server must be stopped
    Restore {
        /// The copy
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Print the description of the REST interface, as OpenAPI
    Openapi,
    /// Print the reference of the configuration
    #[command(hide = true)]
    ConfigReference,
    /// Work on one media file in a process of its own
    #[command(hide = true)]
    Media {
        /// What to do
        verb: String,
    },
}

#[derive(Debug, Args)]
struct Common {
    /// TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the database and all media
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// ADDRESS:PORT or unix:/path/to.sock
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Where the world finds this instance
    #[arg(long, value_name = "URL")]
    public_url: Option<Url>,
}

impl Common {
    fn load(self) -> Result<Config> {
        let environment: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let flags = Flags {
            config: self.config,
            data_dir: self.data_dir,
            listen: self.listen,
            public_url: self.public_url,
        };
        Config::load(&flags, &environment)
    }
}

/// Reads the command line and does what it says.
///
/// # Errors
/// A sentence for the person at the terminal.
pub fn run() -> Result<()> {
    match Cli::parse().command {
        Command::Serve(common) => serve(common.load()?),
        Command::Doctor(common) => doctor(&common.load()?),
        Command::User { command } => user::run(command),
        Command::Backup { file, common } => {
            db::backup(&common.load()?.database(), &file)?;
            say(&format!("The database is copied to {}.", file.display()));
            Ok(())
        }
        Command::Restore { file, common } => {
            let database = common.load()?.database();
            db::restore(&file, &database)?;
            say(&format!("{} is restored from {}.", database.display(), file.display()));
            Ok(())
        }
        Command::Openapi => {
            say(api::openapi::document()?.trim_end());
            Ok(())
        }
        Command::ConfigReference => {
            say(config::reference().trim_end());
            Ok(())
        }
        Command::Media { verb } => Ok(media::cli::run(&verb)?),
    }
}

fn doctor(config: &Config) -> Result<()> {
    let chosen = match config.database().exists() {
        true => {
            let conn = db::open_reader(&config.database())?;
            // A damaged database is one of the findings, and no reason to look at nothing else.
            settings::load(&conn).unwrap_or_default()
        }
        false => settings::Settings::default(),
    };
    let public_url = app::public_url(config, &chosen)?;
    let now = Clock::system().now();
    let mail = app::mail(config, &chosen);
    let patient = Patient { config, public_url: &public_url, mail: &mail, now, serving: false };
    let findings = doctor::examine(&patient);
    say(doctor::report(&findings).trim_end());
    if findings.iter().any(|finding| finding.level == doctor::Level::Bad) {
        return Err(Error::internal("something does not work; what to do stands above"));
    }
    Ok(())
}

/// Tells the person at the terminal. A closed terminal is no fault.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Reading files and the database; idle threads end after ten seconds.
        .max_blocking_threads(32)
        .build()
        .map_err(Error::internal)
}

/// Few heaps, and large pieces given back at once. The C library makes up to eight heaps per processor and lets the size from
/// which it asks the kernel grow: what an upload or a long list took for a moment would stay.
#[allow(unsafe_code, reason = "no crate wraps mallopt")]
fn small_heap() {
    #[cfg(target_env = "gnu")]
    {
        const KEPT: libc::c_int = 512 << 10;
        // SAFETY: integers by value; called before any other thread is started.
        unsafe {
            libc::mallopt(libc::M_ARENA_MAX, 2);
            libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        }
    }
}

fn serve(config: Config) -> Result<()> {
    small_heap();
    log(&config.log)?;
    runtime()?.block_on(async {
        let listen = config.listen.clone();
        let app = App::open(config, Clock::system()).await?;
        let listener = Listener::bind(&listen).await?;
        let stop = CancellationToken::new();
        stop_on_signals(stop.clone())?;
        tracing::info!("listening on {}", listener.url());
        print_setup_link(&app, &listener).await?;
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
        app::serve(app, listener, stop).await
    })
}

/// The one-time link with which a new instance is claimed: as this machine, its network and the world would open it.
async fn print_setup_link(app: &App, listener: &Listener) -> Result<()> {
    if app.db.read(accounts::is_claimed).await? {
        return Ok(());
    }
    let on = |place: String| Url::parse(&place).ok().map(|url| Urls::new(&url).setup(&app.setup_token));
    let here = on(listener.url());
    // Nobody is at the address of an instance that was told none; it is the best that can be said of a socket file.
    let told = app.config.public_url.is_some() || app.settings().instance.public_url.is_some();
    let world = (told || here.is_none()).then(|| app.urls().setup(&app.setup_token));
    if let Some(link) = here.filter(|link| Some(link) != world.as_ref()) {
        say(&format!("Set up this Kiosque: {link}"));
    }
    if let Some(link) = listener.network_url().and_then(on) {
        say(&format!("… or, from another machine on this network: {link}"));
    }
    if let Some(link) = world {
        say(&format!("Set up this Kiosque: {link}"));
    }
    Ok(())
}

fn stop_on_signals(stop: CancellationToken) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing requests, parking jobs");
        stop.cancel();
    });
    Ok(())
}

/// To the journal under systemd, else to standard error.
fn log(filter: &str) -> Result<()> {
    use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Error::internal(format!("configuration: log: {error}")))?;
    let registry = tracing_subscriber::registry().with(filter);
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let done = match journal {
        Some(journal) => registry.with(journal).try_init(),
        None => registry
            .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false))
            .try_init(),
    };
    done.map_err(Error::internal)
}

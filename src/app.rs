//! Puts the parts together and runs them. Built once; there are no globals.

mod floods;
mod orphans;

use crate::{
    api::{self, problem},
    clock::Clock,
    config::{Config, MailConfig},
    db::Db,
    error::{Error, Result},
    federation, history, ids,
    jobs::Board,
    media::{
        child::{Launcher, Verb},
        encoder::{FindJob, Selection},
        limits::Limits,
        memory::{Machine, Shares},
        record::Record,
    },
    outgoing::Outgoing,
    settings::{self, Settings, pictures::Picture},
    site,
    storage::Storage,
    urls::{self, Urls},
    videos::{
        self, Kept,
        views::{self, Viewers},
    },
    worker,
};
use axum::{
    ServiceExt,
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use rusqlite::Transaction;
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower_http::{
    catch_panic::CatchPanicLayer, normalize_path::NormalizePath, set_header::SetResponseHeaderLayer,
};
use tracing::Instrument as _;
use url::Url;

/// What every part may use. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts.
pub struct Inner {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What the machine's administrator wrote down.
    pub config: Config,
    /// Media files.
    pub storage: Storage,
    /// How far running jobs are.
    pub board: Board,
    /// Who watches what now.
    pub viewers: Arc<Mutex<Viewers>>,
    /// Counts and times, for `/metrics`.
    pub metrics: PrometheusHandle,
    /// Numbers of notifications that were just made, for those who listen.
    pub told: broadcast::Sender<Arc<[i64]>>,
    /// Asks other servers.
    pub outgoing: Outgoing,
    /// Starts the processes that open media files.
    pub launcher: Launcher,
    /// The word that claims an instance without accounts; new at each start.
    pub setup_token: String,
    settings: RwLock<Arc<Settings>>,
    urls: RwLock<Arc<Urls>>,
    pictures: RwLock<Arc<Vec<Picture>>>,
    encoders: tokio::sync::OnceCell<Selection>,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Where something of a video lies, under the data folder.
    pub fn place_of(kept: &Kept) -> String {
        match kept {
            Kept::Source(file) => Storage::source(file),
            Kept::Hls(uuid) => Storage::hls_folder(*uuid),
            Kept::HlsFile(uuid, file) => Storage::hls(*uuid, file),
            Kept::HlsRecord(uuid, file) => {
                let beside = Record::path(Path::new(file));
                Storage::hls(*uuid, &beside.to_string_lossy())
            }
            Kept::Progressive(file) => Storage::web_video(file),
            Kept::Picture(file) => Storage::picture(file),
            Kept::Caption(file) => Storage::caption(file),
            Kept::Upload(id) => Storage::upload(id),
        }
    }

    /// Opens the data folder.
    ///
    /// # Errors
    /// When it cannot be written, or the database is damaged or newer than this program.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        std::fs::create_dir_all(&config.data_dir).map_err(Error::io(&config.data_dir))?;
        let storage = Storage::open(&config.data_dir)?;
        let path = config.database();
        let db = tokio::task::spawn_blocking(move || Db::open(&path)).await.map_err(Error::internal)??;
        let (settings, pictures) =
            db.read(|conn| Ok((settings::load(conn)?, settings::pictures::load(conn)?))).await?;
        let here = public_url(&config, &settings)?;
        let (urls, outgoing) = (Urls::new(&here), Outgoing::new(config.federation.allow_insecure, &here));
        let chosen = Some(u64::from(config.transcoding.memory_mib) << 20).filter(|bytes| *bytes > 0);
        let launcher = Launcher::this_program()?
            .with_cache(config.data_dir.join("cache"))
            .with_shares(Shares::of(&Machine::here(), chosen));
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            config,
            storage,
            board: Board::default(),
            viewers: Arc::default(),
            told: broadcast::Sender::new(64),
            outgoing,
            launcher,
            metrics: record_metrics()?,
            setup_token: ids::secret(16),
            settings: RwLock::new(Arc::new(settings)),
            urls: RwLock::new(Arc::new(urls)),
            pictures: RwLock::new(Arc::new(pictures)),
            encoders: tokio::sync::OnceCell::new(),
        })))
    }

    /// The encoders of this machine and the one to use; looked for once, in a process of its own.
    ///
    /// # Errors
    /// When that process fails.
    pub async fn encoders(&self) -> Result<&Selection> {
        let look = || async {
            let job = FindJob { forced: Some(self.config.transcoding.encoder.clone()) };
            self.launcher.call(Verb::Encoders, &job, Limits::look(), &CancellationToken::new()).await
        };
        Ok(self.encoders.get_or_try_init(look).await?)
    }

    /// Writes down what was watched since the last time; nothing when nobody watched.
    ///
    /// # Errors
    /// When the database fails; what was seen is lost then, as a view is.
    pub async fn write_views(&self) -> Result<()> {
        let (viewers, now) = (Arc::clone(&self.viewers), self.clock.now());
        if !viewers.lock().unwrap_or_else(PoisonError::into_inner).begin_writing() {
            return Ok(());
        }
        self.db
            .write(move |tx| {
                // Taken only here, where one thing is written after the other: a place that somebody has forgotten
                // meanwhile is no longer among them, and one that is written is forgotten after that.
                let seen = viewers.lock().unwrap_or_else(PoisonError::into_inner).take();
                let Some(seen) = seen else { return Ok(()) };
                views::write(tx, now, &seen)?;
                history::write(tx, &seen)
            })
            .await
    }

    /// What the administrator chose, as of now.
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes addresses under the present public URL.
    pub fn urls(&self) -> Arc<Urls> {
        Arc::clone(&self.urls.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Pictures of the instance, smallest first.
    pub fn pictures(&self) -> Arc<Vec<Picture>> {
        Arc::clone(&self.pictures.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes pictures of the instance in one transaction; `work` answers all that there are then, and from then on everyone
    /// sees these.
    ///
    /// # Errors
    /// What `work` answers, or when the database fails.
    pub async fn change_pictures(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<Vec<Picture>> + Send + 'static,
    ) -> Result<()> {
        let app = self.clone();
        let see = move |all: &Arc<Vec<Picture>>| {
            *app.pictures.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(all);
        };
        self.db.write_seen(move |tx| work(tx).map(Arc::new), see).await.map(drop)
    }

    /// The mail server in force.
    pub fn mail(&self) -> MailConfig {
        mail(&self.config, &self.settings())
    }

    /// The address in force.
    ///
    /// # Errors
    /// Never in practice, see [`public_url`].
    pub fn public_url(&self) -> Result<Url> {
        public_url(&self.config, &self.settings())
    }

    /// Changes the settings in one transaction: `work` answers what they are to be, with something of its own. From then on
    /// everyone sees these.
    ///
    /// # Errors
    /// What `work` answers, settings that break a rule, or when the database fails.
    pub async fn change_settings<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<(Settings, T)> + Send + 'static,
    ) -> Result<T> {
        let (app, seeing) = (self.clone(), self.clone());
        let save = move |tx: &Transaction<'_>| {
            let (settings, own) = work(tx)?;
            settings::save(tx, &settings)?;
            let urls = Urls::new(&public_url(&app.config, &settings)?);
            Ok((Arc::new(settings), Arc::new(urls), own))
        };
        let see = move |(settings, urls, _): &(Arc<Settings>, Arc<Urls>, T)| {
            *seeing.urls.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(urls);
            *seeing.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(settings);
        };
        self.db.write_seen(save, see).await.map(|(.., own)| own)
    }
}

/// The address in force: the configuration's, else the one chosen at set-up.
///
/// # Errors
/// Never in practice: the default is an address.
pub fn public_url(config: &Config, settings: &Settings) -> Result<Url> {
    match config.public_url.as_ref().or(settings.instance.public_url.as_ref()) {
        Some(url) => Ok(url.clone()),
        None => Url::parse(urls::LOCAL).map_err(Error::internal),
    }
}

/// The mail server in force: the configuration's, else the one chosen in the browser.
pub fn mail(config: &Config, settings: &Settings) -> MailConfig {
    if config.mail.host.is_some() { config.mail.clone() } else { settings.mail.config() }
}

/// Buckets of all durations, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0, 600.0, 7200.0];

/// Begins to count. A process that runs several instances, as tests do, counts in the first.
fn record_metrics() -> Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).map_err(Error::internal)?.build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    Ok(handle)
}

/// Where the server listens.
pub enum Listener {
    /// An address and a port.
    Tcp(tokio::net::TcpListener),
    /// A socket in the file system.
    Unix(tokio::net::UnixListener),
}

impl Listener {
    /// Begins to listen at `ADDRESS:PORT` or `unix:PATH`.
    ///
    /// # Errors
    /// A sentence that names the address.
    pub async fn bind(listen: &str) -> Result<Self> {
        let cannot = |error: std::io::Error| Error::internal(format!("cannot listen on {listen}: {error}"));
        if let Some(path) = listen.strip_prefix("unix:") {
            // A socket that a dead server left behind; a living one holds the database anyway.
            let _ = std::fs::remove_file(path);
            return Ok(Self::Unix(tokio::net::UnixListener::bind(path).map_err(cannot)?));
        }
        Ok(Self::Tcp(tokio::net::TcpListener::bind(listen).await.map_err(cannot)?))
    }

    /// As people type it into a browser on this machine.
    pub fn url(&self) -> String {
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| urls::LOCAL.to_owned(), urls::listening)
            }
            Self::Unix(_) => "unix socket".to_owned(),
        }
    }

    /// As people type it on another machine of the same network; `None` when only this one is listened to, or when
    /// there is no network.
    pub fn network_url(&self) -> Option<String> {
        let Self::Tcp(listener) = self else { return None };
        let at = listener.local_addr().ok().filter(|at| at.ip().is_unspecified())?;
        // Tells which of the machine's addresses a packet would leave from. None is sent, and none arrives at an
        // address kept for examples (RFC 5737).
        let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        socket.connect((std::net::Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_loopback() && !ip.is_unspecified()).then(|| urls::listening((ip, at.port()).into()))
    }
}

/// Everything that answers, until `stop`.
pub fn router(app: &App, stop: &CancellationToken) -> axum::Router {
    let floods = Arc::new(floods::Floods::new(&app.config.limits));
    api::router(app)
        .merge(api::socket::router(app, stop))
        .merge(federation::router(app))
        .merge(site::router(app))
        .with_state(app.clone())
        .layer(CatchPanicLayer::custom(|_panic: Box<dyn std::any::Any + Send>| {
            // The hook of the standard library has logged where it was.
            Error::internal("a handler panicked").into_response()
        }))
        .layer(from_fn(problem::name_the_request))
        .layer(from_fn_with_state((app.clone(), floods), floods::guard))
        .layer(from_fn(without_body))
        .layer(axum::middleware::from_fn(measure))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
}

/// What browsers ask before another request is answered with 204, as in PeerTube.
async fn without_body(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if asks && response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_METHODS) {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

/// A span, a count and a time for each request. Never addresses, tokens or bodies.
async fn measure(request: Request, next: Next) -> Response {
    // Anyone can invent a method; only those that exist are counted apart.
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    // The pattern of the route, so that every video counts as one.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        http.method = method,
        http.route = route,
        http.status = tracing::field::Empty
    );
    let begun = std::time::Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.record("http.status", status);
    let seconds = begun.elapsed().as_secs_f64();
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::counter!("kiosque_requests_total", &labels).increment(1);
    metrics::histogram!("kiosque_request_seconds", &labels[..2]).record(seconds);
    tracing::debug!(parent: &span, seconds, "answered");
    response
}

/// Serves and works until `stop`; then finishes requests, parks jobs, and returns within ten seconds.
///
/// # Errors
/// When the listener fails.
pub async fn serve(app: App, listener: Listener, stop: CancellationToken) -> Result<()> {
    worker::sweep(&app).await?;
    let counts = app.metrics.clone();
    let upkeep = tokio::spawn(async move {
        // Times are gathered one by one until this folds them into their buckets.
        let mut minute = tokio::time::interval(std::time::Duration::from_secs(60));
        loop {
            minute.tick().await;
            counts.run_upkeep();
        }
    });
    app.db.write(videos::make_signing_key).await?;
    let workers = tokio::spawn(worker::run(app.clone(), stop.clone()));
    // `/videos/ID/` is `/videos/ID`, as in PeerTube: yt-dlp asks so.
    let answering = NormalizePath::trim_trailing_slash(router(&app, &stop));
    let stopped = stop.clone();
    let serving = async move {
        match listener {
            Listener::Tcp(listener) => {
                let service = ServiceExt::<Request>::into_make_service_with_connect_info::<
                    std::net::SocketAddr,
                >(answering);
                axum::serve(listener, service).with_graceful_shutdown(stopped.cancelled_owned()).await
            }
            Listener::Unix(listener) => {
                axum::serve(listener, ServiceExt::<Request>::into_make_service(answering))
                    .with_graceful_shutdown(stopped.cancelled_owned())
                    .await
            }
        }
    };
    let mut serving = std::pin::pin!(serving);
    let served = tokio::select! {
        served = &mut serving => served,
        () = async {
            stop.cancelled().await;
            // Long downloads and sockets are cut off; clients go on from where they were.
            tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        } => Ok(()),
    };
    stop.cancel();
    upkeep.abort();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), workers).await;
    app.write_views().await?;
    served.map_err(|error| Error::internal(format!("listening failed: {error}")))
}

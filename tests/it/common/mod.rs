//! A real server on port 0 with a data folder of its own.

pub mod certificates;
pub mod choir;
pub mod clips;
pub mod contract;
pub mod films;
pub mod letters;
pub mod people;
pub mod program;
pub mod shape;

use kiosque::{
    app::{self, App, Listener},
    clock::Clock,
    config::Config,
    jobs,
};
use serde_json::Value;
use std::{future::Future, time::Duration};
use tokio_util::sync::CancellationToken;

/// A client for servers of this machine, which have no certificates.
pub fn http() -> reqwest::ClientBuilder {
    kiosque::outgoing::encrypted_by_ring();
    reqwest::Client::builder().tls_certs_only([])
}

/// A running instance; stopped, and its jobs looked at, by [`Server::stop`].
pub struct Server {
    pub app: App,
    pub base: String,
    pub http: reqwest::Client,
    pub dir: tempfile::TempDir,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<kiosque::Result<()>>,
}

impl Server {
    /// Starts an instance that nobody has claimed.
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), Clock::system(), |_| {}).await
    }

    /// The same with a clock and changes to the configuration, on a data folder that may be a used one.
    pub async fn start_in(dir: tempfile::TempDir, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let listener = Listener::bind("127.0.0.1:0").await.unwrap();
        let base = listener.url();
        let mut config = Config {
            data_dir: dir.path().to_owned(),
            public_url: Some(base.parse().unwrap()),
            ..Config::default()
        };
        change(&mut config);
        let app = App::open(config, clock).await.unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(app::serve(app.clone(), listener, stop.clone()));
        Self { app, base, http: http().build().unwrap(), dir, stop, serving }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Starts an instance with a mail server that keeps its letters.
    pub async fn start_with_letters(clock: Clock) -> (Self, letters::Letters) {
        let letters = letters::Letters::start();
        let configured = letters.clone();
        let server =
            Self::start_in(tempfile::tempdir().unwrap(), clock, move |config| configured.configure(config))
                .await;
        (server, letters)
    }

    /// POST of JSON as anyone.
    pub async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        self.http.post(self.url(path)).json(body).send().await.unwrap()
    }

    /// GET as anyone.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// GET as anyone, as JSON; anything but 200, and anything but what the API says it is, fails.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        let body = serde_json::from_str(&text).unwrap();
        contract::check(path, 200, &body);
        body
    }

    /// Stops as SIGTERM does and gives the data folder back. Fails when a job failed that nobody expected to.
    pub async fn stop(self) -> tempfile::TempDir {
        let failed = self.failed_jobs().await;
        assert!(failed.is_empty(), "jobs failed: {failed:?}");
        self.stop_whatever_failed().await
    }

    /// The same when failed jobs are what the test is about.
    pub async fn stop_whatever_failed(self) -> tempfile::TempDir {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.serving)
            .await
            .expect("stops in time")
            .unwrap()
            .unwrap();
        self.dir
    }

    /// Jobs that were set aside, or failed and will be tried again.
    pub async fn failed_jobs(&self) -> Vec<(jobs::Job, Option<String>)> {
        let filter = jobs::Filter { count: 100, ..jobs::Filter::default() };
        let (_, entries) = self.app.db.read(move |conn| jobs::list(conn, &filter)).await.unwrap();
        entries
            .into_iter()
            .filter(|entry| entry.error.is_some())
            .map(|entry| (entry.job, entry.error))
            .collect()
    }
}

/// A PNG of this size.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let image = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 120]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Asks again and again until there is an answer, and fails with `what` when there is none within a minute.
pub async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let begun = std::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "waited a minute for: {what}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

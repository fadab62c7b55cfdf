//! Requests to other servers, at addresses that strangers have chosen. This is the only way out, since it keeps one
//! promise: nothing from outside makes this server reach a private address. What answers on the local network trusts who
//! is on it.
//!
//! An address is looked at twice. [`Outgoing::check`] reads it: the scheme, and hosts that are numbers. The names of hosts
//! are looked at when they are looked up, at every connection and not before: what a name leads to can change in between,
//! and a connection goes to what was looked at. Each step of a redirect is an address like the first. No proxy of the
//! environment is asked. `federation.allow_insecure` opens all that, for tests and closed networks.
//!
//! What is asked takes its time and sends as much as it likes: [`Limits`] end both.

mod answer;
mod names;
mod public;

pub use answer::Answer;
use names::Names;
use reqwest::{
    Client, Method,
    header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, USER_AGENT},
    redirect::Policy,
};
use std::{fmt, net::IpAddr, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::sync::OnceCell;
use url::{Host, Url};

/// A server takes the connection within this time.
const CONNECT: Duration = Duration::from_secs(10);
/// A connection that nobody uses is closed after this time.
const IDLE: Duration = Duration::from_secs(30);

/// Why a request came to nothing. The sentences may be shown to who chose the address.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum OutgoingError {
    /// The address, or one that it leads to, is none that this server may ask. Asking again does not help.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nobody answers, or not in time, or not in HTTP.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The answer is longer than [`Limits::body`].
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// More steps than [`Limits::redirects`].
    #[error("the address leads on and on")]
    Wandering,
}

/// What a request may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the answer's body. With 0 the body is not read, however long it is.
    pub body: usize,
    /// From the first look-up to the last byte, redirects included.
    pub time: Duration,
    /// Redirects that are gone along. With 0, and for what is sent by POST, they are handed back:
    /// who signs what it asks for signs anew for [`Answer::leads_to`].
    pub redirects: u8,
}

/// Headers of a request: names in small letters, and what they say.
pub type Headers<'a> = &'a [(&'static str, String)];

/// Asks other servers.
pub struct Outgoing {
    /// Also plain http.
    plain: bool,
    public: fn(IpAddr) -> bool,
    names: Names,
    agent: String,
    /// Made when it is first needed: it holds the certificates of all authorities.
    client: OnceCell<Client>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("plain", &self.plain).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// `anywhere` permits http and private addresses. `here` is told to those who are asked, as in `+https://kiosque.example`.
    pub fn new(anywhere: bool, here: &Url) -> Self {
        let public = if anywhere { |_| true } else { public::is_public };
        Self::with(anywhere, public, Names::System, here)
    }

    fn with(plain: bool, public: fn(IpAddr) -> bool, names: Names, here: &Url) -> Self {
        let here = here.origin().ascii_serialization();
        let agent = format!("kiosque/{} (+{here})", env!("CARGO_PKG_VERSION"));
        Self { plain, public, names, agent, client: OnceCell::new() }
    }

    /// Whether an address may be asked, as far as it can be read from it.
    ///
    /// # Errors
    /// [`OutgoingError::Forbidden`] when not.
    pub fn check(&self, url: &Url) -> Result<(), OutgoingError> {
        let ip = match url.host() {
            None => return Err(OutgoingError::Forbidden("This address names no server.")),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        };
        if url.scheme() != "https" && !(self.plain && url.scheme() == "http") {
            return Err(OutgoingError::Forbidden("Only addresses with https are asked."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutgoingError::Forbidden("Addresses with a password in them are not asked."));
        }
        if ip.is_some_and(|ip| !(self.public)(ip)) {
            return Err(OutgoingError::Forbidden("This address is not on the Internet."));
        }
        Ok(())
    }

    /// Fetches something. Of the headers only `accept` goes along to another server that this one leads to.
    ///
    /// # Errors
    /// When an address may not be asked, nobody answers, or the answer is too much.
    pub async fn get(
        &self,
        url: &Url,
        headers: Headers<'_>,
        limits: Limits,
    ) -> Result<Answer, OutgoingError> {
        in_time(limits.time, async {
            let mut sent = header_map(headers)?;
            let mut url = url.clone();
            for _ in 0..=limits.redirects {
                let answer = self.ask(Method::GET, &url, sent.clone(), Vec::new(), limits.body).await?;
                let Some(next) = answer.leads_to().filter(|_| limits.redirects > 0) else {
                    return Ok(answer);
                };
                if next.origin() != url.origin() {
                    sent = sent.remove(ACCEPT).map(|accept| (ACCEPT, accept)).into_iter().collect();
                }
                url = next;
            }
            Err(OutgoingError::Wandering)
        })
        .await
    }

    /// Sends something.
    ///
    /// # Errors
    /// As for [`Outgoing::get`].
    pub async fn post(
        &self,
        url: &Url,
        headers: Headers<'_>,
        body: Vec<u8>,
        limits: Limits,
    ) -> Result<Answer, OutgoingError> {
        in_time(limits.time, async {
            self.ask(Method::POST, url, header_map(headers)?, body, limits.body).await
        })
        .await
    }

    /// One request to one server.
    async fn ask(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Vec<u8>,
        most: usize,
    ) -> Result<Answer, OutgoingError> {
        self.check(url)?;
        let mut request = self.client().await?.request(method, url.clone()).headers(headers);
        if !body.is_empty() {
            request = request.body(body);
        }
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        Answer::read(url, response, most).await
    }

    async fn client(&self) -> Result<&Client, OutgoingError> {
        self.client
            .get_or_try_init(|| async {
                let builder = Client::builder()
                    .dns_resolver(Arc::new(self.names.of(self.public)))
                    .default_headers([(USER_AGENT, header_value(&self.agent)?)].into_iter().collect())
                    .redirect(Policy::none())
                    .referer(false)
                    .no_proxy()
                    .connect_timeout(CONNECT)
                    .pool_idle_timeout(IDLE)
                    .pool_max_idle_per_host(1);
                // The certificates of authorities are files.
                let build = move || {
                    encrypted_by_ring();
                    builder.build().map_err(|error| unreachable(&error))
                };
                let built = tokio::task::spawn_blocking(build).await;
                built.map_err(|error| unreachable(&error))?
            })
            .await
    }
}

/// The program has one provider of encryption, and says so once; that it was said already is no fault.
pub fn encrypted_by_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

async fn in_time<T>(
    time: Duration,
    task: impl Future<Output = Result<T, OutgoingError>>,
) -> Result<T, OutgoingError> {
    let late = |_| OutgoingError::Unreachable("it took too long".to_owned());
    tokio::time::timeout(time, task).await.map_err(late)?
}

fn header_map(headers: Headers<'_>) -> Result<HeaderMap, OutgoingError> {
    headers.iter().map(|(name, value)| Ok((HeaderName::from_static(name), header_value(value)?))).collect()
}

fn header_value(value: &str) -> Result<HeaderValue, OutgoingError> {
    HeaderValue::from_str(value).map_err(|error| unreachable(&error))
}

fn unreachable(error: &(dyn std::error::Error + 'static)) -> OutgoingError {
    // The words of the library say what it did, and the whole address; why stands at the end of the chain.
    let mut why = error;
    while let Some(deeper) = why.source() {
        why = deeper;
    }
    OutgoingError::Unreachable(why.to_string())
}

#[cfg(test)]
mod tests {
    // Against servers of this machine, of which only 127.0.0.1 counts as the Internet.

    use super::*;
    use axum::{
        Router,
        extract::{Path, Request},
        http::StatusCode,
        response::IntoResponse,
        routing::{any, get},
    };
    use std::{
        net::{Ipv4Addr, SocketAddr},
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
    };
    use tokio::net::TcpListener;

    const LIMITS: Limits = Limits { body: 1000, time: Duration::from_secs(20), redirects: 3 };

    fn here() -> Url {
        Url::parse("https://kiosque.example/some").unwrap()
    }

    fn is_first(ip: IpAddr) -> bool {
        ip == IpAddr::V4(Ipv4Addr::LOCALHOST)
    }

    /// Asks as the program does, but for what counts as public.
    fn outgoing(names: Names) -> Outgoing {
        Outgoing::with(true, is_first, names, &here())
    }

    async fn serve(router: Router) -> SocketAddr {
        serve_at(Ipv4Addr::LOCALHOST, 0, router).await
    }

    async fn serve_at(ip: Ipv4Addr, port: u16, router: Router) -> SocketAddr {
        let listener = TcpListener::bind((ip, port)).await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        at
    }

    fn url(at: SocketAddr, path: &str) -> Url {
        Url::parse(&format!("http://{at}{path}")).unwrap()
    }

    /// Answers with the request: its method, its headers, its body.
    async fn mirror(request: Request) -> String {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1000).await.unwrap();
        format!("{} {:?} {}", head.method, head.headers, String::from_utf8_lossy(&body))
    }

    fn forbidden<T: fmt::Debug>(asked: Result<T, OutgoingError>) -> bool {
        matches!(asked.unwrap_err(), OutgoingError::Forbidden(_))
    }

    #[test]
    fn addresses_are_read_first() {
        let (strict, open) = (Outgoing::new(false, &here()), Outgoing::new(true, &here()));
        let check = |out: &Outgoing, url: &str| out.check(&Url::parse(url).unwrap()).is_ok();
        for (url, here, there) in [
            ("https://push.example/a", true, true),
            ("https://1.1.1.1/a", true, true),
            ("http://push.example/a", false, true),
            ("https://127.1/a", false, true),
            ("https://0x7f.0.0.1/a", false, true),
            ("https://2130706433/a", false, true),
            ("https://169.254.169.254/latest/meta-data", false, true),
            ("https://[::1]/a", false, true),
            ("https://[::ffff:127.0.0.1]/a", false, true),
            ("https://anne:secret@push.example/", false, false),
            ("ftp://push.example/a", false, false),
            ("file:///etc/passwd", false, false),
            ("data:text/plain,a", false, false),
        ] {
            assert_eq!((check(&strict, url), check(&open, url)), (here, there), "{url}");
        }
    }

    #[tokio::test]
    async fn what_is_asked_and_answered_comes_through() {
        let at = serve(Router::new().route("/", any(mirror))).await;
        let out = outgoing(Names::System);
        let headers = [("accept", "application/json".to_owned()), ("signature", "mine".to_owned())];
        let got = out.get(&url(at, "/"), &headers, LIMITS).await.unwrap();
        assert!(got.is_good() && got.leads_to().is_none());
        assert_eq!(
            (got.url.clone(), got.header("content-type")),
            (url(at, "/"), Some("text/plain; charset=utf-8"))
        );
        let said = String::from_utf8(got.body).unwrap();
        let agent = concat!("\"kiosque/", env!("CARGO_PKG_VERSION"), " (+https://kiosque.example)\"");
        for part in ["GET {", "\"application/json\"", "\"signature\": \"mine\"", agent] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("referer"), "{said}");
        let sent = out.post(&url(at, "/"), &headers, b"a body".to_vec(), LIMITS).await.unwrap();
        let said = String::from_utf8(sent.body).unwrap();
        assert!(said.starts_with("POST {") && said.ends_with(" a body"), "{said}");
    }

    #[tokio::test]
    async fn redirects_are_addresses_like_the_first() {
        // Only one of two servers is on the Internet, and the other is never asked.
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let home = Router::new().fallback(move || async move { count.fetch_add(1, SeqCst).to_string() });
        let home = serve_at(Ipv4Addr::new(127, 0, 0, 2), 0, home).await;
        let other = serve(Router::new().route("/", any(mirror))).await;
        let to = |url: String| (StatusCode::FOUND, [("location", url)]);
        let at = serve(
            Router::new()
                .route("/", any(mirror))
                .route("/home", any(move || async move { to(format!("http://{home}/")) }))
                .route("/file", any(move || async move { to("file:///etc/passwd".to_owned()) }))
                .route("/other", any(move || async move { to(format!("http://{other}/")) }))
                .route("/near", any(move || async move { to("../".to_owned()) }))
                .route(
                    "/steps/{left}",
                    any(move |Path(left): Path<u8>| async move {
                        to(if left == 1 { "/".to_owned() } else { format!("{}", left - 1) })
                    }),
                ),
        )
        .await;
        let out = outgoing(Names::System);
        let headers = [("accept", "text/plain".to_owned()), ("signature", "mine".to_owned())];
        let get = |path: &str| {
            let (out, headers, url) = (&out, &headers, url(at, path));
            async move { out.get(&url, headers, LIMITS).await }
        };
        for path in ["/home", "/file"] {
            assert!(forbidden(get(path).await), "{path}");
        }
        let near = get("/near").await.unwrap();
        assert_eq!(near.url, url(at, "/"));
        assert!(String::from_utf8(near.body).unwrap().contains("mine"));
        let far = get("/other").await.unwrap();
        assert_eq!(far.url, url(other, "/"));
        let said = String::from_utf8(far.body).unwrap();
        assert!(said.contains("text/plain") && !said.contains("mine"), "{said}");
        assert_eq!(get("/steps/3").await.unwrap().status, 200);
        assert_eq!(get("/steps/4").await, Err(OutgoingError::Wandering));
        // Who does not want to be led is told where it goes, and so is who sends.
        let limits = Limits { redirects: 0, ..LIMITS };
        let led = out.get(&url(at, "/home"), &headers, limits).await.unwrap();
        assert_eq!((led.status, led.leads_to()), (302, Some(url(home, "/"))));
        let led = out.post(&url(at, "/home"), &headers, Vec::new(), LIMITS).await.unwrap();
        assert_eq!((led.status, led.leads_to()), (302, Some(url(home, "/"))));
        assert_eq!(asked.load(SeqCst), 0);
    }

    #[tokio::test]
    async fn a_name_is_looked_at_whenever_it_is_looked_up() {
        let (first, second) = (Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        // No connection is kept, so that every request looks the name up.
        let closes = || async { ([("connection", "close")], "yes") };
        let at = serve(Router::new().route("/", get(closes))).await;
        let home = Router::new().fallback(move || async move { count.fetch_add(1, SeqCst).to_string() });
        serve_at(second, at.port(), home).await;
        let looked_up = [vec![first], vec![second], vec![second, first], vec![]];
        let script = looked_up.map(|found| found.into_iter().map(IpAddr::V4).collect::<Vec<_>>()).to_vec();
        let script = Arc::new(Mutex::new(script));
        let out = outgoing(Names::Script(script.clone()));
        let url = Url::parse(&format!("http://rebound.example:{}/", at.port())).unwrap();
        let nowhere = Err(OutgoingError::Unreachable("its name leads to no public address".to_owned()));
        for good in [true, false, true, false] {
            let got = out.get(&url, &[], LIMITS).await;
            assert!(if good { got.unwrap().body == b"yes" } else { got == nowhere });
        }
        assert_eq!((asked.load(SeqCst), script.lock().unwrap().len()), (0, 0));
        // So it is with the names of this machine.
        let url = Url::parse(&format!("https://localhost:{}/", at.port())).unwrap();
        assert_eq!(Outgoing::new(false, &here()).post(&url, &[], Vec::new(), LIMITS).await, nowhere);
    }

    #[tokio::test]
    async fn what_takes_too_much_is_left() {
        let long = || async { vec![b'a'; 1001] };
        let endless = || async {
            let pieces =
                futures::stream::repeat_with(|| Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"aaaa")));
            axum::body::Body::from_stream(pieces)
        };
        let busy =
            || async { (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "99999999999")]).into_response() };
        let router = Router::new()
            .route("/fits", get(|| async { vec![b'a'; 1000] }))
            .route("/long", get(long))
            .route("/endless", get(endless))
            .route("/busy", get(busy))
            .route("/never", get(std::future::pending::<()>));
        let at = serve(router).await;
        let out = outgoing(Names::System);
        let get = |path: &'static str, limits: Limits| {
            let (out, url) = (&out, url(at, path));
            async move { out.get(&url, &[], limits).await }
        };
        assert_eq!(get("/fits", LIMITS).await.unwrap().body.len(), 1000);
        for path in ["/long", "/endless"] {
            assert_eq!(get(path, LIMITS).await, Err(OutgoingError::TooLong(1000)));
            assert_eq!(get(path, Limits { body: 0, ..LIMITS }).await.unwrap().body.len(), 0);
        }
        let busy = get("/busy", LIMITS).await.unwrap();
        assert_eq!((busy.status, busy.is_good(), busy.retry_after), (503, false, Some(24 * 3600)));
        let late = Err(OutgoingError::Unreachable("it took too long".to_owned()));
        assert_eq!(get("/never", Limits { time: Duration::from_millis(50), ..LIMITS }).await, late);
        // Who is not there.
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(matches!(out.get(&url(free, "/"), &[], LIMITS).await, Err(OutgoingError::Unreachable(_))));
    }
}

//! What another server answered.

use super::{OutgoingError, unreachable};
use reqwest::{
    Response,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use std::fmt;
use url::Url;

/// Seconds that a server may ask us to wait; what it says beyond that is not taken seriously.
const MOST_WAIT: u32 = 24 * 3600;

/// What a server answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Who answered in the end.
    pub url: Url,
    /// Seconds to wait before trying again, where it says so; a day at most.
    pub retry_after: Option<u32>,
    /// The body, when it was wanted.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// What came back from `url`, with at most this much of a body.
    pub(super) async fn read(url: &Url, mut response: Response, most: usize) -> Result<Self, OutgoingError> {
        let headers = std::mem::take(response.headers_mut());
        let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        Ok(Self {
            status: response.status().as_u16(),
            url: url.clone(),
            retry_after: wait.map(|wait| u32::try_from(wait).unwrap_or(MOST_WAIT).min(MOST_WAIT)),
            body: if most == 0 { Vec::new() } else { body(response, most).await? },
            headers,
        })
    }

    /// A header, when it is there and written in ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads, whether it may be asked or not.
    pub fn leads_to(&self) -> Option<Url> {
        let leads = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        let place = self.headers.get(LOCATION).filter(|_| leads)?.to_str().ok()?;
        self.url.join(place).ok()
    }

    /// Whether it is one of the statuses that say yes.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

// Bodies are long, and headers may hold secrets: neither belongs into a log.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, OutgoingError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| unreachable(&error))? {
        if body.len() + piece.len() > most {
            return Err(OutgoingError::TooLong(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

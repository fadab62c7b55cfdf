//! From where a request comes, also behind a reverse proxy.

use super::extract::text_header;
use crate::{accounts::sessions::Device, app::App, error::Error};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, header, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

/// The address of the client; `None` on a socket in the file system whose proxy does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub Option<IpAddr>);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &app.config.trusted_proxies))
    }
}

impl Client {
    /// Of a request that has not been taken apart.
    pub fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Self(client(peer, headers, trusted))
    }
}

/// Program and address of a client, as its sessions show them.
#[derive(Debug, Clone)]
pub struct SeenFrom(pub Device);

impl FromRequestParts<App> for SeenFrom {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let program = text_header(&parts.headers, header::USER_AGENT.as_str())
            .map(|program| program.chars().take(250).collect::<String>());
        Ok(Self(Device { program, address: client.0.map(|address| address.to_canonical().to_string()) }))
    }
}

/// Goes back from the nearest proxy as long as each is one that is trusted. A header from anybody else is worth nothing.
fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.contains(&address.to_canonical());
    // Who can write to our socket in the file system is a proxy of ours.
    if peer.is_some_and(|peer| !is_trusted(peer)) {
        return peer;
    }
    let mut nearest = peer;
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        let Some(address) = parse(hop) else { break };
        nearest = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    nearest
}

/// An address, with or without a port and brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    hop.parse()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(|| hop.trim_start_matches('[').trim_end_matches(']').parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: Option<&str>, forwarded: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["127.0.0.1".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        client(peer.map(|peer| peer.parse().unwrap()), &headers, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let is = |address: &str| Some(address.to_owned());
        assert_eq!(seen(Some("203.0.113.9"), &["198.51.100.1"]), is("203.0.113.9"));
        assert_eq!(seen(Some("127.0.0.1"), &["198.51.100.1"]), is("198.51.100.1"));
        // What the client itself wrote stands on the left and is not believed.
        assert_eq!(seen(Some("127.0.0.1"), &["10.0.0.1, 198.51.100.1"]), is("198.51.100.1"));
        assert_eq!(seen(Some("127.0.0.1"), &["10.0.0.1", "198.51.100.1, 192.0.2.7"]), is("198.51.100.1"));
        assert_eq!(seen(Some("127.0.0.1"), &[]), is("127.0.0.1"));
        assert_eq!(seen(Some("127.0.0.1"), &["nonsense"]), is("127.0.0.1"));
        assert_eq!(seen(None, &["[2001:db8::1]:443"]), is("2001:db8::1"));
        assert_eq!(seen(None, &[]), None);
    }
}

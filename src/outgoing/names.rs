//! Looks names of hosts up, and knows only those that lead to public addresses.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};

/// Where names are looked up.
#[derive(Clone)]
pub(super) enum Names {
    /// As this machine does it.
    System,
    /// A script of what each look-up finds, in turn.
    #[cfg(test)]
    Script(std::sync::Arc<std::sync::Mutex<Vec<Vec<IpAddr>>>>),
}

impl Names {
    /// Those that lead to public addresses.
    pub(super) fn of(&self, public: fn(IpAddr) -> bool) -> PublicNames {
        PublicNames { names: self.clone(), public }
    }

    async fn look_up(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        match self {
            // The port is not the name's; who asked puts it in.
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Script(script) => {
                Ok(script.lock().unwrap().remove(0).into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
            }
        }
    }
}

pub(super) struct PublicNames {
    names: Names,
    public: fn(IpAddr) -> bool,
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, public) = (self.names.clone(), self.public);
        Box::pin(async move {
            let mut found = names.look_up(name.as_str()).await?;
            found.retain(|one| public(one.ip()));
            if found.is_empty() {
                return Err("its name leads to no public address".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

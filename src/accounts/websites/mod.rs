//! Links on the pages of accounts and groups: their own website, where else they are found.

mod store;

use super::images::Whose;
use crate::error::{Error, Result};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// Links of one page at most.
pub const MOST: usize = 8;
/// Letters of a label.
const LABEL_LONGEST: usize = 60;
/// Letters of an address.
const URL_LONGEST: usize = 500;

/// A link on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Website {
    /// What it is called; empty when the address says enough.
    pub label: String,
    /// An address with http or https.
    pub url: String,
}

/// The links of one, in order.
pub fn of(conn: &Connection, whose: Whose) -> Result<Vec<Website>> {
    store::of(conn, whose)
}

/// Puts links in the place of those that were there. Who may do that is asked of the account or group.
///
/// # Errors
/// 400 naming what breaks a rule.
pub fn replace(tx: &Transaction<'_>, whose: Whose, links: &[Website]) -> Result<()> {
    let mut kept = Vec::new();
    for link in links {
        let (label, url) = (link.label.trim(), link.url.trim());
        let address = Url::parse(url).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty()
        });
        let fits = url.len() <= URL_LONGEST && label.chars().count() <= LABEL_LONGEST;
        let Some(address) = address.filter(|_| fits && kept.len() < MOST) else {
            let rule = format!(
                "At most {MOST} addresses that begin with https:// or http://, each of at most {URL_LONGEST} characters, with labels of at most {LABEL_LONGEST}."
            );
            return Err(Error::invalid("websites", rule));
        };
        kept.push(Website { label: label.to_owned(), url: address.into() });
    }
    store::replace(tx, whose, &kept)
}

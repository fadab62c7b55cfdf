//! Who is spoken to in a text: `@name` and `@name@host`.

use crate::{
    accounts::{self, NAME_LONGEST},
    error::Result,
};
use rusqlite::Connection;

/// People that one comment speaks to at most; the others are plain text.
const MOST: usize = 20;
/// Characters of a host name (RFC 1035).
const HOST_LONGEST: usize = 253;

/// A handle as somebody wrote it, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Handle {
    pub name: String,
    /// What follows the second `@`.
    pub host: Option<String>,
}

/// The accounts that a text speaks to, among those that are known here. `host` is our own.
pub(super) fn accounts(conn: &Connection, text: &str, host: &str) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for handle in handles(text) {
        let origin = handle.host.as_deref().filter(|origin| *origin != host);
        match accounts::by_name(conn, &handle.name, origin) {
            Ok(account) if !found.contains(&account.id) => found.push(account.id),
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The handles in a text, each once.
pub(super) fn handles(text: &str) -> Vec<Handle> {
    let mut found: Vec<Handle> = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        // Not in the middle of a word, an address for letters or an address of a page.
        if letter == '@' && !before.is_alphanumeric() && !matches!(before, '@' | '/' | '_' | '.') {
            let name =
                leading(rest, NAME_LONGEST + 1, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
            let after = &rest[name.len()..];
            let host = after
                .strip_prefix('@')
                .map(|after| {
                    leading(after, HOST_LONGEST, |c| {
                        c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':')
                    })
                })
                .filter(|host| !host.is_empty());
            // A sentence may end behind a name.
            let name = name.trim_end_matches('.').to_lowercase();
            let host = host.map(|host| host.trim_end_matches(['.', ':']).to_lowercase());
            let handle = Handle { name, host };
            if (1..=NAME_LONGEST).contains(&handle.name.len()) && !found.contains(&handle) {
                found.push(handle);
                if found.len() >= MOST {
                    break;
                }
            }
        }
        before = letter;
    }
    found
}

/// The first letters for which something holds.
fn leading(text: &str, most: usize, holds: impl Fn(char) -> bool) -> &str {
    let end = text.char_indices().take(most).find(|(_, letter)| !holds(*letter)).map(|(at, _)| at);
    let most = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    &text[..end.unwrap_or(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let line = |handle: Handle| match handle.host {
            Some(host) => format!("{}@{host}", handle.name),
            None => handle.name,
        };
        handles(text).into_iter().map(line).collect()
    }

    #[test]
    fn handles_are_told_from_other_texts() {
        assert_eq!(told("@Anna, see (@le_grillon) and @b.c."), ["anna", "le_grillon", "b.c"]);
        assert_eq!(told("@anna@Kiosque.Example:8080. @anna @anna"), ["anna@kiosque.example:8080", "anna"]);
        for none in ["a@b.example", "https://x.example/@anna", "@", "@@", "@é", "@ anna", ""] {
            assert_eq!(told(none), Vec::<String>::new(), "{none}");
        }
        assert_eq!(told(&format!("@{}", "a".repeat(51))), Vec::<String>::new());
        assert_eq!(told("@a@"), ["a"]);
    }

    #[test]
    fn nobody_speaks_to_everybody() {
        let all: Vec<String> = (0..100).map(|n| format!("@a{n}")).collect();
        assert_eq!(handles(&all.join(" ")).len(), MOST);
    }
}

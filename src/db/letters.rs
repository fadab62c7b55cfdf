//! Names as people compare them: `folded(text)` in SQL, in lower case and without accents, also beyond ASCII.

use crate::error::Result;
use rusqlite::{Connection, functions::FunctionFlags};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Makes `folded` known to a connection. Of null it is null.
pub(super) fn register(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("folded", 1, flags, |context| {
        let text: Option<String> = context.get(0)?;
        Ok(text.map(|text| folded(&text)))
    })?;
    Ok(())
}

fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            '’' | 'ʼ' => folded.push('\''),
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_call_the_same_are_the_same() {
        for (text, plain) in [
            ("Éloïse ŒUVRE", "eloise oeuvre"),
            ("E\u{301}loi\u{308}se", "eloise"),
            ("STRASSE straße", "strasse strasse"),
            ("Ødegård Łódź", "odegard lodz"),
            ("L’Été", "l'ete"),
            ("ЁЛКА Ёлка", "елка елка"),
            ("plain", "plain"),
        ] {
            assert_eq!(folded(text), plain);
        }
    }
}

//! Text of people and what is known about it: labels of PeerTube's tables, folding for search.

pub mod captions;
pub mod html;
pub mod markdown;
pub mod tables;
pub mod timecodes;

/// The text of a header with letters beyond ASCII: UTF-8 from those who write that, else Latin-1, which HTTP had in mind
/// and browsers and yt-dlp send.
pub fn of_header(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The one function that makes text safe inside HTML, in content and in quoted attributes.
pub fn escape_html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// The best of our languages for a browser whose `Accept-Language` says which it likes, else `default`.
pub fn best_language(wanted: &str, ours: &[&'static str], default: &str) -> String {
    let mut best: Option<(f32, &str)> = None;
    for one in wanted.split(',').take(20) {
        let mut parts = one.split(';');
        let tag = parts.next().unwrap_or("").trim().to_lowercase();
        let weight: f32 = parts
            .find_map(|part| part.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()))
            .unwrap_or(1.0);
        let known = ours.iter().find(|known| tag == **known || tag.starts_with(&format!("{known}-")));
        if let Some(known) = known
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, known));
        }
    }
    best.map_or(default, |(_, known)| known).to_owned()
}

/// The letters of a name that a handle can carry: "Le Grillon d'été" becomes `le_grillon_d_ete`. Empty for a name of
/// another script.
pub fn handle(name: &str, longest: usize) -> String {
    let mut handle = String::new();
    for letter in bare(name).chars() {
        if letter.is_ascii_alphanumeric() {
            handle.push(letter);
        } else if !handle.is_empty() && !handle.ends_with('_') {
            handle.push('_');
        }
    }
    handle.truncate(longest);
    handle.trim_matches('_').to_owned()
}

/// Text in lower case and without accents, to look for words in short texts without an index.
pub fn bare(text: &str) -> String {
    fold(text).to_lowercase().chars().filter(|letter| !is_accent(*letter)).map(without_mark).collect()
}

/// Whether words are made of it, as SQLite's tokenizer has it: also an accent that is a sign of its own, behind its letter.
pub fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || is_accent(letter)
}

fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Lower case letters of European alphabets without their marks.
fn without_mark(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ś' | 'š' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// Text as search compares it, for what SQLite's tokenizer does not fold itself: ligatures become letters, curly
/// apostrophes straight ones.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
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
    fn headers_are_utf8_or_latin1() {
        assert_eq!(of_header("ré".as_bytes()), "ré");
        assert_eq!(of_header(b"r\xe9"), "ré");
        assert_eq!(of_header(b"re"), "re");
    }
}

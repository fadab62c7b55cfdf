//! Text of people and what is known about it: labels of PeerTube's tables, folding for search.

pub mod tables;

/// The letters of a name that a handle can carry: "Le Grillon d'été" becomes `le_grillon_d_ete`. Empty for a name of
/// another script.
pub fn handle(name: &str, longest: usize) -> String {
    let mut handle = String::new();
    for letter in fold(name).to_lowercase().chars() {
        let letter = without_mark(letter);
        if letter.is_ascii_alphanumeric() {
            handle.push(letter);
        } else if !handle.is_empty() && !handle.ends_with('_') {
            handle.push('_');
        }
    }
    handle.truncate(longest);
    handle.trim_matches('_').to_owned()
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

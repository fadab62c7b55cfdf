//! Text of people and what is known about it: labels of PeerTube's tables, folding for search.

pub mod tables;

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

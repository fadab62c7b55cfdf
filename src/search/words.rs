//! What somebody typed, as queries of the full-text index.

use crate::text;

/// Words that French leaves a letter out of before a vowel: with an apostrophe behind them they say nothing.
const ELISIONS: &[&str] =
    &["l", "d", "j", "m", "t", "s", "c", "n", "qu", "lorsqu", "puisqu", "jusqu", "quoiqu"];

/// Words that are looked for; the rest of what was typed is not looked at.
const MOST: usize = 12;

/// Letters of a word that are looked at.
const LONGEST: usize = 60;

/// The words of what was typed: at least one, at most twelve, of letters and digits in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// `None` when there is no word in it.
    pub(super) fn of(typed: &str) -> Option<Self> {
        let folded = text::fold(typed).to_lowercase();
        let mut words = Vec::new();
        for word in folded.split(|letter: char| !text::is_of_word(letter) && letter != '\'') {
            if words.len() >= MOST {
                break;
            }
            let word = match word.split_once('\'') {
                Some((before, after)) if ELISIONS.contains(&before) && !after.is_empty() => after,
                _ => word,
            };
            let parts = word.split('\'').filter(|part| !part.is_empty());
            words.extend(parts.map(|part| part.chars().take(LONGEST).collect()));
        }
        words.truncate(MOST);
        if words.is_empty() { None } else { Some(Self(words)) }
    }

    /// What begins with these words, anywhere.
    pub(super) fn begun(&self) -> String {
        let quoted: Vec<String> = self.0.iter().map(|word| format!("\"{word}\"")).collect();
        quoted.join("* ") + "*"
    }

    /// Queries of the index, each wider than the one before: what begins with these words, is called so, is called
    /// something that begins so, has them in its tags too, in names, anywhere.
    pub(super) fn best_first(&self) -> [String; 6] {
        let quoted: Vec<String> = self.0.iter().map(|word| format!("\"{word}\"")).collect();
        let (whole, begun) = (quoted.join(" "), self.begun());
        [
            format!("title : ^ \"{}\" *", self.0.join(" ")),
            format!("title : ({whole})"),
            format!("title : ({begun})"),
            format!("{{title tags}} : ({begun})"),
            format!("{{title tags names}} : ({begun})"),
            begun,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_people_write_them() {
        for (typed, words) in [
            ("L’Été à l'école", &["été", "à", "école"][..]),
            ("Chœur : \"répét", &["choeur", "répét"]),
            ("d’eau qu'on m'a", &["eau", "on", "a"]),
            ("aujourd'hui", &["aujourd", "hui"]),
            ("l'", &["l"]),
            // An accent as a sign of its own, as file names of some machines have it.
            ("e\u{301}te\u{301} fini", &["e\u{301}te\u{301}", "fini"]),
        ] {
            assert_eq!(Words::of(typed).unwrap().0, words, "{typed}");
        }
        for nothing in ["", " - ", "\"*\"", "''"] {
            assert_eq!(Words::of(nothing), None);
        }
        for many in ["mot ", "mot'", "l'", "m- "] {
            assert_eq!(Words::of(&many.repeat(100)).unwrap().0.len(), MOST, "{many}");
        }
    }
}

//! Time codes that people write into descriptions: `1:02`, `00:01:02`.

/// Seconds of a time code at the beginning of a text, and what follows it.
fn code(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ':').unwrap_or(text.len());
    let (code, rest) = text.split_at(end);
    let parts: Vec<&str> = code.split(':').collect();
    let lengths = parts.iter().all(|part| (1..=2).contains(&part.len()));
    if !(2..=3).contains(&parts.len()) || !lengths {
        return None;
    }
    let mut seconds = 0;
    for (at, part) in parts.iter().enumerate() {
        let number: i64 = part.parse().ok()?;
        if at > 0 && number > 59 {
            return None;
        }
        seconds = seconds * 60 + number;
    }
    Some((seconds, rest))
}

/// Chapters that a description lists, one a line: `0:00 Opening`, `- (1:30) - Song`. At least two, in order; anything
/// else is prose that mentions a moment.
pub fn chapters(description: &str) -> Vec<(i64, String)> {
    let mut chapters: Vec<(i64, String)> = Vec::new();
    for line in description.lines().take(2000) {
        let line = line.trim_start_matches(|letter: char| " \t-*•–([".contains(letter));
        let Some((seconds, rest)) = code(line) else { continue };
        let title = rest.trim_matches(|letter: char| letter.is_whitespace() || "-–—:)]|".contains(letter));
        if title.is_empty() {
            continue;
        }
        if chapters.last().is_some_and(|(last, _)| *last >= seconds) || chapters.len() >= 1000 {
            return Vec::new();
        }
        chapters.push((seconds, title.chars().take(100).collect()));
    }
    if chapters.len() < 2 { Vec::new() } else { chapters }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_of_moments_are_chapters() {
        let found = chapters("Le concert.\n\n0:00 Ouverture\n- (1:30) - Chanson\n* 01:02:03 | Fin\n");
        let expected = [(0, "Ouverture"), (90, "Chanson"), (3723, "Fin")];
        assert_eq!(found, expected.map(|(at, title)| (at, title.to_owned())));
    }

    #[test]
    fn prose_is_not() {
        for text in [
            "At 20:00 we begin.",
            "1:00 a\n0:30 b",
            "0:00 alone",
            "0:75 a\n1:80 b",
            "12 apples\n13 pears",
            "0:10\n0:20",
        ] {
            assert!(chapters(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,200}") {
            let _ = chapters(&text);
        }
    }
}

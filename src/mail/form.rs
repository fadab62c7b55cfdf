//! The form of a letter: plain text, and the same as simple HTML.

use crate::text::escape_html as escape;
use std::fmt::Write as _;

/// What a letter says, before it has a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// Paragraphs, the first a greeting.
    pub before: Vec<String>,
    /// What a person wrote, to be shown as theirs.
    pub quote: Option<String>,
    /// Things that happened, each with its address.
    pub list: Vec<(String, String)>,
    /// The one thing to do: what it is called, and its address.
    pub link: Option<(String, String)>,
    /// Paragraphs below it.
    pub after: Vec<String>,
    /// Who writes, and why.
    pub foot: String,
}

/// Characters of a quoted text; more is cut.
const MOST_QUOTE: usize = 5000;

/// The words with the typography of their language.
#[must_use]
pub fn typeset(lang: &str, words: Words) -> Words {
    if lang != "fr" {
        return words;
    }
    Words {
        subject: french(&words.subject),
        before: words.before.iter().map(|text| french(text)).collect(),
        list: words.list.into_iter().map(|(line, url)| (french(&line), url)).collect(),
        link: words.link.map(|(label, url)| (french(&label), url)),
        after: words.after.iter().map(|text| french(text)).collect(),
        foot: french(&words.foot),
        quote: words.quote,
    }
}

/// Spaces that do not break before high signs and inside quotes, and round apostrophes. Addresses stay as they are.
pub(super) fn french(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            set.push(match word {
                ";" | "!" | "?" => '\u{202f}',
                ":" | "»" => '\u{a0}',
                _ if set.ends_with('«') => '\u{a0}',
                _ if word.starts_with('»') => '\u{a0}',
                _ => ' ',
            });
        }
        if word.contains("://") { set.push_str(word) } else { set.push_str(&word.replace('\'', "’")) }
    }
    set
}

/// The plain text.
pub fn text(words: &Words) -> String {
    let mut text = String::new();
    for line in &words.before {
        let _ = write!(text, "{line}\n\n");
    }
    if let Some(quote) = &words.quote {
        for line in cut(quote).lines() {
            let _ = writeln!(text, "> {line}");
        }
        text.push('\n');
    }
    for (line, url) in &words.list {
        let _ = write!(text, "* {line}\n  {url}\n\n");
    }
    if let Some((label, url)) = &words.link {
        let _ = write!(text, "{label}\n{url}\n\n");
    }
    for line in &words.after {
        let _ = write!(text, "{line}\n\n");
    }
    // Two hyphens and a space: mail programs know what follows as a signature.
    let _ = write!(text, "-- \n{}\n", words.foot);
    text
}

/// The HTML.
pub fn html(lang: &str, words: &Words) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"margin:0;padding:24px 16px;font:17px/1.55 system-ui,sans-serif\">\
         <div style=\"max-width:36rem;margin:0 auto\">",
        escape(&words.subject)
    );
    let paragraph = |html: &mut String, text: &str| {
        let _ = write!(html, "<p>{}</p>", escape(text));
    };
    for line in &words.before {
        paragraph(&mut html, line);
    }
    if let Some(quote) = &words.quote {
        let lines: Vec<String> = cut(quote).lines().map(escape).collect();
        let _ = write!(
            html,
            "<blockquote dir=\"auto\" style=\"margin:0 0 1em;padding:0 0 0 1em;border-left:3px solid\">{}</blockquote>",
            lines.join("<br>")
        );
    }
    if !words.list.is_empty() {
        html.push_str("<ul>");
        for (line, url) in &words.list {
            let _ = write!(html, "<li dir=\"auto\"><a href=\"{}\">{}</a></li>", escape(url), escape(line));
        }
        html.push_str("</ul>");
    }
    if let Some((label, url)) = &words.link {
        let (label, url) = (escape(label), escape(url));
        let _ = write!(html, "<p><a href=\"{url}\"><b>{label}</b></a><br><small>{url}</small></p>");
    }
    for line in &words.after {
        paragraph(&mut html, line);
    }
    let _ = writeln!(html, "<hr><p><small>{}</small></p></div></body></html>", escape(&words.foot));
    html
}

fn cut(text: &str) -> String {
    text.trim().chars().take(MOST_QUOTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_stays_text_and_is_cut() {
        let words = Words {
            quote: Some(format!("<b>\n{}", "x".repeat(9000))),
            link: Some(("Open".into(), "https://example.org/?a=1&b=2".into())),
            ..Words::default()
        };
        let (text, html) = (text(&words), html("en", &words));
        assert!(text.contains("> <b>\n> xxx"), "{text}");
        assert!(html.contains("&lt;b&gt;<br>xxx") && html.contains("?a=1&amp;b=2\""), "{html}");
        assert!(text.len() < MOST_QUOTE + 1000 && html.len() < MOST_QUOTE + 2000);
    }

    #[test]
    fn french_has_its_spaces() {
        assert_eq!(
            french("Bonjour ! L'adresse : « Anne », https://a.b/it's ?"),
            "Bonjour\u{202f}! L’adresse\u{a0}: «\u{a0}Anne\u{a0}», https://a.b/it's\u{202f}?"
        );
    }
}

//! Markdown of people as HTML that does no harm, and as plain text.

use std::{collections::HashSet, sync::LazyLock};

/// What the result may hold; everything else goes, its text stays.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "br",
        "a",
        "em",
        "strong",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .tags(HashSet::from(tags))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer nofollow ugc"))
        .url_relative(ammonia::UrlRelative::Deny);
    cleaner
});

/// Levels of quotes and lists that are read; deeper ones are cut off before, so that nothing recurses without end.
const MOST_DEPTH: usize = 30;

/// Safe HTML. Titles become smaller ones, so that they stand below the page's own; pictures and raw HTML go.
pub fn to_html(markdown: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    // As people see it while they write.
    options.render.hardbreaks = true;
    let html = comrak::markdown_to_html(&shallow(markdown), &options);
    let html = html
        .replace("<h1>", "<h3>")
        .replace("</h1>", "</h3>")
        .replace("<h2>", "<h4>")
        .replace("</h2>", "</h4>");
    CLEANER.clean(&html).to_string()
}

/// Cuts the markers of quotes and lists at the beginning of a line to a bounded number.
fn shallow(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.split_inclusive('\n') {
        let mut markers = 0;
        let mut cut = 0;
        for (at, letter) in line.char_indices() {
            match letter {
                '>' | '-' | '*' | '+' => {
                    markers += 1;
                    if markers > MOST_DEPTH {
                        cut = at;
                    }
                }
                ' ' | '\t' => {}
                _ => break,
            }
        }
        text.push_str(&line[cut..]);
    }
    text
}

/// The text alone, in one line, for heads of pages and excerpts of at most so many characters.
pub fn to_plain(markdown: &str, most: usize) -> String {
    let html = to_html(markdown);
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    let words: Vec<&str> = text.split_whitespace().collect();
    excerpt(&words.join(" "), most)
}

/// The first characters of a text, with three dots where it was cut.
pub fn excerpt(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(3)).collect();
    cut.push_str("...");
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_html() {
        let html = to_html("# Title\nThe **choir** at https://example.org/\nline two\n\n- a\n- b");
        assert!(html.contains("<h3>Title</h3>"), "{html}");
        assert!(html.contains("<strong>choir</strong>"), "{html}");
        assert!(
            html.contains(r#"<a href="https://example.org/" rel="noopener noreferrer nofollow ugc">"#),
            "{html}"
        );
        assert!(html.contains("<br>"), "{html}");
        assert!(html.contains("<li>a</li>"), "{html}");
    }

    #[test]
    fn nothing_that_runs_comes_through() {
        for bad in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,AAAA)",
            "<img src=x onerror=alert(1)>",
            "![x](https://example.org/track.png)",
            "<a href=\"https://example.org\" onclick=\"x()\">x</a>",
            "<iframe src=https://example.org></iframe>",
            "[x](//example.org)",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
        ] {
            let html = to_html(bad).to_lowercase();
            for sign in
                ["<script", "href=\"javascript", "href=\"data", "<img", "<iframe", "<svg", "href=\"//"]
            {
                assert!(!html.contains(sign), "{bad} became {html}");
            }
            assert!(!html.contains("<a href=\"https://example.org\" onclick"), "{html}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{} end", "> ".repeat(50_000));
        assert!(to_html(&deep).contains("end"));
        let deep = format!("{} end", "- ".repeat(20_000));
        assert!(to_html(&deep).contains("end"));
        let brackets = "[".repeat(50_000);
        assert!(to_html(&brackets).contains('['));
    }

    #[test]
    fn plain_text_is_one_line() {
        assert_eq!(to_plain("The **choir** & <b>co</b>\n\n- a\n- b", 100), "The choir & co a b");
        assert_eq!(to_plain("abcdefghij", 8), "abcde...");
        assert_eq!(to_plain("abcdefgh", 8), "abcdefgh");
    }
}

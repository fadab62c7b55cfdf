//! HTML that others wrote, as plain text.

/// Ends of parts that stand on lines of their own.
const BREAKS: [(&str, &str); 5] =
    [("</p>", "\n\n"), ("<br>", "\n"), ("<br/>", "\n"), ("<br />", "\n"), ("</li>", "\n")];

/// The text alone, with its paragraphs. A text without tags stays as it is.
pub fn to_text(html: &str) -> String {
    if !html.contains('<') {
        return html.trim().to_owned();
    }
    let mut marked = html.to_owned();
    for (tag, mark) in BREAKS {
        marked = marked.replace(tag, mark);
    }
    let clean = ammonia::Builder::empty().clean(&marked).to_string();
    let text = clean
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn tags_go_and_paragraphs_stay() {
        assert_eq!(to_text("Deux **heures** & plus"), "Deux **heures** & plus");
        assert_eq!(
            to_text(
                "<p>Bal de <a href=\"https://x.example\">la place</a><br>Samedi</p><p>5 &lt; 6</p><script>alert(1)</script>"
            ),
            "Bal de la place\nSamedi\n\n5 < 6"
        );
    }
}

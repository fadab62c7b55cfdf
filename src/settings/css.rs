//! What a style sheet of one's own may hold: anything about looks, and nothing that fetches from elsewhere. A picture that
//! a rule fetches can tell another server what somebody types (`input[value^="a"]`), so addresses are data or files of
//! this instance.

/// Characters of it.
pub const LONGEST: usize = 50_000;

/// Why a style sheet is not taken; none when it is.
pub fn fault(css: &str) -> Option<&'static str> {
    if css.chars().count() > LONGEST {
        return Some("At most 50 000 characters.");
    }
    // As a browser reads it: escapes are letters, and comments are nothing.
    let read = unescaped(&without_comments(css)).to_ascii_lowercase();
    if read.contains("@import") || read.contains("@charset") || read.contains("@namespace") {
        return Some("Rules are written here, not fetched: no @import, @charset or @namespace.");
    }
    if read.contains("image-set(") || read.contains("src(") {
        return Some("Addresses stand in url(…).");
    }
    for after in read.split("url(").skip(1) {
        let address = after.trim_start().trim_start_matches(['"', '\'']).trim_start();
        let ours = address.starts_with("data:")
            || address.starts_with('#')
            || (address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\"));
        if !ours {
            return Some("Pictures and fonts come from this kiosk (/…) or stand in the text (data:…).");
        }
    }
    let (mut depth, mut deepest) = (0_i32, 0);
    for bracket in read.chars() {
        match bracket {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return Some("There is a } without its {.");
        }
        deepest = deepest.max(depth);
    }
    if depth > 0 {
        return Some("There is a { without its }.");
    }
    (deepest > 20).then_some("Blocks stand in each other too deeply.")
}

fn without_comments(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        // As the standard says: a comment separates nothing that was one word, but neither does it join two.
        plain.push(' ');
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

/// `\75 rl` is `url` (CSS Syntax §4.3.7).
fn unescaped(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        let mut code = 0_u32;
        let mut digits = 0;
        while let Some(digit) = chars.peek().and_then(|next| next.to_digit(16)).filter(|_| digits < 6) {
            code = code * 16 + digit;
            digits += 1;
            chars.next();
        }
        if digits == 0 {
            plain.extend(chars.next());
            continue;
        }
        if chars.peek().is_some_and(|next| next.is_whitespace()) {
            chars.next();
        }
        plain.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_free_and_nothing_is_fetched() {
        for good in [
            "",
            "main { color: red } @media (min-width: 40rem) { .card { display: grid } }",
            "body { background: url(/lazy-static/avatars/a.png) } a { mask: url('#b'); b: url( \"data:image/png;base64,AA\") }",
            "/* url(https://example.org) */ .a::before { content: '→' }",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "@import url(/a.css);",
            "@IMPORT '/a.css';",
            "@\\69mport '/a.css';",
            "a { background: url(https://example.org/a) }",
            "a { background: URL( //example.org/a) }",
            "a { background: \\75 rl(https://example.org) }",
            "a { background: image-set('https://example.org' 1x) }",
            "a { background: url(a.png) }",
            "a { color: red",
            "} a { color: red }",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        assert!(fault(&"a".repeat(LONGEST + 1)).is_some());
        assert!(fault(&format!("{}{}", "a{".repeat(30), "}".repeat(30))).is_some());
    }
}

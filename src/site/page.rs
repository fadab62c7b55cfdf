//! A page as the server writes it: a head for previews and search engines, and a readable core that works without
//! scripts. The client replaces the core when it starts.

use super::{assets, look::Look};
use crate::text;
pub(super) use crate::text::escape_html as escape;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::fmt::Write as _;

/// What a page says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// 200 when not set.
    pub status: Option<StatusCode>,
    /// Language of the page: `fr`, `en`.
    pub lang: String,
    /// Without the name of the instance.
    pub title: String,
    /// Name of the instance.
    pub site: String,
    /// Plain text of a sentence or two.
    pub description: String,
    /// The one address of this page.
    pub canonical: Option<String>,
    /// `website`, `video.other`, `profile`.
    pub kind: &'static str,
    /// Picture for previews, absolute, with its size.
    pub image: Option<(String, u32, u32)>,
    /// The film, for sites that play it in place: address of the embed page, width, height.
    pub player: Option<(String, u32, u32)>,
    /// Further `property`/`content` pairs.
    pub properties: Vec<(&'static str, String)>,
    /// `rel`, media type, title, address.
    pub links: Vec<(&'static str, &'static str, String, String)>,
    /// schema.org, as JSON.
    pub json_ld: Option<serde_json::Value>,
    /// Not to be listed by search engines.
    pub hidden: bool,
    /// HTML, already escaped.
    pub core: String,
    /// How the instance looks.
    pub look: Look,
    /// May stand in frames of other sites; has a shell of its own.
    pub embed: bool,
    /// Is as the server wrote it: the client does not take it over.
    pub still: bool,
}

impl Page {
    /// The whole answer.
    pub fn respond(&self) -> Response {
        let name = if self.embed { "embed.html" } else { "index.html" };
        let shell = assets::shell(name).unwrap_or_else(|| BARE.to_owned());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
        let policy = if self.embed {
            POLICY.to_owned()
        } else {
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
            format!("{POLICY}; frame-ancestors 'none'")
        };
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        (self.status.unwrap_or(StatusCode::OK), headers, self.fill(&shell)).into_response()
    }

    /// Puts head and core into the shell, each marker once: what is put in is not searched for markers.
    fn fill(&self, shell: &str) -> String {
        let lang = format!("<html lang=\"{}\" dir=\"ltr\">", escape(&self.lang));
        let mut shell = shell.replacen("<html lang=\"en\" dir=\"ltr\">", &lang, 1);
        if !self.look.roof.is_empty() {
            shell = shell.replacen("content=\"#14483a\"", &format!("content=\"{}\"", self.look.roof), 1);
        }
        if self.look.icon {
            shell = without(&shell, &["<link rel=\"icon\"", "<link rel=\"apple-touch-icon\""]);
        }
        if self.still {
            shell = without(&shell, &["<script type=\"module\"", "<link rel=\"modulepreload\""]);
        }
        let (before, rest) = shell.split_once("<!--head-->").unwrap_or((&shell, ""));
        let (between, after) = rest.split_once("<!--core-->").unwrap_or((rest, ""));
        // After our own style sheets.
        let (end, body) = between.split_once("</head>").unwrap_or((between, ""));
        let close = if body.is_empty() { "" } else { "</head>" };
        let head = self.head();
        let mut whole = String::with_capacity(shell.len() + head.len() + self.core.len());
        let look = &self.look;
        for part in
            [before, &head, end, &look.head, &look.style, close, body, &look.notice, &self.core, after]
        {
            whole.push_str(part);
        }
        whole
    }

    /// What a search engine shows beneath the name of the page, also of one that says nothing of itself.
    fn what_it_is(&self, whole_title: &str) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        match (self.title.is_empty(), self.lang.as_str()) {
            (true, "fr") => format!("Les vidéos de {}.", self.site),
            (true, _) => format!("Videos by {}.", self.site),
            (false, _) => whole_title.to_owned(),
        }
    }

    fn head(&self) -> String {
        let whole_title = if self.title.is_empty() {
            self.site.clone()
        } else {
            format!("{} – {}", self.title, self.site)
        };
        let mut head = String::new();
        let mut property = |name: &str, content: &str| {
            if !content.is_empty() {
                let _ = write!(head, "<meta property=\"{name}\" content=\"{}\" />", escape(content));
            }
        };
        // yt-dlp and browser extensions know a PeerTube by this (peertube-rest §1).
        property("og:platform", "PeerTube");
        property("og:type", if self.kind.is_empty() { "website" } else { self.kind });
        property("og:site_name", &self.site);
        property("og:title", if self.title.is_empty() { &self.site } else { &self.title });
        property("og:description", &self.description);
        property("og:url", self.canonical.as_deref().unwrap_or_default());
        if let Some((url, width, height)) = &self.image {
            property("og:image", url);
            property("og:image:url", url);
            property("og:image:width", &width.to_string());
            property("og:image:height", &height.to_string());
        }
        if let Some((url, width, height)) = &self.player {
            property("og:video:url", url);
            property("og:video:type", "text/html");
            property("og:video:width", &width.to_string());
            property("og:video:height", &height.to_string());
            if url.starts_with("https:") {
                property("og:video:secure_url", url);
            }
        }
        for (name, content) in &self.properties {
            property(name, content);
        }
        let mut meta = |name: &str, content: &str| {
            if !content.is_empty() {
                let _ = write!(head, "<meta name=\"{name}\" content=\"{}\" />", escape(content));
            }
        };
        meta("description", &self.what_it_is(&whole_title));
        meta("twitter:card", if self.player.is_some() { "player" } else { "summary_large_image" });
        meta("twitter:title", if self.title.is_empty() { &self.site } else { &self.title });
        meta("twitter:description", &self.description);
        if let Some((url, ..)) = &self.image {
            meta("twitter:image", url);
        }
        if let Some((url, width, height)) = &self.player {
            meta("twitter:player", url);
            meta("twitter:player:width", &width.to_string());
            meta("twitter:player:height", &height.to_string());
        }
        if self.hidden {
            meta("robots", "noindex");
        }
        let _ = write!(head, "<title>{}</title>", escape(&whole_title));
        if let Some(canonical) = &self.canonical {
            let _ = write!(head, "<link rel=\"canonical\" href=\"{}\" />", escape(canonical));
        }
        for (rel, kind, title, href) in &self.links {
            let _ = write!(
                head,
                "<link rel=\"{rel}\" type=\"{kind}\" title=\"{}\" href=\"{}\" />",
                escape(title),
                escape(href)
            );
        }
        if let Some(json) = &self.json_ld {
            // Inside a script element only `</` could end it early; `<` never needs to stand bare in JSON.
            let text = json.to_string().replace('<', "\\u003c");
            let _ = write!(head, "<script type=\"application/ld+json\">{text}</script>");
        }
        head
    }
}

/// The shell without the lines that begin so.
fn without(shell: &str, beginnings: &[&str]) -> String {
    let left_out = |line: &&str| beginnings.iter().any(|begin| line.trim_start().starts_with(begin));
    shell.lines().filter(|line| !left_out(line)).fold(String::with_capacity(shell.len()), |mut kept, line| {
        kept.push_str(line);
        kept.push('\n');
        kept
    })
}

/// Scripts are ours alone. Media and lists may come from other servers (their videos are played from there), pictures and
/// fonts may not: a rule of the instance's own style sheet could fetch them, and so tell what somebody types. Styles in
/// attributes carry measures such as the length of a bar.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob: https: http:; \
     connect-src 'self' https: http: wss: ws:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'";

/// When the client is not built, pages are still readable.
const BARE: &str = "<!doctype html><html lang=\"en\" dir=\"ltr\"><head><meta charset=\"utf-8\">\
     <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><!--head--></head>\
     <body><main><!--core--></main></body></html>";

/// The best of our languages for a browser that says which it likes, else the instance's.
pub(super) fn language(request: &HeaderMap, ours: &[&'static str], default: &str) -> String {
    let wanted = request.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    text::best_language(wanted, ours, default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_title_stays_text() {
        let page = Page {
            title: "</title><script>alert(1)</script>\" <!--core--> <!--head-->".into(),
            core: "<p>core</p>".into(),
            json_ld: Some(serde_json::json!({"name": "</script><script>alert(1)</script>"})),
            ..Page::default()
        };
        let html = page.fill("<html lang=\"en\" dir=\"ltr\"><!--head--><body><!--core--></body>");
        assert!(!html.contains("<script>alert"), "{html}");
        assert_eq!(html.matches("<p>core</p>").count(), 1);
        assert!(html.ends_with("<body><p>core</p></body>"), "{html}");
    }

    #[test]
    fn every_page_says_what_it_is() {
        let said = |title: &str, description: &str| {
            let page = Page {
                lang: "fr".into(),
                site: "La Halle".into(),
                title: title.into(),
                description: description.into(),
                ..Page::default()
            };
            let head = page.head();
            let (_, from) = head.split_once("<meta name=\"description\" content=\"").unwrap();
            from.split_once('"').unwrap().0.to_owned()
        };
        assert_eq!(said("", ""), "Les vidéos de La Halle.");
        assert_eq!(said("Groupes", ""), "Groupes – La Halle");
        assert_eq!(said("Groupes", "Qui joue ici."), "Qui joue ici.");
    }

    #[test]
    fn the_language_is_the_best_of_ours() {
        let choose = |wanted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(wanted).unwrap());
            language(&headers, &["fr", "en"], "fr")
        };
        assert_eq!(choose("en-GB,en;q=0.9,fr;q=0.8"), "en");
        assert_eq!(choose("de,fr;q=0.5,en;q=0.6"), "en");
        assert_eq!(choose("de"), "fr");
        assert_eq!(choose(";;;q=x,,"), "fr");
    }
}

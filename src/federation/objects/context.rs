//! What the words of a document mean, for readers of JSON-LD. Names and addresses are PeerTube's: it reads words, not meanings,
//! but checks signatures over the meanings.

use serde_json::{Map, Value, json};

/// Which words a document uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// Those of ActivityStreams alone: Follow, Accept, Announce, Like, Delete, collections.
    Base,
    /// People, groups, the instance.
    Actor,
    /// Videos.
    Video,
    /// Comments.
    Comment,
    /// Chapters of a video.
    Chapters,
}

/// A word whose value is a number, truth, text or date of schema.org.
fn typed(kind: &str, id: &str) -> Value {
    json!({ "@type": kind, "@id": id })
}

impl Context {
    /// As it stands in `@context`.
    pub fn json(self) -> Value {
        let mut all = vec![
            json!("https://www.w3.org/ns/activitystreams"),
            json!("https://w3id.org/security/v1"),
            json!({ "RsaSignature2017": "https://w3id.org/security#RsaSignature2017" }),
        ];
        let own = self.words();
        if !own.is_empty() {
            let mut words = Map::new();
            words.insert("pt".to_owned(), json!("https://joinpeertube.org/ns#"));
            words.insert("sc".to_owned(), json!("http://schema.org/"));
            words.extend(own);
            all.push(Value::Object(words));
        }
        Value::Array(all)
    }

    fn words(self) -> Map<String, Value> {
        let words: Vec<(&str, Value)> = match self {
            Self::Base => Vec::new(),
            Self::Actor => vec![
                ("playlists", typed("@id", "pt:playlists")),
                ("support", typed("sc:Text", "pt:support")),
                ("lemmy", json!("https://join-lemmy.org/ns#")),
                ("postingRestrictedToMods", json!("lemmy:postingRestrictedToMods")),
            ],
            Self::Comment => vec![("replyApproval", json!("pt:replyApproval"))],
            Self::Chapters => {
                vec![
                    ("hasPart", json!("sc:hasPart")),
                    ("endOffset", json!("sc:endOffset")),
                    ("startOffset", json!("sc:startOffset")),
                ]
            }
            Self::Video => video(),
        };
        words.into_iter().map(|(word, meaning)| (word.to_owned(), meaning)).collect()
    }
}

fn video() -> Vec<(&'static str, Value)> {
    let plain = [
        ("Hashtag", "as:Hashtag"),
        ("category", "sc:category"),
        ("licence", "sc:license"),
        ("subtitleLanguage", "sc:subtitleLanguage"),
        ("automaticallyGenerated", "pt:automaticallyGenerated"),
        ("sensitive", "as:sensitive"),
        ("SensitiveTag", "pt:SensitiveTag"),
        ("language", "sc:inLanguage"),
        ("identifier", "sc:identifier"),
        ("isLiveBroadcast", "sc:isLiveBroadcast"),
        ("Infohash", "pt:Infohash"),
        ("originallyPublishedAt", "sc:datePublished"),
        ("uploadDate", "sc:uploadDate"),
        ("hasParts", "sc:hasParts"),
        ("canReply", "pt:canReply"),
        ("PropertyValue", "sc:PropertyValue"),
        ("value", "sc:value"),
    ];
    let numbers = [
        "latencyMode",
        "tileWidth",
        "tileHeight",
        "tileDuration",
        "views",
        "state",
        "size",
        "fps",
        "commentsPolicy",
    ];
    let truths = ["liveSaveReplay", "permanentLive", "commentsEnabled", "downloadEnabled", "waitTranscoding"];
    let links = ["likes", "dislikes", "shares", "comments"];
    let mut words: Vec<(&str, Value)> = plain.into_iter().map(|(word, id)| (word, json!(id))).collect();
    words.extend(numbers.map(|word| (word, typed("sc:Number", &format!("pt:{word}")))));
    words.extend(truths.map(|word| (word, typed("sc:Boolean", &format!("pt:{word}")))));
    words.extend(links.map(|word| (word, typed("@id", &format!("as:{word}")))));
    words.push(("aspectRatio", typed("sc:Float", "pt:aspectRatio")));
    words.push(("uuid", typed("sc:identifier", "pt:uuid")));
    words.push(("support", typed("sc:Text", "pt:support")));
    words
}

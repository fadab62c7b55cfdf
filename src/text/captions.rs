//! Subtitles as people have them, SRT or WebVTT, read into WebVTT that holds nothing but cues.

/// Cues of one file.
const MOST_CUES: usize = 50_000;

/// Reads SRT or WebVTT in UTF-8 (or Latin-1, as old SRT files are) and writes WebVTT. `None` when there is no cue in it.
pub fn to_webvtt(bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Every byte is a letter in Latin-1.
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let text =
        text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    let mut vtt = String::from("WEBVTT\n");
    let mut cues = 0;
    for block in text.split("\n\n") {
        let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
        let Some(timing) = lines.next().and_then(timing) else { continue };
        // A line with an arrow would begin a cue of its own.
        let words: Vec<&str> = lines
            .filter(|line| !line.trim().is_empty() && !line.contains("-->"))
            .map(str::trim_end)
            .collect();
        cues += 1;
        if cues > MOST_CUES {
            break;
        }
        vtt.push('\n');
        vtt.push_str(&timing);
        for line in words {
            vtt.push('\n');
            vtt.push_str(line);
        }
        vtt.push('\n');
    }
    (cues > 0).then_some(vtt)
}

/// `00:01,5 --> 00:00:02.000 align:start` as WebVTT writes it; `None` when it is none.
fn timing(line: &str) -> Option<String> {
    let (start, rest) = line.split_once("-->")?;
    let mut rest = rest.split_whitespace();
    let (start, end) = (moment(start)?, moment(rest.next()?)?);
    if end < start {
        return None;
    }
    // Where a cue stands is said by names and values; SRT's coordinates are none.
    let settings: Vec<&str> = rest
        .filter(|setting| {
            ["vertical:", "line:", "position:", "size:", "align:"]
                .iter()
                .any(|name| setting.starts_with(name))
        })
        .collect();
    let mut timing = format!("{} --> {}", written(start), written(end));
    for setting in settings {
        timing.push(' ');
        timing.push_str(setting);
    }
    Some(timing)
}

/// Milliseconds.
fn moment(text: &str) -> Option<u64> {
    let text = text.trim();
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    if !(2..=3).contains(&parts.len()) || fraction.is_empty() || fraction.len() > 3 {
        return None;
    }
    let mut seconds: u64 = 0;
    for part in parts {
        if part.is_empty() || part.len() > 4 {
            return None;
        }
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    let scale = [100, 10, 1][fraction.len() - 1];
    Some(seconds * 1000 + fraction.parse::<u64>().ok()? * scale)
}

fn written(ms: u64) -> String {
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn srt_becomes_webvtt() {
        let srt = "\u{feff}1\r\n00:00:01,600 --> 00:00:04,2\r\nBonjour <i>toi</i>\r\nsecond line\r\n\r\n2\r\n01:00:05,000 --> 01:00:07,000 X1:10\r\nFin\r\n";
        assert_eq!(
            to_webvtt(srt.as_bytes()).unwrap(),
            "WEBVTT\n\n00:00:01.600 --> 00:00:04.200\nBonjour <i>toi</i>\nsecond line\n\n01:00:05.000 --> 01:00:07.000\nFin\n"
        );
    }

    #[test]
    fn webvtt_keeps_its_cues_and_loses_the_rest() {
        let vtt = "WEBVTT - title\n\nNOTE a remark\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start\nSalut\n";
        assert_eq!(
            to_webvtt(vtt.as_bytes()).unwrap(),
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 align:start\nSalut\n"
        );
    }

    #[test]
    fn old_encodings_are_read_and_other_files_are_not() {
        let latin = b"1\n00:00:01,000 --> 00:00:02,000\n\xe9t\xe9\n";
        assert!(to_webvtt(latin).unwrap().contains("été"));
        for none in ["", "WEBVTT", "a --> b", "00:02.000 --> 00:01.000\nbackwards", "{\\rtf1 hello}"] {
            assert_eq!(to_webvtt(none.as_bytes()), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_the_same(bytes: Vec<u8>, begin in 0_u64..10_000_000, text in "[a-z\n>-]{0,40}") {
            let _ = to_webvtt(&bytes);
            let srt = format!("7\n{} --> {}\n{text}\n", written(begin), written(begin + 5));
            let once = to_webvtt(srt.as_bytes()).unwrap();
            prop_assert_eq!(to_webvtt(once.as_bytes()).unwrap(), once);
        }
    }
}

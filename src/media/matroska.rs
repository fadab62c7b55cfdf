//! The first headers of a Matroska or WebM file (RFC 8794, RFC 9559): how large it says to be, and its title.
//!
//! The demuxer mixes the title up with the names of tracks, and does not say that a file ends too early.

/// What the beginning tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matroska {
    /// Bytes of the whole file; none where it was written in one go without knowing.
    pub size: Option<u64>,
    /// Title of the film.
    pub title: Option<String>,
}

const EBML: u64 = 0x1a45_dfa3;
const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_a966;
const TITLE: u64 = 0x7ba9;
/// Elements looked at before giving up.
const MOST_ELEMENTS: usize = 64;

/// Reads the beginning of a file; none where it is not Matroska.
pub fn read(head: &[u8]) -> Option<Matroska> {
    let header = element(head, 0)?;
    if header.id != EBML {
        return None;
    }
    let segment = element(head, header.end()?)?;
    if segment.id != SEGMENT {
        return None;
    }
    let info = children(head, &segment).find(|child| child.id == INFO);
    let title = info
        .and_then(|info| children(head, &info).find(|child| child.id == TITLE))
        .and_then(|title| head.get(title.content..title.end()?))
        .map(|bytes| String::from_utf8_lossy(bytes).trim_matches(['\0', ' ']).to_owned())
        .filter(|title| !title.is_empty());
    Some(Matroska { size: segment.end().map(|end| end as u64), title })
}

struct Element {
    id: u64,
    content: usize,
    /// None: until something of a higher level begins.
    length: Option<usize>,
}

impl Element {
    fn end(&self) -> Option<usize> {
        self.content.checked_add(self.length?)
    }
}

fn element(head: &[u8], at: usize) -> Option<Element> {
    let (id, id_length) = number(head, at, true)?;
    let (length, length_length) = number(head, at + id_length, false)?;
    let unknown = length == (1_u64 << (7 * length_length)) - 1;
    Some(Element {
        id,
        content: at + id_length + length_length,
        length: if unknown { None } else { Some(usize::try_from(length).ok()?) },
    })
}

fn children<'a>(head: &'a [u8], parent: &Element) -> impl Iterator<Item = Element> + use<'a> {
    let mut at = Some(parent.content);
    let end = parent.end().unwrap_or(head.len());
    std::iter::from_fn(move || {
        let child = element(head, at.filter(|at| *at < end)?)?;
        at = child.end();
        Some(child)
    })
    .take(MOST_ELEMENTS)
}

/// A number whose length is told by its leading zeros; `marked` keeps the marker, as ids have it.
fn number(head: &[u8], at: usize, marked: bool) -> Option<(u64, usize)> {
    let length = head.get(at)?.leading_zeros() as usize + 1;
    if length > 8 {
        return None;
    }
    let value = head.get(at..at + length)?.iter().fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
    Some((if marked { value } else { value & !(1_u64 << (7 * length)) }, length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::clips::clip;

    #[test]
    fn tells_the_size_where_it_is_known() {
        let bytes = std::fs::read(clip("h264-aac.mkv")).unwrap();
        assert_eq!(read(&bytes).unwrap().size, Some(bytes.len() as u64));
        assert_eq!(read(&bytes[..2000]).unwrap().size, Some(bytes.len() as u64));
        let streamed = std::fs::read(clip("h264-streamed.mkv")).unwrap();
        assert_eq!(read(&streamed).unwrap().size, None);
        assert_eq!(read(b"RIFF....AVI "), None);
    }

    #[test]
    fn finds_the_title_in_the_information() {
        let mut head = vec![0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff];
        head.extend([0xec, 0x82, 0, 0]);
        head.extend([0x15, 0x49, 0xa9, 0x66, 0x88, 0x7b, 0xa9, 0x85]);
        head.extend(b"Choir");
        assert_eq!(read(&head), Some(Matroska { size: None, title: Some("Choir".into()) }));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut head = vec![0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67];
            head.extend(&bytes);
            let _ = (read(&head), read(&bytes));
        }
    }
}

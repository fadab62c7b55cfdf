//! Writing XML that holds whatever people call their films.

use crate::clock::Timestamp;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use std::io;

/// Where XML is written to.
pub type Xml<'a> = &'a mut Writer<Vec<u8>>;

/// An element with a text.
pub fn leaf(xml: Xml<'_>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// An element with attributes and a text.
pub fn text_with<'a>(
    xml: Xml<'_>,
    name: &str,
    attributes: &[(&'a str, &'a str)],
    text: &str,
) -> io::Result<()> {
    xml.create_element(name)
        .with_attributes(attributes.iter().copied())
        .write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// An element with attributes only.
pub fn empty<'a>(xml: Xml<'_>, name: &str, attributes: &[(&'a str, &'a str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty()?;
    Ok(())
}

/// Without the signs that XML 1.0 cannot hold, even escaped.
pub fn clean(text: &str) -> String {
    let held = |c: &char| match c {
        '\n' | '\t' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    text.chars().filter(held).collect()
}

/// A moment as RSS wants it.
pub fn rfc822(at: Timestamp) -> String {
    at.to_chrono().format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A whole document.
pub fn document(write: impl FnOnce(Xml<'_>) -> io::Result<()>) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    write(&mut xml)?;
    String::from_utf8(xml.into_inner()).map_err(io::Error::other)
}

//! A feed as Atom (RFC 4287).

use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::BytesText;

use crate::api::{Feed, FeedChange, Passage, Story};
use crate::model::date::Timestamp;

use super::address::{Address, encoded};

/// How many digits of a hash stand in an id.
const DIGITS: usize = 16;

type Xml = Writer<Vec<u8>>;

/// The page of a feed.
///
/// # Errors
/// When it cannot be written, which does not happen in memory.
pub(super) fn written(feed: &Feed, address: &Address, base: &str) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_vec());
    let root = xml
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    root.write_inner_content(|xml| {
        let record = digits(&feed.record);
        let name = urn(&address.name());
        text(xml, "id", &format!("urn:onrecord:{record}:feed:{name}"))?;
        text(xml, "title", &format!("{} – on record", feed.title))?;
        text(
            xml,
            "subtitle",
            "What the record gained, corrected and withdrew.",
        )?;
        let updated = feed.updated.unwrap_or(Timestamp::EPOCH);
        text(xml, "updated", &updated.to_string())?;
        xml.create_element("author")
            .write_inner_content(|xml| text(xml, "name", "onrecord"))?;
        xml.create_element("generator")
            .with_attribute(("version", env!("CARGO_PKG_VERSION")))
            .write_text_content(BytesText::new("onrecord"))?;
        let page = |before| address.href(base, before);
        link(xml, "self", ATOM, &page(address.page.before), None)?;
        link(xml, "first", ATOM, &page(None), None)?;
        if let Some(oldest) = feed.stories.last().filter(|_| feed.has_next) {
            link(xml, "next", ATOM, &page(Some(oldest.version)), None)?;
        }
        for story in &feed.stories {
            xml.create_element("entry")
                .write_inner_content(|xml| entry(xml, story, &name, address, base))?;
        }
        Ok(())
    })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

const ATOM: Option<&str> = Some("application/atom+xml");

fn entry(
    xml: &mut Xml,
    story: &Story,
    name: &str,
    address: &Address,
    base: &str,
) -> io::Result<()> {
    let (version, hash) = (story.version, digits(&story.hash));
    // The hash vouches for all up to the version: no other record has it.
    text(
        xml,
        "id",
        &format!("urn:onrecord:{hash}:version:{version}:{name}"),
    )?;
    let title = match story.reason.as_deref().map(str::trim) {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        _ => format!("Version {version}"),
    };
    text(xml, "title", &title)?;
    let moment = story.recorded_at.to_string();
    text(xml, "published", &moment)?;
    text(xml, "updated", &moment)?;
    if let Some(author) = story.author.as_deref().filter(|author| !author.is_empty()) {
        xml.create_element("author")
            .write_inner_content(|xml| text(xml, "name", author))?;
    }
    let changes = address.changes(base, version);
    link(xml, "alternate", Some("application/json"), &changes, None)?;
    let passages = story.changes.iter().flat_map(|change| &change.passages);
    let mut seen = Vec::new();
    for passage in passages {
        if let Some(url) = passage
            .url
            .as_deref()
            .filter(|url| is_web(url) && !seen.contains(url))
        {
            seen.push(url);
            link(xml, "related", None, url, Some(&passage.source))?;
        }
    }
    for (id, label) in &story.entities {
        xml.create_element("category")
            .with_attribute(("term", id.as_str()))
            .with_attribute(("label", clean(label).as_str()))
            .write_empty()?;
    }
    xml.create_element("content")
        .with_attribute(("type", "html"))
        .write_text_content(BytesText::new(&html(story)))?;
    Ok(())
}

fn text(xml: &mut Xml, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(&clean(content)))?;
    Ok(())
}

fn link(
    xml: &mut Xml,
    relation: &str,
    kind: Option<&str>,
    href: &str,
    title: Option<&str>,
) -> io::Result<()> {
    let (href, title) = (clean(href), title.map(clean));
    let mut link = xml
        .create_element("link")
        .with_attribute(("rel", relation))
        .with_attribute(("href", href.as_str()));
    if let Some(kind) = kind {
        link = link.with_attribute(("type", kind));
    }
    if let Some(title) = &title {
        link = link.with_attribute(("title", title.as_str()));
    }
    link.write_empty()?;
    Ok(())
}

/// What a transaction changed as HTML, which stands in the feed as text.
fn html(story: &Story) -> String {
    let mut html = String::from("<ul>");
    for change in &story.changes {
        told(change, &mut html);
    }
    html.push_str("</ul>");
    if story.more > 0 {
        let _written = write!(html, "<p>And {} more changes.</p>", story.more);
    }
    html
}

fn told(change: &FeedChange, html: &mut String) {
    let (kind, subject, value) = (&change.kind, &change.subject, &change.value);
    let (kind, subject, value) = (escaped(kind), escaped(subject), escaped(value));
    let _written = write!(html, "<li><p><b>{kind}</b> {subject}: {value}");
    if let Some(before) = &change.before {
        let _written = write!(html, "; before <del>{}</del>", escaped(before));
    }
    if let Some(after) = &change.after {
        let _written = write!(html, "; shown since <ins>{}</ins>", escaped(after));
    }
    if let Some(reason) = &change.reason {
        let _written = write!(html, ". <i>{}</i>", escaped(reason));
    }
    html.push_str("</p>");
    for passage in &change.passages {
        quoted(passage, html);
    }
    html.push_str("</li>");
}

fn quoted(passage: &Passage, html: &mut String) {
    if let Some(quote) = &passage.quote {
        let _written = write!(html, "<blockquote>{}</blockquote>", escaped(quote));
    }
    let source = escaped(&passage.source);
    let _written = match passage.url.as_deref().filter(|url| is_web(url)) {
        Some(url) => write!(html, "<p>— <a href=\"{}\">{source}</a></p>", escaped(url)),
        None => write!(html, "<p>— {source}</p>"),
    };
}

fn escaped(text: &str) -> String {
    escape(clean(text).as_str()).into_owned()
}

/// A text without what XML cannot hold in any way of writing.
fn clean(text: &str) -> String {
    let fits =
        |letter: &char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(fits).collect()
}

/// Whether an address is one that a reader may be sent to.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A name as it may stand in a URN.
fn urn(name: &str) -> String {
    let parts: Vec<_> = name.split(':').map(encoded).collect();
    parts.join(":")
}

fn digits(hash: &str) -> &str {
    hash.get(..DIGITS).unwrap_or(hash)
}

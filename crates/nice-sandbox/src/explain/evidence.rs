//! What a pasted text holds: JSON documents, forms and queries, `<input>`s, headers.

use encoding_rs::EUC_KR;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// A name and its value, in the order of the text.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    /// Decoded.
    pub(super) value: String,
    /// As encoded in an address or a form's body; none if it was not encoded.
    pub(super) wire: Option<String>,
}

/// The pieces of a text.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) documents: Vec<Map<String, Value>>,
    pub(super) pairs: Vec<Pair>,
    /// Lower-case names.
    pub(super) headers: Vec<(&'static str, String)>,
    /// What no document holds.
    pub(super) rest: String,
    /// Whether a document begins with a byte order mark.
    pub(super) has_bom: bool,
    /// Whether something begins like JSON and isn't.
    pub(super) has_broken_json: bool,
}

const HEADERS: [&str; 6] = [
    "authorization",
    "productid",
    "content-type",
    "date",
    "x-sandbox-fault",
    "x-intc-devlang",
];

/// Names that may have a line of their own, as `name: value` or `name = value`.
const NOTES: [&str; 23] = [
    "m",
    "token_version_id",
    "enc_data",
    "integrity_value",
    "req_dtim",
    "req_no",
    "token_val",
    "site_code",
    "sitecode",
    "key",
    "iv",
    "hmac_key",
    "client_id",
    "client_secret",
    "access_token",
    "ticket",
    "iterators",
    "transaction_id",
    "web_transaction_id",
    "request_no",
    "computed",
    "result_code",
    "result_message",
];

impl Evidence {
    pub(super) fn read(input: &[u8]) -> Self {
        // A terminal or an editor of Windows may have made CP949 of it.
        let text = str::from_utf8(input)
            .map_or_else(|_| EUC_KR.decode_without_bom_handling(input).0, Into::into);
        let mut evidence = Self {
            has_bom: text.contains("\u{feff}{"),
            ..Self::default()
        };
        evidence.rest = evidence.take_documents(&text);
        let rest = std::mem::take(&mut evidence.rest);
        for line in rest.lines() {
            evidence.read_line(line);
        }
        evidence.rest = rest;
        evidence
    }

    /// Takes each JSON object out of the text, and gives back what is left.
    fn take_documents(&mut self, text: &str) -> String {
        let mut rest = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(found) = text[at..].find('{') {
            let start = at + found;
            rest.push_str(&text[at..start]);
            let mut values =
                serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
            if let Some(Ok(Value::Object(document))) = values.next() {
                at = start + values.byte_offset();
                self.documents.push(document);
            } else {
                self.has_broken_json |= text[start + 1..].trim_start().starts_with(['"', '\'']);
                rest.push('{');
                at = start + 1;
            }
        }
        rest.push_str(&text[at..]);
        rest
    }

    fn read_line(&mut self, line: &str) {
        if line.to_ascii_lowercase().contains("<input") {
            self.pairs.extend(line.split('<').filter_map(input));
            return;
        }
        let header = HEADERS
            .iter()
            .find_map(|name| Some((*name, header(line, name)?)));
        if let Some(header) = header {
            self.headers.push(header);
            return;
        }
        if let Some(note) = note(line) {
            self.pairs.push(note);
            return;
        }
        for chunk in line.split(['"', '\'', '`']) {
            let chunk = chunk.split(" HTTP/").next().unwrap_or_default();
            let query = chunk.split_once('?').map_or(chunk, |(_, query)| query);
            if query.contains('=') {
                self.pairs.extend(query.split('&').filter_map(wired));
            }
        }
    }
}

/// `name=value` of an address or a form.
fn wired(pair: &str) -> Option<Pair> {
    let (name, wire) = pair.split_once('=')?;
    let name = name.split_whitespace().last()?;
    is_name(name).then(|| {
        let value = form_urlencoded::parse(format!("v={wire}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned());
        Pair {
            name: name.to_owned(),
            value: value.unwrap_or_default(),
            wire: Some(wire.to_owned()),
        }
    })
}

/// A line that a developer wrote, or a log.
fn note(line: &str) -> Option<Pair> {
    let (name, value) = line.split_once([':', '='])?;
    let name = name.trim().trim_matches(['"', '\'', '-', ' ', '.']);
    let is_form = value.contains('&');
    (NOTES.contains(&name) && !is_form).then(|| Pair {
        name: name.to_owned(),
        value: value
            .trim_matches([' ', '\t', '\r', ',', ';', '"', '\''])
            .to_owned(),
        wire: None,
    })
}

/// An `<input>`, from behind its `<`.
fn input(tag: &str) -> Option<Pair> {
    let attribute = |name: &str| {
        let (_, from) = tag.split_once(&format!(" {name}="))?;
        let quote = from.chars().next().filter(|first| "\"'".contains(*first));
        let value = match quote {
            Some(quote) => from[1..].split(quote).next(),
            None => from.split([' ', '>', '/']).next(),
        };
        value.map(unescaped)
    };
    Some(Pair {
        name: attribute("name")?,
        value: attribute("value")?,
        wire: None,
    })
}

fn unescaped(html: &str) -> String {
    [
        ("&#43;", "+"),
        ("&#x2B;", "+"),
        ("&#x2b;", "+"),
        ("&#47;", "/"),
        ("&#x2F;", "/"),
        ("&#61;", "="),
        ("&#x3D;", "="),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(html.to_owned(), |html, (from, to)| html.replace(from, to))
}

fn header(line: &str, name: &str) -> Option<String> {
    let at = line.to_ascii_lowercase().find(&format!("{name}:"))?;
    let value = line.get(at + name.len() + 1..)?;
    let is_inside = line.get(..at)?.ends_with(|c: char| c.is_alphanumeric());
    let value = value.split(['"', '\'']).next()?.trim();
    (!is_inside).then(|| value.to_owned())
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

//! Takes apart what was pasted: JSON, forms and queries, HTML inputs, headers
//! and lines such as `req_no: …`, in any order and any wrapping.

use serde_json::{Map, Value};
use url::form_urlencoded;

/// More than any stack of requests holds.
const MOST_VALUES: usize = 2_000;

/// One value, with its name as it was written.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) value: String,
    /// As it stood in a form or query, before it was decoded.
    pub(super) raw: Option<String>,
}

/// What was pasted, in its order.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) values: Vec<Given>,
    /// The JSON objects, whole.
    pub(super) objects: Vec<Map<String, Value>>,
    /// What begins like a JSON object and is none.
    pub(super) broken_json: Option<String>,
    pub(super) has_bom: bool,
}

impl Evidence {
    pub(super) fn read(pasted: &str) -> Self {
        let mut evidence = Self {
            has_bom: pasted.contains('\u{feff}'),
            ..Self::default()
        };
        let pasted = pasted.replace('\u{feff}', "");
        let mut rest = pasted.as_str();
        while let Some(at) = rest.find('{') {
            evidence.add_text(&rest[..at]);
            let mut stream = serde_json::Deserializer::from_str(&rest[at..]).into_iter::<Value>();
            if let Some(Ok(Value::Object(object))) = stream.next() {
                let length = stream.byte_offset();
                evidence.add_object(&object);
                evidence.objects.push(object);
                rest = &rest[at + length..];
            } else {
                let is_json = rest[at + 1..].trim_start().starts_with(['"', '\'', '\\']);
                if is_json && evidence.broken_json.is_none() {
                    evidence.broken_json = Some(rest[at..].to_owned());
                }
                rest = &rest[at + 1..];
            }
        }
        evidence.add_text(rest);
        evidence
    }

    /// The first value of this name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of this name, without blanks around.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |given| given.name.eq_ignore_ascii_case(name))
            .map(|given| given.value.trim())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    fn add(&mut self, name: &str, value: &str, raw: Option<&str>) {
        if self.values.len() == MOST_VALUES {
            return;
        }
        self.values.push(Given {
            name: name.to_owned(),
            value: value.to_owned(),
            raw: raw.map(str::to_owned),
        });
    }

    /// The members, those of inner objects too.
    fn add_object(&mut self, object: &Map<String, Value>) {
        for (name, value) in object {
            match value {
                Value::Object(inner) => self.add_object(inner),
                Value::String(text) => self.add(name, text, None),
                Value::Number(number) => self.add(name, &number.to_string(), None),
                _ => {}
            }
        }
    }

    /// What stands between the JSON objects.
    fn add_text(&mut self, text: &str) {
        for line in text.lines() {
            if line.contains("<input") {
                for input in line.split("<input").skip(1) {
                    if let (Some(name), Some(value)) =
                        (attribute(input, "name"), attribute(input, "value"))
                    {
                        self.add(name, value, None);
                    }
                }
                continue;
            }
            if is_header(line) {
                self.add_header(line);
            } else {
                self.add_pairs(line);
            }
        }
    }

    /// `name=value&name=value`, wherever it stands in the line.
    fn add_pairs(&mut self, line: &str) {
        let is_end = |c: char| c.is_whitespace() || matches!(c, '?' | '\'' | '"' | '<' | '>' | '#');
        // A form has no blank, but for the `+` that became one.
        let words: Vec<_> = match line.matches('&').count() {
            0 => line.split(is_end).collect(),
            _ => line.split(['?', '\'', '"', '<', '>', '#']).collect(),
        };
        for pair in words.iter().flat_map(|word| word.split('&')) {
            let Some((name, raw)) = pair.trim().split_once('=') else {
                continue;
            };
            if is_name(name) && !raw.is_empty() {
                let decoded = form_urlencoded::parse(pair.trim().as_bytes()).next();
                let value = decoded.map_or_else(|| raw.into(), |(_, value)| value);
                self.add(name, &value, Some(raw));
            }
        }
    }

    /// `Authorization: …`, `"req_no": "…",` or `key = …`; in curl's `-H` too.
    fn add_header(&mut self, line: &str) {
        let quotes = ['\'', '"', ',', ';', '\\', ' '];
        let line = line.trim().trim_start_matches("curl ");
        let line = line.strip_prefix("-H ").unwrap_or(line);
        let Some((name, value)) = line.split_once([':', '=']) else {
            return;
        };
        let name = name.trim_matches(quotes);
        // `const reqNo = …`
        let name = name.rsplit(' ').next().unwrap_or(name);
        if is_name(name) {
            self.add(name, value.trim_matches(quotes), None);
        }
    }
}

/// Whether the line is a name and its value: one of a form has no blank around `=`, and its
/// address a `//`.
fn is_header(line: &str) -> bool {
    let Some(at) = line.find([':', '=', '?', '&']) else {
        return false;
    };
    match line.as_bytes()[at] {
        b':' => !line[at..].starts_with("://"),
        b'=' => line[..at].ends_with(' ') || line[at + 1..].starts_with(' '),
        _ => false,
    }
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// The value of an attribute, in either quotes.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!("{name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

//! An answer as its receiver sees it, to be compared with others.

use reqwest::Response;
use serde_json::Value;

const DIFFERS: [&str; 3] = ["date", "x-request-id", "content-length"];

/// Without what differs from answer to answer by its nature: the date, the
/// request id, the timestamp, and the length, which is the id's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Told {
    pub(crate) async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let mut headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .filter(|(name, _)| !DIFFERS.contains(&name.as_str()))
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        headers.sort();
        let text = response.text().await.unwrap();
        let body = match serde_json::from_str::<Value>(&text) {
            Ok(mut json) if json["payload"].is_object() => {
                json["payload"]["requestId"] = "".into();
                json["timestamp"] = "".into();
                json.to_string()
            }
            _ => text,
        };
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Everything that came over the wire, for a search.
    pub(crate) fn all(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.body)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// `payload.reason`; panics when this is no envelope.
    #[track_caller]
    pub(crate) fn reason(&self) -> String {
        let body = self.json();
        assert_eq!(body["code"], "900", "{self:?}");
        body["payload"]["reason"].as_str().unwrap().to_owned()
    }
}

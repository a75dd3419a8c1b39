//! The result as NICE seals it: JSON, put into CP949 and under the token's key set.

use jiff::Timestamp;
use nice_crypto::{clock::KST, random::Random};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::request::WindowRequest;
use crate::{
    browser::parameters::Parameters,
    people::{Persona, linking},
    standard_window::SITE_CODE,
};

/// The fields in NICE's order.
pub(super) const ORDER: [&str; 17] = [
    "resultcode",
    "requestno",
    "enctime",
    "sitecode",
    "responseno",
    "authtype",
    "name",
    "utf8_name",
    "birthdate",
    "gender",
    "nationalinfo",
    "mobileco",
    "mobileno",
    "ci",
    "di",
    "businessno",
    "receivedata",
];

/// Who answers, when, and with which code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) persona: Persona,
    pub(super) parameters: &'a Parameters,
    pub(super) resultcode: &'a str,
    pub(super) at: Timestamp,
}

/// The plain text, still to be put into CP949.
pub(super) fn plain_text(request: &WindowRequest, answer: Answer<'_>, random: &Random) -> String {
    let at = KST.to_datetime(answer.at);
    let mut fields = Map::new();
    if answer.resultcode == "0000" {
        fields = fields_of(answer.persona, at.year(), answer.parameters);
        if !request.businessno.is_empty() && answer.parameters.sandbox("businessno").is_none() {
            set(&mut fields, "businessno", &request.businessno);
        }
        let name = text(&fields, "name").to_owned();
        let utf8_name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        set(&mut fields, "utf8_name", &utf8_name);
        if answer.persona.has_ci {
            let person = (text(&fields, "birthdate"), text(&fields, "gender"));
            let ci = linking::ci(&name, person.0, person.1);
            let di = linking::di(&name, person.0, person.1);
            set(&mut fields, "ci", &ci);
            set(&mut fields, "di", &di);
        }
    }
    let suffix = random.alphanumeric::<17>().map(char::from);
    let responseno = format!("SANDBOX{}", String::from_iter(suffix));
    let authtype = match request.authtype.as_str() {
        "" => "M",
        chosen => chosen,
    };
    set(&mut fields, "resultcode", answer.resultcode);
    set(&mut fields, "requestno", &request.requestno);
    set(
        &mut fields,
        "enctime",
        &at.strftime("%Y%m%d%H%M%S").to_string(),
    );
    set(&mut fields, "sitecode", SITE_CODE);
    set(&mut fields, "responseno", &responseno);
    set(&mut fields, "authtype", authtype);
    set(&mut fields, "receivedata", &request.receivedata);
    let mut ordered = Map::new();
    for field in ORDER {
        let replaced = match field {
            "resultcode" => None,
            _ => answer.parameters.sandbox(field).map(Value::from),
        };
        // A failure shows nothing of the person.
        let is_there = fields.contains_key(field) || answer.resultcode == "0000";
        if let Some(value) = replaced
            .filter(|_| is_there)
            .or_else(|| fields.remove(field))
        {
            ordered.insert(field.to_owned(), value);
        }
    }
    Value::Object(ordered).to_string()
}

/// A person's fields, as the result names them, each of which
/// `sandbox_<field>` replaces.
fn fields_of(persona: Persona, this_year: i16, parameters: &Parameters) -> Map<String, Value> {
    let birthdate = persona.birthdate(this_year);
    [
        ("name", persona.name),
        ("birthdate", &birthdate),
        ("gender", persona.gender),
        ("nationalinfo", persona.nationalinfo),
        ("mobileco", persona.mobileco),
        ("mobileno", persona.mobileno),
        ("businessno", persona.businessno),
    ]
    .into_iter()
    .map(|(field, own)| {
        let value = parameters.sandbox(field).unwrap_or(own);
        (field.to_owned(), Value::from(value))
    })
    .collect()
}

fn set(fields: &mut Map<String, Value>, field: &str, value: &str) {
    fields.insert(field.to_owned(), Value::from(value));
}

fn text<'a>(fields: &'a Map<String, Value>, field: &str) -> &'a str {
    fields
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

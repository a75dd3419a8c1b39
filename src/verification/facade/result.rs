//! The newer API's result, sealed as the older API seals its own, so that
//! those who open results need to know one API alone.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use thiserror::Error;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::{cp949, records::Way};
use crate::{
    clock::KST,
    crypto::{self, KeySet, Sealed},
    nice::integrated::SvcType,
    verification::{rejection::Rejection, result::ResultFields},
};

/// More than any person's fields have, in bytes, with our own and without
/// `receivedata`: the memory of a session is bounded.
const LONGEST: usize = 1408;

/// Why a result is no person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{field}: {why}")]
pub struct Unusable {
    /// At fault, for the metrics.
    pub field: &'static str,
    why: &'static str,
}

const fn unusable(field: &'static str, why: &'static str) -> Unusable {
    Unusable { field, why }
}

const NOT_A_DATE: &str = "not yyyyMMdd";

/// The newer API's names, and the older's for the same; what it doesn't have
/// keeps its name.
const RENAMED: [(&str, &str); 9] = [
    ("gender", "gender"),
    ("national_info", "nationalinfo"),
    ("mobile_co", "mobileco"),
    ("ci", "ci"),
    ("ci2", "ci2"),
    ("di", "di"),
    ("ci_update", "ci_update"),
    ("age_code", "age_code"),
    ("auth_method", "auth_method"),
];

/// What a result is made from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) way: &'a Way,
    pub(super) requestno: &'a str,
    pub(super) sitecode: &'a str,
    pub(super) web_transaction_id: &'a str,
    /// When `auth/result` answered.
    pub(super) at: Timestamp,
    pub(super) in_sandbox: bool,
}

/// The fields that have a value, in this order.
struct Fields<'a>(&'a [(&'static str, Option<&'a str>)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.0.iter();
        serializer.collect_map(fields.filter_map(|(name, value)| Some((name, (*value)?))))
    }
}

/// A result in CP949, ready to be sealed.
pub(super) struct Parts {
    /// JSON, without `receivedata`.
    pub(super) fields: Zeroizing<Vec<u8>>,
    /// Its bare text.
    pub(super) receivedata: Option<Zeroizing<Vec<u8>>>,
}

impl Parts {
    /// As the older API seals a result: the same parts give the same values.
    pub(super) fn seal(&self, keys: &KeySet) -> Sealed {
        let Some(receivedata) = &self.receivedata else {
            return crypto::seal(keys, &self.fields);
        };
        let text = Zeroizing::new(
            serde_json::to_string(&**cp949::decode(receivedata))
                .unwrap_or_else(|_| unreachable!("a text is always JSON")),
        );
        let received = cp949::encode(&text);
        let (_, fields) = self.fields.split_last().unwrap_or((&b'}', &[]));
        let name = b",\"receivedata\":";
        let json = Zeroizing::new([fields, name, &**received, b"}"].concat());
        crypto::seal(keys, &json)
    }
}

/// What to seal for the shop of NICE's decrypted `json`.
///
/// # Errors
///
/// What makes it unusable.
pub(super) fn parts(json: &[u8], source: Source<'_>) -> Result<Parts, Unusable> {
    let fields = ResultFields::read_utf8(json).map_err(|rejection| match rejection {
        Rejection::Twice(field) => unusable(field, "it comes twice"),
        Rejection::Json(Some(field)) => unusable(field, "no JSON from there on"),
        _ => unusable("enc_data", "no JSON object inside"),
    })?;
    let field = |name: &str| fields.lenient(name).map(Zeroizing::new);
    let name = field("name")
        .filter(|name| !name.contains('\0'))
        .ok_or_else(|| unusable("name", "missing; NICE has to add it to the contract"))?;
    if fields.is_unreadable("birthdate") {
        return Err(unusable("birthdate", NOT_A_DATE));
    }
    let birthdate = field("birthdate")
        .map(|text| birthdate(&text))
        .transpose()?;
    let utf8_name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let utf8_name = Zeroizing::new(utf8_name);
    let mobileno = field("mobile_no").map(|number| local_number(&number));
    let vnumber = field("vnumber");
    let enctime = KST.to_datetime(source.at).strftime("%Y%m%d%H%M%S");
    let renamed = RENAMED.map(|(theirs, ours)| (ours, field(theirs)));
    let mut result = vec![
        ("resultcode", Some("0000")),
        ("requestno", Some(source.requestno)),
    ];
    let (enctime, responseno) = (
        enctime.to_string(),
        responseno(source.web_transaction_id, source.in_sandbox),
    );
    result.extend([
        ("enctime", Some(&*enctime)),
        ("sitecode", Some(source.sitecode)),
        ("responseno", Some(&*responseno)),
        (
            "authtype",
            authtype(source.way, mobileno.is_some(), vnumber.is_some()),
        ),
        ("name", Some(&**name)),
        ("utf8_name", Some(&**utf8_name)),
        ("mobileno", mobileno.as_ref().map(|number| &***number)),
        ("vnumber", vnumber.as_ref().map(|number| &***number)),
        ("birthdate", birthdate.as_ref().map(|date| &***date)),
    ]);
    for (ours, value) in &renamed {
        result.push((ours, value.as_ref().map(|value| &***value)));
    }
    let fields = write(&result)?;
    if fields.len() > LONGEST {
        let why = "its fields are longer than any person's";
        return Err(unusable("enc_data", why));
    }
    let receivedata = source.way.receivedata.as_ref();
    Ok(Parts {
        fields,
        receivedata: receivedata.map(|text| cp949::encode(text)),
    })
}

/// The fields as the older API writes them.
fn write(fields: &[(&'static str, Option<&str>)]) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let json = serde_json::to_string(&Fields(fields))
        .map(Zeroizing::new)
        .map_err(|_| unusable("enc_data", "it can't be written again"))?;
    Ok(cp949::encode(&json))
}

/// `19900101`, also read as `1990-01-01`: a result is opened with the former alone.
fn birthdate(text: &str) -> Result<Zeroizing<String>, Unusable> {
    let text = Zeroizing::new(text.replace(['-', '.', '/', ' '], ""));
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text)
    } else {
        Err(unusable("birthdate", NOT_A_DATE))
    }
}

/// NICE doesn't say how the person verified.
fn authtype(way: &Way, has_number: bool, is_ipin: bool) -> Option<&str> {
    if has_number {
        return Some(SvcType::Phone.letter());
    }
    if !way.authtype.is_empty() {
        return Some(&way.authtype);
    }
    if is_ipin {
        return Some(SvcType::Ipin.letter());
    }
    match way.svc_types[..] {
        [only] => Some(only.letter()),
        _ => None,
    }
}

/// 24 characters, the same for the same `web_transaction_id`: NICE has none
/// of its own here.
fn responseno(web_transaction_id: &str, in_sandbox: bool) -> String {
    let digest = Sha256::digest(web_transaction_id);
    let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let digits = hex.filter_map(|digit| char::from_digit(digit.into(), 16));
    let prefix = if in_sandbox { "SANDBOX" } else { "" };
    let digits = digits.map(|digit| digit.to_ascii_uppercase());
    prefix.chars().chain(digits).take(24).collect()
}

/// `+82 10-1234-5678` as `01012345678`; what isn't a number stays.
fn local_number(number: &str) -> Zeroizing<String> {
    let digits: Zeroizing<String> =
        Zeroizing::new(number.chars().filter(char::is_ascii_digit).collect());
    let is_number = !digits.is_empty()
        && number
            .chars()
            .all(|c| c.is_ascii_digit() || "+- ()".contains(c));
    if !is_number {
        return Zeroizing::new(number.to_owned());
    }
    match digits.strip_prefix("82") {
        Some(rest) if number.trim_start().starts_with('+') => {
            Zeroizing::new(format!("0{}", rest.trim_start_matches('0')))
        }
        Some(_) | None => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birthdate_is_eight_digits() {
        for sent in ["19900101", "1990-01-01", "1990.01.01", "1990 01 01"] {
            assert_eq!(**birthdate(sent).unwrap(), *"19900101");
        }
        for sent in [
            "",
            "199001",
            "19900101T",
            "1990년1월1일",
            "１９９００１０１",
        ] {
            assert_eq!(birthdate(sent).unwrap_err().field, "birthdate", "{sent}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_korea() {
        for (sent, local) in [
            ("01012345678", "01012345678"),
            ("010-1234-5678", "01012345678"),
            ("+82 10-1234-5678", "01012345678"),
            ("+82 010 1234 5678", "01012345678"),
            ("8201012345678", "8201012345678"),
            ("unknown", "unknown"),
        ] {
            assert_eq!(*local_number(sent), local);
        }
    }

    #[test]
    fn a_responseno_has_24_characters_and_says_where_it_is_from() {
        let live = responseno("YWJj", false);
        assert_eq!((live.len(), responseno("YWJj", false)), (24, live.clone()));
        assert_ne!(live, responseno("YWJk", false));
        assert!(live.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let sandbox = responseno("YWJj", true);
        assert!(sandbox.starts_with("SANDBOX") && sandbox.len() == 24);
    }
}

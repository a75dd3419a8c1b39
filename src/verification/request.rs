//! The request of `getOAuthToken`: from text fields to types that can't
//! hold anything NICE would refuse.

use arrayvec::ArrayString;

use super::{Field, FieldFault, ReturnUrl, ReturnUrls, Rule, sealed_json};
use crate::{
    crypto::{self, KeySet, Sealed},
    random::Random,
};

/// The contract's fields, as the caller sent them.
#[derive(Clone, Debug, Default)]
pub struct RequestFields<'a> {
    /// `requestno`.
    pub requestno: Field<'a>,
    /// `returnurl`.
    pub returnurl: Field<'a>,
    /// `sitecode`.
    pub sitecode: Field<'a>,
    /// `authtype`.
    pub authtype: Field<'a>,
    /// `mobilceco` (sic).
    pub mobilceco: Field<'a>,
    /// `methodtype`.
    pub methodtype: Field<'a>,
    /// `popupyn`.
    pub popupyn: Field<'a>,
    /// `receivedata`.
    pub receivedata: Field<'a>,
}

impl<'a> RequestFields<'a> {
    /// The contract's names of the fields, in its order.
    pub const NAMES: [&'static str; 8] = [
        "requestno",
        "returnurl",
        "sitecode",
        "authtype",
        "mobilceco",
        "methodtype",
        "popupyn",
        "receivedata",
    ];

    /// The fields by their values, in the order of [`RequestFields::NAMES`].
    #[must_use]
    pub fn new(values: [Field<'a>; 8]) -> Self {
        let [
            requestno,
            returnurl,
            sitecode,
            authtype,
            mobilceco,
            methodtype,
            popupyn,
            receivedata,
        ] = values;
        Self {
            requestno,
            returnurl,
            sitecode,
            authtype,
            mobilceco,
            methodtype,
            popupyn,
            receivedata,
        }
    }
}

/// A request that keeps all rules.
#[derive(Clone, Debug)]
pub struct VerificationRequest<'a> {
    /// The caller's own number, if there is one.
    pub requestno: Option<RequestNo>,
    /// Where NICE sends the browser back to.
    pub returnurl: ReturnUrl,
    /// What the caller believes the site code to be; NICE's own always wins.
    pub sitecode: Option<&'a str>,
    /// M, C, X, U, F or S; absent: the window shows a menu.
    pub authtype: Option<&'static str>,
    /// The carrier that the window begins with: S, K or L.
    pub mobilceco: Option<&'static str>,
    /// How the browser comes back.
    pub methodtype: MethodType,
    /// Y or N.
    pub popupyn: Option<&'static str>,
    /// Returned unchanged in the result; at most 1,000 characters.
    pub receivedata: Option<&'a str>,
}

/// How the browser comes back to `returnurl`. Always set, since NICE's own
/// choice depends on the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MethodType {
    /// In the query.
    #[default]
    Get,
    /// As a form.
    Post,
}

impl MethodType {
    /// As NICE writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
        }
    }
}

/// A `requestno`: 1-30 characters of `A-Z a-z 0-9 . _ : -`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestNo(ArrayString<REQUESTNO_MAX>);

/// The most that NICE takes, in characters.
const REQUESTNO_MAX: usize = 30;

impl RequestNo {
    /// 30 letters and digits from the CSPRNG: 178 bits.
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        let text = random.alphanumeric::<REQUESTNO_MAX>();
        Self(
            ArrayString::from_byte_string(&text)
                .unwrap_or_else(|_| unreachable!("letters and digits")),
        )
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a session keeps it.
    pub(super) fn text(&self) -> ArrayString<REQUESTNO_MAX> {
        self.0
    }

    /// Reads a caller's own number.
    ///
    /// # Errors
    ///
    /// [`Rule::RequestNo`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let fits = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
        match ArrayString::from(text) {
            Ok(number) if fits => Ok(Self(number)),
            Ok(_) | Err(_) => Err(Rule::RequestNo),
        }
    }
}

/// In characters.
const RECEIVEDATA_MAX: usize = 1000;

impl<'a> VerificationRequest<'a> {
    /// Reads the fields; `own_callback` is the address of this service's
    /// own callback page, which only the sandbox ever falls back to.
    ///
    /// # Errors
    ///
    /// All faulty fields at once, in the contract's order.
    pub fn parse(
        fields: &'a RequestFields<'_>,
        return_urls: &ReturnUrls,
        own_callback: impl FnOnce() -> String,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults(Vec::new());
        let requestno = faults.check("requestno", &fields.requestno, |text| {
            text.map(RequestNo::parse).transpose()
        });
        let returnurl = faults.check("returnurl", &fields.returnurl, |text| {
            return_urls.choose(text, own_callback)
        });
        let sitecode = faults.check("sitecode", &fields.sitecode, Ok);
        let authtype = faults.check("authtype", &fields.authtype, |text| {
            one_of(text, &["M", "C", "X", "U", "F", "S"])
        });
        let mobilceco = faults.check("mobilceco", &fields.mobilceco, |text| {
            one_of(text, &["S", "K", "L"])
        });
        let to_app = returnurl.as_ref().is_some_and(ReturnUrl::is_app);
        let methodtype = faults.check("methodtype", &fields.methodtype, |text| {
            match method_type(text)? {
                // Nothing can be posted to an app's address.
                MethodType::Post if to_app => Err(Rule::OneOf(&["get"])),
                methodtype => Ok(methodtype),
            }
        });
        let popupyn = faults.check("popupyn", &fields.popupyn, |text| one_of(text, &["Y", "N"]));
        let receivedata = faults.check("receivedata", &fields.receivedata, receivedata);

        let (Some(requestno), Some(returnurl), Some(sitecode), Some(authtype)) =
            (requestno, returnurl, sitecode, authtype)
        else {
            return Err(faults.0);
        };
        let (Some(mobilceco), Some(methodtype), Some(popupyn), Some(receivedata)) =
            (mobilceco, methodtype, popupyn, receivedata)
        else {
            return Err(faults.0);
        };
        Ok(Self {
            requestno,
            returnurl,
            sitecode,
            authtype,
            mobilceco,
            methodtype,
            popupyn,
            receivedata,
        })
    }

    /// Seals it for NICE. `requestno` is the caller's own or a generated
    /// one, `site_code` is the one that came with the key set.
    #[must_use]
    pub fn seal(&self, requestno: &RequestNo, site_code: &str, keys: &KeySet) -> Sealed {
        crypto::seal(keys, &sealed_json::write(self, requestno, site_code))
    }
}

/// Collects what is wrong, so that a caller sees all of it at once.
struct Faults(Vec<FieldFault>);

impl Faults {
    fn check<'a, T>(
        &mut self,
        field: &'static str,
        value: &'a Field<'_>,
        read: impl FnOnce(Option<&'a str>) -> Result<T, Rule>,
    ) -> Option<T> {
        match value.parse().and_then(read) {
            Ok(value) => Some(value),
            Err(rule) => {
                self.0.push(FieldFault { field, rule });
                None
            }
        }
    }
}

fn one_of(
    text: Option<&str>,
    values: &'static [&'static str],
) -> Result<Option<&'static str>, Rule> {
    text.map(|text| {
        values
            .iter()
            .find(|value| **value == text)
            .copied()
            .ok_or(Rule::OneOf(values))
    })
    .transpose()
}

fn method_type(text: Option<&str>) -> Result<MethodType, Rule> {
    match text {
        None => Ok(MethodType::default()),
        Some(text) if text.eq_ignore_ascii_case("get") => Ok(MethodType::Get),
        Some(text) if text.eq_ignore_ascii_case("post") => Ok(MethodType::Post),
        Some(_) => Err(Rule::OneOf(&["get", "post"])),
    }
}

fn receivedata(text: Option<&str>) -> Result<Option<&str>, Rule> {
    match text {
        // Bytes first: most texts are short, and counting characters isn't free.
        Some(text) if text.len() > RECEIVEDATA_MAX && text.chars().count() > RECEIVEDATA_MAX => {
            Err(Rule::MaxLength(RECEIVEDATA_MAX))
        }
        text => Ok(text),
    }
}

//! The request of `getOAuthToken`: read from text fields into types that
//! hold nothing NICE would refuse.

use arrayvec::ArrayString;
use encoding_rs::{EUC_KR, EncoderResult};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Field, FieldFault, ReturnUrl, ReturnUrls, Rule,
    field::Faults,
    sealed_json::{self, SealedRequest},
};
use crate::{
    crypto::{self, KeySet, Sealed},
    random::Random,
};

/// The body of `getOAuthToken` as sent. Each field may be absent.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(bound(deserialize = "'de: 'a"))]
#[schema(as = VerificationMakeKeyRequest)]
pub struct RequestFields<'a> {
    /// 서비스 요청 고유번호
    #[schema(value_type = Option<String>, max_length = 30, pattern = r"^[A-Za-z0-9._:-]*$")]
    pub requestno: Field<'a>,
    /// 인증결과를 받을 url
    #[schema(value_type = Option<String>, max_length = 250)]
    pub returnurl: Field<'a>,
    /// 암호화 토큰요청 API에 응답받은 SITE_CODE
    #[schema(value_type = Option<String>, pattern = r"^[^\x00]*$")]
    pub sitecode: Field<'a>,
    /// 인증수단 고정
    #[schema(value_type = Option<String>, max_length = 1, pattern = r"^[MCXUFS]?$")]
    pub authtype: Field<'a>,
    /// 통신사우선선택
    // The contract's own spelling.
    #[schema(value_type = Option<String>, max_length = 1, pattern = r"^[SKL]?$")]
    pub mobilceco: Field<'a>,
    /// Http method타입
    #[schema(value_type = Option<String>, max_length = 4,
             pattern = r"^([Gg][Ee][Tt]|[Pp][Oo][Ss][Tt])?$")]
    pub methodtype: Field<'a>,
    /// 팝업여부
    #[schema(value_type = Option<String>, max_length = 1, pattern = r"^[YN]?$")]
    pub popupyn: Field<'a>,
    /// 인증 후 전달받을 데이터 세팅 (요청값 그대로 리턴)
    #[schema(value_type = Option<String>, max_length = 1000, pattern = r"^[^\x00]*$")]
    pub receivedata: Field<'a>,
}

/// A valid request.
#[derive(Clone, Debug)]
pub struct VerificationRequest<'a> {
    /// The caller's own number, if any.
    pub requestno: Option<RequestNo>,
    /// Where NICE sends the browser back to.
    pub returnurl: ReturnUrl,
    /// The caller's site code; only compared with NICE's, which is sealed.
    pub sitecode: Option<&'a str>,
    /// M, C, X, U, F or S; absent: the window shows a menu.
    pub authtype: Option<&'static str>,
    /// The carrier preselected in the window: S, K or L.
    pub mobilceco: Option<&'static str>,
    /// How the browser returns.
    pub methodtype: MethodType,
    /// Y or N.
    pub popupyn: Option<&'static str>,
    /// Returned unchanged in the result; at most 1,000 characters and 1,000
    /// bytes of CP949, which can carry it.
    pub receivedata: Option<&'a str>,
}

/// Which of the values that the contract has are accepted here.
#[derive(Clone, Copy, Debug)]
pub struct Permitted<'a> {
    /// `RETURN_URLS`.
    pub return_urls: &'a ReturnUrls,
    /// Values of `authtype`: none if `NICE_SVC_TYPES` has i-PIN alone, which
    /// none of them names.
    pub authtypes: &'static [&'static str],
    /// `METHOD_TYPE`; `None`: as the caller asks. An app's address is always
    /// returned to by get.
    pub methodtype: Option<MethodType>,
}

/// The values of `authtype` with the standard window.
const AUTHTYPES: &[&str] = &["M", "C", "X", "U", "F", "S"];

impl<'a> Permitted<'a> {
    /// All values, with these return addresses.
    #[must_use]
    pub const fn all(return_urls: &'a ReturnUrls) -> Self {
        Self {
            return_urls,
            authtypes: AUTHTYPES,
            methodtype: None,
        }
    }
}

/// How the browser returns to `returnurl`. Always sent to NICE: its own
/// default depends on the browser.
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

/// NICE's limit, in characters.
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

    /// The text in the form that a session stores.
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

/// A result without `receivedata`, in bytes: NICE's table, with a long name.
const RESULT_BYTES: usize = 640;

/// The rest of the callback's query, in bytes: names, `token_version_id` and
/// the integrity value.
const CALLBACK_BYTES: usize = 160;

/// In characters, and in bytes of CP949.
const RECEIVEDATA_MAX: usize = 1000;

impl<'a> VerificationRequest<'a> {
    /// Checks the fields.
    ///
    /// # Errors
    ///
    /// All faulty fields at once, in the contract's order.
    pub fn parse(
        fields: &'a RequestFields<'_>,
        permitted: Permitted<'_>,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let requestno = faults.check("requestno", &fields.requestno, |text| {
            text.map(RequestNo::parse).transpose()
        });
        let returnurl = faults.check("returnurl", &fields.returnurl, |text| {
            permitted.return_urls.choose(text)
        });
        let sitecode = faults.check("sitecode", &fields.sitecode, Ok);
        let authtype = faults.check("authtype", &fields.authtype, |text| {
            authtype(text, permitted.authtypes)
        });
        let mobilceco = faults.check("mobilceco", &fields.mobilceco, |text| {
            one_of(text, &["S", "K", "L"]).map_err(|_| Rule::Carrier)
        });
        let to_app = returnurl.as_ref().is_some_and(ReturnUrl::is_app);
        let methodtype = faults.check("methodtype", &fields.methodtype, |text| {
            // A browser can't post to an app's address.
            let only = if to_app {
                Some(MethodType::Get)
            } else {
                permitted.methodtype
            };
            method_type(text, only)
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

    /// How long the address may get at which the browser comes back, in bytes;
    /// `None` if it returns by a form. With every field of NICE's table.
    #[must_use]
    pub fn callback_bytes(&self) -> Option<usize> {
        if self.methodtype == MethodType::Post {
            return None;
        }
        let received = self.receivedata.map_or(0, returned_bytes);
        // Padded to the block, then in base64.
        let sealed = ((RESULT_BYTES + received) / 16 + 1) * 16;
        let base64 = sealed.div_ceil(3) * 4;
        // Of 64 characters two are escaped, which takes two bytes more.
        let escaped = base64 + base64 / 16;
        Some(self.returnurl.as_str().len() + CALLBACK_BYTES + escaped)
    }

    /// Seals the request for NICE. `requestno` is the caller's own or a
    /// generated one; `site_code` came with the key set.
    #[must_use]
    pub fn seal(&self, requestno: &RequestNo, site_code: &str, keys: &KeySet) -> Sealed {
        let json = sealed_json::write(&SealedRequest {
            requestno: requestno.as_str(),
            returnurl: self.returnurl.as_str(),
            sitecode: site_code,
            authtype: self.authtype,
            mobilceco: self.mobilceco,
            methodtype: self.methodtype.name(),
            popupyn: self.popupyn,
            receivedata: self.receivedata,
        });
        crypto::seal(keys, &json)
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

fn authtype(
    text: Option<&str>,
    permitted: &'static [&'static str],
) -> Result<Option<&'static str>, Rule> {
    if permitted.is_empty() && text.is_some() {
        return Err(Rule::NoAuthtype);
    }
    one_of(text, permitted)
}

/// What was asked for, if nothing else is the only one.
fn method_type(text: Option<&str>, only: Option<MethodType>) -> Result<MethodType, Rule> {
    let asked = match text {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("get") => Some(MethodType::Get),
        Some(text) if text.eq_ignore_ascii_case("post") => Some(MethodType::Post),
        Some(_) => return Err(Rule::OneOf(&["get", "post"])),
    };
    match (only, asked) {
        (Some(MethodType::Get), Some(MethodType::Post)) => Err(Rule::OneOf(&["get"])),
        (Some(MethodType::Post), Some(MethodType::Get)) => Err(Rule::OneOf(&["post"])),
        (Some(method), _) | (None, Some(method)) => Ok(method),
        (None, None) => Ok(MethodType::default()),
    }
}

/// In bytes. The error is the first character that CP949 doesn't have: NICE
/// would return another in its place.
fn cp949_length(text: &str) -> Result<usize, char> {
    let mut encoder = EUC_KR.new_encoder();
    // A character of UTF-8 never takes more bytes in CP949.
    let mut bytes = vec![0; text.len()];
    let (result, _, length) = encoder.encode_from_utf8_without_replacement(text, &mut bytes, true);
    match result {
        EncoderResult::Unmappable(character) => Err(character),
        EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(length),
    }
}

/// How long NICE writes a text that fits CP949, in bytes: as JSON, in which
/// quotes and line ends are escaped.
fn returned_bytes(text: &str) -> usize {
    let bytes = text.chars().map(|c| {
        if !c.is_ascii() || "\"\\\u{8}\t\n\u{c}\r".contains(c) {
            2
        } else if c < ' ' {
            6
        } else {
            1
        }
    });
    bytes.sum()
}

fn receivedata(text: Option<&str>) -> Result<Option<&str>, Rule> {
    match text {
        Some(text) if text.is_ascii() && text.len() <= RECEIVEDATA_MAX => Ok(Some(text)),
        Some(text) if text.chars().count() > RECEIVEDATA_MAX => {
            Err(Rule::MaxLength(RECEIVEDATA_MAX))
        }
        Some(text) => match cp949_length(text) {
            Ok(..=RECEIVEDATA_MAX) => Ok(Some(text)),
            Ok(_) => Err(Rule::MaxCp949Bytes(RECEIVEDATA_MAX)),
            Err(character) => Err(Rule::NotInCp949(character)),
        },
        None => Ok(None),
    }
}

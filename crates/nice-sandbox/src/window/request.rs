//! The request to the window: integrity first, then the cipher, then each
//! field by NICE's rules.

use jiff::Timestamp;
use nice_crypto::{self as crypto, KeySet, UnsealError, Sealed, clock::KST};
use serde_json::{Map, Value};

use super::{
    fault::Fault,
    mistake::Mistake,
    parameters::Parameters,
    return_url::{self, ReturnUrl},
};
use crate::state::{SITE_CODE, State};

/// A request that the window opens for.
#[derive(Clone, Debug)]
pub(super) struct WindowRequest {
    pub(super) token_version_id: String,
    pub(super) keys: KeySet,
    pub(super) expires_at: Timestamp,
    /// As it came, for the window's own form.
    pub(super) sealed: Sealed,
    pub(super) requestno: String,
    pub(super) returnurl: ReturnUrl,
    pub(super) authtype: String,
    pub(super) mobilceco: String,
    pub(super) businessno: String,
    /// What `methodtype` asks for, if anything.
    pub(super) method: Option<Method>,
    pub(super) receivedata: String,
}

/// How the browser comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

impl WindowRequest {
    pub(super) fn read(parameters: &Parameters, state: &State) -> Result<Self, Fault> {
        let m = parameters.required("m")?;
        if m != "service" {
            return Err(Fault::NotService { given: shown(m) });
        }
        let id = parameters.required("token_version_id")?;
        let sealed = Sealed {
            enc_data: parameters.base64("enc_data")?,
            integrity_value: parameters.base64("integrity_value")?,
        };
        let token = state
            .tokens()
            .get(id)
            .ok_or_else(|| Fault::UnknownToken { given: shown(id) })?;
        if state.clock.now() >= token.expires_at {
            let ended = KST.to_datetime(token.expires_at);
            return Err(Fault::ExpiredToken {
                ended: ended.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            });
        }
        let fields = Fields(unseal(&token.keys, &sealed)?);
        let request = Self {
            token_version_id: id.to_owned(),
            requestno: fields.required("requestno", 30)?,
            returnurl: return_url::parse(&fields.required("returnurl", return_url::MAX_LENGTH)?)?,
            authtype: fields.one_of("authtype", "M, C, X, U, F, S")?,
            mobilceco: fields.one_of("mobilceco", "S, K, L")?,
            businessno: fields.optional("businessno", 10)?,
            method: fields.method()?,
            receivedata: fields.optional("receivedata", usize::MAX)?,
            keys: token.keys,
            expires_at: token.expires_at,
            sealed,
        };
        fields.one_of("popupyn", "Y, N")?;
        let given = fields.required("sitecode", 16)?;
        if given != SITE_CODE {
            return Err(Fault::SiteCode {
                given: shown(&given),
                wanted: SITE_CODE.to_owned(),
            });
        }
        if request.method == Some(Method::Post)
            && let ReturnUrl::App { scheme, .. } = &request.returnurl
        {
            return Err(Fault::AppSchemeByPost {
                scheme: scheme.clone(),
            });
        }
        state.tokens().remember(id, &request.requestno);
        Ok(request)
    }
}

fn unseal(keys: &KeySet, sealed: &Sealed) -> Result<Map<String, Value>, Fault> {
    let Sealed {
        enc_data,
        integrity_value,
    } = sealed;
    let in_cipher = || Mistake::in_enc_data(keys, enc_data);
    let plain = crypto::open(keys, enc_data, integrity_value).map_err(|refusal| match refusal {
        UnsealError::Integrity => {
            Fault::Integrity(Mistake::in_integrity_value(keys, enc_data, integrity_value))
        }
        UnsealError::Base64 | UnsealError::Decryption => Fault::Cipher(in_cipher()),
    })?;
    // Some clients seal EUC-KR: NICE's window takes it.
    let text = str::from_utf8(&plain).map_or_else(
        |_| encoding_rs::EUC_KR.decode_without_bom_handling(&plain).0,
        Into::into,
    );
    serde_json::from_str(text.trim()).map_err(|_| {
        // A wrong IV spoils nothing but the first block.
        in_cipher().map_or_else(
            || Fault::NotJson {
                begins: shown(&text),
            },
            |mistake| Fault::Cipher(Some(mistake)),
        )
    })
}

/// What the page shows of a text that the caller sent.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

struct Fields(Map<String, Value>);

impl Fields {
    fn optional(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = match self.0.get(field) {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text,
            Some(_) => return Err(Fault::NotText { field }),
        };
        let length = text.chars().count();
        if length > max {
            return Err(Fault::TooLong { field, length, max });
        }
        Ok(text.to_owned())
    }

    fn required(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = self.optional(field, max)?;
        if text.is_empty() {
            return Err(Fault::NoField { field });
        }
        Ok(text)
    }

    fn one_of(&self, field: &'static str, list: &'static str) -> Result<String, Fault> {
        let text = self.optional(field, usize::MAX)?;
        if text.is_empty() || list.split(", ").any(|allowed| allowed == text) {
            Ok(text)
        } else {
            Err(Fault::NotOneOf {
                field,
                given: shown(&text),
                list,
            })
        }
    }

    fn method(&self) -> Result<Option<Method>, Fault> {
        let text = self.optional("methodtype", usize::MAX)?;
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "get" => Ok(Some(Method::Get)),
            "post" => Ok(Some(Method::Post)),
            _ => Err(Fault::NotOneOf {
                field: "methodtype",
                given: shown(&text),
                list: "get, post",
            }),
        }
    }
}

//! The request to the window: integrity first, then the cipher, then each
//! field by NICE's rules.

use jiff::Timestamp;
use nice_crypto::{KeySet, Sealed, clock::KST};
use serde_json::{Map, Value};

use crate::{
    browser::{
        Method,
        fault::Fault,
        notice::{self, Notice},
        parameters::Parameters,
        return_url::{self, Refused, ReturnUrl},
    },
    cp949,
    diagnosis::standard_window::{Material, Parts, unseal as unsealed},
    standard_window::SITE_CODE,
    standard_window::tokens::IssuedToken,
    state::State,
    words::Both,
};

/// The fields that NICE reads.
pub(crate) const FIELDS: [&str; 9] = [
    "requestno",
    "returnurl",
    "sitecode",
    "authtype",
    "mobilceco",
    "businessno",
    "methodtype",
    "popupyn",
    "receivedata",
];

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
    /// What NICE takes, but may not do as meant.
    pub(super) notices: Vec<Notice>,
    /// The sealed JSON, to be shown.
    pub(super) json: String,
}

impl WindowRequest {
    pub(super) fn read(parameters: &Parameters, state: &State) -> Result<Self, Fault> {
        let m = parameters.required("m")?;
        if m != "service" {
            return Err(Fault::not_service(m));
        }
        let id = parameters.required("token_version_id")?;
        let sealed = Sealed {
            enc_data: parameters.base64("enc_data")?,
            integrity_value: parameters.base64("integrity_value")?,
        };
        let token = state.tokens().get(id);
        let token = token.ok_or_else(|| Fault::unknown_token(id, mistaken_for_id(id, state)))?;
        if state.clock.now() >= token.expires_at {
            let ended = KST.to_datetime(token.expires_at);
            let ended = ended.strftime("%Y-%m-%d %H:%M:%S").to_string();
            return Err(Fault::expired_token(&ended));
        }
        let fields = Fields(unseal(id, &token, &sealed, state)?);
        let mut notices = notice::of_unknown_names(fields.names(), &FIELDS);
        let returnurl = fields.required("returnurl", usize::MAX)?;
        let trimmed = returnurl.trim();
        if trimmed != returnurl {
            notices.push(Notice::trimmed_return_url());
        }
        within("returnurl", trimmed, return_url::MAX_LENGTH)?;
        let request = Self {
            token_version_id: id.to_owned(),
            requestno: fields.optional("requestno", 30)?,
            returnurl: return_url::parse(trimmed).map_err(|refused| match refused {
                Refused::NotAbsolute => Fault::return_url(trimmed),
                Refused::Scheme(scheme) => Fault::return_scheme(&scheme),
            })?,
            authtype: fields.one_of("authtype", "M, C, X, U, F, S")?,
            mobilceco: fields.one_of("mobilceco", "S, K, L")?,
            businessno: fields.optional("businessno", 10)?,
            method: fields.method()?,
            receivedata: fields.optional("receivedata", usize::MAX)?,
            keys: token.keys,
            expires_at: token.expires_at,
            sealed,
            notices: Vec::new(),
            json: serde_json::to_string_pretty(&fields.0).unwrap_or_default(),
        };
        fields.one_of("popupyn", "Y, N")?;
        let given = fields.required("sitecode", 16)?;
        if given != SITE_CODE {
            return Err(Fault::site_code(&given, SITE_CODE));
        }
        if request.method == Some(Method::Post)
            && let ReturnUrl::App { scheme, .. } = &request.returnurl
        {
            return Err(Fault::app_scheme_by_post(scheme));
        }
        if request.requestno.is_empty() {
            notices.push(Notice::no_requestno());
        }
        if trimmed.contains('#') {
            notices.push(Notice::fragment());
        }
        state.tokens().remember(id, &request.requestno);
        Ok(Self { notices, ..request })
    }
}

/// What was sent in the id's place, if it is another value of the same answer.
fn mistaken_for_id(given: &str, state: &State) -> Option<(&'static str, Both)> {
    if given == SITE_CODE {
        return Some((
            "site_code_for_token_version_id",
            Both::new(
                "이 값은 site_code입니다. 응답의 token_version_id를 보내세요.",
                "This is the site_code: send the answer's token_version_id.",
            ),
        ));
    }
    state.tokens().has_value(given).then(|| {
        (
            "token_val_for_token_version_id",
            Both::new(
                "이 값은 token_val입니다. 응답의 token_version_id를 보내세요. token_val은 서버 밖으로 나가면 안 됩니다.",
                "This is the token_val: send the answer's token_version_id. The token_val never leaves the server.",
            ),
        )
    })
}

fn unseal(
    id: &str,
    token: &IssuedToken,
    sealed: &Sealed,
    state: &State,
) -> Result<Map<String, Value>, Fault> {
    let others = state.tokens().others(id);
    let institution_token = state.institution_token();
    let credentials = &state.settings.credentials;
    unsealed(
        &Material {
            keys: token.keys.clone(),
            own: parts(token),
            token_version_id: id,
            site_code: SITE_CODE,
            client_id: &credentials.client_id,
            client_secret: credentials.client_secret.expose(),
            institution_token: institution_token.expose(),
            others: others.iter().map(parts).collect(),
        },
        sealed,
    )
}

fn parts(token: &IssuedToken) -> Parts<'_> {
    let [req_dtim, req_no, token_val] = token.made_of.parts();
    Parts {
        req_dtim,
        req_no,
        token_val,
    }
}

/// One measure for all lengths: bytes of CP949.
fn within(field: &str, text: &str, max: usize) -> Result<(), Fault> {
    let length = cp949::length(text);
    if length > max {
        return Err(Fault::too_long(field, length, max));
    }
    Ok(())
}

struct Fields(Map<String, Value>);

impl Fields {
    fn optional(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = match self.0.get(field) {
            None | Some(Value::Null) => "",
            Some(Value::String(text)) => text,
            Some(_) => return Err(Fault::not_text(field)),
        };
        if max != usize::MAX {
            within(field, text, max)?;
        }
        Ok(text.to_owned())
    }

    fn required(&self, field: &'static str, max: usize) -> Result<String, Fault> {
        let text = self.optional(field, max)?;
        if text.is_empty() {
            let near = notice::nearly_right(self.names(), &FIELDS, field);
            return Err(Fault::no_field(field, near));
        }
        Ok(text)
    }

    fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.keys().map(String::as_str)
    }

    fn one_of(&self, field: &'static str, list: &'static str) -> Result<String, Fault> {
        let text = self.optional(field, usize::MAX)?;
        if text.is_empty() || list.split(", ").any(|allowed| allowed == text) {
            Ok(text)
        } else {
            Err(Fault::not_one_of(field, &text, list))
        }
    }

    fn method(&self) -> Result<Option<Method>, Fault> {
        let text = self.optional("methodtype", usize::MAX)?;
        match text.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "get" => Ok(Some(Method::Get)),
            "post" => Ok(Some(Method::Post)),
            _ => Err(Fault::not_one_of("methodtype", &text, "get, post")),
        }
    }
}

//! The request to the window: integrity first, then the cipher, then each
//! field by NICE's rules.

use jiff::Timestamp;
use nice_crypto::{KeySet, Sealed, clock::KST};
use serde_json::{Map, Value};

use super::fields::Fields;
use crate::{
    browser::{
        Method, fault::Fault, notice::Notice, parameters::Parameters, return_url::ReturnUrl,
    },
    diagnosis::standard_window::{Material, Parts, unseal as unsealed},
    standard_window::SITE_CODE,
    standard_window::tokens::IssuedToken,
    state::State,
    words::Both,
};

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
        let returnurl = fields.return_url()?;
        let request = Self {
            token_version_id: id.to_owned(),
            requestno: fields.optional("requestno", 30)?,
            returnurl,
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
        fields.site_code(Some(SITE_CODE))?;
        if request.method == Some(Method::Post)
            && let ReturnUrl::App { scheme, .. } = &request.returnurl
        {
            return Err(Fault::app_scheme_by_post(scheme));
        }
        state.tokens().remember(id, &request.requestno);
        Ok(Self {
            notices: fields.notices(),
            ..request
        })
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
                "This is the token_val: send the answer's token_version_id. Never send the token_val to a browser.",
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

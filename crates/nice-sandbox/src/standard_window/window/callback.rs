//! What goes back to the shop: the sealed result, or what an outcome makes
//! of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use nice_crypto::{self as crypto, Sealed};

use super::{
    request::WindowRequest,
    result::{self, Answer},
};
use crate::{
    browser::{fault::Fault, outcome::Outcome, parameters::Parameters},
    cp949,
    people::Persona,
    standard_window::crypto_token,
    state::State,
};

/// Beyond this many bytes an address by get is noticed: many proxies and
/// servers refuse a request line or a head of 4 to 8 KiB.
pub(super) const LONG: usize = 4_096;

/// About how long the address of a callback by get will be.
pub(super) fn expected_length(request: &WindowRequest) -> usize {
    /// Of the result without `receivedata`, and of the other values.
    const RESULT: usize = 700;
    const VALUES: usize = 150;
    let sealed = (RESULT + cp949::length(&request.receivedata)).div_ceil(3) * 4;
    request.returnurl.as_str().len() + sealed + VALUES
}

/// The three values that the browser carries.
#[derive(Clone, Debug)]
pub(super) struct Callback {
    pub(super) token_version_id: String,
    pub(super) sealed: Sealed,
    /// What was sealed, to be shown.
    pub(super) plain: String,
}

impl Callback {
    /// As the browser carries them.
    pub(super) fn values(&self) -> [(&'static str, &str); 3] {
        [
            ("token_version_id", &self.token_version_id),
            ("enc_data", &self.sealed.enc_data),
            ("integrity_value", &self.sealed.integrity_value),
        ]
    }
}

/// The callback of this request under this outcome.
pub(super) fn make(
    request: &WindowRequest,
    persona: Persona,
    outcome: Outcome,
    parameters: &Parameters,
    state: &State,
) -> Result<Callback, Fault> {
    let now = state.clock.now();
    let at = match outcome {
        Outcome::Late => request.expires_at.max(now) + SignedDuration::from_secs(1),
        _ => now,
    };
    let resultcode = match outcome {
        Outcome::Fail => failure_code(parameters)?,
        _ => "0000",
    };
    let answer = Answer {
        persona,
        parameters,
        resultcode,
        at,
    };
    if outcome == Outcome::Swap {
        return Ok(swapped(request, answer, state));
    }
    let plain = result::plain_text(request, answer, &state.random);
    let mut callback = Callback {
        token_version_id: request.token_version_id.clone(),
        sealed: crypto::seal(&request.keys, &cp949::encode(&plain)),
        plain,
    };
    match outcome {
        Outcome::TamperEnc => flip(&mut callback.sealed.enc_data),
        Outcome::TamperMac => flip(&mut callback.sealed.integrity_value),
        Outcome::TamperToken => {
            let last = callback.token_version_id.pop();
            callback
                .token_version_id
                .push(if last == Some('0') { '1' } else { '0' });
        }
        _ => {}
    }
    Ok(callback)
}

/// 0000 would be no failure.
fn failure_code(parameters: &Parameters) -> Result<&str, Fault> {
    let code = parameters.sandbox("resultcode").unwrap_or("0001");
    let is_code = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_code && code != "0000" {
        Ok(code)
    } else {
        Err(Fault::not_one_of("sandbox_resultcode", code, "0001 – 9999"))
    }
}

/// A genuine result of another session: only the `requestno` that the shop
/// kept tells the difference.
fn swapped(request: &WindowRequest, answer: Answer<'_>, state: &State) -> Callback {
    let other = state.tokens().another(&request.token_version_id);
    let (token_version_id, token) = other.unwrap_or_else(|| {
        // There is no other session yet: make one.
        let value = state.random.alphanumeric::<32>().map(char::from);
        crypto_token::remember(state, "", "", &String::from_iter(value))
    });
    let requestno = token.requestno.unwrap_or_else(|| {
        let digits = state.random.alphanumeric::<20>().map(char::from);
        format!("SANDBOX{}", String::from_iter(digits))
    });
    let request = WindowRequest {
        requestno,
        ..request.clone()
    };
    let none = Parameters::default();
    let answer = Answer {
        persona: answer.persona.other(),
        parameters: &none,
        ..answer
    };
    let plain = result::plain_text(&request, answer, &state.random);
    Callback {
        token_version_id,
        sealed: crypto::seal(&token.keys, &cp949::encode(&plain)),
        plain,
    }
}

/// Another bit in the middle; still base64 of the same length.
fn flip(base64: &mut String) {
    if let Ok(mut bytes) = STANDARD.decode(&*base64) {
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
        }
        *base64 = STANDARD.encode(bytes);
    }
}

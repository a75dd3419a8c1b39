//! What each fault must come to, from the protocol's tables and the
//! interface's, written down without a look at the service's own.

/// The calls that serving makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    InstitutionToken,
    CryptoToken,
}

impl Call {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InstitutionToken => "institution_token",
            Self::CryptoToken => "crypto_token",
        }
    }
}

/// A fault at a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Hit {
    pub(crate) call: Call,
    pub(crate) fault: String,
    pub(crate) effect: Effect,
}

impl Hit {
    pub(crate) fn new(call: Call, fault: &str) -> Self {
        Self {
            call,
            fault: fault.to_owned(),
            effect: effect(fault),
        }
    }
}

/// What a caller is told when it comes to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    /// `NICE_REFUSED` with this cause.
    Refused(&'static str),
    /// `NICE_UNAVAILABLE`.
    Unavailable,
    /// `NICE_TIMEOUT`.
    TimedOut,
}

/// A try that failed, and how many more it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Failure {
    pub(crate) told: Told,
    pub(crate) retries: u32,
}

/// What a fault does to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Effect {
    /// NICE's real answer stands, if oddly written or late.
    Real,
    /// NICE's real answer can't be used if it is a good one.
    Spoils(Failure),
    /// The real answer, good or bad, doesn't come.
    Lost(Failure),
    /// The institution token, or the time sent with it, is said to be wrong.
    TokenRefused,
    /// The institution token is dead from here on.
    TokenDies,
    /// NICE's clock is ahead.
    ClockAhead,
    /// The good answer, under the oldest id that still lives: the first.
    Repeats,
}

pub(crate) const UNAVAILABLE: Failure = unavailable(2);

const fn unavailable(retries: u32) -> Failure {
    Failure {
        told: Told::Unavailable,
        retries,
    }
}

pub(crate) const fn refused(cause: &'static str) -> Failure {
    Failure {
        told: Told::Refused(cause),
        retries: 0,
    }
}

const TIMED_OUT: Failure = Failure {
    told: Told::TimedOut,
    retries: 2,
};

fn effect(fault: &str) -> Effect {
    if let Some((table, code)) = fault.split_once('_') {
        match table {
            "http" => return http(code),
            "gw" => return gateway(code),
            "rsp" => return response(code),
            "result" => return result(code),
            _ => {}
        }
    }
    match fault {
        "delay"
        | "wrong_content_type"
        | "period_float"
        | "period_string"
        | "expires_in_float"
        | "expires_in_string"
        | "expires_in_negative" => Effect::Real,
        "stall" | "slow_body" | "half_open" => Effect::Lost(TIMED_OUT),
        "cut" | "half_body" | "garbage" | "empty_body" | "maintenance_page" | "huge"
        | "redirect" => Effect::Lost(UNAVAILABLE),
        "missing_field"
        | "period_too_short"
        | "period_too_long"
        | "period_negative"
        | "period_not_a_number"
        | "token_version_id_empty"
        | "token_version_id_too_long"
        | "token_version_id_not_ascii"
        | "token_val_empty"
        | "token_val_too_long"
        | "token_val_control"
        | "site_code_empty"
        | "site_code_too_long"
        | "access_token_empty"
        | "access_token_too_long"
        | "access_token_not_ascii" => Effect::Spoils(UNAVAILABLE),
        "token_repeated" => Effect::Repeats,
        "token_expired" | "token_revoked" => Effect::TokenDies,
        "clock_ahead" => Effect::ClockAhead,
        _ => panic!("nobody wrote down what {fault:?} must come to"),
    }
}

/// A page of something in between: the catalogue's own advice.
fn http(status: &str) -> Effect {
    let retries = match status {
        "400" | "401" | "402" | "403" | "404" | "501" => 0,
        "500" => 1,
        "502" | "503" => 2,
        _ => panic!("nobody wrote down what HTTP {status} must come to"),
    };
    Effect::Lost(unavailable(retries))
}

fn gateway(code: &str) -> Effect {
    let cause = match code {
        "1401" | "1800" => return Effect::TokenRefused,
        "1500" => return Effect::Lost(unavailable(1)),
        "1502" | "1503" | "1900" | "1901" | "1902" | "1903" | "1905" => {
            return Effect::Lost(UNAVAILABLE);
        }
        "1702" | "1705" => "IP_NOT_REGISTERED",
        "1706" | "1707" | "1908" => "PRODUCT_NOT_SUBSCRIBED",
        "1700" | "1801" => "CREDENTIALS",
        "1402" | "1403" | "1501" => "SUSPENDED",
        "1711" | "1712" | "1713" | "1714" | "1715" | "1716" | "1906" | "1907" => "QUOTA",
        "1300" | "1400" | "1404" | "1701" | "1703" | "1717" | "1904" => "PROTOCOL",
        _ => panic!("nobody wrote down what GW {code} must come to"),
    };
    Effect::Lost(refused(cause))
}

fn response(code: &str) -> Effect {
    let cause = match code {
        "s603" | "eapi2600" | "eapi2700" | "eapi2701" => return Effect::Lost(UNAVAILABLE),
        "e999" | "eapi2530" | "eapi2540" => return Effect::Lost(unavailable(1)),
        "p013" | "e998" => "SUSPENDED",
        "eapi2500" | "eapi2510" | "eapi2550" | "eapi2560" | "eapi2561" | "eapi2562"
        | "eapi2563" | "eapi2564" | "eapi2565" | "eapi2892" | "eapi5001" | "eapi5002" => "PROTOCOL",
        "exxx" | "eapi2702" | "eapi2703" | "eapi2704" | "eapi2705" => "UNKNOWN",
        _ => panic!("nobody wrote down what rsp_cd {code} must come to"),
    };
    Effect::Lost(refused(cause))
}

fn result(code: &str) -> Effect {
    Effect::Lost(refused(match code {
        "0001" => "PROTOCOL",
        "0003" => "PRODUCT_NOT_SUBSCRIBED",
        "0099" => "UNKNOWN",
        _ => panic!("nobody wrote down what result_cd {code} must come to"),
    }))
}

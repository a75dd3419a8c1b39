//! The paths of the older API's three calls, as its guide names them. A client of NICE has its own
//! copy; the tests run both against each other.

/// Issues the institution token (기관토큰).
pub(crate) const INSTITUTION_TOKEN: &str = "/digital/niceid/oauth/oauth/token";
/// Revokes the institution token, for everyone who shares it.
pub(crate) const REVOKE: &str = "/digital/niceid/oauth/oauth/token/revokeById";
/// Issues a crypto token (암호화토큰).
pub(crate) const CRYPTO_TOKEN: &str = "/digital/niceid/api/v1.0/common/crypto/token";

//! The request's `authtype` as methods of NICE's newer API.

use crate::nice::integrated::SvcType;

/// The methods that a window offers, of those in the contract; `None` if the
/// contract or the API lacks one. `authtype` is empty if none was asked for.
pub(super) fn offered(authtype: &str, contract: &[SvcType]) -> Option<Vec<SvcType>> {
    use SvcType::{FinancialCertificate, JointCertificate, Phone};
    let asked: &[SvcType] = match authtype {
        "" => contract,
        "M" => &[Phone],
        "F" => &[FinancialCertificate],
        "U" => &[JointCertificate],
        // Certificates of either kind.
        "X" => &[FinancialCertificate, JointCertificate],
        _ => return None,
    };
    let are_in_contract = asked.iter().all(|method| contract.contains(method));
    are_in_contract.then(|| asked.to_vec())
}

/// The values of `authtype` that a contract has.
pub(super) fn authtypes(contract: &[SvcType]) -> &'static [&'static str] {
    let has = |method| contract.contains(&method);
    match (
        has(SvcType::Phone),
        has(SvcType::FinancialCertificate),
        has(SvcType::JointCertificate),
    ) {
        (true, true, true) => &["M", "F", "U", "X"],
        (true, true, false) => &["M", "F"],
        (true, false, true) => &["M", "U"],
        (true, false, false) => &["M"],
        (false, true, true) => &["F", "U", "X"],
        (false, true, false) => &["F"],
        (false, false, true) => &["U"],
        // i-PIN alone, which `authtype` has no letter for.
        (false, false, false) => &[],
    }
}

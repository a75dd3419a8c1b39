//! Codes in NICE's answers, by the catalogue of faults.

use super::{Finding, Report, evidence::Evidence};
use crate::{
    faults::{Kind, all},
    words::Both,
};

const FIX: [&str; 2] = [
    "코드마다 원인과 할 일은 docs/errors.ko.md에 있습니다.",
    "docs/errors.md has cause and remedy of each code.",
];

/// The window's own result, by `resultcode`; and those of the calls.
const GOOD: [&str; 4] = ["0000", "1200", "P000", "00"];

pub(super) fn check(evidence: &Evidence, report: &mut Report) {
    for name in ["GW_RSLT_CD", "rsp_cd", "result_cd", "result_code"] {
        for code in evidence.all(name).filter(|code| !GOOD.contains(code)) {
            let known = all().find(|fault| match fault.kind {
                Kind::Gateway(known) => name == "GW_RSLT_CD" && known == code,
                Kind::Response(known) => name == "rsp_cd" && known == code,
                Kind::Result(known) => name == "result_cd" && known == code,
                Kind::Code(known) => name == "result_code" && known == code,
                _ => false,
            });
            if let Some(fault) = known {
                let said = Both::new(
                    format!("NICE의 {name} {code}: {}", fault.title),
                    format!("NICE's {name} {code}: {}", fault.stands_for),
                );
                report.found(Finding::new(fault.name, said, FIX));
            }
        }
    }
}

//! `docs/errors.md` has each failure, and says of each what the program says.

use std::collections::{BTreeMap, BTreeSet};

use member_verification::{
    http::Reason,
    nice::{Cause, Code, Verdict},
    verification::Rejection,
};

use super::{markdown, read};

/// The rows that begin with a name in backquotes and nothing else, by that name.
fn named_rows() -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for row in markdown::rows(&read("docs/errors.md")) {
        let name = row[0]
            .strip_prefix('`')
            .and_then(|name| name.strip_suffix('`'));
        if let Some(name) = name.map(str::to_owned) {
            assert!(rows.insert(name.clone(), row).is_none(), "{name} twice");
        }
    }
    rows
}

#[test]
fn each_reason_has_its_status_and_whether_to_try_again() {
    let rows = named_rows();
    for reason in Reason::ALL {
        let facts = reason.facts();
        let reason = facts.name;
        let row = rows
            .get(reason)
            .unwrap_or_else(|| panic!("{reason} is not in docs/errors.md"));
        let again = if facts.retryable { "yes" } else { "no" };
        assert_eq!(row[1], facts.status.as_u16().to_string(), "{reason}");
        assert_eq!(row[2], again, "{reason}");
        assert!(!row[3].is_empty() && !row[4].is_empty(), "{reason}");
    }
}

#[test]
fn no_reason_is_told_that_does_not_exist() {
    let known: BTreeSet<&str> = Reason::ALL
        .iter()
        .map(|reason| reason.facts().name)
        .chain(Cause::ALL.map(Cause::name))
        .collect();
    let told = named_rows();
    let stray: Vec<_> = told
        .keys()
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    assert!(stray.is_empty(), "{stray:?}");
}

/// The codes in `text` are written `GW 1702`, `rsp_cd P013`, `result_cd 0003`;
/// the name of the field stands before the first of its codes.
fn codes(text: &str) -> Vec<Code> {
    let mut codes = Vec::new();
    for list in text.split(';') {
        let Some((field, list)) = list.trim().split_once(' ') else {
            continue;
        };
        let code = match field {
            "GW" => Code::Gateway,
            "`rsp_cd`" => Code::Response,
            "`result_cd`" => Code::Result,
            _ => continue,
        };
        codes.extend(list.split(',').map(|text| code(text.trim().to_owned())));
    }
    codes
}

#[test]
fn each_cause_has_its_codes_and_its_remedy() {
    let rows = named_rows();
    let mut told = 0;
    for cause in Cause::ALL {
        let row = rows
            .get(cause.name())
            .unwrap_or_else(|| panic!("{} is not in docs/errors.md", cause.name()));
        for code in codes(&row[1]) {
            assert_eq!(code.verdict(), Verdict::Refused(cause), "{code}");
            told += 1;
        }
        assert_eq!(row[2], cause.remedy().en, "{}", cause.name());
    }
    assert!(told > 40, "{told} codes only");
}

#[test]
fn each_code_of_the_tables_is_told() {
    let table = read("src/nice/codes.rs");
    let (_, table) = table.split_once("fn gateway").unwrap();
    let text = read("docs/errors.md");
    let missing: Vec<_> = table
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|code| !text.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn each_check_that_a_result_can_fail_is_told() {
    let rows = named_rows();
    for why in [
        Rejection::Integrity,
        Rejection::Decryption,
        Rejection::Charset,
        Rejection::Json,
        Rejection::Resultcode,
        Rejection::Requestno,
        Rejection::ReqNo,
        Rejection::Sitecode,
        Rejection::Reflection,
        Rejection::Shape(""),
    ] {
        assert!(rows.contains_key(why.facts().name), "{}", why.facts().name);
    }
}

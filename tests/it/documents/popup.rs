//! The kit's documents tell every way in which its promise ends.

const DOCUMENTS: [&str; 2] = [
    include_str!("../../../docs/popup.md"),
    include_str!("../../../docs/popup.ko.md"),
];
const TYPES: &str = include_str!("../../../clients/popup/popup.d.ts");
const KIT: &str = include_str!("../../../clients/popup/popup.js");

/// The texts in quotes of the union `name`.
fn union(name: &str) -> Vec<&'static str> {
    let (_, rest) = TYPES.split_once(&format!("export type {name} =")).unwrap();
    let (members, _) = rest.split_once(';').unwrap();
    members.split('"').skip(1).step_by(2).collect()
}

/// The first two cells of each row of the table under `reason` and `kind`.
fn rows(document: &str) -> Vec<(&str, Vec<&str>)> {
    let table = document
        .lines()
        .skip_while(|line| !line.starts_with("| `reason` | `kind` |"))
        .skip(2);
    table
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let mut cells = line.split('|').skip(1);
            let mut names = || cells.next().unwrap().split('`').skip(1).step_by(2);
            (names().next().unwrap(), names().collect())
        })
        .collect()
}

#[test]
fn each_reason_of_the_kit_has_its_rows_in_both_languages() {
    let reasons = union("VerificationErrorReason");
    let kinds = union("VerificationErrorKind");
    let [english, korean] = DOCUMENTS.map(rows);
    assert_eq!(english, korean);
    let mut told: Vec<_> = english.iter().map(|(reason, _)| *reason).collect();
    told.dedup();
    told.sort_unstable();
    let mut typed = reasons.clone();
    typed.sort_unstable();
    assert_eq!(told, typed);
    for kind in english.iter().flat_map(|(_, kinds)| kinds) {
        assert!(kinds.contains(kind), "{kind}");
    }
    for reason in reasons {
        let is_used = ["fail(", "new VerificationError("]
            .iter()
            .any(|call| KIT.contains(&format!("{call}\"{reason}\"")));
        assert!(is_used, "{reason}");
    }
}

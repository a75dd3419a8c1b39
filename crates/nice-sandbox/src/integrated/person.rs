//! What a result says of a person, by method and contract.

use jiff::{Timestamp, civil::Date};
use nice_crypto::clock::KST;
use serde_json::{Map, Value};

use super::svc_type::SvcType;
use crate::{
    browser::parameters::Parameters,
    people::{Persona, linking},
};

/// All fields, in NICE's order.
pub(crate) const FIELDS: [&str; 13] = [
    "name",
    "birthdate",
    "gender",
    "national_info",
    "ci",
    "ci2",
    "di",
    "ci_update",
    "mobile_co",
    "mobile_no",
    "vnumber",
    "age_code",
    "auth_method",
];

/// The standard window's names for three of them, which a test may go on using.
pub(super) const OLDER_NAMES: [(&str, &str); 3] = [
    ("national_info", "nationalinfo"),
    ("mobile_co", "mobileco"),
    ("mobile_no", "mobileno"),
];

/// The value that `sandbox_<field>` gives, by the field's name in either API.
pub(super) fn given<'a>(field: &str, parameters: &'a Parameters) -> Option<&'a str> {
    parameters.sandbox(field).or_else(|| {
        let (_, older) = OLDER_NAMES.iter().find(|(newer, _)| *newer == field)?;
        parameters.sandbox(older)
    })
}

/// What the contract shows of this persona, verified by this method.
pub(super) fn fields_of(
    persona: Persona,
    svc_type: SvcType,
    parameters: &Parameters,
    contract: &[&'static str],
    now: Timestamp,
) -> Map<String, Value> {
    let today = KST.to_datetime(now).date();
    let value = |field: &'static str, own: &str| given(field, parameters).unwrap_or(own).to_owned();
    let name = value("name", persona.name);
    let birthdate = value("birthdate", &persona.birthdate(today.year()));
    let gender = value("gender", persona.gender);
    let own = |field: &str| -> Option<String> {
        let text = match field {
            "name" => name.clone(),
            "birthdate" => birthdate.clone(),
            "gender" => gender.clone(),
            "national_info" => persona.nationalinfo.to_owned(),
            "ci" if persona.has_ci => linking::ci(&name, &birthdate, &gender),
            "ci2" if persona.has_ci => String::new(),
            "di" if persona.has_ci => linking::di(&name, &birthdate, &gender),
            "mobile_co" => persona.mobileco.to_owned(),
            "mobile_no" => persona.mobileno.to_owned(),
            "ci_update" => "1".to_owned(),
            "vnumber" => format!("00{}", persona.mobileno),
            "age_code" => age_code(&birthdate, today).to_owned(),
            "auth_method" => "5".to_owned(),
            _ => return None,
        };
        Some(text)
    };
    FIELDS
        .into_iter()
        .filter(|field| contract.contains(field) && is_of(field, svc_type))
        .filter_map(|field| {
            let text = given(field, parameters)
                .map(str::to_owned)
                .or_else(|| own(field))?;
            Some((field.to_owned(), Value::from(text)))
        })
        .collect()
}

/// Whether results of this method have the field.
fn is_of(field: &str, svc_type: SvcType) -> bool {
    match field {
        "mobile_co" | "mobile_no" => svc_type == SvcType::Phone,
        "ci_update" | "vnumber" | "age_code" | "auth_method" => svc_type == SvcType::Ipin,
        _ => true,
    }
}

/// NICE's classes: under 9, 12, 14, 15, 18, 19, 20, and from 20.
fn age_code(birthdate: &str, today: Date) -> &'static str {
    let number = |range| {
        birthdate
            .get(range)
            .and_then(|text: &str| text.parse::<i16>().ok())
    };
    let born = (number(0..4), number(4..8));
    let (Some(year), Some(day)) = born else {
        return "7";
    };
    let this_day = i16::from(today.month()) * 100 + i16::from(today.day());
    let age = today.year() - year - i16::from(this_day < day);
    match age {
        ..9 => "0",
        9..12 => "1",
        12..14 => "2",
        14 => "3",
        15..18 => "4",
        18 => "5",
        19 => "6",
        20.. => "7",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_age_code_changes_on_the_birthday() {
        let today = date(2026, 3, 15);
        for (birthdate, code) in [
            ("20170316", "0"),
            ("20170315", "1"),
            ("20140315", "2"),
            ("20120315", "3"),
            ("20110315", "4"),
            ("20080316", "4"),
            ("20080315", "5"),
            ("20070315", "6"),
            ("20060316", "6"),
            ("20060315", "7"),
            ("19000101", "7"),
        ] {
            assert_eq!(age_code(birthdate, today), code, "{birthdate}");
        }
    }
}

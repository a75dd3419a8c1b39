//! The people who live in the sandbox.

pub(crate) mod linking;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A person to choose in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Persona {
    pub(crate) id: &'static str,
    pub(crate) label_ko: &'static str,
    pub(crate) label_en: &'static str,
    /// What the result shows that another's doesn't.
    pub(crate) shows: &'static str,
    pub(crate) name: &'static str,
    born: Born,
    pub(crate) gender: &'static str,
    pub(crate) nationalinfo: &'static str,
    pub(crate) mobileco: &'static str,
    pub(crate) mobileno: &'static str,
    pub(crate) has_ci: bool,
    pub(crate) businessno: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Born {
    On(&'static str),
    /// On 15 March of the year that many years ago: a minor stays one.
    YearsAgo(i16),
}

const HONG: Persona = Persona {
    id: "hong",
    label_ko: "내국인 성인",
    label_en: "Domestic adult",
    shows: "a domestic adult with every field",
    name: "홍길동",
    born: Born::On("19900101"),
    gender: "1",
    nationalinfo: "0",
    mobileco: "1",
    mobileno: "01000000001",
    has_ci: true,
    businessno: "",
};

pub(crate) const PERSONAS: [Persona; 9] = [
    HONG,
    Persona {
        id: "pyeop",
        label_ko: "EUC-KR 밖, CP949 안의 이름",
        label_en: "Name outside EUC-KR, inside CP949",
        shows: "a name that strict EUC-KR decoders refuse and CP949 reads",
        name: "김펲",
        born: Born::On("19880229"),
        gender: "0",
        mobileco: "2",
        mobileno: "01000000002",
        ..HONG
    },
    Persona {
        id: "rare",
        label_ko: "CP949에 없는 글자의 이름",
        label_en: "Name that CP949 cannot hold",
        shows: "name has ? for the lost character; utf8_name is complete",
        name: "박𠮷수",
        born: Born::On("19790412"),
        mobileco: "3",
        mobileno: "01000000003",
        ..HONG
    },
    Persona {
        id: "minor14",
        label_ko: "14세 미만",
        label_en: "Minor under 14",
        shows: "a child under 14, whose guardian must agree",
        name: "어린이",
        born: Born::YearsAgo(10),
        gender: "0",
        mobileno: "01000000004",
        ..HONG
    },
    Persona {
        id: "minor19",
        label_ko: "19세 미만",
        label_en: "Minor under 19",
        shows: "a minor from 14 to 18",
        name: "고등학생",
        born: Born::YearsAgo(17),
        mobileco: "2",
        mobileno: "01000000005",
        ..HONG
    },
    Persona {
        id: "foreigner",
        label_ko: "외국인, 긴 영문 이름",
        label_en: "Foreigner with a long Latin name",
        shows: "nationalinfo 1 and a long name with spaces",
        name: "ALEXANDRIA WILHELMINA VON HOHENZOLLERN SIGMARINGEN DE SOUZA",
        born: Born::On("19850720"),
        gender: "0",
        nationalinfo: "1",
        mobileco: "3",
        mobileno: "01000000006",
        ..HONG
    },
    Persona {
        id: "mvno",
        label_ko: "알뜰폰 이용자",
        label_en: "Customer of an MVNO",
        shows: "mobileco 6 (KT 알뜰폰)",
        name: "이알뜰",
        born: Born::On("19951103"),
        mobileco: "6",
        mobileno: "01000000007",
        ..HONG
    },
    Persona {
        id: "noci",
        label_ko: "CI·DI 없는 계약",
        label_en: "Contract without CI and DI",
        shows: "no ci and no di at all",
        name: "최무연",
        born: Born::On("19820505"),
        mobileno: "01000000008",
        has_ci: false,
        ..HONG
    },
    Persona {
        id: "corporate",
        label_ko: "법인",
        label_en: "Corporate",
        shows: "a businessno",
        name: "정법인",
        born: Born::On("19700630"),
        mobileco: "2",
        mobileno: "01000000009",
        businessno: "0000000000",
        ..HONG
    },
];

/// The persona of that id.
pub(crate) fn find(id: &str) -> Option<Persona> {
    PERSONAS.into_iter().find(|persona| persona.id == id)
}

impl Persona {
    pub(crate) fn birthdate(&self, this_year: i16) -> String {
        match self.born {
            Born::On(date) => date.to_owned(),
            Born::YearsAgo(years) => format!("{:04}0315", this_year - years),
        }
    }

    /// Another persona, for a result that is swapped.
    pub(crate) fn other(&self) -> Self {
        PERSONAS
            .into_iter()
            .find(|persona| persona.id == "mvno" && persona.id != self.id)
            .unwrap_or(HONG)
    }

    pub(crate) fn initial(&self) -> char {
        self.name.chars().next().unwrap_or_default()
    }
}

/// Their names for `sandbox_persona`.
pub(crate) fn list() -> String {
    PERSONAS.map(|persona| persona.id).join(", ")
}

/// `/sandbox/api/personas`.
pub(crate) async fn list_all() -> Response {
    let list: Vec<Value> = PERSONAS
        .iter()
        .map(|persona| {
            json!({
                "name": persona.id,
                "label": format!("{} {} · {}", persona.name, persona.label_ko, persona.label_en),
                "outcome": persona.shows,
            })
        })
        .collect();
    Json(list).into_response()
}

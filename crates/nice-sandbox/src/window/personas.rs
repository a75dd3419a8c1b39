//! The people who live in the sandbox.

use serde_json::{Map, Value};

use super::parameters::Parameters;

/// A person to choose in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Persona {
    pub(super) id: &'static str,
    pub(super) label_ko: &'static str,
    pub(super) label_en: &'static str,
    /// What the result shows that another's doesn't.
    pub(super) shows: &'static str,
    pub(super) name: &'static str,
    born: Born,
    pub(super) gender: &'static str,
    pub(super) nationalinfo: &'static str,
    pub(super) mobileco: &'static str,
    pub(super) mobileno: &'static str,
    pub(super) has_ci: bool,
    pub(super) businessno: &'static str,
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
        shows: "name with ? for the lost character; utf8_name whole",
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
    pub(super) fn birthdate(&self, this_year: i16) -> String {
        match self.born {
            Born::On(date) => date.to_owned(),
            Born::YearsAgo(years) => format!("{:04}0315", this_year - years),
        }
    }

    /// Another persona, for a result that is swapped.
    pub(super) fn other(&self) -> Self {
        PERSONAS
            .into_iter()
            .find(|persona| persona.id == "mvno" && persona.id != self.id)
            .unwrap_or(HONG)
    }

    /// Their fields, as the result names them, each of which
    /// `sandbox_<field>` replaces.
    pub(super) fn fields(&self, this_year: i16, parameters: &Parameters) -> Map<String, Value> {
        let birthdate = self.birthdate(this_year);
        [
            ("name", self.name),
            ("birthdate", &birthdate),
            ("gender", self.gender),
            ("nationalinfo", self.nationalinfo),
            ("mobileco", self.mobileco),
            ("mobileno", self.mobileno),
            ("businessno", self.businessno),
        ]
        .into_iter()
        .map(|(field, own)| {
            let value = parameters.sandbox(field).unwrap_or(own);
            (field.to_owned(), Value::from(value))
        })
        .collect()
    }

    pub(super) fn initial(&self) -> char {
        self.name.chars().next().unwrap_or_default()
    }
}

/// Their names for `sandbox_persona`.
pub(super) fn list() -> String {
    PERSONAS.map(|persona| persona.id).join(", ")
}

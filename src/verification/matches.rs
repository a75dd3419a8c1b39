//! What the answer says of the fields that the caller expected.

use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use zeroize::Zeroize;

/// Whether each expected field is what was verified; `null` where the result
/// has no such field. Fields that nobody asked for are absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, Zeroize)]
pub struct Matches {
    /// 모두 일치하면 true
    pub all: bool,
    /// 이름 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub name: Option<Verdict>,
    /// 생년월일 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub birthdate: Option<Verdict>,
    /// 휴대폰번호 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub mobileno: Option<Verdict>,
    /// CI 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub ci: Option<Verdict>,
    /// DI 일치 여부
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub di: Option<Verdict>,
}

/// Of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Zeroize)]
pub enum Verdict {
    /// It is as expected: `true`.
    Same,
    /// It is otherwise: `false`.
    Differs,
    /// The result has no such field: `null`.
    Unknown,
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Same => serializer.serialize_bool(true),
            Self::Differs => serializer.serialize_bool(false),
            Self::Unknown => serializer.serialize_none(),
        }
    }
}

//! How a person may verify.

/// A method of 통합인증 (`svc_types`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SvcType {
    /// Mobile phone (휴대폰).
    Phone,
    /// Financial certificate (금융인증서).
    FinancialCertificate,
    /// Joint certificate (공동인증서).
    JointCertificate,
    /// i-PIN (아이핀).
    Ipin,
}

impl SvcType {
    /// All methods.
    pub const ALL: [Self; 4] = [
        Self::Phone,
        Self::FinancialCertificate,
        Self::JointCertificate,
        Self::Ipin,
    ];

    /// NICE's letter.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Phone => "M",
            Self::FinancialCertificate => "F",
            Self::JointCertificate => "U",
            Self::Ipin => "I",
        }
    }

    /// The method with this letter.
    #[must_use]
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|method| method.letter() == letter)
    }
}

//! How a person is verified.

/// NICE's `svc_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvcType {
    /// `M`: by phone.
    Phone,
    /// `F`: by a financial certificate (금융인증서).
    FinancialCertificate,
    /// `U`: by a joint certificate (공동인증서).
    JointCertificate,
    /// `I`: by i-PIN.
    Ipin,
}

impl SvcType {
    /// In the order of NICE's guide.
    pub const ALL: [Self; 4] = [
        Self::Phone,
        Self::FinancialCertificate,
        Self::JointCertificate,
        Self::Ipin,
    ];

    /// The letter that NICE has for it.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Phone => "M",
            Self::FinancialCertificate => "F",
            Self::JointCertificate => "U",
            Self::Ipin => "I",
        }
    }

    /// The one of this letter.
    #[must_use]
    pub fn by_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.letter() == letter)
    }

    pub(super) const fn ko(self) -> &'static str {
        match self {
            Self::Phone => "휴대폰",
            Self::FinancialCertificate => "금융인증서",
            Self::JointCertificate => "공동인증서",
            Self::Ipin => "아이핀",
        }
    }

    pub(super) const fn en(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::FinancialCertificate => "Financial certificate",
            Self::JointCertificate => "Joint certificate",
            Self::Ipin => "i-PIN",
        }
    }
}

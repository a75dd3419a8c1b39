//! The window's own failure codes: known from NICE's older product, shown
//! inside the window and never sent to the shop.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WindowFailure {
    pub(crate) digits: &'static str,
    pub(crate) ko: &'static str,
    pub(crate) en: &'static str,
}

const fn code(digits: &'static str, ko: &'static str, en: &'static str) -> WindowFailure {
    WindowFailure { digits, ko, en }
}

pub(crate) const CODES: [WindowFailure; 31] = [
    code(
        "0001",
        "입력하신 정보가 일치하지 않습니다",
        "The details do not match",
    ),
    code("0003", "기타 인증 오류입니다", "Another verification error"),
    code(
        "0010",
        "인증번호가 일치하지 않습니다",
        "Wrong verification code",
    ),
    code("0012", "입력값 오류입니다", "Invalid input"),
    code(
        "0013",
        "암호화 시스템 오류입니다",
        "Encryption system error",
    ),
    code("0014", "암호화 처리 오류입니다", "Encryption error"),
    code("0015", "암호화 데이터 오류입니다", "Encrypted data error"),
    code("0016", "복호화 처리 오류입니다", "Decryption error"),
    code("0017", "복호화 데이터 오류입니다", "Decrypted data error"),
    code("0018", "통신 오류입니다", "Communication error"),
    code("0019", "데이터베이스 오류입니다", "Database error"),
    code("0020", "유효하지 않은 고객사입니다", "Invalid client code"),
    code(
        "0021",
        "이용이 정지된 고객사입니다",
        "Client code suspended",
    ),
    code(
        "0022",
        "이용할 수 없는 고객사입니다",
        "Client code unusable",
    ),
    code(
        "0023",
        "등록되지 않은 고객사입니다",
        "Client code not registered",
    ),
    code(
        "0031",
        "유효한 인증 이력이 없습니다",
        "No valid verification on record",
    ),
    code("0035", "이미 처리된 인증입니다", "Already verified"),
    code(
        "0040",
        "본인확인 차단 고객입니다",
        "Blocked by the customer",
    ),
    code(
        "0041",
        "인증문자 수신 차단 고객입니다",
        "Text messages are blocked",
    ),
    code(
        "0050",
        "명의보호 서비스 이용 중입니다",
        "NICE identity protection is on",
    ),
    code("0052", "부정사용이 차단되었습니다", "Blocked as fraud"),
    code(
        "0070",
        "앱 인증이 완료되지 않았습니다",
        "App: not completed",
    ),
    code("0071", "앱 인증 시간이 지났습니다", "App: timed out"),
    code("0072", "앱 인증을 취소했습니다", "App: cancelled"),
    code("0073", "앱 인증 요청에 실패했습니다", "App: request failed"),
    code("0074", "앱이 설치되지 않았습니다", "App: not installed"),
    code("0075", "앱 인증에 가입되지 않았습니다", "App: not enrolled"),
    code("0076", "앱 인증 오류입니다", "App: other error"),
    code(
        "0078",
        "14세 미만은 이용할 수 없습니다",
        "Not for children under 14",
    ),
    code("0079", "시스템 오류입니다", "System error"),
    code(
        "9097",
        "인증번호를 3회 잘못 입력했습니다",
        "Wrong code three times",
    ),
];

pub(crate) fn find(text: &str) -> Option<WindowFailure> {
    CODES.into_iter().find(|code| code.digits == text)
}

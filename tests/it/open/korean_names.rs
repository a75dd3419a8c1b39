//! Each Korean syllable there is arrives as it was sent: also those, four
//! of five, that CP949 has and EUC-KR has not.

use base64::{Engine, engine::general_purpose::STANDARD};
use encoding_rs::EUC_KR;
use member_verification::crypto::KeySet;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    support::app::{ISSUE, OPEN},
    support::client::client,
    support::opening_room::{OpeningRoom, result},
    support::program::Service,
};

/// 가 to 힣.
const SYLLABLES: std::ops::RangeInclusive<char> = '\u{ac00}'..='\u{d7a3}';

/// SHA-256 (base64) of all of them in CP949, by another codec than ours: Python's.
const IN_CP949: &str = "nTVZJbzMRK5BiFtOU+slz18vX1IADFhuO4zZOHkUR70=";

/// As NICE writes it.
fn cp949(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = EUC_KR.encode(text);
    assert!(!lossy, "{text} can't be written in CP949");
    bytes.into_owned()
}

/// Whether EUC-KR proper, with its 2,350 syllables, can't write all of it.
fn is_outside_euc_kr(text: &str) -> bool {
    let mut beyond_ascii = text.chars().filter(|one| !one.is_ascii());
    beyond_ascii.any(|one| cp949(&one.to_string()).iter().any(|byte| *byte < 0xa1))
}

#[test]
fn syllables_are_written_as_python_writes_them() {
    let all: String = SYLLABLES.collect();
    assert_eq!(all.chars().count(), 11_172);
    assert_eq!(STANDARD.encode(Sha256::digest(cp949(&all))), IN_CP949);
    let outside = SYLLABLES.filter(|one| is_outside_euc_kr(&one.to_string()));
    assert_eq!(outside.count(), 11_172 - 2_350);
}

#[tokio::test]
async fn each_syllable_arrives_in_name() {
    let room = OpeningRoom::new(KeySet::derive("20260115010203", "R1", "token"));
    for syllable in SYLLABLES {
        // Beside a quote on either side, and beside another syllable.
        let name = format!("{syllable}김{syllable}");
        let plaintext = cp949(&result(&name, "").to_string());
        let opened = room.open(&plaintext).await.map(|one| one.name.clone());
        assert_eq!(opened.ok(), Some(name), "U+{:04X}", u32::from(syllable));
    }
}

#[tokio::test]
async fn each_syllable_arrives_in_utf8_name() {
    let room = OpeningRoom::new(KeySet::derive("20260115010203", "R1", "token"));
    for syllable in SYLLABLES {
        let name = syllable.to_string();
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let plaintext = cp949(&result("?", &encoded).to_string());
        let opened = room.open(&plaintext).await.map(|one| one.name.clone());
        assert_eq!(opened.ok(), Some(name), "U+{:04X}", u32::from(syllable));
    }
}

#[tokio::test]
async fn names_outside_euc_kr_pass_the_whole_service() {
    let service = Service::start(&["--sandbox"], &[("ADMIN_BIND", "127.0.0.1:0")]).await;
    for name in [
        "김펲",
        "뷁",
        "똠방각하",
        "믜",
        "박뙗",
        "이햏",
        "쀍순이",
        "갂나",
        "홍샾",
        "최뛟",
        "쌰쓔귬",
        "홥믱",
    ] {
        assert!(is_outside_euc_kr(name), "{name} proves nothing");
        assert_eq!(name_of(&verify(&service.url, name).await), name);
    }
}

fn name_of(result: &Value) -> &str {
    result["name"].as_str().unwrap()
}

/// One verification of a person of that name, from its beginning to the
/// opened result.
async fn verify(service: &str, name: &str) -> Value {
    let post = async |path: &str, media_type: &str, body: String| {
        let request = client().post(format!("{service}{path}"));
        let request = request.header("content-type", media_type).body(body);
        request.send().await.unwrap()
    };
    let begun = post(ISSUE, "application/json", "{}".to_owned()).await;
    let begun: Value = serde_json::from_slice(&begun.bytes().await.unwrap()).unwrap();
    let text = |field: &str| begun[field].as_str().unwrap().to_owned();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("m", "service")
        .append_pair("token_version_id", &text("token_version_id"))
        .append_pair("enc_data", &text("enc_data"))
        .append_pair("integrity_value", &text("integrity_value"))
        .append_pair("sandbox_persona", "hong")
        .append_pair("sandbox_name", name)
        .finish();
    let form_type = "application/x-www-form-urlencoded";
    let back = post("/sandbox/CheckPlusSafeModel/service.cb", form_type, form).await;
    // It went on to the callback page, with the three values in its address.
    let returned = back.url().query().unwrap();
    let call = format!("{returned}&reqNo={}", text("reqNo"));
    let opened = post(OPEN, form_type, call).await;
    assert_eq!(opened.status(), 200, "{name}");
    serde_json::from_slice(&opened.bytes().await.unwrap()).unwrap()
}

//! Results that NICE may shape otherwise one day: what doesn't bind a result
//! to its session turns nobody away, what does is strict.

use encoding_rs::EUC_KR;
use serde_json::{Value, json};

use crate::support::{
    client::client,
    live::{Live, Verification},
};

/// Opens the result of a new verification, which `shape` has changed.
async fn open(live: &Live, shape: impl FnOnce(&mut Value)) -> (u16, Value) {
    let verification = live.begin().await;
    let mut result = verification.result();
    shape(&mut result);
    open_text(live, &verification, &result.to_string()).await
}

async fn open_text(live: &Live, verification: &Verification, text: &str) -> (u16, Value) {
    open_bytes(live, verification, &EUC_KR.encode(text).0).await
}

async fn open_bytes(live: &Live, verification: &Verification, plain: &[u8]) -> (u16, Value) {
    let sealed = verification.keys.seal(plain);
    let told = live.open(&verification.call(&sealed)).await;
    (told.status, told.json())
}

#[tokio::test]
async fn what_does_not_bind_a_result_turns_nobody_away() {
    let live = Live::start(&[]).await;
    for field in [
        "authtype",
        "birthdate",
        "gender",
        "nationalinfo",
        "mobileco",
        "mobileno",
        "ci",
        "di",
        "businessno",
        "receivedata",
    ] {
        let nothing = [
            json!(null),
            json!(""),
            json!([]),
            json!({"x": 1}),
            json!(true),
        ];
        // A birthdate that is there is a date.
        let empty = if field == "birthdate" { 2 } else { 5 };
        for nothing in &nothing[..empty] {
            let (status, opened) = open(&live, |result| result[field] = nothing.clone()).await;
            assert_eq!(status, 200, "{field}: {nothing}");
            assert_eq!(opened.get(field), None, "{field}: {nothing}");
        }
        let (status, opened) = open(&live, |result| {
            result.as_object_mut().unwrap().remove(field);
        })
        .await;
        assert_eq!((status, opened.get(field)), (200, None), "{field}");
    }
    for (field, sent, read) in [
        ("gender", json!(1), "1"),
        ("birthdate", json!(19_900_101), "19900101"),
        ("birthdate", json!(" 19900101 "), "19900101"),
        ("businessno", json!(1_234_567_890), "1234567890"),
        ("mobileno", json!(" 01012345678\t"), "01012345678"),
        ("mobileco", json!("12"), "12"),
        ("authtype", json!("M2"), "M2"),
        ("nationalinfo", json!(-1), "-1"),
        ("ci", json!("short"), "short"),
        ("di", json!("D".repeat(200)), &"D".repeat(200)),
        ("name", json!("가".repeat(200)), "홍길동"),
        ("receivedata", json!(" as it was "), " as it was "),
        ("receivedata", json!(7), "7"),
        ("birthdate", json!(19_900_101.0), "19900101"),
    ] {
        let (status, opened) = open(&live, |result| result[field] = sent.clone()).await;
        assert_eq!(
            (status, &opened[field]),
            (200, &json!(read)),
            "{field}: {sent}"
        );
    }
    for unknown in [json!(1), json!(null), json!({"a": [1e300]}), json!("x")] {
        let (status, opened) = open(&live, |result| result["newfield"] = unknown).await;
        assert_eq!((status, opened.get("newfield")), (200, None));
    }
    for (sent, read) in [
        ("12345678901234567890123", json!("12345678901234567890123")),
        ("1e999", json!("1e999")),
        (r#""\ud800""#, json!(null)),
    ] {
        let verification = live.begin().await;
        let mut result = verification.result();
        result.as_object_mut().unwrap().remove("businessno");
        let text = result.to_string();
        let text = text.replacen('{', &format!(r#"{{"businessno":{sent},"#), 1);
        let (status, opened) = open_text(&live, &verification, &text).await;
        assert_eq!((status, &opened["businessno"]), (200, &read), "{sent}");
    }
    // Twice what nobody reads; a number that no double can hold.
    let verification = live.begin().await;
    let text = verification.result().to_string();
    let text = text.replacen('{', r#"{"new":1,"new":2,"huge":1e999,"#, 1);
    assert_eq!(open_text(&live, &verification, &text).await.0, 200);
}

#[tokio::test]
async fn a_name_comes_from_either_field() {
    let live = Live::start(&[]).await;
    for (name, utf8_name, read) in [
        (json!("홍길동"), json!(null), "홍길동"),
        (json!("홍길동"), json!(""), "홍길동"),
        (json!("홍길동"), json!("%ff"), "홍길동"),
        (json!("홍길동"), json!("%ED%9"), "홍길동"),
        (json!("홍길동"), json!("%zz%"), "홍길동"),
        (json!(null), json!("%ED%99%8D"), "홍"),
        (json!(""), json!("%20A+B+"), "A B"),
        (json!(7), json!(null), "7"),
    ] {
        let (status, opened) = open(&live, |result| {
            result["name"] = name.clone();
            result["utf8_name"] = utf8_name.clone();
        })
        .await;
        assert_eq!(
            (status, &opened["name"]),
            (200, &json!(read)),
            "{name} {utf8_name}"
        );
    }
}

#[tokio::test]
async fn what_binds_a_result_is_strict_and_the_field_is_named() {
    let live = Live::start(&[]).await;
    for (field, sent) in [
        ("resultcode", json!(null)),
        ("resultcode", json!(0)),
        ("requestno", json!(1)),
        ("requestno", json!(" x ")),
        ("sitecode", json!("OTHER")),
        ("sitecode", json!(null)),
        ("responseno", json!("")),
        ("responseno", json!("9".repeat(25))),
        ("responseno", json!(1)),
        ("responseno", json!("  ")),
        ("enctime", json!("2026")),
        ("enctime", json!(20_260_115_010_300_u64)),
        ("birthdate", json!("1990")),
        ("birthdate", json!(1990)),
        ("birthdate", json!("1990-01-01")),
        ("birthdate", json!(true)),
        ("birthdate", json!(["19900101"])),
        ("name", json!("")),
    ] {
        let (status, answer) = open(&live, |result| {
            result[field] = sent.clone();
            if field == "name" {
                result["utf8_name"] = json!(null);
            }
        })
        .await;
        assert_eq!(status, 400, "{field}: {sent}");
        assert_eq!(
            answer["payload"]["reason"], "RESULT_REJECTED",
            "{field}: {sent}"
        );
        assert!(
            !answer.to_string().contains(field),
            "the caller isn't told: {answer}"
        );
    }
    let twice = live.begin().await;
    let text = twice.result().to_string();
    let text = text.replacen('{', r#"{"ci":"x","#, 1);
    assert_eq!(open_text(&live, &twice, &text).await.0, 400);

    let metrics = client().get(live.service.metrics_url().await).send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    for (field, times) in [
        ("resultcode", 2),
        ("requestno", 2),
        ("sitecode", 2),
        ("responseno", 4),
        ("enctime", 2),
        ("birthdate", 5),
        ("name", 1),
        ("ci", 1),
    ] {
        let count = format!("result_fields_refused_total{{field=\"{field}\"}} {times}\n");
        assert!(metrics.contains(&count), "{count} {metrics}");
    }
    for named in ["shape of birthdate", "ci twice", "shape of name"] {
        live.service.printed_until(named).await;
    }
}

/// A genuine result without this field, in CP949, with this text in front.
fn with_raw(verification: &Verification, field: &str, text: &[u8]) -> Vec<u8> {
    let mut result = verification.result();
    result.as_object_mut().unwrap().remove(field);
    let plain = EUC_KR.encode(&result.to_string()).0.into_owned();
    [
        b"{\"",
        field.as_bytes(),
        b"\":\"",
        text,
        b"\",",
        &plain[1..],
    ]
    .concat()
}

/// Half of a syllable, at the end of a text and within it; bytes that no
/// charset has; UTF-8; an escape that JSON doesn't have.
const NO_TEXT: [&[u8]; 6] = [
    b"a\xb0",
    b"\xb0 b",
    b"a\xff\xfeb",
    b"\xed\x95\x9c",
    b"a\\xb",
    b"a\\u12",
];

#[tokio::test]
async fn what_is_no_text_spoils_one_field_and_no_other() {
    let live = Live::start(&[]).await;
    for text in NO_TEXT {
        for field in [
            "mobileno",
            "receivedata",
            "ci",
            "newfield",
            "name",
            "utf8_name",
        ] {
            let verification = live.begin().await;
            let plain = with_raw(&verification, field, text);
            let (status, opened) = open_bytes(&live, &verification, &plain).await;
            assert_eq!(status, 200, "{field}: {text:?} {opened}");
            let expected = field.ends_with("name").then(|| json!("홍길동"));
            assert_eq!(opened.get("name"), Some(&json!("홍길동")));
            assert_eq!(
                opened.get(field),
                expected.as_ref().filter(|_| field == "name")
            );
            assert_eq!(opened["birthdate"], "19900101", "{field}: {text:?}");
        }
    }
    // Also in a name that nobody knows.
    let verification = live.begin().await;
    let plain = verification.result().to_string();
    let plain = EUC_KR.encode(&plain).0;
    let plain = [b"{\"n\xffw\":1,\"o\tld\":2,", &plain[1..]].concat();
    assert_eq!(open_bytes(&live, &verification, &plain).await.0, 200);
}

#[tokio::test]
async fn characters_that_json_wants_escaped_are_taken_as_they_are() {
    let live = Live::start(&[]).await;
    for (field, text) in [
        ("receivedata", "a\tb\r\nc\u{1}d\u{7f}"),
        ("businessno", "1\t2"),
        ("ci", "\u{1f}x"),
    ] {
        let verification = live.begin().await;
        let plain = with_raw(&verification, field, text.as_bytes());
        let (status, opened) = open_bytes(&live, &verification, &plain).await;
        assert_eq!((status, &opened[field]), (200, &json!(text)), "{opened}");
    }
    // And what is around the object is no part of it.
    for [front, back] in [
        [&b"\xef\xbb\xbf"[..], &b""[..]],
        [b"", b"\0\0\0"],
        [b"\r\n ", b"\n\0"],
    ] {
        let verification = live.begin().await;
        let plain = verification.result().to_string();
        let plain = [front, &EUC_KR.encode(&plain).0, back].concat();
        let (status, told) = open_bytes(&live, &verification, &plain).await;
        assert_eq!(status, 200, "{front:?} {back:?} {told}");
    }
}

#[tokio::test]
async fn where_a_text_stops_being_json_is_named() {
    let live = Live::start(&[]).await;
    for (field, text, named) in [
        // Which of the quotes ends it can't be known.
        ("receivedata", &b"a\"b"[..], "json at receivedata"),
        ("birthdate", b"1990\xff", "shape of birthdate"),
        ("requestno", b"\xb0", "rejected: requestno"),
        ("sitecode", b"T\xff", "rejected: sitecode"),
        ("responseno", b"\\x", "shape of responseno"),
        ("enctime", b"\xff", "shape of enctime"),
        ("resultcode", b"0000\xff", "rejected: resultcode"),
    ] {
        let verification = live.begin().await;
        let plain = with_raw(&verification, field, text);
        let (status, told) = open_bytes(&live, &verification, &plain).await;
        assert_eq!(
            (status, &told["payload"]["reason"]),
            (400, &json!("RESULT_REJECTED"))
        );
        live.service.printed_until(named).await;
    }
    // Without a name, as no text is one.
    let verification = live.begin().await;
    let mut result = verification.result();
    result["utf8_name"] = json!("%");
    result.as_object_mut().unwrap().remove("name");
    let plain = EUC_KR.encode(&result.to_string()).0.into_owned();
    let plain = [b"{\"name\":\"\xb0\",", &plain[1..]].concat();
    assert_eq!(open_bytes(&live, &verification, &plain).await.0, 400);
    live.service.printed_until("shape of name").await;
    // Cut short.
    let verification = live.begin().await;
    let plain = with_raw(&verification, "mobileco", b"1");
    assert_eq!(open_bytes(&live, &verification, &plain[..14]).await.0, 400);
    live.service.printed_until("json at mobileco").await;
    let metrics = client().get(live.service.metrics_url().await).send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    for field in ["receivedata", "mobileco"] {
        let count = format!("result_fields_refused_total{{field=\"{field}\"}} 1\n");
        assert!(metrics.contains(&count), "{count} {metrics}");
    }
}

//! What is written and read again comes back as it was, whatever it is.

use std::{fmt::Write, time::Duration};

use clap::Parser;
use encoding_rs::EUC_KR;
use member_verification::{
    config::{Reader, ServiceArgs, ServiceConfig},
    crypto::{self, KeySet, UnsealError},
    http::read_json,
    random::Random,
    store::{Found, MemoryStore, RedisStore, Session, Store},
    verification::{Field, Permitted, RequestFields, RequestNo, ReturnUrls, VerificationRequest},
};
use proptest::{
    array::uniform32,
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof},
    sample::Index,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::{
    support::opening_room::{OpeningRoom, result},
    support::properties::{check, check_some, sound_text, text},
    support::redis::Redis,
};

fn keys() -> impl Strategy<Value = KeySet> {
    uniform32(any::<u8>()).prop_map(|digest| KeySet::from_digest(&digest))
}

#[test]
fn any_text_sealed_opens_with_its_own_keys_alone() {
    let texts = vec(any::<u8>(), 0..5000);
    check(&(keys(), keys(), texts), |(keys, others, text)| {
        let sealed = crypto::seal(&keys, &text);
        let opened = crypto::open(&keys, &sealed.enc_data, &sealed.integrity_value);
        prop_assert_eq!(&*opened.unwrap(), &text);
        let error = crypto::open(&others, &sealed.enc_data, &sealed.integrity_value).unwrap_err();
        prop_assert_eq!(error, UnsealError::Integrity);
        Ok(())
    });
}

#[test]
fn keys_come_from_any_texts_and_from_their_digest_again() {
    check(&(text(40), text(40), text(600)), |(dtim, number, value)| {
        let keys = KeySet::derive(&dtim, &number, &value);
        let again = KeySet::from_digest(&keys.digest());
        prop_assert_eq!(keys.key(), again.key());
        prop_assert_eq!(keys.iv(), again.iv());
        let sealed = crypto::seal(&keys, b"text");
        prop_assert_eq!(&crypto::seal(&again, b"text"), &sealed);
        Ok(())
    });
}

#[test]
fn one_character_that_changed_is_seen() {
    let texts = vec(any::<u8>(), 0..200);
    let change = (any::<bool>(), any::<Index>(), "[ -~]");
    check(&(keys(), texts, change), |(keys, text, change)| {
        let (of_integrity, index, other) = change;
        let mut sealed = crypto::seal(&keys, &text);
        let changed = if of_integrity {
            &mut sealed.integrity_value
        } else {
            &mut sealed.enc_data
        };
        let at = index.index(changed.len());
        let before = changed.clone();
        changed.replace_range(at..=at, &other);
        let is_other = *changed != before;
        let opened = crypto::open(&keys, &sealed.enc_data, &sealed.integrity_value);
        prop_assert_eq!(opened.err(), is_other.then_some(UnsealError::Integrity));
        Ok(())
    });
}

/// A request's fields that keep all rules, by their names.
fn request() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let field = |name: &'static str, text: proptest::strategy::BoxedStrategy<String>| {
        option::of(text).prop_map(move |text| text.map(|text| (name, text)))
    };
    let url = "https?://[a-z]{1,20}[.]example(:[1-9][0-9]{0,3})?/[!-\\[\\]-~가-힣]{0,40}";
    [
        field("requestno", "[A-Za-z0-9._:-]{1,30}".boxed()),
        field("returnurl", url.boxed()),
        field("authtype", "[MCXUFS]".boxed()),
        field("mobilceco", "[SKL]".boxed()),
        field("methodtype", "get|post".boxed()),
        field("popupyn", "[YN]".boxed()),
        field("receivedata", cp949_text(500).boxed()),
    ]
    .prop_map(|fields| fields.into_iter().flatten().collect())
}

/// JSON text in which each character may be written as an escape.
fn escaped(text: &str, choices: &[bool]) -> String {
    let mut json = String::from("\"");
    for (character, choice) in text.chars().zip(choices.iter().cycle()) {
        if *choice || character.is_control() || matches!(character, '"' | '\\') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(json, "\\u{unit:04x}").unwrap();
            }
        } else {
            json.push(character);
        }
    }
    json + "\""
}

const CALLBACK: &str = "http://127.0.0.1/callback";

#[test]
fn a_request_in_any_writing_is_sealed_in_ascii_with_just_its_values() {
    let site_codes = "[ -~]{1,16}";
    let choices = vec(any::<bool>(), 1..20);
    check(
        &(request(), site_codes, keys(), choices),
        |(request, site_code, keys, choices)| {
            let members: Vec<String> = request
                .iter()
                .map(|(name, text)| {
                    format!("{}:{}", escaped(name, &choices), escaped(text, &choices))
                })
                .collect();
            let body = format!("{{{}}}", members.join(","));
            let mut fields: RequestFields<'_> = read_json(body.as_bytes()).unwrap();
            if fields.returnurl == Field::Absent {
                fields.returnurl = Field::text(CALLBACK.into());
            }
            let parsed =
                VerificationRequest::parse(&fields, Permitted::all(&ReturnUrls::AnyWeb)).unwrap();
            let requestno = parsed.requestno.clone();
            let requestno = requestno.unwrap_or_else(|| RequestNo::generate(&Random::seeded(1)));
            let sealed = parsed.seal(&requestno, &site_code, &keys);

            let opened = crypto::open(&keys, &sealed.enc_data, &sealed.integrity_value).unwrap();
            prop_assert!(opened.iter().all(|byte| matches!(byte, b' '..=b'~')));
            let beginning = br#"{"requestno":""#;
            prop_assert!(opened.starts_with(beginning));
            let mut expected: Map<String, Value> = request
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_str().into()))
                .collect();
            expected.insert("sitecode".to_owned(), site_code.into());
            expected.insert("requestno".to_owned(), requestno.as_str().into());
            for (name, default) in [("returnurl", CALLBACK), ("methodtype", "get")] {
                expected.entry(name).or_insert(default.into());
            }
            let sealed: Value = serde_json::from_slice(&opened).unwrap();
            prop_assert_eq!(sealed, Value::Object(expected));
            Ok(())
        },
    );
}

/// Values as deep as they may be, without what is refused.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        sound_text(20).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((sound_text(5), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[derive(Deserialize)]
struct Known<'a> {
    #[serde(borrow)]
    known: Field<'a>,
}

#[test]
fn a_known_field_of_any_object_is_read_as_serde_reads_it() {
    let objects = (vec((sound_text(5), values()), 0..6), option::of(values()));
    check(&objects, |(members, known)| {
        let mut object: Map<String, Value> = members.into_iter().collect();
        object.remove("known");
        if let Some(known) = known {
            object.insert("known".to_owned(), known);
        }
        let expected = match object.get("known") {
            None | Some(Value::Null) => Field::Absent,
            Some(Value::String(text)) => Field::text(text.as_str().into()),
            Some(_) => Field::NotText,
        };
        let json = json!(object).to_string();
        let read: Known<'_> = read_json(json.as_bytes()).unwrap();
        prop_assert_eq!(read.known, expected);
        Ok(())
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Text of the characters that CP949 can write.
fn cp949_text(most: usize) -> impl Strategy<Value = String> {
    let two = (0x81..=0xfe_u8, 0x41..=0xfe_u8).prop_filter_map("unused", |(lead, trail)| {
        let pair = [lead, trail];
        let text = EUC_KR.decode_without_bom_handling_and_without_replacement(&pair)?;
        // A lead byte and an ASCII character are not one character.
        (text.chars().count() == 1).then(|| text.into_owned())
    });
    let one = proptest::char::range('\u{1}', '\u{7f}').prop_map(String::from);
    vec(prop_oneof![3 => two, 1 => one], 1..=most).prop_map(|parts| parts.concat())
}

#[test]
fn a_result_in_cp949_opens_to_its_own_texts() {
    let (runtime, room) = (runtime(), OpeningRoom::new(KeySet::from_digest(&[5; 32])));
    let name = cp949_text(100).prop_filter("blank", |name| !name.trim().is_empty());
    let texts = (name, cp949_text(1000), cp949_text(40));
    check(&texts, |(name, receivedata, mobileno)| {
        let mut result = result(&name, "");
        result["receivedata"] = receivedata.as_str().into();
        result["mobileno"] = mobileno.as_str().into();
        let json = result.to_string();
        let (plaintext, _, lossy) = EUC_KR.encode(&json);
        prop_assert!(!lossy);
        let opened = runtime.block_on(room.open(&plaintext)).unwrap();
        prop_assert_eq!(&opened.name, name.trim());
        prop_assert_eq!(opened.receivedata.as_ref(), Some(&receivedata));
        let mobileno = Some(mobileno.trim()).filter(|text| !text.is_empty());
        prop_assert_eq!(opened.mobileno.as_deref(), mobileno);
        Ok(())
    });
}

#[test]
fn any_name_arrives_in_utf8_name() {
    let (runtime, room) = (runtime(), OpeningRoom::new(KeySet::from_digest(&[5; 32])));
    let names = sound_text(100).prop_filter("blank", |name| !name.trim().is_empty());
    check(&names, |name| {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let plaintext = result("?", &encoded).to_string();
        let opened = runtime.block_on(room.open(plaintext.as_bytes())).unwrap();
        prop_assert_eq!(&opened.name, name.trim());
        Ok(())
    });
}

fn sessions() -> impl Strategy<Value = Session> {
    let bytes = || uniform32(any::<u8>());
    ("[!-~]{1,30}", "[!-~]{1,16}", bytes(), bytes()).prop_map(
        |(requestno, site_code, digest, sent)| Session {
            requestno: requestno.as_str().try_into().unwrap(),
            site_code: site_code.as_str().try_into().unwrap(),
            digest: digest.into(),
            sent,
            begun: None,
        },
    )
}

async fn check_kept(store: &Store, id: &str, session: &Session) {
    store
        .put(id, session, Duration::from_mins(1))
        .await
        .unwrap();
    let Found::Open(found) = store.find(id).await.unwrap() else {
        panic!("it was stored");
    };
    assert_eq!(found.requestno, session.requestno);
    assert_eq!(found.site_code, session.site_code);
    assert_eq!(*found.digest, *session.digest);
    assert_eq!(found.sent, session.sent);
}

#[test]
fn any_session_is_found_as_it_was_stored() {
    let runtime = runtime();
    let redis = Redis::start();
    // The same id may come twice, and a session is never stored over another.
    let ids = std::cell::Cell::new(0);
    check_some(100, &(text(64), sessions()), |(id, session)| {
        ids.set(ids.get() + 1);
        let id = format!("{}{id}", ids.get());
        runtime.block_on(async {
            let memory = Store::Memory(MemoryStore::new(1));
            check_kept(&memory, &id, &session).await;
            let config = redis.config();
            let store = RedisStore::new(config.address, config.keys, 0, Random::System);
            check_kept(&Store::Redis(store), &id, &session).await;
        });
        Ok(())
    });
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    service: ServiceArgs,
}

/// `SESSION_TTL`, or nothing when it is refused.
fn session_ttl(text: &str) -> Option<Duration> {
    let setting = format!("--session-ttl={text}");
    let settings = Settings::parse_from(["serve", "--return-urls=https://shop.example/", &setting]);
    let mut reader = Reader::default();
    let config = ServiceConfig::read(&settings.service, None, 1, &mut reader);
    reader.finish(config.session_ttl).ok()
}

#[test]
fn a_length_of_time_is_read_as_it_is_written() {
    let units = prop_oneof![Just(("ms", 1)), Just(("s", 1000)), Just(("m", 60_000))];
    check(&(1..1_000_000_u64, units), |(count, (unit, millis))| {
        let expected = Some(Duration::from_millis(count * millis));
        prop_assert_eq!(session_ttl(&format!("{count}{unit}")), expected);
        prop_assert_eq!(session_ttl(&format!(" {count}{unit} ")), expected);
        prop_assert_eq!(session_ttl(&format!("-{count}{unit}")), None);
        prop_assert_eq!(session_ttl(&count.to_string()), None);
        Ok(())
    });
}

#[test]
fn no_text_is_a_length_of_time_of_nothing() {
    let like_one = "[-+]?[0-9.]{1,25} ?(ns|us|ms|s|m|h|d|w|y|PT1S)?( ago)?";
    let nothing = "[-+]?0{1,3}(ns|us|ms|s|m|h)( 0s)?";
    let texts = prop_oneof![text(20).boxed(), like_one.boxed(), nothing.boxed()];
    check(&texts, |text| {
        let blank = text.trim().is_empty();
        prop_assert!(blank || session_ttl(&text).is_none_or(|time| !time.is_zero()));
        Ok(())
    });
}

use serde_json::Value;

use super::client::{returned, shop, start};
use member_verification::sandbox::Sandbox;

#[tokio::test]
async fn everyone_has_the_fields_that_make_them_worth_trying() {
    let shop = shop().await;
    for (persona, field, value) in [
        ("hong", "name", "홍길동"),
        ("hong", "birthdate", "19900101"),
        ("pyeop", "name", "김펲"),
        ("rare", "name", "박?수"),
        ("rare", "utf8_name", "%EB%B0%95%F0%A0%AE%B7%EC%88%98"),
        // The clock stands in 2026.
        ("minor14", "birthdate", "20160315"),
        ("minor19", "birthdate", "20090315"),
        ("foreigner", "nationalinfo", "1"),
        (
            "foreigner",
            "utf8_name",
            "ALEXANDRIA+WILHELMINA+VON+HOHENZOLLERN+SIGMARINGEN+DE+SOUZA",
        ),
        ("mvno", "mobileco", "6"),
        ("corporate", "businessno", "0000000000"),
    ] {
        let result = shop.verify(&[("sandbox_persona", persona)]).await;
        assert_eq!(result[field], value, "{persona}");
        assert_eq!(result["resultcode"], "0000", "{persona}");
        assert!(result.values().all(Value::is_string), "{result:?}");
    }
}

#[tokio::test]
async fn the_result_is_cp949_and_not_utf_8() {
    let shop = shop().await;
    let session = shop.session("request-1").await;
    let answer = shop
        .open(
            &session,
            &session.seal(&[]),
            &[("sandbox_persona", "pyeop")],
        )
        .await;
    let bytes = session.bytes(&returned(&answer));
    // 김 is B1 E8 in both; 펲 is BC 84 in CP949 alone.
    let name = b"\"name\":\"\xb1\xe8\xbc\x84\"";
    assert!(bytes.windows(name.len()).any(|part| part == name));
    assert!(std::str::from_utf8(&bytes).is_err());
}

#[tokio::test]
async fn a_result_has_all_fields_in_nices_order() {
    let shop = shop().await;
    let session = shop.session("mine-7").await;
    let sealed = session.seal(&[("receivedata", "c3RhdGU9NDI="), ("authtype", "S")]);
    let answer = shop
        .open(&session, &sealed, &[("sandbox_persona", "hong")])
        .await;
    let result = session.open(&returned(&answer));
    let names: Vec<_> = result.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "resultcode",
            "requestno",
            "enctime",
            "sitecode",
            "responseno",
            "authtype",
            "name",
            "utf8_name",
            "birthdate",
            "gender",
            "nationalinfo",
            "mobileco",
            "mobileno",
            "ci",
            "di",
            "businessno",
            "receivedata",
        ]
    );
    assert_eq!(result["requestno"], "mine-7");
    // Korean time of the clock, which stands at 01:02:03 UTC.
    assert_eq!(result["enctime"], "20260302100203");
    assert_eq!(result["sitecode"], "SANDBOX00001");
    assert_eq!(result["authtype"], "S");
    assert_eq!(result["receivedata"], "c3RhdGU9NDI=");
}

#[tokio::test]
async fn ci_and_di_stay_and_responseno_does_not() {
    let shop = shop().await;
    let hong = [("sandbox_persona", "hong")];
    let (first, again) = (shop.verify(&hong).await, shop.verify(&hong).await);
    let other = shop.verify(&[("sandbox_persona", "mvno")]).await;
    for (field, length) in [("ci", 88), ("di", 64)] {
        let text = first[field].as_str().unwrap();
        assert_eq!(text.len(), length);
        assert!(text.starts_with("SANDBOX"));
        assert_eq!(first[field], again[field]);
        assert_ne!(first[field], other[field]);
    }
    assert_ne!(first["responseno"], again["responseno"]);
    let responseno = first["responseno"].as_str().unwrap();
    assert!(responseno.starts_with("SANDBOX") && responseno.len() <= 24);
    // Another sandbox knows the same people.
    let elsewhere = super::client::shop().await.verify(&hong).await;
    assert_eq!(elsewhere["ci"], first["ci"]);
    assert_eq!(elsewhere["di"], first["di"]);
}

#[tokio::test]
async fn a_contract_without_ci_has_no_such_field() {
    let result = shop().await.verify(&[("sandbox_persona", "noci")]).await;
    assert!(!result.contains_key("ci") && !result.contains_key("di"));
}

#[tokio::test]
async fn any_field_can_be_replaced() {
    let shop = shop().await;
    let fields = [
        ("name", "최회원"),
        ("birthdate", "20010203"),
        ("gender", "0"),
        ("nationalinfo", "1"),
        ("mobileco", "7"),
        ("mobileno", "01012345678"),
        ("businessno", "1234567890"),
        ("authtype", "C"),
        ("receivedata", "other"),
        ("requestno", "someone-else"),
        ("sitecode", "OTHER"),
        ("responseno", "R-1"),
        ("enctime", "20200101000000"),
    ];
    let parameters: Vec<_> = fields
        .iter()
        .map(|(field, value)| (format!("sandbox_{field}"), *value))
        .collect();
    let mut more: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    more.push(("sandbox_persona", "hong"));
    let result = shop.verify(&more).await;
    for (field, value) in fields {
        assert_eq!(result[field], value, "{field}");
    }
    assert_eq!(result["utf8_name"], "%EC%B5%9C%ED%9A%8C%EC%9B%90");
    // Derived from the replaced name, so it is another person's.
    let hong = shop.verify(&[("sandbox_persona", "hong")]).await;
    assert_ne!(result["ci"], hong["ci"]);
    let own = [
        ("sandbox_persona", "noci"),
        ("sandbox_ci", "C"),
        ("sandbox_di", "D"),
    ];
    let result = shop.verify(&own).await;
    assert_eq!((&result["ci"], &result["di"]), (&"C".into(), &"D".into()));
}

#[tokio::test]
async fn auto_approve_answers_each_window() {
    let shop = start(Some("mvno"), Sandbox::standalone).await;
    assert_eq!(shop.verify(&[]).await["name"], "이알뜰");
    let hong = shop.verify(&[("sandbox_persona", "hong")]).await;
    assert_eq!(hong["name"], "홍길동");
}

#[tokio::test]
async fn the_list_has_everyone_by_an_ascii_name() {
    for router in [Sandbox::standalone, Sandbox::embedded] {
        let shop = start(None, router).await;
        let answer = shop.get("/sandbox/api/personas").await;
        let list: Vec<Value> = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let names: Vec<_> = list
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "hong",
                "pyeop",
                "rare",
                "minor14",
                "minor19",
                "foreigner",
                "mvno",
                "noci",
                "corporate"
            ]
        );
        for one in &list {
            assert_eq!(one.as_object().unwrap().len(), 3);
            assert!(!one["label"].as_str().unwrap().is_empty());
            assert!(!one["outcome"].as_str().unwrap().is_empty());
        }
    }
}

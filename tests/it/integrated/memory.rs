//! What a session takes, with the largest of everything.

use member_verification::verification::{ReturnUrl, ReturnUrls};
use serde_json::{Value, json};

use super::bench::{Begun, Bench, Window};
use crate::support::{app::RETURN_URL, integrated_stub::IntegratedStub, redis::Redis};

/// In bytes: begun, and returned. What lies between takes no more than returned.
const BEGUN: i64 = 1536;
const RETURNED: i64 = 4096;

/// The longest address that a shop may list.
fn returnurl() -> String {
    format!("https://shop.example/{}", "r".repeat(229))
}

fn person(name: &str) -> Value {
    json!({
        "name": name, "birthdate": "19900101", "gender": "1", "national_info": "0",
        "ci": "C".repeat(88), "di": "D".repeat(64), "mobile_co": "1", "mobile_no": "01012345678",
    })
}

/// With all that i-PIN adds, and a name of so many letters.
fn longer_person(letters: usize) -> Value {
    let mut person = person(&"A".repeat(letters));
    for (name, value) in [
        ("ci2", "E".repeat(88)),
        ("ci_update", "1".to_owned()),
        ("vnumber", "1".repeat(13)),
        ("age_code", "7".to_owned()),
        ("auth_method", "5".to_owned()),
    ] {
        person[name] = value.into();
    }
    person
}

/// The longest name that is taken: a letter more, and the result is refused.
async fn longest_person() -> Value {
    let bench = Bench::start().await;
    let is_taken = async |letters: usize| {
        bench.nice.hand_out(&longer_person(letters));
        let request = json!({"sitecode": "S".repeat(16)});
        let (_, window) = bench.opened(&request).await;
        bench.back(&window).await.status == 303
    };
    let (mut taken, mut refused) = (1, 1500);
    while refused - taken > 1 {
        let middle = usize::midpoint(taken, refused);
        if is_taken(middle).await {
            taken = middle;
        } else {
            refused = middle;
        }
    }
    assert!((300..700).contains(&taken), "{taken}");
    longer_person(taken)
}

/// Each kind of letter that is written in another way, as often as it may be.
fn requests() -> impl Iterator<Item = Value> {
    ["\u{1}", "\"", "\\", "\n", "가", "a"]
        .into_iter()
        .map(|letter| {
            let bytes = if letter == "가" { 2 } else { 1 };
            json!({
                "requestno": "r".repeat(30), "returnurl": returnurl(), "sitecode": "S".repeat(16),
                "authtype": "X", "methodtype": "post", "receivedata": letter.repeat(1000 / bytes),
            })
        })
}

/// With room for a single session, if it is kept in memory.
async fn bench(nice: &IntegratedStub, redis: Option<&Redis>) -> Bench {
    Bench::start_with(nice.clone(), |setup| {
        setup.service.redis = redis.map(Redis::config);
        setup.service.session_max = 1;
        setup.service.return_urls = ReturnUrls::Listed {
            first: ReturnUrl::configured(RETURN_URL).unwrap(),
            others: vec![ReturnUrl::configured(&returnurl()).unwrap()],
        };
    })
    .await
}

/// The bytes that Redis takes for all that is there.
async fn taken(redis: &Redis) -> i64 {
    let mut taken = 0;
    for key in redis.keys().await {
        let bytes: Option<i64> = redis.ask(&["MEMORY", "USAGE", &key]).await;
        // A lease may have ended meanwhile.
        taken += bytes.unwrap_or_default();
    }
    taken
}

async fn windows(bench: &Bench, begun: &Begun, number: usize) -> Vec<Window> {
    let mut windows = Vec::new();
    for _ in 0..number {
        windows.push(bench.window(begun).await);
    }
    windows
}

/// A session in bytes: begun, with its windows open, and returned.
async fn sizes(request: &Value, person: &Value, number: usize) -> [i64; 3] {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = bench(&nice, Some(&redis)).await;
    // So that the fleet's token is there.
    let other = bench.begin(&json!({})).await;
    bench.window(&other).await;
    let before = taken(&redis).await;
    nice.hand_out(person);
    let begun = bench.begin(request).await;
    let after_begin = taken(&redis).await - before;
    let windows = windows(&bench, &begun, number).await;
    let opened = taken(&redis).await - before;
    // Each has come back once, and was not verified yet.
    for window in &windows {
        bench.refuse(&["3032"]);
        assert_eq!(bench.back(window).await.status, 422);
    }
    let asked = taken(&redis).await - before;
    let told = bench.back(&windows[number - 1]).await;
    assert!(told.status == 303 || told.status == 200, "{told:?}");
    let returned = taken(&redis).await - before;
    [after_begin, opened.max(asked), returned]
}

#[tokio::test]
async fn a_usual_session_takes_so_many_bytes() {
    let [begun, opened, returned] = sizes(&json!({}), &person("홍길동"), 1).await;
    let sizes = format!("{begun} {opened} {returned}");
    assert!(
        begun <= 320 && opened <= 1280 && returned <= 2048,
        "{sizes}"
    );
}

#[tokio::test]
async fn the_largest_of_everything_stays_within_its_bounds() {
    let person = longest_person().await;
    for request in requests() {
        for number in [1, 5] {
            let [begun, opened, returned] = sizes(&request, &person, number).await;
            let sizes = format!(
                "{begun} {opened} {returned} {number} {}",
                request["receivedata"]
            );
            assert!(begun <= BEGUN, "{sizes}");
            assert!(opened <= RETURNED && returned <= RETURNED, "{sizes}");
        }
    }
}

/// `SESSION_MAX=1` has room for one: what doesn't fit is refused.
#[tokio::test]
async fn the_largest_of_everything_has_room_in_memory() {
    let person = longest_person().await;
    for request in requests() {
        let nice = IntegratedStub::start().await;
        let bench = bench(&nice, None).await;
        nice.hand_out(&person);
        let begun = bench.begin(&request).await;
        let windows = windows(&bench, &begun, 5).await;
        let told = bench.back(&windows[4]).await;
        assert_eq!(told.status, 200, "{told:?}");
        assert_eq!(bench.back(&windows[4]).await.body, told.body);
    }
}

/// Longer values than NICE's have room too, for fewer windows.
#[tokio::test]
async fn long_values_of_nice_leave_room_for_fewer_windows() {
    let (nice, redis) = (IntegratedStub::start().await, Redis::start());
    let bench = bench(&nice, Some(&redis)).await;
    nice.name_transactions("x y".repeat(66));
    let before = taken(&redis).await;
    let begun = bench.begin(&json!({})).await;
    let mut opened = Vec::new();
    while opened.len() < 5 {
        let told = bench.bridge(&begun).await;
        if told.status != 303 {
            assert_eq!(told.status, 429, "{told:?}");
            break;
        }
        opened.push(told);
    }
    assert_eq!(opened.len(), 3);
    assert!(taken(&redis).await - before <= RETURNED);
}

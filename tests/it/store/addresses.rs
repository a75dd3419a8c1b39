//! `REDIS_URL` in each of its forms.

use member_verification::{secret::Secret, store::RedisAddress};

fn parse(url: &str) -> Result<RedisAddress, &'static str> {
    RedisAddress::parse(&Secret::new(url.to_owned()))
}

#[test]
fn each_form_is_read() {
    for url in [
        "redis://10.0.0.2",
        "rediss://user:pass%40word@redis.example:6380/3",
        "redis+unix:///run/redis.sock",
        "redis+sentinel://10.0.0.2/shop",
        "redis+sentinel://user:pass@a.example:26379,b.example,[::1]:26380/shop/2",
        "rediss+sentinel://:pass@a.example/shop?sentinel_username=s&sentinel_password=t",
        "redis+cluster://10.0.0.2:7001,10.0.0.3:7002",
        "rediss+cluster://user:pass@a.example,[::1]/0",
    ] {
        assert!(parse(url).is_ok(), "{url}");
    }
}

#[test]
fn what_is_wrong_is_told_without_the_address() {
    for (url, what) in [
        ("http://hush@10.0.0.2", "write it like redis://"),
        ("redis+sentinel://hush@10.0.0.2", "names no primary"),
        ("redis+sentinel://hush@10.0.0.2/", "names no primary"),
        (
            "redis+sentinel://hush@,b/shop",
            "redis+sentinel://user:password@",
        ),
        (
            "redis+sentinel://hush@a, b/shop",
            "redis+sentinel://user:password@",
        ),
        (
            "redis+sentinel://hush@a/shop/first",
            "redis+sentinel://user:password@",
        ),
        (
            "redis+sentinel://hush@a/shop?hush=1",
            "a parameter that is unknown",
        ),
        (
            "redis+sentinel://a/shop?sentinel_username=hush",
            "without sentinel_password",
        ),
        ("redis+cluster://hush@a/3", "a cluster has only one"),
        (
            "redis+cluster://hush@a:port",
            "redis+cluster://user:password@",
        ),
        ("redis+cluster://", "redis+cluster://user:password@"),
        ("rediss://hush@a/#insecure", "must not end in #insecure"),
        (
            "rediss+cluster://hush@a/#insecure",
            "redis+cluster://user:password@",
        ),
    ] {
        let error = parse(url).unwrap_err();
        assert!(
            error.contains(what) && !error.contains("hush"),
            "{url}: {error}"
        );
    }
}

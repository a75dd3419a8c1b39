//! A service that speaks to the real NICE has nothing of the sandbox.

use crate::test_app;

#[tokio::test]
async fn no_sandbox_route_exists() {
    let app = test_app::start().await;
    for path in [
        "/sandbox",
        "/sandbox/",
        "/sandbox/api/personas",
        "/sandbox/assets/sandbox.css",
        "/sandbox/window/answer",
        "/sandbox/CheckPlusSafeModel/service.cb",
        "/sandbox/digital/niceid/oauth/oauth/token",
        "/CheckPlusSafeModel/service.cb",
        "/cert/request",
    ] {
        for method in ["GET", "POST"] {
            let answer = app.request(method, path).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{method} {path}");
            assert!(!answer.headers().contains_key("x-nice-environment"));
        }
    }
}

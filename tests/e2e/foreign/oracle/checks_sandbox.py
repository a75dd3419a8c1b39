"""`serve --sandbox` as a newcomer sees it, and the embedded NICE as a foreign client sees it."""

import json

import envelope
from bench import READY, Bench, Scene
from foreign_client import ForeignClient, gateway_code
from nice_crypto import open_sealed
from nice_rules import Account
from nice_stand_in import CONTENT_TYPE
from report import Theme
from sealed import SIX_FIELDS, judge_sealed
from service import Ports, accepts_connections, wait_until

ACCOUNT = Account("sandbox-client", "sandbox-secret", "2101979031")
CALLBACK_PATH = "/v1/member/verificationCallback"
WINDOW_PATH = "/CheckPlusSafeModel/service.cb"
CREDENTIAL_CODES = {"1700", "1801", "1401"}


def tasks() -> list:
    return [_without_any_setting, _alone]


def _without_any_setting(bench: Bench) -> None:
    theme = bench.theme("sandbox")
    with bench.serving(("serve", "--sandbox"), {}) as scene:
        _answers(theme, scene)
        _marks(theme, scene)
        _origins(theme, scene)
        nice = ForeignClient(scene.service.port, ACCOUNT, "/sandbox")
        _nice_as_seen_from_outside(bench.theme("sandbox as NICE"), nice)
        first = nice.institution_token()
    with bench.serving(("serve", "--sandbox"), {}) as scene:
        theme.equal("the institution token is the same after each start",
                    ForeignClient(scene.service.port, ACCOUNT, "/sandbox").institution_token(),
                    first)
        _told_at_start(theme, scene.service.output, first)


def _told_at_start(theme: Theme, output: str, token: str) -> None:
    told = (ACCOUNT.client_id, ACCOUNT.client_secret, ACCOUNT.product_id, token)
    missing = [text for text in told if text not in output]
    theme.equal("client id, secret, product and institution token are printed at start",
                missing, [])


def _answers(theme: Theme, scene: Scene) -> None:
    own = f"http://127.0.0.1:{scene.service.port}"
    for label, asked in (("{}", {}), ("all fields", {
            "requestno": "my-own-1", "returnurl": "http://any.example:81/cb?x=1", "authtype": "S",
            "methodtype": "POST", "receivedata": "한글"})):
        answer = scene.client.issue(asked)
        fields = answer.json()
        if not theme.check(f"{label}: 200 with exactly the six fields",
                           answer.status == 200 and set(fields) == SIX_FIELDS, answer):
            continue
        sealed = json.loads(open_sealed(fields["key"], fields["iv"], fields["enc_data"]))
        expected = {"methodtype": "get", "requestno": fields["reqNo"], **asked,
                    "sitecode": sealed.get("sitecode"),
                    "returnurl": asked.get("returnurl", sealed.get("returnurl"))}
        expected["methodtype"] = expected["methodtype"].lower()
        judge_sealed(theme, label, fields, expected)
        theme.check(f"{label}: site_code begins with SANDBOX",
                    sealed.get("sitecode", "").startswith("SANDBOX"), sealed)
        if not asked:
            theme.check("returnurl is the service's own callback page",
                        sealed.get("returnurl", "").startswith("http")
                        and sealed["returnurl"].endswith(CALLBACK_PATH), sealed)
        theme.equal(f"{label}: the sandbox's own window", answer.header("x-nice-window-url"),
                    f"{own}/sandbox{WINDOW_PATH}")
    for url in ("javascript:alert(1)", "shop://cb", "//shop.example/", "ftp://shop.example/",
                "https://a.example/" + "a" * 250):
        envelope.check(theme, f"returnurl {url[:30]} is refused even here",
                       scene.client.issue({"returnurl": url}), "INVALID_REQUEST",
                       fields={"returnurl"})


def _marks(theme: Theme, scene: Scene) -> None:
    for name, answer in (
        ("an answer", scene.client.issue({})), ("a refusal", scene.client.issue("{")),
        ("an unknown path", scene.client.get("/nowhere")), ("readiness", scene.client.get(READY)),
    ):
        theme.equal(f"x-nice-environment on {name}", answer.header("x-nice-environment"), "sandbox")
    theme.check("the log says loudly that it is the sandbox",
                "sandbox" in scene.service.output.lower())


def _origins(theme: Theme, scene: Scene) -> None:
    for origin, allowed in (("http://localhost:3000", True), ("http://127.0.0.1:5173", True),
                            ("https://evil.example", False),
                            ("http://localhost.evil.example", False),
                            ("http://localhost:3000.evil.example", False), ("null", False)):
        answer = scene.client.issue({}, ("Origin", origin))
        theme.equal(f"CORS: {origin} is {'' if allowed else 'not '}allowed",
                    answer.all("access-control-allow-origin"), [origin] if allowed else [])


def _nice_as_seen_from_outside(theme: Theme, nice: ForeignClient) -> None:
    issued = nice.issue()
    theme.equal("Content-Type of NICE", nice.content_type, CONTENT_TYPE)
    body = issued.get("dataBody") or {}
    theme.check("institution token", gateway_code(issued) == "1200" and body.get("access_token")
                and body.get("token_type") == "bearer" and body.get("scope") == "default"
                and isinstance(body.get("expires_in"), (int, float)), issued)
    token = body.get("access_token", "")
    granted = nice.crypto_token(token).get("dataBody") or {}
    theme.check("crypto token", (granted.get("rsp_cd"), granted.get("result_cd")) == ("P000", "0000")
                and granted.get("site_code", "").startswith("SANDBOX")
                and len(granted.get("site_code", "")) <= 16
                and 1 <= len(granted.get("token_version_id", "")) <= 64
                and 1 <= len(granted.get("token_val", "")) <= 512, granted)
    theme.equal("period is an hour", granted.get("period"), 3600)
    again = nice.crypto_token(token).get("dataBody") or {}
    theme.check("each crypto token is another",
                granted.get("token_version_id") != again.get("token_version_id")
                and granted.get("token_val") != again.get("token_val"))
    for name, answer, codes in (
        ("wrong secret", nice.issue("wrong"), CREDENTIAL_CODES),
        ("unknown token", nice.crypto_token("unknown"), {"1800"}),
        ("clock 4 minutes ahead", nice.crypto_token(token, skew=240), {"1800"}),
        ("clock 4 minutes behind", nice.crypto_token(token, skew=-240), {"1800"}),
        ("clock 2 minutes ahead", nice.crypto_token(token, skew=120), {"1200"}),
        ("wrong product", nice.crypto_token(token, product="0000000000"), {"1706"}),
        ("path without /api", nice.crypto_token(token, path="/v1.0/common/crypto/token"), {"1404"}),
    ):
        theme.check(f"{name}: GW_RSLT_CD {' or '.join(sorted(codes))}",
                    gateway_code(answer) in codes, answer)
    for name, data in (
        ("req_no of 31 characters", {"req_no": "a" * 31}), ("no req_no", {"req_no": ""}),
        ("enc_mode 2", {"enc_mode": "2"}), ("req_dtim of 13 digits", {"req_dtim": "2026011509300"}),
    ):
        answer = nice.crypto_token(token, **data)
        theme.equal(f"{name}: result_cd", (answer.get("dataBody") or {}).get("result_cd"), "0001",
                    answer)


def _alone(bench: Bench) -> None:
    theme = bench.theme("sandbox alone")
    port = Ports.free()
    with bench.ended(("sandbox", "--bind", f"127.0.0.1:{port}"), {}) as service:
        up = wait_until(lambda: not service.running or accepts_connections(port), 10)
        if theme.check("it starts", up and service.running, service.output):
            nice = ForeignClient(port, ACCOUNT)
            _nice_as_seen_from_outside(theme, nice)
            _told_at_start(theme, service.output, nice.institution_token())
            with bench.serving(("serve",), {
                "NICE_BASE_URL": f"http://127.0.0.1:{port}",
                "NICE_CLIENT_ID": ACCOUNT.client_id, "NICE_CLIENT_SECRET": ACCOUNT.client_secret,
                "RETURN_URLS": "https://shop.example/cb",
            }) as scene:
                answer = scene.client.issue({})
                theme.equal("the service in live mode works against it", answer.status, 200, answer)

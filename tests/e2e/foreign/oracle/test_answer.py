"""The answer of getOAuthToken: fields, keys, integrity, what is sealed, headers."""

from foreign.oracle.bench import RETURN_URLS, WINDOW_URL, Scene, live
from foreign.oracle.checks import check, equal
from foreign.oracle.http_client import CONTRACT_PATH
from foreign.oracle.nice_rules import CRYPTO_TOKEN
from foreign.oracle.nice_stand_in import NiceStandIn
from foreign.oracle.sealed import REQUESTNO, judge, plain_text

PREFIXED_PATH = "/api/member" + CONTRACT_PATH
FULL = {"requestno": "Order:2026.01_15-A", "returnurl": RETURN_URLS[1], "sitecode": "",
        "authtype": "M", "mobilceco": "K", "methodtype": "POST", "popupyn": "Y",
        "receivedata": "state=42&next=/my \"page\"\\"}
CONTROL_CHARACTERS = "".join(map(chr, range(1, 0x20))) + "\x7f"
REQUEST_ID_OK = "abc.DEF_1-2"


def test_both_paths_answer_alike(scene: Scene) -> None:
    for path in (CONTRACT_PATH, PREFIXED_PATH):
        judge(f"{path} {{}}", scene, scene.client.issue({}, path=path), {})
        judge(f"{path} all fields", scene, scene.client.issue(FULL, path=path), FULL)


def test_what_is_sealed(scene: Scene) -> None:
    for label, asked in {
        "Korean receivedata": {"receivedata": "한글 ¤"},
        "control characters in receivedata": {"receivedata": CONTROL_CHARACTERS},
        "receivedata of 500 Korean characters": {"receivedata": "가" * 500},
        "app scheme as returnurl": {"returnurl": RETURN_URLS[2]},
        "requestno of 30 characters": {"requestno": "aZ09._:-" + "x" * 22},
        "requestno of one character": {"requestno": ":"},
    }.items():
        judge(label, scene, scene.client.issue(asked), asked)
    text = plain_text(scene.client.issue({"receivedata": "한"})).lower()
    check("non-ASCII is escaped as \\uXXXX", rb"\ud55c" in text, text)
    other = scene.client.issue({"sitecode": "OTHERSITE"})
    judge("a different sitecode of the caller does not win", scene, other, {})
    for written in ("post", "Post", "pOST", "get", "GET"):
        judge(f"methodtype {written}", scene,
              scene.client.issue({"methodtype": written}), {"methodtype": written})


def test_a_generated_requestno_is_random(scene: Scene) -> None:
    generated = [scene.client.issue({}).json().get("reqNo", "") for _ in range(20)]
    check("generated requestno is 1-30 of the alphabet",
          all(REQUESTNO.fullmatch(number) for number in generated), generated)
    check("generated requestno has room for 128 random bits",
          all(len(number) >= 22 for number in generated), generated)
    check("generated requestno is never the same", len(set(generated)) == len(generated))
    steady = [i for i in range(min(map(len, generated)))
              if len({number[i] for number in generated}) == 1]
    moving = min(map(len, generated)) - len(steady)
    check("128 bits of it move (at 6 bits a character)", moving * 6 >= 128,
          f"{moving} characters: {generated[:3]}")
    req_nos = {call.req_no for call in scene.nice.calls(CRYPTO_TOKEN)}
    check("requestno is never NICE's req_no", not req_nos & set(generated))


def test_each_req_no_is_new(scene: Scene) -> None:
    scene.client.issue({})
    req_nos = [call.req_no for call in scene.nice.calls(CRYPTO_TOKEN)]
    check("every req_no has 30 characters", all(len(n) == 30 for n in req_nos), req_nos)
    check("no req_no is used twice", len(set(req_nos)) == len(req_nos))


def test_headers(scene: Scene) -> None:
    answer = scene.client.issue({}, ("Authorization", "Bearer of-no-concern"))
    equal("Authorization is accepted", answer.status, 200)
    check("Content-Type is application/json",
          (answer.header("content-type") or "").startswith("application/json"),
          answer.headers)
    equal("x-nice-window-url", answer.header("x-nice-window-url"), WINDOW_URL)
    check("cache-control: no-store", "no-store" in answer.listed("cache-control"))
    equal("no x-nice-environment in live mode", answer.header("x-nice-environment"), None)


def test_request_ids(scene: Scene) -> None:
    for label, sent, echoed in (
        ("of the alphabet", REQUEST_ID_OK, True), ("of 64 characters", "a" * 64, True),
        ("of one character", "-", True), ("of 65 characters", "a" * 65, False),
        ("with a space", "a b", False), ("with a quote", 'a"b', False),
        ("with a colon", "a:b", False), ("with a non-ASCII character", "é", False),
        ("that is empty", "", False), ("that is absent", None, False),
    ):
        headers = [] if sent is None else [("x-request-id", sent)]
        for answer in (scene.client.issue({}, *headers), scene.client.issue("[", *headers)):
            got = answer.header("x-request-id") or ""
            fresh = 1 <= len(got) <= 64 and got != sent
            check(f"x-request-id {label} is {'echoed' if echoed else 'replaced'}"
                  f" (status {answer.status})", got == sent if echoed else fresh, repr(got))


def test_settings_that_shape_the_answer(nice: NiceStandIn) -> None:
    with live(
            nice, KEY_CUSTODY="server", BASE_PATH="/shop/verify",
            NICE_WINDOW_URL="https://nice.checkplus.co.kr/cert/request") as scene:
        answer = scene.client.issue({})
        equal("KEY_CUSTODY=server leaves out iv and key", set(answer.json()),
              {"token_version_id", "enc_data", "integrity_value", "reqNo"})
        equal("NICE_WINDOW_URL is in the header", answer.header("x-nice-window-url"),
              "https://nice.checkplus.co.kr/cert/request")
        equal("BASE_PATH moves the prefixed path",
              scene.client.issue({}, path="/shop/verify" + CONTRACT_PATH).status, 200)
        equal("the default prefix is gone then",
              scene.client.issue({}, path=PREFIXED_PATH).status, 404)

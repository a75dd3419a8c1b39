"""Bodies and routes that are no request at all: each gets the envelope, none ends the service."""

import json

import envelope
from bench import Bench, Scene
from http_client import CONTRACT_PATH, JSON_TYPE
from nice_stand_in import NiceStandIn
from report import Theme

LIMIT = 64 * 1024

MALFORMED = {
    "an empty body": "", "white space": "  ", "a cut object": "{", "a cut string": '{"a":"',
    "a trailing comma": '{"authtype":"M",}', "text after the object": "{} x", "two objects": "{}{}",
    "single quotes": "{'authtype':'M'}", "a bare word": "{authtype:1}", "NaN": '{"x":NaN}',
    "an array": "[]", "an array of eight strings": '["a","","","","","","",""]',
    "an array of an object": "[{}]", "a string": '"x"', "a number": "1", "null": "null",
    "true": "true", "a raw line break in a string": '{"receivedata":"a\nb"}',
    "a raw NUL in a string": '{"receivedata":"a\0b"}', "a bad escape": '{"receivedata":"\\x"}',
    "bytes that are not UTF-8": b'{"receivedata":"\xff\xfe"}',
    "CP949 bytes": b'{"receivedata":"\xc8\xab\xb1\xe6"}',
    "an overlong NUL": b'{"receivedata":"\xc0\x80"}',
    "a surrogate in UTF-8 bytes": b'{"receivedata":"\xed\xa0\x80"}',
}
FORBIDDEN_CHARACTERS = {
    "an escaped NUL": r"a\u0000b", "a lone high surrogate": r"\ud800",
    "a lone low surrogate": r"\udc00", "a high surrogate before a letter": r"\ud800x",
    "surrogates in the wrong order": r"\ude00\ud83d", "two high surrogates": r"\ud83d\ud83d\ude00",
}
DUPLICATES = {
    "at the top": '{"requestno":"a","requestno":"b"}',
    "at the top, equal values": '{"authtype":"M","authtype":"M"}',
    "at the top, null first": '{"authtype":null,"authtype":"M"}',
    "at the top, ignored": '{"x":1,"x":2}',
    "at the top, escaped": '{"requestno":"a","request\\u006eo":"b"}',
    "nested": '{"x":{"a":1,"a":2}}',
    "nested in an array": '{"x":[0,{"a":1,"b":2,"a":3}]}',
}
NOT_DUPLICATES = '{"x":{"requestno":1},"y":[{"a":1},{"a":2}],"requestno":"a","Requestno":"b"}'


def run(bench: Bench) -> None:
    theme = bench.theme("body")
    with NiceStandIn() as nice, bench.live(nice) as scene:
        _malformed(theme, scene)
        _depth(theme, scene)
        _size(theme, scene)
        _media_types(theme, scene)
        _routes(theme, scene)
        theme.equal("the service still answers after all that", scene.client.issue({}).status, 200)


def _malformed(theme: Theme, scene: Scene) -> None:
    def refused(name: str, body: str | bytes) -> None:
        envelope.check(theme, f"{name} is refused", scene.client.issue(body), "INVALID_REQUEST")

    for name, body in MALFORMED.items():
        refused(name, body)
    for name, text in FORBIDDEN_CHARACTERS.items():
        refused(f"{name} in receivedata", f'{{"receivedata":"{text}"}}')
        refused(f"{name} in an ignored field", f'{{"x":"{text}"}}')
        refused(f"{name} deep in an ignored field", f'{{"x":[{{"y":"{text}"}}]}}')
        refused(f"{name} in an ignored key", f'{{"{text}":1}}')
    for name, body in DUPLICATES.items():
        refused(f"a duplicate key {name}", body)
    theme.equal("the same key in different objects is no duplicate",
                scene.client.issue(NOT_DUPLICATES).status, 200)
    theme.equal("an escaped backslash before u0000 is no NUL",
                scene.client.issue('{"receivedata":"\\\\u0000"}').status, 200)
    theme.equal("an escaped surrogate pair is accepted",
                scene.client.issue(r'{"receivedata":"\ud83d\ude00"}').status, 200)
    theme.equal("white space around the object is accepted",
                scene.client.issue(' \r\n\t{ "authtype" : "M" } \n').status, 200)


def _nested(depth: int, opening: str, closing: str) -> str:
    """An object whose deepest part lies at `depth`, the object itself being depth 1."""
    return '{"x":' + opening * (depth - 1) + closing * (depth - 1) + "}"


def _depth(theme: Theme, scene: Scene) -> None:
    objects = '{"x":' * 31 + "{}" + "}" * 31
    for name, at_limit, beyond in (
        ("arrays", _nested(32, "[", "]"), _nested(33, "[", "]")),
        ("objects", objects, f'{{"x":{objects}}}'),
        ("arrays in a known field", '{"x":1}', '{"receivedata":' + "[" * 32 + "]" * 32 + "}"),
    ):
        theme.equal(f"{name} 32 deep are accepted", scene.client.issue(at_limit).status, 200)
        envelope.check(theme, f"{name} 33 deep are refused", scene.client.issue(beyond),
                       "INVALID_REQUEST")
    envelope.check(theme, "30,000 brackets are refused", scene.client.issue('{"x":' + "[" * 30_000),
                   "INVALID_REQUEST")
    theme.equal("brackets in a string do not count",
                scene.client.issue(json.dumps({"receivedata": "[{" * 40})).status, 200)


def _size(theme: Theme, scene: Scene) -> None:
    frame = len('{"x":""}')
    fitting, beyond = ('{"x":"' + "a" * (size - frame) + '"}' for size in (LIMIT, LIMIT + 1))
    theme.equal("64 KiB are accepted", scene.client.issue(fitting).status, 200)
    envelope.check(theme, "64 KiB and a byte are refused", scene.client.issue(beyond),
                   "BODY_TOO_LARGE")
    envelope.check(theme, "65 KiB are refused", scene.client.issue("a" * 65 * 1024),
                   "BODY_TOO_LARGE")
    chunk = f"{len(beyond):x}\r\n{beyond}\r\n0\r\n\r\n".encode()
    envelope.check(theme, "64 KiB and a byte in chunks are refused",
                   scene.client.call("POST", CONTRACT_PATH,
                                     (JSON_TYPE, ("Transfer-Encoding", "chunked")), chunk),
                   "BODY_TOO_LARGE")
    chunk = b"2\r\n{}\r\n0\r\n\r\n"
    theme.equal("a small body in chunks is accepted", scene.client.call(
        "POST", CONTRACT_PATH, (JSON_TYPE, ("Transfer-Encoding", "chunked")), chunk).status, 200)


def _media_types(theme: Theme, scene: Scene) -> None:
    for accepted in ("application/json;charset=UTF-8", "Application/JSON"):
        theme.equal(f"Content-Type {accepted} is accepted",
                    scene.client.issue({}, ("Content-Type", accepted)).status, 200)
    for refused in ("text/plain", "application/x-www-form-urlencoded", "text/json", "application",
                    "multipart/form-data; boundary=x", "application/jsonx"):
        envelope.check(theme, f"Content-Type {refused} is refused",
                       scene.client.issue({}, ("Content-Type", refused)), "UNSUPPORTED_MEDIA_TYPE")
    envelope.check(theme, "no Content-Type is refused",
                   scene.client.call("POST", CONTRACT_PATH, (), b"{}"), "UNSUPPORTED_MEDIA_TYPE")


def _routes(theme: Theme, scene: Scene) -> None:
    for path in (CONTRACT_PATH, "/api/member" + CONTRACT_PATH):
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            answer = scene.client.call(method, path)
            envelope.check(theme, f"{method} {path} is refused", answer, "METHOD_NOT_ALLOWED")
            theme.check(f"{method} {path} says Allow: POST", "post" in answer.listed("allow"))
    for path in ("/nowhere", CONTRACT_PATH + "/", "/v1/member/getoauthtoken",
                 "/api/member/nowhere", "/api/member", "/v1/member/%00",
                 "//v1/member/getOAuthToken"):
        envelope.check(theme, f"GET {path} is not found", scene.client.get(path), "NOT_FOUND")
        envelope.check(theme, f"POST {path} is not found", scene.client.issue({}, path=path),
                       "NOT_FOUND")
    for path in ("/health/live", "/health/ready"):
        theme.equal(f"GET {path}", scene.client.get(path).status, 200)

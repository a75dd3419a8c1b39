"""Request rules: each field's rule and default, all faulty fields at once, the languages."""

from foreign.oracle import envelope
from foreign.oracle.bench import RETURN_URLS, Scene
from foreign.oracle.checks import check
from foreign.oracle.sealed import judge

FIELDS = ("requestno", "returnurl", "sitecode", "authtype", "mobilceco", "methodtype", "popupyn",
          "receivedata")

ACCEPTED = {
    "authtype": "MCXUFS", "mobilceco": "SKL", "popupyn": "YN",
}

REFUSED = {
    "requestno": ["a" * 31, "a b", "a/b", "가", "a\n", "a+b", "a=", "ａ", "a\u0000"],
    "returnurl": [
        "https://evil.example/nice/callback", "http://shop.example/nice/callback",
        "https://shop.example/nice/callback/", "https://shop.example/nice/callback?x=1",
        "https://shop.example/nice/callback#x", "https://shop.example:443/nice/callback",
        "https://SHOP.example/nice/callback", "https://shop.example./nice/callback",
        "https://user@shop.example/nice/callback", "https://shop.example@evil.example/",
        "https:\\\\shop.example\\nice\\callback", "//shop.example/nice/callback",
        "https://shop.example//nice/callback", "https://shop.example/nice/%63allback",
        "https://ｓhop.example/nice/callback", " https://shop.example/nice/callback",
        "https://shop.example/nice/callback\n", "javascript:alert(1)", "*",
        "/v1/member/verificationCallback", "https://shop.example/" + "a" * 250],
    "authtype": ["Z", "m", "MM", "P", " M"],
    "mobilceco": ["Z", "s", "SKT", "1"],
    "methodtype": ["put", "getpost", "get ", "ｇｅｔ"],
    "popupyn": ["Q", "y", "YN", "true"],
    "receivedata": ["a" * 1001, "가" * 501, "a" * 10_000, "😀"],
}
WRONG_TYPES = (5, True, 1.5, [], {}, ["M"])


def test_accepted_values(scene: Scene) -> None:
    for field, letters in ACCEPTED.items():
        for letter in letters:
            asked = {field: letter}
            judge(f"{field} {letter}", scene, scene.client.issue(asked), asked)
    for label, empty in (("null", None), ("empty", "")):
        asked = dict.fromkeys(FIELDS, empty)
        judge(f"every field {label} counts as absent", scene, scene.client.issue(asked), {})
    asked = {"unknown": {"deep": [1, None, True]}, "key": "of the caller", "reqNo": "mine"}
    judge("unknown fields are ignored", scene, scene.client.issue(asked), {})
    for number, url in enumerate(RETURN_URLS):
        asked = {"returnurl": url}
        judge(f"returnurl {number} of the list", scene, scene.client.issue(asked), asked)
    asked = {"receivedata": "가" * 500}
    judge("receivedata is counted in bytes of CP949", scene, scene.client.issue(asked), asked)


def test_refused_values(scene: Scene) -> None:
    for field, values in REFUSED.items():
        for value in values:
            # A NUL is refused with the whole body: then no one field need be to blame.
            blamed = None if "\0" in value else {field}
            shown = ascii(value) if len(value) < 60 else f"of {len(value)} characters"
            envelope.check(f"{field} {shown} is refused",
                           scene.client.issue({field: value}), "INVALID_REQUEST", fields=blamed)
    for field in FIELDS:
        for value in WRONG_TYPES:
            envelope.check(f"{field} as {value!r} is refused",
                           scene.client.issue({field: value}), "INVALID_REQUEST", fields={field})


def test_all_faulty_fields_at_once(scene: Scene) -> None:
    wrong = {field: values[0] for field, values in REFUSED.items()}
    envelope.check("all faulty fields are listed at once", scene.client.issue(wrong),
                   "INVALID_REQUEST", fields=set(wrong))
    envelope.check("sound fields are not listed among the faulty",
                   scene.client.issue({**wrong, "authtype": "M", "popupyn": "Y"}),
                   "INVALID_REQUEST", fields=set(wrong) - {"authtype", "popupyn"})
    envelope.check("a wrong type and a wrong value are listed together",
                   scene.client.issue({"requestno": 5, "sitecode": [], "authtype": "Z"}),
                   "INVALID_REQUEST", fields={"requestno", "sitecode", "authtype"})
    answer = scene.client.issue(wrong)
    echoes = [value for value in wrong.values() if len(value) > 3 and value in answer.body.decode()]
    check("faulty values are not echoed", not echoes, echoes)


def test_languages(scene: Scene) -> None:
    for header, english in (
        (None, False), ("ko", False), ("en", True), ("en-US,en;q=0.9,ko;q=0.8", True),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", False), ("en;q=0.1, ko", False), ("fr", False),
        ("*", False), ("fr, en;q=0.5", True), ("EN-gb", True), ("en;q=0, ko;q=0.1", False),
    ):
        headers = [] if header is None else [("Accept-Language", header)]
        fits = envelope.is_english if english else envelope.is_korean
        for answer in (scene.client.issue({"authtype": "Z"}, *headers),
                       scene.client.get("/nowhere", *headers)):
            check(f"Accept-Language {header}: {'English' if english else 'Korean'}"
                  f" ({answer.reason})", fits(answer), answer)

"""CORS: browsers of the listed origins alone, never with credentials."""

from bench import Bench, Scene
from http_client import CONTRACT_PATH, Answer
from nice_stand_in import NiceStandIn
from report import Theme

ALLOWED = ("https://shop.example", "https://m.shop.example:8443")
NOT_ALLOWED = ("https://evil.example", "http://shop.example", "https://shop.example:8443",
               "https://shop.example.evil.example", "https://m.shop.example", "null",
               "https://xshop.example", "http://localhost:3000", "*")
REQUEST_HEADERS = {"content-type", "authorization", "x-request-id"}
EXPOSED = {"x-request-id", "retry-after", "x-nice-window-url"}
ALLOW_ORIGIN = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"


def run(bench: Bench) -> None:
    with NiceStandIn() as nice, bench.live(nice, CORS_ORIGINS=",".join(ALLOWED)) as scene:
        _allowed(bench.theme("CORS"), scene)
        _not_allowed(bench.theme("CORS"), scene)
    theme = bench.theme("CORS without CORS_ORIGINS")
    with NiceStandIn() as nice, bench.live(nice) as scene:
        for origin in (*ALLOWED, "http://localhost:3000"):
            theme.equal(f"{origin} is not allowed",
                        scene.client.issue({}, ("Origin", origin)).all(ALLOW_ORIGIN), [])
            theme.equal(f"{origin} is not allowed by a preflight",
                        _preflight(scene, origin).all(ALLOW_ORIGIN), [])


def _preflight(scene: Scene, origin: str) -> Answer:
    return scene.client.call("OPTIONS", CONTRACT_PATH, (
        ("Origin", origin), ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type,x-request-id")))


def _allowed(theme: Theme, scene: Scene) -> None:
    for origin in ALLOWED:
        for name, answer in (
            ("an answer", scene.client.issue({}, ("Origin", origin))),
            ("a refusal", scene.client.issue("{", ("Origin", origin))),
        ):
            theme.equal(f"{name} for {origin}: allowed by name", answer.all(ALLOW_ORIGIN), [origin])
            theme.equal(f"{name} for {origin}: exposed headers",
                        answer.listed("access-control-expose-headers"), EXPOSED)
            theme.equal(f"{name} for {origin}: no credentials", answer.all(CREDENTIALS), [])
            theme.check(f"{name} for {origin}: Vary: Origin", "origin" in answer.listed("vary"))
        answer = _preflight(scene, origin)
        theme.check(f"preflight for {origin}: 200 or 204", answer.status in (200, 204), answer)
        theme.equal(f"preflight for {origin}: allowed by name", answer.all(ALLOW_ORIGIN), [origin])
        theme.check(f"preflight for {origin}: POST",
                    "post" in answer.listed("access-control-allow-methods"), answer.headers)
        theme.equal(f"preflight for {origin}: request headers",
                    answer.listed("access-control-allow-headers"), REQUEST_HEADERS)
        theme.equal(f"preflight for {origin}: no credentials", answer.all(CREDENTIALS), [])


def _not_allowed(theme: Theme, scene: Scene) -> None:
    for origin in NOT_ALLOWED:
        for name, answer in (
            ("an answer", scene.client.issue({}, ("Origin", origin))),
            ("a preflight", _preflight(scene, origin)),
        ):
            theme.equal(f"{name} for {origin}: not allowed", answer.all(ALLOW_ORIGIN), [])
            theme.equal(f"{name} for {origin}: no credentials", answer.all(CREDENTIALS), [])

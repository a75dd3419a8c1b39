"""ERROR_STATUS: the three ways in which a failure's HTTP status is told."""

import envelope
from bench import HASTE, Bench, Scene
from http_client import CONTRACT_PATH, Answer
from nice_rules import CRYPTO_TOKEN
from nice_stand_in import NiceStandIn
from scripted import Step

STATUS_LINES = {"ok200": "HTTP/1.1 200 OK", "wire900": "HTTP/1.1 900 Business Error"}


def run(bench: Bench) -> None:
    for mode, status_line in STATUS_LINES.items():
        theme = bench.theme(f"ERROR_STATUS={mode}")
        with NiceStandIn() as nice, bench.live(nice, ERROR_STATUS=mode) as scene:
            theme.equal("a success is 200 OK", scene.client.issue({}).status_line,
                        "HTTP/1.1 200 OK")
            for name, answer, reason, fields in _caller_faults(scene):
                envelope.check(theme, name, answer, reason, fields=fields,
                               status=int(status_line.split()[1]))
                theme.equal(f"{name}: status line", answer.status_line, status_line)
            theme.equal("health is not touched", scene.client.get("/health/live").status, 200)
        with NiceStandIn() as nice:
            nice.script.always(CRYPTO_TOKEN, Step(gw="1702"))
            with bench.live(nice, **HASTE, ERROR_STATUS=mode) as scene:
                answer = scene.client.issue({})
                envelope.check(theme, "refused by NICE", answer, "NICE_REFUSED",
                               cause="IP_NOT_REGISTERED", status=int(status_line.split()[1]))
                theme.equal("refused by NICE: status line", answer.status_line, status_line)
    theme = bench.theme("ERROR_STATUS=http")
    with NiceStandIn() as nice, bench.live(nice, ERROR_STATUS="http") as scene:
        for name, answer, reason, fields in _caller_faults(scene):
            envelope.check(theme, name, answer, reason, fields=fields)


def _caller_faults(scene: Scene) -> list[tuple[str, Answer, str, set[str]]]:
    client = scene.client
    return [
        ("a faulty field", client.issue({"authtype": "Z"}), "INVALID_REQUEST", {"authtype"}),
        ("malformed JSON", client.issue("{"), "INVALID_REQUEST", set()),
        ("unknown path", client.get("/nowhere"), "NOT_FOUND", set()),
        ("wrong method", client.get(CONTRACT_PATH), "METHOD_NOT_ALLOWED", set()),
        ("wrong type", client.issue({}, ("Content-Type", "text/plain")), "UNSUPPORTED_MEDIA_TYPE",
         set()),
        ("too large", client.issue("a" * 65 * 1024), "BODY_TOO_LARGE", set()),
    ]

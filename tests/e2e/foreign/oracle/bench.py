"""What a check gets: the service started against its own stand-in, and watched to its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from foreign.oracle.http_client import Client
from foreign.oracle.nice_stand_in import NiceStandIn
from support.launcher import Launcher
from support.service import READY, Service

RETURN_URLS = ("https://shop.example/nice/callback", "https://m.shop.example:8443/cb?from=nice",
               "shop://cb")
WINDOW_URL = "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb"
# `wait_for` of a service that need not be ready.
LISTENING = None

# Short times: a failure that is retried until the deadline takes 2 seconds, not 8. A small pool:
# the service fetches few tokens ahead.
HASTE = {"REQUEST_DEADLINE": "2s", "NICE_CALL_TIMEOUT": "1s", "NICE_CONNECT_TIMEOUT": "1s",
         "TOKEN_POOL_MIN": "1", "TOKEN_POOL_MAX": "4"}


@dataclass
class Scene:
    """One running service, its client, and the NICE that it talks to."""

    service: Service
    client: Client
    nice: NiceStandIn


@contextmanager
def live(nice: NiceStandIn, wait_for: str | None = READY, **settings: str) -> Iterator[Scene]:
    """`serve` against the stand-in. With LISTENING: before its first fetch has ended."""
    account = nice.account
    with Launcher() as launcher:
        service = launcher.service(wait_for, **{
            "NICE_BASE_URL": nice.base_url, "NICE_CLIENT_ID": account.client_id,
            "NICE_CLIENT_SECRET": account.client_secret, "RETURN_URLS": ",".join(RETURN_URLS),
            **settings})
        scene = Scene(service, Client(service.port), nice)
        yield scene
        _look_back(scene)


def _look_back(scene: Scene) -> None:
    """What holds after every test."""
    assert scene.service.running, f"it ended by itself: {scene.service.output}"
    broken = scene.nice.broken_rules()
    assert not broken, f"calls that break NICE's rules: {broken}"
    seen = b"".join(answer.raw for answer in scene.client.answers).decode("latin-1")
    disclosed = [name for name, value in _secrets(scene.nice) if value in seen]
    assert not disclosed, f"an answer discloses {disclosed}"


def _secrets(nice: NiceStandIn) -> list[tuple[str, str]]:
    """What must stay between NICE and the service."""
    secrets = [("client secret", nice.account.client_secret)]
    secrets += [("institution token", token) for token in nice.institution_tokens()]
    secrets += [("req_no", call.req_no) for call in nice.calls() if call.req_no]
    for token in nice.crypto_tokens():
        secrets += [("token_val", token.token_val.strip()),
                    ("undisclosed part of the digest", token.keys().undisclosed)]
    return [(name, value) for name, value in secrets if len(value) >= 8]

"""What each theme gets: the service started against its own stand-in, and watched until its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from http_client import Client
from nice_stand_in import NiceStandIn
from report import Report, Theme
from service import Ports, Service, accepts_connections, wait_until

RETURN_URLS = ("https://shop.example/nice/callback", "https://m.shop.example:8443/cb?from=nice",
               "shop://cb")
WINDOW_URL = "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb"
LIVE, READY, LISTENING = "/health/live", "/health/ready", None

# Short times, so that a failure that is retried until the deadline does not take 8 seconds, and a
# small pool, so that what is fetched ahead stays small.
HASTE = {"REQUEST_DEADLINE": "2s", "NICE_CALL_TIMEOUT": "500ms", "NICE_CONNECT_TIMEOUT": "500ms",
         "TOKEN_POOL_MIN": "1", "TOKEN_POOL_MAX": "4"}
STARTS = 3  # a port picked as free may be taken in the moment before it is bound


class NotStarted(Exception):
    pass


@dataclass
class Scene:
    """One running service, its client and, in live mode, the NICE that it talks to."""

    service: Service
    client: Client
    nice: NiceStandIn | None = None


class Bench:
    def __init__(self, binary: Path, report: Report) -> None:
        self.binary = binary
        self._report = report
        self.broken_rules: set[str] = set()
        self.untimely_ends: list[str] = []
        self.panics: list[str] = []
        self.disclosures: list[str] = []

    def theme(self, title: str) -> Theme:
        return Theme(self._report, title)

    def bound(self, settings: dict[str, str]) -> dict[str, str]:
        return {"BIND": f"127.0.0.1:{Ports.free()}", "ADMIN_BIND": f"127.0.0.1:{Ports.free()}",
                **settings}

    @staticmethod
    def live_settings(nice: NiceStandIn) -> dict[str, str]:
        return {"NICE_BASE_URL": nice.base_url, "NICE_CLIENT_ID": nice.account.client_id,
                "NICE_CLIENT_SECRET": nice.account.client_secret,
                "RETURN_URLS": ",".join(RETURN_URLS)}

    @contextmanager
    def live(self, nice: NiceStandIn, wait_for: str | None = READY, **settings: str
             ) -> Iterator[Scene]:
        """`serve` against the stand-in; with LISTENING before its first fetch has ended."""
        with self.serving(("serve",), {**self.live_settings(nice), **settings}, wait_for) as scene:
            scene.nice = nice
            yield scene

    @contextmanager
    def serving(self, args: tuple[str, ...], settings: dict[str, str],
                wait_for: str | None = READY) -> Iterator[Scene]:
        service = self._started(args, settings, wait_for)
        scene = Scene(service, Client(service.port))
        try:
            yield scene
            self._look_back(scene)
        finally:
            service.forget()

    @contextmanager
    def ended(self, args: tuple[str, ...], settings: dict[str, str]) -> Iterator[Service]:
        """A command that is expected to end by itself."""
        service = Service(self.binary, args, settings)
        try:
            yield service
        finally:
            service.forget()

    def _started(self, args: tuple[str, ...], settings: dict[str, str],
                 wait_for: str | None) -> Service:
        for _ in range(STARTS):
            service = Service(self.binary, args, self.bound(settings))
            if wait_for is LISTENING:
                up = wait_until(lambda: not service.running or accepts_connections(service.port),
                                10) and service.running
            else:
                up = service.waits_for(wait_for)
            if up:
                return service
            output = service.output
            service.forget()
            if "panicked at" in output:
                break
        raise NotStarted(f"`{' '.join(args)}` did not come up: {output[-500:]}")

    def _look_back(self, scene: Scene) -> None:
        output = scene.service.output
        if not scene.service.running and scene.service.process.returncode != 0:
            self.untimely_ends.append(f"exit {scene.service.process.returncode}: {output[-200:]}")
        if "panicked at" in output:
            self.panics.append(output[output.index("panicked at"):][:200])
        if scene.nice is None:
            return
        self.broken_rules.update(scene.nice.broken_rules())
        told = b"".join(answer.raw for answer in scene.client.answers).decode("latin-1")
        self.disclosures += [name for name, value in never_told(scene.nice) if value in told]


def never_told(nice: NiceStandIn) -> list[tuple[str, str]]:
    """What stays between NICE and the service, whatever the caller does."""
    secrets = [("client secret", nice.account.client_secret)]
    secrets += [("institution token", token) for token in nice.institution_tokens()]
    secrets += [("req_no", call.req_no) for call in nice.calls() if call.req_no]
    for token in nice.crypto_tokens():
        secrets += [("token_val", token.token_val.strip()),
                    ("undisclosed part of the digest", token.keys().undisclosed)]
    return [(name, value) for name, value in secrets if len(value) >= 8]

"""What the machine, and the others on it, do to an instance that runs."""

import signal
from pathlib import Path

from operations.fleet import instance
from support import shop
from support.launcher import Launcher
from support.process import free_port, until
from support.service import READY, Sandbox, Service

# Debian's libfaketime; the folder is named after the machine's kind.
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def test_a_nice_that_hangs_is_a_clear_failure_and_passes(
        launcher: Launcher, sandbox: Sandbox) -> None:
    one = instance(launcher, sandbox, NICE_CALL_TIMEOUT="1s", REQUEST_DEADLINE="2s",
                   TOKEN_POOL_MIN="1")
    assert shop.begin(one.url).ok
    sandbox.process.send_signal(signal.SIGSTOP)
    # The ready tokens are given out; then there is none.
    until(lambda: not shop.begin(one.url).ok)
    for _ in range(10):
        answer = shop.begin(one.url)
        assert answer.status_code == 504, answer.text
        assert answer.json()["code"] == "900"
        assert answer.json()["payload"]["reason"] == "NICE_TIMEOUT"
    sandbox.process.send_signal(signal.SIGCONT)
    until(lambda: shop.begin(one.url).ok)
    assert one.stop() == 0, one.output


def test_a_log_that_nobody_can_write_costs_no_answer(launcher: Launcher, sandbox: Sandbox) -> None:
    # It can't tell the port that the system chose.
    address = f"127.0.0.1:{free_port()}"
    one = instance(launcher, sandbox, silent=True, BIND=address)
    for _ in range(200):
        assert shop.begin(one.url).ok
    assert one.stop() == 0


def test_a_clock_that_is_moved_ends_no_session_and_no_token(
        launcher: Launcher, sandbox: Sandbox) -> None:
    assert FAKETIME, "libfaketime isn't installed"
    clock = launcher.folder() / "clock"

    def move(seconds: str) -> None:
        clock.write_text(f"{seconds}s\n")

    move("+0")
    one = instance(
        launcher, sandbox, SESSION_TTL="3m", LD_PRELOAD=str(FAKETIME),
        FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1")
    begun = [shop.begin(one.url).json()]
    stamps = [_timestamp(one)]
    for seconds in ("+300", "-300", "+0"):
        move(seconds)
        stamps.append(_timestamp(one))
        begun.append(shop.begin(one.url).json())
    # It did move.
    assert stamps[2] < stamps[0]
    assert stamps[3] < stamps[1]
    assert len({one["token_version_id"] for one in begun}) == 4
    for verification in begun:
        back = shop.verify(sandbox.window, verification)
        opened = shop.open_result(one.url, back, verification["reqNo"], shop.KEY)
        assert opened.ok, opened.text
    assert one.answers_ok(READY)


def _timestamp(service: Service) -> str:
    """The time of day in an answer of the service."""
    return shop.begin(service.url, authtype="Z").json()["timestamp"]

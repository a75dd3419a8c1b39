"""What the machine and the others on it do to an instance that runs."""

import signal
import tempfile
import unittest
from pathlib import Path

import shop
from fleet import KEY, Instance, until
from programs import Sandbox

# Debian's libfaketime; the folder is named after the machine's kind.
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class StoppedUpstream(unittest.TestCase):
    def test_a_nice_that_hangs_is_a_clear_failure_and_passes(self) -> None:
        nice = Sandbox(self.addCleanup)
        instance = Instance(self.addCleanup, nice, NICE_CALL_TIMEOUT="1s", REQUEST_DEADLINE="2s",
                            TOKEN_POOL_MIN="1")
        self.assertEqual(200, instance.begin().status_code)
        nice.program.process.send_signal(signal.SIGSTOP)
        # What is ready is given out; then there is nothing.
        until(lambda: not instance.begin().ok)
        for _ in range(10):
            answer = instance.begin()
            self.assertEqual((504, "900", "NICE_TIMEOUT"),
                             (answer.status_code, answer.json()["code"],
                              answer.json()["payload"]["reason"]), answer.text)
        nice.program.process.send_signal(signal.SIGCONT)
        until(lambda: instance.begin().ok)
        self.assertEqual(0, instance.stop(), instance.program.output)


class FullDisk(unittest.TestCase):
    def test_a_log_that_nobody_can_write_costs_no_answer(self) -> None:
        class Silenced(Instance):
            @property
            def command(self) -> list[str]:
                return ["sh", "-c", 'exec "$@" >/dev/full 2>/dev/full', "sh",
                        *map(str, super().command)]

        instance = Silenced(self.addCleanup, Sandbox(self.addCleanup))
        for _ in range(200):
            self.assertEqual(200, instance.begin().status_code)
        self.assertEqual(0, instance.stop())


class MovedClock(unittest.TestCase):
    def setUp(self) -> None:
        self.assertIsNotNone(FAKETIME, "libfaketime isn't installed")
        folder = tempfile.TemporaryDirectory(prefix="clock-")
        self.addCleanup(folder.cleanup)
        self.clock = Path(folder.name, "clock")
        self.move("+0")
        self.nice = Sandbox(self.addCleanup)
        self.instance = Instance(
            self.addCleanup, self.nice, SESSION_TTL="3m", LD_PRELOAD=str(FAKETIME),
            FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1")

    def move(self, seconds: str) -> None:
        self.clock.write_text(f"{seconds}s\n")

    def test_a_clock_that_is_moved_ends_no_session_and_no_token(self) -> None:
        begun = [self.instance.begin().json()]
        stamps = [self.timestamp()]
        for seconds in ("+300", "-300", "+0"):
            self.move(seconds)
            stamps.append(self.timestamp())
            begun.append(self.instance.begin().json())
        # It did move.
        self.assertLess(stamps[2], stamps[0])
        self.assertLess(stamps[3], stamps[1])
        self.assertEqual(4, len({one["token_version_id"] for one in begun}))
        for one in begun:
            back = shop.verify(self.nice.window, one)
            opened = shop.open_result(self.instance.url, back, one["reqNo"], KEY)
            self.assertEqual(200, opened.status_code, opened.text)
        self.assertTrue(self.instance.is_ready())

    def timestamp(self) -> str:
        """The time of day that the service tells."""
        return shop.begin(self.instance.url, authtype="Z").json()["timestamp"]


if __name__ == "__main__":
    unittest.main()

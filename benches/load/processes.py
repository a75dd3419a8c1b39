"""Processes under measurement: started, found on their port, read from /proc, ended."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

PATIENCE = 60.0  # seconds; whatever takes longer has failed
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failed(Exception):
    """A measurement that can't go on; the text says why."""


def wait_for(what, found, seconds=PATIENCE, pause=0.02):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(pause)
    raise Failed(f"{what}: not within {seconds:.0f} s")


def http(url, method="GET", body=None, kind="application/json"):
    """Status, headers and body; None when nobody answers."""
    data = None if body is None else body.encode()
    request = urllib.request.Request(url, data, {"content-type": kind}, method=method)
    try:
        with _direct.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
    except OSError:
        return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A command with nothing of this shell's environment but what it needs to run."""

    def __init__(self, name, command, logs, settings=None, directory=None):
        environment = {"PATH": os.environ["PATH"], **(settings or {})}
        self.name = name
        self.log = Path(logs) / f"{name}-{time.monotonic_ns()}.log"
        self.started = time.monotonic()
        with self.log.open("wb") as out, self.log.with_suffix(".err").open("wb") as err:
            self._child = subprocess.Popen(
                [str(part) for part in command], env=environment, cwd=directory, stdout=out,
                stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """The whole group: a cluster's workers, too."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._child.pid, number)
                self._child.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._child.wait()
        self.log.unlink(missing_ok=True)
        self.log.with_suffix(".err").unlink(missing_ok=True)

    def check(self):
        if self._child.poll() is not None:
            said = self.log.with_suffix(".err").read_text() + self.log.read_text()
            raise Failed(f"{self.name} ended at once:\n{said[-2000:]}")

    def first_line(self, holds=""):
        """The first complete line of the log that holds a text."""
        def found():
            self.check()
            with self.log.open(errors="replace") as log:
                return next((line for line in log if holds in line and line.endswith("\n")), None)
        return wait_for(f"{self.name}: a line with {holds!r}", found, pause=0.001)

    def pids(self):
        """This process and all below it."""
        pids = [self._child.pid]
        for pid in pids:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += [int(child) for child in children.read_text().split()]
        return pids

    def cpu(self):
        """Seconds in user and system mode, of all its processes."""
        total = 0
        for pid in self.pids():
            tasks = [Path(path) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
            # To the nanosecond where the kernel counts so, else in clock ticks.
            if tasks:
                total += sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
            else:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def rss(self):
        """MiB, of all its processes."""
        kib = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    kib += int(line.split()[1])
        return kib / 1024


class Peak:
    """The highest RSS while something runs."""

    def __init__(self, process):
        self._process, self._end = process, threading.Event()
        self.mib = process.rss()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self):
        while not self._end.wait(0.1):
            self.mib = max(self.mib, self._process.rss())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()


class StandIn(Process):
    """NICE's stand-in, with its controls."""

    def __init__(self, binaries, logs):
        super().__init__("stand-in", [binaries / "load_stand_in"], logs)
        self.url = f"http://{self.first_line().strip()}"

    def be(self, **manner):
        answer = http(f"{self.url}/control", "PUT", json.dumps(manner))
        if answer is None or answer[0] != 200:
            raise Failed(f"the stand-in refused {manner}: {answer}")

    def counts(self):
        return json.loads(http(f"{self.url}/control")[2])


class Server(Process):
    """A server whose log's `listening` line names its address."""

    def __init__(self, name, command, logs, settings):
        super().__init__(name, command, logs, {"LOG_FORMAT": "json", **settings})
        self.address = json.loads(self.first_line('"listening"'))["address"]
        self.url = f"http://{self.address}"


class Driven:
    """What the generator saw, and what it cost the server."""

    def __init__(self, server, binaries, body, **options):
        command = [binaries / "load_generator", server.address, "--body", body]
        for name, value in options.items():
            command += [f"--{name.replace('_', '-')}", value]
        before = server.cpu()
        with Peak(server) as peak:
            ran = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                                 timeout=300)
        cpu = server.cpu() - before
        if ran.returncode != 0:
            raise Failed(f"the generator failed: {ran.stderr[-2000:]}")
        result = json.loads(ran.stdout)
        self.requests = result["requests"]
        self.per_second = result["per_second"]
        self.p50, self.p99 = result["latency"]["p50"], result["latency"]["p99"]
        self.p999, self.worst = result["latency"]["p999"], result["latency"]["max"]
        self.first = result["latency_of_warm_up"]
        self.failed = self.requests - result["statuses"].get("200", 0)
        self.statuses = result["statuses"]
        self.tokens, self.tokens_twice = result["tokens"], result["tokens_twice"]
        self.cpu_us = cpu / max(self.requests, 1) * 1e6
        self.rss = peak.mib

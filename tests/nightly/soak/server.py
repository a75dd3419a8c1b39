"""The processes: the service, and a Redis of its own; started, looked into, ended."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from wire import call

START_SECONDS = 20


class Failed(Exception):
    """A run that can't go on."""


def wait_for(what, found, seconds=START_SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    raise Failed(f"{what}: not within {seconds} s")


class Process:
    """A command with nothing of this shell's environment but the PATH and what it is given."""

    def __init__(self, command, settings, output):
        self.output = output
        with output.open("wb") as sink:
            self._child = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                env={"PATH": os.environ["PATH"], **settings})
        self.pid = self._child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running:
            self._child.kill()
        self._child.wait()

    @property
    def running(self):
        return self._child.poll() is None

    def stop(self):
        """Its exit code, after it was asked to stop."""
        self._child.send_signal(signal.SIGTERM)
        try:
            return self._child.wait(30)
        except subprocess.TimeoutExpired:
            return None

    def said(self, last=2000):
        text = self.output.read_text(errors="replace")
        return text if last is None else text[-last:]


class Service(Process):
    def __init__(self, binary, settings, folder):
        super().__init__(
            [binary, "serve", "--sandbox"],
            {"BIND": "127.0.0.1:0", "ADMIN_BIND": "127.0.0.1:0", "LOG_FORMAT": "json", **settings},
            folder / "service.log")
        self.port = self._told("address")
        self._admin = self._told("metrics")
        wait_for("ready", lambda: call(self.port, "GET", "/health/ready").status == 200)

    def _told(self, field):
        """The port in the first line of the log that has this field."""
        def found():
            if not self.running:
                raise Failed(f"the service ended at once:\n{self.said()}")
            for line in self.said(None).splitlines():
                if line.startswith("{") and line.endswith("}") and f'"{field}"' in line:
                    return int(json.loads(line)[field].rpartition(":")[2])
            return None
        return wait_for(f"the service's {field}", found)

    def metrics(self):
        """Each series without labels, and crypto tokens that NICE gave."""
        answer = call(self._admin, "GET", "/metrics")
        if answer.status != 200:
            raise Failed(f"no metrics: {answer}")
        text = answer.body.decode()
        found = {name: float(value) for name, value in
                 re.findall(r"^member_verification_(\w+) (\S+)$", text, re.MULTILINE)}
        given = re.search(r'^member_verification_nice_calls_total\{operation="crypto_token",'
                          r'code="1200"\} (\d+)$', text, re.MULTILINE)
        found["given"] = float(given[1]) if given else 0.0
        return found

    def look(self):
        """RSS in MiB, file descriptors, threads."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        number = {name: int(value) for name, value in
                  re.findall(r"^(VmRSS|Threads):\s+(\d+)", status, re.MULTILINE)}
        descriptors = len(os.listdir(f"/proc/{self.pid}/fd"))
        return number["VmRSS"] / 1024, descriptors, number["Threads"]


class Redis(Process):
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        super().__init__(
            ["redis-server", "--bind", "127.0.0.1", "--port", self._port, "--save", "",
             "--appendonly", "no", "--dir", folder], {}, folder / "redis.log")
        self.settings = {"REDIS_URL": f"redis://127.0.0.1:{self._port}/0",
                         "STORE_KEY": base64.b64encode(os.urandom(32)).decode()}
        wait_for("redis-server", self._answers)

    def _answers(self):
        if not self.running:
            raise Failed(f"redis-server ended at once:\n{self.said()}")
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16) == b"+PONG\r\n"
        except OSError:
            return False

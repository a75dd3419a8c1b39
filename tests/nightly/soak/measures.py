"""What the service and the kernel say about the service."""

import re
from pathlib import Path

from wire import Unanswered, call


def metrics(service):
    """Each series without labels, and `given`: crypto tokens that NICE gave."""
    port = int(service.settings["ADMIN_BIND"].rpartition(":")[2])
    answer = call(port, "GET", "/metrics")
    if answer.status != 200:
        raise Unanswered(f"no metrics: {answer}")
    text = answer.body.decode()
    found = {name: float(value) for name, value in
             re.findall(r"^member_verification_(\w+) (\S+)$", text, re.MULTILINE)}
    given = re.search(r'^member_verification_nice_calls_total\{operation="crypto_token",'
                      r'code="1200"\} (\d+)$', text, re.MULTILINE)
    found["given"] = float(given[1]) if given else 0.0
    return found


def look(service):
    """Memory in MiB, file descriptors, threads."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    threads = int(re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE)[1])
    return {"rss": service.resident, "fds": service.descriptors, "threads": threads}

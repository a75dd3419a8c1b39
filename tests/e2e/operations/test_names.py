"""A name of Redis that leads to another address, as after a failover by DNS."""

import base64
import os
import socket
import time
from pathlib import Path

from support import shop
from support.launcher import Launcher
from support.process import free_port

# Debian's libnss-wrapper: the program's own hosts file.
NSS_WRAPPER = next(Path("/usr/lib").glob("*/libnss_wrapper.so"), None)
OLD, NEW = "127.0.0.1", "127.0.0.2"
# Once its server is well, the store is within this.
WELL_WITHIN_SECONDS = 2


def _tell(host: str, port: int, words: str) -> str:
    with socket.create_connection((host, port), 5) as redis:
        redis.sendall(f"{words}\r\n".encode())
        return redis.recv(1000).decode()


def test_a_name_that_leads_elsewhere_is_followed(launcher: Launcher) -> None:
    assert NSS_WRAPPER, "libnss-wrapper isn't installed"
    port, hosts = free_port(), launcher.folder() / "hosts"
    for host in (OLD, NEW):
        launcher.redis_server(
            ["redis-server", "--save", "", "--appendonly", "no"], port, host=host)

    def lead(host: str) -> None:
        hosts.write_text(f"{host} store.test\n")
        # The wrapper compares seconds.
        os.utime(hosts, (0, int(host.rpartition(".")[2])))

    lead(OLD)
    one = launcher.sandboxed(
        REDIS_URL=f"redis://store.test:{port}/0",
        STORE_KEY=base64.b64encode(os.urandom(32)).decode(),
        LD_PRELOAD=str(NSS_WRAPPER), NSS_WRAPPER_HOSTS=str(hosts))
    assert shop.begin(one.url).ok
    assert _tell(NEW, port, "DBSIZE") == ":0\r\n"
    lead(NEW)
    # It becomes a replica, and its connections stay open.
    assert _tell(OLD, port, f"REPLICAOF {NEW} {port}").startswith("+OK")
    changed = time.monotonic()
    while not (answer := shop.begin(one.url)).ok:
        assert answer.json()["payload"]["reason"] == "STORE_UNAVAILABLE"
        assert time.monotonic() - changed < WELL_WITHIN_SECONDS
    assert _tell(NEW, port, "DBSIZE") != ":0\r\n"

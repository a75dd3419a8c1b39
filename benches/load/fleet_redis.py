"""Redis as a fleet has it, and how it fails: each scenario starts servers, and has one fault."""

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time

from processes import Failed, Process, free_port, wait_for

QUICK = ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"]


class Refused(Exception):
    """An error that the server answered."""


class Redis(Process):
    """A server on a port of its own, with the few commands that are needed here."""

    def __init__(self, folder, *words, port=None, config=None):
        self.port = port or free_port()
        self._folder = folder / f"redis-{self.port}"
        self._folder.mkdir(exist_ok=True)
        first = [config, "--sentinel"] if config else QUICK
        self._command = ["redis-server", *first, *words, "--bind", "127.0.0.1", "--port",
                         str(self.port), "--dir", self._folder]
        super().__init__(f"redis-{self.port}", self._command, folder)
        wait_for(f"redis-server on port {self.port}", lambda: self.is_up)

    @property
    def is_up(self):
        self.check()
        try:
            return bool(ask(self.port, "PING"))
        except (OSError, Refused):
            return False

    def signal(self, number):
        os.kill(self._child.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self._child.wait()

    def again(self):
        """Starts again, empty, on its port."""
        super().__init__(self.name, self._command, self._folder.parent)

    def info(self, section):
        return ask(self.port, "INFO", section)


def ask(port, *words, password=None, patience=0.4):
    """One command over a connection of its own."""
    def packed(words):
        parts = [f"*{len(words)}\r\n".encode()]
        for word in words:
            word = str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
        return b"".join(parts)

    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        connection.settimeout(patience)
        lines = connection.makefile("rb")
        if password:
            connection.sendall(packed(["AUTH", password]))
            answer(lines)
        connection.sendall(packed(words))
        return answer(lines)


def answer(lines):
    line = lines.readline().decode().rstrip("\r\n")
    if not line:
        raise OSError("the connection ended")
    kind, rest = line[0], line[1:]
    if kind == "-":
        raise Refused(rest)
    if kind == "$":
        return lines.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
    if kind == "*":
        return [answer(lines) for _ in range(int(rest))]
    return rest


class Scenario:
    """Servers, the service's settings, one fault, and whether the servers are well."""

    seconds = 12  # from the fault on

    def __init__(self, folder, replicas):
        self.folder, self.replicas, self.servers = folder, replicas, []
        self.relay = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.relay:
            self.relay.end()
        for server in reversed(self.servers):
            server.__exit__()

    def server(self, *words, **options):
        self.servers.append(Redis(self.folder, *words, **options))
        return self.servers[-1]

    def replica(self, primary):
        replica = self.server("--replicaof", "127.0.0.1", str(primary.port))
        # Until then the primary counts none, and nothing is confirmed.
        wait_for("the replica", lambda: "state=online" in primary.info("replication"))
        return replica

    def settings(self):
        return {"REDIS_URL": self.url, "STORE_REPLICAS": str(self.replicas)}

    def writes(self, port, key="probe", **login):
        """Whether a write there would be confirmed."""
        try:
            ask(port, "SET", key, "1", "EX", "60", **login)
            if self.replicas:
                there = ask(port, "INFO", "replication", **login)
                online = sum("state=online" in line for line in there.splitlines())
                return online >= self.replicas
            return True
        except (OSError, Refused, ValueError):
            return False


class Sentinels(Scenario):
    """A primary and its replica under three Sentinels."""

    def start(self):
        self.primary = self.server()
        self.replica(self.primary)
        self.sentinels = []
        for number in range(3):
            config = self.folder / f"sentinel-{number}.conf"
            config.write_text(f"sentinel monitor shop 127.0.0.1 {self.primary.port} 2\n"
                              "sentinel down-after-milliseconds shop 1000\n"
                              "sentinel failover-timeout shop 5000\n")
            self.sentinels.append(self.server(config=config))
        for sentinel in self.sentinels:
            wait_for("the Sentinels", lambda: "slaves=1,sentinels=3" in sentinel.info("sentinel"))
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        self.url = f"redis+sentinel://{hosts}/shop"

    def is_well(self):
        try:
            _, port = ask(self.sentinels[0].port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "shop")
        except (OSError, Refused):
            return False
        return self.writes(int(port))


class SentinelKill(Sentinels):
    """The primary is killed (kill -9), which the Sentinels notice after 1 s, and is started again
    5 s later."""

    seconds = 25

    def fault(self):
        self.primary.kill()
        threading.Timer(5, self.primary.again).start()


class SentinelFailover(Sentinels):
    """SENTINEL FAILOVER: the primary is demoted and keeps its connections."""

    def fault(self):
        ask(self.sentinels[1].port, "SENTINEL", "FAILOVER", "shop")


class Cluster(Scenario):
    """Three primaries with a replica each; a node counts as dead after 2 s."""

    def start(self):
        self.nodes, buses = [], []
        for _ in range(6):
            buses.append(free_port())
            self.nodes.append(self.server(
                "--cluster-enabled", "yes", "--cluster-port", str(buses[-1]),
                "--cluster-node-timeout", "2000"))
        for node, bus in list(zip(self.nodes, buses))[1:]:
            ask(self.nodes[0].port, "CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        for node, (low, high) in zip(self.nodes, [(0, 5460), (5461, 10922), (10923, 16383)]):
            ask(node.port, "CLUSTER", "ADDSLOTSRANGE", low, high)
        self._until("cluster_known_nodes:6")
        for primary, replica in zip(self.nodes, self.nodes[3:]):
            name = ask(primary.port, "CLUSTER", "MYID")

            def follows():
                try:
                    ask(replica.port, "CLUSTER", "REPLICATE", name)
                except Refused:
                    return False
                return "master_link_status:up" in replica.info("replication")
            wait_for("a replica", follows)
        self._until("cluster_state:ok")
        wait_for("the replicas are known", lambda: all(
            ask(node.port, "CLUSTER", "NODES").count("slave") == 3 for node in self.nodes))
        # One key of each primary.
        self.keys = []
        for low, high in [(0, 5460), (5461, 10922), (10923, 16383)]:
            self.keys.append(next(key for key in map(str, range(999)) if low <= int(
                ask(self.nodes[0].port, "CLUSTER", "KEYSLOT", key)) <= high))
        self.url = "redis+cluster://" + ",".join(
            f"127.0.0.1:{node.port}" for node in self.nodes[:3])

    def _until(self, text):
        for node in self.nodes:
            wait_for(text, lambda: text in ask(node.port, "CLUSTER", "INFO"))

    def is_well(self):
        return all(any(self.writes(node.port, key) for node in (self.nodes[at], self.nodes[at + 3]))
                   for at, key in enumerate(self.keys))


class ClusterFailover(Cluster):
    """CLUSTER FAILOVER at a replica: roles are swapped, all live on."""

    def fault(self):
        ask(self.nodes[3].port, "CLUSTER", "FAILOVER")


class ClusterKill(Cluster):
    """A primary is killed (kill -9), and started again 5 s later as a replica."""

    seconds = 16

    def fault(self):
        self.nodes[0].kill()
        threading.Timer(5, self.nodes[0].again).start()


class Relay:
    """A name, or a virtual address: its target may move, and its answers may come late. A process
    of its own, so that the load does not hold it up."""

    def __init__(self, target):
        self._target = multiprocessing.Value("i", target)
        self._delay = multiprocessing.Value("d", 0.0)
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        self._process = multiprocessing.get_context("fork").Process(
            target=self._run, args=[listener], daemon=True)
        self._process.start()
        listener.close()

    @property
    def target(self):
        return self._target.value

    def move(self, target):
        self._target.value = target

    def delay(self, seconds):
        self._delay.value = seconds

    def end(self):
        self._process.kill()

    def _run(self, listener):
        asyncio.run(self._serve(listener))

    async def _serve(self, listener):
        async def accepted(reader, writer):
            try:
                server = await asyncio.open_connection("127.0.0.1", self._target.value)
                await asyncio.gather(self._pass(reader, server[1], False),
                                     self._pass(server[0], writer, True))
            except OSError:
                writer.close()
        async with await asyncio.start_server(accepted, sock=listener) as server:
            await server.serve_forever()

    async def _pass(self, reader, writer, is_answer):
        """In order, each part as late as it has to be."""
        parts = asyncio.Queue()

        async def send():
            while (due := await parts.get()) is not None:
                await asyncio.sleep(due[0] - time.monotonic())
                writer.write(due[1])
                await writer.drain()
            writer.close()
        sender = asyncio.create_task(send())
        try:
            while part := await reader.read(65536):
                late = self._delay.value if is_answer else 0.0
                parts.put_nowait((time.monotonic() + late, part))
        except OSError:
            pass
        parts.put_nowait(None)
        try:
            await sender
        except OSError:
            pass


class Demoted(Scenario):
    """A primary behind one name becomes a replica and keeps its connections; the name moves 1 s
    later."""

    def start(self):
        self.old = self.server()
        self.new = self.replica(self.old)
        self.relay = Relay(self.old.port)
        self.url = f"redis://127.0.0.1:{self.relay.port}/0"

    def fault(self):
        ask(self.new.port, "REPLICAOF", "NO", "ONE")
        ask(self.old.port, "REPLICAOF", "127.0.0.1", self.new.port)
        threading.Timer(1, self._move).start()

    def _move(self):
        self.relay.move(self.new.port)

    def is_well(self):
        return self.relay.target == self.new.port and self.writes(self.new.port)


class Alone(Scenario):
    """A primary and its replica behind plain redis://."""

    def start(self):
        self.primary = self.server()
        self.replica(self.primary)
        self.url = f"redis://127.0.0.1:{self.primary.port}/0"

    def is_well(self):
        return self.writes(self.primary.port)


class Rotated(Alone):
    """Another password, and all connections cut; REDIS_URL_FILE says so 1 s later."""

    def start(self):
        super().start()
        self.passwords = ["one", "another"]
        self.file = self.folder / "redis-url"
        ask(self.primary.port, "CONFIG", "SET", "requirepass", "one")
        self._write("one")
        self.now = "one"

    def _write(self, password):
        self.file.write_text(f"redis://:{password}@127.0.0.1:{self.primary.port}/0\n")

    def settings(self):
        return {"REDIS_URL_FILE": str(self.file), "STORE_REPLICAS": str(self.replicas)}

    def fault(self):
        # The replica keeps its link, which needs no login any more.
        ask(self.primary.port, "CONFIG", "SET", "requirepass", "another", password="one")
        ask(self.primary.port, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes",
            password="another")
        threading.Timer(1, self._tell).start()

    def _tell(self):
        self._write("another")
        self.now = "another"

    def is_well(self):
        return self.now == "another" and self.writes(self.primary.port, password="another")


class Paused(Alone):
    """Redis stands still for 20 s (SIGSTOP), its connections open."""

    seconds = 30

    def fault(self):
        self.primary.signal(signal.SIGSTOP)
        threading.Timer(20, self.primary.signal, [signal.SIGCONT]).start()


class Late(Alone):
    """Each answer of Redis comes 300 ms late, for 10 s."""

    seconds = 16

    def start(self):
        super().start()
        self.relay = Relay(self.primary.port)
        self.url = f"redis://127.0.0.1:{self.relay.port}/0"

    def fault(self):
        self.relay.delay(0.3)
        threading.Timer(10, self._in_time).start()

    def _in_time(self):
        self.relay.delay(0.0)


SCENARIOS = {
    "sentinel-kill": SentinelKill,
    "sentinel-failover": SentinelFailover,
    "cluster-failover": ClusterFailover,
    "cluster-kill": ClusterKill,
    "demoted": Demoted,
    "rotated": Rotated,
    "paused": Paused,
    "late": Late,
}

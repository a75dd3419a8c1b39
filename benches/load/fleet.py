"""What a verification costs Redis: two instances on one server, and on a cluster of three."""

import asyncio
import re
import tempfile
from pathlib import Path

from fleet_redis import Alone, Cluster, ask
from fleet_traffic import Traffic

RATE = 200
FIGURES = ["total_commands_processed", "total_net_input_bytes", "total_net_output_bytes"]


class One(Alone):
    """One server, without a replica."""

    def start(self):
        self.primary = self.server()
        self.url = f"redis://127.0.0.1:{self.primary.port}/0"

    @property
    def primaries(self):
        return [self.primary]


class Three(Cluster):
    @property
    def primaries(self):
        return self.nodes[:3]


def fleet(bench, _logs):
    binary = bench.binary
    rows = ["| | Memory a begun session | a used one | Commands | Bytes to Redis | Bytes from Redis "
            "| Redis CPU | Instance CPU |", "|---|---|---|---|---|---|---|---|"]
    for name, scenario in [("one Redis", One), ("cluster of three", Three)]:
        with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
            rows.append(f"| {name} | {asyncio.run(measure(scenario, binary, Path(folder)))} |")
    return "\n".join(["a verification: begun by one instance, opened by the other", "", *rows])


async def measure(scenario, binary, folder):
    with scenario(folder, 0) as redis:
        async with Traffic(redis, binary, RATE, folder, instances=2) as traffic:
            empty = Figures(redis, traffic)
            await traffic.stock()
            count = traffic.begun
            begun = memory(redis)
            opened = await traffic.open_all()
            used = Figures(redis, traffic)
            if opened != count or traffic.seen.strange:
                raise AssertionError(f"{opened} of {count} opened: {traffic.seen.strange[:3]}")
            figures = [used[figure] - empty[figure] for figure in FIGURES]
            return " | ".join([
                f"{begun:.0f} B", f"{memory(redis):.0f} B",
                *(f"{figure / count:.1f}" for figure in figures),
                f"{(used.redis_cpu - empty.redis_cpu) / count * 1e6:.0f} µs",
                f"{(used.cpu - empty.cpu) / count * 1e6:.0f} µs"])


def memory(redis):
    """The mean of what keys of sessions take, in bytes."""
    port = redis.primaries[0].port
    keys = ask(port, "KEYS", "mv:s:*")[:50]
    return sum(int(ask(port, "MEMORY", "USAGE", key)) for key in keys) / len(keys)


class Figures(dict):
    """What the primaries tell of themselves, added up, and the processes' CPU time."""

    def __init__(self, redis, traffic):
        super().__init__()
        for figure in FIGURES:
            self[figure] = sum(
                int(re.search(rf"^{figure}:(\d+)", one.info("all"), re.MULTILINE)[1])
                for one in redis.primaries)
        self.redis_cpu = sum(one.cpu() for one in redis.primaries)
        self.cpu = sum(service.cpu() for service in traffic.services)

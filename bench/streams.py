"""What open streams cost: 250 at once on one worker, and an ordinary request beside them.

    python bench/streams.py [--database sqlite] [--streams 250] [--windows 18]

Three servers of one worker each have the same records. One serves by Granian's own WSGI, which has no streams; two as
`sidra serve` does, and one of these two has the streams open. The same GET of a record is asked of each in turn, window
by window, and the CPU of the worker is compared. Then records are changed, and it is timed until a stream tells of it:
changed by the worker that has the streams, and by another process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
from agents import CUSTOMERS, Agent
from crm import AFFILIATE, load, people_of
from databases import ROOT, Place, add_place, lent
from granian.constants import Interfaces
from granian.server import Server
from users import served

from sidra.affiliates.registry import Affiliates
from sidra.settings import Settings, load_settings
from sidra.web.patience import THREADS, Patient
from sidra.web.serving import Served

CUSTOMERS_LOADED = 2000
REQUESTS = 500
ACCOUNTS = 25
CHANGES = 60
PAUSE_SECONDS = 0.02
"""Between two streams that open: agents do not all come in the same instant."""
SETTLE_SECONDS = 3.0
REST_SECONDS = 20.0
"""Long enough for what is done each 15 and 20 seconds for open streams."""
MICROSECONDS = 1_000_000
P95 = 0.95


def serve_as_before() -> None:
    """Serve by Granian's own WSGI: what open streams could not be served with."""
    settings = load_settings(os.environ, ROOT)
    made = Served(Affiliates(settings), reloads=False)
    made.settle()

    def start() -> Any:  # noqa: ANN401 - a WSGI application
        made.renew()
        return Patient(made.application())

    given = {"address": "127.0.0.1", "port": settings.port, "interface": Interfaces.WSGI, "log_level": "error"}
    Server("-", blocking_threads=THREADS, backpressure=500, **given).serve(target_loader=start, wrap_loader=False)


@contextlib.contextmanager
def before(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Lend a server as it was before there were streams."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {
        "SIDRA_HOME": settings.home,
        "SIDRA_AFFILIATES": os.pathsep.join(map(str, settings.affiliates)),
        "SIDRA_BASELINE": settings.baseline,
        "SIDRA_DURABILITY": settings.durability,
        "SIDRA_PORT": port,
        **({} if settings.database is None else {"SIDRA_DATABASE": settings.database.url()}),
    }
    environment = {**{k: v for k, v in os.environ.items() if not k.startswith("SIDRA_")}}
    environment |= {name: str(value) for name, value in given.items()}
    command = [sys.executable, str(Path(__file__).resolve()), "--as-before"]
    with (
        (settings.home / "before.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            for _ in range(600):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield process, port
        finally:
            process.terminate()


def worker_of(server: int, port: int) -> int:
    """Return the process that answers: of the server's children, the one that used most of the processor for asking."""
    children = [int(one) for one in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    was = {child: processor(child) for child in children}
    Getter(port, "").get("/health", 50)
    return max(children, key=lambda child: processor(child) - was[child])


def processor(pid: int) -> float:
    """Return the seconds of the processor that all threads of a process have used."""
    return time.clock_gettime((~pid << 3) | 2)


class Getter:
    """One connection that is kept open."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def renew(self) -> None:
        """Begin another connection: the server gives up one that was silent for long."""
        self._connection.close()

    def get(self, address: str | Callable[[], str], times: int) -> float:
        """Ask so often; return the seconds that it took."""
        began = time.perf_counter()
        for _ in range(times):
            self._connection.request("GET", address if isinstance(address, str) else address(), headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            if answer.status not in {200, 503} or (answer.status == 503 and self._headers):  # noqa: PLR2004 - HTTP's own
                sys.exit(f"{answer.status} for {address}; the run is thrown away")
        return time.perf_counter() - began


class Listeners:
    """Streams that are open, in a loop of their own; each notes when it is told of which record."""

    def __init__(self) -> None:
        self.opened = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.told: dict[str, float] = {}
        self.held: list[Future[None]] = []

    async def listen(self, port: int, cookie: str, record: str) -> None:
        """Open one, and note what it tells."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self.writers.append(writer)
        address = f"/{AFFILIATE}/live?topic=record:customer:{record}"
        writer.write(f"GET {address} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"event: begin"):
                self.opened += 1
            elif line.startswith(b"data: {") and b"changed" in line:
                self.told[record] = time.perf_counter()


def latencies(port: int, token: str, records: list[str], told: dict[str, float], chance: Random) -> list[float]:
    """Return how long after each change's answer was asked for a stream told of it, in milliseconds."""
    found = []
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for record in records:
        connection.request("GET", f"{CUSTOMERS}/{record}", headers=headers)
        known = orjson.loads(connection.getresponse().read())
        told.pop(record, None)
        time.sleep(chance.uniform(0, 0.4))
        body = orjson.dumps({"segment": "silver" if known.get("segment") == "gold" else "gold"})
        began = time.perf_counter()
        connection.request("PATCH", f"{CUSTOMERS}/{record}", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own
            sys.exit(f"{answer.status} for a change; the run is thrown away")
        while record not in told and time.perf_counter() - began < 10:  # noqa: PLR2004 - seconds
            time.sleep(0.002)
        if record not in told:
            sys.exit("no stream told of a change; the run is thrown away")
        found.append((told[record] - began) * 1000)
    return found


def ratio(above: list[float], below: list[float]) -> float:
    """Return how two sides compare, each pair of windows by itself."""
    return round(statistics.median(one / other for one, other in zip(above, below, strict=True)), 3)


def spread(found: list[float]) -> dict[str, float]:
    """Return a distribution."""
    ordered = sorted(found)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * P95)], 1),
        "most": round(ordered[-1], 1),
    }


def threads(pid: int) -> int:
    """Return how many threads a process has."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


@dataclass(frozen=True)
class Side:
    """One of the servers, and how it is asked."""

    port: int
    worker: int
    """The process that answers."""
    getter: Getter

    def window(self, address: Callable[[], str]) -> float:
        """Return the microseconds of the worker's CPU that a GET took, and what the worker did besides meanwhile."""
        used = processor(self.worker)
        self.getter.get(address, REQUESTS)
        return (processor(self.worker) - used) / REQUESTS * MICROSECONDS


def at_rest(sides: dict[str, Side]) -> dict[str, float]:
    """Return the share of a core that each worker uses while nobody asks."""
    used, began = {name: processor(side.worker) for name, side in sides.items()}, time.perf_counter()
    time.sleep(REST_SECONDS)
    seconds = time.perf_counter() - began
    return {name: round((processor(side.worker) - used[name]) / seconds, 4) for name, side in sides.items()}


@contextlib.contextmanager
def lent_sides(settings: Settings, token: str) -> Iterator[dict[str, Side]]:
    """Lend the three servers."""
    with (
        before(settings) as (old, old_port),
        served(settings, 1) as (plain, plain_port),
        served(settings, 1) as (crowded, crowded_port),
    ):
        ports = {"before": (old, old_port), "without": (plain, plain_port), "beside": (crowded, crowded_port)}
        yield {
            name: Side(port, worker_of(server.pid, port), Getter(port, token)) for name, (server, port) in ports.items()
        }


def opened(port: int, agents: list[Agent], records: list[str]) -> Listeners:
    """Return as many streams as there are records, once all are open; each agent has as many as the others."""
    listeners, loop = Listeners(), asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    for number, record in enumerate(records):
        listen = listeners.listen(port, agents[number % len(agents)].cookie, record)
        # Nobody else holds it.
        listeners.held.append(asyncio.run_coroutine_threadsafe(listen, loop))
        time.sleep(PAUSE_SECONDS)
    end = time.monotonic() + 30
    while listeners.opened < len(records) and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(SETTLE_SECONDS)
    return listeners


def asked(sides: dict[str, Side], address: Callable[[], str], windows: int) -> dict[str, list[float]]:
    """Return what a GET took of each side's worker, window by window."""
    figures: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for side in sides.values():
        side.getter.renew()
    for number in range(windows):
        # Whoever comes first is another one each time: the machine is not as quick at each moment.
        for name in (*names[number % 3 :], *names[: number % 3]):
            figures[name].append(sides[name].window(address))
    return figures


def measured(place: Place, streams: int, windows: int) -> dict[str, object]:
    """Return what was measured."""
    settings, _ = load(place, CUSTOMERS_LOADED)
    affiliates, runtime = place.open(settings)
    agents = [Agent.of(runtime, f"bench{number}") for number in range(ACCOUNTS)]
    affiliates.close()
    people, chance = people_of(CUSTOMERS_LOADED), Random(1)
    records = [people.id("customer", number) for number in range(streams)]

    def address() -> str:
        return f"{CUSTOMERS}/{people.id('customer', chance.randrange(CUSTOMERS_LOADED))}"

    with lent_sides(settings, agents[0].token) as sides:
        for side in sides.values():
            side.getter.get(address, REQUESTS)
        alone = asked(sides, address, windows)
        idle = threads(sides["beside"].worker)
        listeners = opened(sides["beside"].port, agents, records)
        rest = at_rest(sides)
        figures = asked(sides, address, windows)
        open_threads = threads(sides["beside"].worker)
        chosen = chance.sample(records, min(CHANGES, streams))
        told = {
            place_of: spread(latencies(sides[side].port, agents[0].token, chosen, listeners.told, chance))
            for place_of, side in (("same process", "beside"), ("another process", "without"))
        }
    return {
        "database": place.kind,
        "streams": listeners.opened,
        "threads": {"without": idle, "with": open_threads},
        "get, CPU µs": {name: round(statistics.median(found), 1) for name, found in figures.items()},
        "at rest, share of a core": rest,
        "ratios": {
            "now ÷ before": ratio(figures["without"], figures["before"]),
            "beside ÷ without": ratio(figures["beside"], figures["without"]),
            "the same two before streams were open": ratio(alone["beside"], alone["without"]),
        },
        "ms until told": told,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "sqlite")
    parser.add_argument("--streams", type=int, default=250)
    parser.add_argument("--windows", type=int, default=18)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    with lent(given.database, given.at) as place:
        found = measured(place, given.streams, given.windows)
    print(json.dumps(found, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    serve_as_before() if "--as-before" in sys.argv else main()

"""What users wait: so many agents at once, each asking, reading for a while, and asking again.

    python bench/users.py [--database postgresql] [--customers 10000000] [--users 250] [--seconds 120] [--at FOLDER]

What is loaded is kept in the folder `--at`, and found there the next time. `sidra serve` runs as in operation: two
workers, the database on the same machine. The users are another process; each thinks for a time of chance, ten seconds
in the mean, and then asks for the view all around a customer, a list, a search, a new interaction or another severity
of a ticket. Any answer that is no 2xx is an error, and with one the run is thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from agents import API, READS, WRITES, Agent, Asked
from crm import People, load, people_of
from databases import ROOT, Place, add_place, lent

from sidra.settings import Settings

SHARES = {"360": 35, "list": 20, "search": 20, "interaction": 15, "ticket": 10}
MAKERS = {**READS, **WRITES}
THINKING_SECONDS = 10.0
START_SECONDS = 60
ACCOUNTS = 10
P95 = 0.95


@dataclass
class Told:
    """How long each answer took, by what was asked, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class Browser:
    """One connection that is kept open."""

    def __init__(self, port: int, agent: Agent) -> None:
        self._port, self._agent = port, agent
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, asked: Asked) -> int:
        """Return the status of an answer that was read whole."""
        if self._streams is None or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        is_api = asked.address.startswith(API)
        who = f"Authorization: Bearer {self._agent.token}" if is_api else f"Cookie: {self._agent.cookie}"
        lines = [f"{asked.method} {asked.address} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", who]
        if asked.body:
            lines += [f"Content-Type: {asked.kind}", f"Content-Length: {len(asked.body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + asked.body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if "content-length:" in head:
            await reader.readexactly(int(head.partition("content-length:")[2].split("\r\n")[0]))
        elif "chunked" in head:
            while size := int((await reader.readline()).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        return int(head.split(" ", 2)[1])


async def user(browser: Browser, people: People, told: Told, until: float, chance: random.Random) -> None:
    """Ask, read, and ask again."""
    await asyncio.sleep(chance.uniform(0, THINKING_SECONDS))
    while time.monotonic() < until:
        (name,) = chance.choices(list(SHARES), list(SHARES.values()))
        asked = MAKERS[name](people, chance)
        began = time.perf_counter()
        try:
            status = await browser.ask(asked)
        except (OSError, asyncio.IncompleteReadError) as error:
            told.errors.append(f"{name}: {type(error).__name__}")
        else:
            told.seconds.setdefault(name, []).append(time.perf_counter() - began)
            if not 200 <= status < 300:  # noqa: PLR2004 - what is good in HTTP
                told.errors.append(f"{name}: {status}")
        await asyncio.sleep(chance.expovariate(1 / THINKING_SECONDS))


async def crowd(port: int, people: People, agents: list[Agent], users: int, seconds: float) -> Told:
    """Let all users work for a while."""
    told, until = Told(), time.monotonic() + seconds
    await asyncio.gather(
        *(
            user(Browser(port, agents[number % len(agents)]), people, told, until, random.Random(number))
            for number in range(users)
        )
    )
    return told


@contextlib.contextmanager
def served(settings: Settings, workers: int = 2):  # noqa: ANN201 - a context of a process and its port
    """Lend a running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {
        "SIDRA_HOME": settings.home,
        "SIDRA_AFFILIATES": os.pathsep.join(map(str, settings.affiliates)),
        "SIDRA_BASELINE": settings.baseline,
        "SIDRA_DURABILITY": settings.durability,
        "SIDRA_WORKERS": workers,
        "SIDRA_PORT": port,
        **({} if settings.database is None else {"SIDRA_DATABASE": settings.database.url()}),
    }
    environment = {**os.environ, **{name: str(value) for name, value in given.items()}}
    command = [str(Path(sys.executable).parent / "sidra"), "serve"]
    with (
        (settings.home / "serve.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True) as process,
    ):
        try:
            _wait(process, port, settings.home / "serve.log")
            yield process, port
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit(f"the server does not start: {log.read_text(encoding='utf-8', errors='replace')[-1000:]}")


def measured(place: Place, customers: int, users: int, seconds: float) -> dict[str, object]:
    """Return what the users waited."""
    settings, _ = load(place, customers)
    affiliates, runtime = place.open(settings)
    agents = [Agent.of(runtime, f"bench{number}") for number in range(ACCOUNTS)]
    affiliates.close()
    people = people_of(customers)
    with served(settings) as (_, port):
        # Each worker compiles what it is asked for first; that is not what users wait for every day.
        asyncio.run(crowd(port, people, agents, 20, THINKING_SECONDS * 2))
        told = asyncio.run(crowd(port, people, agents, users, seconds))
    if told.errors:
        sys.exit(f"{len(told.errors)} errors, of which {told.errors[:3]}; the run is thrown away")
    every = [one for found in told.seconds.values() for one in found]
    return {
        "p95": round(_p95(every)),
        "p50": round(statistics.median(every) * 1000),
        "by request": {name: round(_p95(found)) for name, found in told.seconds.items()},
        "requests": len(every),
        "errors": len(told.errors),
        "users": users,
        "customers": customers,
        "database": place.kind,
    }


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * P95)] * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "postgresql")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--users", type=int, default=250)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    with lent(given.database, given.at) as place:
        found = measured(place, given.customers, given.users, given.seconds)
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()

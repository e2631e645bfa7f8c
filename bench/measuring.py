"""What every benchmark measures with: CPU of a request, in windows that alternate between the sides, and medians."""

from __future__ import annotations

import io
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from customers import SEGMENTS, camel, new_customer, some_filter

OPERATIONS = ("get", "list", "create", "patch")
WINDOWS = 21
REQUESTS = {"get": 400, "list": 40, "create": 150, "patch": 150}
GOOD = {"get": ("200",), "list": ("200", "206"), "create": ("200", "201"), "patch": ("200",)}
MICROSECONDS = 1_000_000
NANOSECONDS = 1_000_000_000

Environ = dict[str, Any]
# What a JSON text says.
Json = Any
Figures = dict[str, float]


@dataclass
class Processor:
    """The CPU seconds of this process, and of what a database server does for it."""

    postmaster: int | None = None
    _ours: dict[str, bool] = field(default_factory=dict)
    _spent: dict[str, int] = field(default_factory=dict)

    def seconds(self) -> float:
        """Return what was used so far."""
        return time.process_time() + self.server_seconds()

    def server_seconds(self) -> float:
        """Return what the connections' processes of the server have used so far."""
        if self.postmaster is None:
            return 0.0
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text(encoding="ascii").split()
        for child in children:
            if self._is_ours(child):
                # What a connection has used counts on when it is closed.
                self._spent[child] = max(_nanoseconds(child), self._spent.get(child, 0))
        return sum(self._spent.values()) / NANOSECONDS

    def _is_ours(self, process: str) -> bool:
        found = self._ours.get(process)
        if found is None:
            title = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ")
            # `postgres: role database [local] idle`; those that serve nobody name what they do.
            found = self._ours[process] = b"[local]" in title or b"127.0.0.1" in title
        return found


def _nanoseconds(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0])
    except FileNotFoundError:
        return 0


@dataclass
class Side:
    """One application and how it is asked."""

    name: str
    app: Callable[..., Any]
    ids: Sequence[str]
    collection: str
    listing: str
    """The newest first, as this side says it."""
    camel: bool
    token: str = ""
    masked: str = ""
    """The attribute that this side shows masked, and so does not take."""
    tail: str = ""
    """What follows an id in an address."""

    def environ(self, method: str, path: str, query: str = "", body: object = None) -> Environ:
        """What a WSGI server hands over."""
        raw = b"" if body is None else orjson.dumps(body)
        environ: Environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(raw),
        }
        if raw:
            environ |= {"CONTENT_LENGTH": str(len(raw)), "CONTENT_TYPE": "application/json"}
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        return environ

    def requests(self, operation: str, seed: int) -> Iterator[Environ]:
        """As many different requests as a window takes, the same for every side."""
        chance = random.Random(seed)
        for number in range(REQUESTS[operation]):
            one = f"{self.collection}/{self.ids[chance.randrange(len(self.ids))]}{self.tail}"
            match operation:
                case "get":
                    yield self.environ("GET", one)
                case "list":
                    query = f"{some_filter(chance)}&sort={self.listing}"
                    # The others count all that match; the runtime stops at 10,000 unless it is asked to.
                    yield self.environ("GET", self.collection + self.tail, query) | {"HTTP_PREFER": "count=exact"}
                case "create":
                    body = self.named(new_customer(chance, number))
                    yield self.environ("POST", self.collection + self.tail, body=body)
                case "patch":
                    change = {"credit_score": chance.randrange(900), "segment": chance.choice(SEGMENTS)}
                    yield self.environ("PATCH", one, body=self.named(change))

    def named(self, values: dict[str, object]) -> dict[str, object]:
        """The values by the names that this side gives them."""
        taken = {name: value for name, value in values.items() if name != self.masked}
        return {camel(name): value for name, value in taken.items()} if self.camel else taken

    def window(self, operation: str, seed: int, processor: Processor) -> float:
        """CPU microseconds of one request, over one window."""
        prepared = list(self.requests(operation, seed))
        statuses: list[str] = []

        def start(status: str, *_: object) -> None:
            statuses.append(status)

        began = processor.seconds()
        for environ in prepared:
            for _ in self.app(environ, start):
                pass
        spent = processor.seconds() - began
        wrong = [status for status in statuses if status[:3] not in GOOD[operation]]
        if wrong or len(statuses) != len(prepared):
            sys.exit(f"{self.name} {operation}: {wrong[:3]}; the run is thrown away")
        return spent * MICROSECONDS / len(prepared)

    def answer(self, method: str, path: str, query: str = "", body: object = None) -> Json:
        """The JSON of one answer."""
        return orjson.loads(b"".join(self.app(self.environ(method, path, query, body), lambda *_: None)))


def medians(sides: Sequence[Side], processor: Processor, windows: int = WINDOWS) -> dict[str, Figures]:
    """Median CPU microseconds of a request, by side and operation."""
    for side, operation in itertools.product(sides, OPERATIONS):
        side.window(operation, 0, processor)
    spent: dict[tuple[str, str], list[float]] = {}
    for operation, number in itertools.product(OPERATIONS, range(1, windows + 1)):
        # Whoever comes first in a round finds the processor's caches as the last one left them.
        for side in (*sides[number % len(sides) :], *sides[: number % len(sides)]):
            spent.setdefault((side.name, operation), []).append(side.window(operation, number, processor))
    return {
        side.name: {operation: statistics.median(spent[side.name, operation]) for operation in OPERATIONS}
        for side in sides
    }


def ratios(above: Mapping[str, float], below: Mapping[str, float]) -> Figures:
    """One median ÷ another, by operation."""
    return {operation: round(above[operation] / below[operation], 3) for operation in OPERATIONS}

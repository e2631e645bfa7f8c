"""Outside systems that are played: deterministic answers from a key, with delays and failures that can be switched."""

from __future__ import annotations

import datetime
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from sidra_metamodel.kinds.simulator import Answer, Made, Simulator

CONTROL = "/_control"
WHOLE = 100
MONTHS = 12
MAX_CONTROL = 4096
LONGEST_DELAY = 60.0
LOOPBACK = "127.0.0.1"
NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Behaviour:
    """How a played system behaves now; starts as its document says, and a test switches it while it runs."""

    delay: float = 0.0
    failing: int = 0
    garbage: str = ""
    """Answered instead of JSON."""


def chance(*parts: object) -> int:
    """A number that follows from its parts alone, on every machine."""
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:8], "big")


def month_of(today: datetime.date, back: int) -> datetime.date:
    """The first day of a month so many before this one."""
    months = today.year * MONTHS + today.month - 1 - back
    return datetime.date(months // MONTHS, months % MONTHS + 1, 1)


def made(words: Made, key: str, row: int, today: datetime.date) -> Any:  # noqa: ANN401 - JSON
    """One value for a key and a row, which count from 0, the newest first."""
    month = month_of(today, row)
    if words.among:
        place = min(row, len(words.among) - 1) if words.in_turn else chance(key, words.name, row) % len(words.among)
        return words.among[place]
    if words.least is not None and words.most is not None:
        step = Decimal(str(words.step))
        steps = int((Decimal(str(words.most)) - Decimal(str(words.least))) / step)
        number = Decimal(str(words.least)) + step * (chance(key, words.name, row) % (steps + 1))
        return int(number) if number == number.to_integral_value() else float(number)
    if words.day is not None:
        return (month + datetime.timedelta(days=words.day - 1)).isoformat()
    text = words.text or ""
    known = {"key": key, "n": str(row + 1), "month": f"{month:%Y-%m}"}
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def answered(words: Answer, key: str, today: datetime.date) -> Any:  # noqa: ANN401 - JSON
    """What is answered for a key: an object, or a list of them."""
    if words.rows is None:
        return _object(words, key, 0, today)
    return [_object(words, key, row, today) for row in range(words.rows)]


def camel_case(name: str) -> str:
    """A name as other systems write it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _object(words: Answer, key: str, row: int, today: datetime.date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in words.of.items():
        *outer, last = map(camel_case, name.split("__"))
        place = found
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = made(each, key, row, today)
    return found


class Played:
    """One system of one affiliate."""

    def __init__(self, words: Simulator) -> None:
        delay = words.delay.total_seconds() if words.delay is not None else 0.0
        self.behaviour = Behaviour(delay, words.failing)
        self._words = words
        self._calls = 0

    def answer(self, path: str, query: Mapping[str, list[str]], today: datetime.date) -> tuple[int, bytes]:
        """The status and the body for a request."""
        self._calls += 1
        behaviour = self.behaviour
        time.sleep(behaviour.delay)
        if chance("fails", self._calls) % WHOLE < behaviour.failing:
            return 503, b'{"code": "busy"}'
        if behaviour.garbage:
            return 200, behaviour.garbage.encode()
        words = next((each for each in self._words.answers.values() if each.path == path), None)
        key = query.get(words.key, [""])[0] if words is not None else ""
        if words is None or not key:
            return 404, b'{"code": "not found"}'
        return 200, orjson.dumps(answered(words, key, today))

    def switch(self, wanted: Mapping[str, Any]) -> None:
        """Behave otherwise from now on; raises ValueError or TypeError for what cannot be."""
        delay = float(wanted.get("delay", self.behaviour.delay))
        failing = int(wanted.get("failing", self.behaviour.failing))
        if not (0 <= delay <= LONGEST_DELAY and 0 <= failing <= WHOLE):
            raise ValueError("a delay or a share that cannot be")
        self.behaviour = Behaviour(delay, failing, str(wanted.get("garbage", self.behaviour.garbage)))


class Simulation(ThreadingHTTPServer):
    """All played systems, below `/<affiliate>/<simulator>`, on this machine alone."""

    daemon_threads = True

    def __init__(
        self, systems: Mapping[tuple[str, str], Simulator], variables: Mapping[str, str] = NO_VARIABLES, port: int = 0
    ) -> None:
        """port: 0 for a free one. Raises OSError where it is taken.

        variables: the simulators that connectors are led to, by the variables of the environment that lead there.
        """
        self.variables = variables
        self.systems = {key: Played(words) for key, words in systems.items()}
        super().__init__((LOOPBACK, port), Handler)

    @property
    def address(self) -> str:
        """Where it is, without a path."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def begin(self) -> threading.Thread:
        """Serve in a thread of this process."""
        thread = threading.Thread(target=self.serve_forever, name="simulation", daemon=True)
        thread.start()
        return thread


class Handler(BaseHTTPRequestHandler):
    """One request to a played system."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    server: Simulation

    def do_GET(self) -> None:
        """Answer as the system would."""
        played, path, query = self._played()
        if played is None:
            self._send(404, b'{"code": "no such system"}')
            return
        self._send(*played.answer(path, query, datetime.datetime.now(datetime.UTC).date()))

    def do_POST(self) -> None:
        """Behave otherwise from now on: delay in seconds, failing in hundredths, garbage."""
        played, path, _ = self._played()
        told = self.headers.get("Content-Length") or ""
        length = int(told) if told.isascii() and told.isdigit() else 0
        content = self.rfile.read(min(length, MAX_CONTROL))
        if length > MAX_CONTROL:
            # What is left of it is no request.
            self.close_connection = True
        if played is None or path != CONTROL:
            self._send(404, b'{"code": "not found"}')
            return
        try:
            played.switch(orjson.loads(content))
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
            self._send(400, b'{"code": "bad"}')
            return
        self._send(200, b"{}")

    def _played(self) -> tuple[Played | None, str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        affiliate, _, rest = parts.path.removeprefix("/").partition("/")
        name, slash, path = rest.partition("/")
        return self.server.systems.get((unquote(affiliate), unquote(name))), slash + path, parse_qs(parts.query)

    def _send(self, status: int, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            # Whoever asked did not wait; a system that is played must not end by that.
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked for may name a person."""

"""What the generic runtime costs: CPU of a request ÷ that of the same endpoint written by hand, and of its features.

    python bench/tax.py [--rows 200000] [--json]

Both applications run in this process on SQLite with the same settings, columns and indexes. Windows alternate (A B A B)
and medians are compared, so that a slow minute of the machine slows both. Any answer that is no 2xx ends the run.
The hand-written endpoint is `hand.py` in BENCH_SHARED, by default `../shared/perf` beside the project.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import io
import itertools
import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.identifiers import new_id
from sidra.web.api import ApiVisit
from sidra.web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BENCH_SHARED", ROOT.parent / "shared" / "perf"))
OPERATIONS = ("get", "list", "create", "patch")
WINDOWS = 21
REQUESTS = {"get": 400, "list": 40, "create": 150, "patch": 150}
STATUS = {"get": ("200",), "list": ("200", "206"), "create": ("200", "201"), "patch": ("200",)}
TIMED = 1_000_000

Environ = dict[str, Any]
Json = Any


class Silent:
    """No audit: what the hand-written endpoint has."""

    def write(self, connection: object, event: object) -> None:
        """Keep nothing."""


class BareVisit(ApiVisit):
    """A request without sign-in: what the hand-written endpoint takes."""

    # In the place of what looks them up.
    visitor = actor = Actor("bench", "bench", frozenset({"client"}))


@dataclass
class Side:
    """One application and how it is asked."""

    name: str
    app: Callable[..., Any]
    ids: list[str]
    collection: str
    listing: str
    camel: bool
    token: str = ""
    masked: str = ""
    """The attribute that this side shows masked, and so does not take."""

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
            one = f"{self.collection}/{self.ids[chance.randrange(len(self.ids))]}"
            match operation:
                case "get":
                    yield self.environ("GET", one)
                case "list":
                    where = f"affiliate={chance.choice(AFFILIATES)}&status={chance.choice(STATUSES)}"
                    query = f"{where}&limit={chance.choice((20, 21, 22))}&sort={self.listing}"
                    # The hand-written one counts all that match; the runtime stops at 10,000 unless it is asked to.
                    yield self.environ("GET", self.collection, query) | {"HTTP_PREFER": "count=exact"}
                case "create":
                    yield self.environ("POST", self.collection, body=self.named(new_customer(chance, number)))
                case "patch":
                    change = {"credit_score": chance.randrange(900), "segment": chance.choice(SEGMENTS)}
                    yield self.environ("PATCH", one, body=self.named(change))

    def named(self, values: dict[str, object]) -> dict[str, object]:
        """The values by the names that this side gives them."""
        return {camel(name): value for name, value in values.items() if name != self.masked} if self.camel else values

    def window(self, operation: str, seed: int) -> float:
        """CPU microseconds of one request, over one window."""
        prepared = list(self.requests(operation, seed))
        statuses: list[str] = []

        def start(status: str, headers: object) -> None:
            del headers
            statuses.append(status)

        began = time.process_time()
        for environ in prepared:
            for _ in self.app(environ, start):
                pass
        spent = time.process_time() - began
        wrong = [status for status in statuses if status[:3] not in STATUS[operation]]
        if wrong or len(statuses) != len(prepared):
            sys.exit(f"{self.name} {operation}: {wrong[:3]}; the run is thrown away")
        return spent * TIMED / len(prepared)

    def answer(self, method: str, path: str, query: str = "") -> Json:
        """The JSON of one answer."""
        return orjson.loads(b"".join(self.app(self.environ(method, path, query), lambda *_: None)))


def camel(name: str) -> str:
    """The name as the API writes it."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


AFFILIATES, STATUSES = ("FR", "ES", "PL"), ("active", "suspended", "prospect", "closed")
SEGMENTS = ("mass", "premium", "youth", "senior", "soho")


def new_customer(chance: random.Random, number: int) -> dict[str, object]:
    """A body for a create."""
    return {
        "affiliate": chance.choice(AFFILIATES),
        "status": "active",
        "segment": chance.choice(SEGMENTS),
        "given_name": "Awa",
        "family_name": f"Ndiaye{number}",
        "email": f"awa.{number}@example.org",
        "phone": f"+33{number:09d}",
        "birth_date": "1990-05-17",
        "credit_score": chance.randrange(900),
        "marketing_consent": True,
    }


OWN_COLUMNS = ", created_by text DEFAULT 'bench', updated_by text DEFAULT 'bench', unit text)"
"""What the runtime's table has beside those of the hand-written one: the latter fills them too."""


def hand(folder: Path, rows: int) -> Side:
    """The endpoint written by hand, on its own database."""
    sys.path.insert(0, str(SHARED))
    seed = importlib.import_module("seed")
    connection = sqlite3.connect(folder / "hand.db")
    connection.execute("PRAGMA journal_mode=WAL")
    types = {"pk": "integer primary key", "date": "date", "boo": "boolean", "f": "0", "ts": "datetime"}
    connection.execute(seed.DDL.format(**types).removesuffix(")") + OWN_COLUMNS)
    # The runtime's table has these for its lists; both sides fill them row by row, since one that is made of all rows
    # at once is packed as none is that has been in use.
    connection.execute(seed.IDX)
    for columns in ("created_at, id", "affiliate, created_at, id", "status, created_at, id"):
        name = columns.replace(", ", "_")
        connection.execute(f"CREATE INDEX ix_{name} ON customer ({columns})")
    places = ",".join("?" * len(seed.COLS))
    names = ",".join(seed.COLS)
    connection.executemany(f"INSERT INTO customer ({names}) VALUES ({places})", seed.rows(rows))
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    os.environ |= {"APP": "pyraw", "DB": f"sqlite:///{folder / 'hand.db'}"}
    endpoint = importlib.import_module("hand")
    # The runtime's settings, where they are not those that the endpoint chooses itself.
    for pragma in ("wal_autocheckpoint=4000", "temp_store=MEMORY", "cache_size=-65536"):
        endpoint.conn().execute(f"PRAGMA {pragma}")
    return Side(
        "hand", endpoint.app, [str(number) for number in range(1, rows + 1)], "/customer", "-created_at", camel=False
    )


def generic(folder: Path, name: str, rows: int) -> Side:
    """The runtime on an affiliate of `bench/tax`: `bare`, with `features`, or with those and `search`."""
    here, is_bare = ROOT / "bench" / "tax", name == "bare"
    settings = Settings(
        home=folder / name,
        affiliates=(here / name,),
        baseline=here / "baseline",
        durability="normal",
        log_level="error" if is_bare else "info",
    )
    affiliates = Affiliates(settings)
    (affiliate,) = affiliates.names
    runtime = affiliates.get(affiliate)
    if runtime is None:
        state = affiliates.state(affiliate)
        sys.exit(f"bench/tax is not served: {[str(found) for found in state.diagnostics] if state else ''}")
    ids = fill(runtime, rows)
    path = f"/{affiliate}/tmf-api/customer/v4/customer"
    if is_bare:
        runtime.__dict__["audit"] = Silent()
        app = create_app(settings, affiliates)
        app.execution_policy.gateway.visit = BareVisit
        return Side(name, app, ids, path, "-createdAt", camel=True, token="none")
    token = Entrance.of(affiliate, runtime.store).tokens.issue("client")
    return Side(
        name, create_app(settings, affiliates), ids, path, "-createdAt", camel=True, token=token, masked="email"
    )


def fill(runtime: Runtime, rows: int) -> list[str]:
    """The ids of as many customers as the hand-written endpoint has, the same ones, readable by every role."""
    seed = importlib.import_module("seed")
    compiled, ids = runtime.entity("customer"), []
    with runtime.store.writing() as connection:
        for row in itertools.islice(seed.rows(rows), rows):
            values = dict(zip(seed.COLS, row, strict=True))
            values["id"] = new_id(int(values["id"]))
            for name in ("created_at", "updated_at"):
                values[name] = datetime.datetime.fromisoformat(values[name])
            values["birth_date"] = datetime.date.fromisoformat(values["birth_date"])
            ids.append(values["id"])
            compiled.insertion.run(connection, {**compiled.blank, **values})
        connection.execute("ANALYZE")
    # The other side closed its connection, which does the same.
    with runtime.store.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ids


def same(sides: list[Side]) -> None:
    """End the run where two sides do not say the same of the same customer."""
    names = ["affiliate", "status", "segment", "given_name", "family_name", "phone", "credit_score"]
    for number in (0, len(sides[0].ids) // 2):
        told = [
            {name: found.get(camel(name) if side.camel else name) for name in names}
            for side in sides
            for found in [side.answer("GET", f"{side.collection}/{side.ids[number]}")]
        ]
        if any(one != told[0] for one in told):
            sys.exit(f"the sides differ: {told}")


def visible(side: Side) -> None:
    """Keep the customers that the role with row rules may see."""
    found = []
    for one in side.ids[:4000]:
        answer = side.answer("GET", f"{side.collection}/{one}")
        if "affiliate" in answer:
            found.append(one)
    side.ids = found


def measured(sides: list[Side]) -> dict[str, dict[str, float]]:
    """Median CPU microseconds of a request, by side and operation."""
    for side, operation in itertools.product(sides, OPERATIONS):
        side.window(operation, seed=0)
    spent: dict[tuple[str, str], list[float]] = {}
    for operation, number in itertools.product(OPERATIONS, range(1, WINDOWS + 1)):
        for side in sides:
            spent.setdefault((side.name, operation), []).append(side.window(operation, number))
    return {
        side.name: {operation: statistics.median(spent[side.name, operation]) for operation in OPERATIONS}
        for side in sides
    }


def ratios(above: dict[str, float], below: dict[str, float]) -> dict[str, float]:
    """One median ÷ another, by operation."""
    return {operation: round(above[operation] / below[operation], 3) for operation in OPERATIONS}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000, help="customers in each database")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    if not (SHARED / "hand.py").is_file():
        sys.exit("no hand-written endpoint: set BENCH_SHARED to the folder that has hand.py")
    sys.stderr = open(os.devnull, "w") if given.json else sys.stderr  # noqa: SIM115, PTH123 - for the whole run
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sides = [hand(place, given.rows)]
        sides += (generic(place, name, given.rows) for name in ("bare", "features", "search"))
        same(sides[:2])
        for side in sides[2:]:
            visible(side)
        medians = measured(sides)
    result = {
        "ratios": ratios(medians["bare"], medians["hand"]),
        "features": ratios(medians["features"], medians["bare"]),
        "search": ratios(medians["search"], medians["bare"]),
        "microseconds": {name: {op: round(value, 1) for op, value in row.items()} for name, row in medians.items()},
        "rows": given.rows,
    }
    print(json.dumps(result) if given.json else json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

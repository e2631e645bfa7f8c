"""The runtime as the benchmarks ask it, and the endpoint without features that is written by hand."""

from __future__ import annotations

import importlib
import os
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import by_hand
import psycopg
from by_hand_storage import Postgresql, Sqlite
from customers import rows
from databases import ROOT, Place
from measuring import Side
from rest import application

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.identifiers import new_id
from sidra.web.api import ApiVisit
from sidra.web.app import create_app

SHARED = Path(os.environ.get("BENCH_SHARED", ROOT.parent / "shared" / "perf"))
HERE = ROOT / "bench" / "tax"
COLUMNS = [
    "id",
    "affiliate",
    "status",
    "segment",
    "given_name",
    "family_name",
    "email",
    "phone",
    "birth_date",
    "credit_score",
    "marketing_consent",
    "created_at",
    "updated_at",
    "version",
]
TABLE = (
    "CREATE TABLE customer(id {key}, affiliate varchar(8) NOT NULL, status varchar(16) NOT NULL, segment varchar(16), "
    "given_name varchar(80), family_name varchar(80) NOT NULL, email varchar(200), phone varchar(32), birth_date date, "
    "credit_score integer, marketing_consent boolean NOT NULL DEFAULT {no}, created_at {moment} NOT NULL, "
    "updated_at {moment} NOT NULL, version integer NOT NULL DEFAULT 1, "
    # What the runtime's table has beside those of the endpoint: it fills them too.
    "created_by text DEFAULT 'bench', updated_by text DEFAULT 'bench', unit text)"
)
INDEXES = ("affiliate, status, created_at, id", "created_at, id", "affiliate, created_at, id", "status, created_at, id")
"""As the runtime's table has them, for its lists."""


class Silent:
    """No audit and no outbox: what the endpoint without features has."""

    def write(self, *_: object) -> None:
        """Keep nothing."""

    def wake(self) -> None:
        """Wake nobody."""


class BareVisit(ApiVisit):
    """A request without sign-in: what the endpoint without features takes."""

    # In the place of what looks them up.
    visitor = actor = Actor("bench", "bench", frozenset({"client"}))


@dataclass
class Served:
    """The runtime on an affiliate of `bench/tax`."""

    settings: Settings
    affiliates: Affiliates
    runtime: Runtime
    ids: list[str]

    @property
    def path(self) -> str:
        """The address of the customers."""
        return f"/{self.runtime.affiliate}/tmf-api/customer/v4/customer"

    def side(self, name: str, *, is_bare: bool = False) -> Side:
        """Return the side that asks it: with a token, or without any feature."""
        # The endpoint without features logs nothing.
        settings = replace(self.settings, log_level="warning") if is_bare else self.settings
        app = create_app(settings, self.affiliates)
        if is_bare:
            self.runtime.__dict__ |= {"audit": Silent(), "outbox": Silent()}
            app.execution_policy.gateway.visit = BareVisit
            return Side(name, app, self.ids, self.path, "-createdAt", camel=True, token="none")
        return Side(name, app, self.ids, self.path, "-createdAt", camel=True, token=self.token(), masked="email")

    def token(self) -> str:
        """Return a new token of the role that sees some customers, with a masked attribute."""
        return Entrance.of(self.runtime.affiliate, self.runtime.store).tokens.issue("client")


def served(place: Place, name: str, count: int, *, overlay: Path | None = None, baseline: Path | None = None) -> Served:
    """Return the runtime with as many customers, on an affiliate of `bench/tax` or another one."""
    settings = place.settings(
        f"b_{name}", overlay or HERE / name, baseline or HERE / "baseline", SIDRA_LOG_LEVEL="info", SIDRA_PLUGINS=""
    )
    affiliates, runtime = place.open(settings)
    ids = fill(runtime, count)
    place.settle(runtime)
    return Served(settings, affiliates, runtime, ids)


def fill(runtime: Runtime, count: int) -> list[str]:
    """Write customers, readable by every role; return their ids."""
    compiled, ids = runtime.entity("customer"), []
    with runtime.store.writing() as connection:
        for row in rows(count):
            row["id"] = new_id(int(str(row.pop("number"))))
            ids.append(str(row["id"]))
            compiled.insertion.run(connection, {**compiled.blank, **row})
    return ids


def hand(place: Place, count: int) -> Side | None:
    """Return the endpoint without features, on its own table; None where there is no `hand.py`."""
    if not (SHARED / "hand.py").is_file():
        return None
    address = _hand_sqlite(place, count) if place.server is None else _hand_postgresql(place, count)
    os.environ |= {"APP": "pyraw", "DB": address}
    sys.path.insert(0, str(SHARED))
    endpoint = importlib.import_module("hand")
    if place.server is None:
        # The runtime's settings, where they are not those that the endpoint chooses itself.
        for pragma in ("wal_autocheckpoint=4000", "temp_store=MEMORY", "cache_size=-65536"):
            endpoint.conn().execute(f"PRAGMA {pragma}")
    ids = [str(number) for number in range(1, count + 1)]
    return Side("hand", endpoint.app, ids, "/customer", "-created_at", camel=False)


def _values(count: int, *, is_text: bool) -> Iterable[list[Any]]:
    for row in rows(count):
        row["id"] = row["number"]
        if is_text:
            row |= {name: str(row[name]).replace(" ", "T") for name in ("created_at", "updated_at")}
            row["birth_date"] = str(row["birth_date"])
        yield [row[name] for name in COLUMNS]


def _hand_sqlite(place: Place, count: int) -> str:
    file = place.folder / "hand.db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(TABLE.format(key="integer primary key", no="0", moment="datetime"))
    for columns in INDEXES:
        connection.execute(f"CREATE INDEX ix_{columns.replace(', ', '_')} ON customer ({columns})")
    places = ",".join("?" * len(COLUMNS))
    # Row by row: an index that is made of all rows at once is packed as none is that has been in use.
    connection.executemany(
        f"INSERT INTO customer ({','.join(COLUMNS)}) VALUES ({places})", _values(count, is_text=True)
    )
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    return f"sqlite:///{file}"


def _hand_postgresql(place: Place, count: int) -> str:
    assert place.server is not None
    place.server.execute("CREATE DATABASE hand")
    url = place.server.url("hand")
    with psycopg.connect(url, autocommit=True) as connection:
        key = "bigint primary key generated by default as identity"
        connection.execute(TABLE.format(key=key, no="false", moment="timestamptz"))
        for columns in INDEXES:
            connection.execute(f"CREATE INDEX ON customer ({columns})")
        with connection.cursor().copy(f"COPY customer ({','.join(COLUMNS)}) FROM STDIN") as copy:
            for row in _values(count, is_text=False):
                copy.write_row(row)
        connection.execute(f"SELECT setval(pg_get_serial_sequence('customer', 'id'), {count})")
        connection.execute("VACUUM ANALYZE customer")
    return url


def visible(side: Side, needed: int = 1000) -> None:
    """Keep the customers that the role with a rule on rows may see."""
    found: list[str] = []
    for one in side.ids:
        if len(found) == needed:
            break
        answer = side.answer("GET", f"{side.collection}/{one}{side.tail}")
        if "affiliate" in answer:
            found.append(one)
    side.ids = found


def hand_with_features(place: Place, count: int) -> Side:
    """Return the endpoint with all features that is written by hand, on tables that the runtime has made and filled."""
    made = served(place, "byhand", count, overlay=HERE / "features")
    where = place.login(made.settings)
    storage = Sqlite(where) if place.server is None else Postgresql(where)
    app = by_hand.application(storage, made.runtime.affiliate)
    return Side("by hand", app, made.ids, made.path, "-createdAt", camel=True, token=made.token(), masked="email")


def rest(place: Place, count: int) -> Side:
    """Return the endpoint with Django REST framework, on tables that the runtime has made and filled."""
    made = served(place, "rest", count, overlay=HERE / "features")
    app = application(place.login(made.settings))
    return Side(
        "rest", app, made.ids, "/customer", "-created_at", camel=False, token=made.token(), masked="email", tail="/"
    )

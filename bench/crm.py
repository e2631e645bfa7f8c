"""A CRM of any size, the same at each run: customers with their person, account, tickets and interactions.

    python bench/crm.py --customers 1000000     (how long it takes, and how large it is)

Rows are written as the store writes them: encoded by the compiled entities, with sort keys and the texts of the search.
On PostgreSQL they come by COPY, in parallel by ranges of customers, without indexes, which are made at the end.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import psycopg
from databases import DATABASE, ROOT, Place, lent
from sqlalchemy.schema import CreateIndex

from sidra.affiliates.registry import Affiliates
from sidra.ops.demo.profile import read_profile
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.identifiers import id_text
from sidra_metamodel.folding import fold

AFFILIATE = "sn"
OVERLAY = ROOT / "affiliates" / AFFILIATE
FIRST = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
SPAN_SECONDS = 11 * 365 * 86_400
RANGE = 25_000
WORKERS = 2
EVERY = {"individual": 1, "customer": 1, "billing_account": 1, "trouble_ticket": 5, "party_interaction": 2}
"""By entity, every how-manieth customer has one."""
SEGMENTS = ("standard", "silver", "gold", "platinum")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Values = dict[str, Any]


@dataclass(frozen=True)
class People:
    """What names are made of."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    customers: int
    """How many there are, over whom the years are spread."""

    def chance(self, number: int) -> bytes:
        """Return bytes that are a customer's own."""
        return blake2b(b"%d" % number, digest_size=24).digest()

    def moment(self, number: int) -> datetime.datetime:
        """Return when a customer came."""
        return FIRST + datetime.timedelta(seconds=number * SPAN_SECONDS // self.customers)

    def name(self, number: int) -> tuple[str, str]:
        """Return given and family name of a customer."""
        chance = self.chance(number)
        given = self.given[chance[0] % len(self.given)], self.given[chance[1] % len(self.given)]
        # Names of a few hundred families would find tens of thousands of customers each.
        return " ".join(given), f"{self.family[chance[2] % len(self.family)]} {_syllables(chance[3:6])}"

    def id(self, entity: str, number: int) -> str:
        """Return the id of a customer's record of an entity."""
        chance = blake2b(f"{entity} {number}".encode(), digest_size=10).digest()
        milliseconds = int(self.moment(number).timestamp() * 1000)
        head = (milliseconds << 16 | 0x7000 | chance[0] << 4 | chance[1] >> 4).to_bytes(8, "big")
        return id_text(head + bytes([0x80 | chance[2] & 0x3F]) + chance[3:])

    def record(self, entity: str, number: int) -> Values:
        """Return the values of a customer's record of an entity."""
        chance, at = self.chance(number), self.moment(number)
        given, family = self.name(number)
        values: Values = {"id": self.id(entity, number), "created_at": at, "updated_at": at, "version": 1}
        values |= {"created_by": "bench", "updated_by": "bench", "kind": entity}
        born = datetime.date(1945, 1, 1) + datetime.timedelta(days=int.from_bytes(chance[6:8], "big") % 21_900)
        customer = self.id("customer", number)
        match entity:
            case "individual":
                named = {"display_name": f"{given} {family}", "given_name": given, "family_name": family}
                return values | named | {"birth_date": born, "status": "initialized"}
            case "customer":
                about = {"name": f"{given} {family}", "number": f"B{number:09}", "birth_date": born}
                segment = SEGMENTS[chance[8] % len(SEGMENTS)]
                party = self.id("individual", number)
                about |= {"engaged_party_id": party, "customer_since": at.date(), "segment": segment}
                return values | about | {"status": "active" if chance[9] % 4 else "suspended"}
            case "billing_account":
                about = {"name": f"{given} {family}", "number": f"A{number:09}", "state": "active"}
                return (
                    values | about | {"account_type": "postpaid", "payment_status": "in_order", "customer_id": customer}
                )
            case "trouble_ticket":
                text = f"No network {_syllables(chance[10:12])}"
                about = {"number": f"T{number:09}", "name": text, "description": text, "ticket_type": "fault"}
                return values | about | {"severity": "minor", "status": "acknowledged", "customer_id": customer}
            case _:
                about = {"interaction_date": at, "reason": "Question about a bill", "category": "information"}
                about |= {"direction": "inbound", "channel": "voice", "status": "completed"}
                return values | about | {"customer_id": customer}


def _syllables(chance: bytes) -> str:
    return "".join("bdfgklmnprstvwyz"[one & 15] + "aeiou"[(one >> 4) % 5] for one in chance)


def people_of(customers: int) -> People:
    """Return the people of a CRM of a size."""
    profile = read_profile(OVERLAY)
    return People((*profile.female, *profile.male), tuple(profile.family), customers)


def numbers(entity: str, first: int, end: int) -> range:
    """Return the customers of a range that have a record of an entity."""
    every = EVERY[entity]
    return range(first + -first % every, end, every)


def encoded(runtime: Runtime, people: People, entity: str, first: int, end: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of an entity's table, in the order of its columns."""
    compiled = runtime.entity(entity)
    for number in numbers(entity, first, end):
        yield compiled.insertion.encode({**compiled.blank, **people.record(entity, number)})[0]


def texts(runtime: Runtime, people: People, entity: str, first: int, end: int) -> Iterator[tuple[Any, ...]]:
    """Yield what the search has of an entity: the id of the record, its table, the attribute and its text, folded."""
    compiled = runtime.entity(entity)
    for number in numbers(entity, first, end):
        values = people.record(entity, number)
        id = bytes.fromhex(values["id"].replace("-", ""))
        for name in compiled.searched:
            if values.get(name):
                yield id, compiled.root, name, fold(values[name])


def load(place: Place, name: str, customers: int) -> tuple[Settings, dict[str, float]]:
    """Fill a new place with a CRM; return its settings, and seconds and gigabytes."""
    settings = place.settings(f"b_{name}", OVERLAY)
    affiliates, runtime = place.open(settings)
    began = time.perf_counter()
    if place.server is None:
        _load_sqlite(runtime, people_of(customers))
    else:
        schema = f"b_{name}"
        made = _drop_indexes(place, schema, runtime)
        ranges = [
            (settings, place.server.url(DATABASE), schema, customers, first) for first in range(0, customers, RANGE)
        ]
        with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
            for _ in pool.imap_unordered(_copy_range, ranges):
                pass
        copied = time.perf_counter()
        for statement in made:
            place.server.execute(f"SET search_path = {schema}, public; {statement}", DATABASE)
    place.settle(runtime)
    ended = time.perf_counter()
    found = {
        "customers": customers,
        "seconds": round(ended - began),
        "gigabytes": _gigabytes(place, f"b_{name}", runtime),
    }
    if place.server is not None:
        found["seconds of COPY"] = round(copied - began)
    affiliates.close()
    return settings, found


def _gigabytes(place: Place, schema: str, runtime: Runtime) -> float:
    if place.server is None:
        with runtime.store.reading() as connection:
            pages, size = (connection.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size"))
        return round(pages * size / 1e9, 2)
    of_schema = (
        f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = '{schema}'"
    )
    return round(float(place.server.execute(f"{of_schema}::regnamespace", DATABASE)[0][0]) / 1e9, 2)


def _load_sqlite(runtime: Runtime, people: People) -> None:
    for first in range(0, people.customers, RANGE):
        end = min(first + RANGE, people.customers)
        with runtime.store.writing() as connection:
            for entity in EVERY:
                sql = runtime.entity(entity).insertion.sql
                connection.executemany(sql, encoded(runtime, people, entity, first, end))
                for id, root, field, folded in texts(runtime, people, entity, first, end):
                    runtime.store.texts.keep(connection, id, root, field, folded, is_new=True)


def _drop_indexes(place: Place, schema: str, runtime: Runtime) -> list[str]:
    """Drop the indexes of the tables that are filled; return what makes them again."""
    assert place.server is not None
    tables = [runtime.entity(entity).table.table for entity in EVERY]
    tables.append(runtime.tables.metadata.tables["sidra_search"])
    indexes = [index for table in dict.fromkeys(tables) for index in table.indexes]
    for index in indexes:
        place.server.execute(f'DROP INDEX "{schema}"."{index.name}"', DATABASE)
    return [str(CreateIndex(index).compile(dialect=runtime.store.dialect)) for index in indexes]


def _copy_range(given: tuple[Settings, str, str, int, int]) -> None:
    settings, url, schema, customers, first = given
    runtime = _runtime(settings)
    people, end = people_of(customers), min(first + RANGE, customers)
    # References are known to hold, and are not looked up.
    options = f"-c session_replication_role=replica -c search_path={schema},public -c synchronous_commit=off"
    with psycopg.connect(url, options=options) as connection:
        for entity in EVERY:
            table = runtime.entity(entity).table.table
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            _copy(connection, f"{table.name} ({columns})", encoded(runtime, people, entity, first, end))
            found = texts(runtime, people, entity, first, end)
            _copy(connection, "sidra_search (record_id, root, field, folded)", found)


@cache
def _runtime(settings: Settings) -> Runtime:
    """Return the Runtime of this process, which opens its own connections."""
    found = Affiliates(settings).get(AFFILIATE)
    assert found is not None
    return found


def _copy(connection: psycopg.Connection[Any], target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {target} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write("\t".join(map(_cell, row)) + "\n")


def _cell(value: object) -> str:
    match value:
        case None:
            return "\\N"
        case bytes():
            # A UUID is read without hyphens too.
            return value.hex()
        case str():
            return value.translate(_ESCAPES)
        case _:
            return str(value)


def main() -> None:
    """Load, and say how long that took and how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--customers", type=int, default=1_000_000)
    given = parser.parse_args()
    with lent(given.database) as place:
        print(json.dumps(load(place, "crm", given.customers)[1]))


if __name__ == "__main__":
    main()

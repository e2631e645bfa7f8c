"""A CRM of any size, the same at each run: customers with their person, account, tickets and interactions.

    python bench/crm.py --customers 1000000 [--at FOLDER]    (how long it takes, and how large it is)

With `--at` it is kept in a folder, where `scale.py` and `users.py` find it. Rows are written as the store writes them:
encoded by the compiled entities, with sort keys and the texts of the search. On PostgreSQL they come by COPY, in
parallel by ranges of customers, without indexes, which are made at the end.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

import psycopg
from databases import DATABASE, ROOT, Place, add_place, lent
from sqlalchemy.schema import CreateIndex

from sidra.ops.demo.profile import read_profile
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.gathering import Adding, compile_adding
from sidra.store.identifiers import id_bytes, id_text
from sidra_metamodel.folding import fold

AFFILIATE = "sn"
OVERLAY = ROOT / "affiliates" / AFFILIATE
FIRST = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
SPAN_SECONDS = 11 * 365 * 86_400
RANGE = 10_000
WORKERS = 2
PROGRESS = 25
"""Ranges after which a loading process says how far it is."""
EVERY = {"individual": 1, "customer": 1, "billing_account": 1, "trouble_ticket": 5, "party_interaction": 2}
"""By entity, every how-manieth customer has one."""
SEGMENTS = ("standard", "silver", "gold", "platinum")

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
        return _id(entity, number, self.moment(number))

    def records(self, number: int) -> Iterator[tuple[str, Values]]:
        """Yield the records of a customer, each with its entity."""
        chance, at = self.chance(number), self.moment(number)
        given, family = self.name(number)
        name, customer = f"{given} {family}", _id("customer", number, at)
        born = datetime.date(1945, 1, 1) + datetime.timedelta(days=int.from_bytes(chance[6:8], "big") % 21_900)
        common: Values = {"created_at": at, "updated_at": at, "version": 1, "created_by": "bench"}
        common["updated_by"] = "bench"
        person = {"id": _id("individual", number, at), "kind": "individual", "status": "initialized"}
        named = {"display_name": name, "given_name": given, "family_name": family, "birth_date": born}
        yield "individual", {**common, **person, **named}
        about: Values = {"id": customer, "kind": "customer", "name": name, "number": f"B{number:09}"}
        about |= {"birth_date": born, "engaged_party_id": person["id"], "customer_since": at.date()}
        about["segment"] = SEGMENTS[chance[8] % len(SEGMENTS)]
        yield "customer", {**common, **about, "status": "active" if chance[9] % 4 else "suspended"}
        about = {"id": _id("billing_account", number, at), "name": name, "number": f"A{number:09}", "state": "active"}
        about |= {"account_type": "postpaid", "payment_status": "in_order", "customer_id": customer}
        yield "billing_account", {**common, **about}
        if number % EVERY["trouble_ticket"] == 0:
            text = f"No network {_syllables(chance[10:12])}"
            about = {"id": _id("trouble_ticket", number, at), "number": f"T{number:09}", "name": text}
            about |= {"description": text, "ticket_type": "fault", "severity": "minor", "status": "acknowledged"}
            yield "trouble_ticket", {**common, **about, "customer_id": customer}
        if number % EVERY["party_interaction"] == 0:
            about = {"id": _id("party_interaction", number, at), "interaction_date": at, "customer_id": customer}
            about |= {"reason": "Question about a bill", "category": "information", "direction": "inbound"}
            yield "party_interaction", {**common, **about, "channel": "voice", "status": "completed"}


def _id(entity: str, number: int, at: datetime.datetime) -> str:
    chance = blake2b(f"{entity} {number}".encode(), digest_size=10).digest()
    head = (int(at.timestamp() * 1000) << 16 | 0x7000 | chance[0] << 4 | chance[1] >> 4).to_bytes(8, "big")
    return id_text(head + bytes([0x80 | chance[2] & 0x3F]) + chance[3:])


def _syllables(chance: bytes) -> str:
    return "".join("bdfgklmnprstvwyz"[one & 15] + "aeiou"[(one >> 4) % 5] for one in chance)


def people_of(customers: int) -> People:
    """Return the people of a CRM of a size."""
    profile = read_profile(OVERLAY)
    return People((*profile.female, *profile.male), tuple(profile.family), customers)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the store has of some customers: rows of each entity's table, and of the texts of the search."""

    of: dict[str, list[tuple[Any, ...]]]
    texts: list[tuple[bytes, str, str, str]]


def rows_of(runtime: Runtime, people: People, numbers: range) -> Rows:
    """Return the rows of some customers, as the compiled entities write them."""
    made = Rows({entity: [] for entity in EVERY}, [])
    compiled = {entity: runtime.entity(entity) for entity in EVERY}
    for number in numbers:
        for entity, values in people.records(number):
            of = compiled[entity]
            made.of[entity].append(of.insertion.encode({**of.blank, **values})[0])
            for name in of.searched:
                if values.get(name):
                    made.texts.append((id_bytes(values["id"]), of.root, name, fold(values[name])))
    return made


def load(place: Place, customers: int) -> tuple[Settings, dict[str, float]]:
    """Return the settings of a place with a CRM of a size, and its seconds and gigabytes; what is there is not made."""
    name = f"b_{customers}"
    settings, told = place.settings(name, OVERLAY), place.folder / name / "loaded.json"
    if told.exists():
        return settings, json.loads(told.read_text(encoding="utf-8"))
    place.clear(name)
    affiliates, runtime = place.open(place.settings(name, OVERLAY))
    began = time.perf_counter()
    if place.server is None:
        _load_sqlite(place, runtime, people_of(customers))
    else:
        _load_postgresql(place, name, runtime, people_of(customers))
    place.settle(runtime)
    seconds, gigabytes = round(time.perf_counter() - began), _gigabytes(place, name, runtime)
    affiliates.close()
    found: dict[str, float] = {"customers": customers, "seconds": seconds, "gigabytes": gigabytes}
    told.write_text(json.dumps(found), encoding="utf-8")
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


def _load_sqlite(place: Place, runtime: Runtime, people: People) -> None:
    for first in range(0, people.customers, RANGE):
        place.check_room()
        rows = rows_of(runtime, people, range(first, min(first + RANGE, people.customers)))
        with runtime.store.writing() as connection:
            for entity, made in rows.of.items():
                connection.executemany(runtime.entity(entity).insertion.adding.sql, made)
            for id, root, field, folded in rows.texts:
                runtime.store.texts.keep(connection, id, root, field, folded, is_new=True)


def _load_postgresql(place: Place, schema: str, runtime: Runtime, people: People) -> None:
    """Copy without indexes, in several processes, and make the indexes, several at once."""
    assert place.server is not None
    url = place.server.url(DATABASE)
    made = _without_indexes(place, schema, runtime)
    context = multiprocessing.get_context("fork")
    workers = [
        # They have the Runtime of this process, and none of its connections: they encode, and ask nothing.
        context.Process(target=_copy_ranges, args=(place, url, schema, runtime, people, number))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit("a loading process has ended before its time")
    print(f"copied {people.customers} customers; {len(made)} indexes follow", file=sys.stderr, flush=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(partial(_make_index, place, url, schema), made))


def _without_indexes(place: Place, schema: str, runtime: Runtime) -> list[str]:
    """Drop the indexes of the tables that are filled; return what makes them again, the longest first."""
    assert place.server is not None
    search = runtime.tables.metadata.tables["sidra_search"]
    tables = [search, *(runtime.entity(entity).table.table for entity in EVERY)]
    indexes = [index for table in dict.fromkeys(tables) for index in table.indexes]
    indexes.sort(key=lambda index: index.dialect_options["postgresql"]["using"] != "gin")
    for index in indexes:
        place.server.execute(f'DROP INDEX "{schema}"."{index.name}"', DATABASE)
    return [str(CreateIndex(index).compile(dialect=runtime.store.dialect)) for index in indexes]


def _make_index(place: Place, url: str, schema: str, statement: str) -> None:
    place.check_room()
    options = f"-c search_path={schema},public -c maintenance_work_mem=1GB -c max_parallel_maintenance_workers=0"
    with psycopg.connect(url, options=options, autocommit=True) as connection:
        connection.execute(statement.encode())


def _copy_ranges(place: Place, url: str, schema: str, runtime: Runtime, people: People, worker: int) -> None:
    # References are known to hold, and are not looked up.
    options = f"-c session_replication_role=replica -c search_path={schema},public -c synchronous_commit=off"
    with psycopg.connect(url, options=options) as connection:
        for first in range(worker * RANGE, people.customers, WORKERS * RANGE):
            place.check_room()
            _copy_range(connection, runtime, people, range(first, min(first + RANGE, people.customers)))
            connection.commit()
            if first // RANGE % PROGRESS == 0:
                print(f"copied up to {first}", file=sys.stderr, flush=True)


def _copy_range(connection: psycopg.Connection[Any], runtime: Runtime, people: People, numbers: range) -> None:
    rows = rows_of(runtime, people, numbers)
    texts = runtime.tables.metadata.tables["sidra_search"]
    _copy(connection, compile_adding(runtime.store, texts), rows.texts)
    for entity, made in rows.of.items():
        _copy(connection, runtime.entity(entity).insertion.adding, made)


def _copy(connection: psycopg.Connection[Any], adding: Adding, rows: Sequence[tuple[Any, ...]]) -> None:
    assert adding.lines is not None
    with connection.cursor().copy(adding.copy.encode()) as copy:
        copy.write(adding.lines(rows))


def main() -> None:
    """Load, and say how long that took and how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "postgresql")
    parser.add_argument("--customers", type=int, default=1_000_000)
    given = parser.parse_args()
    with lent(given.database, given.at) as place:
        print(json.dumps(load(place, given.customers)[1]))


if __name__ == "__main__":
    main()

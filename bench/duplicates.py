"""What the search of duplicates costs over many customers: customers a second, and its time by that of a plain scan.

    python bench/duplicates.py [--affiliate sn] [--customers 200000] [--json]

Customers are written as plain rows, with names of the demonstration and birth dates over sixty years; one in a hundred
is there twice with a letter more. The scan reads the same rows in the same order and looks at nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from sidra.affiliates.registry import Affiliates
from sidra.identity.finding import Search, find_duplicates
from sidra.ops.demo.profile import read_profile
from sidra.runtime import Runtime
from sidra.settings import load_settings
from sidra.store.identifiers import new_id

ROOT = Path(__file__).parent.parent
CHUNK = 5_000
DAYS = 60 * 365
TWICE = 0.01


def people(folder: Path, count: int, random: Random) -> Iterator[tuple[str, datetime.date]]:
    """Yield names and birth dates."""
    profile = read_profile(folder)
    given, family = (*profile.female, *profile.male), profile.family
    first = datetime.date(1945, 1, 1)
    name, born = "", first
    for _ in range(count):
        if name and random.random() < TWICE:
            yield f"{name}{name[-1]}", born
            continue
        name = f"{random.choice(given)} {random.choice(given)} {random.choice(family)}"
        born = first + datetime.timedelta(days=random.randrange(DAYS))
        yield name, born


def fill(runtime: Runtime, folder: Path, count: int) -> None:
    """Write the customers, without the people, who are not what is measured."""
    compiled = runtime.entity("customer")
    now = runtime.now()
    common: dict[str, Any] = {"created_at": now, "updated_at": now, "version": 1}
    made = people(folder, count, Random(7))
    number = 0
    while number < count:
        with runtime.store.writing() as connection:
            for name, born in (one for _, one in zip(range(CHUNK), made, strict=False)):
                number += 1
                values = {**compiled.blank, **common, "id": new_id(number), "kind": "customer", "name": name}
                values |= {"birth_date": born, "number": f"C-{number:08}"}
                compiled.insertion.run(connection, values)


def scan(runtime: Runtime) -> float:
    """Return the seconds of reading all customers in the order of their birth dates."""
    compiled = runtime.entity("customer")
    table = compiled.table.table
    statement = runtime.store.compile(sa.select(*compiled.columns).order_by(table.c.birth_date, table.c.id))
    began = time.perf_counter()
    with runtime.store.reading() as connection:
        for _ in statement.run(connection, {}).fetchall():
            pass
    return time.perf_counter() - began


def measured(affiliate: str, customers: int) -> dict[str, float]:
    """Return the figures of one search, on a store of its own."""
    folder = ROOT / "affiliates" / affiliate
    with tempfile.TemporaryDirectory() as home:
        affiliates = Affiliates(load_settings({"SIDRA_HOME": home}, ROOT))
        runtime = affiliates.get(affiliate)
        if runtime is None:
            raise SystemExit(f"{affiliate} is not served: see `sidra check`")
        fill(runtime, folder, customers)
        plain = scan(runtime)
        began = time.perf_counter()
        found: Search = find_duplicates(runtime, entity="customer")
        seconds = time.perf_counter() - began
        affiliates.close()
    return {
        "customers": customers,
        "compared": found.compared,
        "found": found.found,
        "customers_a_second": round(customers / seconds),
        "seconds": round(seconds, 1),
        "by_scan": round(seconds / plain, 1),
    }


def main() -> None:
    """Print the figures, as text or as JSON."""
    arguments = argparse.ArgumentParser(description="What the search of duplicates costs.")
    arguments.add_argument("--affiliate", choices=("sn", "eg", "pl"), default="sn")
    arguments.add_argument("--customers", type=int, default=200_000)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    found = measured(given.affiliate, given.customers)
    if given.json:
        print(json.dumps(found))
        return
    print(", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in found.items()))


if __name__ == "__main__":
    main()

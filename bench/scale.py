"""What size costs: CPU of a request with many customers ÷ with a tenth of them, or a fifth on SQLite.

    python bench/scale.py [--database postgresql] [--small 1000000 --large 10000000] [--at FOLDER] [--json]

What is loaded is kept in the folder `--at`, and found there the next time. Both are served by this process, with
indexes and rows as the store makes them (see `crm.py`); windows alternate and medians are compared. The server's CPU
counts. `get`, `list` and the next page of a list are asked of the API, the view all around a customer and the search of
a name are pages.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import random
import statistics
from collections.abc import Callable
from pathlib import Path

from agents import CUSTOMERS, READS, Agent, Asked, Desk
from crm import People, load, people_of
from databases import Place, add_place, lent

from sidra.web.app import create_app, installed_topics

SIZES = {"sqlite": (200_000, 1_000_000), "postgresql": (1_000_000, 10_000_000)}
WINDOWS = 15
REQUESTS = {"get": 200, "list": 60, "page": 60, "360": 20, "search": 20}
GOAL = 1.3


def desk(place: Place, customers: int) -> tuple[Desk, dict[str, float]]:
    """Return a CRM of a size, and what it took to make it."""
    settings, told = load(place, customers)
    affiliates, runtime = place.open(settings)
    return Desk(create_app(settings, affiliates, topics=installed_topics()), Agent.of(runtime)), told


def pages(desk: Desk) -> Callable[[People, random.Random], Asked]:
    """Return what asks for a page in the middle of a list."""
    found: list[str] = []
    address = f"{CUSTOMERS}?status=active&sort=-createdAt&limit=20"
    for _ in range(30):
        _, headers, _ = desk.ask(Asked("GET", address))
        following = [link for link in headers.get("Link", "").split(", ") if 'rel="next"' in link]
        if not following:
            break
        address = following[0].partition("<")[2].partition(">")[0].removeprefix("http://localhost")
        found.append(address)
    return lambda people, chance: Asked("GET", chance.choice(found))  # noqa: ARG005 - one of several alike


def measured(place: Place, small: int, large: int) -> dict[str, object]:
    """Return ratios and microseconds by what is asked."""
    desks, people, told = [], [people_of(small), people_of(large)], []
    for size in (small, large):
        made, facts = desk(place, size)
        desks.append(made)
        told.append(facts)
    spent: dict[tuple[str, int], list[float]] = {}
    makers = [{**READS, "page": pages(each)} for each in desks]
    for name, number in itertools.product(REQUESTS, range(WINDOWS)):
        for side in (0, 1) if number % 2 else (1, 0):
            chance = random.Random(number)
            requests = [makers[side][name](people[side], chance) for _ in range(REQUESTS[name])]
            spent.setdefault((name, side), []).append(desks[side].window(requests, place.processor))
    medians = {name: [statistics.median(spent[name, side][2:]) for side in (0, 1)] for name in REQUESTS}
    return {
        "ratios": {name: round(large / small, 2) for name, (small, large) in medians.items()},
        "microseconds": {name: [round(one) for one in both] for name, both in medians.items()},
        "loaded": told,
        "database": place.kind,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_place(parser, "sqlite")
    parser.add_argument("--small", type=int)
    parser.add_argument("--large", type=int)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    small, large = given.small or SIZES[given.database][0], given.large or SIZES[given.database][1]
    with lent(given.database, given.at) as place:
        # Each request has a line in the log.
        with Path(os.devnull).open("w", encoding="ascii") as nowhere, contextlib.redirect_stderr(nowhere):
            found = measured(place, small, large)
        print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()

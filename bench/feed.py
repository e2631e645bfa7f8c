"""What a feed costs: a CSV file to checked, deduplicated, audited customers ÷ the same rows by COPY into a bare table.

    python bench/feed.py [--database postgresql] [--rows 20000] [--json]

CPU of this process and of the server's. On SQLite the bare side is `executemany`. The bare table has the key alone; the
store's has the indexes of its lists, the audit's chain, the history with sealed personal values and the outbox.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import sys
from pathlib import Path

import psycopg
from customers import rows
from databases import DATABASE, Place, lent
from sides import COLUMNS, HERE

from sidra.access.actor import system_actor
from sidra.interfaces.loading import FeedLoader

TABLE = f"CREATE TABLE bare_customer ({', '.join(f'{name} text' for name in COLUMNS[1:-3])}, id text PRIMARY KEY)"


def written(file: Path, count: int) -> list[str]:
    """Write a file of customers; return its columns."""
    names = [*COLUMNS[1:-3], "id"]
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for row in rows(count):
            writer.writerow([*(row[name] for name in names[:-1]), f"L{row['number']}"])
    return names


def bare(place: Place, file: Path, names: list[str]) -> float:
    """Return the CPU seconds of the rows into a table without anything."""
    if place.server is None:
        connection = sqlite3.connect(place.folder / "bare.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(TABLE)
        began = place.processor.seconds()
        with file.open(newline="", encoding="utf-8") as stream, connection:
            reader = csv.reader(stream)
            next(reader)
            connection.executemany(f"INSERT INTO bare_customer VALUES ({', '.join('?' * len(names))})", reader)
        return place.processor.seconds() - began
    with psycopg.connect(place.server.url(DATABASE), autocommit=True) as connection:
        connection.execute(TABLE)
        began = place.processor.seconds()
        with file.open("rb") as stream, connection.cursor().copy("COPY bare_customer FROM STDIN CSV HEADER") as copy:
            while block := stream.read(1 << 20):
                copy.write(block)
        return place.processor.seconds() - began


def measured(place: Place, count: int) -> dict[str, object]:
    """Return the ratio, and what it is made of."""
    file = place.folder / "customers.csv"
    names = written(file, count)
    affiliates, runtime = place.open(place.settings("b_feed", HERE / "feed", HERE / "baseline", SIDRA_PLUGINS=""))
    loader = FeedLoader(runtime, "x_fd_customers")
    began = place.processor.seconds()
    counts = loader.run(file, system_actor("feed:customers", affiliate=runtime.affiliate))
    spent = place.processor.seconds() - began
    affiliates.close()
    if counts.created != count:
        sys.exit(f"{counts}: the run is thrown away")
    copied = bare(place, file, names)
    return {
        "ratio": round(spent / copied, 1),
        "rows": count,
        "microseconds a row": round(spent / count * 1e6),
        "microseconds a row by COPY": round(copied / count * 1e6, 1),
        "database": place.kind,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="print JSON only")
    given = parser.parse_args()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the whole run
    with lent(given.database) as place:
        print(json.dumps(measured(place, given.rows), indent=None if given.json else 2))


if __name__ == "__main__":
    main()

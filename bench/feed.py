"""What a feed costs: a CSV file to checked, deduplicated, audited customers ÷ their rows by COPY.

    python bench/feed.py [--database postgresql] [--rows 20000] [--json]

CPU of this process and of the server's. The bare side loads the very rows that the feed made, from a CSV file with all
their columns, into an empty table with the columns, the key and the indexes of the store's: by COPY, on SQLite by
`executemany` in one transaction. It reads, checks and looks up nothing. Only the feed writes the audit's chain, the
history with sealed personal values, the keys of persons and the outbox: four rows more for each customer.
"""

from __future__ import annotations

import argparse
import contextlib
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
from sidra.settings import Settings
from sidra.store.sqlite import WRITER_CACHE_KIB

PLACE = "b_feed"
FORM = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'customer' AND sql IS NOT NULL ORDER BY type DESC"
CACHE = f"PRAGMA cache_size=-{WRITER_CACHE_KIB}"


def written(file: Path, count: int) -> None:
    """Write a file of customers."""
    names = [*COLUMNS[1:-3], "id"]
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for row in rows(count):
            writer.writerow([*(row[name] for name in names[:-1]), f"L{row['number']}"])


def bare(place: Place, settings: Settings) -> float:
    """Return the CPU seconds of the rows that were fed into an empty table of the same form."""
    if place.server is None:
        return bare_sqlite(place, Path(place.login(settings)))
    file = place.folder / "bare.csv"
    with psycopg.connect(place.server.url(DATABASE), autocommit=True) as connection:
        with file.open("wb") as stream, connection.cursor().copy(f"COPY {PLACE}.customer TO STDOUT CSV") as copy:
            for block in copy:
                stream.write(block)
        connection.execute(f"CREATE TABLE bare_customer (LIKE {PLACE}.customer INCLUDING ALL)")
        began = place.processor.seconds()
        with file.open("rb") as stream, connection.cursor().copy("COPY bare_customer FROM STDIN CSV") as copy:
            while block := stream.read(1 << 20):
                copy.write(block)
        return place.processor.seconds() - began


def bare_sqlite(place: Place, store: Path) -> float:
    """Return the same where `executemany` takes the place of COPY."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        form = [sql for (sql,) in connection.execute(FORM)]
        rows = connection.execute("SELECT * FROM customer").fetchall()
    file = place.folder / "bare.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([row[0].hex(), *row[1:]] for row in rows)
    with contextlib.closing(sqlite3.connect(place.folder / "bare.db", isolation_level=None)) as connection:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", CACHE, *form):
            connection.execute(statement)
        began = place.processor.seconds()
        connection.execute("BEGIN")
        with file.open(newline="", encoding="utf-8") as stream:
            read = ((bytes.fromhex(row[0]), *row[1:]) for row in csv.reader(stream))
            connection.executemany(f"INSERT INTO customer VALUES ({', '.join('?' * len(rows[0]))})", read)
        connection.execute("COMMIT")
        return place.processor.seconds() - began


def measured(place: Place, count: int) -> dict[str, object]:
    """Return the ratio, and what it is made of."""
    file = place.folder / "customers.csv"
    written(file, count)
    settings = place.settings(PLACE, HERE / "feed", HERE / "baseline", SIDRA_PLUGINS="")
    affiliates, runtime = place.open(settings)
    loader = FeedLoader(runtime, "x_fd_customers")
    began = place.processor.seconds()
    counts = loader.run(file, system_actor("feed:customers", affiliate=runtime.affiliate))
    spent = place.processor.seconds() - began
    affiliates.close()
    if counts.created != count:
        sys.exit(f"{counts}: the run is thrown away")
    copied = bare(place, settings)
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

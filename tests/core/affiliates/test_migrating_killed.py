"""A migration that is killed at any point comes to the same end as one that is not, once it runs again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.core.store.schema.comparing import create, migrating, rows, runtime, shape
from tests.proofs.counting import Counts

from sidra.store.database import Store
from sidra.store.schema import running
from sidra.store.schema.journal import Entry
from sidra.store.schema.shape import kept_in

RECORDS = 23
OLD = (
    """
entity: thing
attributes:
  name: {type: string, filter: true}
  n: {type: decimal, scale: 2, unique: true}
  t: {type: string, sort: true}
  hidden: {type: string, search: true, sort: true}
  shown: {type: string, encrypt: true}
  gone: {type: string, sort: true}
  loud: {type: string, compute: {by: name, stored: true}}
relations:
  home: {to: place}
""",
    "entity: place\nattributes: {name: {type: string}}\n",
)
NEW = (
    """
entity: thing
attributes:
  title: {$was: name, type: string, filter: true}
  n: {type: decimal, scale: 3, unique: true}
  t: {type: string, localised: true}
  hidden: {type: string, encrypt: true, search: exact}
  shown: {type: string, sort: true}
  loud: {type: string, compute: {by: title.upperAscii(), stored: true}}
""",
)


def filled(place: str) -> None:
    store = Store.open(place)
    made = runtime(store, *OLD)
    home = create(made, "place", name="Dakar")
    for number in range(RECORDS):
        texts = {"t": f"t{number}", "hidden": f"h{number}", "shown": f"s{number}", "gone": "x"}
        create(made, "thing", name=f"a{number:02}", n=Decimal(number) / 4, home=home.id, **texts)
    store.close()


def apply(place: str, tell: Callable[..., None] = running.tell_nobody) -> None:
    store = Store.open(place)
    migrating(store, *NEW).apply(consents=True, tell=tell)
    store.close()


def end(place: str) -> tuple[Any, ...]:
    """What an application of the configuration has come to."""
    store = Store.open(place)
    found = rows(runtime(store, *NEW), "thing", "title", "n", "t", "hidden", "shown", "loud")
    with store.reading() as connection:
        kept = kept_in(store, connection)
        aside = sorted((one.table, one.column, one.kept_as, one.type, one.meaning) for one in kept.aside)
        sizes = [
            connection.execute(f"SELECT count({one.kept_as if one.column else '*'}) FROM {where}").fetchone()
            for one in kept.aside
            for where in [one.table if one.column else one.kept_as]
        ]
    told = (shape(store), found, aside, sizes, kept.meanings, migrating(store, *NEW).plan().all)
    store.close()
    return told


def killed(place: str, at: int) -> bool:
    """Apply in a process that kills itself at its n-th event; return whether it came so far."""
    child = os.fork()
    if child == 0:
        left = iter(range(at))

        def tell(entry: Entry, event: str, count: int = 0) -> None:
            del entry, event, count
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            apply(place, tell)
        except BaseException:  # noqa: BLE001 - the child has nobody above it
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.prove)])
def test_a_migration_that_is_killed_at_any_point_ends_as_one_that_is_not(
    kind: str,
    stride: int,
    counts: Counts,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "CHUNK", 10)
    server = request.getfixturevalue("postgresql_server") if kind == "postgresql" else None

    def empty(number: int) -> str:
        return str(tmp_path / f"{number}.db") if server is None else server.new_schema()

    whole = empty(-1)
    filled(whole)
    apply(whole)
    expected = end(whole)
    assert expected[1][1] == ("a01", Decimal("0.25"), {"fr": "t1"}, "h1", "s1", "A01")
    at, kills = 0, 0
    while True:
        place = empty(at)
        filled(place)
        was_killed = killed(place, at)
        apply(place)
        assert end(place) == expected, f"killed at event {at}"
        if server is not None:
            server.drop_schema(place)
        if not was_killed:
            break
        at, kills = at + stride, kills + 1
    counts[f"kills on {kind}"] += kills
    assert at > 30

"""Which workers are taken for dead, and that no clock makes one dead that is alive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.jobs.conftest import Place

from sidra.jobs.living import FORGOTTEN, Living

HOUR = 60 * 60 * 1000


@pytest.fixture
def two(place: Place) -> Iterator[tuple[Living, Living]]:
    """Two workers that said just now that they are alive; the second has unfinished work."""
    first, second = Living(place.database, "first"), Living(place.database, "second")
    first.beat()
    second.beat()
    job = place.jobs.enqueue("sn", "quick")
    table = place.database.workflow
    begun = table.update().where(table.c.workflow_uuid == job).values(status="PENDING", executor_id="second")
    with place.database.engine.begin() as connection:
        connection.execute(begun)
    yield first, second
    place.jobs.cancel(job)
    first.leave()
    second.leave()


def move(place: Place, milliseconds: int, *names: str) -> None:
    """Let what workers said be so much older."""
    table = place.database.worker
    with place.database.engine.begin() as connection:
        moved = table.update().values(seen_at=table.c.seen_at - milliseconds)
        connection.execute(moved.where(table.c.id.in_(names)))


def test_who_is_silent_is_dead_and_who_is_heard_is_not(place: Place, two: tuple[Living, Living]) -> None:
    first, _ = two
    assert first.dead() == []
    move(place, HOUR, "second")
    first.beat()
    assert first.dead() == ["second"]


@pytest.mark.parametrize("leap", [HOUR, -HOUR])
def test_a_clock_that_leaps_makes_nobody_dead(place: Place, two: tuple[Living, Living], leap: int) -> None:
    first, second = two
    move(place, leap, "first", "second")
    assert "second" not in second.dead()
    first.beat()
    assert first.dead() == []
    second.beat()
    assert Living(place.database, "first").dead() == []


def test_who_died_before_a_clock_was_set_back_is_dead(place: Place, two: tuple[Living, Living]) -> None:
    move(place, -HOUR, "first", "second")
    first = Living(place.database, "first")
    assert first.dead() == ["second"]


def test_who_has_left_is_dead_at_once(place: Place, two: tuple[Living, Living]) -> None:
    first, second = two
    second.leave()
    assert first.dead() == ["second"]


def test_the_dead_are_forgotten_when_another_worker_begins(place: Place, two: tuple[Living, Living]) -> None:
    move(place, FORGOTTEN + HOUR, "second")
    Living(place.database, "third").beat()
    table = place.database.worker
    with place.database.engine.begin() as connection:
        names = {row.id for row in connection.execute(table.select())}
        connection.execute(table.delete().where(table.c.id == "third"))
    assert "third" in names
    assert "second" not in names

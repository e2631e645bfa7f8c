"""A unit of work: what comes before its end and after it."""

from __future__ import annotations

from structlog.testing import capture_logs

from sidra.records.query import Query
from sidra.records.service import Records
from sidra.records.work import UnitOfWork
from sidra.store.failures import Collision


def test_what_follows_a_unit_of_work_undoes_and_repeats_nothing_where_it_fails(system: Records) -> None:
    followed: list[str] = []

    def collide() -> None:
        followed.append("first")
        raise Collision("somebody else was first")

    def work(unit: UnitOfWork) -> str:
        unit.after_commit += [collide, lambda: followed.append("second")]
        return system.create("individual", {"family_name": "Once"}, work=unit).id

    with capture_logs() as told:
        made = system.runtime.transact(system.actor, work)
    assert followed == ["first", "second"]
    assert [line["error"] for line in told] == ["Collision"]
    assert [found.id for found in system.list("individual", Query()).records] == [made]


def test_a_unit_of_work_that_collides_is_done_again_and_followed_once(system: Records) -> None:
    followed: list[int] = []
    tries: list[int] = []

    def work(unit: UnitOfWork) -> None:
        unit.after_commit.append(lambda: followed.append(len(tries)))
        system.create("individual", {"family_name": "Once"}, work=unit)
        tries.append(1)
        if len(tries) == 1:
            raise Collision("somebody else was first")

    system.runtime.transact(system.actor, work)
    assert (followed, len(tries)) == ([2], 2)
    assert len(system.list("individual", Query()).records) == 1
    assert len([row for row in system.runtime.outbox.oldest(10) if row.event == "individual.created"]) == 1

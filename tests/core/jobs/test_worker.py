"""What a worker does: once, in order, fairly, within limits, again where it failed, and for others that died."""

from __future__ import annotations

import datetime
import itertools
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.core.jobs.conftest import PATIENCE, Place, Places, until
from tests.core.jobs.works import HANDLERS, put

from sidra.access.actor import system_actor
from sidra.errors import NotFound
from sidra.jobs.errors import NotPossible
from sidra.jobs.service import Wish
from sidra.jobs.worker import Worker
from sidra.records.work import UnitOfWork

FAR = datetime.timedelta(hours=1)


def test_work_is_done_once_however_often_it_is_asked_for(working: Place) -> None:
    asked = [working.jobs.enqueue("sn", "mark", {"text": "asked for"}, key="same") for _ in range(3)]
    assert set(asked) == {"sn:same"}
    (done,) = working.wait("sn:same")
    assert working.marks().count("asked for") == 1
    assert done.begun_at is not None
    assert done.ended_at is not None


def test_an_event_begins_the_work_that_waits_for_it_once_its_change_is_kept(working: Place) -> None:
    runtime = working.runtime("eg")
    actor = system_actor("test")

    def fail(unit: UnitOfWork) -> None:
        unit.emit("mark.noted", payload={"text": "never kept"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runtime.transact(actor, fail)
    with runtime.unit_of_work(actor) as unit:
        put(unit, "its cause")
        unit.emit("mark.noted", payload={"text": "its effect"})
    until(lambda: "its effect" in working.marks("eg"))
    until(lambda: runtime.outbox.oldest(10) == [])
    assert "never kept" not in working.marks("eg")
    assert working.marks("eg").count("its effect") == 1


def test_urgent_work_goes_first(places: Places) -> None:
    place = places.make("sn")
    late = Wish("sn", "nap", {"seconds": 0.01, "text": "late"}, priority=9)
    crowd = [Wish("sn", "nap", {"seconds": 0.1, "text": "crowd"}, priority=5) for _ in range(3 * places.most)]
    soon = Wish("sn", "nap", {"seconds": 0.01, "text": "soon"}, priority=1)
    ids = place.jobs.enqueue_all([late, *crowd, soon])
    place.start()
    place.wait(*ids)
    done = place.marks(order="id")
    assert done.index("soon") < places.most
    assert done.index("late") > len(crowd) - places.most


def test_a_small_affiliate_does_not_wait_behind_a_big_one(working: Place) -> None:
    big = [Wish("sn", "nap", {"seconds": 0.1, "text": "big"}, priority=5) for _ in range(120)]
    working.jobs.enqueue_all(big)
    small = [working.jobs.enqueue("eg", "mark", {"text": f"small {number}"}) for number in range(6)]
    working.wait(*small)
    left = len(working.jobs.list("sn", state="waiting", name="nap", limit=500).jobs)
    assert left > 20
    for one in working.jobs.list("sn", state="waiting", limit=500).jobs:
        with suppress(NotPossible):
            working.jobs.cancel(one.id)


def test_work_of_a_limited_rate_is_begun_no_faster(working: Place) -> None:
    ids = [working.jobs.enqueue("sn" if number % 2 else "eg", "limited") for number in range(12)]
    begun = sorted(view.begun_at.timestamp() for view in working.wait(*ids) if view.begun_at)
    assert len(begun) == 12
    assert all(sixth - first >= 0.95 for first, sixth in zip(begun, begun[5:], strict=False))


def test_work_that_is_to_be_alone_never_meets_itself(working: Place) -> None:
    ids = [working.jobs.enqueue("sn" if number % 2 else "eg", "alone") for number in range(5)]
    working.wait(*ids)
    texts = [text.split()[1:] for name in ("sn", "eg") for text in working.marks(name) if text.startswith("alone")]
    spans = sorted((float(begun), float(ended)) for begun, ended in texts)
    assert len(spans) == 5
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_work_is_not_begun_before_its_time(working: Place) -> None:
    now = datetime.datetime.now(datetime.UTC)
    far = working.jobs.enqueue("sn", "mark", {"text": "far"}, not_before=now + FAR)
    soon = working.jobs.enqueue("sn", "mark", {"text": "soon"}, not_before=now + datetime.timedelta(seconds=2))
    (done,) = working.wait(soon)
    # The engine keeps whole seconds.
    assert done.begun_at is not None
    assert done.begun_at >= now + datetime.timedelta(seconds=1)
    assert working.state(far) == "planned"
    working.jobs.cancel(far)
    assert working.state(far) == "cancelled"


def test_work_that_goes_on_failing_waits_for_a_person_and_can_be_done_again(working: Place, tmp_path: Path) -> None:
    file = tmp_path / "there"
    job = working.jobs.enqueue("sn", "fails", {"file": str(file)})
    (dead,) = working.wait(job, state="failed")
    assert (dead.tries, dead.code, dead.reason) == (3, "R500", "it cannot be done")
    assert [one.id for one in working.jobs.list(state="failed", name="fails").jobs] == [job]
    file.touch()
    working.jobs.retry(job)
    (done,) = working.wait(job)
    assert (done.tries, done.code) == (0, "")
    assert working.marks().count("mended") == 1


def test_all_failed_work_of_a_name_is_done_again_together(places: Places, tmp_path: Path) -> None:
    place = places.make("sn", "eg")
    place.start()
    file = tmp_path / "there"
    ids = [place.jobs.enqueue(name, "fails", {"file": str(file)}) for name in ("sn", "eg", "sn")]
    place.wait(*ids, state="failed")
    file.touch()
    assert place.jobs.retry_failed("fails", "eg") == 1
    assert place.jobs.retry_failed("fails") == 2
    place.wait(*ids)
    assert place.jobs.retry_failed("fails") == 0


def test_what_fails_again_at_once_is_retried_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [place.jobs.enqueue("sn", "breaks") for _ in range(3)]
    table = place.database.workflow

    def fail(*keys: str) -> None:
        with place.database.engine.begin() as connection:
            connection.execute(table.update().where(table.c.workflow_uuid.in_(keys)).values(status="ERROR"))

    fail(*ids)
    retried: list[str] = []

    def retry(job: str) -> None:
        retried.append(job)
        assert len(retried) < 10

    monkeypatch.setattr(place.jobs, "retry", retry)
    assert place.jobs.retry_failed("breaks") == 3
    assert sorted(retried) == sorted(ids)


def test_failed_work_that_is_cancelled_is_not_begun_for_it(
    working: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "there"
    job = working.jobs.enqueue("eg", "fails", {"file": str(file)})
    working.wait(job, state="failed")
    file.touch()
    cancel = working.jobs._client.cancel_workflow

    def slowly(key: str) -> None:
        # Long enough for a worker to take what it may take.
        time.sleep(1.0)
        cancel(key)

    monkeypatch.setattr(working.jobs._client, "cancel_workflow", slowly)
    working.jobs.cancel(job)
    assert working.state(job) == "cancelled"
    assert "mended" not in working.marks("eg")
    monkeypatch.undo()
    working.jobs.retry(job)
    working.wait(job)
    assert working.marks("eg").count("mended") == 1


def test_what_an_unforeseen_error_says_is_kept_nowhere(working: Place) -> None:
    job = working.jobs.enqueue("sn", "breaks")
    (dead,) = working.wait(job, state="failed")
    assert (dead.code, dead.reason) == ("R061", "it ended by an unforeseen ZeroDivisionError")
    log = (working.folder / "log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert "Diop" not in log
    with working.database.engine.connect() as connection:
        table = working.database.workflow
        prefix = f"{table.schema}." if table.schema else ""
        rows = connection.exec_driver_sql(f"SELECT error FROM {prefix}workflow_status WHERE error IS NOT NULL")
        kept = " ".join(str(row[0]) for row in rows)
    assert "Diop" not in kept


def test_work_tells_how_far_it_is_and_ends_where_it_is_cancelled(working: Place) -> None:
    job = working.jobs.enqueue("eg", "chunks", {"text": "told", "count": 500, "seconds": 0.02})
    until(lambda: working.jobs.progress(job)[0] > 10)
    assert working.jobs.progress(job)[1] == 500
    working.jobs.cancel(job)
    assert working.state(job) == "cancelled"
    counts = [-1]

    def stands() -> bool:
        time.sleep(0.4)
        counts.append(len([text for text in working.marks("eg") if text.startswith("told ")]))
        return counts[-1] == counts[-2]

    until(stands)
    assert 10 < counts[-1] < 500
    with pytest.raises(NotPossible):
        working.jobs.cancel(job)
    with pytest.raises(NotFound):
        working.jobs.get(job, "sn")


def test_cancelled_work_goes_on_where_it_was_once_it_is_retried(working: Place) -> None:
    job = working.jobs.enqueue("eg", "chunks", {"text": "again", "count": 40, "seconds": 0.02})
    until(lambda: len([text for text in working.marks("eg") if text.startswith("again ")]) > 3)
    working.jobs.cancel(job)
    time.sleep(0.5)
    working.jobs.retry(job)
    working.wait(job)
    assert len([text for text in working.marks("eg") if text.startswith("again ")]) == 40
    with pytest.raises(NotPossible):
        working.jobs.retry(job)


def test_a_worker_that_is_told_to_end_does_so_within_seconds_and_leaves_its_work_to_others(places: Places) -> None:
    place = places.make("sn")
    first = place.start()
    job = place.jobs.enqueue("sn", "chunks", {"text": "left", "count": 60, "seconds": 0.03})
    until(lambda: len(place.marks()) > 3)
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 0
    assert len(place.marks()) < 60
    assert place.state(job) == "running"
    waits = place.jobs.enqueue("sn", "mark", {"text": "taken by the next"})
    time.sleep(0.3)
    assert place.state(waits) == "waiting"
    place.start()
    place.wait(job, waits)
    assert len(place.marks()) == 61


def test_a_worker_of_some_affiliates_takes_nothing_of_others(places: Places) -> None:
    place = places.make("sn", "eg")
    place.start("eg")
    other = place.jobs.enqueue("sn", "mark", {"text": "of sn"})
    own = place.jobs.enqueue("eg", "mark", {"text": "of eg"})
    limited = place.jobs.enqueue("sn", "limited")
    place.wait(own)
    time.sleep(1.0)
    assert (place.state(other), place.state(limited)) == ("waiting", "waiting")
    place.start("sn")
    place.wait(other, limited)


def test_work_of_an_affiliate_that_is_not_served_waits_until_it_is(places: Places) -> None:
    place = places.make("sn", "eg")
    layer = place.folder / "affiliates" / "eg" / "layer.yaml"
    good = layer.read_text(encoding="utf-8")
    layer.write_text(f"{good}no_such_key: 1\n", encoding="utf-8")
    first = place.start()
    theirs = place.jobs.enqueue("eg", "mark", {"text": "later"})
    strange = place.jobs.enqueue("xx", "mark", {"text": "of another installation"})
    place.wait(place.jobs.enqueue("sn", "mark", {"text": "now"}))
    time.sleep(1.0)
    assert (place.state(theirs), place.state(strange)) == ("waiting", "waiting")
    first.terminate()
    first.wait()
    layer.write_text(good, encoding="utf-8")
    place.start()
    place.wait(theirs)
    assert place.state(strange) == "waiting"


def test_failed_work_is_put_back_by_one_worker(place: Place) -> None:
    job = place.jobs.enqueue("sn", "quick")
    set_job(place, job, retry_at=1)
    one, other = (Worker(place.affiliates, place.database, handlers=HANDLERS) for _ in range(2))
    assert [one._claim(job, 1), other._claim(job, 1), one._claim(job, 1)] == [True, False, False]


def test_work_that_was_tried_again_and_done_is_over_too(place: Place) -> None:
    job, waits = (place.jobs.enqueue("eg", "quick") for _ in range(2))
    table = place.database.workflow
    with place.database.engine.begin() as connection:
        for key, status in ((job, "SUCCESS"), (waits, "ERROR")):
            ended = table.update().where(table.c.workflow_uuid == key).values(status=status, completed_at=1)
            connection.execute(ended)
    for key in (job, waits):
        set_job(place, key, retry_at=1)
    assert place.jobs.ended("eg", ("done", "failed"), datetime.timedelta(days=1)) == (job,)


def set_job(place: Place, job: str, **values: int) -> None:
    table = place.database.job
    with place.database.engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == job).values(**values))


def test_what_is_over_is_cleared_away(places: Places) -> None:
    place = places.make("sn", "eg")
    place.start()
    old = place.jobs.enqueue("sn", "mark", {"text": "old"})
    new = place.jobs.enqueue("sn", "mark", {"text": "new"})
    theirs = place.jobs.enqueue("eg", "mark", {"text": "of another affiliate"})
    place.wait(old, new, theirs)
    prefix = "sidra_jobs." if places.kind == "postgresql" else ""
    days = 9 * 24 * 60 * 60 * 1000
    with place.database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE {prefix}workflow_status SET completed_at = completed_at - {days} WHERE workflow_uuid IN "
            f"('{old}', '{theirs}')"
        )
    place.wait(place.jobs.enqueue("sn", "clean_up"))
    assert place.state(new) == "done"
    assert place.state(theirs) == "done"
    with pytest.raises(NotFound):
        place.jobs.get(old)
    with place.database.engine.connect() as connection:
        for table in ("workflow_status", "operation_outputs"):
            found = connection.exec_driver_sql(f"SELECT 1 FROM {prefix}{table} WHERE workflow_uuid = '{old}'")
            assert found.first() is None

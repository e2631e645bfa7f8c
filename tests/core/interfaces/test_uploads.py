"""Files that people upload: what is refused keeps nothing, and what is loaded leaves no file behind."""

from __future__ import annotations

import io
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.interfaces.conftest import COLUMNS, GOOD, WriteRows, person_of
from tests.core.jobs.inline import work_through

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.access.tables import add_access_tables
from sidra.errors import Conflict, Forbidden
from sidra.interfaces import loading, upload_job
from sidra.interfaces.feed import Feed
from sidra.interfaces.files import FileRefused, csv_text
from sidra.interfaces.loading import CANCELLED, FeedLoader
from sidra.interfaces.uploads import KEPT_SECONDS, MEGABYTE, Uploads
from sidra.jobs.work import Ended
from sidra.runtime import Runtime

ROWS = csv_text(COLUMNS, [GOOD, GOOD | {"id": "A2"}, GOOD | {"id": "A3", "total": "x"}]).encode()
STEWARD = person_of("steward")
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever brings a file has an account."""
    monkeypatch.setattr(upload_job, "_person", lambda *_: STEWARD)


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", 1)


def left(uploads: Uploads) -> list[Path]:
    return [path for path in uploads.folder.rglob("*") if path.is_file()]


def test_a_file_is_loaded_by_durable_work_and_then_gone(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path
) -> None:
    uploads.start(loader, "C:\\shop\\Rows.CSV", io.BytesIO(ROWS), STEWARD)
    (file,) = left(uploads)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert work_through(runtime, tmp_path) == []
    (run,) = loader.runs(STEWARD)
    assert (run.file, run.counts.loaded, run.counts.quarantined) == ("Rows.CSV", 2, 1)
    assert run.finished_at is not None
    assert left(uploads) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("rows.xlsx", ROWS, "does not end in .csv"),
        ("rows", ROWS, "does not end in .csv"),
        ("rows.csv", b"\xff\xfe\x00", "is not utf-8"),
        ("rows.csv", b"", "is empty"),
        ("rows.csv", b"id,name\n", "columns are missing"),
        ("rows.csv", b"x" * (MEGABYTE + 1), "is larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_serve_is_refused_whole(
    uploads: Uploads, loader: FeedLoader, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(FileRefused, match=reason):
        uploads.start(loader, name, io.BytesIO(content), STEWARD)
    assert loader.runs(STEWARD) == []
    assert left(uploads) == []


def test_who_may_not_run_feeds_leaves_nothing(uploads: Uploads, loader: FeedLoader) -> None:
    with pytest.raises(Forbidden):
        uploads.start(loader, "rows.csv", io.BytesIO(ROWS), person_of("agent"))
    assert left(uploads) == []


def test_a_feed_loads_one_file_at_a_time(
    uploads: Uploads, loader: FeedLoader, program: Actor, write_rows: WriteRows, runtime: Runtime, tmp_path: Path
) -> None:
    under_way = loader.begin(write_rows({}), program)
    with pytest.raises(Conflict):
        uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    under_way.finish()
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    with pytest.raises(Conflict):
        uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    work_through(runtime, tmp_path)
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)


def test_what_ends_a_run_early_is_kept_with_it(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(Feed, "describe", broken)
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    (failure,) = work_through(runtime, tmp_path)
    assert isinstance(failure, ZeroDivisionError)
    (run,) = loader.runs(STEWARD)
    assert (run.stopped_by, run.finished_at, run.is_under_way(runtime.now())) == ("R500", None, False)
    assert left(uploads) == []


def test_a_file_that_nothing_ever_loaded_is_deleted_after_some_days(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    for name, age in (("old", KEPT_SECONDS + 60), ("new", KEPT_SECONDS - 60)):
        (folder / name).mkdir(parents=True)
        (folder / name / "rows.csv").write_text("id\n", encoding="utf-8")
        os.utime(folder / name, (time.time() - age,) * 2)
    assert [path.parent.name for path in left(Uploads(folder, 1))] == ["new"]


def test_a_run_goes_on_at_the_row_after_the_last_that_was_noted(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = loading._chunks
    monkeypatch.setattr(loading, "_chunks", lambda rows, _: chunks(rows, 2))
    rows = csv_text(COLUMNS, [GOOD | {"id": f"A{number}"} for number in range(7)]).encode()
    uploads.start(loader, "rows.csv", io.BytesIO(rows), STEWARD)
    with pytest.raises(Ended):
        work_through(runtime, tmp_path, standing="lost")
    assert loader.runs(STEWARD)[0].counts.read == 2
    assert left(uploads) != []
    assert work_through(runtime, tmp_path) == []
    (run,) = loader.runs(STEWARD)
    assert (run.counts.read, run.counts.created, run.counts.unchanged) == (7, 7, 0)
    assert run.finished_at is not None


def test_a_run_that_is_cancelled_keeps_what_it_loaded_and_loses_its_file(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path
) -> None:
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    with pytest.raises(Forbidden):
        loader.cancel(person_of("agent"))
    assert loader.cancel(STEWARD) is True
    assert loader.cancel(STEWARD) is False
    assert work_through(runtime, tmp_path) == []
    (run,) = loader.runs(STEWARD)
    assert (run.stopped_by, run.counts.read, run.is_under_way(runtime.now())) == (CANCELLED, 0, False)
    assert left(uploads) == []


def test_work_that_is_cancelled_ends_its_run(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path
) -> None:
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    assert work_through(runtime, tmp_path, standing="cancelled") == []
    assert loader.runs(STEWARD)[0].stopped_by == CANCELLED
    assert left(uploads) == []


def test_a_file_of_somebody_who_has_no_account_any_more_is_not_loaded(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    (failure,) = work_through(runtime, tmp_path)
    assert isinstance(failure, Forbidden)
    assert loader.runs(STEWARD)[0].stopped_by == "R403"
    assert left(uploads) == []


def test_a_file_that_a_token_brought_gets_no_further_than_its_scopes(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    add_access_tables(runtime.store)
    account = Entrance.of(runtime.affiliate, runtime.store).accounts.create("s", "S", PASSWORD, STEWARD.roles)
    person = account.actor(runtime.affiliate)
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), replace(person, scopes=frozenset({"feeds:use"})))
    work_through(runtime, tmp_path)
    assert [run.counts.created for run in loader.runs(person)] == [0]
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), person)
    work_through(runtime, tmp_path)
    assert sorted(run.counts.created for run in loader.runs(person)) == [0, 2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=130))
def test_whatever_a_browser_calls_a_file_it_stays_in_its_folder(
    uploads: Uploads, loader: FeedLoader, name: str
) -> None:
    with pytest.raises(FileRefused):
        uploads.start(loader, f"{name}.csv", io.BytesIO(b"id\n"), STEWARD)
    assert left(uploads) == []

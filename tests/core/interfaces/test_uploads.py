"""Files that people upload: what is refused keeps nothing, and what is loaded leaves no file behind."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.interfaces.conftest import COLUMNS, GOOD, WriteRows, person_of

from sidra.access.actor import Actor
from sidra.errors import Conflict, Forbidden
from sidra.interfaces.files import FileRefused, csv_text
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.uploads import MEGABYTE, Uploads
from sidra.runtime import Runtime

ROWS = csv_text(COLUMNS, [GOOD, GOOD | {"id": "A2"}, GOOD | {"id": "A3", "total": "x"}]).encode()
STEWARD = person_of("steward")


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", 1)


def left(uploads: Uploads) -> list[Path]:
    return [path for path in uploads.folder.rglob("*") if path.is_file()]


def test_a_file_is_loaded_in_the_background_and_then_gone(uploads: Uploads, loader: FeedLoader) -> None:
    uploads.start(loader, "C:\\shop\\Rows.CSV", io.BytesIO(ROWS), STEWARD)
    uploads.wait()
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
    uploads: Uploads, loader: FeedLoader, program: Actor, write_rows: WriteRows
) -> None:
    under_way = loader.begin(write_rows({}), program)
    with pytest.raises(Conflict):
        uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    under_way.finish()
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    uploads.wait()


def test_what_ends_a_run_early_is_kept_with_it(
    uploads: Uploads, loader: FeedLoader, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(loader.feed, "describe", broken)
    uploads.start(loader, "rows.csv", io.BytesIO(ROWS), STEWARD)
    uploads.wait()
    (run,) = loader.runs(STEWARD)
    assert (run.stopped_by, run.finished_at, run.is_under_way(runtime.now())) == ("R500", None, False)
    assert left(uploads) == []


def test_files_of_killed_processes_are_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    for process in ("999999999", str(os.getpid()), str(os.getppid())):
        (folder / f"{process}-x").mkdir(parents=True)
        (folder / f"{process}-x" / "rows.csv").write_text("id\n", encoding="utf-8")
    assert [path.parent.name for path in left(Uploads(folder, 1))] == [f"{os.getppid()}-x"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=130))
def test_whatever_a_browser_calls_a_file_it_stays_in_its_folder(
    uploads: Uploads, loader: FeedLoader, name: str
) -> None:
    with pytest.raises(FileRefused):
        uploads.start(loader, f"{name}.csv", io.BytesIO(b"id\n"), STEWARD)
    assert left(uploads) == []

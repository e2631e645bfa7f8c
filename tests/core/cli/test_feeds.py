from __future__ import annotations

import datetime
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.core.interfaces.conftest import COLUMNS, FILES, GOOD, OWN

from sidra.cli import main
from sidra.cli.feeds import summary
from sidra.interfaces.files import csv_text
from sidra.interfaces.runs import Counts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a feed `load` of the affiliate `sn`, and a file of two rows, one of which is broken."""
    monkeypatch.chdir(tmp_path)
    labelled = {"core/load.yaml": FILES["core/load.yaml"] + "label: {en: Customers of old}\n"}
    for name, text in {
        **{f"base/{name}": text for name, text in {**FILES, **labelled}.items()},
        "affiliates/sn/layer.yaml": OWN,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, value in {"BASELINE": "base", "AFFILIATES": "affiliates/*", "HOME": "var", "PLUGINS": ""}.items():
        monkeypatch.setenv(f"SIDRA_{name}", value)
    rows = [GOOD | {"plan": ""}, GOOD | {"id": "A2", "plan": "", "total": "x"}]
    (tmp_path / "rows.csv").write_text(csv_text(COLUMNS, rows), encoding="utf-8")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["feed", *words])


def refused(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == (2 if "error[R404]" in result.stderr else 3)
    assert isinstance(result.exception, SystemExit)
    assert "= help: " in result.stderr
    return result.stderr


def rejects() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("rejects", "sn", "load", "--json").stdout)
    return found


def test_a_run_prints_what_became_of_the_rows_and_shows_how_far_it_is(home: Path) -> None:
    result = run("run", "sn", "load", str(home / "rows.csv"))
    assert (result.exit_code, result.stdout) == (0, "2 read, 1 loaded, 1 quarantined\n")
    assert "load: 2 read, 1 rejected" in result.stderr
    assert "sidra feed rejects sn load" in result.stderr
    again = run("run", "sn", "load", str(home / "rows.csv"))
    assert again.stdout == "2 read, 1 unchanged, 1 quarantined\n"


def test_rejected_rows_fail_a_run_where_that_is_asked_for(home: Path) -> None:
    strict = run("run", "sn", "load", "rows.csv", "--strict")
    assert (strict.exit_code, strict.stdout) == (1, "2 read, 1 loaded, 1 quarantined\n")
    assert isinstance(strict.exception, SystemExit)
    (home / "rows.csv").write_text(csv_text(COLUMNS, [GOOD | {"plan": ""}]), encoding="utf-8")
    assert run("run", "sn", "load", "rows.csv", "--strict").exit_code == 0


def test_feeds_are_listed_with_their_last_run(home: Path) -> None:
    assert run("list", "sn").stdout == "load\tCustomers of old\t\tnever run\t\t\t0 in quarantine\n"
    run("run", "sn", "load", "rows.csv")
    (shown,) = run("list", "sn").stdout.splitlines()
    name, label, last_run, *rest = shown.split("\t")
    assert (name, label) == ("load", "Customers of old")
    assert datetime.datetime.fromisoformat(last_run).tzinfo is datetime.UTC
    assert rest == ["complete", "rows.csv", "2 read, 1 loaded, 1 quarantined", "1 in quarantine"]


def test_feeds_are_listed_as_json(home: Path) -> None:
    run("run", "sn", "load", "rows.csv")
    (listed,) = json.loads(run("list", "sn", "--json").stdout)
    assert listed.pop("last_run")
    assert listed == {
        "name": "load",
        "label": "Customers of old",
        "state": "complete",
        "file": "rows.csv",
        "counts": {"read": 2, "created": 1, "updated": 0, "unchanged": 0, "quarantined": 1, "warned": 0},
        "quarantine": 1,
    }


def test_a_run_that_ended_early_is_listed_with_its_code(home: Path) -> None:
    run("run", "sn", "load", "rows.csv")
    with closing(sqlite3.connect(home / "var/sn.db")) as database, database:
        (table,) = database.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%feed_run'").fetchone()
        database.execute(f"UPDATE {table} SET finished_at = NULL, stopped_by = 'R500'")
    assert run("list", "sn").stdout.split("\t")[3] == "ended early R500"


def test_a_terminal_shows_a_bar(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("run", "sn", "load", str(home / "rows.csv"))
    assert result.stdout == "2 read, 1 loaded, 1 quarantined\n"
    assert "\x1b[" in result.stderr
    assert "load: 2 read, 1 rejected" in result.stderr


def test_a_file_without_a_broken_row_ends_quietly(home: Path) -> None:
    (home / "rows.csv").write_text(csv_text(COLUMNS, [GOOD | {"plan": ""}]), encoding="utf-8")
    result = run("run", "sn", "load", "rows.csv")
    assert result.stdout == "1 read, 1 loaded, 0 quarantined\n"
    assert "rejects" not in result.stderr


def test_rejected_rows_are_listed_with_their_reasons(home: Path) -> None:
    run("run", "sn", "load", str(home / "rows.csv"))
    result = run("rejects", "sn", "load")
    first, second, last = result.stdout.splitlines()
    assert first.endswith("  line 3  A2")
    assert second == "    R602  total: Saisissez un nombre, par exemple 12,5."
    assert last == "1 rows in quarantine"
    assert "x" not in result.stdout.replace("exemple", "")
    (row,) = rejects()
    assert row["row"] == GOOD | {"id": "A2", "plan": "", "total": "x"}


def test_a_long_quarantine_is_shown_in_parts(home: Path) -> None:
    rows = [GOOD | {"id": f"A{number}", "total": "x"} for number in range(4)]
    (home / "rows.csv").write_text(csv_text(COLUMNS, rows), encoding="utf-8")
    run("run", "sn", "load", "rows.csv")
    result = run("rejects", "sn", "load", "--limit", "2", "--skip", "1")
    assert [line.rpartition(" ")[2] for line in result.stdout.splitlines() if "line" in line] == ["A1", "A2"]
    assert result.stdout.endswith("4 rows in quarantine, 2 shown\n")


def test_a_corrected_row_is_loaded(home: Path) -> None:
    run("run", "sn", "load", str(home / "rows.csv"))
    (kept,) = rejects()
    wrong = run("replay", "sn", "load", str(kept["id"]), "total=y")
    assert wrong.exit_code == 1
    assert "R602  total: " in wrong.stderr
    right = run("replay", "sn", "load", str(kept["id"]), "total=1", "name=Ba")
    assert (right.exit_code, right.stdout) == (0, "The row is loaded.\n")
    assert rejects() == []
    assert refused("replay", "sn", "load", str(kept["id"]), "total=1").startswith("error[R404]")


def test_a_correction_that_names_no_column_is_refused(home: Path) -> None:
    run("run", "sn", "load", str(home / "rows.csv"))
    (kept,) = rejects()
    assert refused("replay", "sn", "load", str(kept["id"]), "totl=1").startswith("error[R422]: totl: ")
    result = run("replay", "sn", "load", str(kept["id"]), "total")
    assert result.exit_code == 2
    assert "`total` is not COLUMN=TEXT" in result.stderr


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "zz", "load", "rows.csv"), "error[R404]: no affiliate `zz` is served"),
        (("run", "sn", "lod", "rows.csv"), "error[R404]: there is no feed `lod`\n  = help: there are: load"),
        (("run", "sn", "rest", "rows.csv"), "error[R404]: there is no feed `rest`"),
        (("run", "sn", "load", "none.csv"), "error[R620]: none.csv is not there"),
        (("run", "sn", "load", "affiliates"), "error[R620]: affiliates is no file"),
        (("list", "zz"), "error[R404]: no affiliate `zz` is served"),
        (("rejects", "sn", "lod"), "error[R404]: there is no feed `lod`"),
        (("replay", "sn", "lod", "x", "a=1"), "error[R404]: there is no feed `lod`"),
    ],
)
def test_a_wrong_word_is_told_with_the_way_out(words: tuple[str, ...], said: str) -> None:
    assert refused(*words).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "error[R620]: rows.csv is empty"),
        (b"\xff\xfe,a\n", "error[R620]: rows.csv is not utf-8: see line 1"),
        (b"id,name\n1,2\n", "error[R620]: columns are missing: born, level, phone, plan, total"),
        (b"x" * 1_000_001, "error[R620]: line 1 is longer than 1000000 characters"),
        (b"%PDF-1.7\n\x00\x01\n", "error[R620]: columns are missing: "),
    ],
)
def test_a_wrong_file_is_told_with_the_way_out_and_loads_nothing(home: Path, content: bytes, said: str) -> None:
    (home / "rows.csv").write_bytes(content)
    assert refused("run", "sn", "load", "rows.csv").startswith(said)
    assert run("rejects", "sn", "load").stdout == "0 rows in quarantine\n"


def test_a_summary_names_only_what_there_was() -> None:
    assert summary(Counts()) == "0 read, 0 loaded, 0 quarantined"
    assert summary(Counts(read=7043, created=7032, quarantined=11)) == "7,043 read, 7,032 loaded, 11 quarantined"
    assert summary(Counts(read=7043, unchanged=7032, quarantined=11)) == "7,043 read, 7,032 unchanged, 11 quarantined"
    mixed = Counts(read=3, created=1, updated=1, unchanged=1, warned=2)
    assert summary(mixed) == "3 read, 2 loaded, 1 unchanged, 0 quarantined, 2 with a warning"

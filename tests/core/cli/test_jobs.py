"""`sidra jobs` and `sidra work`: durable work, as an operator sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.core.jobs import works

from sidra.cli import main
from sidra.jobs.database import JobsDatabase
from sidra.jobs.service import Jobs

NIGHT = "schedule: night\nlabel: Night\nevery: day at 02:30\nrun: clean_up\n"


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """An installation with two pieces of work, in whose folder the commands run."""
    settings = works.make_installation(tmp_path, "sn", "pl")
    (tmp_path / "base" / "night.yaml").write_text(NIGHT, encoding="utf-8")
    (tmp_path / "affiliates" / "pl" / "night.yaml").write_text("schedule: night\noff: true\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    database = JobsDatabase.of(settings)
    database.prepare()
    made = Jobs(database, works.HANDLERS)
    made.enqueue("sn", "mark", {"text": "a"}, key="one")
    made.enqueue("pl", "chunks", {"text": "b", "count": 2}, key="two")
    yield made
    made.close()


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == code, result.output
    return result


def fail(port: Jobs, job: str) -> None:
    """Let a piece of work have failed for good."""
    with port.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE workflow_status SET status = 'ERROR' WHERE workflow_uuid = '{job}'")
        connection.exec_driver_sql(f"UPDATE sidra_job SET code = 'R500', reason = 'no', tries = 5 WHERE id = '{job}'")


def test_work_is_listed_the_newest_first_by_affiliate_state_and_name(port: Jobs) -> None:
    assert [line.split("\t")[0] for line in run("jobs", "list").stdout.splitlines()] == ["pl:two", "sn:one"]
    for words in (("--affiliate", "sn"), ("--work", "mark"), ("--state", "waiting", "--affiliate", "sn")):
        assert [line.split("\t")[0] for line in run("jobs", "list", *words).stdout.splitlines()] == ["sn:one"]
    assert run("jobs", "list", "--state", "failed").stdout == "There is none.\n"
    assert "R400" in run("jobs", "list", "--state", "odd", code=2).stderr


def test_a_page_follows_another(port: Jobs) -> None:
    first = json.loads(run("jobs", "list", "--limit", "1", "--json").stdout)
    second = json.loads(run("jobs", "list", "--limit", "1", "--json", "--after", first["after"]).stdout)
    assert [page["jobs"][0]["id"] for page in (first, second)] == ["pl:two", "sn:one"]
    assert second["after"] == ""
    assert "R400" in run("jobs", "list", "--after", "odd", code=2).stderr


def test_one_piece_is_shown(port: Jobs) -> None:
    shown = json.loads(run("jobs", "show", "sn:one", "--json").stdout)
    assert (shown["work"], shown["state"], shown["payload"]) == ("mark", "waiting", {"text": "a"})
    assert "state      waiting" in run("jobs", "show", "sn:one").stdout
    assert "R404" in run("jobs", "show", "sn:none", code=2).stderr


def test_work_is_cancelled_and_done_again(port: Jobs) -> None:
    run("jobs", "cancel", "sn:one")
    assert port.get("sn:one").state == "cancelled"
    assert "R065" in run("jobs", "cancel", "sn:one", code=3).stderr
    assert run("jobs", "retry", "sn:one").stdout == "1 to be done again.\n"
    assert port.get("sn:one").state == "waiting"
    assert "R065" in run("jobs", "retry", "sn:one", code=3).stderr


def test_dead_work_is_listed_and_done_again_by_name(port: Jobs) -> None:
    fail(port, "sn:one")
    fail(port, "pl:two")
    assert run("jobs", "dead", "--affiliate", "sn").stdout.split("\t")[0] == "sn:one"
    assert "R500 no" in run("jobs", "dead").stdout
    assert run("jobs", "retry", "--all", "mark").stdout == "1 to be done again.\n"
    assert (port.get("sn:one").state, port.get("pl:two").state) == ("waiting", "failed")
    run("jobs", "cancel", "pl:two")
    assert port.get("pl:two").state == "cancelled"
    assert "name one piece of work" in run("jobs", "retry", code=2).stderr


def test_schedules_are_listed_with_their_last_and_next_time(port: Jobs) -> None:
    (row,) = json.loads(run("jobs", "schedules", "sn", "--json").stdout)
    assert (row["schedule"], row["work"], row["last"]) == ("night", "clean_up", "never")
    assert row["next"].endswith("T02:30")
    assert run("jobs", "schedules", "pl").stdout == "night\tday at 02:30\tclean_up\tnever\toff\n"


def test_a_worker_of_an_affiliate_that_there_is_not_is_refused(port: Jobs) -> None:
    assert "R404" in run("work", "--affiliate", "xx", code=2).stderr


def test_a_database_that_cannot_be_used_is_told(port: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDRA_JOBS_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    assert "R060" in run("jobs", "list", code=4).stderr

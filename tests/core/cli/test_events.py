"""`sidra events`: who is told, what could not be told, and telling it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.core.events.desk import deliver, listening
from tests.core.events.test_kill import subscribed, write
from tests.core.events.works import make_desk

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates
from sidra.cli import main
from sidra.events.deliveries import MOST_TRIES
from sidra.jobs.database import JobsDatabase
from sidra.jobs.service import Jobs


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A desk one of whose subscribers refused an event until it was given up: its folder, and the subscription."""
    folder = tmp_path_factory.mktemp("cli") / "desk"
    settings = make_desk(folder)
    affiliates = Affiliates(settings)
    runtime = affiliates.get("sn")
    assert runtime is not None, affiliates.state("sn")
    with listening() as subscriber:
        subscribed(runtime, subscriber)
        write(runtime, system_actor("test"), 1)
        (made,) = runtime.events.subscriptions.list()
        subscriber.answers += [400] * MOST_TRIES
        deliver(runtime, settings)
        with runtime.store.writing() as connection:
            connection.execute("UPDATE event_delivery SET standing = 'dead', tries = 8")
    affiliates.close()
    return folder, made.id


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["events", *words])
    assert result.exit_code == code, result.output
    return result


def test_who_is_told_is_listed(desk: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, subscription = desk
    monkeypatch.chdir(folder)
    (found,) = json.loads(run("list", "sn", "--json").stdout)
    assert (found["subscription"], found["api"], found["wrong"]) == (subscription, "troubleTicket/v4", "")
    assert subscription in run("list", "sn").stdout


def test_what_was_given_up_is_listed_and_told_again(desk: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, subscription = desk
    monkeypatch.chdir(folder)
    first, second = json.loads(run("dead", "sn", "--json").stdout)
    assert (first["type"], first["subscription"], first["tries"]) == ("TroubleTicketCreateEvent", subscription, "8")
    assert first["why"] == "R123 the subscriber answered with status 400"
    assert run("replay", "sn", first["event"]).stdout == "1 to be told again.\n"
    assert [one["event"] for one in json.loads(run("dead", "sn", "--json").stdout)] == [second["event"]]
    assert run("replay", "sn", subscription).stdout == "1 to be told again.\n"
    assert run("dead", "sn").stdout == "There is none.\n"
    jobs = Jobs(JobsDatabase(f"sqlite:///{folder / 'var' / 'jobs.db'}"))
    found = jobs.list("sn", name="deliver_events").jobs
    jobs.close()
    assert [one.payload for one in found] == [{"subscription": subscription}] * 2


@pytest.mark.parametrize("id", ["x", "018f0000-0000-7000-8000-000000000001"])
def test_what_is_no_event_is_refused(desk: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, id: str) -> None:
    monkeypatch.chdir(desk[0])
    assert "R404" in run("replay", "sn", id, code=2).stderr

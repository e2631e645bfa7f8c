"""On both stores: whoever gets work, or serves the queue where it waits, is told; nobody else can be named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.core.models import model_of
from tests.prepared import Prepared

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import system_actor
from sidra.access.tables import access_tables_alone
from sidra.errors import Invalid
from sidra.queues.presence import say, state_of
from sidra.queues.serving import queues_of, who_serves
from sidra.records.record import Record
from sidra.runtime import Runtime
from sidra.store.identifiers import NO_ID
from sidra_metamodel.model import Model

CASE = """
entity: case
title: name
history: true
attributes:
  name: {type: string, required: true}
  queue: {type: queue, filter: true}
  assignee: {type: user, filter: true}
"""
AGENT = "role: agent\nmay: {case: {do: [create, read, update]}}\nfunctions: [console]\n"
EXPERT = "role: expert\nmay: {case: {do: [read]}}\n"
FRONT = "queue: front\nlabel: Front desk\n"
BACK = "queue: back\nserved_by: {roles: [agent, expert], skills: [expert]}\n"


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(CASE, AGENT, EXPERT, FRONT, BACK)


@pytest.fixture
def runtime(prepared: Prepared, model: Model) -> Iterator[Runtime]:
    with prepared.store_of(model) as store:
        yield prepared.runtime(model, store)


@pytest.fixture
def people(runtime: Runtime) -> dict[str, Account]:
    accounts = Accounts(runtime.store, access_tables_alone())
    wanted = {"awa": ["agent"], "binta": ["agent"], "chief": ["expert"], "gone": ["agent"]}
    found = {login: accounts.create(login, f"{login.title()} Diop", None, roles) for login, roles in wanted.items()}
    accounts.disable("gone")
    return found


def told(runtime: Runtime, account: Account) -> list[str]:
    return [one.kind for one in runtime.notifications.page(account.id, limit=10)]


def case(runtime: Runtime, by: Account, **values: str) -> Record:
    return runtime.records(by.actor(runtime.affiliate)).create("case", {"name": "no signal", **values})


def test_a_queue_is_served_by_roles_and_skills_and_else_by_whoever_may_use_the_console(
    runtime: Runtime, people: dict[str, Account]
) -> None:
    colleagues = runtime.people.by_login().values()
    assert [person.login for person in who_serves(runtime, "front", colleagues)] == ["awa", "binta"]
    assert [person.login for person in who_serves(runtime, "back", colleagues)] == ["chief"]
    assert who_serves(runtime, "nowhere", colleagues) == []
    assert queues_of(runtime, people["awa"].actor(runtime.affiliate)) == ("front",)
    assert queues_of(runtime, people["chief"].actor(runtime.affiliate)) == ("back",)
    assert queues_of(runtime, system_actor("test")) == ("front", "back")


def test_work_in_a_queue_is_told_to_those_who_serve_it_and_what_is_given_to_whoever_gets_it(
    runtime: Runtime, people: dict[str, Account]
) -> None:
    made = case(runtime, people["awa"], queue="front")
    assert {login: told(runtime, account) for login, account in people.items()} == {
        "awa": [],
        "binta": ["queued"],
        "chief": [],
        "gone": [],
    }
    records = runtime.records(people["awa"].actor(runtime.affiliate))
    records.update("case", made.id, {"queue": "back", "assignee": " Binta "})
    assert (told(runtime, people["binta"]), told(runtime, people["chief"])) == (["assigned", "queued"], [])
    topics = [signal.topic for signal in runtime.signals.after(NO_ID)]
    assert [topic for topic in topics if topic.startswith("queue:")].count("queue:front") == 2
    assert "queue:back" in topics
    assert records.get("case", made.id)["assignee"] == "binta"


@pytest.mark.parametrize("login", ["nobody", "gone"])
def test_who_has_no_account_or_is_shut_out_is_given_nothing(
    runtime: Runtime, people: dict[str, Account], login: str
) -> None:
    with pytest.raises(Invalid, match=r"assignee: Choose somebody who has an account here\."):
        case(runtime, people["awa"], assignee=login)
    with pytest.raises(Invalid, match=r"queue: Choose one of: front, back\."):
        case(runtime, people["awa"], queue="nowhere")


def test_what_somebody_had_before_they_were_shut_out_stays_theirs_when_something_else_changes(
    runtime: Runtime, people: dict[str, Account]
) -> None:
    made = case(runtime, people["awa"], assignee="binta")
    Accounts(runtime.store, access_tables_alone()).disable("binta")
    records = runtime.records(people["awa"].actor(runtime.affiliate))
    assert records.update("case", made.id, {"name": "signal", "assignee": "binta"})["name"] == "signal"


def test_who_takes_no_work_now_is_told_of_none_that_waits_for_anybody(
    runtime: Runtime, people: dict[str, Account]
) -> None:
    say(runtime, people["binta"].id, "away")
    say(runtime, people["awa"].id, "asleep")
    case(runtime, people["awa"], queue="front")
    assert (told(runtime, people["binta"]), state_of(runtime, people["awa"].id)) == ([], "available")

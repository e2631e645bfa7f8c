"""On both stores: what arrives finds its sender, answers go out once where they may, and work changes hands."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from tests.core.jobs.inline import settings_of
from tests.core.models import model_of
from tests.prepared import Prepared

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import system_actor
from sidra.access.tables import access_tables_alone
from sidra.channels.beginning import begin
from sidra.channels.drivers import NotSent
from sidra.channels.handling import hand_over, merge, reached, read, step_call, wrap_up
from sidra.channels.reaching import NotReachable, is_within, ways
from sidra.channels.receiving import receive
from sidra.channels.sending import MOST_TRIES, add_note, send, send_again, send_message
from sidra.channels.taking import Full, take, take_next
from sidra.errors import Conflict, Forbidden, Invalid, NotFound
from sidra.jobs.work import JobWork, Reports
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

NOON = datetime.datetime(2026, 3, 20, 12, 0, tzinfo=datetime.UTC)
DOCUMENTS = (
    (
        "entity: party\ntitle: name\nattributes: {name: {type: string}}\n"
        "relations: {media: {to: medium, many: true, owned: true, inverse: party}}\n"
    ),
    (
        "entity: medium\nattributes: {number: {type: phone, filter: true}, preferred: {type: boolean}}\n"
        "relations: {party: {to: party, required: true}}\n"
    ),
    (
        "entity: client\ntitle: name\nattributes: {name: {type: string}}\n"
        "relations: {engaged_party: {to: party, required: true, filter: true}}\n"
    ),
    (
        "entity: consent\nattributes:\n  purpose: {type: enum, enum: consent_purpose, filter: true}\n"
        "  channel: {type: string}\n  given_at: {type: datetime, sort: true}\n  withdrawn_at: {type: datetime}\n"
        "  valid_until: {type: date}\n"
        "relations: {party: {to: party, filter: true}}\n"
    ),
    "enum: consent_purpose\nvalues: [messaging]\n",
    "enum: talk_status\nvalues: [opened, in_progress, completed]\n",
    """
entity: talk
title: reason
attributes:
  reason: {type: string, required: true}
  subject: {type: string}
  direction: {type: string}
  channel: {type: string, filter: true}
  queue: {type: queue, filter: true}
  assignee: {type: user, filter: true}
  sender: {type: string, filter: true}
  sender_name: {type: string}
  unread: {type: integer, default: 0}
  waiting_since: {type: datetime, filter: true, sort: true}
  last_message: {type: string}
  last_message_at: {type: datetime, sort: true}
  call_state: {type: string}
  muted: {type: boolean}
  call_began_at: {type: datetime}
  interaction_end: {type: datetime}
  status: {type: enum, enum: talk_status, filter: true}
relations:
  client: {to: client, filter: true}
  items: {to: said, many: true, owned: true, inverse: talk}
lifecycle: {attribute: status, initial: opened, transitions: {complete: {from: [opened, in_progress], to: completed}}}
""",
    """
entity: said
attributes:
  item_kind: {type: string, default: message}
  direction: {type: string}
  channel: {type: string}
  text: {type: text, required: true}
  item_date: {type: datetime, default: {compute: now}}
  author: {type: string}
  delivery: {type: string}
  failure: {type: string}
  client_key: {type: string, unique: true}
relations: {talk: {to: talk, required: true}}
""",
    "queue: front\nserved_by: {roles: [agent, reader]}\ncapacity: {chat: 1}\nanswer_within: 15min\n",
    "simulator: deaf\nfailing: 100\n",
    "queue: back\nserved_by: {roles: [expert]}\n",
    "calendar: night\nweek: {thu: {from: '20:00', to: '08:00'}, fri: {from: '20:00', to: '08:00'}}\n",
    (
        "role: agent\nmay: {talk: {do: [create, read, update, complete]}, client: {do: [read]}, party: {do: [read]}}\n"
        "functions: [console]\n"
    ),
    (
        "role: masked\nmay: {talk: {do: [create, read, update]}, client: {do: [read]}, party: {do: [read]},\n"
        "  medium: {do: [read], columns: {number: mask}}, said: {do: [create, read]}}\nfunctions: [console]\n"
    ),
    "role: expert\nmay: {talk: {do: [read, update]}}\nfunctions: [console]\n",
    "role: reader\nmay: {talk: {do: [read]}, client: {do: [read]}, party: {do: [read]}}\nfunctions: [console]\n",
    (
        "interface: chat\nkind: channel\nmedium: chat\nprotocol: simulator\n"
        "window: 24h\nquiet: night\nconsent: messaging\n"
        'inbound: {into: talk, identify: "medium.number == source.from", customer: client, queue: front}\n'
        "outbound: {takes: {to: phone, text: text}, most_characters: 50}\n"
    ),
    (
        "interface: sms\nkind: channel\nmedium: sms\nprotocol: simulator\nsimulator: deaf\n"
        "quiet: night\nconsent: messaging\n"
        'inbound: {into: talk, identify: "medium.number == source.from", customer: client, queue: front}\n'
        "outbound: {takes: {to: phone, text: text}}\n"
    ),
    (
        "interface: line\nkind: channel\nmedium: voice\nprotocol: simulator\n"
        'inbound: {into: talk, identify: "medium.number == source.from", customer: client, queue: front}\n'
        "outbound: {takes: {to: phone}}\n"
    ),
)
NUMBER = "+48601234567"


@dataclass
class Tries:
    """How often a piece of work was tried already, for who asks its jobs."""

    tries: int

    def get(self, _: str) -> Tries:
        return self


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(*DOCUMENTS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(prepared: Prepared, model: Model, clock: Clock) -> Iterator[Runtime]:
    with prepared.store_of(model) as store:
        yield prepared.runtime(model, store).at(clock)


@pytest.fixture
def people(runtime: Runtime) -> dict[str, Account]:
    accounts = Accounts(runtime.store, access_tables_alone())
    wanted = {"awa": "agent", "binta": "agent", "chief": "expert", "guest": "reader", "masked": "masked"}
    return {login: accounts.create(login, login.title(), None, [role]) for login, role in wanted.items()}


@pytest.fixture
def client(runtime: Runtime) -> Record:
    records = runtime.records(system_actor("test"))
    party = records.create("party", {"name": "Ewa", "media": [{"number": NUMBER, "preferred": True}]})
    return records.create("client", {"name": "Ewa", "engaged_party": party.id})


def as_(runtime: Runtime, account: Account) -> Records:
    return runtime.records(account.actor(runtime.affiliate))


def hear(runtime: Runtime, text: str = "no signal", channel: str = "chat", **more: str) -> Record:
    return receive(runtime, channel, {"from": NUMBER, "text": text, **more})


def texts(runtime: Runtime) -> list[str]:
    page = runtime.records(system_actor("test")).list("said", Query(sort=("created_at",), limit=50))
    return sorted(one["text"] for one in page.records)


def refusal_of(runtime: Runtime, account: Account, talk: Record, name: str) -> str:
    return next(way.refusal for way in ways(as_(runtime, account), talk, "client") if way.name == name)


def test_a_sender_is_known_by_their_medium_and_goes_on_with_the_same_conversation(
    runtime: Runtime, client: Record
) -> None:
    first, again = hear(runtime, id="1"), hear(runtime, "still none", id="2")
    assert (first.id, first["client"].id, first["queue"]) == (again.id, client.id, "front")
    assert (again["unread"], again["waiting_since"], again["last_message"]) == (2, NOON, "still none")
    assert hear(runtime, "still none", id="2").id == first.id
    assert texts(runtime) == ["no signal", "still none"]
    other = hear(runtime, "by sms now", "sms")
    assert other.id == first.id


def test_who_is_unknown_stays_so_until_an_agent_says_who_it_is(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk = receive(runtime, "chat", {"from": "+48600000000", "text": "hello", "name": "E."})
    assert (talk["client"], talk["sender"], talk["sender_name"]) == (None, "+48600000000", "E.")
    records = as_(runtime, people["awa"])
    assert records.update("talk", talk.id, {"client": client.id})["client"].id == client.id


@pytest.mark.parametrize("source", [{"text": "hello"}, {"from": NUMBER}, {"from": NUMBER, "text": "  "}])
def test_what_has_no_sender_or_says_nothing_is_no_message(runtime: Runtime, source: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        receive(runtime, "chat", source)
    with pytest.raises(NotFound):
        receive(runtime, "pigeon", {"from": NUMBER, "text": "hello"})
    assert texts(runtime) == []


def test_long_parts_of_a_message_lose_none(runtime: Runtime, client: Record) -> None:
    long = "m" * 300
    for number, text in enumerate(("one", "two", "two")):
        hear(runtime, text, id=f"{long}{min(number, 1)}", name="n" * 5000, subject="s" * 5000)
    assert texts(runtime) == ["one", "two"]


def test_an_answer_goes_out_once_however_often_it_is_sent(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk, records = hear(runtime), as_(runtime, people["awa"])
    made = [send(records, talk, "chat", "We look into it", key="k", customer="client") for _ in range(2)]
    assert (made[0].id, made[0]["delivery"]) == (made[1].id, "queued")
    assert texts(runtime) == ["We look into it", "no signal"]
    assert records.get("talk", talk.id)["waiting_since"] is None
    assert [row.event for row in runtime.outbox.oldest(100)].count("channel.message.queued") == 1
    note = add_note(records, talk, "knows us well", key="n")
    assert (note["item_kind"], note["delivery"]) == ("note", None)
    for name in ("line", "pigeon"):
        with pytest.raises(NotFound):
            send(records, talk, name, "Hello", key="by voice", customer="client")
    for text in ("", " ", "x" * 51):
        with pytest.raises(Invalid):
            send(records, talk, "chat", text, key="other", customer="client")


def test_a_channel_refuses_after_its_window_in_quiet_hours_and_without_consent(
    runtime: Runtime, people: dict[str, Account], client: Record, clock: Clock
) -> None:
    talk, awa = hear(runtime), people["awa"]
    assert (refusal_of(runtime, awa, talk, "chat"), refusal_of(runtime, awa, talk, "sms")) == ("", "consent")
    consent = {"purpose": "messaging", "given_at": NOON, "party": client["engaged_party"].id}
    runtime.records(system_actor("test")).create("consent", consent)
    assert refusal_of(runtime, awa, talk, "sms") == ""
    clock.now = NOON + datetime.timedelta(hours=9)
    assert (refusal_of(runtime, awa, talk, "chat"), refusal_of(runtime, awa, talk, "sms")) == ("quiet", "quiet")
    hear(runtime, "anybody there?")
    assert refusal_of(runtime, awa, talk, "chat") == ""
    clock.now = NOON + datetime.timedelta(hours=34)
    assert refusal_of(runtime, awa, talk, "chat") == "window"
    with pytest.raises(NotReachable, match="the time in which an answer may be sent is over") as refused:
        send(as_(runtime, awa), talk, "chat", "late", key="k", customer="client")
    assert (refused.value.code, texts(runtime)) == ("R130", ["anybody there?", "no signal"])


def test_an_inbox_shows_who_serves_its_queue_and_nobody_else(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk = hear(runtime)
    assert reached(as_(runtime, people["awa"]), "talk", talk.id).id == talk.id
    with pytest.raises(NotFound):
        reached(as_(runtime, people["chief"]), "talk", talk.id)
    hand_over(as_(runtime, people["awa"]), talk, queue="back", login="", reason="knows the network")
    assert reached(as_(runtime, people["chief"]), "talk", talk.id)["queue"] == "back"
    with pytest.raises(NotFound):
        reached(as_(runtime, people["awa"]), "talk", talk.id)


def test_one_takes_it_and_the_other_is_told(runtime: Runtime, people: dict[str, Account], client: Record) -> None:
    talk = hear(runtime)
    assert take(as_(runtime, people["awa"]), talk)["assignee"] == "awa"
    assert take(as_(runtime, people["awa"]), talk)["assignee"] == "awa"
    with pytest.raises(Conflict):
        take(as_(runtime, people["binta"]), talk)
    with pytest.raises(Invalid):
        hand_over(as_(runtime, people["awa"]), talk, queue="", login="binta", reason=" ")
    hand_over(as_(runtime, people["awa"]), talk, queue="", login="binta", reason="speaks Polish")
    assert "assigned" in [one.kind for one in runtime.notifications.page(people["binta"].id, limit=5)]


def test_who_may_only_read_answers_takes_and_ends_nothing(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk, records = hear(runtime), as_(runtime, people["guest"])
    attempts: list[Any] = [
        lambda: send(records, talk, "chat", "hello", key="k", customer="client"),
        lambda: add_note(records, talk, "hello", key="k"),
        lambda: take(records, talk),
        lambda: hand_over(records, talk, queue="back", login="", reason="why"),
        lambda: wrap_up(records, talk, "complete", {}, ""),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    assert texts(runtime) == ["no signal"]


def test_a_call_rings_is_answered_held_and_ended(runtime: Runtime, people: dict[str, Account], client: Record) -> None:
    talk, records = hear(runtime, "bill", "line"), as_(runtime, people["awa"])
    assert talk["call_state"] == "ringing"
    with pytest.raises(Conflict):
        step_call(records, talk, "hold")
    states = [step_call(records, talk, step)["call_state"] for step in ("answer", "hold", "resume", "end")]
    assert states == ["talking", "held", "talking", "ended"]
    assert records.get("talk", talk.id)["assignee"] == "awa"
    with pytest.raises(NotFound):
        step_call(records, talk, "shout")


def test_two_conversations_of_one_customer_become_one(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    chat, call, records = hear(runtime, "hello"), hear(runtime, "bill", "line"), as_(runtime, people["awa"])
    stranger = receive(runtime, "chat", {"from": "+48600000000", "text": "me too"})
    with pytest.raises(Conflict):
        merge(records, chat, stranger, "client", "complete")
    kept = merge(records, chat, call, "client", "complete")
    assert (kept["unread"], records.get("talk", call.id)["status"]) == (2, "completed")
    ended = wrap_up(records, kept, "complete", {"reason": "no signal"}, "gone since noon")
    assert (ended["status"], ended["reason"], ended["waiting_since"]) == ("completed", "no signal", None)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-03-19T19:59", False),
        ("2026-03-19T20:00", True),
        ("2026-03-20T07:59", True),
        ("2026-03-20T08:00", False),
        ("2026-03-21T07:00", True),
        ("2026-03-22T07:00", False),
    ],
)
def test_hours_may_end_on_the_next_day(model: Model, moment: str, quiet: bool) -> None:
    assert is_within(model.calendars["night"], datetime.datetime.fromisoformat(moment)) == quiet


def test_a_sender_who_is_no_number_cannot_be_answered(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk = receive(runtime, "sms", {"from": "BANK", "text": "your code"})
    assert refusal_of(runtime, people["awa"], talk, "sms") == "address"


def test_the_company_begins_a_call_once_and_writes_unasked_only_where_that_was_agreed_to(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    records = as_(runtime, people["awa"])
    call = begin(records, "talk", "line", client.id, "the bill")
    assert (call["call_state"], call["assignee"], call["sender"]) == ("talking", "awa", NUMBER)
    assert (call["direction"], begin(records, "talk", "line", client.id, "again").id) == ("outbound", call.id)
    with pytest.raises(NotReachable) as refused:
        begin(records, "talk", "sms", client.id, "an offer")
    assert refused.value.reason == "consent"
    assert records.list("talk", Query(limit=9)).records == [call]
    consent = {"purpose": "messaging", "given_at": NOON, "party": client["engaged_party"].id}
    runtime.records(system_actor("test")).create("consent", consent)
    assert begin(records, "talk", "sms", client.id, "an offer")["call_state"] is None
    with pytest.raises(Invalid):
        begin(records, "talk", "line", "", " ")
    with pytest.raises(NotFound):
        begin(records, "talk", "pigeon", client.id, "hello")
    with pytest.raises(Forbidden):
        begin(as_(runtime, people["guest"]), "talk", "line", client.id, "hello")


def test_who_sees_numbers_masked_calls_and_reads_none(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    records = as_(runtime, people["masked"])
    call = begin(records, "talk", "line", client.id, "the bill")
    assert (call["call_state"], call["sender"]) == ("talking", None)
    assert NUMBER not in repr(records.list("talk", Query(limit=9)).records)
    way = next(way for way in ways(records, call, "client") if way.name == "sms")
    assert (way.refusal, way.to) == ("consent", NUMBER)


def test_who_has_no_room_is_asked_before_they_take_more(
    runtime: Runtime, people: dict[str, Account], client: Record, clock: Clock
) -> None:
    first = hear(runtime)
    clock.now += datetime.timedelta(minutes=1)
    others = [receive(runtime, "chat", {"from": f"+4860000000{n}", "text": "me too"}) for n in range(2)]
    records = as_(runtime, people["awa"])
    given = take_next(records, "talk")
    assert given is not None
    assert (given.id, take_next(records, "talk")) == (first.id, None)
    with pytest.raises(Full):
        take(records, others[0])
    assert take(records, others[0], over=True)["assignee"] == "awa"
    assert take(as_(runtime, people["binta"]), others[1])["assignee"] == "binta"
    assert take_next(as_(runtime, people["chief"]), "talk") is None


def test_who_has_a_conversation_reads_it_and_a_colleague_does_not_read_it_for_them(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    talk = take(as_(runtime, people["awa"]), hear(runtime))
    assert read(as_(runtime, people["binta"]), talk)["unread"] == 1
    assert read(as_(runtime, people["awa"]), talk)["unread"] == 0
    assert as_(runtime, people["awa"]).get("talk", talk.id)["waiting_since"] == NOON


def try_to_send(runtime: Runtime, folder: Path, item: Record, tries: int) -> dict[str, Any]:
    reports = Reports(lambda *_: None, lambda: "ours")
    work = JobWork(runtime, f"sn:{tries}", "send_message", reports, settings_of(folder), cast("Any", Tries(tries)))
    send_message.run(work, {"entity": item.entity, "record_id": item.id})
    now = runtime.records(system_actor("test")).get(item.entity, item.id)
    return {"delivery": now["delivery"], "failure": now["failure"]}


def test_a_message_that_does_not_go_is_tried_again_and_fails_with_its_reason_until_it_is_sent_anew(
    runtime: Runtime, people: dict[str, Account], client: Record, tmp_path: Path
) -> None:
    talk, records = hear(runtime, channel="sms"), as_(runtime, people["awa"])
    item = send(records, talk, "sms", "We look into it", key="k", customer="client")
    with pytest.raises(NotSent):
        try_to_send(runtime, tmp_path, item, 0)
    with pytest.raises(Conflict):
        send_again(records, talk, item.id, customer="client")
    told = try_to_send(runtime, tmp_path, item, MOST_TRIES - 1)
    assert told == {"delivery": "failed", "failure": "the simulator does not answer"}
    with pytest.raises(Forbidden):
        send_again(as_(runtime, people["guest"]), talk, item.id, customer="client")
    again = send_again(records, talk, item.id, customer="client")
    assert (again["delivery"], again["failure"]) == ("queued", None)
    assert [row.event for row in runtime.outbox.oldest(100)].count("channel.message.queued") == 2


def test_a_message_that_breaks_its_channel_or_has_none_any_more_does_not_wait_for_ever(
    runtime: Runtime,
    people: dict[str, Account],
    client: Record,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk, records = hear(runtime, channel="sms"), as_(runtime, people["awa"])
    item = send(records, talk, "sms", "We look into it", key="k", customer="client")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sidra.channels.sending.driver_of", broken)
    with pytest.raises(ZeroDivisionError):
        try_to_send(runtime, tmp_path, item, 0)
    told = try_to_send(runtime, tmp_path, item, MOST_TRIES - 1)
    assert (told["delivery"], "ZeroDivisionError" in told["failure"]) == ("failed", True)
    send_again(records, talk, item.id, customer="client")
    monkeypatch.setattr("sidra.channels.sending.channels_of", lambda _: {})
    assert try_to_send(runtime, tmp_path, item, 0)["delivery"] == "failed"


def test_a_message_that_goes_out_is_marked_with_how_far_it_came(
    runtime: Runtime, people: dict[str, Account], client: Record, tmp_path: Path
) -> None:
    item = send(as_(runtime, people["awa"]), hear(runtime), "chat", "Hello", key="k", customer="client")
    for _ in range(2):
        assert try_to_send(runtime, tmp_path, item, 0) == {"delivery": "delivered", "failure": None}


def test_who_may_not_see_the_customer_does_not_learn_how_they_are_reached(
    runtime: Runtime, people: dict[str, Account], client: Record
) -> None:
    consent = {"purpose": "messaging", "given_at": NOON, "party": client["engaged_party"].id}
    runtime.records(system_actor("test")).create("consent", consent)
    talk = hear(runtime)
    assert refusal_of(runtime, people["awa"], talk, "sms") == ""
    seen = as_(runtime, people["chief"]).get("talk", talk.id)
    assert next(way for way in ways(as_(runtime, people["chief"]), seen, "client") if way.name == "sms").to == ""
    assert refusal_of(runtime, people["chief"], seen, "sms") == "address"

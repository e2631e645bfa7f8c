"""The console's addresses over HTTP: what each does, for whom, and that whoever may not do it meets a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import webtest
from tests.core.channels.test_conversations import DOCUMENTS, NUMBER
from tests.ui.served import GROUP, OVERLAY, PASSWORD, Site, visible_text

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.channels.receiving import receive
from sidra.queues.presence import state_of
from sidra.records.record import Record
from sidra.settings import Settings
from sidra.store.identifiers import NO_ID, id_text
from sidra.web.app import create_app, installed_topics

SCREEN = """
screen: console
kind: console
of: talk
inbox: {channels: [chat, voice], filter: "status != 'completed'"}
context: {customer: client}
wrap_up: {fields: [reason], transition: complete}
"""
OUTSIDER = "role: outsider\nmay: {talk: {do: [read, update, complete]}}\n"
PEOPLE = {"awa": "agent", "binta": "agent", "chief": "expert", "guest": "reader", "outside": "outsider"}
UNKNOWN = id_text(NO_ID)


@dataclass(frozen=True)
class Desk:
    """A served console, and a customer who writes."""

    site: Site
    client: Record
    browsers: dict[str, webtest.TestApp]

    def browser(self, login: str = "") -> webtest.TestApp:
        """The browser of somebody, who signs in once."""
        if login not in self.browsers:
            self.browsers[login] = self.site.browser(login)
        return self.browsers[login]

    def hear(self, text: str = "no signal", channel: str = "chat", **more: str) -> Record:
        return receive(self.site.runtime, channel, {"from": NUMBER, "text": text, **more})

    def talk(self, id: str) -> Record:
        return self.site.system.get("talk", id)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One console for all: each test has conversations of its own."""
    folder = tmp_path_factory.mktemp("console")
    begins = "transitions: {start: {from: [opened], to: in_progress}, "
    documents = [text.replace("transitions: {", begins) for text in DOCUMENTS]
    files = {f"base/core/{number}.yaml": text for number, text in enumerate((*documents, SCREEN, OUTSIDER))}
    files |= {f"base/{name}": GROUP[name] for name in ("layer.yaml", "core/pack.yaml")}
    for name, text in {**files, "sn/layer.yaml": OVERLAY}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip("\n"), encoding="utf-8")
    settings = Settings(
        home=folder, affiliates=(folder / "sn",), baseline=folder / "base", log_level="error", plugins=()
    )
    affiliates = Affiliates(settings)
    site = Site(create_app(settings, affiliates, topics=installed_topics()), affiliates, folder / "sn")
    accounts = Entrance.of("sn", site.runtime.store).accounts
    for login, role in PEOPLE.items():
        accounts.create(login, login.title(), PASSWORD, [role], locale="en")
    party = site.system.create("party", {"name": "Ewa", "media": [{"number": NUMBER, "preferred": True}]})
    site.system.create("client", {"name": "Ewa", "engaged_party": party.id})
    return site


@pytest.fixture(scope="module")
def browsers() -> dict[str, webtest.TestApp]:
    return {}


@pytest.fixture
def desk(served: Site, browsers: dict[str, webtest.TestApp]) -> Desk:
    system = served.system
    for one in system.list("talk").records:
        system.delete("talk", one.id)
    return Desk(served, system.list("client").records[0], browsers)


def token_of(browser: webtest.TestApp) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sn/notifications").text)
    assert found is not None
    return found[1]


def post(browser: webtest.TestApp, path: str, status: int, **given: str) -> webtest.TestResponse:
    return browser.post(f"/sn/talk/console{path}", {"csrf_token": token_of(browser), **given}, status=status)


def test_the_inbox_shows_what_is_ones_own_or_waits_in_ones_queues(desk: Desk) -> None:
    talk = desk.hear()
    page = f"/sn/talk/console/{talk.id}"
    assert "no signal" in visible_text(desk.browser("awa").get(page))
    assert "no signal" in visible_text(desk.browser("guest").get("/sn/talk/console?tab=team"))
    for part in ("thread", "inbox"):
        assert "<html" not in desk.browser("awa").get(f"{page}?part={part}").text
    desk.browser("chief").get(page, status=404)
    assert "no signal" not in desk.browser("chief").get("/sn/talk/console?tab=team").text
    for path in ("/sn/talk/console", page, "/sn/talk/console/new"):
        desk.browser("outside").get(path, status=404)
        desk.browser().get(path, status=303)
    desk.browser("awa").get(f"/sn/talk/console/{UNKNOWN}", status=404)


def test_a_conversation_is_taken_answered_noted_read_and_ended(desk: Desk) -> None:
    talk, awa = desk.hear(), desk.browser("awa")
    one = f"/{talk.id}"
    post(awa, f"{one}/take", 303)
    assert desk.talk(talk.id)["assignee"] == "awa"
    awa.post(f"/sn/talk/console{one}/read", {"csrf_token": token_of(awa)}, status=204)
    for _ in range(2):
        post(awa, f"{one}/send", 303, channel="chat", text="We look into it", key="k1")
    post(awa, f"{one}/send", 303, channel="note", text="knows us well", key="k2")
    said = sorted(item["text"] for item in desk.site.system.list("said").records if item["talk"].id == talk.id)
    assert [text for text in said if "=" not in text] == ["We look into it", "knows us well", "no signal"]
    for given in ({"channel": "chat", "text": ""}, {"channel": "chat", "text": "x" * 51}):
        assert given["text"] in post(awa, f"{one}/send", 422, key="k3", **given).text
    post(awa, f"{one}/send", 404, channel="pigeon", text="Hello", key="k4")
    post(awa, f"{one}/call/answer", 422)
    post(awa, f"{one}/call/dance", 404)
    post(awa, f"{one}/again/{UNKNOWN}", 404)
    post(awa, f"{one}/wrap-up", 303, **{"wrap.reason": "no signal", "wrap.assignee": "binta", "note": "done"})
    assert (desk.talk(talk.id)["status"], desk.talk(talk.id)["assignee"]) == ("completed", "awa")


def test_who_only_reads_or_stands_outside_changes_nothing(desk: Desk) -> None:
    talk = desk.hear()
    before = desk.talk(talk.id).version
    given = {"channel": "chat", "text": "Hello", "key": "k", "queue": "back", "reason": "why", "wrap.reason": "over"}
    for login, status in (("guest", 403), ("chief", 404), ("outside", 404)):
        browser = desk.browser(login)
        token = {"csrf_token": token_of(browser), **given}
        for word in ("send", "take", "hand-over", "wrap-up", "link", "call/answer"):
            told = browser.post(f"/sn/talk/console/{talk.id}/{word}", token, status="*")
            assert told.status_int in {status, 422}, (login, word, told.status_int)
        browser.post(f"/sn/talk/console/{talk.id}/send", {**given}, status=403)
    assert desk.talk(talk.id).version == before


def test_what_is_handed_over_leaves_the_inbox_and_joins_need_one_customer(desk: Desk) -> None:
    talk, other = desk.hear(), desk.hear("by another way", "sms")
    awa = desk.browser("awa")
    post(awa, f"/{talk.id}/hand-over", 422, queue="back", reason="")
    assert other.id == talk.id
    stranger = receive(desk.site.runtime, "chat", {"from": "+48600000001", "text": "hello"})
    post(awa, f"/{talk.id}/merge", 422, other=stranger.id)
    post(awa, f"/{stranger.id}/link", 303, customer=desk.client.id)
    post(awa, f"/{talk.id}/merge", 303, other=stranger.id)
    assert desk.talk(stranger.id)["status"] == "completed"
    post(awa, f"/{talk.id}/hand-over", 303, queue="back", reason="Needs an expert")
    awa.get(f"/sn/talk/console/{talk.id}", status=404)
    assert desk.browser("chief").get(f"/sn/talk/console/{talk.id}").status_int == 200


def test_the_next_one_is_given_and_a_call_is_begun_once(desk: Desk) -> None:
    talk, awa = desk.hear(), desk.browser("awa")
    assert post(awa, "/next", 303).location.endswith(f"/console/{talk.id}")
    assert post(awa, "/next", 303).location.endswith("/console")
    post(awa, "/presence", 303, state="away")
    post(awa, "/presence", 303, state="asleep")
    assert state_of(desk.site.runtime, Entrance.of("sn", desk.site.runtime.store).accounts.existing("awa").id) == "away"
    assert awa.get(f"/sn/talk/console/new?customer={desk.client.id}&by=line").status_int == 200
    given = {"customer": desk.client.id, "channel": "line", "about": "the bill"}
    places = {post(awa, "/new", 303, **given).location for _ in range(2)}
    assert len(places) == 1
    assert post(awa, "/new", 422, **{**given, "about": ""}).status_int == 422
    assert post(awa, "/new", 422, **{**given, "channel": "pigeon"}).status_int == 422
    guest = desk.browser("guest")
    guest.get("/sn/talk/console/new", status=403)
    post(guest, "/new", 403, **given)

"""Who may open a stream, of what, and what is answered where there is none to be had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import webtest
from tests.core.web.conftest import World, settings_for
from tests.core.web.test_sessions import Browser, sign_in

from sidra.live.signals import tell
from sidra.live.streams import Streams
from sidra.runtime import Runtime
from sidra.store.identifiers import id_text, new_id
from sidra.web.app import TOPICS, create_app
from sidra.web.environs import STREAM

# WebTest ships no types.
Untyped = Any
OURS = "job:care"


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Browser:
    topics = (*TOPICS, "tests.core.web.screens")
    made = webtest.TestApp(create_app(settings_for(tmp_path), world.affiliates, topics=topics))
    sign_in(made)
    return made


def runtime_of(world: World) -> Runtime:
    found = world.affiliates.states["sn"].runtime
    assert found is not None
    return found


def told(world: World, topic: str = OURS) -> None:
    runtime = runtime_of(world)
    with runtime.unit_of_work(runtime.system_actor) as unit:
        tell(unit, topic, "changed")


def listen(browser: Browser, query: str = f"topic={OURS}", **headers: str) -> Untyped:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.get(f"/sn/live?{query}", headers=sent, expect_errors=True)


def test_a_stranger_is_told_nothing(world: World) -> None:
    assert world.stranger().get(f"/sn/live?topic={OURS}").status_code == 204


def test_a_token_of_the_api_opens_no_stream(world: World) -> None:
    assert world.client().get(f"/sn/live?topic={OURS}").status_code == 204


def test_who_signed_out_is_told_nothing(browser: Browser) -> None:
    token = browser.get("/sn/").text.rpartition(" ")[2]
    assert listen(browser).status_code == 200
    browser.post("/sn/sign-out", {"csrf_token": token})
    assert listen(browser).status_code == 204


def test_a_browser_that_may_look_at_nothing_does_not_come_again(browser: Browser) -> None:
    assert listen(browser, f"topic=account:{new_id(1)}&topic=nonsense").status_code == 204
    assert listen(browser, "").status_code == 204


def test_where_no_stream_is_to_be_had_the_browser_is_told_what_it_missed_and_comes_again(
    browser: Browser, world: World
) -> None:
    first = listen(browser)
    assert first.content_type == "text/event-stream"
    assert "retry: 20000" in first.text
    known = first.text.partition("id: ")[2].partition("\n")[0]
    told(world)
    told(world, "job:other")
    again = listen(browser, Last_Event_ID=known)
    assert again.text.count("data: {") == 2
    assert f'{{"topic":"{OURS}","kind":"changed"}}' in again.text
    assert "job:other" not in again.text
    assert f'"{OURS}"' in listen(browser, f"topic={OURS}&since={known}").text


@pytest.mark.parametrize("known", [id_text(bytes(16)), "nonsense", "%C3%A9" * 36, "0" * 36])
def test_who_was_away_for_long_or_says_nonsense_asks_for_everything_anew(browser: Browser, known: str) -> None:
    answer = listen(browser, f"topic={OURS}&since={known}")
    assert f'{{"topic":"{OURS}","kind":"reset"}}' in answer.text


def test_who_missed_much_asks_for_everything_anew_and_not_all_of_it_is_read(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidra.live.reader.MOST_LOOKED_AT", 2)
    known = listen(browser).text.partition("id: ")[2].partition("\n")[0]
    for number in range(3):
        told(world, f"job:other{number}")
    answer = listen(browser, Last_Event_ID=known)
    assert f'{{"topic":"{OURS}","kind":"reset"}}' in answer.text


def test_a_server_that_offers_streams_is_handed_one_unless_it_is_full_or_asked_to_tell_at_once(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[object] = []

    def ask(query: str = f"topic={OURS}") -> int:
        request = webtest.TestRequest.blank(f"/sn/live?{query}", environ={STREAM: None})
        answer = browser.do_request(request)
        handed.append(request.environ[STREAM])
        return len(answer.body)

    assert ask() == 0
    assert handed[-1] is not None
    assert ask(f"topic={OURS}&poll=") > 0
    assert handed[-1] is None
    monkeypatch.setattr(Streams, "has_room", lambda *_: False)
    assert ask() > 0
    assert handed[-1] is None


def test_being_told_renews_no_session(browser: Browser, world: World) -> None:
    store = runtime_of(world).store
    with store.writing() as connection:
        connection.execute("UPDATE access_session SET seen_at = seen_at - 600000000")
    before = seen(world)
    listen(browser)
    browser.get("/sn/", headers={"Sidra-Unattended": "1"})
    assert seen(world) == before
    browser.get("/sn/")
    assert seen(world) > before


def seen(world: World) -> int:
    with runtime_of(world).store.reading() as connection:
        return int(connection.execute("SELECT max(seen_at) FROM access_session").fetchone()[0])

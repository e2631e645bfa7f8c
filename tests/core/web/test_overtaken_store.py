"""Another process brings the database to a new configuration: whoever meets that takes it, and is answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import webtest
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from tests.core.affiliates.test_registry import folder, settings_of
from tests.core.web.conftest import INDIVIDUALS, Client, World

from sidra.access.actor import system_actor
from sidra.affiliates import registry
from sidra.affiliates.migrating import Migrating
from sidra.affiliates.registry import Affiliates
from sidra.configuration import read_configuration
from sidra.runtime import Runtime
from sidra.store.failures import Reshaped
from sidra.web import api
from sidra.web.answers import Answer
from sidra.web.api import ApiVisit
from sidra.web.app import TOPICS, create_app
from sidra.web.bodies import read_body
from sidra.web.request import Request

__all__ = ["folder"]
SIZED = "entity: note\ntitle: text\nattributes:\n  text: {{type: string}}\n  size: {{type: decimal, scale: {}}}\n"


@pytest.fixture
def affiliates(folder: Path) -> Iterator[Affiliates]:
    write(folder, SIZED.format(2))
    made = Affiliates(settings_of(folder))
    yield made
    made.close()


def write(folder: Path, text: str) -> None:
    (folder / "baseline/core/note.yaml").write_text(text, encoding="utf-8")


def apply(folder: Path) -> None:
    """What `sidra db apply` of another process does."""
    Migrating.of(read_configuration(settings_of(folder)), "sn").apply(consents=True)


def served(affiliates: Affiliates) -> Runtime:
    made = affiliates.get("sn")
    assert made is not None
    return made


def test_a_runtime_that_was_overtaken_is_replaced_at_once_and_once(
    affiliates: Affiliates, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = served(affiliates)
    record = old.records(system_actor("test")).create("note", {"text": "a", "size": "1.5"})
    write(folder, SIZED.format(5))
    apply(folder)
    with pytest.raises(Reshaped):
        old.records(system_actor("test")).get("note", record.id)
    loaded: list[str] = []
    load = affiliates._replace

    def spy(name: str) -> None:
        loaded.append(name)
        load(name)

    monkeypatch.setattr(affiliates, "_replace", spy)
    told: list[bool] = []
    threads = [threading.Thread(target=lambda: told.append(affiliates.overtaken("sn", old))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told, loaded) == ([True] * 5, ["sn"])
    assert str(served(affiliates).records(system_actor("test")).get("note", record.id)["size"]) == "1.50000"


def test_where_the_files_are_behind_nobody_waits_twice(
    affiliates: Affiliates, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = served(affiliates)
    reloads: list[int] = []
    reload = affiliates.reload

    def spy() -> tuple[str, ...]:
        reloads.append(1)
        return reload()

    monkeypatch.setattr(affiliates, "reload", spy)
    assert [affiliates.overtaken("sn", old) for _ in range(3)] == [False] * 3
    assert len(reloads) == 1
    monkeypatch.setattr(registry, "OVERTAKEN_SECONDS", 0.0)
    affiliates.overtaken("sn", old)
    assert len(reloads) == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_for_a_screen_that_meets_the_fence_is_answered_by_the_new_configuration(
    affiliates: Affiliates, folder: Path, method: str
) -> None:
    met: list[Runtime] = []

    def view(request: Request) -> Response:
        met.append(request.runtime)
        text = request.POST["text"] if method == "POST" else "a"
        made = request.runtime.records(system_actor("test")).create("note", {"text": text, "size": "2"})
        return Response(f"{made['text']} {made['size']}")

    def topic(config: Configurator) -> None:
        config.add_route("try", "/{affiliate}/try")
        config.add_view(view, route_name="try", require_csrf=False, permission=NO_PERMISSION_REQUIRED)

    app = webtest.TestApp(create_app(affiliates.settings, affiliates, topics=(*TOPICS, topic)))
    ask = app.get if method == "GET" else app.post
    given = None if method == "GET" else {"text": "a"}
    assert ask("/sn/try", given).text == "a 2.00"
    write(folder, SIZED.format(5))
    apply(folder)
    assert ask("/sn/try", given).text == "a 2.00000"
    assert ask("/sn/try", given).text == "a 2.00000"
    assert len(met) == 4
    assert len(set(met)) == 2
    records = served(affiliates).records(system_actor("test")).list("note").records
    assert [str(record["size"]) for record in records] == ["2.00000"] * 3


@pytest.mark.parametrize(("kept", "status"), [(0, 201), (1, 503)])
def test_a_request_of_the_api_begins_again_unless_it_has_kept_something(
    world: World, agent: Client, monkeypatch: pytest.MonkeyPatch, kept: int, status: int
) -> None:
    monkeypatch.setattr(world.affiliates, "overtaken", lambda name, runtime: runtime.affiliate == "sn" == name)
    asked: list[bytes] = []
    respond = api.respond

    def meets(visit: ApiVisit, parts: Sequence[str]) -> Answer:
        asked.append(read_body(visit.environ))
        if len(asked) > 1:
            return respond(visit, parts)
        visit.runtime.store.kept.count += kept
        raise Reshaped("its tables have just been changed")

    monkeypatch.setattr(api, "respond", meets)
    answer = agent.post(INDIVIDUALS, {"givenName": "Awa", "familyName": "Ndiaye"})
    assert answer.status_int == status
    assert len(asked) == 2 - kept
    assert len(set(asked)) == 1

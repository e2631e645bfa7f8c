"""A server that goes away and comes back, and affiliates that move: whoever is elsewhere notices nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import webtest
from tests.core.affiliates.installations import Installation, installation
from tests.servers import PostgresqlServer

from sidra.access.actor import system_actor
from sidra.affiliates.registry import RETRY, Affiliates
from sidra.errors import Busy
from sidra.web.app import create_app

STORES = {"sn": "{sqlite: sn.db}", "eg": "{schema: eg}"}


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture(scope="module")
def server(postgresql: Path) -> Iterator[PostgresqlServer]:
    """A server of this module's own, since its tests stop it."""
    made = PostgresqlServer(postgresql)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def made(tmp_path: Path, server: PostgresqlServer) -> Iterator[Installation]:
    """`sn` in a file and `eg` in a schema."""
    with installation(tmp_path, server) as found:
        for name, store in STORES.items():
            found.add(name, store)
        found.provision("eg")
        yield found


def add_note(affiliates: Affiliates, name: str, text: str = "here") -> None:
    runtime = affiliates.get(name)
    assert runtime is not None, affiliates.state(name)
    runtime.records(system_actor("test")).create("note", {"text": text})


def notes(affiliates: Affiliates, name: str) -> list[str]:
    runtime = affiliates.get(name)
    assert runtime is not None, affiliates.state(name)
    return [record["text"] for record in runtime.records(system_actor("test")).list("note").records]


def test_while_a_server_is_away_its_affiliates_say_so_and_come_back(made: Installation) -> None:
    with closing(Affiliates(made.settings)) as affiliates:
        app = webtest.TestApp(create_app(made.settings, affiliates))
        for name in STORES:
            add_note(affiliates, name)
        assert app.get("/health").json["affiliates"] == {"eg": "served", "sn": "served"}
        made.server.stop()
        try:
            with pytest.raises(Busy):
                notes(affiliates, "eg")
            with pytest.raises(Busy):
                add_note(affiliates, "eg")
            add_note(affiliates, "sn", "meanwhile")
            told = app.get("/health", expect_errors=True)
            assert (told.status_code, told.json["affiliates"]) == (503, {"eg": "unreachable", "sn": "served"})
        finally:
            made.server.start()
        assert app.get("/health").json["affiliates"] == {"eg": "served", "sn": "served"}
        add_note(affiliates, "eg", "again")
        assert sorted(notes(affiliates, "eg")) == ["again", "here"]
        assert sorted(notes(affiliates, "sn")) == ["here", "meanwhile"]


def test_a_server_that_is_away_at_the_start_is_tried_again(made: Installation) -> None:
    clock = Clock()
    made.server.stop()
    try:
        affiliates = Affiliates(made.settings, clock=clock)
        state = affiliates.state("eg")
        assert state is not None
        assert (state.runtime, state.is_waiting, [found.code for found in state.diagnostics]) == (None, True, ["R002"])
        add_note(affiliates, "sn")
    finally:
        made.server.start()
    assert affiliates.get("eg") is None
    clock.now += RETRY
    add_note(affiliates, "eg")
    affiliates.close()


def test_a_place_that_was_not_made_yet_is_served_once_it_is(made: Installation) -> None:
    clock = Clock()
    made.add("ml", "{schema: ml}")
    with closing(Affiliates(made.settings, clock=clock)) as affiliates:
        assert affiliates.get("ml") is None
        made.provision("ml")
        clock.now += RETRY
        add_note(affiliates, "ml")


def test_a_role_that_may_read_everything_is_not_served(made: Installation) -> None:
    clock = Clock()
    role = made.place("eg").role
    made.server.execute(f"GRANT pg_read_all_data TO {role}")
    with closing(Affiliates(made.settings, clock=clock)) as affiliates:
        state = affiliates.state("eg")
        assert state is not None
        assert (state.runtime, [found.code for found in state.diagnostics]) == (None, ["R031"])
        made.server.execute(f"REVOKE pg_read_all_data FROM {role}")
        clock.now += RETRY
        assert affiliates.get("eg") is not None


def test_an_affiliate_that_moves_is_served_from_its_new_place(made: Installation) -> None:
    with closing(Affiliates(made.settings)) as affiliates:
        affiliates.load_all()
        add_note(affiliates, "eg", "in the schema")
        made.add("eg", "{sqlite: eg.db}")
        assert affiliates.reload() == ("eg",)
        assert notes(affiliates, "eg") == []
        add_note(affiliates, "eg", "in the file")
        made.add("eg", "{schema: eg}")
        affiliates.reload()
        assert notes(affiliates, "eg") == ["in the schema"]


def test_nobody_gets_the_schema_that_another_had(made: Installation) -> None:
    with closing(Affiliates(made.settings)) as affiliates:
        affiliates.load_all()
        add_note(affiliates, "eg", "of eg")
        made.add("sn", "{schema: eg}")
        made.add("eg", "{sqlite: eg.db}")
        affiliates.reload()
        for _ in range(2):
            state = affiliates.state("sn")
            assert state is not None
            assert not state.is_current
            assert notes(affiliates, "sn") == []
            assert notes(affiliates, "eg") == []
    with closing(Affiliates(made.settings)) as affiliates:
        state = affiliates.state("sn")
        assert state is not None
        assert (state.runtime, [found.code for found in state.diagnostics]) == (None, ["R031"])


def test_two_names_of_one_server_do_not_make_two_of_a_database(made: Installation) -> None:
    made.add("pl", f'{{database: "{made.own_database("pl")}"}}')
    made.provision("pl")
    by_socket = f"postgresql:///{made.name}_pl?host={made.server.folder}&port={made.server.port}"
    made.add("ro", f'{{database: "{by_socket}"}}')
    with closing(Affiliates(made.settings)) as affiliates:
        add_note(affiliates, "pl")
        state = affiliates.state("ro")
        assert state is not None
        assert (state.runtime, [found.code for found in state.diagnostics]) == (None, ["R031"])

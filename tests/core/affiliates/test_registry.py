from __future__ import annotations

import datetime
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidra.access.actor import Actor, system_actor
from sidra.access.functions import SEARCH
from sidra.affiliates.registry import RETRY, Affiliates
from sidra.affiliates.states import AffiliateState
from sidra.errors import SidraError
from sidra.plugins import PluginFailed
from sidra.records.query import Query
from sidra.runtime import Runtime
from sidra.settings import Settings, load_settings
from sidra.store import database, sqlite

PACK = "pack: core\ntier: core\n"
GROUP = "layer: meridian\nlevel: group\nlocales: [en]\ncurrency: EUR\n"
NOTE = "entity: note\ntitle: text\nattributes:\n  text: {type: string, search: true, sort: true}\n"


def layer(name: str, more: str = "") -> str:
    return f"layer: {name}\nlevel: affiliate\nprefix: {name}\ntiers: [core]\nlocales: [fr]\n{more}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A baseline with one entity, and the affiliates `sn` and `pl`."""
    files = {
        "baseline/layer.yaml": GROUP,
        "baseline/core/pack.yaml": PACK,
        "baseline/core/note.yaml": NOTE,
        "affiliates/sn/layer.yaml": layer("sn"),
        "affiliates/pl/layer.yaml": layer("pl", "store: {sqlite: poland.db}\n"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def affiliates(folder: Path) -> Iterator[Affiliates]:
    made = Affiliates(settings_of(folder))
    yield made
    made.close()


def settings_of(folder: Path) -> Settings:
    return load_settings({"SIDRA_BASELINE": "baseline", "SIDRA_PLUGINS": ""}, folder)


def overlay(folder: Path, text: str) -> None:
    (folder / "affiliates/sn/note.yaml").write_text(text, encoding="utf-8")


def saved(affiliates: Affiliates, folder: Path, text: str) -> tuple[str, ...]:
    overlay(folder, text)
    return affiliates.reload()


def state_of(affiliates: Affiliates, name: str = "sn") -> AffiliateState:
    found = affiliates.state(name)
    assert found is not None
    return found


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Affiliates]:
    """Affiliates that are all loaded, by a clock of the test's; a busy database is not waited for."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    made = Affiliates(settings_of(folder), clock=clock)
    made.load_all()
    yield made
    made.close()


LOCAL = "entity: note\nattributes:\n  x_sn_mood: {$why: asked for, type: string, sort: true, search: true}\n"


def test_each_affiliate_has_a_runtime_on_a_store_of_its_own(affiliates: Affiliates, folder: Path) -> None:
    assert affiliates.names == ("pl", "sn")
    one, two = affiliates.get("sn"), affiliates.get("pl")
    assert one is not None
    assert two is not None
    one.records(system_actor("test")).create("note", {"text": "here"})
    assert two.records(system_actor("test")).list("note").records == []
    assert (folder / "var/sn.db").is_file()
    assert (folder / "var/poland.db").is_file()


def test_an_affiliate_that_is_not_there_has_no_runtime_and_no_state(affiliates: Affiliates) -> None:
    assert affiliates.get("eg") is None
    assert affiliates.state("eg") is None


def test_a_saved_overlay_is_in_force_for_its_affiliate_alone(affiliates: Affiliates, folder: Path) -> None:
    before, other = affiliates.get("sn"), affiliates.get("pl")
    assert saved(affiliates, folder, LOCAL) == ("sn",)
    now = affiliates.get("sn")
    assert now is not None
    assert now is not before
    assert affiliates.get("pl") is other
    made = now.records(system_actor("test")).create("note", {"text": "a", "x_sn_mood": "good"})
    assert made["x_sn_mood"] == "good"


def test_nothing_changes_when_no_file_says_anything_else(affiliates: Affiliates) -> None:
    affiliates.load_all()
    before = affiliates.get("sn")
    assert affiliates.reload() == ()
    assert affiliates.get("sn") is before


@pytest.mark.parametrize(
    "broken",
    [
        "entity: note\nattributes: [",
        "entity: note\natributes: {}\n",
        "entity: note\nattributes:\n  text: {type: integer}\n",
    ],
)
def test_a_broken_overlay_leaves_the_last_good_runtime_and_tells_why(
    affiliates: Affiliates, folder: Path, broken: str
) -> None:
    good = affiliates.get("sn")
    saved(affiliates, folder, broken)
    state = affiliates.state("sn")
    assert state is not None
    assert state.runtime is good
    assert not state.is_current
    assert any("note.yaml" in str(found.at) for found in state.diagnostics)
    other = affiliates.state("pl")
    assert other is not None
    assert other.is_current
    (folder / "affiliates/sn/note.yaml").unlink()
    affiliates.reload()
    mended = affiliates.state("sn")
    assert mended is not None
    assert mended.is_current
    assert mended.diagnostics == ()


def test_an_affiliate_that_was_never_good_does_not_hold_the_others_back(folder: Path) -> None:
    overlay(folder, "entity: note\natributes: {}\n")
    affiliates = Affiliates(settings_of(folder))
    assert affiliates.get("sn") is None
    assert affiliates.get("pl") is not None
    affiliates.close()


def test_a_place_that_no_setting_leads_to_is_told_as_a_diagnostic(folder: Path) -> None:
    (folder / "affiliates/sn/layer.yaml").write_text(layer("sn", "store: {schema: sn}\n"), encoding="utf-8")
    affiliates = Affiliates(settings_of(folder))
    state = affiliates.state("sn")
    assert state is not None
    assert state.runtime is None
    assert [(found.code, str(found.at)) for found in state.diagnostics] == [("R005", "affiliates/sn/layer.yaml:6:17")]
    affiliates.close()


def test_a_type_that_changes_keeps_the_last_good_runtime(folder: Path, affiliates: Affiliates) -> None:
    saved(affiliates, folder, LOCAL)
    good = affiliates.get("sn")
    saved(affiliates, folder, LOCAL.replace("string, sort: true, search: true", "duration"))
    state = affiliates.state("sn")
    assert state is not None
    assert state.runtime is good
    assert [found.code for found in state.diagnostics] == ["R003"]


def test_a_plugin_that_is_missing_is_told_before_anything_is_loaded(folder: Path) -> None:
    with pytest.raises(PluginFailed):
        Affiliates(load_settings({"SIDRA_BASELINE": "baseline", "SIDRA_PLUGINS": "no_such_plugin"}, folder))


def test_every_entity_of_the_demonstration_can_be_read_by_every_role_that_may(root: Path, tmp_path: Path) -> None:
    affiliates = Affiliates(load_settings({"SIDRA_HOME": str(tmp_path / "var")}, root))
    for name in affiliates.names:
        runtime = affiliates.get(name)
        state = affiliates.state(name)
        assert runtime is not None, [f"{found.at}: {found.message}" for found in state.diagnostics] if state else name
        for role in runtime.model.roles:
            actor = Actor("00000000-0000-7000-8000-0000000000aa", "x", frozenset({role}))
            records = runtime.records(actor)
            for entity in runtime.model.entities:
                if records.view(entity).can_read:
                    assert records.list(entity, Query(limit=1)).records == []
            if records.profile.may_use(SEARCH):
                assert records.search("diop") == []
    affiliates.close()


def test_the_error_of_a_store_is_one_of_ours(folder: Path) -> None:
    (folder / "var").write_text("", encoding="utf-8")
    affiliates = Affiliates(settings_of(folder))
    state = affiliates.state("sn")
    assert state is not None
    assert [found.code for found in state.diagnostics] == ["R002"]
    assert issubclass(PluginFailed, SidraError)
    affiliates.close()


def test_a_change_makes_only_the_tables_anew_that_it_concerns(affiliates: Affiliates, folder: Path) -> None:
    (folder / "baseline/core/call.yaml").write_text(NOTE.replace("note", "call"), encoding="utf-8")
    affiliates.reload()
    before = runtime_of(affiliates).tables.entities
    saved(affiliates, folder, LOCAL)
    after = runtime_of(affiliates).tables.entities
    assert after["call"].table is before["call"].table
    assert "x_sn_mood" in after["note"].table.c
    assert "x_sn_mood" not in before["note"].table.c


def runtime_of(affiliates: Affiliates, name: str = "sn") -> Runtime:
    found = affiliates.get(name)
    assert found is not None
    return found


def test_an_affiliate_is_loaded_when_it_is_asked_for_and_no_other_with_it(folder: Path) -> None:
    affiliates = Affiliates(settings_of(folder))
    assert affiliates.get("sn") is not None
    assert (folder / "var/sn.db").exists()
    assert not (folder / "var/poland.db").exists()
    affiliates.close()


def test_a_saved_file_of_the_group_is_in_force_for_each_affiliate_when_it_is_asked_for(
    affiliates: Affiliates, folder: Path
) -> None:
    affiliates.load_all()
    (folder / "baseline/core/note.yaml").write_text(f"{NOTE}  more: {{type: string}}\n", encoding="utf-8")
    assert affiliates.reload() == ("pl", "sn")
    for name in ("sn", "pl"):
        runtime = affiliates.get(name)
        assert runtime is not None
        assert "more" in runtime.model.entity("note").attributes


def test_a_database_that_is_busy_is_tried_again_and_the_last_good_serves_meanwhile(
    timed: Affiliates, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = timed.get("sn")
    other = sqlite3.connect(folder / "var/sn.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    saved(timed, folder, LOCAL)
    state = state_of(timed)
    assert (state.runtime, state.is_waiting, state.is_current) == (good, True, False)
    assert [found.code for found in state.diagnostics] == ["R503"]
    other.execute("ROLLBACK")
    other.close()
    assert timed.state("sn") is state
    clock.now += RETRY
    assert state_of(timed).is_current
    assert state_of(timed).diagnostics == ()


def test_a_database_that_fails_is_tried_again_and_harms_no_other_affiliate(
    timed: Affiliates, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = timed.get("sn")
    with monkeypatch.context() as broken:
        broken.setattr("sidra.runtime.evolve", full_disk)
        saved(timed, folder, LOCAL)
        assert state_of(timed).runtime is good
        assert [found.code for found in state_of(timed).diagnostics] == ["R002"]
        assert "disk is full" in state_of(timed).diagnostics[0].message
    assert state_of(timed, "pl").is_current
    clock.now += RETRY
    assert state_of(timed).is_current


def full_disk(*_: object, **__: object) -> bool:
    raise sqlite3.OperationalError("database or disk is full")


def test_whatever_goes_wrong_with_one_affiliate_stays_with_it(
    timed: Affiliates, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = timed.get("sn")
    (folder / "baseline/core/note.yaml").write_text(f"{NOTE}  more: {{type: string}}\n", encoding="utf-8")
    timed.reload()
    with monkeypatch.context() as broken:
        broken.setattr("sidra.affiliates.registry.load", failing)
        state = state_of(timed)
        assert state.runtime is good
        assert [found.code for found in state.diagnostics] == ["R500"]
        assert "secret" not in state.diagnostics[0].message
    assert state_of(timed, "pl").is_current
    timed.reload()
    assert state_of(timed).is_current


def failing(*_: object) -> None:
    raise ZeroDivisionError("secret")


def test_who_asks_while_another_request_tries_a_busy_database_gets_what_is_in_force(
    timed: Affiliates, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, tries, goes_on = timed.get("sn"), threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> bool:
        tries.set()
        assert goes_on.wait(10)
        return full_disk()

    monkeypatch.setattr("sidra.runtime.evolve", full_disk)
    saved(timed, folder, LOCAL)
    timed.state("sn")
    monkeypatch.setattr("sidra.runtime.evolve", slow)
    clock.now += RETRY
    asking = threading.Thread(target=timed.state, args=("sn",))
    asking.start()
    assert tries.wait(10)
    assert timed.get("sn") is good
    assert timed.get("pl") is not None
    goes_on.set()
    asking.join(10)


def test_a_refused_change_is_seen_once(timed: Affiliates, folder: Path, clock: Clock) -> None:
    saved(timed, folder, LOCAL)
    timed.state("sn")
    saved(timed, folder, LOCAL.replace("string, sort: true, search: true", "duration"))
    refused = state_of(timed)
    clock.now += RETRY * 60
    assert timed.state("sn") is refused


def test_an_affiliate_that_is_taken_away_is_there_no_more(timed: Affiliates, folder: Path) -> None:
    (folder / "affiliates/sn/layer.yaml").unlink()
    timed.reload()
    assert timed.names == ("pl",)
    assert timed.state("sn") is None


def test_another_store_in_a_layer_is_opened_and_the_former_one_left(timed: Affiliates, folder: Path) -> None:
    before = runtime_of(timed).store
    (folder / "affiliates/sn/layer.yaml").write_text(layer("sn", "store: {sqlite: senegal.db}\n"), encoding="utf-8")
    timed.reload()
    assert runtime_of(timed).store is not before
    assert (folder / "var/senegal.db").exists()


def test_the_database_that_another_affiliate_is_served_from_is_refused(timed: Affiliates, folder: Path) -> None:
    poland = timed.get("pl")
    (folder / "affiliates/pl/layer.yaml").write_text(layer("pl", "store: {sqlite: sn.db}\n"), encoding="utf-8")
    timed.reload()
    state = state_of(timed, "pl")
    assert state.runtime is poland
    assert [found.code for found in state.diagnostics] == ["R005"]
    assert state_of(timed).is_current


def test_an_affiliate_whose_keys_are_lost_is_not_served_with_others(folder: Path) -> None:
    (folder / "baseline/core/note.yaml").write_text(NOTE.replace("search: true", "pii: [identity]") + "history: true\n")
    for is_lost in (False, True):
        found = Affiliates(settings_of(folder))
        runtime = found.get("sn")
        if is_lost:
            state = found.state("sn")
            assert state is not None
            assert (runtime, [one.code for one in state.diagnostics]) == (None, ["R051"])
        else:
            assert runtime is not None
            runtime.records(system_actor("test")).create("note", {"text": "Awa"})
            found.settings.key_file.unlink()
        assert found.get("pl") is not None
        found.close()


def test_affiliates_share_the_tables_of_what_no_overlay_touches(affiliates: Affiliates, folder: Path) -> None:
    sn, pl = runtime_of(affiliates, "sn"), runtime_of(affiliates, "pl")
    assert sn.tables.entities["note"].table is pl.tables.entities["note"].table
    assert sn.tables.metadata is pl.tables.metadata
    assert sn.store is not pl.store
    saved(affiliates, folder, "entity: note\nattributes:\n  x_sn_shelf: {type: string, $why: Law}\n")
    changed = runtime_of(affiliates, "sn")
    assert "x_sn_shelf" in changed.tables.entities["note"].table.c
    assert "x_sn_shelf" not in pl.tables.entities["note"].table.c
    assert changed.tables.metadata is pl.tables.metadata
    overlay(folder, "entity: note\n")
    affiliates.reload()
    assert "x_sn_shelf" not in runtime_of(affiliates, "sn").tables.entities["note"].table.c


def test_reloading_one_affiliate_leaves_the_others_as_they_are(affiliates: Affiliates, folder: Path) -> None:
    runtime_of(affiliates, "sn")
    before = runtime_of(affiliates, "pl")
    was = before.records(system_actor("test")).create("note", {"text": "Warszawa"})
    for number in range(3):
        saved(affiliates, folder, f"entity: note\nattributes:\n  x_sn_{number}: {{type: string, $why: Law}}\n")
        runtime_of(affiliates, "sn").records(system_actor("test")).create("note", {"text": "a", f"x_sn_{number}": "b"})
    after = runtime_of(affiliates, "pl")
    assert after is before
    assert after.records(system_actor("test")).get("note", was.id)["text"] == "Warszawa"
    assert not [name for name in after.entity("note").columns if name.name.startswith("x_sn")]

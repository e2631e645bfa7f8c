"""Preferences: settings of one account, and saved views, own and shared."""

from __future__ import annotations

import dataclasses
import threading
from functools import partial

import pytest
from tests.core.models import model_of
from tests.core.privacy.conftest import *  # noqa: F403 - its fixtures
from tests.core.privacy.conftest import DOCUMENTS

from sidra.access.actor import Actor
from sidra.errors import BadQuery, Forbidden, NotFound
from sidra.preferences.forgetting import forget_strangers
from sidra.preferences.saved_views import EVERYBODY, SavedView
from sidra.preferences.settings import MOST_BYTES, Preferences
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

AWA = Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"clerk"}), affiliate="sn")
BINTA = Actor("00000000-0000-7000-8000-0000000000ab", "Binta", frozenset({"clerk"}), affiliate="sn")
LEAD = Actor("00000000-0000-7000-8000-0000000000ac", "Coumba", frozenset({"lead"}), affiliate="sn")


LEADS = "role: lead\nmay: {party: {do: [read]}}\nfunctions: [search, share_views]\n"
GOLD = SavedView("", "", "party", "", "Gold", (("w", "status~is~gold"),), ("name", "status"))


@pytest.fixture  # type: ignore[no-redef]  # in place of the one of the fixtures
def model() -> Model:
    """People with clerks, and leads who may share."""
    return model_of(*DOCUMENTS, LEADS)


def save(runtime: Runtime, actor: Actor, view: SavedView) -> SavedView:
    return runtime.transact(actor, lambda unit: runtime.saved_views.save(unit, view))


def seen(runtime: Runtime, actor: Actor) -> list[str]:
    return [view.name for view in runtime.saved_views.list(runtime, runtime.records(actor), "party")]


def test_a_setting_is_its_accounts_alone_and_goes_when_it_is_forgotten(runtime: Runtime) -> None:
    mine, other = Preferences(runtime, AWA.id), Preferences(runtime, BINTA.id)
    mine.write("list.party", {"columns": ["name"]})
    mine.write("list.party", {"columns": ["name", "kind"]})
    mine.write("density", "compact")
    assert mine.read("list.party") == {"columns": ["name", "kind"]}
    assert mine.read_below("list.") == {"list.party": {"columns": ["name", "kind"]}}
    assert other.read("list.party") is None
    mine.write("density", None)
    assert mine.read("density") is None


def test_two_windows_that_set_the_same_at_once_both_go_through(runtime: Runtime) -> None:
    start, failed = threading.Barrier(4), []

    def write(number: int) -> None:
        start.wait()
        try:
            for turn in range(5):
                Preferences(runtime, AWA.id).write("density", f"{number}.{turn}")
        except Exception as error:  # noqa: BLE001 - told below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert str(Preferences(runtime, AWA.id).read("density")).endswith(".4")


@pytest.mark.parametrize("key", ["", "Upper", "a b", "x" * 200, "a\n"])
def test_a_setting_has_a_plain_key_and_a_bounded_value(runtime: Runtime, key: str) -> None:
    mine = Preferences(runtime, AWA.id)
    with pytest.raises(BadQuery):
        mine.write(key, 1)
    with pytest.raises(BadQuery):
        mine.write("a", "x" * MOST_BYTES)
    with pytest.raises(BadQuery):
        mine.write("a", object())


def test_a_view_is_its_owners_until_it_is_shared(runtime: Runtime) -> None:
    made = save(runtime, LEAD, GOLD)
    assert (made.name, made.parameters, made.columns) == (GOLD.name, GOLD.parameters, GOLD.columns)
    assert (seen(runtime, LEAD), seen(runtime, AWA)) == (["Gold"], [])
    with pytest.raises(NotFound):
        runtime.saved_views.get(runtime, runtime.records(AWA), made.id)
    save(runtime, LEAD, dataclasses.replace(made, name="All gold", audience="role:clerk"))
    assert (seen(runtime, LEAD), seen(runtime, AWA)) == (["All gold"], ["All gold"])
    save(runtime, LEAD, dataclasses.replace(made, audience=EVERYBODY))
    assert seen(runtime, BINTA) == ["Gold"]
    runtime.transact(LEAD, lambda unit: runtime.saved_views.drop(unit, made.id))
    assert seen(runtime, LEAD) == seen(runtime, BINTA) == []


def test_sharing_needs_the_function_and_changing_the_owner(runtime: Runtime) -> None:
    with pytest.raises(Forbidden):
        save(runtime, AWA, dataclasses.replace(GOLD, audience=EVERYBODY))
    with pytest.raises(BadQuery):
        save(runtime, LEAD, dataclasses.replace(GOLD, audience="role:nobody"))
    shared = save(runtime, LEAD, dataclasses.replace(GOLD, audience=EVERYBODY))
    with pytest.raises(Forbidden):
        save(runtime, AWA, dataclasses.replace(shared, name="Mine"))
    with pytest.raises(Forbidden):
        runtime.transact(AWA, lambda unit: runtime.saved_views.drop(unit, shared.id))
    for odd in ("", "x", "00000000-0000-7000-8000-0000000000ff"):
        with pytest.raises(NotFound):
            runtime.transact(LEAD, partial(runtime.saved_views.drop, id=odd))


@pytest.mark.parametrize(
    "view",
    [
        dataclasses.replace(GOLD, name=" "),
        dataclasses.replace(GOLD, name="x" * 61),
        dataclasses.replace(GOLD, parameters=(("w", "x" * 9000),)),
    ],
)
def test_a_view_is_bounded(runtime: Runtime, view: SavedView) -> None:
    with pytest.raises(BadQuery):
        save(runtime, AWA, view)


def test_what_a_view_says_is_sealed_and_what_its_owner_kept_goes_with_the_account(runtime: Runtime) -> None:
    save(runtime, AWA, GOLD)
    Preferences(runtime, AWA.id).write("density", "compact")
    with runtime.store.reading() as connection:
        kept = str(connection.execute("SELECT * FROM preference_view").fetchall())
    assert "Gold" not in kept
    assert "gold" not in kept
    assert forget_strangers(runtime) == 2
    assert (seen(runtime, AWA), Preferences(runtime, AWA.id).read("density")) == ([], None)

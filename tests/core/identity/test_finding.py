"""The search among all records: every pair of a sign, once, however often and in however many pieces it runs."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.identity.conftest import Clock
from tests.core.models import model_of

from sidra.access.actor import Actor, system_actor
from sidra.identity import finding
from sidra.identity.finding import find_duplicates, signs
from sidra.identity.merging import Order, merge
from sidra.identity.pairs import Pair, Place, place_of
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.codecs import encode_datetime
from sidra.store.database import Store
from sidra_metamodel.expressions.standard import similarity


def pairs(runtime: Runtime) -> list[Pair]:
    with runtime.store.reading() as connection:
        return runtime.pairs.page(connection, Place(), 1000)


def named(system: Records, found: list[Pair]) -> set[tuple[str, str, str, int]]:
    titles = {one.id: one["name"] for one in system.list("person").records}
    return {(*sorted((titles[one.left], titles[one.right])), one.rule, int(one.score * 100)) for one in found}


def people(system: Records) -> None:
    for name, born in [
        ("Awa Diop", "1990-01-02"),
        ("Diop Awa", "1990-01-02"),
        ("Awa Diopp", "1990-01-02"),
        ("Moussa Fall", "1990-01-02"),
        ("Awa Diop", "1991-01-02"),
        ("Awa Diop", None),
        ("Awa Diop", None),
    ]:
        system.create("person", {"name": name, "born": born})


def test_pairs_of_a_block_that_are_alike_are_found_with_their_score(runtime: Runtime, system: Records) -> None:
    people(system)
    found = find_duplicates(runtime)
    assert named(system, pairs(runtime)) == {
        ("Awa Diop", "Diop Awa", "similar", 100),
        ("Awa Diop", "Awa Diopp", "similar", 94),
        ("Awa Diopp", "Diop Awa", "similar", 94),
    }
    assert (found.found, found.new, found.compared, found.bounded, found.is_complete) == (3, 3, 6, 0, True)


def test_what_was_found_is_not_found_twice_and_what_is_no_longer_alike_goes(
    runtime: Runtime, system: Records, clock: Clock
) -> None:
    people(system)
    find_duplicates(runtime)
    assert find_duplicates(runtime).new == 0
    (awry,) = (one for one in system.list("person").records if one["name"] == "Awa Diopp")
    system.update("person", awry.id, {"name": "Binta Sow"})
    clock.now += datetime.timedelta(seconds=1)
    find_duplicates(runtime, entity="person")
    assert [one.score for one in pairs(runtime)] == [1]


def test_what_people_decided_stays(runtime: Runtime, system: Records) -> None:
    people(system)
    find_duplicates(runtime)
    with runtime.store.writing() as connection:
        for one in pairs(runtime):
            runtime.pairs.decide(connection, one, "dismissed", "somebody", 1)
    assert find_duplicates(runtime).new == 0
    assert pairs(runtime) == []


def test_a_search_that_was_stopped_goes_on_where_it_was(
    runtime: Runtime, system: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "KEPT", 1)
    for number in range(4):
        for _ in "ab":
            system.create("person", {"name": "Awa Diop", "born": f"199{number}-01-01"})
    first = find_duplicates(runtime, lambda search: search.new < 2)
    assert (first.is_complete, len(pairs(runtime))) == (False, 2)
    second = find_duplicates(runtime)
    assert (second.is_complete, second.new, second.read) == (True, 2, 4)
    assert len(pairs(runtime)) == 4
    assert find_duplicates(runtime, limit=0).is_complete is False


def test_a_block_of_thousands_is_compared_with_its_neighbours_only_and_that_is_told(
    runtime: Runtime, system: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "COMPARED", 5)
    monkeypatch.setattr(finding, "NEIGHBOURS", 1)
    monkeypatch.setattr(finding, "READ", 3)
    for name in ("Awa Diop", "Binta Sow", "Cheikh Ba", "Demba Sy", "Awa Diopp", "Fatou Fall"):
        system.create("person", {"name": name, "born": "1900-01-01"})
    found = find_duplicates(runtime)
    assert (found.bounded, found.compared, found.found) == (1, 5, 1)


def test_after_a_feed_only_blocks_with_new_records_are_compared(runtime: Runtime, system: Records) -> None:
    people(system)
    since = encode_datetime(runtime.now())
    assert find_duplicates(runtime, since=since + 1).read == 0
    assert find_duplicates(runtime, since=since).new == 3


def test_a_merge_decides_its_pair_and_forgets_the_others_of_what_went(
    runtime: Runtime, system: Records, person: Callable[..., Actor]
) -> None:
    people(system)
    find_duplicates(runtime)
    first = pairs(runtime)[0]
    order = Order("person", first.left, first.right)
    runtime.transact(person("clerk"), lambda unit: merge(unit, order))
    assert all(first.right not in {one.left, one.right} for one in pairs(runtime))


def test_a_cursor_that_is_none_is_told() -> None:
    place = Place(9412, b"\1" * 16)
    assert place_of(place.text()) == place
    assert [place_of(text) for text in ("", "x.y", "1.", "99999999.00")] == [None] * 4


NAMES = ("awa diop", "diop awa", "awa diopp", "moussa fall", "fall moussa")
THING = """
entity: thing
title: name
attributes: {name: {type: string}, a: {type: string}, b: {type: integer}}
identity: {weak: {alike: {block: [a, b], when: "similarity(name, other.name) > 0.9"}}}
"""


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["x", "y", None]), st.integers(1, 2)), max_size=9),
    st.integers(1, 4),
)
def test_the_search_finds_just_what_comparing_each_with_each_finds(
    given_things: list[tuple[str, str | None, int]], read: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "READ", read)
        store = Store.open(Path(folder) / "sn.db", durability="normal")
        runtime = Runtime(model_of(THING), store)
        system = runtime.records(system_actor("test"))
        made = [system.create("thing", {"name": name, "a": a, "b": b}) for name, a, b in given_things]
        find_duplicates(runtime)
        expected = {
            frozenset({one.id, other.id})
            for one, other in itertools.combinations(made, 2)
            if one["a"] == other["a"] is not None and one["b"] == other["b"]
            if similarity(one["name"], other["name"]) > Decimal("0.9")
        }
        assert {frozenset({one.left, one.right}) for one in pairs(runtime)} == expected
        store.close()


def test_a_subtype_finds_by_the_signs_of_its_supertype_among_all_of_the_tree(store: Store) -> None:
    model = model_of(
        "entity: party\ntitle: name\nattributes: {name: {type: string}, code: {type: string}}\n"
        "identity: {strong: [code]}",
        "entity: man\nis_a: party\nattributes: {born: {type: date}}\n"
        "identity: {weak: {same: {block: born, when: 'true'}}}",
        "entity: firm\nis_a: party",
    )
    runtime = Runtime(model, store)
    assert [(name, sign.name) for name, sign in signs(runtime)] == [("party", "code"), ("man", "same")]
    assert [(name, sign.name) for name, sign in signs(runtime, "man")] == [("man", "code"), ("man", "same")]
    system = runtime.records(system_actor("test"))
    for kind in ("man", "man", "firm"):
        system.create(kind, {"code": "7", "born": "1990-01-01"} if kind == "man" else {"code": "7"})
    found = find_duplicates(runtime)
    # A firm with the number of a man is no second man.
    assert (found.found, found.new) == (2, 1)

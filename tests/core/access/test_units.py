from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import Actor, system_actor
from sidra.access.units import Units
from sidra.errors import Invalid, NotFound
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.kinds.layer import Unit
from sidra_metamodel.language import Label

NOTE = """
entity: note
title: text
attributes:
  text: {type: string}
"""
CLERK = """
role: clerk
may:
  note: {do: [create, read, update, delete], rows: "unit in user.units"}
"""
LAYER = """
layer: sn
level: affiliate
locales: [en]
units:
  dakar: {kind: region}
  plateau: {kind: shop, parent: dakar}
  counter: {kind: team, parent: plateau}
  thies: {kind: region}
"""
SYSTEM = system_actor("test")


def clerk(*units: str) -> Actor:
    return Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"clerk"}), units)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    store = Store.open(tmp_path / "sn.db")
    yield Runtime(model_of(NOTE, CLERK, layer=LAYER), store)
    store.close()


def test_a_row_rule_reaches_the_own_unit_and_all_below_it(runtime: Runtime) -> None:
    records = runtime.records(SYSTEM)
    made = {unit: records.create("note", {"text": "x", "unit": unit}) for unit in runtime.model.layer.units}
    reached = {"dakar": {"dakar", "plateau", "counter"}, "plateau": {"plateau", "counter"}, "thies": {"thies"}}
    for unit, seen in reached.items():
        own = runtime.records(clerk(unit))
        assert {record["unit"] for record in own.list("note").records} == seen
        for other in set(made) - seen:
            with pytest.raises(NotFound):
                own.get("note", made[other].id)
    assert runtime.records(clerk()).list("note").records == []


def test_a_record_is_of_the_first_own_unit_and_may_be_given_to_one_below(runtime: Runtime) -> None:
    region = runtime.records(clerk("dakar"))
    made = region.create("note", {"text": "x"})
    assert made["unit"] == "dakar"
    assert region.update("note", made.id, {"unit": "counter"})["unit"] == "counter"
    shop = runtime.records(clerk("plateau"))
    with pytest.raises(Invalid):
        shop.update("note", made.id, {"unit": "dakar"})


def test_nobody_gives_a_record_to_a_unit_that_there_is_not(runtime: Runtime) -> None:
    with pytest.raises(Invalid) as caught:
        runtime.records(SYSTEM).create("note", {"text": "x", "unit": "dakkar"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("R608", "unit")
    assert "plateau" in problem.message


def test_without_declared_units_every_name_is_one(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "sn.db")
    runtime = Runtime(model_of(NOTE, CLERK), store)
    runtime.records(SYSTEM).create("note", {"text": "x", "unit": "anywhere"})
    assert len(runtime.records(clerk("anywhere")).list("note").records) == 1
    store.close()


NAMES = st.sampled_from("abcdefgh")


@given(parents=st.dictionaries(NAMES, st.one_of(st.none(), NAMES)), own=st.lists(NAMES, max_size=4))
def test_reached_is_what_leads_up_to_an_own_unit(parents: Mapping[str, str | None], own: list[str]) -> None:
    units = Units({name: made_unit(name, parent) for name, parent in parents.items()})
    reached = units.reached(own)
    assert reached[: len(set(own))] == tuple(dict.fromkeys(own))
    assert len(reached) == len(set(reached))
    assert set(reached) == {*own, *(name for name in parents if set(own) & set(way_up(parents, name)))}
    assert set(units.reached(reached)) == set(reached)


def way_up(parents: Mapping[str, str | None], name: str) -> list[str]:
    way = [name]
    while (parent := parents.get(way[-1])) is not None and parent not in way:
        way.append(parent)
    return way


def made_unit(name: str, parent: str | None) -> Unit:
    return Unit(name=name, node=None, kind_="region", label=Label({}), parent=parent)  # type: ignore[arg-type]  # without a file

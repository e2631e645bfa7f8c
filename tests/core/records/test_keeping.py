"""What one of the databases could not keep is refused by both, with a reason, and breaks nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from sidra.access.actor import system_actor
from sidra.errors import BadQuery, Invalid
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

THING = """
entity: thing
title: name
attributes:
  name: {type: string, sort: true, search: true, filter: true}
  code: {type: string, unique: true, search: exact}
  long: {type: text, search: true}
  label: {type: string, localised: true}
  extra: {type: json}
  home: {type: address}
  n: {type: integer, filter: true}
"""
NOT_KEPT = ["a\x00b", "\ud800", "\x00"]


@pytest.fixture
def things(make_model: Callable[..., Model], store: Store) -> Records:
    return Runtime(make_model(thing=THING), store).records(system_actor("test"))


def random_text(characters: int) -> str:
    """A text that cannot be compressed."""
    return "".join(chr(random.Random(1).randrange(0x4E00, 0x9F00) + number % 7) for number in range(characters))


@pytest.mark.parametrize("text", NOT_KEPT)
@pytest.mark.parametrize(
    "given",
    [
        lambda text: {"name": text},
        lambda text: {"code": text},
        lambda text: {"label": {"en": text}},
        lambda text: {"extra": {"a": [text]}},
        lambda text: {"extra": {text: 1}},
        lambda text: {"home": {"city": text}},
    ],
)
def test_characters_that_a_database_does_not_take_are_refused(
    things: Records, text: str, given: Callable[[str], dict[str, Any]]
) -> None:
    with pytest.raises(Invalid) as refused:
        things.create("thing", given(text))
    assert [problem.code for problem in refused.value.problems] == ["R602"]
    assert things.list("thing").records == []


@pytest.mark.parametrize("text", [*NOT_KEPT, "\U0010ffff", "%", "_", "\\", "'", '"', "x" * 5000])
def test_no_text_that_is_looked_for_breaks_a_list_or_the_search(things: Records, text: str) -> None:
    things.create("thing", {"name": "abc"})
    assert things.search(text) == []
    asked = [*(Query(filters=(Filter("name", one, text),)) for one in ("eq", "starts", "contains"))]
    for query in asked:
        try:
            assert things.list("thing", query).records == []
        except BadQuery:
            continue


@pytest.mark.parametrize("name", ["name", "code"])
def test_a_value_that_an_index_could_not_take_is_too_long(things: Records, name: str) -> None:
    assert things.create("thing", {name: random_text(640)})[name] == random_text(640)
    with pytest.raises(Invalid) as refused:
        things.create("thing", {name: random_text(641)})
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("R606", name)]


def test_a_long_text_is_kept_and_found_by_its_parts(things: Records) -> None:
    text = "dakar " + random_text(30_000)
    made = things.create("thing", {"name": "N", "long": text})
    assert things.get("thing", made.id)["long"] == text
    assert [hit.id for hit in things.search("dakar")] == [made.id]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_beyond_64_bits_is_refused(things: Records, number: int) -> None:
    with pytest.raises(Invalid):
        things.create("thing", {"n": number})
    with pytest.raises(BadQuery):
        things.list("thing", Query(filters=(Filter("n", "eq", str(number)),)))

"""Bodies that are read in one step mean what they mean when they are read with care."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import Actor
from sidra.api.bodies import read_values
from sidra.api.flat import compile_flat
from sidra.api.shapes import Shapes
from sidra.errors import Invalid
from sidra.records.given import Entered, Given, read_given
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.sqlite import SqliteStore

THING = """
entity: thing
closed: true
api: {path: thing/v4}
attributes:
  name: {type: string}
  code: {type: string, max_length: 3}
  note: {type: text}
  mail: {type: email}
  call: {type: phone}
  state: {type: enum, enum: state}
  open: {type: boolean}
  count: {type: integer}
  rate: {type: decimal, scale: 2}
  price: {type: money}
  day: {type: date}
  hour: {type: time}
  at: {type: datetime}
  lasts: {type: duration}
  extra: {type: json}
  shout: {type: string, compute: "upperAscii(name)"}
  hidden_name: {type: string}
relations:
  above: {to: thing}
"""
STATE = "enum: state\nvalues: {open: {}, closed: {}}\n"
ROLE = "role: agent\nmay:\n  thing: {do: [create, read, update], columns: {hidden_name: read}}\n"
NAMES = (
    "name",
    "code",
    "note",
    "mail",
    "call",
    "state",
    "open",
    "count",
    "rate",
    "price",
    "day",
    "hour",
    "at",
    "lasts",
)
OTHERS = ("extra", "shout", "hiddenName", "above", "unknown", "id", "href", "@type")
PLAIN = {"name": "Awa", "state": "open", "open": True, "count": 3, "day": "2026-03-20", "rate": 1.5, "at": None}

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**62, 2**63, -(2**63) - 1, 2**64, 10**30])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["", " ", " Awa ", "Łódź", "a\nb", "a\x00b", "open", " open", "OPEN", "1", "1,5", "yes", "12 EUR"]
    )
    | st.sampled_from(["awa@example.org", "+221771234567", "77 123 45 67", "09:30", "PT1H", "é"])
    | st.sampled_from(["2026-03-20", "2026-3-20", "2026-W12-5", "20/03/2026", "2026-02-30", "2026-03-20T09:00:00Z"])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5) | st.dictionaries(
    st.sampled_from(NAMES + OTHERS), VALUES, max_size=4
)


@pytest.fixture(scope="module")
def unit() -> UnitOfWork:
    runtime = Runtime(model_of(THING, STATE, ROLE), SqliteStore(":memory:"))
    agent = Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"agent"}))
    return runtime.planning(agent, runtime.store.acquire())


def flat(unit: UnitOfWork, body: dict[str, Any], *, creating: bool) -> Entered | None:
    shape = Shapes(unit.runtime.model).of("thing")
    return compile_flat(unit.records.view("thing"), shape, creating=creating)(dumped(body), unit.actor.locale)


def dumped(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def with_care(unit: UnitOfWork, body: bytes, *, creating: bool) -> Given:
    shapes = Shapes(unit.runtime.model)
    values = read_values(orjson.loads(body), shapes.of("thing"), shapes)
    return read_given(unit, unit.records.view("thing"), values, is_new=creating)


@given(body=BODIES, creating=st.booleans())
def test_what_is_read_in_one_step_is_what_is_read_with_care(
    unit: UnitOfWork, body: dict[str, Any], creating: bool
) -> None:
    found = flat(unit, body, creating=creating)
    if found is None:
        return
    careful = with_care(unit, dumped(body), creating=creating)
    assert careful.problems == []
    assert {**found} == careful.values
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in careful.values.items()
    }


def test_values_in_their_form_need_no_care(unit: UnitOfWork) -> None:
    found = flat(unit, PLAIN, creating=True)
    assert found is not None
    assert {**found} == with_care(unit, orjson.dumps(PLAIN), creating=True).values
    assert flat(unit, {}, creating=False) == {}
    assert flat(unit, {"name": "Łódź"}, creating=False) == {"name": "Łódź"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"name": "a"} x',
        b'{"name": "\xff"}',
        b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"unknown": 1}',
        b'{"hiddenName": "not theirs to set"}',
        b'{"shout": "computed"}',
        b'{"extra": {"a": 1}}',
        b'{"above": "x"}',
        b'{"state": "lost"}',
        b'{"count": "3"}',
        b'{"mail": "no address"}',
        b'{"id": "1"}',
    ],
)
def test_whatever_is_not_plain_or_wrong_is_left_to_the_steps_that_can_tell(unit: UnitOfWork, body: bytes) -> None:
    shape = Shapes(unit.runtime.model).of("thing")
    assert compile_flat(unit.records.view("thing"), shape, creating=True)(body, None) is None


def test_values_that_were_read_for_other_roles_are_read_again(unit: UnitOfWork) -> None:
    runtime = unit.runtime
    stranger = runtime.planning(Actor("x", "Fatou", frozenset()), unit.connection)
    values = flat(unit, {"name": "Awa"}, creating=True)
    assert values is not None
    again = read_given(stranger, stranger.records.view("thing"), values, is_new=True)
    assert [problem.code for problem in again.problems] == ["R612"]
    with pytest.raises(Invalid):
        with_care(unit, b'{"unknown": 1}', creating=True)

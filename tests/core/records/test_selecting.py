"""Conditions that people put together: to one expression and back, and never more than their reader may ask."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.models import model_of
from tests.prepared import Prepared, store_for

from sidra.access.actor import Actor, system_actor
from sidra.errors import BadQuery
from sidra.records.query import Filter, Query
from sidra.records.selecting import OPERATORS, Selecting
from sidra.records.selection_reading import selection_of
from sidra.records.selections import EMPTY_SELECTION, Rule, Selection, read_selection
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

NOW = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
HERE, THERE = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
DOCUMENTS = (
    """
entity: account
title: name
attributes:
  name: {type: string, search: true, sort: true}
  tier: {type: enum, enum: tier, filter: true}
  secret: {type: string, filter: true}
  sealed: {type: string, encrypt: true, search: exact}
  plain: {type: string}
""",
    """
entity: case
title: subject
attributes:
  subject: {type: string, search: true, filter: true, max_length: 200}
  open: {type: boolean, filter: true}
  points: {type: integer, filter: true}
  share: {type: decimal, scale: 2, filter: true}
  debt: {type: money, filter: true}
  due: {type: date, filter: true}
  rung: {type: datetime, filter: true}
relations:
  account: {to: account}
""",
    "enum: tier\nvalues: [gold, silver]\n",
    """
role: agent
may:
  case: {do: [read]}
  account: {do: [read], rows: "unit in user.units", columns: {secret: none}}
""",
    "role: masked\nmay:\n  case: {do: [read]}\n  account: {do: [read], columns: {secret: mask}}\n",
)
AGENT = Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"agent"}), (HERE,), affiliate="sn")
MASKED = Actor("00000000-0000-7000-8000-0000000000ab", "Binta", frozenset({"masked"}), affiliate="sn")


@pytest.fixture
def model() -> Model:
    return model_of(*DOCUMENTS)


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> Iterator[Store]:
    yield from store_for(request)


@pytest.fixture
def runtime(prepared: Prepared, model: Model, store: Store) -> Runtime:
    return prepared.runtime(model, store, lambda: NOW)


def selecting_of(runtime: Runtime, actor: Actor, entity: str = "case") -> Selecting:
    return Selecting(runtime.records(actor).view(entity))


def found(runtime: Runtime, actor: Actor, *rules: Rule, is_any: bool = False) -> list[str]:
    records = runtime.records(actor)
    where = Selecting(records.view("case")).expression(Selection(tuple((rule,) for rule in rules), is_any))
    return sorted(str(each["subject"]) for each in records.list("case", Query(where=where)).records)


def filled(runtime: Runtime) -> None:
    records = runtime.records(system_actor("test"))
    mine = records.create("account", {"name": "Awa", "tier": "gold", "secret": "s", "unit": HERE}).id
    theirs = records.create("account", {"name": "Binta", "tier": "gold", "secret": "s", "unit": THERE}).id
    first = {"open": True, "points": 5, "debt": "12.50 XOF", "due": "2026-03-18", "rung": "2026-03-20T08:00:00Z"}
    records.create("case", {"subject": "Rain", "account_id": mine, **first})
    second = {"open": False, "points": -3, "due": "2026-04-02", "rung": "2026-02-01T00:00:00Z"}
    records.create("case", {"subject": "Snow's \\ storm", "account_id": theirs, **second})
    records.create("case", {"subject": "Fog"})


@pytest.mark.parametrize(
    ("path", "op", "values", "expected"),
    [
        ("subject", "contains", ("AI",), ["Rain"]),
        ("subject", "contains", ("'s \\ ",), ["Snow's \\ storm"]),
        ("subject", "begins", ("fo",), ["Fog"]),
        ("subject", "not", ("Fog", "Rain"), ["Snow's \\ storm"]),
        ("open", "is", ("true",), ["Rain"]),
        ("points", "less", ("0",), ["Snow's \\ storm"]),
        ("points", "between", ("-3", "5"), ["Rain", "Snow's \\ storm"]),
        ("points", "empty", (), ["Fog"]),
        ("debt", "more", ("12",), ["Rain"]),
        ("debt", "less", ("12",), []),
        ("due", "is", ("2026-03-18",), ["Rain"]),
        ("due", "last", ("2",), ["Rain"]),
        ("due", "next", ("30",), ["Snow's \\ storm"]),
        ("rung", "last", ("1",), ["Rain"]),
        ("rung", "before", ("2026-03-20",), ["Snow's \\ storm"]),
        ("rung", "after", ("2026-03-20",), ["Rain"]),
        ("created_at", "next", ("1",), ["Fog", "Rain", "Snow's \\ storm"]),
    ],
)
def test_conditions_find_what_they_say(
    runtime: Runtime, path: str, op: str, values: tuple[str, ...], expected: list[str]
) -> None:
    filled(runtime)
    assert found(runtime, system_actor("test"), Rule(path, op, values)) == expected


@pytest.mark.parametrize(
    ("subject", "op", "typed"),
    [
        ("Orage à Łódź", "contains", "A LODZ"),
        ("Orage a Lodz", "contains", "à łódź"),
        ("Œuvre, Straße", "contains", "oeuvre, STRASSE"),
        ("Œuvre, Straße", "begins", "OEU"),
        ("أحمد", "begins", "احمد"),
    ],
)
def test_a_part_is_found_with_and_without_accents(runtime: Runtime, subject: str, op: str, typed: str) -> None:
    runtime.records(system_actor("test")).create("case", {"subject": subject})
    assert found(runtime, system_actor("test"), Rule("subject", op, (typed,))) == [subject]


SEARCHED = st.sampled_from(["orage", "ORÀGE A", "age à lo", "lo", "12.50", "rue 12", "d'été", "  ", "z"])
SUBJECTS = ["Orage à Łódź", "orage a lodz, rue 12", "Rue  12.50", "L'âge d’été", "Aorage", "Fog"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["contains", "begins"]), SEARCHED), min_size=1, max_size=3), st.booleans())
def test_an_index_narrows_by_what_follows_from_the_conditions_and_changes_no_answer(
    runtime: Runtime, chosen: list[tuple[str, str]], is_any: bool
) -> None:
    records = runtime.records(system_actor("test"))
    if not records.list("case").records:
        for subject in SUBJECTS:
            records.create("case", {"subject": subject})
    selection = Selection(tuple((Rule("subject", op, (text,)),) for op, text in chosen), is_any).plain()
    selecting = selecting_of(runtime, system_actor("test"))
    where, filters = selecting.expression(selection), selecting.indexed(selection)
    plain, narrowed = (
        sorted(str(one["subject"]) for one in records.list("case", Query(where=where, filters=more)).records)
        for more in ((), filters)
    )
    assert narrowed == plain


def test_only_conditions_that_all_must_hold_and_that_the_search_knows_are_narrowed_by_an_index(
    runtime: Runtime,
) -> None:
    selecting = selecting_of(runtime, AGENT)
    part, other, through = Rule("subject", "contains", ("orage",)), Rule("points", "is", ("1",)), "account.name"
    assert selecting.indexed(Selection(((part,), (other,)))) == (Filter("subject", "contains", "orage"),)
    assert selecting.indexed(Selection(((part, other),))) == ()
    assert selecting.indexed(Selection(((part,), (other,)), is_any=True)) == ()
    assert selecting.indexed(Selection(((part, other),), is_any=True)) == (Filter("subject", "contains", "orage"),)
    begins = Rule(through, "begins", ("awa d",))
    assert selecting.indexed(Selection(((begins,),))) == (Filter(through, "contains", "awa d"),)
    # A text of any length is found by its beginning only.
    assert selecting.indexed(Selection(((Rule(through, "contains", ("awa d",)),),))) == ()


def test_conditions_reach_through_a_relation_and_tell_nothing_of_hidden_records(runtime: Runtime) -> None:
    filled(runtime)
    gold = Rule("account.tier", "is", ("gold",))
    assert found(runtime, system_actor("test"), gold) == ["Rain", "Snow's \\ storm"]
    assert found(runtime, AGENT, gold) == ["Rain"]
    assert found(runtime, AGENT, Rule("account.tier", "empty")) == ["Fog", "Snow's \\ storm"]
    assert found(runtime, AGENT, Rule("account.name", "begins", ("b",))) == []
    mine = str(runtime.records(AGENT).list("account").records[0].id)
    assert found(runtime, AGENT, Rule("account", "is", (mine,))) == ["Rain"]


@pytest.mark.parametrize("path", ["account.secret", "account.sealed", "account.plain", "account.nothing", "x", "", "."])
@pytest.mark.parametrize("actor", [AGENT, MASKED])
def test_what_a_reader_may_not_narrow_by_is_refused_in_the_same_words(
    runtime: Runtime, actor: Actor, path: str
) -> None:
    with pytest.raises(BadQuery):
        selecting_of(runtime, actor).term(Rule(path, "is", ("s",)))


values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)
days = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)).map(str)
GIVEN = {
    "subject": values,
    "account.tier": st.sampled_from(["gold", "silver"]),
    "open": st.sampled_from(["true", "false"]),
    "points": st.integers(-1000, 1000).map(str),
    "due": days,
    "rung": days,
}
KINDS = {
    "subject": "text",
    "account.tier": "choice",
    "open": "yes",
    "points": "number",
    "due": "date",
    "rung": "moment",
}


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    path = draw(st.sampled_from(sorted(GIVEN)))
    op = draw(st.sampled_from(OPERATORS[KINDS[path]]))  # type: ignore[index]
    if op in {"last", "next"}:
        return Rule(path, op, (str(draw(st.integers(1, 3000))),))
    number = {"empty": 0, "filled": 0, "between": 2}.get(op, 1)
    if op in {"is", "not"}:
        number = draw(st.integers(1, 3))
    return Rule(path, op, tuple(draw(GIVEN[path]) for _ in range(number)))


selections = st.builds(
    Selection, st.lists(st.lists(rules(), min_size=1, max_size=3).map(tuple), max_size=3).map(tuple), st.booleans()
).map(Selection.plain)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(selections)
def test_conditions_come_back_from_their_address_and_from_their_expression(
    runtime: Runtime, selection: Selection
) -> None:
    assert read_selection(selection.parameters()).plain() == selection
    selecting = selecting_of(runtime, AGENT)
    expression = selecting.expression(selection)
    if expression is None:
        assert selection == EMPTY_SELECTION
    else:
        assert expression.sql_refusal is None
        assert selection_of(selecting, expression.tree) == selection


@SETTINGS
@given(st.lists(st.tuples(st.sampled_from(["w", "any", "x"]), st.text(max_size=80)), max_size=6))
def test_any_address_reads_as_conditions_that_are_kept_or_refused(
    runtime: Runtime, given_parameters: list[tuple[str, str]]
) -> None:
    selection = read_selection(given_parameters)
    assert read_selection(selection.parameters()) == selection
    for rule in selection.rules:
        with pytest.raises(BadQuery):
            selecting_of(runtime, AGENT).term(rule)


hostile = st.one_of(values, st.sampled_from(["'", "\\", "')||true||('", "\x00", "9" * 60, "1e999", "NaN", "-0", "²"]))


@SETTINGS
@given(
    st.builds(
        Rule,
        st.sampled_from(sorted([*GIVEN, "debt", "share", "account", "kind", "id"])),
        st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops})),
        st.lists(hostile, max_size=3).map(tuple),
    )
)
def test_hostile_values_are_refused_or_find_something(runtime: Runtime, rule: Rule) -> None:
    try:
        found(runtime, AGENT, rule)
    except BadQuery:
        return
    assert rule.op in {op for ops in OPERATORS.values() for op in ops}

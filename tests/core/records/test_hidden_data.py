"""Law 7: two stores that differ only in what an actor may not see answer that actor alike, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.records.conftest import DAKAR, NOW, THIES
from tests.core.records.hidden_data import Answers, Interview, Question, listed, moment, pieces, told

from sidra.access.actor import Actor, system_actor
from sidra.errors import SidraError
from sidra.records.query import OPERATORS, Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
ENTITIES = ("party", "individual", "organization", "customer", "ticket", "contact_medium")
ROLE = """
role: peeker
may:
  individual:
    do: [create, read, update, validate]
    rows: "unit in user.units"
    columns: {birth_date: none, national_number: mask}
  organization: {do: [read], columns: {contact_media: none}}
  customer:
    do: [create, read, update]
    rows: "unit in user.units"
    columns: {note: none, credit: mask, score: none, code: mask, segment: mask, favourites: none, ticket_count: none}
  contact_medium: {do: [read, update], rows: "preferred == true"}
functions: [search, export]
"""
BLIND = """
role: blind
may:
  customer:
    do: [read]
    columns:
      name: mask
      engaged_party: none
      favourites: none
      note: none
      score: mask
      code: none
      credit: none
      segment: none
      ticket_count: none
functions: [search, export]
"""
VALUES: tuple[Any, ...] = (
    "Xenon",
    "Aminata",
    "Quartz",
    "1990-05-17",
    "1999-09-09",
    7,
    99,
    True,
    "gold",
    "777",
    "+221770000001",
)
TEXTS = (*pieces("xenon", "quartz"), "Aminata", "777", "770000001", "mass", "xenon quartz", "XÉNON")
DRAFTS: tuple[dict[str, Any], ...] = (
    {},
    {"family_name": "Sow"},
    {"family_name": "Sow", "birth_date": "1990-05-17", "national_number": "1"},
    {"note": "x", "score": 5, "code": "c-2"},
    {"status": "validated"},
    {"engaged_party": "00000000-0000-7000-8000-000000000f01"},
    {"contact_media": [{"phone_number": "+221771111111"}]},
)


def uid(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012d}"


IDS = tuple(uid(number) for number in (*range(1001, 1008), *range(2001, 2005), *range(3001, 3004), *range(4001, 4007)))


class World:
    """A store that is filled with what is seen, the same in both worlds, and with what is hidden, which differs."""

    def __init__(self, runtime: Runtime, *, other: bool) -> None:
        self.runtime, self.other = runtime, other
        self.system = runtime.records(system_actor("test"))
        self._party()
        self._customers()
        self._tickets()

    def make(self, entity: str, ordinal: int, /, **values: object) -> str:
        day = 1 + ordinal % 1000
        return self.system.create(entity, {"id": uid(ordinal), "created_at": moment(day), **values}).id

    def hidden(self, one: object, other: object) -> Any:  # noqa: ANN401 - of the type of its attribute
        return other if self.other else one

    def _party(self) -> None:
        awa = self.make(
            "individual",
            1001,
            given_name="Awa",
            family_name="Diop",
            unit=DAKAR,
            birth_date=self.hidden("1990-05-17", "1999-09-09"),
            national_number=self.hidden("123456", "999956"),
        )
        self.make("individual", 1002, family_name="Fall", unit=DAKAR, number="P-2")
        name = self.hidden("Xenon", "Quartz")
        self.make("individual", 1003, family_name=name, given_name="Aminata", unit=THIES, number=self.hidden("a", "b"))
        self.make("organization", 1004, trade_name="Orange", number="O-1")
        if self.other:
            self.make("individual", 1005, family_name="Xenon Quartz", unit=THIES, number="c")
        self.make("contact_medium", 4001, phone_number="+221771234567", preferred=True, party=awa)
        number = self.hidden("+221770000001", "+221770000002")
        self.make("contact_medium", 4002, phone_number=number, party=awa)
        self.make("contact_medium", 4003, phone_number=number, preferred=True, party=uid(1003))
        self.make("contact_medium", 4004, phone_number=number, preferred=True, party=uid(1004))
        # Each writing gives the owner a version, whoever sees what was written: so both worlds write as often.
        if self.other:
            self.make("contact_medium", 4005, phone_number="+221770000003", party=awa)
        else:
            self.system.update("contact_medium", uid(4002), {"phone_number": "+221770000004"})

    def _customers(self) -> None:
        hidden = {
            "note": self.hidden("Xenon", "Quartz"),
            "score": self.hidden(7, 99),
            "code": self.hidden("777", "778"),
        }
        hidden |= {"credit": {"amount": self.hidden(7, 99), "currency": "XOF"}, "segment": self.hidden("gold", "mass")}
        self.make("customer", 2001, engaged_party=uid(1001), unit=DAKAR, **hidden)
        self.make("customer", 2002, engaged_party=uid(1002), unit=DAKAR, code="778" if not self.other else "777")
        self.make("customer", 2003, engaged_party=uid(1003), unit=THIES, **{**hidden, "code": self.hidden("x", "y")})
        self.system.update("customer", uid(2001), {"favourites": self.hidden([uid(2002)], [uid(2003)])})
        self.system.update("customer", uid(2001), {"note": self.hidden("Quartz", "Xenon")})

    def _tickets(self) -> None:
        self.make("ticket", 3001, subject=self.hidden("Xenon", "Quartz"), customer=uid(2003), status="closed")
        if self.other:
            self.make(
                "ticket",
                3002,
                subject="Quartz",
                customer=uid(2001),
                status="closed",
                about_id=uid(2002),
                about_kind="customer",
            )


Worlds = tuple[World, World]


@pytest.fixture
def worlds(make_model: Callable[..., Model], tmp_path: Path) -> Worlds:
    model = make_model(peeker=ROLE, blind=BLIND)
    made = []
    for number, other in enumerate((False, True)):
        store = Store.open(tmp_path / f"{number}.db", durability="normal")
        made.append(World(Runtime(model, store, clock=lambda: NOW), other=other))
    return made[0], made[1]


def seen(world: World, role: str = "peeker") -> Records:
    return world.runtime.records(Actor(ME, "Awa", frozenset({role}), (DAKAR,)))


def differences(one: Answers, other: Answers) -> dict[Question, tuple[Any, Any]]:
    assert one.keys() == other.keys()
    return {question: (one[question], other[question]) for question in one if one[question] != other[question]}


def is_exception(question: Question) -> bool:
    """`search: exact` may match a masked value whole."""
    return question[0] == "filter" and question[2].endswith("national_number") and question[3] in {"eq", "in"}


@pytest.mark.parametrize("role", ["peeker", "blind", "nobody"])
def test_what_is_hidden_changes_no_answer(worlds: Worlds, role: str) -> None:
    interview = Interview(ENTITIES, IDS, VALUES, TEXTS, DRAFTS, is_exception)
    one, other = (interview.answers(seen(world, role)) for world in worlds)
    assert differences(one, other) == {}


def test_the_questions_do_find_what_is_seen(worlds: Worlds) -> None:
    interview = Interview(("individual", "customer"), IDS, VALUES, ("diop",))
    answers = interview.answers(seen(worlds[0]))
    assert [hit[0] for hit in answers["search", "diop"]] == ["individual", "customer", "individual"][:2]
    assert len(answers["filter", "individual", "family_name", "gt", "Aminata"][0]) == 2
    system = interview.answers(worlds[0].system)
    assert differences(system, interview.answers(worlds[1].system))


ATTEMPTS: tuple[dict[str, Any], ...] = (
    {"note": "x"},
    {"code": "777"},
    {"national_number": "123456"},
    {"birth_date": "1990-05-17"},
    {"engaged_party": uid(1003)},
    {"engaged_party": uid(1005)},
    {"favourites": []},
    {"contact_media": [{"id": uid(4002)}]},
    {"contact_media": [{"id": uid(4005)}]},
    {"unit": THIES},
)


def refusal(records: Records, entity: str, id: str, changes: dict[str, Any]) -> tuple[str, str, str]:
    with pytest.raises(SidraError) as refused:
        records.update(entity, id, changes)
    return refused.value.code, refused.value.reason, refused.value.hint


@pytest.mark.parametrize(("entity", "number"), [("individual", 1001), ("individual", 1003), ("customer", 2001)])
def test_a_refusal_tells_nothing_of_what_is_hidden(worlds: Worlds, entity: str, number: int) -> None:
    for changes in ATTEMPTS:
        assert len({refusal(seen(world), entity, uid(number), changes) for world in worlds}) == 1


@pytest.mark.parametrize("id", [uid(1003), uid(1005), uid(9999), "nonsense", ""])
def test_a_hidden_record_is_refused_in_the_words_of_one_that_is_not_there(worlds: Worlds, id: str) -> None:
    told = {refusal(seen(world), "individual", id, {"family_name": "x"}) for world in worlds}
    assert told == {refusal(seen(worlds[0]), "individual", uid(9998), {"family_name": "x"})}


FILTERS = st.builds(
    Filter,
    st.sampled_from(("note", "code", "score", "credit", "segment", "name", "engaged_party.birth_date", "unit", "id")),
    st.sampled_from(sorted(OPERATORS)),
    st.one_of(st.sampled_from((*VALUES, None)), st.lists(st.sampled_from(VALUES), max_size=3), st.text(max_size=4)),
)
QUERIES = st.builds(
    Query,
    filters=st.lists(FILTERS, max_size=3).map(tuple),
    sort=st.lists(st.sampled_from(("name", "-score", "-note", "segment", "created_at", "-id")), max_size=3).map(tuple),
    limit=st.integers(-1, 5),
    text=st.one_of(st.none(), st.sampled_from(TEXTS)),
)


@given(query=QUERIES, role=st.sampled_from(("peeker", "blind")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_that_anybody_makes_up_tells_of_what_is_hidden(worlds: Worlds, query: Query, role: str) -> None:
    answers = [told(partial(listed, seen(world, role), "customer", query)) for world in worlds]
    assert answers[0] == answers[1]

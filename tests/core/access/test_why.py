"""`why` says what the gate does: its answer is that of the records, for each role, record and member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.core.records.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.access.why import Rule, actions_with, why
from sidra.records.record import Masked
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
DAKAR = "00000000-0000-7000-8000-000000000001"
THIES = "00000000-0000-7000-8000-000000000002"
ROLES = {
    "seller": """
role: seller
may:
  customer: {do: [read, update], rows: "unit in user.units || segment == 'gold'", columns: {note: none, code: mask}}
  individual: {do: [read, update, validate], rows: "unit in user.units", columns: {family_name: mask}}
functions: [search]
""",
    "checker": "role: checker\nmay:\n  party: {do: [read]}\nfunctions: [reveal]\n",
}


@pytest.fixture
def shop(make_model: Callable[..., Model], store: Any) -> Runtime:  # noqa: ANN401 - of either database
    return Runtime(make_model(**ROLES), store)


@pytest.fixture
def ids(shop: Runtime) -> dict[str, str]:
    """Records by their entity and unit."""
    system = shop.records(shop.system_actor)
    found = {}
    for place, unit in (("dakar", DAKAR), ("thies", THIES)):
        medium = {"phone_number": "+221771234567"}
        party = system.create("individual", {"family_name": place, "unit": unit, "contact_media": [medium]})
        found["individual", place] = party.id
        found["contact_medium", place] = party["contact_media"][0].id
        values = {"engaged_party": party.id, "unit": unit, "segment": "mass", "note": "x", "code": place}
        found["customer", place] = system.create("customer", values).id
    return {f"{entity}/{place}": id for (entity, place), id in found.items()}


def actor(*roles: str) -> Actor:
    return Actor(ME, "Awa", frozenset(roles), (DAKAR,))


@pytest.mark.parametrize("roles", [("seller",), ("checker",), ("seller", "checker"), ("nobody",), ()])
def test_the_answer_is_that_of_the_records(shop: Runtime, ids: dict[str, str], roles: tuple[str, ...]) -> None:
    who = actor(*roles)
    records = shop.records(who)
    for name, id in ids.items():
        entity = name.partition("/")[0]
        found = why(shop, who, entity, id)
        record = records.find(entity, id)
        assert (name, found.is_allowed is True) == (name, record is not None)
        assert actions_with(shop, who, entity, id).get("read", False) == (record is not None)
        for one in found.members if record is not None else ():
            level = one.level
            shown = record.get(one.name, "hidden") if record is not None else None
            assert (level == "none") == (isinstance(shown, str) and shown == "hidden"), (name, one)
            assert (level == "mask") == isinstance(shown, Masked) or shown is None, (name, one)


def flat(rules: tuple[Rule, ...]) -> list[tuple[str, bool | None]]:
    return [pair for rule in rules for pair in ((rule.text, rule.holds), *flat(rule.parts))]


def test_each_part_of_a_condition_says_whether_it_holds(shop: Runtime, ids: dict[str, str]) -> None:
    (role,) = why(shop, actor("seller"), "customer", ids["customer/thies"]).roles
    assert flat(role.alternatives[0]) == [
        ("unit in user.units || segment == 'gold'", False),
        ("unit in user.units", False),
        ("segment == 'gold'", False),
    ]
    assert role.alternatives[0][0].parts[0].record_units == (THIES,)
    assert str(role.places[0]).startswith("base/core/seller.yaml:4")


def test_an_owned_record_is_explained_by_its_owner(shop: Runtime, ids: dict[str, str]) -> None:
    (role,) = why(shop, actor("seller"), "contact_medium", ids["contact_medium/thies"]).roles
    assert flat(role.alternatives[0]) == [("party may be read", False), ("unit in user.units", False)]


def test_a_member_is_explained_by_its_line_its_class_or_its_origin(shop: Runtime, ids: dict[str, str]) -> None:
    found = {one.name: one for one in why(shop, actor("seller"), "customer", ids["customer/dakar"]).members}
    told = {name: (one.level, one.rules[0].because) for name, one in found.items()}
    assert told["note"] == ("none", "line")
    assert told["segment"] == ("edit", "usual")
    found = {one.name: one for one in why(shop, actor("seller"), "individual").members}
    number, name = found["national_number"], found["display_name"]
    assert (number.level, number.rules[0].because) == ("mask", "sensitive")
    assert (name.level, name.rules[0].because) == ("mask", "follows")
    assert "individual.family_name" in name.rules[0].sources


def test_without_a_record_nothing_is_said_of_one(shop: Runtime, ids: dict[str, str]) -> None:
    general = why(shop, actor("seller"), "customer")
    assert general.is_allowed is None
    assert general == why(shop, actor("seller"), "customer", ME)
    assert flat(general.roles[0].alternatives[0])[0] == ("unit in user.units || segment == 'gold'", None)
    assert ids["customer/thies"] not in repr(general)


def test_functions_are_told_with_the_roles_that_give_them(shop: Runtime) -> None:
    assert why(shop, actor("seller", "checker"), "customer").functions == {
        "reveal": ("checker",),
        "search": ("seller",),
    }


def test_no_value_stands_in_an_explanation(shop: Runtime, ids: dict[str, str]) -> None:
    system = shop.records(shop.system_actor)
    system.update("customer", ids["customer/dakar"], {"note": "Xyzzy", "code": "Plugh"})
    assert not {"Xyzzy", "Plugh"} & set(repr(why(shop, actor("seller"), "customer", ids["customer/dakar"])).split("'"))

import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.models import model_of

from sidra.access.actor import Actor
from sidra.access.grants import AccessProfile, EntityAccess, compile_access
from sidra_metamodel.expressions import Environment, Function, Overload
from sidra_metamodel.expressions.types import BOOLEAN, STRING
from sidra_metamodel.granting.conditions import ThroughOwner
from sidra_metamodel.granting.shares import LEVELS
from sidra_metamodel.model.model import Model, UnknownName

PARTY = """\
entity: party
abstract: true
attributes:
  name: {type: string}
  risk: {type: integer, pii: [sensitive]}
relations:
  media: {to: medium, many: true, owned: true, inverse: party}
"""
INDIVIDUAL = """\
entity: individual
is_a: party
attributes:
  number: {type: string, pii: [identity, sensitive]}
  status: {type: enum, enum: status}
lifecycle:
  attribute: status
  initial: new
  transitions: {close: {from: [new], to: closed}}
"""
ORGANIZATION = "entity: organization\nis_a: party\n"
MEDIUM = """\
entity: medium
attributes:
  phone: {type: string}
  secret: {type: string, pii: [sensitive]}
relations:
  party: {to: party}
"""
STATUS = "enum: status\nvalues: [new, closed]\n"


def model(*roles: str, overlay: tuple[str, ...] = (), functions: tuple[Function, ...] = ()) -> Model:
    return model_of(PARTY, INDIVIDUAL, ORGANIZATION, MEDIUM, STATUS, *roles, overlay=overlay, functions=functions)


def role(name: str, may: str, functions: str = "[]") -> str:
    return f"role: {name}\nmay: {may}\nfunctions: {functions}\n"


def access(entity: str, *roles: str, held: Iterable[str] = ("agent",)) -> EntityAccess:
    return compile_access(model(*roles), held).entity(entity)


def environment(record: dict[str, Any], *units: str) -> Environment:
    return Environment(this=record, user=Actor("1", "Awa", frozenset(), units))


def allows(profile: AccessProfile, entity: str, action: str, record: dict[str, Any], *units: str) -> bool:
    return profile.allows(entity, action, environment(record, *units))


AGENT = role("agent", "{individual: {do: [read, update, close], columns: {status: read, number: mask}}}", "[search]")


def test_without_a_grant_there_is_nothing() -> None:
    nothing = access("individual")
    assert nothing.actions == frozenset()
    assert set(nothing.columns.values()) == {"none"}
    assert nothing.rows.is_closed
    assert not nothing.may_set("name", creating=True)
    assert not allows(compile_access(model(), ["agent"]), "individual", "read", {})


def test_a_role_that_no_document_declares_gives_nothing() -> None:
    assert access("individual", AGENT, held=["admin"]).actions == frozenset()


def test_a_grant_allows_its_actions_and_no_others() -> None:
    found = access("individual", AGENT)
    assert found.actions == {"read", "update", "close"}
    assert found.rows_for("read").is_open
    assert found.rows_for("delete").is_closed
    assert found.rows_for("create").is_closed


def test_a_grant_on_one_entity_says_nothing_about_another() -> None:
    assert access("organization", AGENT).actions == frozenset()
    assert access("party", AGENT).actions == frozenset()


def test_lines_lower_single_attributes_and_the_others_follow_the_actions() -> None:
    found = access("individual", AGENT)
    assert {name: found.level(name) for name in ("name", "status", "number", "media")} == {
        "name": "edit",
        "status": "read",
        "number": "mask",
        "media": "edit",
    }
    assert found.may_set("name", creating=False)
    assert not found.may_set("status", creating=False)
    assert not found.may_set("number", creating=False)
    assert found.level("unheard_of") == "none"


def test_who_may_only_read_edits_nothing_even_with_a_line_that_says_so() -> None:
    found = access("individual", role("agent", "{individual: {do: [read], columns: {status: edit}}}"))
    assert (found.level("name"), found.level("status")) == ("read", "read")


def test_who_may_not_read_sees_no_attribute() -> None:
    found = access("individual", role("agent", "{individual: {do: [create]}}"))
    assert set(found.columns.values()) == {"none"}
    assert found.may_set("name", creating=True)


def test_a_sensitive_attribute_is_masked_unless_a_line_names_it() -> None:
    without = access("individual", role("agent", "{individual: {do: [read, update, create]}}"))
    assert (without.level("risk"), without.level("name")) == ("mask", "edit")
    assert not without.may_set("risk", creating=True)
    named = access("individual", role("agent", "{individual: {do: [read, update, create], columns: {risk: edit}}}"))
    assert named.level("risk") == "edit"
    assert named.may_set("risk", creating=True)


def test_what_may_be_entered_follows_the_grant_that_creates() -> None:
    clerk = role("agent", "{individual: {do: [read, create], columns: {status: read}}}")
    found = access("individual", clerk)
    assert (found.level("name"), found.may_set("name", creating=True)) == ("read", True)
    assert not found.may_set("name", creating=False)
    assert not found.may_set("status", creating=True)


def test_what_may_only_be_entered_is_masked_once_it_is_there() -> None:
    clerk = role("agent", "{individual: {do: [read, create, update], columns: {number: enter}}}")
    found = access("individual", clerk)
    assert found.level("number") == "mask"
    assert found.may_set("number", creating=True)
    assert not found.may_set("number", creating=False)


def test_who_creates_nothing_enters_nothing() -> None:
    found = access("individual", role("agent", "{individual: {do: [read, update], columns: {number: enter}}}"))
    assert found.level("number") == "mask"
    assert not found.may_set("number", creating=True)


NUMBERED = """\
entity: ticket
attributes:
  number: {type: sequence, sequence: "T-{n}", unique: true}
  title: {type: string}
"""


@pytest.mark.parametrize(
    ("columns", "level", "is_entered"),
    [("{}", "read", False), ("{number: enter}", "mask", True), ("{number: edit}", "edit", True)],
)
def test_nobody_gives_numbers_of_a_sequence_but_with_a_line_that_says_so(
    columns: str, level: str, *, is_entered: bool
) -> None:
    may = role("agent", f"{{ticket: {{do: [create, read, update], columns: {columns}}}}}")
    found = compile_access(model_of(NUMBERED, may), ["agent"]).entity("ticket")
    assert found.level("number") == level
    assert found.may_set("number", creating=True) is is_entered
    assert found.may_set("title", creating=True)


def test_a_grant_on_a_supertype_holds_for_its_subtypes() -> None:
    party = role("agent", "{party: {do: [read]}}")
    assert access("individual", party).actions == {"read"}
    assert access("organization", party).actions == {"read"}


def test_the_nearest_grant_of_a_role_counts() -> None:
    near = role("agent", "{party: {do: [read, update]}, individual: {do: [read], columns: {name: mask}}}")
    assert access("individual", near).actions == {"read"}
    assert access("individual", near).level("name") == "mask"
    assert access("organization", near).level("name") == "edit"


def test_grants_of_several_roles_add_up() -> None:
    reader = role("reader", "{individual: {do: [read], columns: {number: read, name: none}}}", "[export]")
    profile = compile_access(model(AGENT, reader), ["agent", "reader"])
    found = profile.entity("individual")
    assert found.actions == {"read", "update", "close"}
    assert (found.level("number"), found.level("name")) == ("read", "edit")
    assert profile.may_use("search")
    assert profile.may_use("export")
    assert not profile.may_use("configure")


UNIT_AGENT = role("agent", "{individual: {do: [read, update], rows: 'unit in user.units'}}")


def test_rows_are_those_for_which_the_condition_holds() -> None:
    profile = compile_access(model(UNIT_AGENT), ["agent"])
    assert allows(profile, "individual", "read", {"unit": "dakar"}, "dakar")
    assert not allows(profile, "individual", "read", {"unit": "thies"}, "dakar")
    assert not allows(profile, "individual", "read", {"unit": None}, "dakar")
    assert not allows(profile, "individual", "delete", {"unit": "dakar"}, "dakar")


def test_who_reads_all_and_updates_some_updates_only_these() -> None:
    auditor = role("auditor", "{individual: {do: [read]}}")
    profile = compile_access(model(UNIT_AGENT, auditor), ["agent", "auditor"])
    assert profile.entity("individual").rows.is_open
    assert allows(profile, "individual", "read", {"unit": "thies"}, "dakar")
    assert allows(profile, "individual", "update", {"unit": "dakar"}, "dakar")
    assert not allows(profile, "individual", "update", {"unit": "thies"}, "dakar")


def test_rows_of_an_overlay_narrow_those_below() -> None:
    overlay = "role: agent\nmay: {individual: {rows: \"status != 'closed'\"}}\n"
    profile = compile_access(model(UNIT_AGENT, overlay=(overlay,)), ["agent"])
    assert allows(profile, "individual", "read", {"unit": "dakar", "status": "new"}, "dakar")
    assert not allows(profile, "individual", "read", {"unit": "dakar", "status": "closed"}, "dakar")
    assert not allows(profile, "individual", "read", {"unit": "thies", "status": "new"}, "dakar")


def test_a_condition_that_cannot_be_evaluated_denies() -> None:
    def fail(name: str) -> bool:
        raise ZeroDivisionError

    function = Function("broken", (Overload((STRING,), BOOLEAN),), fail)
    broken = role("agent", "{individual: {do: [read], rows: 'broken(name)'}}")
    profile = compile_access(model(broken, functions=(function,)), ["agent"])
    assert not allows(profile, "individual", "read", {"name": "Awa"})


def owned_by(kind: str, unit: str) -> dict[str, Any]:
    return {"party": {"kind": kind, "unit": unit}}


def test_an_owned_record_takes_the_rights_of_its_owner() -> None:
    profile = compile_access(model(UNIT_AGENT), ["agent"])
    found = profile.entity("medium")
    assert found.actions == {"create", "read", "update", "delete", "merge"}
    assert (found.level("phone"), found.level("secret")) == ("edit", "mask")
    assert found.rows.alternatives == ((ThroughOwner("party", "party", frozenset({"individual"}), "read"),),)
    assert allows(profile, "medium", "delete", owned_by("individual", "dakar"), "dakar")
    assert not allows(profile, "medium", "delete", owned_by("individual", "thies"), "dakar")
    assert not allows(profile, "medium", "read", owned_by("organization", "dakar"), "dakar")
    assert not allows(profile, "medium", "read", {"party": None}, "dakar")


def test_what_is_owned_is_changed_only_with_owners_that_are_changed_not_with_all_that_are_read() -> None:
    auditor = role("auditor", "{individual: {do: [read]}}")
    profile = compile_access(model(UNIT_AGENT, auditor), ["agent", "auditor"])
    assert allows(profile, "medium", "read", owned_by("individual", "thies"), "dakar")
    assert allows(profile, "medium", "update", owned_by("individual", "dakar"), "dakar")
    assert not allows(profile, "medium", "update", owned_by("individual", "thies"), "dakar")


def test_who_may_only_read_the_owner_only_reads_what_it_owns() -> None:
    found = access("medium", role("agent", "{party: {do: [read]}}"))
    assert found.actions == {"read"}
    assert found.level("phone") == "read"
    assert not found.may_set("phone", creating=True)


@pytest.mark.parametrize(
    ("level", "actions"),
    [("edit", {"create", "read", "update", "delete", "merge"}), ("read", {"read"}), ("mask", set()), ("none", set())],
)
def test_the_line_of_the_relation_counts_for_what_it_leads_to(level: str, actions: set[str]) -> None:
    owner = role("agent", f"{{party: {{do: [read, update], columns: {{media: {level}}}}}}}")
    assert access("medium", owner).actions == actions


def test_a_grant_of_its_own_narrows_an_owned_record_and_opens_its_sensitive_attributes() -> None:
    own = role(
        "agent",
        '{party: {do: [read, update]}, medium: {do: [read, update], rows: "phone != null", columns: {secret: read}}}',
    )
    profile = compile_access(model(own), ["agent"])
    assert profile.entity("medium").actions == {"read", "update"}
    assert profile.entity("medium").level("secret") == "read"
    assert allows(profile, "medium", "read", {**owned_by("individual", "x"), "phone": "77"})
    assert not allows(profile, "medium", "read", {**owned_by("individual", "x"), "phone": None})


def test_a_grant_on_an_owned_entity_without_one_on_its_owner_gives_nothing() -> None:
    assert access("medium", role("agent", "{medium: {do: [read]}}")).actions == frozenset()


def test_a_tree_of_records_that_own_each_other_has_rights_of_its_own() -> None:
    category = """\
entity: category
relations:
  parent: {to: category}
  children: {to: category, many: true, owned: true, inverse: parent}
"""
    tree = model_of(category, role("agent", "{category: {do: [read]}}"))
    assert compile_access(tree, ["agent"]).entity("category").actions == {"read"}
    assert compile_access(tree, ["other"]).entity("category").actions == frozenset()


def test_the_program_itself_may_do_everything() -> None:
    profile = compile_access(model(), ["system"])
    found = profile.entity("individual")
    assert found.actions == {"create", "read", "update", "delete", "merge", "close"}
    assert set(found.columns.values()) == {"edit"}
    assert found.may_set("risk", creating=True)
    assert allows(profile, "individual", "delete", {})
    assert profile.may_use("anything")


def test_an_entity_that_does_not_exist_has_no_access() -> None:
    with pytest.raises(UnknownName):
        compile_access(model(), ["agent"]).entity("nobody")


MEMBERS = ["name", "risk", "number", "status", "media"]
ACTIONS = ["create", "read", "update", "delete", "close"]
ROWS = ["unit in user.units", "status != 'closed'", "name != null"]
RECORDS = [
    {"unit": unit, "status": status, "name": name}
    for unit, status, name in itertools.product(["dakar", "thies"], ["new", "closed"], ["Awa", None])
]

LINES = (*LEVELS, "enter")

GRANTS = st.fixed_dictionaries(
    {
        "do": st.sets(st.sampled_from(ACTIONS)),
        "rows": st.lists(st.sampled_from(ROWS), max_size=2, unique=True),
        "columns": st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(LINES), max_size=3),
    }
)
MAY = st.dictionaries(st.sampled_from(["party", "individual", "medium"]), GRANTS, max_size=3)


def written(name: str, may: dict[str, Any]) -> str:
    def grant(given: dict[str, Any]) -> str:
        rows = "[" + ", ".join(f'"{row}"' for row in given["rows"]) + "]"
        columns = ", ".join(f"{column}: {level}" for column, level in given["columns"].items())
        return f"{{do: [{', '.join(sorted(given['do']))}], rows: {rows}, columns: {{{columns}}}}}"

    usable = {entity: given for entity, given in may.items() if entity == "individual" or given["rows"] == []}
    grants = ", ".join(f"{entity}: {grant(given)}" for entity, given in usable.items())
    return role(name, f"{{{grants}}}")


def everything_allowed(profile: AccessProfile) -> set[tuple[object, ...]]:
    """All that a profile allows, as a set, so that two can be compared."""
    found: set[tuple[object, ...]] = set()
    for entity in ("individual", "medium"):
        access = profile.entity(entity)
        for member, level in access.columns.items():
            found |= {(entity, member, lower) for lower in LEVELS[1 : LEVELS.index(level) + 1]}
        found |= {(entity, member, "enter") for member in access.enterable}
        for number, record in enumerate(RECORDS):
            this = record if entity == "individual" else {"party": {"kind": "individual", **record}}
            found |= {(entity, action, number) for action in ACTIONS if allows(profile, entity, action, this, "dakar")}
    return found


@given(one=MAY, two=MAY)
def test_another_role_never_takes_anything_away(one: dict[str, Any], two: dict[str, Any]) -> None:
    both = model(written("one", one), written("two", two))
    alone = everything_allowed(compile_access(both, ["one"]))
    assert alone <= everything_allowed(compile_access(both, ["one", "two"]))


@given(may=MAY, row=st.sampled_from(ROWS), member=st.sampled_from(["name", "status", "media"]), data=st.data())
def test_a_line_that_an_overlay_adds_never_widens(
    may: dict[str, Any], row: str, member: str, data: st.DataObject
) -> None:
    before = may.setdefault("individual", {"do": {"read", "update"}, "rows": [], "columns": {}})
    overlay = {"do": before["do"], "rows": [row], "columns": {member: data.draw(st.sampled_from(LINES))}}
    before["columns"].pop(member, None)
    base = written("agent", may)
    narrowed = model(base, overlay=(written("agent", {"individual": overlay}),))
    assert everything_allowed(compile_access(narrowed, ["agent"])) <= everything_allowed(
        compile_access(model(base), ["agent"])
    )


COMPUTED = """
entity: bill
attributes:
  amount: {type: integer}
  doubled: {type: integer, compute: "amount * 2"}
  quadrupled: {type: integer, compute: "doubled * 2"}
relations:
  payer: {to: payer}
"""
PAYER = """
entity: payer
attributes:
  code: {type: string, pii: [sensitive]}
  prefix: {type: string, compute: {by: "code.upperAscii()", stored: true}}
  owed: {type: integer, compute: "sum(bills.amount)"}
relations:
  bills: {to: bill, many: true, inverse: payer}
"""


@pytest.mark.parametrize(
    ("may", "levels"),
    [
        ("bill: {do: [read]}", {"doubled": "read", "quadrupled": "read"}),
        ("bill: {do: [read], columns: {amount: mask}}", {"doubled": "mask", "quadrupled": "mask"}),
        ("bill: {do: [read], columns: {amount: none}}", {"doubled": "none", "quadrupled": "none"}),
        ("bill: {do: [read], columns: {amount: none, doubled: read}}", {"doubled": "read", "quadrupled": "read"}),
        ("payer: {do: [read]}", {"prefix": "mask", "owed": "read"}),
        ("payer: {do: [read], columns: {code: read}}", {"prefix": "read"}),
        ("payer: {do: [read]}\n  bill: {do: [read], columns: {amount: none}}", {"owed": "none"}),
    ],
)
def test_a_computed_value_shows_no_more_than_what_it_is_computed_from(may: str, levels: dict[str, str]) -> None:
    access = compile_access(model_of(COMPUTED, PAYER, f"role: tester\nmay:\n  {may}\n"), ["tester"])
    entity = may.partition(":")[0]
    assert {name: access.entity(entity).level(name) for name in levels} == levels

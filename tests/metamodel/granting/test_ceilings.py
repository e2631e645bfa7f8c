"""Law 6: whatever an overlay writes, no role of it gives more than the group's roles give."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.metamodel.configurations import expected, findings, load_files

from sidra_metamodel.expressions import Expression
from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.granting.shares import Share
from sidra_metamodel.model import Model

GROUP = {
    "baseline/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, sort: true}
          unit_name: {type: string, sort: true}
          number: {type: string, pii: [identity, sensitive]}
          grade: {type: integer}
        relations:
          media: {to: medium, many: true, owned: true, inverse: customer}
        indexes: {by_name: [name]}
    """,
    "baseline/medium.yaml": """
        entity: medium
        attributes: {phone: {type: string}}
        relations: {customer: {to: customer, required: true}}
    """,
    "baseline/bill.yaml": "entity: bill\nattributes: {amount: {type: integer}}\n",
    "baseline/agent.yaml": """
        role: agent
        may:
          customer: {do: [read, update], rows: "name != 'x'", columns: {grade: none}}
        functions: [search]
    """,
    "baseline/clerk.yaml": "role: clerk\nmay: {bill: {do: [read]}}\n",
}
LAYER = "affiliates/sn/"


def bounded(folder: Path, role: str, **files: str) -> tuple[Model, BoundedRole]:
    """A role as it is in force, whether or not a check lets its files in."""
    named = {f"{LAYER}{name}.yaml": text for name, text in files.items()}
    loaded = load_files(folder, {**GROUP, **named})
    return loaded.draft, BoundedRole(loaded.draft, loaded.draft.roles[role])


def share(folder: Path, role: str, entity: str, **files: str) -> Share | None:
    model, found = bounded(folder, role, **files)
    return found.share(model.entity(entity))


def texts(found: Share) -> list[list[str]]:
    """The conditions of the rows that may be read."""
    return [
        [one.text for one in conditions if isinstance(one, Expression)] for conditions in found.rows.get("read", ())
    ]


def test_without_a_layer_above_the_group_nothing_bounds_a_role(tmp_path: Path) -> None:
    found = share(tmp_path, "agent", "customer")
    assert found is not None
    assert (set(found.rows), found.columns["number"], found.columns["grade"]) == ({"read", "update"}, "mask", "none")


NEW = "role: x_sn_boss\nwithin: agent\nmay: {customer: {do: [read, update]}}\nfunctions: [search]\n"


def test_a_new_role_within_one_of_the_group_takes_its_rows_and_columns(tmp_path: Path) -> None:
    assert findings(tmp_path, GROUP | {f"{LAYER}boss.yaml": NEW}) == ""
    found = share(tmp_path, "x_sn_boss", "customer", boss=NEW)
    assert found is not None
    assert found.columns["grade"] == "none"
    assert texts(found) == [["name != 'x'"]]


def test_a_new_role_with_more_than_its_ceiling_is_refused(tmp_path: Path) -> None:
    role = NEW.replace("update]", "update], columns: {grade: read}")
    assert findings(tmp_path, GROUP | {f"{LAYER}boss.yaml": role}) == expected("""
        error[E217]: `x_sn_boss` must not grant `read` on `grade`, where `none` holds
         --> affiliates/sn/boss.yaml:3:48   (layer affiliate:sn)
        3 | may: {customer: {do: [read, update], columns: {grade: read}}}
          |                                                ^^^^^
          = allowed here: baseline/agent.yaml:1  (layer group)  role: agent
          = help: take it away; a layer above the group may narrow a role, and grant what it declares itself
    """)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("may: {customer: {do: [read, delete]}}", "`delete` of `customer`"),
        ("may: {bill: {do: [read]}}", "`read` of `bill`"),
        ("functions: [search, export]", "the function `export`"),
        ("may: {customer: {do: [read], columns: {number: read}}}", "`read` on `number`"),
    ],
)
def test_each_excess_of_a_new_role_is_told(tmp_path: Path, written: str, told: str) -> None:
    role = f"role: x_sn_boss\nwithin: agent\n{written}\n"
    found = findings(tmp_path, GROUP | {f"{LAYER}boss.yaml": role})
    assert f"error[E217]: `x_sn_boss` must not grant {told}" in found
    assert found.count("error[") == 1


def test_a_new_role_that_is_within_none_is_refused_and_gives_nothing_of_the_group(tmp_path: Path) -> None:
    role = NEW.replace("within: agent\n", "")
    assert findings(tmp_path, GROUP | {f"{LAYER}boss.yaml": role}) == expected("""
        error[E216]: the role `x_sn_boss` stays within no role of the group
         --> affiliates/sn/boss.yaml:1:7   (layer affiliate:sn)
        1 | role: x_sn_boss
          |       ^^^^^^^^^
          = help: name the one that bounds it: `within: agent`
    """)
    model, found = bounded(tmp_path, "x_sn_boss", boss=role)
    assert (found.share(model.entity("customer")), found.functions) == (None, frozenset())


def test_a_new_role_is_within_no_other_role_of_an_overlay(tmp_path: Path) -> None:
    other = "role: x_sn_other\nwithin: x_sn_boss\nmay: {bill: {do: [read]}}\n"
    assert "E216" in findings(tmp_path, GROUP | {f"{LAYER}boss.yaml": NEW, f"{LAYER}other.yaml": other})


COPIES = {
    "computed at reading": "compute: number",
    "computed and kept": "compute: {by: number, stored: true}",
    "a default": "default: {compute: number}",
    "computed by way of another": "compute: {by: 'concat(x_sn_first, name)', stored: true}",
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("access", ["", "read", "edit"])
def test_what_follows_from_a_sensitive_value_is_no_more_open_than_that(tmp_path: Path, how: str, access: str) -> None:
    entity = (
        f"entity: customer\ntitle: x_sn_copy\nattributes:\n  x_sn_first: {{type: string, compute: {{by: number}}}}\n"
        f"  x_sn_copy: {{type: string, {COPIES[how]}}}\n"
    )
    line = f"x_sn_first: {access}, x_sn_copy: {access}" if access else ""
    role = f"role: agent\nmay: {{customer: {{columns: {{{line}}}}}}}\n"
    found = share(tmp_path, "agent", "customer", copy=entity, agent=role)
    assert found is not None
    assert (found.columns["x_sn_copy"], "x_sn_copy" in found.enterable) == ("mask", False)
    assert ("E217" in findings(tmp_path, GROUP | {f"{LAYER}copy.yaml": entity, f"{LAYER}agent.yaml": role})) == bool(
        access
    )


def test_a_rule_that_copies_a_sensitive_value_opens_it_to_nobody(tmp_path: Path) -> None:
    rule = "rule: x_sn_copy_number\nkind: default\non: customer\nat: x_sn_copy\nvalue: number\n"
    found = share(
        tmp_path,
        "agent",
        "customer",
        copy="entity: customer\nattributes: {x_sn_copy: {type: string}}\n",
        rule=rule,
        agent="role: agent\nmay: {customer: {columns: {x_sn_copy: edit}}}\n",
    )
    assert found is not None
    assert found.columns["x_sn_copy"] == "mask"


def test_what_an_overlay_declares_itself_is_its_own_to_grant(tmp_path: Path) -> None:
    entity = "entity: customer\nattributes: {x_sn_card: {type: string, pii: [sensitive]}, grade: {pii: [sensitive]}}\n"
    vault = "entity: x_sn_vault\nattributes: {code: {type: string}}\n"
    role = "role: agent\nmay: {customer: {columns: {x_sn_card: edit}}, x_sn_vault: {do: [create, read, update]}}\n"
    named = {"card": entity, "vault": vault, "agent": role}
    assert "error[" not in findings(tmp_path, GROUP | {f"{LAYER}{name}.yaml": text for name, text in named.items()})
    customer, own = (share(tmp_path, "agent", name, **named) for name in ("customer", "x_sn_vault"))
    assert customer is not None
    assert own is not None
    assert (customer.columns["x_sn_card"], set(own.rows)) == ("edit", {"create", "read", "update"})


def test_a_subtype_of_an_overlay_opens_nothing_that_it_inherits(tmp_path: Path) -> None:
    entity = "entity: x_sn_person\nis_a: customer\nattributes: {x_sn_card: {type: string}}\n"
    role = "role: agent\nmay: {x_sn_person: {do: [read, update, delete], columns: {number: edit, grade: edit}}}\n"
    named = {"person": entity, "agent": role}
    found = share(tmp_path, "agent", "x_sn_person", **named)
    assert found is not None
    assert set(found.rows) == {"read", "update"}
    assert {name: found.columns[name] for name in ("number", "grade", "x_sn_card")} == {
        "number": "mask",
        "grade": "none",
        "x_sn_card": "edit",
    }
    assert "E217" in findings(tmp_path, GROUP | {f"{LAYER}{name}.yaml": text for name, text in named.items()})


@pytest.mark.parametrize(
    "role",
    [
        "role: agent\n$replace: true\nmay: {customer: {do: [read, update, delete]}, bill: {do: [read]}}\n",
        "role: agent\nmay: {$replace: true, customer: {do: [read, delete], columns: {number: edit, grade: edit}}}\n",
        "role: agent\nmay: {customer: {$replace: true, do: [read, update, delete]}}\n",
        "role: agent\nmay: {customer: {do: {$add: [delete]}, rows: {$set: 'true'}, columns: {number: edit}}}\n",
        "role: agent\nmay: {bill: {do: [read]}}\nfunctions: {$add: [export]}\n",
    ],
)
def test_no_way_of_writing_gets_round_the_ceiling(tmp_path: Path, role: str) -> None:
    assert "error[" in findings(tmp_path, GROUP | {f"{LAYER}agent.yaml": role})
    model, found = bounded(tmp_path, "agent", agent=role)
    assert found.share(model.entity("bill")) is None
    assert found.functions <= {"search"}
    customer = found.share(model.entity("customer"))
    if customer is not None:
        assert set(customer.rows) <= {"read", "update"}
        assert (customer.columns["number"], customer.columns["grade"]) in {("mask", "none"), ("none", "none")}
        assert all("name != 'x'" in conditions for conditions in texts(customer))


def test_no_line_of_the_group_opens_what_an_overlay_fills_from_what_is_kept(tmp_path: Path) -> None:
    lines = GROUP | {"baseline/agent.yaml": GROUP["baseline/agent.yaml"].replace("grade: none", "unit_name: read")}
    fill = "entity: customer\nattributes: {unit_name: {default: {compute: number, $why: law}}}\n"
    rule = "rule: x_sn_fill\nkind: default\non: customer\nat: unit_name\nvalue: %s\n"
    for text, level in ((fill, "mask"), (rule % "number", "mask"), (rule % "name", "read")):
        loaded = load_files(tmp_path / str(len(text)), {**lines, f"{LAYER}fill.yaml": text})
        assert "E217" not in {one.code for one in loaded.diagnostics}, "the layer says nothing of the role"
        model = loaded.draft
        found = BoundedRole(model, model.roles["agent"]).share(model.entity("customer"))
        assert found is not None
        assert found.columns["unit_name"] == level


def test_a_line_of_the_group_opens_what_the_group_fills(tmp_path: Path) -> None:
    rule = "rule: fill\nkind: default\non: customer\nat: unit_name\nvalue: number\n"
    agent = GROUP["baseline/agent.yaml"].replace("grade: none", "unit_name: read")
    model = load_files(tmp_path, {**GROUP, "baseline/agent.yaml": agent, "baseline/fill.yaml": rule}).draft
    found = BoundedRole(model, model.roles["agent"]).share(model.entity("customer"))
    assert found is not None
    assert found.columns["unit_name"] == "read"


@pytest.mark.parametrize(("role", "level"), [("agent", "edit"), ("clerk", "none")])
def test_an_overlay_shows_nobody_what_the_group_gives_no_right_on(tmp_path: Path, role: str, level: str) -> None:
    card = (
        "entity: x_sn_card\nattributes: {whose: {type: string, default: {compute: customer.name}}}\n"
        "relations: {customer: {to: customer}}\n"
    )
    grant = f"role: {role}\nmay: {{x_sn_card: {{do: [read, update], columns: {{whose: edit}}}}}}\n"
    found = share(tmp_path, role, "x_sn_card", card=card, grant=grant)
    assert found is not None
    assert found.columns["whose"] == level


def test_a_copy_of_an_overlay_shows_no_part_of_what_is_masked(tmp_path: Path) -> None:
    for mask, level in (('mask: "{first:9}"', "none"), ('mask: "••"', "mask")):
        entity = f"entity: customer\nattributes: {{x_sn_copy: {{type: string, compute: number, {mask}}}}}\n"
        found = share(tmp_path / level, "agent", "customer", copy=entity)
        assert found is not None
        assert found.columns["x_sn_copy"] == level


BOX = {
    "box": """entity: x_sn_box
title: code
attributes: {code: {type: string}}
relations: {customers: {to: customer, many: true, owned: true, inverse: x_sn_box}}
""",
    "customer": "entity: customer\nrelations: {x_sn_box: {to: x_sn_box}}\n",
}


def test_an_overlay_gives_no_rights_by_owning_what_is_of_the_group(tmp_path: Path) -> None:
    grant = "role: {}\nmay: {{x_sn_box: {{do: [create, read, update]}}}}\n"
    for entity in ("customer", "medium"):
        assert share(tmp_path / entity, "clerk", entity, **BOX, grant=grant.format("clerk")) is None
    found = share(tmp_path / "agent", "agent", "customer", **BOX, grant=grant.format("agent"))
    assert found is not None
    assert set(found.rows) == {"read", "update"}
    assert texts(found) == [["name != 'x'"]]


def test_what_an_overlay_lets_the_group_own_follows_its_owner(tmp_path: Path) -> None:
    entity = "entity: customer\nrelations: {x_sn_marks: {to: x_sn_mark, many: true, owned: true, inverse: customer}}\n"
    mark = "entity: x_sn_mark\ntitle: n\nattributes: {n: {type: string}}\nrelations: {customer: {to: customer}}\n"
    for role, is_given in (("agent", True), ("clerk", False)):
        found = share(tmp_path / role, role, "x_sn_mark", mark=mark, customer=entity)
        assert (found is not None) == is_given

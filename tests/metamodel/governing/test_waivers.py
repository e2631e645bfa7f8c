from datetime import date
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, layers_of, load_files
from tests.metamodel.layering.layered import REGISTRY, codes_in, expected, governed, laid, warned

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.governing.waivers import waivers
from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.model import Model
from sidra_metamodel.render import render

BELOW = """
    entity: customer
    attributes:
      name: {type: string, max_length: 60, required: true, pattern: "a*", pii: [identity]}
      key: {type: string, $lock: final}
      fax: {type: string}
"""
ENUM = "enum: grade\nvalues: [gold, silver]"
ROLE = "role: agent\nmay: {customer: {do: [read], columns: {name: mask}, rows: \"name == 'a'\"}}"


def waiver(path: str, allows: str, affiliate: str = "sn", until: str = "2027-03-31") -> str:
    return (
        f"waiver: w\naffiliate: {affiliate}\npath: {path}\nallows: {allows}\nuntil: {until}\n"
        "approver: K. Lindqvist\nwhy: Double surnames\nticket: GAP-17"
    )


def overlay(text: str) -> str:
    return f"entity: customer\nattributes: {{{text}}}"


LENGTH = waiver("customer.attributes.name.max_length", "80")

CASES = {
    "a longer text": ("name.max_length", "80", "name: {max_length: 80}", "name: {max_length: 81}"),
    "no limit": ("name.max_length", "null", "name: {max_length: null}", "name: {max_length: 81}"),
    "not required": ("name.required", "false", "name: {required: false}", 'name: {required: "fax == null"}'),
    "another pattern": ("name.pattern", "b*", "name: {pattern: {$set: [b*]}}", "name: {pattern: {$set: [c*]}}"),
    "no personal data": ("name.pii", "[]", "name: {pii: {$drop: [identity]}}", "name: {pii: {$set: [location]}}"),
    "another type": ("fax.type", "text", "fax: {type: text}", "fax: {type: integer}"),
    "what is locked": ("key.max_length", "9", "key: {max_length: 9}", "key: {max_length: 8}"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_waiver_lets_exactly_its_value_pass_exactly_there(case: str) -> None:
    path, allows, allowed, other = CASES[case]
    group = [BELOW, waiver(f"customer.attributes.{path}", allows)]
    assert governed({"group": BELOW, "affiliate:sn": overlay(allowed)}) != "", "the rule is there"
    assert governed({"group": group, "affiliate:sn": overlay(allowed)}) == ""
    assert governed({"group": group, "affiliate:sn": overlay(other)}) != ""


def test_a_waiver_at_another_path_waives_nothing_here() -> None:
    group = [BELOW, waiver("customer.attributes.fax.max_length", "80")]
    found = governed({"group": group, "affiliate:sn": overlay("name: {max_length: 80}")})
    assert codes_in(found) == ["E203"]


def test_a_waiver_for_another_affiliate_waives_nothing() -> None:
    group = [BELOW, waiver("customer.attributes.name.max_length", "80", affiliate="pl")]
    assert codes_in(governed({"group": group, "affiliate:sn": overlay("name: {max_length: 80}")})) == ["E203"]


def test_a_waiver_of_an_affiliate_is_none_for_its_region() -> None:
    layers = {"group": [BELOW, LENGTH], "region:waf": overlay("name: {max_length: 80}"), "affiliate:sn": ""}
    del layers["affiliate:sn"]
    assert codes_in(governed(layers)) == ["E203"]


def test_another_value_than_the_one_waived_is_told_so() -> None:
    layers = {"group": [BELOW, LENGTH], "affiliate:sn": overlay("name: {max_length: 90}")}
    assert governed(layers) == expected("""
        error[E203]: `max_length: 90` loosens the rule set below (60)
         --> affiliates/sn/0.yaml:2:21   (layer affiliate:sn)
        2 | attributes: {name: {max_length: 90}}
          |                     ^^^^^^^^^^
          = set here: baseline/core/0.yaml:3  (layer group)  name: {type: string, max_length: 60, required: true, \
pattern: "a*", pii: [identity]}
          = the group waives: baseline/core/1.yaml:4  (layer group)  allows: 80
          = help: an overlay may only tighten `max_length`
    """)


def test_a_waiver_makes_a_change_of_the_highest_level() -> None:
    documents, _ = laid({"group": [BELOW, LENGTH], "affiliate:sn": overlay("name: {max_length: 80}")})
    assert govern(documents, REGISTRY, Diagnostics()) == {("entity", "customer"): 4}


def test_a_waived_addition_to_a_closed_list_is_an_addition_with_this_content() -> None:
    added = "enum: grade\nvalues: {x_sn_ruby: {label: {en: Ruby}}}"
    group = [ENUM, waiver("enum.grade.values.x_sn_ruby", "{label: {en: Ruby}}")]
    assert codes_in(governed({"group": ENUM, "affiliate:sn": added})) == ["E209"]
    assert governed({"group": group, "affiliate:sn": added}) == ""
    assert codes_in(governed({"group": group, "affiliate:sn": added.replace("Ruby}", "Red}")})) == ["E209"]


def test_a_waived_removal_lets_an_attribute_go() -> None:
    removed = overlay("fax: {$remove: true}")
    assert codes_in(governed({"group": BELOW, "affiliate:sn": removed})) == ["E206"]
    assert governed({"group": [BELOW, waiver("customer.attributes.fax", "null")], "affiliate:sn": removed}) == ""


def test_a_subtype_may_have_what_is_waived_for_it() -> None:
    subtype = "entity: member\nis_a: customer"
    longer = "entity: member\nattributes: {name: {max_length: 80}}"
    group = [BELOW, subtype, waiver("member.attributes.name.max_length", "80")]
    assert codes_in(governed({"group": group[:2], "affiliate:sn": longer})) == ["E203"]
    assert governed({"group": group, "affiliate:sn": longer}) == ""


@pytest.mark.parametrize("layer", ["affiliate:sn", "region:waf", "environment:test"])
@pytest.mark.parametrize("kind", ["waiver", "ceiling"])
def test_only_the_group_grants(kind: str, layer: str) -> None:
    granted = LENGTH if kind == "waiver" else "ceiling: sn\nlevel: L4"
    layers = {"group": BELOW, layer: [granted, overlay("name: {max_length: 80}")]}
    assert "E218" in codes_in(governed(layers))
    assert {"E203", "E207"} & set(codes_in(governed(layers)))


def test_who_grants_itself_a_waiver_is_told_whom_to_ask() -> None:
    assert governed({"group": BELOW, "affiliate:sn": LENGTH}) == expected("""
        error[E218]: a `waiver` is not for an affiliate
         --> affiliates/sn/0.yaml:1:9   (layer affiliate:sn)
        1 | waiver: w
          |         ^
          = help: the group alone has waivers, in its own tree; take the file away, and ask the group
    """)


def test_an_affiliate_widens_no_waiver_of_the_group() -> None:
    own = "waiver: w\nallows: 90"
    layers = {"group": [BELOW, LENGTH], "affiliate:sn": [own, overlay("name: {max_length: 90}")]}
    assert {"E203", "E218"} <= set(codes_in(governed(layers)))


IDLE = {
    "no document": ("custommer.attributes.name", "80", "name: {max_length: 50}"),
    "no such path": ("customer.attributes.nam.max_length", "80", "name: {max_length: 50}"),
    "a document alone": ("customer", "80", "name: {max_length: 50}"),
    "another value": ("customer.attributes.name.max_length", "80", "name: {max_length: 50}"),
    "no rule": ("customer.attributes.name.max_length", "50", "name: {max_length: 50}"),
    "never used": ("customer.attributes.name.max_length", "60", "fax: {hidden: true}"),
}


@pytest.mark.parametrize("case", IDLE)
def test_a_waiver_that_waives_nothing_is_told(case: str) -> None:
    path, allows, own = IDLE[case]
    layers = {"group": [BELOW, waiver(path, allows)], "affiliate:sn": overlay(own)}
    assert "E220" in warned(layers)
    assert governed(layers) == ""


def test_a_waiver_in_use_is_told_nothing_of() -> None:
    assert warned({"group": [BELOW, LENGTH], "affiliate:sn": overlay("name: {max_length: 80}")}) == []


FILES = {
    "baseline/customer.yaml": "entity: customer\ntitle: name\nattributes: {name: {type: string, max_length: 60}}",
    "affiliates/sn/customer.yaml": "entity: customer\nattributes: {name: {max_length: 80}}",
}


def test_a_waiver_for_nobody_is_told_with_its_place(tmp_path: Path) -> None:
    text = waiver("customer.attributes.name.max_length", "80", affiliate="sm")
    files = {**FILES, "baseline/w.yaml": text, "affiliates/sn/customer.yaml": "entity: customer\nlabel: C"}
    assert render(load_files(tmp_path, files).diagnostics) == expected("""
        warning[E220]: no affiliate `sm`
         --> baseline/w.yaml:2:12   (layer group)
        2 | affiliate: sm
          |            ^^
          = help: there are `sn`
    """)


def test_the_waivers_of_an_affiliate_are_listed_with_their_end_and_approver(tmp_path: Path) -> None:
    layers = layers_of(tmp_path, {**FILES, "baseline/w.yaml": LENGTH})
    (found,) = waivers(layers, "sn")
    assert (found.path, found.allows, str(found.until)) == ("customer.attributes.name.max_length", "80", "2027-03-31")
    assert found.approver == "K. Lindqvist"
    assert waivers(layers, "pl") == ()


def test_an_end_that_has_passed_is_told_and_stops_nothing(tmp_path: Path) -> None:
    loaded = load(layers_of(tmp_path, {**FILES, "baseline/w.yaml": LENGTH}), "sn", LANGUAGE, today=date(2027, 4, 1))
    assert render(loaded.diagnostics) == expected("""
        warning[E219]: the waiver `w` was agreed until 2027-03-31
         --> baseline/w.yaml:5:8   (layer group)
        5 | until: 2027-03-31
          |        ^^^^^^^^^^
          = help: take the override back, or let the group agree on a later day
    """)
    assert model_of(loaded).entities["customer"].attributes["name"].max_length == 80


def test_on_its_last_day_a_waiver_has_not_run_out(tmp_path: Path) -> None:
    layers = layers_of(tmp_path, {**FILES, "baseline/w.yaml": LENGTH})
    assert len(load(layers, "sn", LANGUAGE, today=date(2027, 3, 31)).diagnostics) == 0


def test_an_end_that_is_no_day_is_told(tmp_path: Path) -> None:
    text = waiver("customer.attributes.name.max_length", "80", until="soon")
    found = load(layers_of(tmp_path, {**FILES, "baseline/w.yaml": text}), "sn", LANGUAGE, today=date(2027, 4, 1))
    assert render(found.diagnostics).startswith("error[E124]: `until` must be a day, not `soon`")
    assert found.model is None


def test_two_values_may_be_waived_at_one_place() -> None:
    group = [BELOW, LENGTH, LENGTH.replace("waiver: w", "waiver: v").replace("allows: 80", "allows: 90")]
    for length in (80, 90):
        assert governed({"group": group, "affiliate:sn": overlay(f"name: {{max_length: {length}}}")}) == ""
    assert governed({"group": group, "affiliate:sn": overlay("name: {max_length: 85}")}) != ""


def test_a_ceiling_for_nobody_is_told_with_its_place(tmp_path: Path) -> None:
    files = {
        "baseline/ceilings/sm.yaml": "ceiling: sm\nlevel: L2",
        "baseline/ceilings/all.yaml": "ceiling: all\nlevel: L4",
    }
    assert render(load_files(tmp_path, files).diagnostics) == expected("""
        warning[E220]: no affiliate `sm`
         --> baseline/ceilings/sm.yaml:1:10   (layer group)
        1 | ceiling: sm
          |          ^^
          = help: there are `sn`
    """)


def model_of(loaded: Loaded) -> Model:
    assert loaded.model is not None, render(loaded.diagnostics)
    return loaded.model


def with_waiver(folder: Path, below: str, above: str, path: str, allows: str) -> Model:
    """The Model of an affiliate that has one thing by a waiver; without it, it is refused."""
    files = {"baseline/below.yaml": below, "affiliates/sn/above.yaml": above, **MORE}
    assert load_files(folder, files).model is None
    return model_of(load_files(folder, {**files, "baseline/w.yaml": waiver(path, allows)}))


MORE = {"baseline/more.yaml": "entity: customer\ntitle: name\nattributes: {name: {type: string, pattern: 'a*'}}"}


def test_a_waived_pattern_is_the_only_one_that_must_match(tmp_path: Path) -> None:
    above = "entity: customer\nattributes: {name: {pattern: {$set: [b*], $why: law}}}"
    model = with_waiver(tmp_path, "enum: x\nvalues: [a]", above, "customer.attributes.name.pattern", "b*")
    assert model.entities["customer"].attributes["name"].pattern == ("b*",)


def test_what_is_waived_as_not_required_is_not_required(tmp_path: Path) -> None:
    below = (
        "entity: thing\ntitle: name\nattributes: {name: {type: string, required: 'size > 1'}, size: {type: integer}}"
    )
    above = "entity: thing\nattributes: {name: {required: false}}"
    model = with_waiver(tmp_path, below, above, "thing.attributes.name.required", "false")
    assert model.entities["thing"].attributes["name"].required is False


ROLES = """
    role: agent
    may: {customer: {do: [read], columns: {name: mask}, rows: "name == 'a'"}}
"""


@pytest.mark.parametrize(
    ("change", "path", "allows"),
    [
        ("do: {$add: [update]}", "do", "[read, update]"),
        ("columns: {name: read}", "columns.name", "read"),
        ("rows: {$set: [\"name == 'b'\"]}", "rows", "\"name == 'b'\""),
    ],
)
def test_what_is_waived_for_a_role_is_given_and_not_taken_back_at_the_ceiling(
    tmp_path: Path, change: str, path: str, allows: str
) -> None:
    above = f"role: agent\nmay: {{customer: {{{change}}}}}"
    model = with_waiver(tmp_path, ROLES, above, f"role.agent.may.customer.{path}", allows)
    bounded = BoundedRole(model, model.roles["agent"])
    customer = model.entities["customer"]
    assert bounded.share(customer) == bounded.written(customer)

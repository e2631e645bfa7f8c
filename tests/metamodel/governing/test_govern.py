import pytest
from tests.metamodel.layering.layered import CUSTOMER, REGISTRY, codes_in, customer, expected, governed, laid

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.govern import govern


def test_an_unknown_unprefixed_name_is_a_slip() -> None:
    assert customer("attributes:\n  gven_name: {max_length: 40}") == expected("""
        error[E101]: no `gven_name` in `attributes`
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   gven_name: {max_length: 40}
          |   ^^^^^^^^^
          = help: did you mean `given_name`?  A local field would be named `x_sn_gven_name`.
    """)


def test_inside_its_own_elements_a_layer_names_as_it_likes() -> None:
    overlay = [
        "entity: x_sn_loan\nattributes: {amount: {type: money}}",
        "screen: x_sn_loan_record\nkind: record\ntabs: [main]",
    ]
    assert governed({"group": CUSTOMER, "affiliate:sn": overlay}) == ""


def test_a_document_of_an_affiliate_needs_the_prefix_too() -> None:
    assert governed({"group": CUSTOMER, "affiliate:sn": "entity: custommer\nlabel: Client"}) == expected("""
        error[E101]: no entity `custommer` in the layers below
         --> affiliates/sn/0.yaml:1:9   (layer affiliate:sn)
        1 | entity: custommer
          |         ^^^^^^^^^
          = help: did you mean `customer`?  A local entity would be named `x_sn_custommer`.
    """)


@pytest.mark.parametrize(
    "document",
    [
        "screen: customer_list\nkind: list",
        "screen: customer_360\nkind: view360",
        "screen: search\nkind: search",
        "layer: sn\nlevel: affiliate",
        "entity: x_sn_loan",
    ],
)
def test_generated_screens_and_the_layer_itself_need_no_prefix(document: str) -> None:
    assert governed({"group": CUSTOMER, "affiliate:sn": document}) == ""


def test_a_screen_of_no_entity_needs_the_prefix() -> None:
    assert codes_in(governed({"group": CUSTOMER, "affiliate:sn": "screen: loan_list\nkind: list"})) == ["E101"]


def test_a_document_of_a_lower_layer_is_not_removed() -> None:
    assert governed({"group": CUSTOMER, "affiliate:sn": "entity: customer\n$remove: true"}) == expected("""
        error[E206]: entity `customer` must not be removed
         --> affiliates/sn/0.yaml:1:9   (layer affiliate:sn)
        1 | entity: customer
          |         ^^^^^^^^
          = declared here: baseline/core/0.yaml:1  (layer group)  entity: customer
          = help: documents stay; leave it out of menus, or hide its parts
    """)


@pytest.mark.parametrize("instruction", ["$lock: final", "$was: phone", "$extend: true"])
def test_instructions_of_the_group_are_illegal_in_an_affiliate(instruction: str) -> None:
    assert codes_in(customer(f"attributes: {{fax: {{{instruction}}}}}")) == ["E205"]
    assert codes_in(customer(f"attributes: {{fax: {{{instruction}}}}}", layer="region:waf")) == []


def test_an_illegal_instruction_is_shown_with_its_place() -> None:
    assert customer("attributes:\n  fax: {$lock: final}") == expected("""
        error[E205]: `$lock` is not for an affiliate
         --> affiliates/sn/0.yaml:3:9   (layer affiliate:sn)
        3 |   fax: {$lock: final}
          |         ^^^^^
          = help: the group and regions lock, rename and open; ask the group
    """)


def test_a_region_may_raise_a_lock_and_not_lower_it() -> None:
    raised = "entity: customer\nattributes: {fax: {$lock: final}}"
    lowered = "entity: customer\nattributes:\n  customer_key: {$lock: tighten}"
    hidden = "entity: customer\nattributes: {fax: {hidden: true}}"
    assert governed({"group": CUSTOMER, "region:waf": raised}) == ""
    assert codes_in(governed({"group": CUSTOMER, "region:waf": raised, "affiliate:sn": hidden})) == ["E201"]
    assert governed({"group": CUSTOMER, "region:waf": lowered}) == expected("""
        error[E204]: `$lock: tighten` is weaker than the lock below (`final`)
         --> regions/waf/0.yaml:3:18   (layer region:waf)
        3 |   customer_key: {$lock: tighten}
          |                  ^^^^^
          = locked here: baseline/core/0.yaml:5  (layer group)  customer_key: {type: string, $lock: final}
          = help: a layer may raise a lock, never lower it
    """)


PARTY = "entity: party\nattributes: {name: {type: string, max_length: 60}}"


def test_a_subtype_may_only_tighten_what_it_inherits() -> None:
    looser = "entity: customer\nis_a: party\nattributes:\n  name: {max_length: 80}"
    assert governed({"group": [PARTY, looser]}) == expected("""
        error[E203]: `max_length: 80` loosens the rule set below (60)
         --> baseline/core/1.yaml:4:10   (layer group)
        4 |   name: {max_length: 80}
          |          ^^^^^^^^^^
          = set here: baseline/core/0.yaml:2  (layer group)  attributes: {name: {type: string, max_length: 60}}
          = help: an overlay may only tighten `max_length`
    """)
    tighter = "entity: customer\nis_a: party\nattributes: {name: {max_length: 40}, age: {type: integer}}"
    assert governed({"group": [PARTY, tighter]}) == ""


def test_an_overlay_may_refine_an_inherited_attribute_and_not_loosen_it() -> None:
    customer_type = "entity: customer\nis_a: party"
    refined = "entity: customer\nattributes: {name: {max_length: 40, label: {fr: Nom}}}"
    looser = "entity: customer\nattributes: {name: {max_length: 70}}"
    assert governed({"group": [PARTY, customer_type], "affiliate:sn": refined}) == ""
    assert codes_in(governed({"group": [PARTY, customer_type], "affiliate:sn": looser})) == ["E203"]


def test_a_lock_of_a_subtype_is_not_got_round_by_changing_its_supertype() -> None:
    locked = "entity: customer\nis_a: party\nattributes: {name: {$lock: final}}"
    overlay = "entity: party\nattributes: {name: {max_length: 40}}"
    assert codes_in(governed({"group": [PARTY, locked], "affiliate:sn": overlay})) == ["E201"]


@pytest.mark.parametrize(
    "overlay",
    [
        "header: {facts: {city: {}}}",
        "header: {facts: {number: {$remove: true}}}",
        "header: {facts: {number: {hidden: true}}}",
        "header: {facts: {name: {$first: true}}}",
        "panels: {x: {kind: facts}}",
    ],
)
def test_an_environment_adds_removes_and_moves_nothing(overlay: str) -> None:
    layers = {"group": "screen: s\nheader: {facts: [number, name]}", "environment:test": f"screen: s\n{overlay}"}
    assert codes_in(governed(layers)) == ["E207"]


def test_an_environment_sets_only_what_is_marked_for_it() -> None:
    layers = {"affiliate:sn": "layer: sn\nlevel: affiliate\ncurrency: XOF"}
    assert governed({**layers, "environment:test": "layer: sn\nstore: {sqlite: test.db}"}) == ""
    assert governed({**layers, "environment:test": "layer: sn\ncurrency: EUR"}) == expected("""
        error[E207]: `currency` cannot be set by an environment
         --> environments/test/0.yaml:2:1   (layer environment:test)
        2 | currency: EUR
          | ^^^^^^^^
          = help: an environment sets endpoints, sizes and references to secrets, never the model
    """)


@pytest.mark.parametrize(
    ("overlay", "level"),
    [
        ("label: Client", 1),
        ("attributes: {fax: {max_length: 9}}", 2),
        ("attributes: {fax: {$replace: true, type: string}}", 3),
    ],
)
def test_the_level_of_a_document_is_that_of_its_farthest_change(overlay: str, level: int) -> None:
    documents, _ = laid({"group": CUSTOMER, "affiliate:sn": "entity: customer\n" + overlay})
    assert govern(documents, REGISTRY, Diagnostics()) == {("entity", "customer"): level}


@pytest.mark.parametrize(
    ("actions", "codes"), [("[read]", {"E108"}), ("[read, delete]", {"E108", "E203"})], ids=["fewer", "others"]
)
def test_a_bare_list_over_a_set_is_refused_and_held_against_what_roles_may_have(actions: str, codes: set[str]) -> None:
    role = "role: agent\nmay: {customer: {do: [read, update]}}"
    overlay = f"role: agent\nmay: {{customer: {{do: {actions}}}}}"
    assert set(codes_in(governed({"group": [CUSTOMER, role], "affiliate:sn": overlay}))) == codes

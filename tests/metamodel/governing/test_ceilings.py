from pathlib import Path

import pytest
from tests.metamodel.configurations import layers_of
from tests.metamodel.layering.layered import codes_in, expected, folder, governed, warned

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.ceilings import ceiling_of
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.governing.levels import LEVELS, level_name
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.registry import PluginCode, Registry

BELOW = """
    entity: customer
    domain: party
    attributes:
      name: {type: string, max_length: 60}
      fax: {type: string}
"""
CHANGES = {
    1: "entity: customer\nattributes: {fax: {hidden: true, $first: true}}",
    2: "entity: customer\nattributes: {name: {max_length: 40}}",
    3: "entity: customer\nattributes: {fax: {$replace: true, type: string}}",
}


@pytest.mark.parametrize("most", LEVELS)
@pytest.mark.parametrize("level", CHANGES)
def test_a_change_beyond_the_ceiling_is_refused_and_one_below_it_is_not(level: int, most: int) -> None:
    layers = {"group": [BELOW, f"ceiling: sn\nlevel: {level_name(most)}"], "affiliate:sn": CHANGES[level]}
    assert codes_in(governed(layers)) == (["E221"] if level > most else [])


def test_what_goes_too_far_is_shown_with_the_ceiling() -> None:
    ceiling = "ceiling: sn\nlevel: L3\ndomains: {party: L1}"
    overlay = "entity: customer\nattributes:\n  fax: {hidden: true}\n  name: {max_length: 40}"
    assert governed({"group": [BELOW, ceiling], "affiliate:sn": overlay}) == expected("""
        error[E221]: `entity.customer.attributes.name.max_length` goes as far as L2, and `sn` may go to L1 in `party`
         --> affiliates/sn/0.yaml:4:10   (layer affiliate:sn)
        4 |   name: {max_length: 40}
          |          ^^^^^^^^^^
          = the ceiling: baseline/core/1.yaml:3  (layer group)  domains: {party: L1}
          = help: take it back to L1, or ask the group for a waiver of this value or for a higher ceiling
    """)


@pytest.mark.parametrize(
    ("ceilings", "level"),
    [
        ({}, 4),
        ({"all": "level: L2"}, 2),
        ({"all": "level: L2", "sn": "level: L3"}, 3),
        ({"all": "domains: {roles: L1}", "sn": "level: L3"}, 3),
        ({"all": "domains: {roles: L1}", "sn": "domains: {party: L3}"}, 1),
        ({"all": "level: L1", "sn": "level: L3\ndomains: {roles: L2}"}, 2),
        ({"pl": "level: L0"}, 4),
    ],
)
def test_the_nearest_ceiling_counts(tmp_path: Path, ceilings: dict[str, str], level: int) -> None:
    files = {f"baseline/ceilings/{name}.yaml": f"ceiling: {name}\n{text}" for name, text in ceilings.items()}
    assert ceiling_of(layers_of(tmp_path, files), "sn", "roles") == level


def test_a_document_of_its_own_is_an_addition() -> None:
    own = "entity: x_sn_loan\ndomain: sales\nattributes: {amount: {type: money}}"
    assert codes_in(governed({"group": [BELOW, "ceiling: sn\nlevel: L1"], "affiliate:sn": own})) == ["E221"]
    assert governed({"group": [BELOW, "ceiling: sn\nlevel: L2"], "affiliate:sn": own}) == ""
    assert governed({"group": [BELOW, "ceiling: sn\nlevel: L2\ndomains: {party: L0}"], "affiliate:sn": own}) == ""


def test_what_a_region_does_counts_for_none_of_its_affiliates() -> None:
    layers = {
        "group": [BELOW, "ceiling: sn\nlevel: L0"],
        "region:waf": CHANGES[3],
        "affiliate:sn": "layer: sn\nlevel: affiliate",
    }
    assert governed(layers) == ""


def test_a_waiver_lifts_one_value_above_the_ceiling() -> None:
    waiver = (
        "waiver: w\naffiliate: sn\npath: customer.attributes.name.max_length\nallows: 40\nuntil: 2027-03-31\n"
        "approver: K. Lindqvist\nwhy: law\nticket: GAP-1"
    )
    group = [BELOW, "ceiling: sn\nlevel: L1", waiver]
    assert governed({"group": group, "affiliate:sn": CHANGES[2]}) == ""
    assert "E220" not in warned({"group": group, "affiliate:sn": CHANGES[2]})
    other = CHANGES[2].replace("40", "41")
    assert codes_in(governed({"group": group, "affiliate:sn": other})) == ["E221"]


CODE = PluginCode(functions=frozenset({"ninea_valid"}), types=frozenset({"ninea"}), widgets=frozenset({"stars"}))


@pytest.mark.parametrize(
    ("overlay", "level"),
    [
        ("attributes: {x_sn_ninea: {type: ninea}}", 4),
        ('attributes: {name: {required: "ninea_valid(name)"}}', 4),
        ("attributes: {name: {widget: stars}}", 4),
        ("attributes: {name: {widget: {use: stars, size: big}}}", 4),
        ("attributes: {x_sn_other: {type: string}}", 2),
        ("attributes: {name: {label: {fr: stars}}}", 1),
        ('attributes: {name: {required: "valid(name)"}}', 2),
        ("label: ninea", 1),
    ],
)
def test_code_of_a_plugin_that_an_overlay_brings_in_is_the_highest_level(overlay: str, level: int) -> None:
    registry, found = Registry(BUILT_IN_KINDS, CODE), Diagnostics()
    below = folder("group", BELOW, found=found)
    above = folder("affiliate:sn", f"entity: customer\n{overlay}", found=found)
    documents = effective(LayerStack("sn", (below, above)), registry, found)
    assert govern(documents, registry, found) == {("entity", "customer"): level}


def test_code_that_is_there_below_is_the_groups() -> None:
    registry, found = Registry(BUILT_IN_KINDS, CODE), Diagnostics()
    below = folder("group", "entity: customer\nattributes: {number: {type: ninea}}", found=found)
    above = folder("affiliate:sn", "entity: customer\nattributes: {number: {max_length: 9}}", found=found)
    documents = effective(LayerStack("sn", (below, above)), registry, found)
    assert govern(documents, registry, found) == {("entity", "customer"): 2}

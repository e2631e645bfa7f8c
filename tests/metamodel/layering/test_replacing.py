"""What lasts when an element is replaced, removed, emptied or called by its former name."""

import pytest
from tests.metamodel.layering.layered import expected, laid, merged, settled

from sidra_metamodel.render import render

RENAMED = "entity: customer\nattributes:\n  fax_number: {$was: fax, $lock: tighten, type: string}"


def customer(content: str) -> str:
    return f"entity: customer\nattributes: {content}"


@pytest.mark.parametrize("between", ["{$replace: true, type: text}", "{$remove: true}", "null"])
def test_what_takes_the_place_of_a_renamed_element_still_answers_to_its_former_name(between: str) -> None:
    layers = {
        "group": RENAMED,
        "region:waf": customer(f"{{fax_number: {between}}}"),
        "affiliate:sn": customer("{fax: {hidden: true}}"),
    }
    documents, found = laid(layers)
    assert [one.code for one in found] == ["E214"]
    assert list(documents["entity", "customer"].root.items["attributes"].items) == ["fax_number"]


@pytest.mark.parametrize("between", ["{$replace: true, type: text}", "{$remove: true}", "null"])
def test_what_takes_the_place_of_a_locked_element_is_locked(between: str) -> None:
    node = merged(RENAMED, customer(f"{{fax_number: {between}}}"), customer("{fax_number: {hidden: true}}"))
    found = node.get("attributes", "fax_number")
    assert found is not None
    lock = found.directive("lock")
    assert lock is not None
    assert lock.value == "tighten"


def test_null_takes_all_away_also_for_the_layers_above() -> None:
    own = customer("{x_sn_a: {type: string}}")
    assert settled(RENAMED, customer("null"), own) == {"attributes": {"x_sn_a": {"type": "string"}}}


def test_an_element_written_under_both_its_names_is_refused() -> None:
    overlay = """
        entity: customer
        attributes:
          fax_number: {hidden: true}
          fax: {help: Rarely used}
    """
    _documents, found = laid({"group": RENAMED, "affiliate:sn": overlay})
    assert render(one for one in found if one.severity == "error") == expected("""
        error[E007]: `fax` and `fax_number` are one element
         --> affiliates/sn/0.yaml:4:3   (layer affiliate:sn)
        4 |   fax: {help: Rarely used}
          |   ^^^
          = its present name here: affiliates/sn/0.yaml:3  (layer affiliate:sn)  fax_number: {hidden: true}
          = help: write it once, as `fax_number`
    """)

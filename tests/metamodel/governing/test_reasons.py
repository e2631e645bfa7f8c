from datetime import date

import pytest
from tests.metamodel.layering.layered import CUSTOMER, REGISTRY, expected, laid, warned

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.render import render


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("attributes: {fax: {hidden: true, label: {fr: Fax}, $first: true}}", []),
        ("attributes: {given_name: {max_length: 40}}", ["E210"]),
        ("attributes: {given_name: {max_length: {$set: 40, $why: ID card}}}", []),
        ("attributes: {given_name: {$why: ID card, max_length: 40}}", []),
        ("$why: ID card\nattributes: {given_name: {max_length: 40}}", []),
        ("attributes: {x_sn_a: {type: string}}", ["E210"]),
        ("attributes: {x_sn_a: {$why: law, type: string}}", []),
        ("attributes: {fax: {$why: x, $replace: true, type: string}}", ["E211"]),
        ("attributes: {fax: {$replace: true, type: string}}", ["E210", "E211"]),
        ("attributes: {fax: {$why: x, $ticket: G-1, $replace: true, type: string}}", []),
        ("attributes: {fax: {$why: x, $category: debt, hidden: true}}", ["E212"]),
        ("attributes: {fax: {$why: x, $category: debt, $until: 2027-01-01, hidden: true}}", []),
    ],
)
def test_changes_beyond_texts_want_a_reason(overlay: str, found: list[str]) -> None:
    assert warned({"group": CUSTOMER, "affiliate:sn": "entity: customer\n" + overlay}) == found


def test_a_reason_that_has_run_out_is_a_warning_once_the_day_is_known() -> None:
    overlay = "entity: customer\nattributes: {fax: {$why: x, $until: 2026-06-30, hidden: true}}"
    documents, _ = laid({"group": CUSTOMER, "affiliate:sn": overlay})
    found = Diagnostics()
    govern(documents, REGISTRY, found, date(2026, 6, 30))
    assert not len(found)
    govern(documents, REGISTRY, found, date(2026, 7, 1))
    assert [(one.code, one.severity) for one in found] == [("E213", "warning")]


def said(overlay: str) -> str:
    """What governance says about an overlay of the customer on the first of July 2026."""
    documents, _ = laid({"group": CUSTOMER, "affiliate:sn": "entity: customer\n" + expected(overlay)})
    found = Diagnostics()
    govern(documents, REGISTRY, found, date(2026, 7, 1))
    return render(found)


def test_a_limit_without_a_reason() -> None:
    assert said("""
        attributes:
          given_name:
            max_length: 40
    """) == expected("""
        warning[E210]: the change of `attributes.given_name.max_length` has no reason
         --> affiliates/sn/0.yaml:4:5   (layer affiliate:sn)
        4 |     max_length: 40
          |     ^^^^^^^^^^
          = help: say why in `$why: …`, here or around it
    """)


def test_a_replaced_element_without_a_ticket() -> None:
    assert said("""
        attributes:
          fax: {$replace: true, $why: Never used, type: string}
    """) == expected("""
        warning[E211]: the change of `attributes.fax` has no ticket
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   fax: {$replace: true, $why: Never used, type: string}
          |   ^^^
          = help: name it in `$ticket: …`, here or around it
    """)


def test_a_debt_without_an_end() -> None:
    assert said("""
        attributes:
          fax:
            $why: The old platform shows it
            $category: debt
            hidden: true
    """) == expected("""
        warning[E212]: a debt has no end
         --> affiliates/sn/0.yaml:5:16   (layer affiliate:sn)
        5 |     $category: debt
          |                ^^^^
          = help: name its end in `$until: …`
    """)


def test_a_debt_whose_end_has_passed() -> None:
    assert said("""
        attributes:
          fax:
            $why: The old platform shows it
            $category: debt
            $until: 2026-06-30
            hidden: true
    """) == expected("""
        warning[E213]: this was to last until 2026-06-30
         --> affiliates/sn/0.yaml:6:13   (layer affiliate:sn)
        6 |     $until: 2026-06-30
          |             ^^^^^^^^^^
          = help: resolve it, or agree on a later `$until`
    """)

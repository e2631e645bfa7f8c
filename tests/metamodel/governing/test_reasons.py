from datetime import date

import pytest
from tests.metamodel.layering.layered import CUSTOMER, REGISTRY, laid, warned

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.govern import govern


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

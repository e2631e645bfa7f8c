"""Which tests a document can matter to: rather one too many than one too few."""

from pathlib import Path

import pytest
from tests.core.trials.small import EXAMPLE, loaded_with

from sidra.trials.reach import Reach
from sidra.trials.running import run_tests
from sidra_metamodel.layering.effective import Key

OF_TICKETS = """
    test: tickets
    title: Tickets are open
    given:
      t: {trouble_ticket: {category: fault}}
    then:
      open: {expect: "t.state == 'open'"}
    """
OF_HOURS = """
    test: hours
    title: It is open in the morning
    then:
      open: {calendar: hours, open: 2026-01-13T10:00}
    """
CALENDAR = "calendar: hours\nweek: {tue: {from: '08:00', to: '12:00'}}\n"


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        (("entity", "trouble_ticket"), {"tickets", "second_fault_raises_an_alert"}),
        (("entity", "customer"), {"second_fault_raises_an_alert"}),
        (("enum", "category"), {"tickets", "second_fault_raises_an_alert"}),
        (("rule", "due_later"), {"tickets", "second_fault_raises_an_alert"}),
        (("screen", "customer_page"), {"second_fault_raises_an_alert"}),
        (("calendar", "hours"), {"hours"}),
        (("role", "agent"), set()),
        (("menu", "main"), set()),
    ],
)
def test_a_document_matters_to_the_tests_that_came_upon_it(tmp_path: Path, changed: Key, tests: set[str]) -> None:
    loaded = loaded_with(tmp_path, EXAMPLE, OF_TICKETS, OF_HOURS, files={"baseline/hours.yaml": CALENDAR})
    outcomes = run_tests(loaded)
    assert all(outcome.is_good for outcome in outcomes)
    assert loaded.model is not None
    assert set(Reach(loaded.model).tests([changed], outcomes)) >= tests
    if changed[0] in {"calendar", "role", "menu", "screen"}:
        assert set(Reach(loaded.model).tests([changed], outcomes)) == tests

"""Tests as data are run: through the gate, by the clock, each by itself."""

from pathlib import Path

import pytest
from tests.core.trials.small import EXAMPLE, loaded_with, outcome_of, told

from sidra.trials.outcomes import Verdict
from sidra.trials.running import NotTested, run_tests


def test_the_example_of_the_design_passes_as_it_is_written(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, EXAMPLE)
    assert (outcome.verdict, told(outcome)) == (Verdict.PASSED, [])


def test_the_example_fails_where_the_first_fault_is_too_old(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, EXAMPLE.replace("2026-03-01T09:00", "2026-01-01T09:00"))
    assert told(outcome) == [
        "then.alerted.expect: `c.alerts.exists(a, a.rule == 'repeat_fault')` holds, but it does not hold"
    ]
    assert outcome.findings[0].values == (("c.alerts", "[]"),)
    assert str(outcome.findings[0].at) == "baseline/tests/0.yaml:10:21"


CASES = {
    "refused by a rule": """
        when:
          new: {create: {trouble_ticket: {category: fault, due: 2025-01-01T09:00}}}
        then:
          told: {refused: new, code: R610, at: due, message: is due after}
        """,
    "refused by a right": """
        users:
          awa: {roles: [agent]}
        given:
          c: {customer: {name: Moussa, status: vip}}
        when:
          change: {update: {c: {name: Moussa Diop}}, by: awa}
          gone: {delete: c, by: awa}
        then:
          no_change: {refused: change, code: R404}
          no_end: {refused: gone, code: R404}
          unseen: {by: awa, hides: [c, c.name], may_not: [customer.delete, export], may: [search, customer.create]}
        """,
    "seen, masked and hidden": """
        users: {awa: {roles: [agent]}}
        given:
          c: {customer: {name: Moussa, number: "0012", balance: {amount: 12.50, currency: XOF}}}
        then:
          whole: {sees: [c, c.number]}
          for_awa: {by: awa, sees: [c.name], masks: c.number, hides: c.balance, may: [c.update], may_not: [c.delete]}
          kept: {expect: "c.number == '0012' && c.balance.amount == 12.5 && c.balance.currency == 'XOF'"}
        """,
    "a life cycle by the clock": """
        clock: 2026-03-20
        given:
          t: {trouble_ticket: {category: fault, due: 2026-03-21T09:00}}
        when:
          too_early: {transition: {t: close}}
          later: {wait: 2d}
          now_it_goes: {transition: {t: close}}
        then:
          early: {refused: too_early, code: R614}
          closed: {expect: "t.state == 'closed' && now == timestamp('2026-03-22T00:00:00Z')", may_not: t.close}
        """,
    "warned, required, found": """
        given:
          c: {customer: {name: Moussa}}
        when:
          short: {create: {customer: {name: Ba}}}
        then:
          warned: {warned: short, at: name, message: short name}
          demanded: {required: c.name, optional: [c.number, c.status], shown: customer.name}
          searched: {search: moussa, finds: c, misses: short}
          listed: {list: customer_list, gives: [short, c]}
          set: {configured: {customer.attributes.name.required: true, enum.state.values.open.final: ~}}
        """,
    "two records become one": """
        given:
          c: {customer: {name: Moussa, status: local}}
          twin: {customer: {name: Moussa, status: other}}
          t: {trouble_ticket: {category: fault, customer: twin}}
        when:
          one: {merge: {c: twin}, reason: A typing error}
        then:
          moved: {expect: "t.customer.name == 'Moussa' && t.customer.status == 'local'", hides: twin}
        """,
    "deleted": """
        given:
          c: {customer: {name: Moussa}}
        when:
          gone: {delete: c}
        then:
          gone: {expect: "c == null", hides: c}
        """,
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_configuration_does_is_claimed(case: str, tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, f"        test: case\n        title: A case\n{CASES[case]}")
    assert (told(outcome), outcome.verdict) == ([], Verdict.PASSED)


def test_a_configuration_with_errors_is_not_tested(tmp_path: Path) -> None:
    loaded = loaded_with(tmp_path, EXAMPLE, files={"baseline/bad.yaml": "entity: bad\ntitle: nothing\n"})
    with pytest.raises(NotTested, match="the configuration of `sn` has errors"):
        run_tests(loaded)

"""What is said of a test that fails or is broken: the place, what was expected, what was there."""

from pathlib import Path

import pytest
from tests.core.trials.small import loaded_with, outcome_of, told

from sidra.trials.outcomes import Verdict
from sidra.trials.running import run_tests

HEAD = "test: t\ntitle: T\n"
C = HEAD + "users: {awa: {roles: [agent]}}\ngiven:\n  c: {customer: {name: Moussa, number: '0012'}}\n"

FAILURES = {
    "then:\n  a: {expect: \"c.name == 'Awa' && c.status != null\"}\n": (
        "then.a.expect: `c.name == 'Awa' && c.status != null` holds, but it does not hold"
    ),
    "then:\n  a: {by: awa, sees: c.number}\n": "then.a.sees: `c.number` is seen whole for `awa`, but it is seen masked",
    "then:\n  a: {by: awa, masks: c.name}\n": "then.a.masks: `c.name` is seen masked for `awa`, but it is seen whole",
    "then:\n  a: {by: awa, hides: c}\n": "then.a.hides: `c` is not to be seen for `awa`, but it is seen whole",
    "then:\n  a: {by: awa, may: c.delete}\n": "then.a.may: `c.delete` is allowed for `awa`, but it is not",
    "then:\n  a: {may_not: c.delete}\n": "then.a.may_not: `c.delete` is not allowed, but it is",
    "then:\n  a: {required: c.number}\n": (
        "then.a.required: `c.number` is required, but the record can be saved without it"
    ),
    "then:\n  a: {optional: c.name}\n": (
        "then.a.optional: `c.name` is optional, but the record cannot be saved without it"
    ),
    "then:\n  a: {hidden: customer.name}\n": "then.a.hidden: `customer.name` is hidden, but it is offered",
    "then:\n  a: {search: moussa, misses: c}\n": "then.a.misses: `moussa` does not find `c`, but it finds `c`",
    "then:\n  a: {search: awa, finds: c}\n": "then.a.finds: `awa` finds `c`, but it finds none",
    "then:\n  a: {list: customer_list, lacks: c}\n": (
        "then.a.lacks: `customer_list` does not give `c`, but it gives `c`"
    ),
    "then:\n  a: {open: 2026-01-13T10:00}\n": "then.a.open: there is a calendar, but there is none",
    "then:\n  a: {configured: {customer.attributes.name.type: text}}\n": (
        "then.a.configured: `customer.attributes.name.type` is 'text', but it is 'string'"
    ),
    "then:\n  a: {configured: {customer.attributes.nothing.type: text}}\n": (
        "then.a.configured: `customer.attributes.nothing.type` is 'text', but there is none"
    ),
    "when:\n  s: {update: {c: {name: ~}}}\nthen:\n  a: {sees: c}\n": (
        "when.s: the step is done, but refused: R601 name: Enter a value."
    ),
    "when:\n  s: {update: {c: {name: Awa}}}\nthen:\n  a: {refused: s, code: R601}\n": (
        "then.a.refused: the step `s` is refused with `R601`, but it was done"
    ),
    "when:\n  s: {update: {c: {name: ~}}}\nthen:\n  a: {refused: s, code: R602, at: number}\n": (
        "then.a.refused: the step `s` is refused with `R602` at `number`, but R601 name: Enter a value."
    ),
    "when:\n  s: {update: {c: {name: Moustapha}}}\nthen:\n  a: {warned: s}\n": (
        "then.a.warned: the step `s` is done with a warning, but there was no warning"
    ),
}


@pytest.mark.parametrize("rest", FAILURES)
def test_a_failure_says_what_was_expected_and_what_was_there(rest: str, tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, C + rest)
    assert (outcome.verdict, told(outcome)) == (Verdict.FAILED, [FAILURES[rest]])


def test_parts_of_an_expression_are_told_with_their_values(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, C + "then:\n  a: {expect: \"c.name == 'Awa' || c.tickets.size() > 0\"}\n")
    assert outcome.findings[0].values == (("c.name", "'Moussa'"), ("c.tickets", "[]"))


BROKEN = {
    "given:\n  c: {customer: {name: Awa, balance: much}}\nthen:\n  a: {sees: c}\n": (
        "given.c: the record is made, but R602"
    ),
    "given:\n  c: {customer: {}}\nthen:\n  a: {sees: c}\n": (
        "given.c: the record is made, but R601 name: Enter a value."
    ),
    "when:\n  c: {create: {customer: {}}}\n  s: {delete: c}\nthen:\n  a: {refused: c}\n": (
        "when.s: the step can be done, but there is no `c`: it was refused, R601 name: Enter a value."
    ),
}


@pytest.mark.parametrize("rest", BROKEN)
def test_a_test_that_cannot_be_run_is_broken_rather_than_failed(rest: str, tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, HEAD + rest)
    assert outcome.verdict is Verdict.ERROR
    assert told(outcome)[0].startswith(BROKEN[rest])


def test_a_broken_test_does_not_stop_the_others_and_leaves_nothing_behind(tmp_path: Path) -> None:
    one = C.replace("test: t", "test: a") + "then:\n  a: {expect: \"c.name == ''\"}\n"
    broken = HEAD.replace("test: t", "test: b") + "given:\n  d: {customer: {}}\nthen:\n  a: {sees: d}\n"
    alone = C.replace("test: t", "test: c") + "then:\n  a: {list: customer_list, gives: c}\n"
    outcomes = run_tests(loaded_with(tmp_path, one, broken, alone))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.FAILED, Verdict.ERROR, Verdict.PASSED]


def test_what_visits_too_much_is_told_and_does_not_hang(tmp_path: Path) -> None:
    digits = ", ".join("1" for _ in range(400))
    macro = f"[{digits}].all(a, [{digits}].all(b, a == b))"
    outcome = outcome_of(tmp_path, C + f'then:\n  a: {{expect: "{macro}"}}\n')
    assert "it cannot be evaluated: visits more than" in outcome.findings[0].found


def test_tests_write_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = loaded_with(tmp_path / "in", C + "then:\n  a: {sees: c}\n")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    assert run_tests(loaded)[0].is_good
    assert list((tmp_path / "out").iterdir()) == []

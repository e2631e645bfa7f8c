"""Tests as data: names that stand for nothing, steps and claims that say too little, moments that are none."""

import json
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.configurations import BASE, Found, expected, findings

from sidra_metamodel.checking.tests import moment_of

HEAD = "test: t\ntitle: T\n"
GIVEN = HEAD + "given:\n  c: {customer: {name: Awa}}\n"
CLAIM = "then:\n  named: {expect: \"c.name == 'Awa'\"}\n"


def test_a_whole_test_has_no_findings(found: Found) -> None:
    assert found({**BASE, "baseline/t.yaml": GIVEN + CLAIM}) == ""


def test_a_record_that_is_not_given_is_told_with_the_nearest_name(found: Found) -> None:
    text = (
        HEAD + "given:\n  awa: {customer: {}}\nwhen:\n  change: {update: {aw: {name: A}}}\nthen:\n  seen: {sees: awa}\n"
    )
    assert found({**BASE, "baseline/t.yaml": text}) == expected("""
        error[E260]: no record `aw` in the test up to here
         --> baseline/t.yaml:6:21   (layer group)
        6 |   change: {update: {aw: {name: A}}}
          |                     ^^
          = help: did you mean `awa`?
    """)


def test_a_step_that_does_two_things_is_told(found: Found) -> None:
    text = GIVEN + "when:\n  both: {wait: 1d, delete: c}\n" + CLAIM
    assert found({**BASE, "baseline/t.yaml": text}) == expected("""
        error[E261]: the step `both` does 2 things, not one
         --> baseline/t.yaml:6:3   (layer group)
        6 |   both: {wait: 1d, delete: c}
          |   ^^^^
          = help: give exactly one of `create`, `update`, `delete`, `transition`, `merge`, `wait`
    """)


def test_a_clock_that_shows_no_moment_is_told(found: Found) -> None:
    assert found(
        {**BASE, "baseline/t.yaml": "test: t\ntitle: T\nclock: 2026-02-30T09:00\n" + CLAIM.replace("c.name", "'A'")}
    ) == expected("""
        error[E262]: `2026-02-30T09:00` is no local day or moment
         --> baseline/t.yaml:3:8   (layer group)
        3 | clock: 2026-02-30T09:00
          |        ^^^^^^^^^^^^^^^^
          = help: write it like `2026-03-20` or `2026-03-20T09:00`
    """)


def test_a_name_that_expressions_know_is_told(found: Found) -> None:
    text = HEAD + "given:\n  user: {customer: {name: Awa}}\nthen:\n  seen: {sees: user}\n"
    assert found({**BASE, "baseline/t.yaml": text}) == expected("""
        error[E263]: `user` is no name for a record or step: it means something else in expressions
         --> baseline/t.yaml:4:3   (layer group)
        4 |   user: {customer: {name: Awa}}
          |   ^^^^
          = help: choose another one
    """)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "given:\n  c: {custmer: {}}\n" + "then:\n  a: {may: customer.create}\n",
            "error[E401]: no entity `custmer`",
        ),
        (GIVEN.replace("name:", "nam:") + CLAIM, "no attribute or relation `nam` in `customer`"),
        (GIVEN + "then:\n  a: {expect: \"c.nam == 'A'\"}\n", "error[E501]: no `nam` in customer"),
        (GIVEN + 'then:\n  a: {expect: "c.name"}\n', "error[E501]: gives string, where boolean is expected"),
        (GIVEN + 'then:\n  a: {expect: "d.name == null"}\n', "error[E501]"),
        (GIVEN + "then:\n  a: {by: awa, sees: c}\n", "error[E260]: no person `awa`"),
        (GIVEN + "then:\n  a: {refused: nothing}\n", "error[E260]: no step `nothing`"),
        (GIVEN + "then:\n  a: {code: R601}\n", "error[E261]: this claims nothing"),
        (GIVEN + "then:\n  a: {sees: c, finds: c}\n", "error[E261]: `finds` says nothing by itself"),
        (GIVEN, "error[E261]: the test `t` claims nothing"),
        (GIVEN + "then:\n  a: {may: c.suspend}\n", "no action `suspend` in `customer`"),
        (GIVEN + "then:\n  a: {hidden: customer.nam}\n", "no attribute or relation `nam` in `customer`"),
        (GIVEN + "then:\n  a: {required: c}\n", "no attribute or relation `` in `customer`"),
        (GIVEN + "when:\n  s: {transition: {c: close}}\n" + CLAIM, "no transition `close` in `customer`"),
        (GIVEN + "when:\n  c: {wait: 1d}\n" + CLAIM, "`c` is no name for a record or step"),
        (GIVEN + "when:\n  s: {wait: soon}\n" + CLAIM, "must be a span of time"),
        (
            HEAD + "users:\n  u: {roles: [agnt]}\n" + "then:\n  a: {may: customer.create}\n",
            "error[E401]: no role `agnt`",
        ),
        (GIVEN + "then:\n  a: {open: monday}\n", "error[E262]: `monday` is no local day or moment"),
        (GIVEN + "then:\n  a: {list: customer_list, view: gone, gives: c}\n", "no view `gone` in `customer_list`"),
        (
            HEAD + "given:\n  c: {customer: {}, segment: {}}\nthen:\n  a: {sees: c}\n",
            "error[E261]: `c` is 2 records, not one",
        ),
        ("test: t\n" + CLAIM, "error[E123]: the document lacks `title`"),
    ],
)
def test_what_a_test_must_not_say_is_told(text: str, said: str, found: Found) -> None:
    assert said in found({**BASE, "baseline/t.yaml": text})


def test_two_tests_of_one_name_are_told(found: Found) -> None:
    told = found({**BASE, "baseline/a.yaml": GIVEN + CLAIM, "baseline/b.yaml": GIVEN + CLAIM})
    assert "error[E303]: test `t` is declared twice in one layer" in told


def test_an_overlay_that_changes_a_test_gives_its_reason(found: Found) -> None:
    overlay = "test: t\nthen:\n  named: {expect: \"c.name == 'Ada'\"}\n"
    files = {**BASE, "baseline/t.yaml": GIVEN + CLAIM}
    assert "warning[E210]" in found({**files, "affiliates/sn/t.yaml": overlay})
    assert (
        found({**files, "affiliates/sn/t.yaml": overlay.replace("test: t\n", "test: t\n$why: Names are others\n")})
        == ""
    )


def test_an_overlay_takes_a_claim_away_with_reason_and_ticket(found: Found) -> None:
    more = CLAIM + '  also: {expect: "c.score == null"}\n'
    overlay = "test: t\nthen:\n  also: {$remove: true, $why: Scores are counted, $ticket: GAP-1}\n"
    assert found({**BASE, "baseline/t.yaml": GIVEN + more, "affiliates/sn/t.yaml": overlay}) == ""


@settings(deadline=None)
@given(st.datetimes())
def test_every_local_moment_is_read_as_it_is_written(moment: datetime) -> None:
    assert moment_of(str(moment)) == moment


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_moments(text: str) -> None:
    moment = moment_of(text)
    assert moment is None or moment.tzinfo is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc_ :{[", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["c", "name", "customer", "when", "x y", "then"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "clock", "users", "given", "when", "then"]), VALUES))
def test_whatever_a_test_says_it_is_checked_and_nothing_is_raised(said: dict[str, object]) -> None:
    body = "".join(f"{key}: {json.dumps(value)}\n" for key, value in said.items())
    with tempfile.TemporaryDirectory() as folder:
        assert isinstance(findings(Path(folder), {**BASE, "baseline/t.yaml": "test: t\n" + body}), str)

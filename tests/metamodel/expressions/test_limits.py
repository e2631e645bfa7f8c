"""Hostile texts are refused quickly, with a position."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.expressions.shop import checked, evaluated, refused

from sidra_metamodel.expressions import EvaluationError, ExpressionError
from sidra_metamodel.expressions.limits import MAX_ELEMENTS

HOSTILE = {
    "brackets": "(" * 10_000,
    "closed brackets": "(" * 1900 + "1" + ")" * 1900,
    "lists": "[" * 3999,
    "signs": "-" * 3999,
    "nots": "!" * 3998 + "a",
    "ternaries": "true ? " * 560 + "1",
    "members": "this" + ".manager" * 490,
    "sums": "1" + "+1" * 1990,
    "wide": " || ".join(["age == 1"] * 330),
    "calls": "size(" * 700,
    "digits": "9" * 3999,
    "decimals": "1." + "9" * 3990,
    "huge": "9223372036854775808",
    "items": f"age in [{','.join('1' * 1001)}]",
    "long": "'" + "a" * 4000 + "'",
    "pattern": "name.matches('" + "(a*)*" * 90 + "(((a{100}){100}){100})')",
    "long pattern": "name.matches('" + "a" * 501 + "')",
    "macros": "tickets.exists(a, tickets.exists(b, tickets.exists(c, true)))",
    "relations": " && ".join(f"has({'manager.' * depth}tickets)" for depth in range(9)),
    "nulls": "\0" * 100,
    "surrogate": "'\\ud800'",
    "name": "a" * 3999,
    "open string": "'" + "\\" * 3000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_in_50_ms_of_cpu_with_a_position(name: str) -> None:
    text = HOSTILE[name]
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        error = refused(text)
        seconds.append(time.process_time() - begin)
    # The quickest of three: a collection of garbage is not the text's doing.
    assert min(seconds) < 0.05
    assert 0 <= error.offset <= len(text)
    assert error.length >= 0
    assert str(error)


def test_a_chain_of_many_alternatives_is_not_deep() -> None:
    assert evaluated(" || ".join(["age == 1"] * 200), {"age": 1}) is True


def test_a_list_may_have_a_thousand_literals() -> None:
    assert evaluated(f"1 in [{','.join('1' * 1000)}]") is True


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("coalesce(92233720368547758.07, 0.00000001)", "92233720368547758.07"),
        ("1.0 in [0.12345678, 9223372036854775807]", "9223372036854775807"),
        ("true ? 0.00000001 : -9223372036854775807", "-922337203685477580"),
    ],
)
def test_a_number_that_64_bits_do_not_hold_beside_finer_ones_is_refused(text: str, place: str) -> None:
    error = refused(text)
    assert "64 bits do not hold with 8 decimal places" in error.message
    assert text[error.offset :].startswith(place)


def test_a_large_number_beside_coarse_ones_is_kept() -> None:
    assert evaluated("coalesce(null, 92233720368547758.07) > 0.5") is True


def test_a_pattern_that_backtracks_elsewhere_runs_in_linear_time() -> None:
    begin = time.process_time()
    assert evaluated("name.matches('^(a+)+$')", {"name": "a" * 20_000 + "b"}) is False
    assert time.process_time() - begin < 0.5


def test_an_evaluation_visits_a_bounded_number_of_elements() -> None:
    tickets = [{"notes": [{"stars": 1}] * 1000}] * (MAX_ELEMENTS // 1000)
    with pytest.raises(EvaluationError, match="visits more than"):
        evaluated("tickets.all(t, t.notes.all(n, n.stars == 1))", {"tickets": tickets})


WORDS = st.sampled_from(
    [
        "age",
        "name",
        "tickets",
        "t",
        ".",
        "(",
        ")",
        "[",
        "]",
        "&&",
        "||",
        "!",
        "==",
        "<",
        "in",
        "+",
        "-",
        "/",
        "?",
        ":",
        ",",
        "exists",
        "size",
        "'a'",
        "1",
        "2.5",
        "null",
        "true",
        "now",
        "user",
        "has",
        "this",
        "individual",
        "party",
        "matches",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=14).map("".join)
    )
)
def test_any_text_gives_an_expression_or_an_expression_error(text: str) -> None:
    try:
        checked(text)
    except ExpressionError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017 - both outcomes are right

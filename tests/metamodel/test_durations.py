import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_metamodel.durations import DURATION_PATTERN, UNITS, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30min", timedelta(minutes=30)),
        ("1h30min", timedelta(minutes=90)),
        ("5y", timedelta(days=1825)),
        ("2mo", timedelta(days=60)),
        ("1w2d3s", timedelta(days=9, seconds=3)),
    ],
)
def test_a_span_is_the_sum_of_its_parts(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "30m", "min", "3", "-1h", "1 h", "1h ", "x1h", "1234567s", "٣h"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.text(alphabet="0123456789" + "".join(UNITS), max_size=8))
def test_the_pattern_of_the_schema_says_the_same(text: str) -> None:
    assert (re.fullmatch(DURATION_PATTERN, text) is not None) == (parse_duration(text) is not None)

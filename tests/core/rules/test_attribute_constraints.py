import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.errors import Misconfigured
from sidra.rules.attribute_constraints import compile_pattern

PATTERNS = ["[0-9]+", "a|ab", "(?i)sn-[a-z]{2}", "", ".*", "[^x]?", "é+", r"\d{2}(-\d{2})?"]


@given(st.sampled_from(PATTERNS), st.text("0123abxsnSNé-\n", max_size=6))
def test_a_pattern_must_match_the_whole_text_as_python_understands_it(pattern: str, text: str) -> None:
    assert compile_pattern(pattern)(text) == (re.fullmatch(pattern, text, re.ASCII) is not None)


def test_a_pattern_that_hangs_others_takes_linear_time() -> None:
    assert not compile_pattern("(a+)+")("a" * 20_000 + "b")


def test_a_pattern_that_needs_much_memory_still_matches() -> None:
    assert compile_pattern("[ab]*a[ab]{200}")("a" * 400)


@pytest.mark.parametrize("pattern", ["(?=x)", r"(a)\1", "("])
def test_a_pattern_that_linear_time_cannot_do_is_refused(pattern: str) -> None:
    with pytest.raises(Misconfigured):
        compile_pattern(pattern)

from contextlib import suppress
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.api.parameters import MAX_QUERY_CHARACTERS, Parameter, read_parameters
from sidra.errors import BadQuery


@pytest.mark.parametrize(
    ("query", "name", "op", "values"),
    [
        ("a=1", "a", "eq", ("1",)),
        ("a.b=1", "a.b", "eq", ("1",)),
        ("a.gt=1", "a", "gt", ("1",)),
        ("a.b.lte=1", "a.b", "lte", ("1",)),
        ("a%3E5", "a", "gt", ("5",)),
        ("a%3E%3D5", "a", "gte", ("5",)),
        ("a>=5", "a", "gte", ("5",)),
        ("a%3C5", "a", "lt", ("5",)),
        ("a!=5", "a", "ne", ("5",)),
        ("a%2A%3D5", "a", "regex", ("5",)),
        ("a=1,2", "a", "eq", ("1", "2")),
        ("a=1%2C2", "a", "eq", ("1", "2")),
        (r"a=Ndiaye\,%20Awa", "a", "eq", ("Ndiaye, Awa",)),
        ("a=1;2", "a", "eq", ("1", "2")),
        ("a=1;a=2", "a", "eq", ("1", "2")),
        ("a=", "a", "eq", ("",)),
        ("a=b=c", "a", "eq", ("b=c",)),
        ("gt=1", "gt", "eq", ("1",)),
    ],
)
def test_a_comparison_is_read_however_it_is_written(query: str, name: str, op: str, values: tuple[str, ...]) -> None:
    (found,) = read_parameters(query)
    assert (found.name, found.op, found.values) == (name, op, values)


@pytest.mark.parametrize("query", ["a", "a=%FF", "a=%00", "a" * (MAX_QUERY_CHARACTERS + 1)])
def test_what_is_no_comparison_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        read_parameters(query)


def test_empty_parts_mean_nothing() -> None:
    assert read_parameters("&&a=1&") == [Parameter("a", "eq", "1")]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0,;\\"), max_size=50))
def test_any_value_arrives_as_it_was_sent(value: str) -> None:
    (found,) = read_parameters(f"name={quote_plus(value)}")
    assert found.values == (value,)


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused(query: str) -> None:
    with suppress(BadQuery):
        assert all(found.values for found in read_parameters(query))

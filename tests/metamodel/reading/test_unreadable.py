"""What people who write YAML by hand get wrong, and what they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics
from sidra_metamodel.reading.parsing import read_text


def found(text: str) -> Diagnostic | None:
    diagnostics = Diagnostics()
    read_text(text, "x.yaml", "affiliate:sn", 3, diagnostics)
    return next(iter(diagnostics), None)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: b\n\tc: d", "2:1", "a tab"),
        ("a: b\nc:\n\t\td: e", "3:1", "a tab"),
        ("a: b\nc: Law 12: d", "2:10", "a `:` where no keyword can be"),
        ("a: b\nc:\n  d: e\n   f: g", "4:5", "a `:` where no keyword can be"),
        ("a: b\nc:\n   d: e\n  f: g", "4:3", "this does not fit the map around it"),
        ("a: b\nc: [GAP-1] d", "2:12", "this does not fit the map around it"),
        ("a: b\nc:\n  - d\n  e: f", "4:3", "a list and a map in one place"),
        ("a: b\nc: {d: e\nf: g", "2:4", "this `{` is not closed"),
        ("a: b\nc: [d, e\nf: g", "2:4", "this `[` is not closed"),
        ("a: b\nc: {d: 'Nom d'usage'}", "2:15", "a comma or `}` is missing before this"),
        ("a: b\nc: ['Nom d'usage']", "2:12", "a comma or `]` is missing before this"),
        ("a: b\nc: 'd", "2:4", "this quote is not closed"),
        ("a: b\nc: {type:string}", "2:9", "a `:` without a blank after it"),
        ("a: b\nc\nd: e", "2:1", "a line without `:`"),
        ('a: b\nc: "\\d"', "2:5", "a `\\` that means nothing in double quotes"),
        ("a: b\nc: @d", "2:4", "a text cannot begin with `@`"),
        ("a: b\nc: %d", "2:4", "a text cannot begin with `%`"),
        ("a: b\nc: |d\n  e", "2:5", "did not find expected comment or line break while scanning a block scalar"),
    ],
)
def test_a_slip_is_told_in_words_and_where_it_is(text: str, place: str, said: str) -> None:
    slip = found(text)
    assert slip is not None
    assert (slip.code, slip.message) == ("E004", f"this is no YAML: {said}")
    assert f"{slip.at.line}:{slip.at.column}" == place
    assert slip.help


@given(st.text(alphabet="ab:-{}[]'\"\n\t @%`|>#&*!\\", max_size=30))
def test_whatever_is_typed_is_read_or_told_with_a_way_out(text: str) -> None:
    slip = found(f"a: b\n{text}")
    assert slip is None or (slip.message and slip.help)

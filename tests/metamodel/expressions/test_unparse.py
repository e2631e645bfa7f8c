from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.store.expression_generator import Generator
from tests.core.store.expression_world import Value

from sidra_metamodel.expressions.parser import parse
from sidra_metamodel.expressions.syntax import Syntax
from sidra_metamodel.expressions.unparse import unparse


def shape(node: Value) -> Value:
    """Give a tree without its places."""
    if isinstance(node, tuple):
        return tuple(map(shape, node))
    if not isinstance(node, Syntax):
        return (type(node), node)
    names = [field.name for field in fields(node) if "offset" not in field.name and field.name != "length"]
    return (type(node), *(shape(getattr(node, name)) for name in names))


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0))
def test_a_printed_tree_parses_to_the_same_tree(seed: int) -> None:
    try:
        tree = parse(Generator(seed).any())
    except Exception:  # noqa: BLE001 - a text that chance made too deep proves nothing
        return
    assert shape(parse(unparse(tree))) == shape(tree)


@pytest.mark.parametrize(
    "text",
    [
        "a && b && c",
        "a && (b && c)",
        "(a || b) && !c",
        "-5 + (-a)",
        "-(5)",
        "(-5).size()",
        "--a",
        "1 - (2 - 3) * 4 % 5",
        "(a ? b : c) ? d : e ? f : g",
        "a[1].b[c]",
        r"'it\'s \\ \n \t \r' + r'\d'",
        "x.f(1, [true, null, 2.50])",
        "(a < b) == c",
    ],
)
def test_brackets_are_printed_where_precedence_asks_for_them(text: str) -> None:
    tree = parse(text)
    assert shape(parse(unparse(tree))) == shape(tree)

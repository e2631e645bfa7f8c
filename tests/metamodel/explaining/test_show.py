import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.metamodel.checking.test_structure import node_of

from sidra_metamodel.explaining.show import flow, scalar, to_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
TREES = st.recursive(SCALARS, lambda inner: st.lists(SCALARS, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@given(TREES)
def test_what_is_shown_reads_back_as_the_same(tree: object) -> None:
    assert YAML(typ="safe", pure=True).load(to_yaml(node_of(tree))) == tree


@given(TREES)
def test_one_line_reads_back_as_the_same(tree: object) -> None:
    assert "\n" not in flow(node_of(tree))
    assert YAML(typ="safe", pure=True).load(flow(node_of(tree))) == tree


@pytest.mark.parametrize(
    ("value", "text"), [(math.nan, ".nan"), (math.inf, ".inf"), (-math.inf, "-.inf"), ("yes", '"yes"')]
)
def test_a_value_that_would_be_misread_is_written_out(value: object, text: str) -> None:
    assert scalar(value) == text


def test_a_comment_names_the_layer_of_each_value() -> None:
    assert to_yaml(node_of({"a": 1, "b": {"c": "x"}}), layers=True) == "a: 1  # group\nb:\n  c: x  # group\n"

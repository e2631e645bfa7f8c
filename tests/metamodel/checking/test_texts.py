"""Positions inside scalars, whatever way they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sidra_metamodel.checking.texts import node_at
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.reading.parsing import read_text


def character_at(yaml: str, offset: int) -> str:
    """The character of the file at which a character of the value of `check` is said to stand."""
    document = read_text(yaml, "rule.yaml", "group", 0, Diagnostics())
    assert document is not None
    node = document.node.items["check"]
    place = node_at(node, offset).place
    return yaml.split("\n")[place.line - 1][place.column - 1 :][:1]


WRITTEN = [
    "a == 1 && zed > 2",
    "'a == 1 && zed > 2'",
    '"a == 1 && zed > 2"',
    "'a == ''x'' && zed'",
    '"a == \\"x\\" && zed"',
    '"\\u0061 == 1 && zed"',
    "|\n  a == 1 &&\n  zed > 2",
    ">\n  a == 1 &&\n  zed > 2",
    ">-\n    a == 1\n    && zed > 2",
    "a == 1 &&\n  zed > 2",
    "'a == 1 &&\n    zed > 2'",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_name_in_the_middle_is_found_in_every_style(written: str) -> None:
    yaml = f"rule: r\ncheck: {written}\nat: x\n"
    value = YAML(typ="safe", pure=True).load(yaml)["check"]
    assert character_at(yaml, value.index("zed")) == "z"


@given(st.text(alphabet="ab '\"\\é", min_size=1, max_size=12), st.sampled_from("'\""))
def test_every_character_of_a_quoted_text_is_found(value: str, quote: str) -> None:
    escaped = value.replace("'", "''") if quote == "'" else value.replace("\\", "\\\\").replace('"', '\\"')
    yaml = f"rule: r\ncheck: {quote}{escaped}{quote}\n"
    for offset, character in enumerate(value):
        found = character_at(yaml, offset)
        assert found in {character, "\\"} or character == " "


def test_a_place_behind_the_end_is_still_in_the_file() -> None:
    assert character_at("rule: r\ncheck: ab\n", 99) == ""

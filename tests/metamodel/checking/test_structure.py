"""What a document's form must be, and that the quick look and jsonschema agree on it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.metamodel.configurations import expected, load_files

from sidra_metamodel.checking.structure import sound
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.forms import fits
from sidra_metamodel.kinds import BUILT_IN_KINDS, Entity
from sidra_metamodel.language import Document, Element, RecordShape, word
from sidra_metamodel.nodes import Node, Source, pack_position
from sidra_metamodel.schema import effective_schema
from sidra_metamodel.traits import ListMerge

Found = Callable[[dict[str, str]], str]

SOURCE = Source("test.yaml", "group", 0)
TOP = pack_position(1, 1)


def test_an_unknown_keyword_gets_the_nearest_one(found: Found) -> None:
    files = {"baseline/customer.yaml": "entity: customer\nattributes:\n  name: {type: string, max_lenght: 40}\n"}
    assert found(files) == expected("""
        error[E121]: no keyword `max_lenght` in `attributes.name`
         --> baseline/customer.yaml:3:24   (layer group)
        3 |   name: {type: string, max_lenght: 40}
          |                        ^^^^^^^^^^
          = help: did you mean `max_length`?
    """)


def test_an_attribute_without_a_type(found: Found) -> None:
    files = {"baseline/customer.yaml": "entity: customer\nattributes:\n  name: {search: true}\n"}
    assert found(files) == expected("""
        error[E123]: `attributes.name` lacks `type`
         --> baseline/customer.yaml:3:3   (layer group)
        3 |   name: {search: true}
          |   ^^^^
          = help: A built-in type or a `type:` document.
    """)


@pytest.mark.parametrize(
    ("written", "message", "help_"),
    [
        ("max_length: sixty", "`attributes.name.max_length` must be a whole number from 1, not the text `sixty`", ""),
        (
            'max_length: "60"',
            "`attributes.name.max_length` must be a whole number from 1, not the text `60`",
            "without quotes",
        ),
        ("max_length: 1.5", "`attributes.name.max_length` must be a whole number from 1, not the number 1.5", ""),
        ("search: 3", "`attributes.name.search` must be `true` or `false` or one of `exact`, not the number 3", ""),
        ("label: {en: {a: b}}", "`attributes.name.label.en` must be text, not a map", ""),
        ("pii: [idntity]", "`attributes.name.pii` must be one of", "did you mean `identity`?"),
        ("default: {value: {a: 1}}", "`attributes.name.default.value` must be a single value, not a map", ""),
    ],
)
def test_a_value_of_another_form(found: Found, written: str, message: str, help_: str) -> None:
    text = found({"baseline/customer.yaml": f"entity: customer\nattributes:\n  name: {{type: string, {written}}}\n"})
    assert f"error[E124]: {message}" in text
    assert help_ in text
    assert text.count("error[") == 1


def test_a_duration_in_an_ambiguous_unit(found: Found) -> None:
    text = "entity: customer\nretention: {when: 'true', after: 30m, do: delete}\n"
    assert found({"baseline/customer.yaml": text}) == expected("""
        error[E124]: `retention.after` must be a span of time such as `30min`, not the text `30m`
         --> baseline/customer.yaml:2:34   (layer group)
        2 | retention: {when: 'true', after: 30m, do: delete}
          |                                  ^^^
          = help: units are `s`, `min`, `h`, `d`, `w`, `mo`, `y`; minutes are `min`, months are `mo`
    """)


def test_a_name_that_is_no_name(found: Found) -> None:
    files = {"baseline/customer.yaml": "entity: customer\nattributes:\n  FirstName: {type: string}\n"}
    assert found(files) == expected("""
        error[E122]: `FirstName` in `attributes` is no name
         --> baseline/customer.yaml:3:3   (layer group)
        3 |   FirstName: {type: string}
          |   ^^^^^^^^^
          = help: names have lower case letters, digits and `_`, and begin with a letter
    """)


def test_a_broken_declaration_is_reported_once_and_not_at_each_use(tmp_path: Path) -> None:
    files = {
        "baseline/customer.yaml": "entity: customer\ntitle: name\nattributes:\n  name: {search: true}\n",
        "baseline/list.yaml": "screen: customer_list\nkind: list\nof: customer\ncolumns: [name]\n",
    }
    loaded = load_files(tmp_path, files)
    assert [one.code for one in loaded.diagnostics] == ["E123"]
    assert loaded.model is None


def node_of(value: object) -> Node:
    """Plain data as nodes."""
    if isinstance(value, dict):
        return Node({str(name): node_of(child) for name, child in value.items()}, SOURCE, TOP)
    if isinstance(value, list):
        return Node(tuple(node_of(entry) for entry in value), SOURCE, TOP)
    assert value is None or isinstance(value, str | int | float | bool)
    return Node(value, SOURCE, TOP)


# Few words and values, so that many documents are nearly right.
SCALARS = st.sampled_from([None, True, 3, 2.0, "string", "x == 1", "exact", "5y", "anonymise", "enum", ""])
VALUES = st.recursive(
    SCALARS | st.lists(SCALARS, max_size=2),
    lambda inner: st.dictionaries(
        st.sampled_from(
            [
                "type",
                "name",
                "by",
                "stored",
                "value",
                "compute",
                "default",
                "en",
                "pii",
                "required",
                "from",
                "to",
                "when",
                "after",
                "do",
                "transitions",
                "of",
                "Bad",
            ]
        ),
        inner,
        max_size=3,
    ),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(
        [
            "label",
            "title",
            "attributes",
            "relations",
            "lifecycle",
            "retention",
            "indexes",
            "api",
            "kind",
            "values",
            "base",
            "nonsense",
        ]
    ),
    VALUES | st.dictionaries(st.sampled_from(["name", "status"]), VALUES, max_size=2),
    max_size=3,
)


@given(document=st.sampled_from(BUILT_IN_KINDS), data=DOCUMENTS)
def test_the_quick_look_and_jsonschema_agree(document: type[Entity], data: dict[str, object]) -> None:
    validator = jsonschema.Draft202012Validator(effective_schema(document))
    assert fits(node_of(data), RecordShape(document)) == validator.is_valid(data)


@pytest.mark.parametrize("document", BUILT_IN_KINDS)
def test_every_effective_schema_is_a_schema(document: type[Entity]) -> None:
    jsonschema.Draft202012Validator.check_schema(effective_schema(document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Element):
    """A part of a kind that a plugin might add."""

    size: int = word("How big.", default=0)
    names: tuple[str, ...] = word("What it is called.", merge=ListMerge.ATOMIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Document):
    """A kind that a plugin might add, with values of several forms."""

    kind: ClassVar[str] = "letter"
    folder: ClassVar[str] = "letters"

    step: Step | tuple[Literal["a", "b"], ...] | str = word("One of several forms.", required=True)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"size": "big"}, "`step.size` must be a whole number, not the text `big`"),
        ({"names": [True]}, "`step.names` must be text, not `true`"),
        ({"colour": 1}, "no keyword `colour` in `step`"),
        (["a", "c"], "`step` must be one of `a`, `b`, not the text `c`"),
        (3, "`step` must be a map of keywords or a list; each entry is one of `a`, `b` or text, not the number 3"),
        (None, "not null"),
    ],
)
def test_a_value_of_several_forms_is_measured_by_the_one_it_was_meant_to_be(step: object, message: str) -> None:
    found = Diagnostics()
    sound(Letter, node_of({"step": step}), set(), found)
    assert message in "\n".join(one.message for one in found)


@pytest.mark.parametrize("step", [{"size": 3}, ["a"], "c", {}])
def test_each_of_several_forms_fits(step: object) -> None:
    assert sound(Letter, node_of({"step": step}), set(), Diagnostics()) is not None


def test_a_keyword_that_belongs_deeper_is_told_where(found: Found) -> None:
    files = {
        "baseline/b.yaml": "entity: b\ntitle: x\nattributes: {x: {type: string, sort: true}}\n",
        "baseline/s.yaml": "screen: b_record\nkind: record\nof: b\nsections: {main: {fields: [x]}}\n",
    }
    assert found(files) == expected("""
        error[E121]: no keyword `sections` in the document
         --> baseline/s.yaml:4:1   (layer group)
        4 | sections: {main: {fields: [x]}}
          | ^^^^^^^^
          = help: it belongs in `tabs.<name>.sections`
    """)

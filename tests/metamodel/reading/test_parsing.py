import json
from datetime import datetime
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.composing import MAX_DEPTH, MAX_NODES
from sidra_metamodel.reading.parsing import MAX_BYTES, ReadDocument, read_file, read_text
from sidra_metamodel.render import render


def read(text: str | bytes) -> tuple[ReadDocument | None, Diagnostics]:
    found = Diagnostics()
    return read_text(text, "sn/file.yaml", "affiliate:sn", 3, found), found


def values(text: str) -> object:
    document, found = read(text)
    assert document is not None, render(found)
    return document.node.plain()


def codes(text: str | bytes) -> list[str]:
    return [one.code for one in read(text)[1]]


def refusal(text: str) -> str:
    return render(read(dedent(text).strip("\n"))[1])


def test_the_first_key_is_kind_and_name_of_the_document() -> None:
    document, _ = read("entity: customer\nlabel: Customer")
    assert document is not None
    assert (document.kind, document.name, document.node.plain()) == ("entity", "customer", {"label": "Customer"})
    assert str(document.node.key_place) == "sn/file.yaml:1:9"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("+12", 12),
        ("-3", -3),
        ("012", 12),
        ("0o17", 15),
        ("0xfF", 255),
        ("1.0", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("2026-03-01", "2026-03-01"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        (".inx", ".inx"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_of_yaml_1_2_says(written: str, value: object) -> None:
    assert values(f"a: b\nx: {written}") == {"x": value}


def test_a_plain_scalar_keeps_how_it_was_written_and_a_quoted_one_does_not() -> None:
    document, _ = read("a: b\nx: 1.0\ny: '1.0'")
    assert document is not None
    assert [node.text for node in document.node.items.values()] == ["1.0", None]


def test_keys_are_text_whatever_they_look_like() -> None:
    assert values("a: b\nx: {1: a, true: b, NO: c, ~: d}") == {"x": {"1": "a", "true": "b", "NO": "c", "~": "d"}}


def test_keys_that_begin_with_a_dollar_are_instructions_of_their_map() -> None:
    document, _ = read("a: b\nx: {$why: because, y: 1}")
    assert document is not None
    node = document.node.items["x"]
    assert (list(node.items), node.directive("why") and node.directives is not None) == (["y"], True)


def test_every_node_knows_line_and_column_of_its_value_and_its_key() -> None:
    document, _ = read("a: b\nx:\n  y: [1, two]\n")
    assert document is not None
    node = document.node.get("x", "y")
    assert node is not None
    assert (str(node.place), str(node.key_place)) == ("sn/file.yaml:3:6", "sn/file.yaml:3:3")
    assert [str(entry.place) for entry in node.entries] == ["sn/file.yaml:3:7", "sn/file.yaml:3:10"]


def test_a_byte_order_mark_and_the_start_of_the_document_are_let_pass() -> None:
    assert values("\ufeff---\na: b\nx: 1\n...\n") == {"x": 1}


ALIAS_BOMB = "a: b\nx: &x [1, 1]\n" + "\n".join(f"x{n}: &x{n} [*x, *x, *x]" for n in range(12))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E005"),
        ("# nothing", "E005"),
        ("just text", "E005"),
        ("[a, b]", "E005"),
        ("$why: x", "E005"),
        ("entity:", "E005"),
        ("entity: {a: b}", "E005"),
        ("attributes:\n  a: {type: string}", "E005"),
        ("entity: ''", "E005"),
        ("a: b\nx: [", "E004"),
        ("a: b\n\tx: 1", "E004"),
        ("a: 'b", "E004"),
        ("a: b\n c: d: e", "E004"),
        ("a: \x00", "E004"),
        ("a: \x1b[1m", "E004"),
        (b"a: \xff\xfe", "E003"),
        (b"\xff\xfea\x00:\x00", "E003"),
        ("a: \ud800", "E003"),
        ("a: b\nx: &y 1", "E006"),
        ("a: b\nx: *y", "E006"),
        ("a: b\nx: !!python/object:os.system {}", "E006"),
        ("a: b\nx: !env SECRET", "E006"),
        ("a: b\n<<: {x: 1}", "E006"),
        ("a: b\n---\nc: d", "E006"),
        ("%YAML 1.1\n---\na: b", "E006"),
        ("%TAG ! tag:x,2026:\n---\na: b", "E006"),
        (ALIAS_BOMB, "E006"),
        ("a: b\nx: {y: 1, y: 2}", "E007"),
        ("a: b\nx: {$why: a, $why: b}", "E007"),
        ("a: b\n? [x]\n: 1", "E008"),
        ("a: b\n? {x: 1}\n: 1", "E008"),
        ("a: b\nx: .inf", "E009"),
        ("a: b\nx: .nan", "E009"),
        ("a: b\nx: 1e999", "E009"),
        ("a: b\nx: 0x" + "f" * 40, "E009"),
        ("a: b\nx: " + "9" * 5000, "E009"),
        ("a: b\nx: " + "[" * 500 + "]" * 500, "E002"),
        ("a: b\nx: " + "[" * 100_000, "E002"),
        ("a: b\nx: [" + "1," * (MAX_NODES + 1) + "]", "E002"),
        ("a: b\nx: [" + "[]," * (MAX_NODES + 1) + "]", "E002"),
        ("a: b\nx: " + "y" * MAX_BYTES, "E002"),
    ],
)
def test_what_is_no_configuration_is_refused_with_a_code(text: str | bytes, code: str) -> None:
    assert codes(text) == [code]


def test_the_deepest_nesting_and_the_most_nodes_that_are_allowed_are_read() -> None:
    depth = MAX_DEPTH - 1
    assert codes("a: b\nx: " + "[" * depth + "]" * depth) == []
    assert codes("a: b\nx: [" + "1, " * (MAX_NODES - 5) + "]") == []


def test_a_duplicate_key_shows_both_places() -> None:
    text = """
        entity: customer
        label: Client
        history: true
        label: Customer
    """
    assert refusal(text) == dedent("""\
        error[E007]: the key `label` stands twice in one map
         --> sn/file.yaml:4:1   (layer affiliate:sn)
        4 | label: Customer
          | ^^^^^
          = first here: sn/file.yaml:2  (layer affiliate:sn)  label: Client
          = help: keep one of them""")


def test_text_that_is_no_yaml_is_shown_with_its_place() -> None:
    text = """
        entity: customer
        label: {fr: Client
    """
    assert refusal(text) == dedent("""\
        error[E004]: this is no YAML: this `{` is not closed
         --> sn/file.yaml:2:8   (layer affiliate:sn)
        2 | label: {fr: Client
          |        ^
          = help: close it with `}`""")


def test_an_alias_is_refused_with_a_way_out() -> None:
    assert refusal("entity: customer\nlabel: *name") == dedent("""\
        error[E006]: aliases are not allowed
         --> sn/file.yaml:2:8   (layer affiliate:sn)
        2 | label: *name
          |        ^
          = help: write the value out; quote a value that begins with `*`""")


def test_a_wrong_byte_is_shown_with_line_and_column() -> None:
    found = read("a: b\nx: é".encode("latin-1"))[1]
    assert [(one.code, str(one.at)) for one in found] == [("E003", "sn/file.yaml:2:4")]


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    found = Diagnostics()
    assert read_file(tmp_path / "none.yaml", "none.yaml", "group", 0, found) is None
    assert read_file(tmp_path, "folder.yaml", "group", 0, found) is None
    assert [one.code for one in found] == ["E001", "E001"]


def test_a_file_is_read_as_its_text(tmp_path: Path) -> None:
    file = tmp_path / "customer.yaml"
    file.write_text("entity: customer\nlabel: العميل\n", encoding="utf-8")
    document = read_file(file, "customer.yaml", "group", 0, Diagnostics())
    assert document is not None
    assert document.node.plain() == {"label": "العميل"}


INDICATORS = "b: |c:\n  |- |[|]|{|}|, |: |\n|  |\t|'|\"|>|#|&x |*x|!t |<<: |? |---\n|%YAML 1.2\n|$set: |~"
PIECES = st.sampled_from([*INDICATORS.split("|"), "|", "a", "1.0", "0x1", ".nan", "é", "\x07", "\ufeff", "\u2028"])


def all_nodes(node: Node) -> list[Node]:
    children = [*node.items.values(), *node.entries, *(node.directives or {}).values()]
    return [node, *(inner for child in children for inner in all_nodes(child))]


@given(
    st.one_of(st.text(), st.binary(), st.lists(PIECES, max_size=40).map(lambda parts: "entity: x\n" + "".join(parts)))
)
@example("a: |2\n  x\n\ty")
@example("a: b\n- c")
def test_any_text_gives_nodes_or_findings_with_code_and_place(text: str | bytes) -> None:
    document, found = read(text)
    assert document is not None or len(found)
    assert all(one.code.startswith("E00") and one.at.line >= 1 and one.at.column >= 1 and one.help for one in found)
    assert render(found) or document is not None
    if document is not None:
        assert all(str(node.place).startswith("sn/file.yaml:") for node in all_nodes(document.node))


@given(st.datetimes(), st.sampled_from(["minutes", "seconds"]))
def test_a_moment_needs_no_quotes_inside_braces_and_keeps_its_place(moment: datetime, precision: str) -> None:
    written = moment.isoformat(timespec=precision)
    document, found = read(f"test: t\ngiven: {{at: {written}, before: '{written}', then: [{written}], after: end}}")
    assert document is not None, render(found)
    assert document.node.plain() == {"given": {"at": written, "before": written, "then": [written], "after": "end"}}
    after = document.node.get("given", "after")
    assert after is not None
    assert after.place.column == len(f"given: {{at: {written}, before: '{written}', then: [{written}], after: ") + 1


@given(st.text("abc:T-0123456789 {},'", max_size=30))
def test_a_moment_beside_any_text_changes_nothing_else(text: str) -> None:
    alone, _ = read(f"entity: a\nlabel: {json.dumps(text)}")
    with_moment, _ = read(f"entity: a\nlabel: {json.dumps(text)}\nhelp: 2026-03-20T09:00")
    assert alone is not None
    assert with_moment is not None
    assert with_moment.node.items["label"].plain() == alone.node.items["label"].plain()

"""Laws of edits over texts in all styles: they say what the same edit of the data says, and the rest stays."""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from sidra_metamodel.directives import REASONS
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Uneditable
from sidra_metamodel.editing.writing import inline, key

# Data of any form, which only the libraries of the tests take apart.
Tree = Any

NAMES = st.sampled_from(["a", "b", "c", "d", "$why", "$add", "x_sn_e", "é"])
SCALARS = st.sampled_from(
    ["", "x", "NO", "1.0", "a: b", "# c", "الاسم", "two\nlines", 0, 1.5, True, None, "it's", "\u2028"]
)
LISTS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3)
TREES: Any = st.recursive(
    SCALARS | LISTS, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=4), max_leaves=12
)
MAPS: Any = st.dictionaries(NAMES, TREES, min_size=1, max_size=4)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a document in a mixture of styles, with comments and blank lines between its entries."""
    lines: list[str] = []

    def write(data: dict[str, Any], indent: str) -> None:
        for name, value in data.items():
            for _ in range(draw(st.integers(0, 1))):
                lines.append(draw(st.sampled_from(["", f"{indent}# above {len(lines)}", f"# aside {len(lines)}"])))
            behind = draw(st.sampled_from(["", f"   # behind {len(lines)}"]))
            if isinstance(value, dict) and value and draw(st.booleans()):
                lines.append(f"{indent}{key(name)}:{behind}")
                write(value, indent + draw(st.sampled_from([" ", "  ", "    "])))
            elif isinstance(value, list) and value and draw(st.booleans()):
                lines.append(f"{indent}{key(name)}:{behind}")
                lines.extend(f"{indent}  - {entry}" for entry in value)
            elif value is None and draw(st.booleans()):
                lines.append(f"{indent}{key(name)}:{behind}")
            else:
                lines.append(f"{indent}{key(name)}: {inline(value)}{behind}")

    write(draw(MAPS), "")
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


def paths_of(data: Tree) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, value in data.items() if isinstance(data, dict) else ():
        found += [(name,), *((name, *rest) for rest in paths_of(value))]
    return found


def put(data: Tree, path: tuple[str, ...], value: Tree) -> None:
    for name in path[:-1]:
        data = data.setdefault(name, {})
    data[path[-1]] = value


def at(data: Tree, path: tuple[str, ...]) -> Tree:
    for name in path:
        data = data[name]
    return data


def cut(data: Tree, path: tuple[str, ...]) -> None:
    del at(data, path[:-1])[path[-1]]
    around = at(data, path[:-1])
    if len(path) > 1 and not {name.removeprefix("$") for name in around} - set(REASONS):
        cut(data, path[:-1])


def lines_in(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


@given(texts())
def test_a_text_without_edits_is_the_same(text: str) -> None:
    assert Edits(text).text == text


@given(texts(), st.data(), TREES)
def test_what_is_set_is_read_back_and_other_lines_are_the_same(text: str, data: st.DataObject, value: Tree) -> None:
    edits = Edits(text)
    before: Any = edits.data
    maps = [(), *(path for path in paths_of(before) if isinstance(at(before, path), dict))]
    path = (*data.draw(st.sampled_from(maps)), data.draw(NAMES))
    written = at(before, path[:-1]).get(path[-1])
    assume(not (isinstance(written, dict) and "$set" in written))
    expected = copy.deepcopy(before)
    put(expected, path, value)
    edits.set(path, value)
    assert edits.data == expected
    if not isinstance(written, dict | list) and (written is not None or path[-1] not in at(before, path[:-1])):
        lost = [line for line in lines_in(text) if line not in lines_in(edits.text)]
        assert len(lost) <= 1


@given(texts(), st.data())
def test_what_is_removed_is_gone_and_nothing_else(text: str, data: st.DataObject) -> None:
    edits = Edits(text)
    before: Any = edits.data
    path = data.draw(st.sampled_from(paths_of(before)))
    expected = copy.deepcopy(before)
    cut(expected, path)
    edits.remove(path)
    assert (edits.data or {}) == expected
    left = [line for line in lines_in(edits.text) if line and "{" not in line and "[" not in line]
    assert all(line in lines_in(text) for line in left)
    others = [name for name in before if name != path[0]]
    assert all(_line_of(name, text) in lines_in(edits.text) for name in others)


def _line_of(name: str, text: str) -> str:
    """Return the line of a key at the root of a document."""
    return next(line for line in lines_in(text) if line.startswith(f"{key(name)}:"))


@given(texts(), st.data(), st.sampled_from(["z", "$z", "a b", "ع"]))
def test_what_is_renamed_keeps_its_place_and_its_value(text: str, data: st.DataObject, name: str) -> None:
    edits = Edits(text)
    before: Any = edits.data
    path = data.draw(st.sampled_from(paths_of(before)))
    edits.rename(path, name)
    after: Any = edits.data
    assert list(at(after, path[:-1])) == [name if one == path[-1] else one for one in at(before, path[:-1])]
    assert at(after, (*path[:-1], name)) == at(before, path)
    assert sum(one != other for one, other in zip(lines_in(text), lines_in(edits.text), strict=True)) == 1


@given(texts(), st.data())
def test_what_is_moved_keeps_its_value_and_its_comments_or_the_text_stays(text: str, data: st.DataObject) -> None:
    edits = Edits(text)
    before: Any = edits.data
    path = data.draw(st.sampled_from(paths_of(before)))
    to = (*data.draw(st.sampled_from([("m",), ("m", "n"), ("a", "m"), ("a", "b", "m")])), "z")
    expected = copy.deepcopy(before)
    try:
        cut(expected, path)
        put(expected, to, at(before, path))
    except (AttributeError, TypeError, KeyError):
        # The way leads through what was moved, or through a value.
        assume(False)
    try:
        edits.move(path, to)
    except Uneditable:
        assert edits.text == text
    else:
        assert edits.data == expected
        # Comments less deep than an entry are about what is around it.
        said = set(re.findall(r"# (?:above|behind) \d+", text))
        assert said <= set(re.findall(r"# (?:above|behind) \d+", edits.text))


@given(
    st.text(alphabet="ab:{}[],#-?|>'\"$ \n\r\t&*!\u0085\u2028", max_size=40),
    st.sampled_from(["set", "remove", "rename"]),
)
def test_any_text_is_edited_rightly_or_refused(text: str, name: str) -> None:
    try:
        edits = Edits(text)
        paths = paths_of(edits.data)
        if name == "set":
            edits.set(paths[0] if paths else ("a",), "new")
        elif paths:
            edits.remove(paths[0]) if name == "remove" else edits.rename(paths[0], "new")
    except Uneditable:
        return
    assert Edits(edits.text).data == edits.data

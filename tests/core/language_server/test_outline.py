from hypothesis import given
from hypothesis import strategies as st

from sidra.language_server.outline import Outline, Piece

NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
SCALARS = st.sampled_from(["gold", "a b", "12", "'it''s'", '"a: {b}"', "true", "x_sn_a"])
TREES = st.recursive(SCALARS, lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=4), max_leaves=12)


def block(tree: object, indent: int = 0) -> str:
    if not isinstance(tree, dict):
        return f" {tree}\n"
    lines = (f"{' ' * indent}{key}:{block(inner, indent + 2)}" for key, inner in tree.items())
    return ("\n" if indent else "") + "".join(lines)


def flow(tree: object) -> str:
    if not isinstance(tree, dict):
        return str(tree)
    return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in tree.items()) + "}"


def keys(tree: object) -> object:
    return {key: keys(inner) for key, inner in tree.items()} if isinstance(tree, dict) else {}


def read(piece: Piece) -> object:
    return {key: read(inner) for key, inner in piece.items.items()}


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4))
def test_a_text_has_the_keys_that_it_was_written_with(tree: dict[str, object]) -> None:
    assert read(Outline(block(tree)).root) == keys(tree)
    assert read(Outline("".join(f"{key}: {flow(inner)}\n" for key, inner in tree.items())).root) == keys(tree)


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4), st.data())
def test_each_key_and_value_is_found_at_its_place(tree: dict[str, object], data: st.DataObject) -> None:
    outline = Outline(block(tree))
    piece = data.draw(st.sampled_from([one for one in outline.root.walk() if one.key]))
    assert outline.piece_at(piece.line, piece.start) is piece
    assert outline.lines[piece.line][piece.start : piece.end] == piece.key


@given(st.text(alphabet="ab:{}[],'\"#|>-$ \n\r\t\u0628😀", max_size=60), st.data())
def test_no_text_breaks_the_outline(text: str, data: st.DataObject) -> None:
    outline = Outline(text)
    line = data.draw(st.integers(0, len(outline.lines) - 1))
    column = data.draw(st.integers(0, len(outline.lines[line])))
    cursor = outline.cursor(line, column)
    assert 0 <= cursor.start <= column
    outline.piece_at(line, column)


def test_the_cursor_on_an_empty_line_is_below_what_is_less_indented() -> None:
    text = "entity: a\nattributes:\n  name:\n    type: string\n  \n"
    outline = Outline(text)
    assert outline.cursor(4, 2).holder.path == ("attributes",)
    assert outline.cursor(4, 0).holder.path == ()
    assert list(outline.cursor(4, 2).holder.items) == ["name"]

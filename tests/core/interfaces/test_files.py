from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.interfaces.files import MAX_LINE_CHARACTERS, FileRefused, FileShape, Row, RowFile, csv_text

SHAPE = FileShape("csv", frozenset({"a", "b"}))
LINES = FileShape("ndjson", frozenset({"a", "b"}))


def file_of(folder: Path, content: bytes | str) -> Path:
    path = folder / "rows"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(folder: Path, content: bytes | str, shape: FileShape = SHAPE) -> list[Row]:
    return list(RowFile(file_of(folder, content), shape).rows())


def refusal(folder: Path, content: bytes | str, shape: FileShape = SHAPE) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        rows(folder, content, shape)
    assert caught.value.code == "R620"
    assert caught.value.hint
    return caught.value


def test_a_row_is_a_map_from_column_to_text(tmp_path: Path) -> None:
    assert rows(tmp_path, 'a,b\n1,"x, y"\n\n2,"two\nlines"\n') == [
        Row(1, 2, {"a": "1", "b": "x, y"}),
        Row(2, 5, {"a": "2", "b": "two\nlines"}),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert rows(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")[0].values == {"a": "1", "b": "2"}


def test_a_feed_may_have_another_encoding_and_delimiter(tmp_path: Path) -> None:
    shape = FileShape("csv", frozenset({"a"}), ";", "iso-8859-2")
    assert rows(tmp_path, "a;b\nŁódź;1\n".encode("iso-8859-2"), shape)[0].values["a"] == "Łódź"


def test_a_row_with_too_few_values_says_so(tmp_path: Path) -> None:
    short, long, good = rows(tmp_path, "a,b\n1\n1,2,3\n1,2\n")
    assert short.problem == "1 values in a row of 2 columns"
    assert long.problem == "3 values in a row of 2 columns"
    assert not good.problem


def test_a_row_that_is_broken_in_itself_does_not_end_the_file(tmp_path: Path) -> None:
    broken, good = rows(tmp_path, 'a,b\n"1"x,2\n1,2\n')
    assert broken.problem
    assert good.values == {"a": "1", "b": "2"}


def test_missing_columns_are_named_with_the_ones_that_come_near(tmp_path: Path) -> None:
    far = refusal(tmp_path, "x,y\n1,2\n")
    assert (far.reason, far.hint) == ("columns are missing: a, b", "the file has: x, y")
    near = refusal(tmp_path, "tenur\n1\n", FileShape("csv", frozenset({"tenure"})))
    assert near.hint == "`tenure` may be `tenur`"


def test_a_file_of_more_columns_than_any_feed_has_is_refused_at_once(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(100_000))
    assert refusal(tmp_path, header).reason == "the first line names 100000 columns, at most 2000 are read"


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a,b,a\n").reason == "columns stand twice: a"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "rows is empty"),
        ("\n\n", "the file has no header: it has blank lines only"),
        ('"a\n', "the file has no header: unexpected end of data"),
        (b"a,b\n1,2\n\xff,2\n", "rows is not utf-8: see line 3, column 1"),
        ("a,b\n" + "x" * (MAX_LINE_CHARACTERS + 1), "line 2 is longer than 1000000 characters"),
    ],
)
def test_a_file_that_cannot_serve_is_refused(tmp_path: Path, content: bytes | str, reason: str) -> None:
    assert refusal(tmp_path, content).reason == reason


def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, f"{tmp_path.name} is no file"), (tmp_path / "x", "x is not there")):
        with pytest.raises(FileRefused) as caught:
            RowFile(path, SHAPE)
        assert caught.value.reason == reason


def test_a_file_that_the_machine_does_not_give_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = file_of(tmp_path, "a,b\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileRefused, match="Permission denied"):
        RowFile(path, SHAPE)


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex"])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, encoding: str) -> None:
    assert (
        refusal(tmp_path, "a,b\n", FileShape("csv", frozenset(), ",", encoding)).reason == f"no encoding `{encoding}`"
    )


def test_halves_of_characters_are_refused(tmp_path: Path) -> None:
    shape = FileShape("csv", frozenset(), ",", "utf-7")
    assert refusal(tmp_path, "a,b\n1,+2AA-\n", shape).reason.startswith("rows is not utf-7")


def test_a_delimiter_that_is_none_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a,b\n", FileShape("csv", frozenset(), "::")).reason == "no delimiter `::`"


def test_a_file_of_json_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, '{"a": 1.50, "c": null}\n\n{"a": "x", "b": true}\n[1]\n{"a"\n', LINES)
    assert [row.values for row in found[:2]] == [{"a": "1.5", "b": "", "c": ""}, {"a": "x", "b": "true"}]
    assert [(row.line, bool(row.problem)) for row in found] == [(1, False), (3, False), (4, True), (5, True)]


def test_written_rows_are_read_again(tmp_path: Path) -> None:
    given_rows = [{"a": "1", "b": "x\ny"}, {"a": '"', "b": ","}]
    assert [row.values for row in rows(tmp_path, csv_text(("a", "b"), given_rows))] == given_rows


@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: b"a,b\n" + text.encode("utf-16"))
    ),
    form=st.sampled_from(["csv", "ndjson"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-7", "latin-1", "cp1250", "punycode"]),
)
def test_no_bytes_raise_anything_but_a_refusal(content: bytes, form: str, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = file_of(Path(folder), content)
        try:
            found = list(RowFile(path, FileShape(form, frozenset(), ",", encoding)).rows())
        except FileRefused:
            return
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    # Whatever was read can be kept.
    assert all("".join(row.values.values()).encode() is not None for row in found)


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)] * 2),
        max_size=5,
    )
)
def test_what_was_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    given_rows = [{"a": left, "b": right} for left, right in pairs]
    with tempfile.TemporaryDirectory() as folder:
        assert [row.values for row in rows(Path(folder), csv_text(("a", "b"), given_rows))] == given_rows

import datetime
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from sidra.interfaces.files import FileRefused, FileShape, Row
from sidra.interfaces.sheets import SheetFile, open_rows, sheet_names

SHAPE = FileShape("excel", frozenset({"key", "born"}), sheet="people")


def book(folder: Path, *rows: Sequence[object], sheet: str = "people") -> Path:
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made[sheet].append(list(row))
    path = folder / "file.xlsx"
    made.save(path)
    return path


def rows_of(path: Path, shape: FileShape = SHAPE) -> list[Row]:
    return list(open_rows(path, shape).rows())


def test_columns_are_named_by_the_first_row_that_names_all_that_is_needed(tmp_path: Path) -> None:
    path = book(tmp_path, ["Key *", "Born"], ["text", "date"], ["key", "born", "more"], ["A", "1990-05-17", 1])
    (row,) = rows_of(path)
    assert row == Row(1, 4, {"key": "A", "born": "1990-05-17", "more": "1"})


def test_cells_are_texts_as_files_of_text_have_them(tmp_path: Path) -> None:
    # As cells have them, without a zone.
    day, moment = datetime.datetime.fromisoformat("1990-05-17"), datetime.datetime.fromisoformat("2026-01-02T03:04")
    path = book(tmp_path, ["key", "born"], [7.0, day], [0.1, moment], [True, None], [" a ", datetime.time(9, 30)])
    assert [tuple(row.values.values()) for row in rows_of(path)] == [
        ("7", "1990-05-17"),
        ("0.1", "2026-01-02T03:04:00"),
        ("true", ""),
        ("a", "09:30:00"),
    ]


def test_blank_rows_are_none_and_a_sheet_without_rows_is_empty(tmp_path: Path) -> None:
    path = book(tmp_path, ["key", "born"], ["A", None], [None, None], ["B", None])
    assert [(row.number, row.line) for row in rows_of(path)] == [(1, 2), (2, 4)]
    assert SheetFile(book(tmp_path, ["key", "born"]), SHAPE).lines == 0


def test_a_missing_column_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        rows_of(book(tmp_path, ["key", "borne"], ["A", None]))
    assert (refused.value.reason, refused.value.hint) == ("columns are missing: born", "`born` may be `borne`")


def test_a_missing_sheet_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        rows_of(book(tmp_path, ["key", "born"], sheet="customers"))
    assert (refused.value.reason, refused.value.hint) == ("file.xlsx has no sheet `people`", "it has: customers")


def test_the_first_sheet_is_read_where_none_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, ["key", "born"], ["A", None], sheet="customers")
    assert len(rows_of(path, FileShape("excel", frozenset({"key"})))) == 1
    assert sheet_names(path) == ("customers",)


@pytest.mark.parametrize("content", [b"", b"key,born\n", b"PK\x03\x04 and no more"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="is no workbook of Excel"):
        rows_of(path)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "nothing")
    with pytest.raises(FileRefused, match="is no workbook of Excel"):
        rows_of(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"none\.xlsx is not there"):
        rows_of(tmp_path / "none.xlsx")
    with pytest.raises(FileRefused, match="is no file"):
        rows_of(tmp_path)


TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=20)


@given(st.lists(st.tuples(TEXTS.filter(lambda text: text.strip() != ""), TEXTS), min_size=1, max_size=5))
def test_texts_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, str]]
) -> None:
    rows = [[f"'{key}", born] for key, born in written]
    path = book(tmp_path_factory.mktemp("book"), ["key", "born"], *rows)
    assert [(row.values["key"], row.values["born"]) for row in rows_of(path)] == [
        (f"'{key}".strip(), born.strip()) for key, born in written
    ]

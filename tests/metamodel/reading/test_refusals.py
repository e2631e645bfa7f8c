"""What holds no document, in the form in which people see it."""

from pathlib import Path

import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.reading.parsing import MAX_BYTES, read_file, read_text
from sidra_metamodel.render import render


def refused(text: str | bytes) -> str:
    found = Diagnostics()
    read_text(text, "sn/file.yaml", "affiliate:sn", 3, found)
    return render(found)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = Diagnostics()
    read_file(tmp_path / "gone.yaml", "sn/gone.yaml", "affiliate:sn", 3, found)
    assert render(found) == expected("""
        error[E001]: the file cannot be read: No such file or directory
         --> sn/gone.yaml:1:1   (layer affiliate:sn)
          = help: it must be a file that this user may read
    """)


def test_a_file_that_is_too_large() -> None:
    assert refused("entity: customer\nhelp: " + "y" * MAX_BYTES) == expected("""
        error[E002]: the file is larger than 1,000,000 bytes
         --> sn/file.yaml:1:1   (layer affiliate:sn)
        1 | entity: customer
          | ^^^^^^
          = help: split it into several documents
    """)


def test_a_file_that_is_nested_too_deep() -> None:
    assert refused("entity: customer\nhelp: " + "[" * 60) == expected(f"""
        error[E002]: the file is nested deeper than 50 levels
         --> sn/file.yaml:2:56   (layer affiliate:sn)
        2 | help: {"[" * 60}
          | {" " * 55}^
          = help: close the brackets, or flatten it
    """)


def test_a_file_of_another_encoding() -> None:
    assert refused("entity: customer\nlabel: Clé\n".encode("latin-1")) == expected("""
        error[E003]: the file is not UTF-8
         --> sn/file.yaml:2:10   (layer affiliate:sn)
        2 | label: Cl�
          |          ^
          = help: save it in the encoding UTF-8
    """)


def test_a_file_that_an_editor_saved_as_utf_16() -> None:
    assert refused("entity: customer\n".encode("utf-16")) == expected("""
        error[E003]: the file is UTF-16, not UTF-8
         --> sn/file.yaml:1:1   (layer affiliate:sn)
          = help: save it in the encoding UTF-8
    """)


def test_a_file_of_comments() -> None:
    assert refused("# later\n") == expected("""
        error[E005]: the file holds no document
         --> sn/file.yaml:1:1   (layer affiliate:sn)
        1 | # later
          | ^
          = help: begin it with a header such as `entity: customer`
    """)


@pytest.mark.parametrize("text", ["just text", "[a, b]", "$why: x"])
def test_a_file_without_a_header(text: str) -> None:
    assert refused(text).splitlines()[0] == "error[E005]: the file has no header"


def test_a_header_behind_a_dash() -> None:
    assert refused("- entity: customer\n") == expected("""
        error[E005]: the file has no header
         --> sn/file.yaml:1:1   (layer affiliate:sn)
        1 | - entity: customer
          | ^
          = help: write `entity: …` without a dash
    """)


def test_a_file_that_begins_with_something_else() -> None:
    assert refused("attributes:\n  fax: {hidden: true}\n") == expected("""
        error[E005]: `attributes` is no header
         --> sn/file.yaml:1:1   (layer affiliate:sn)
        1 | attributes:
          | ^^^^^^^^^^
          = help: the first line of a file is a header such as `entity: customer`
    """)


def test_a_header_without_a_name() -> None:
    assert refused("entity:\nattributes: {}\n") == expected("""
        error[E005]: the header `entity` names nothing
         --> sn/file.yaml:1:8   (layer affiliate:sn)
        1 | entity:
          |        ^
          = help: write `entity: some_name`
    """)


def test_an_anchor() -> None:
    assert refused("entity: customer\nattributes:\n  fax: &fax {hidden: true}\n") == expected("""
        error[E006]: anchors are not allowed
         --> sn/file.yaml:3:8   (layer affiliate:sn)
        3 |   fax: &fax {hidden: true}
          |        ^
          = help: write the value out; quote a value that begins with `&`
    """)


def test_a_key_that_is_no_name() -> None:
    assert refused("entity: customer\nlabel: {{name}}\n") == expected("""
        error[E008]: a key is a map or a list
         --> sn/file.yaml:2:9   (layer affiliate:sn)
        2 | label: {{name}}
          |         ^
          = help: put text that begins with `{` or `[` into quotes
    """)


def test_a_number_that_cannot_be_kept() -> None:
    assert refused("entity: customer\nattributes:\n  fax: {max_length: 1e999}\n") == expected("""
        error[E009]: `1e999` is too large a number
         --> sn/file.yaml:3:21   (layer affiliate:sn)
        3 |   fax: {max_length: 1e999}
          |                     ^^^^^
          = help: shorten it, or put it into quotes if it is text
    """)

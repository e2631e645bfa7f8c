import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.presenting.forms.posting import NO_VERSION, Posted, version_in


@pytest.mark.parametrize(("text", "version"), [("", None), ("0", 0), ("12", 12), ("²", NO_VERSION), ("x", NO_VERSION)])
def test_a_version_that_is_no_number_is_one_that_no_record_has(text: str, version: int | None) -> None:
    assert version_in(text) == version


def test_a_version_of_any_length_is_read() -> None:
    assert Posted.of([("version", "9" * 5000)]).version == NO_VERSION


@given(st.lists(st.text()))
def test_no_name_of_a_row_is_a_fault(parts: list[str]) -> None:
    posted = Posted.of([(f"media.{part}", "x") for part in (*parts, "²", "9" * 5000, "-1", "٣", "2")])
    assert "media.2" in posted.rows("media")
    assert all(row.removeprefix("media.").isascii() for row in posted.rows("media"))

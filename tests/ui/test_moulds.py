"""What a mould gives is what the macros would have drawn, whatever the texts of a record say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2.environment import TemplateModule
from markupsafe import Markup

from sidra_ui.messages import Messages
from sidra_ui.moulds import MARK, mould
from sidra_ui.rendering import create_environment, read_static
from sidra_ui.viewmodels.common import Avatar, Badge
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

COLUMN = Column("name", "Name & title", is_prose=True)
HOSTILE = "<script>\"'&%s{0}" + MARK.format(2)
TEXTS = st.one_of(st.just(""), st.just(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
CELLS = st.builds(
    Cell,
    text=TEXTS,
    secondary=TEXTS,
    href=TEXTS,
    badges=st.sampled_from([(), (Badge("Gold", "amber", dot=True),)]),
    avatar=st.one_of(st.none(), st.builds(Avatar, initials=TEXTS, tone=st.sampled_from(["pink", "blue"]))),
    is_strong=st.booleans(),
    is_code=st.booleans(),
    is_phone=st.booleans(),
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return create_environment(read_static())


@pytest.fixture(scope="module")
def macros(environment: Environment) -> TemplateModule:
    return spoken(environment, "en")


def spoken(environment: Environment, language: str) -> TemplateModule:
    return environment.get_template("macros/tables.html").make_module({"t": Messages(language)})


def drawn_by(macros: TemplateModule, name: str, *given: object) -> Markup:
    drawn: Markup = getattr(macros, name)(*given)
    return drawn


@given(cell=CELLS)
def test_a_row_from_moulds_is_the_row_of_its_macros(macros: TemplateModule, cell: Cell) -> None:
    row = Row("7", cell.text, (cell,), href=cell.href, version=3)
    drawn = drawn_by(macros, "row", replace(row, cells=()), drawn_by(macros, "cell", cell, COLUMN), "bulk")
    assert drawn in drawn_by(macros, "table", Table("Customers", (COLUMN,), (row,)), "bulk")


def test_rows_of_two_languages_have_moulds_of_their_own(environment: Environment) -> None:
    table = Table("Customers", (COLUMN,), (Row("7", "Awa", (Cell(),)),))
    drawn = {language: drawn_by(spoken(environment, language), "table", table) for language in ("en", "fr", "en")}
    assert Messages("en").text("no_value") in drawn["en"]
    assert Messages("fr").text("no_value") in drawn["fr"]


def test_a_mould_escapes_each_text_and_keeps_its_own() -> None:
    fill = mould(f'<a href="{MARK.format(1)}">100 % {MARK.format(0)}</a>')
    assert fill(("<b>", '"x')) == '<a href="&#34;x">100 % &lt;b&gt;</a>'
    assert mould("<hr>")(()) == "<hr>"

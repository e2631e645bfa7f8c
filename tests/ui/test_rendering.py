import gzip
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra_ui.gallery import FRAGMENTS, PAGES
from sidra_ui.messages import Messages
from sidra_ui.rendering import (
    MISSING_ICON,
    TEMPLATES,
    AssetsMissing,
    FullPage,
    StaticFiles,
    pieces,
    polyline,
    read_static,
    render_form,
    render_fragment,
)
from sidra_ui.samples import lists, pages, records, view360
from sidra_ui.viewmodels.common import Direction
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.search import Command, CommandGroup, TextPart
from sidra_ui.viewmodels.shell import Place

BUDGET_BYTES = 15_000
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
REFERENCES = ("aria-controls", "aria-labelledby", "aria-describedby", "for", "form")
LABELLED_BY_NATURE = {"hidden", "submit", "button"}

Render = Callable[[FullPage], str]
Element = tuple[str, dict[str, str]]


class Document(HTMLParser):
    """A page's elements in order; complains of tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.faults: list[str] = []
        self.labelled_inside: list[dict[str, str]] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if len(attributes) != len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute: {attrs}")
        self.elements.append((tag, attributes))
        if "label" in self.open:
            self.labelled_inside.append(attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes nothing")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def with_tag(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def turned(page: FullPage, direction: Direction) -> FullPage:
    """The same page in the other direction of writing."""
    part = "shell" if getattr(page, "shell", None) else "frame"
    frame = replace(getattr(page, part), direction=direction, locale="ar-EG" if direction == "rtl" else "en-SN")
    changed: dict[str, Any] = {part: frame}
    return replace(page, **changed)


@pytest.fixture(params=[(name, direction) for name in PAGES for direction in ("ltr", "rtl")], ids="-".join)
def document(request: pytest.FixtureRequest, render: Render) -> Document:
    """Every page of the gallery in both directions."""
    name, direction = request.param
    return Document(render(turned(PAGES[name](), direction)))


def test_every_page_and_fragment_type_is_in_the_gallery() -> None:
    shown = {type(build()) for build in PAGES.values()} | {type(build()) for build, _ in FRAGMENTS.values()}
    assert shown == set(TEMPLATES)


def test_the_tags_of_a_page_match(document: Document) -> None:
    assert document.faults == []


def test_a_page_has_no_inline_style_script_or_handler(document: Document) -> None:
    names = {name for _, attributes in document.elements for name in attributes}
    assert {name for name in names if name == "style" or name.startswith(("on", "hx-on", "hx-vals"))} == set()
    assert document.with_tag("style") == []
    assert [script for script in document.with_tag("script") if "src" not in script] == []


def test_ids_are_unique_and_references_lead_to_one(document: Document) -> None:
    ids = document.ids()
    assert [identity for identity in ids if ids.count(identity) > 1] == []
    missing = [
        (tag, name, identity)
        for tag, attributes in document.elements
        for name in REFERENCES
        for identity in attributes.get(name, "").split()
        if identity not in ids
    ]
    assert missing == []


def test_every_control_has_a_name(document: Document) -> None:
    labels = {label["for"] for label in document.with_tag("label") if "for" in label}
    nameless = [
        control
        for control in document.with_tag("input", "select", "textarea")
        if control.get("type") not in LABELLED_BY_NATURE
        and control.get("id") not in labels
        and "aria-label" not in control
        and control not in document.labelled_inside
    ]
    assert nameless == []


def test_a_page_says_its_language_and_direction(document: Document) -> None:
    (html,) = document.with_tag("html")
    assert (html["lang"], html["dir"]) in {("ar-EG", "rtl"), ("en-SN", "ltr")}


def test_pages_have_one_main_region_one_heading_and_a_way_to_skip_to_it(document: Document) -> None:
    assert [main["id"] for main in document.with_tag("main")] == ["main"]
    assert len(document.with_tag("h1")) == 1
    assert document.with_tag("a")[0]["href"] == "#main"


def test_links_and_buttons_without_text_have_a_label(document: Document) -> None:
    for button in document.with_tag("a", "button"):
        assert "icon" not in button.get("class", "").split() or button.get("aria-label")


def test_every_post_carries_the_token(render: Render) -> None:
    for build in PAGES.values():
        html = render(build())
        assert html.count('method="post"') == html.count('name="csrf_token"')


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_the_page_weight_budget(render: Render, name: str) -> None:
    assert len(gzip.compress(render(PAGES[name]()).encode(), 6, mtime=0)) <= BUDGET_BYTES


def test_values_are_escaped(render: Render) -> None:
    html = render(replace(lists.customer_list(), place=Place('<b onclick="x">&'), query='"><script>'))
    assert "<b onclick" not in html
    assert "<script>" not in html
    assert "&lt;b onclick=&#34;x&#34;&gt;&amp;" in html


@given(st.text())
def test_no_text_breaks_out_of_its_place(environment: jinja2.Environment, text: str) -> None:
    hit = replace(pages.HITS.hits[0], code=text, note=text, href=text)
    command = Command(text, text, text, text, (TextPart(text),), "post", text, text)
    commands = (CommandGroup(text, (command,)),)
    found = replace(pages.suggestions(), groups=(replace(pages.HITS, hits=(hit,)),), query=text, commands=commands)
    html = render_fragment(environment, found, Messages("en"), "token")
    expected = render_fragment(environment, replace(found, query=""), Messages("en"), "token")
    assert Document(html).faults == []
    assert len(Document(html).elements) == len(Document(expected).elements)


def test_a_refused_form_ties_each_error_to_its_field(render: Render) -> None:
    document = Document(render(records.editing()))
    (pesel,) = [control for control in document.with_tag("input") if control.get("name") == "pesel"]
    assert pesel["aria-invalid"] == "true"
    assert pesel["aria-describedby"] == "f-pesel-help f-pesel-error"
    assert {"f-pesel-error", "f-pesel-help"} <= set(document.ids())
    assert [errors["role"] for errors in document.with_tag("sidra-errors")] == ["alert"]
    assert {link["href"] for link in document.with_tag("a")} >= {"#f-pesel", "#f-email"}


def test_the_form_alone_is_what_the_page_holds(environment: jinja2.Environment, render: Render) -> None:
    page = records.editing()
    assert render_form(environment, page, Messages("pl-PL")).strip() in render(page)


def test_a_masked_value_is_never_rendered_in_clear(render: Render) -> None:
    assert "1 234" not in render(records.reading())


def test_a_form_without_preview_makes_no_round_trip(environment: jinja2.Environment) -> None:
    page = records.editing()
    assert page.form is not None
    html = render_form(environment, replace(page, form=replace(page.form, preview_action="")), Messages("pl"))
    assert "hx-post" not in html


def test_an_unknown_icon_shows_as_a_dashed_square(static: StaticFiles) -> None:
    assert static.icon("no-such-icon") == f"/static/icons.svg#{MISSING_ICON}"
    assert static.icon("house") == "/static/icons.svg#house"


def test_a_file_that_was_not_built_is_named_with_the_way_out(static: StaticFiles, tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match=r"`none\.js`; run `sidra assets`"):
        static.href("none.js")
    with pytest.raises(AssetsMissing, match="run `sidra assets`"):
        read_static(tmp_path)


def test_a_line_through_figures_stays_in_its_box() -> None:
    assert polyline((0, 5, 10), 72, 20) == "0.0,18.0 36.0,10.0 72.0,2.0"


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_every_course_of_figures_stays_in_its_box(trend: list[float]) -> None:
    for point in polyline(trend, 72, 20).split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= 72
        assert 2 <= y <= 18


def test_an_address_breaks_between_its_words_only() -> None:
    assert pieces("awa.diop@mail.sn") == ["awa.", "diop@", "mail.", "sn"]


@given(st.text())
def test_breaks_change_no_character_of_an_address(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_an_address_is_escaped_between_its_breaks(environment: jinja2.Environment) -> None:
    macros = environment.get_template("macros/fields.html").make_module({"t": Messages("en"), "csrf_token": ""})
    reading: Callable[[FieldView], str] = vars(macros)["reading"]
    field = FieldView("email", "E-mail", "email", text="<b>@mail.sn", href="mailto:x")
    assert "&lt;b&gt;@<wbr>mail.<wbr>sn</a>" in reading(field)


@pytest.mark.parametrize("state", ["loading", "error", "empty"])
def test_a_panel_without_data_keeps_its_head_and_says_why(environment: jinja2.Environment, state: str) -> None:
    panel = next(panel for panel in view360.english().side if panel.state == state)
    html = render_fragment(environment, panel, Messages("en"), "token")
    assert f"<h2>{panel.title}</h2>" in html
    assert (panel.message or "Loading…") in html

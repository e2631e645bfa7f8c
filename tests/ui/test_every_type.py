"""Every built-in type of an attribute has a control to enter it and a form to be read in."""

from __future__ import annotations

import re

import pytest
from tests.ui.served import Site, visible_text

from sidra_metamodel.model.built_in import BUILT_IN_TYPES

MORE = {"enum": "enum: segment", "sequence": 'sequence: "T-{n:04}"', "queue": "", "user": ""}
"""What an attribute of a type needs besides."""
ENTERED: dict[str, tuple[dict[str, str], str]] = {
    "string": ({"": "Mobile"}, "Mobile"),
    "text": ({"": "First\nSecond"}, "First Second"),
    "integer": ({"": "1234"}, r"1\s234"),
    "decimal": ({"": "12.5"}, "12,5"),
    "money": ({"": "27400", "_currency": "XOF"}, r"27\s400"),
    "percent": ({"": "46"}, r"46\s%"),
    "rating": ({"": "4"}, r"4 ★"),
    "boolean": ({"": "true"}, "Oui"),
    "date": ({"": "2026-06-14"}, "14 juin 2026"),
    "datetime": ({"": "2026-06-14T09:30"}, "09:30"),
    "time": ({"": "09:30"}, "09:30"),
    "duration": ({".duration.amount": "90", ".duration.unit": "min"}, "heure"),
    "period": ({".start": "2026-06-14T09:30", ".end": "2026-07-14T09:30"}, "14 juil"),
    "phone": ({"": "+221771234567"}, r"\+221 77 123 45 67"),
    "email": ({"": "awa@courriel.example"}, r"awa@\s*courriel\.\s*example"),
    "url": ({"": "https://meridian.example/"}, r"meridian\.\s*example"),
    "enum": ({"": "gold"}, "Or"),
    "user": ({"": "agent"}, "Fatou Agent"),
    "geo": ({"": "14.69, -17.44"}, r"14[.,]69"),
    "address": ({"": '{"street1": "12 rue Carnot", "city": "Dakar"}'}, "12 rue Carnot"),
    "characteristics": ({".pair.0.name": "colour", ".pair.0.value": "blue"}, "colour: blue"),
    "json": ({"": '{"colour": "blue"}'}, "blue"),
}
"""What a form posts for a type, after the name of the field, and what the page then says."""
ELSEWHERE = {"sequence", "file", "image", "queue"}
"""Given by the system, sent by the upload's own tests, or in need of a document of their own."""


def entity() -> str:
    """An entity with an attribute of every type."""
    lines = (
        f"  x_{name}: {{label: {{en: {name}}}, type: {name}{', ' + MORE[name] if MORE.get(name) else ''}}}\n"
        for name in BUILT_IN_TYPES
    )
    head = "entity: x_sn_thing\nlabel: {en: Thing, fr: Chose}\ntitle: x_string\nattributes:\n"
    return head + "".join(lines)


@pytest.fixture
def all_types(site: Site) -> Site:
    """A site that has such an entity, which agents may write."""
    role = "role: agent\n$why: They keep things\nmay: {x_sn_thing: {do: [create, read, update]}}\n"
    for name, text in {"entities/x_sn_thing.yaml": entity(), "roles/agent.yaml": role}.items():
        file = site.overlay / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    site.affiliates.reload()
    state = site.affiliates.state("sn")
    assert state is not None
    assert not state.diagnostics, state.diagnostics
    return site


def test_no_type_is_left_out() -> None:
    assert ENTERED.keys() | ELSEWHERE == BUILT_IN_TYPES.keys()


def test_what_is_entered_is_read_again_and_stands_in_its_control(all_types: Site) -> None:
    browser = all_types.browser("agent")
    form = browser.get("/sn/x_sn_thing/new").forms["record-form"]
    for type_, (posted, _) in ENTERED.items():
        for suffix, value in posted.items():
            field = form.fields[f"x_{type_}{suffix}"][-1]
            if type_ == "boolean":
                field.checked = True
            elif suffix != "_currency":
                field.force_value(value)
    page = form.submit().follow()
    assert page.html.select_one('a[href="tel:+221771234567"]') is not None
    text = visible_text(page)
    assert not [type_ for type_, (_, read) in ENTERED.items() if not re.search(read, text)]
    again = browser.get(f"{page.request.path}/edit").forms["record-form"]
    names = [f"x_{type_}{suffix}" for type_, (posted, _) in ENTERED.items() for suffix in posted]
    assert not [name for name in names if not name.endswith("_currency") and not again.fields[name][-1].value]

"""The version that a baseline must have after another one, by what has changed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.metamodel.layering.layered import REGISTRY, laid

from sidra_metamodel.layering.effective import Key
from sidra_metamodel.nodes import Node
from sidra_metamodel.versions.numbering import Size, next_version, reasons

CUSTOMER = """
    entity: customer
    label: {en: Customer}
    attributes:
      name: {type: string, max_length: 60, label: {en: Name}}
      fax: {type: string, required: true, default: none}
"""


def roots(*texts: str) -> Mapping[Key, Node]:
    return {key: one.root for key, one in laid({"group": texts})[0].items()}


def asked(new: str, *more: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The version that a changed customer asks for after 1.3.2, and why."""
    found = reasons(roots(CUSTOMER), roots(new, *more), REGISTRY)
    return next_version("1.3.2", found), [(one.size.name, one.path, one.what) for one in found]


def test_what_is_the_same_asks_for_nothing() -> None:
    assert asked(CUSTOMER) == ("1.3.2", [])


@pytest.mark.parametrize(
    ("old", "new", "version", "path", "what"),
    [
        ("en: Name", "en: Full name", "1.3.3", "attributes.name.label.en", "another text"),
        ("{en: Name}", "{en: Name, fr: Nom}", "1.3.3", "attributes.name.label.fr", "another text"),
        ("max_length: 60", "max_length: 50", "1.4.0", "attributes.name.max_length", "has another value"),
        ("max_length: 60, ", "", "1.4.0", "attributes.name.max_length", "is gone, which leaves more room"),
        ("default: none", "default: some", "1.4.0", "attributes.fax.default.value", "has another value"),
        ("      fax", "      mail: {type: string}\n      fax", "1.4.0", "attributes.mail", "is new"),
        ("name: {", "name: {$lock: final, ", "1.4.0", "attributes.name", "is locked: final"),
        ("      fax: {", "      fax_number: {$was: fax, ", "1.4.0", "attributes.fax", "is called `fax_number`"),
        ("fax: {type: string", "fax: {type: text", "2.0.0", "attributes.fax.type", "is final, and another value"),
        ("      fax: {type: string, required: true, default: none}\n", "", "2.0.0", "attributes.fax", "is gone"),
    ],
)
def test_a_change_asks_for_its_version(old: str, new: str, version: str, path: str, what: str) -> None:
    assert old in CUSTOMER
    least, why = asked(CUSTOMER.replace(old, new))
    assert least == version
    assert (f"entity.customer.{path}", what) in [reason[1:] for reason in why]


def test_a_document_asks_for_its_version() -> None:
    assert asked(CUSTOMER, "enum: segment\nvalues: [gold]")[0] == "1.4.0"
    assert next_version("1.3.2", reasons(roots(CUSTOMER), {}, REGISTRY)) == "2.0.0"
    renamed = CUSTOMER.replace("entity: customer", "entity: client\n    $was: customer")
    assert asked(renamed)[0] == "1.4.0"


def test_what_asks_for_most_comes_first() -> None:
    _, why = asked(
        CUSTOMER.replace("en: Name", "en: Full name").replace("type: string, required", "type: text, required")
    )
    assert [Size[reason[0]] for reason in why] == [Size.MAJOR, Size.PATCH]

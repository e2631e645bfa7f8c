"""Senegal's NINEA, the number that the statistics office gives every company and association.

Official: the number itself (seven digits, nine when padded with zeros) and the COFI that may follow it: a digit for
the tax regime (0, 1 or 2), a letter for the legal form, a digit for the tax centre. Not published: how the last digit
of the number follows from the others; so no check digit is asked for.
"""

import re

from sidra.plugins import BOOLEAN, STRING, Function, Overload, PluginType, Sample, Widget, hookimpl

SHAPE = re.compile(r"([0-9]{7}|[0-9]{9})([012][A-Z][0-9])?")

MESSAGE = {
    "en": "A NINEA has 7 or 9 digits, then the COFI such as 2C3 if it is known",
    "fr": "Un NINEA a 7 ou 9 chiffres, puis le COFI comme 2C3 s'il est connu",
}


def normalise(text: str) -> str:
    """Give the nine digits, and the COFI where there is one, without spaces or dashes."""
    plain = re.sub(r"[\s./-]", "", text).upper()
    found = SHAPE.fullmatch(plain)
    return f"{found[1]:>09}{found[2] or ''}" if found else plain


def ninea_valid(text: object) -> bool:
    """Tell whether a value has the form of a NINEA, with or without its COFI."""
    return isinstance(text, str) and SHAPE.fullmatch(normalise(text)) is not None


@hookimpl
def register_types() -> list[PluginType]:
    """The type `ninea`."""
    doc = "A NINEA, with or without COFI."
    return [PluginType(name="ninea", doc=doc, base="string", normalise=normalise, check=ninea_valid, message=MESSAGE)]


@hookimpl
def register_functions() -> list[Function]:
    """The function `ninea_valid`."""
    return [Function("ninea_valid", (Overload((STRING,), BOOLEAN),), ninea_valid, doc="Whether a text is a NINEA.")]


@hookimpl
def register_widgets() -> list[Widget]:
    """The widget `ninea`: the COFI stands apart from the number."""
    template = (
        "{% macro reading(field, given) -%}<span class='mono ltr'>"
        "<bdi>{{ field.value[:9] }}</bdi>{% if field.value[9:] %} <span class='badge line'>{{ field.value[9:] }}</span>"
        "{% endif %}</span>{%- endmacro %}"
    )
    doc = "A NINEA with its COFI set apart."
    samples = (Sample(value="0012345672C3", text="0012345672C3"), Sample(value="001234567", text="001234567"))
    return [Widget(name="ninea", doc=doc, types=frozenset({"string"}), template=template, samples=samples)]

"""Addresses and bodies with values put in; whatever a value holds, it stays one part of where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from sidra.connectors.failures import BadArgument

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
MOST_CHARACTERS = 500
DOTS = frozenset({".", ".."})
HINT = "correct the value in the record, or what the box gives the operation"


def address(template: str, values: Mapping[str, str]) -> str:
    """Path and query with values escaped; raises BadArgument for one that would change where they lead."""
    path, mark, query = template.partition("?")
    steps = []
    for step in path.split("/"):
        filled = _filled(step, values)
        if step and (filled in DOTS or not filled):
            raise BadArgument("a value cannot stand in a path", hint=HINT)
        steps.append(filled)
    return "/".join(steps) + mark + _filled(query, values)


def body(template: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The texts of a body with values put in."""
    return {name: PLACEHOLDER.sub(lambda found: values[found[1]], text) for name, text in template.items()}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: quote(_bounded(values[found[1]]), safe=""), text)


def _bounded(value: str) -> str:
    if len(value) > MOST_CHARACTERS or not value.isprintable():
        raise BadArgument("a value is too long or holds signs that no address has", hint=HINT)
    return value

"""Mask shapes: what is left of a value for readers who may see it masked only.

A shape is text with placeholders: `•••• {last:4}`, `{first:1}•••@{domain}`. `{first:n}` and `{last:n}` show characters
of the value, or of what stands before its `@` where the shape has `{domain}`. Together they show at most half of
these characters, else none at all: a short value would be given away by its last four. A shape never tells a
value's length.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sidra.errors import Misconfigured

Mask = Callable[[str], str]

HIDDEN = "••••"

DEFAULT_SHAPES: Mapping[str, str] = types.MappingProxyType(
    {
        "email": "{first:1}•••@{domain}",
        "phone": "•••• {last:3}",
        "date": "••••-••-••",
        "datetime": "••••-••-•• ••:••",
        "time": "••:••",
    }
)
"""Shapes of built-in types. Any other type is hidden whole: the beginning of a name, or the length of an amount, tells
more than it helps."""

_PLACEHOLDER = re.compile(r"\{(?:(first|last):([1-9]\d?)|(domain))\}")


class BadMask(Misconfigured):
    """A shape that cannot be read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a shape: literal text, or `count` characters from one end, or the domain."""

    kind: str
    count: int = 0
    text: str = ""


def compile_mask(shape: str) -> Mask:
    """The function that masks a value by a shape; raises BadMask where the shape has an unknown placeholder."""
    parts = tuple(_read_parts(shape))
    shown = sum(part.count for part in parts)
    if not shown and all(part.kind == "text" for part in parts):
        return lambda _value: shape
    has_domain = any(part.kind == "domain" for part in parts)

    def mask(value: str) -> str:
        name, domain = _split(value) if has_domain else (value, "")
        is_long = shown * 2 <= len(name)
        return "".join(_show(part, name if is_long else "", domain) for part in parts).strip() or HIDDEN

    return mask


def shape_for(shapes: Iterable[str | None], base_type: str) -> str:
    """The shape in force: the first that is declared, nearest first, else the base type's."""
    return next((shape for shape in shapes if shape), DEFAULT_SHAPES.get(base_type, HIDDEN))


def _split(value: str) -> tuple[str, str]:
    name, at, domain = value.rpartition("@")
    return (name, domain) if at else (value, "")


def _read_parts(shape: str) -> Iterable[_Part]:
    position = 0
    for match in _PLACEHOLDER.finditer(shape):
        yield _literal(shape, position, match.start())
        side, count, domain = match.groups()
        yield _Part(domain or side, int(count or 0))
        position = match.end()
    yield _literal(shape, position, len(shape))


def _literal(shape: str, start: int, end: int) -> _Part:
    text = shape[start:end]
    if "{" in text or "}" in text:
        raise BadMask(
            f"the mask `{shape}` has a placeholder that is not known",
            hint="placeholders are {first:1} to {first:99}, {last:1} to {last:99} and {domain}",
        )
    return _Part("text", text=text)


def _show(part: _Part, name: str, domain: str) -> str:
    match part.kind:
        case "first":
            return name[: part.count]
        case "last":
            return name[-part.count :]
        case "domain":
            return domain or HIDDEN
        case _:
            return part.text

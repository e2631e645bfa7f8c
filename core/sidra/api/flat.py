"""Bodies of plain values, read in one step: what JSON is decoded to is of the attributes' types already.

Most bodies are such. Whatever is not, references, nested names, values in other forms and all that is wrong, takes the
steps that can say what it means or what is wrong with it: `bodies`, then `records.given`. Both come to the same values.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from sidra.api.shapes import Shape
from sidra.errors import Problem
from sidra.records.coercion import numbers, reader, texts
from sidra.records.given import Entered
from sidra.records.views import View
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

# None for a body that is not flat.
ReadFlat = Callable[[bytes, str | None], Entered | None]

LEAST, MOST = -numbers.SMALL, numbers.SMALL
"""Integers beyond are for the general steps, which refuse those that no column holds."""

_LINE = (
    "if x is not None:",
    " if x.isascii() and x.isprintable(): x = x.strip() or None",
    " elif (x := coerce_{n}(x, locale)).__class__ is Problem: return None",
)
_INTEGER = ("if x is not None and not LEAST < x < MOST: return None",)
_OTHER = (
    "if x is not None:",
    " if x.__class__ is int and not LEAST < x < MOST: return None",
    " if (x := coerce_{n}(x, locale)).__class__ is Problem: return None",
)


def compile_flat(view: View, shape: Shape, *, creating: bool) -> ReadFlat:
    """Return the function from a body to what it gives of one entity, by the names inside."""
    entered = view.entered(creating=creating)
    names = {outside: inside for outside, inside in shape.plain.items() if inside in entered}
    attributes = [view.compiled.entity.attributes[inside] for inside in names.values()]
    kinds = [_kind(view.compiled.model, attribute) for attribute in attributes]
    struct = msgspec.defstruct(
        "Body",
        [(f"f{number}", type_ | None | msgspec.UnsetType, msgspec.UNSET) for number, (type_, _) in enumerate(kinds)],
        rename={f"f{number}": outside for number, outside in enumerate(names)},
        forbid_unknown_fields=True,
        gc=False,
    )
    lines = ["def sort(body, values, locale):"]
    for number, (inside, (_, steps)) in enumerate(zip(names.values(), kinds, strict=True)):
        lines += [f" if (x := body.f{number}) is not UNSET:", *_indented(number, steps), f"  values[{inside!r}] = x"]
    table: dict[str, Any] = {f"coerce_{number}": entered[inside] for number, inside in enumerate(names.values())}
    table |= {"UNSET": msgspec.UNSET, "Problem": Problem, "LEAST": LEAST, "MOST": MOST}
    # Names of attributes enter the source as literals, everything else is made here.
    exec(compile("\n".join([*lines, " return values"]), "<flat>", "exec"), table)  # noqa: S102 - see above
    return _reading(view, msgspec.json.Decoder(struct), table["sort"], creating=creating)


def _reading(view: View, decoder: msgspec.json.Decoder[Any], sort: Callable[..., Any], *, creating: bool) -> ReadFlat:
    decode = decoder.decode

    def read(body: bytes, locale: str | None) -> Entered | None:
        try:
            given = decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        found: Entered | None = sort(given, Entered(view, creating), locale)
        return found

    return read


def _indented(number: int, steps: Iterable[str]) -> Iterable[str]:
    return (f"  {step.format(n=number)}" for step in steps)


def _kind(model: Model, attribute: Attribute) -> tuple[Any, tuple[str, ...]]:
    """Return what is decoded for an attribute, and the steps from there to its value."""
    read, base = reader(model, attribute), model.base_type(attribute)
    if read is texts.clean_line:
        return str, _LINE
    if read is numbers.integer:
        return int, _INTEGER
    if read is numbers.boolean:
        return bool, ()
    if base == "date" and not attribute.localised:
        return datetime.date, ()
    choices = texts.choices(model.enums[attribute.enum].values) if attribute.enum and base == "enum" else frozenset()
    if choices and not attribute.localised:
        return Literal[tuple(sorted(choices))], ()
    return str | int | float, _OTHER

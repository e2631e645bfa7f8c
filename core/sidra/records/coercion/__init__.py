"""From what JSON, forms and files give to values of attributes; what cannot be read becomes a Problem, never an error.

Empty text and text of blanks is no value. Reading is idempotent: a value of the type stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sidra.errors import Problem
from sidra.records.coercion import numbers, structures, texts, times
from sidra.records.coercion.unreadable import Read, Unreadable, is_blank
from sidra.records.record import Illegible
from sidra.rules.wording import tell
from sidra_metamodel.kinds.entity import Attribute
from sidra_metamodel.model import Model

DEFAULT_SCALE = 4

# A value has the type of its attribute; Python's own types cannot say which.
Coerce = Callable[[object, str | None], Any]


def coerce(model: Model, attribute: Attribute, value: object, *, locale: str | None = None) -> Any:  # noqa: ANN401 - see Coerce
    """The value of an attribute's type that something given means, or a Problem; `locale` is its writer's."""
    return compile_coercion(model, attribute)(value, locale)


def _keeping_illegible(coerce: Coerce) -> Coerce:
    """Return the same function for an attribute that is encrypted: what could not be read is no new value."""

    def read(value: object, locale: str | None) -> Any:  # noqa: ANN401 - as `Coerce`
        return value if value.__class__ is Illegible else coerce(value, locale)

    return read


def compile_coercion(model: Model, attribute: Attribute) -> Coerce:
    """The function that does for one attribute what `coerce` does."""
    read, path = reader(model, attribute), attribute.name

    def coerce_value(value: object, locale: str | None = None) -> Any:  # noqa: ANN401 - see Coerce
        if is_blank(value):
            return None
        try:
            return read(value, locale)
        except Unreadable as refusal:
            return as_problem(refusal, path, locale)

    made = quickly(model, attribute, read, coerce_value)
    return _keeping_illegible(made) if attribute.encrypt else made


def quickly(model: Model, attribute: Attribute, read: Read, otherwise: Coerce) -> Coerce:
    """The same function with a way around its steps for values that need none."""
    if read is texts.clean_line:
        return texts.quick_line(otherwise)
    if read is numbers.integer:
        return numbers.quick_integer(otherwise)
    if read is numbers.boolean:
        return numbers.quick_boolean(otherwise)
    if attribute.enum and model.base_type(attribute) == "enum" and not attribute.localised:
        return texts.quick_choice(model.enums[attribute.enum].values, otherwise)
    return times.quick_day(otherwise) if model.base_type(attribute) == "date" and not attribute.localised else otherwise


def as_problem(refusal: Unreadable, path: str, locale: str | None) -> Problem:
    """What a person is told about a value that cannot be read."""
    return Problem(refusal.code, path, tell(refusal.key, locale, **refusal.facts))


def reader(model: Model, attribute: Attribute) -> Read:
    """The reader of an attribute's values; it raises Unreadable."""
    base = model.base_type(attribute)
    read = _base_reader(model, attribute, base)
    if base in TEXTS:
        plugins = [type_.normalise for type_ in model.plugin_types(attribute) if type_.normalise]
        read = texts.normalised(read, model.type_chain(attribute), reversed(plugins))
    return structures.localised(read, model.locales[0]) if attribute.localised else read


TEXTS = frozenset({"string", "text", "email", "phone", "url", "sequence"})


def _base_reader(model: Model, attribute: Attribute, base: str) -> Read:  # noqa: PLR0911 - a table with arguments
    scale = DEFAULT_SCALE if attribute.scale is None else attribute.scale
    match base:
        case "enum":
            return texts.enum(model.enums[attribute.enum].values if attribute.enum else {})
        case "queue":
            return texts.enum(model.queues)
        case "phone":
            return texts.phone(model.country)
        case "decimal":
            return numbers.decimal(scale)
        case "percent":
            return numbers.percent(scale)
        case "money":
            return numbers.money(model.currency)
        case "date":
            return times.date(model.time_zone)
        case "datetime":
            return times.instant(model.time_zone)
        case "period":
            return times.period(model.time_zone)
    return _PLAIN[base]


_PLAIN: dict[str, Read] = {
    "string": texts.clean_line,
    "sequence": texts.clean_line,
    "text": texts.clean_paragraphs,
    "user": texts.login,
    "email": texts.email,
    "url": texts.url,
    "integer": numbers.integer,
    "rating": numbers.integer,
    "boolean": numbers.boolean,
    "time": times.time,
    "duration": times.duration,
    "json": structures.json,
    "address": structures.by_name,
    "file": structures.file,
    "image": structures.file,
    "geo": structures.geo,
    "characteristics": structures.characteristics,
}

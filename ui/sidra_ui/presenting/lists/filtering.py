"""The filters of a list: what can be chosen, what is in force, and what it means for the query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sidra.errors import NotFound
from sidra.records.query import Filter, Operator
from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.desk import Desk, targets
from sidra_ui.presenting.values import CHOSEN, HANDED, name_of, show, who_may_have
from sidra_ui.viewmodels.fields import FieldView, LookupView, Option

PREFIX = "f."
FROM, UNTIL = ".from", ".until"
TEXTS = frozenset({"string", "text", "email", "phone", "url", "sequence"})
RANGES = frozenset({"date", "datetime", "integer", "decimal", "percent", "rating"})
BOUNDS: tuple[tuple[str, Operator, str], ...] = ((FROM, "gte", "from_name"), (UNTIL, "lte", "until_name"))

# What the address says, by parameter: each may stand there many times.
Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in force: its parameter, what it does, and what people read on its chip."""

    parameter: str
    filter: Filter
    title: str
    text: str


def read_filters(given: Sequence[tuple[str, str]]) -> Given:
    """The parameters of filters with their values, empty ones left out."""
    found: dict[str, list[str]] = {}
    for name, value in given:
        if name.startswith(PREFIX) and value.strip():
            found.setdefault(name.removeprefix(PREFIX), []).append(value.strip())
    return found


def applied(desk: Desk, sources: Sequence[Source], given: Given) -> Iterator[Applied]:
    """The filters in force among those that the list offers; others are passed over."""
    for source in sources:
        title = source.title(desk)
        if values := given.get(source.name):
            yield Applied(source.name, _filter(desk, source, values), title, _text(desk, source, values))
        for suffix, operator, key in BOUNDS:
            for value in given.get(source.name + suffix, ()):
                text = desk.messages.text(key, name=_bound(desk, source, value))
                yield Applied(source.name + suffix, Filter(source.name, operator, value), title, text)


def _filter(desk: Desk, source: Source, values: Sequence[str]) -> Filter:
    if source.type(desk) in TEXTS:
        return Filter(source.name, "starts", values[0])
    return Filter(source.name, "in", list(values)) if len(values) > 1 else Filter(source.name, "eq", values[0])


def _text(desk: Desk, source: Source, values: Sequence[str]) -> str:
    return " · ".join(_value(desk, source, value) for value in values)


def _value(desk: Desk, source: Source, value: str) -> str:
    if isinstance(source.member, Relation):
        record = _record(desk, source.member, value)
        return name_of(desk, record) if record is not None else value
    if source.type(desk) == "boolean":
        return desk.messages.text("yes" if value == "true" else "no")
    return show(desk, source.member, value).text if source.type(desk) in CHOSEN else value


def _bound(desk: Desk, source: Source, value: str) -> str:
    if source.member is None or isinstance(source.member, Relation):
        return value
    typed = desk.records.runtime.entity(source.entity).coercion(source.name)(value, None)
    return show(desk, source.member, typed).text if not hasattr(typed, "code") else value


def _record(desk: Desk, relation: Relation, id: str) -> Record | None:
    try:
        return next((found for name in targets(desk.model, relation) if (found := desk.records.find(name, id))), None)
    except NotFound:
        return None


def fields(desk: Desk, sources: Sequence[Source], given: Given) -> Iterator[FieldView]:
    """The controls of the filter's form."""
    for source in sources:
        name, title = PREFIX + source.name, source.title(desk)
        values = given.get(source.name, ())
        member = source.member
        if isinstance(member, Relation):
            yield _lookup(desk, member, name, title, values)
        elif source.type(desk) in RANGES:
            yield from _range(desk, source, title, given)
        elif source.type(desk) in CHOSEN and member is not None:
            yield FieldView(name, title, "multiselect", id=_id(name), options=tuple(options_of(desk, member, values)))
        elif source.type(desk) == "boolean":
            chosen = values[0] if values else ""
            yes, no = (Option(word, _value(desk, source, word), chosen == word) for word in ("true", "false"))
            yield FieldView(name, title, "select", chosen, id=_id(name), options=(yes, no))
        else:
            yield FieldView(name, title, value=values[0] if values else "", id=_id(name))


def _id(name: str) -> str:
    return f"filter-{name.removeprefix(PREFIX).replace('.', '-')}"


def options_of(desk: Desk, attribute: Attribute, chosen: Sequence[str]) -> Iterator[Option]:
    """The values of an attribute to choose from: of its code list, or who may have the record."""
    base = desk.model.base_type(attribute)
    if base in HANDED:
        yield from (Option(name, text, name in chosen) for name, text in who_may_have(desk, base, chosen))
    enum = desk.model.enums.get(attribute.enum or "")
    for code, value in enum.values.items() if enum is not None else ():
        yield Option(code, desk.label(value), code in chosen)


def _lookup(desk: Desk, relation: Relation, name: str, title: str, values: Sequence[str]) -> FieldView:
    record = _record(desk, relation, values[0]) if values else None
    text = name_of(desk, record) if record is not None else ""
    target = next(iter(targets(desk.model, relation)))
    view = LookupView(desk.addresses.lookup(target, _id(name)), text)
    return FieldView(name, title, "lookup", values[0] if values else "", id=_id(name), lookup=view)


def _range(desk: Desk, source: Source, title: str, given: Given) -> Iterator[FieldView]:
    is_day = source.type(desk) in {"date", "datetime"}
    for suffix, _, key in BOUNDS:
        name = PREFIX + source.name + suffix
        value = next(iter(given.get(source.name + suffix, ())), "")
        label = f"{title}, {desk.messages.text(key, name='').strip()}"
        yield FieldView(name, label, "date" if is_day else "decimal", value, id=_id(name))

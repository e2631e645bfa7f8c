"""What a feed's `map:` makes of a row: a record, the records it refers to and those that refer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sidra.errors import Problem
from sidra.records.coercion import coerce
from sidra_metamodel.expressions import Environment, compile_python
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.interface import FeedField, FeedRow, Interface
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

Texts = Mapping[str, str]
Reader = Callable[[Texts, Environment], object]
"""Gives a value, or the Problem that keeps it from being one."""


@dataclass(slots=True)
class Mapped:
    """One record as a row describes it."""

    entity: str
    key: str | None
    """Attribute by which an existing one is found again; None where the relation itself leads to it."""
    values: dict[str, object] = field(default_factory=dict)
    parents: dict[str, Mapped | Found] = field(default_factory=dict)
    """Records it refers to, by to-one relation."""
    children: dict[str, list[Mapped]] = field(default_factory=dict)
    """Records that refer to it, by to-many relation."""

    def as_target(self) -> dict[str, object]:
        """Return the record as expressions see it under `target`."""
        parents = {name: one.as_target() for name, one in self.parents.items() if isinstance(one, Mapped)}
        children = {name: [one.as_target() for one in many] for name, many in self.children.items()}
        return {**self.values, **parents, **children}


@dataclass(frozen=True, slots=True)
class Found:
    """A record that must exist: the one of an entity whose attribute has a value."""

    entity: str
    attribute: str
    value: object


class RecordMapper:
    """Makes `Mapped` records of one entity; compiled once from a feed's `map:`."""

    def __init__(self, model: Model, entity: Entity, fields: Mapping[str, FeedField], key: str | None) -> None:
        self.entity = entity
        self.key = key
        self._values = [
            (name, compile_value(model, entity.attributes[name], item))
            for name, item in fields.items()
            if name in entity.attributes
        ]
        links = [(entity.relations[name], item) for name, item in fields.items() if name in entity.relations]
        self._parents = [(relation, _Parent(model, relation, item)) for relation, item in links if not relation.many]
        self._children = [(relation, _Children(model, relation, item)) for relation, item in links if relation.many]

    def map(self, texts: Texts, environment: Environment, problems: list[Problem], at: str = "") -> Mapped:
        """Return the record of a row; what keeps it from being one is added to `problems`."""
        made = Mapped(self.entity.name, self.key)
        target: dict[str, object] = {}
        inner = replace(environment, names={**environment.names, "target": target})
        for relation, parent in self._parents:
            link = parent.map(texts, inner, problems, f"{at}{relation.name}")
            if link is not None:
                made.parents[relation.name] = link
            target[relation.name] = link.as_target() if isinstance(link, Mapped) else None
        for name, read in self._values:
            value = read(texts, inner)
            if isinstance(value, Problem):
                problems.append(replace(value, path=f"{at}{name}"))
            else:
                made.values[name] = target[name] = value
        for relation, children in self._children:
            made.children[relation.name] = list(children.map(texts, inner, problems, f"{at}{relation.name}"))
        return made


class _Parent:
    """A to-one relation: a record that is made with the row, or one that is looked up."""

    def __init__(self, model: Model, relation: Relation, item: FeedField) -> None:
        self._entity = item.create or relation.to[0]
        self._find = item.find
        self._read: Reader | None = None
        if item.find:
            self._read = compile_value(model, model.entity(self._entity).attributes[item.find], item)
        else:
            self._mapper = RecordMapper(model, model.entity(self._entity), item.map, item.key)

    def map(self, texts: Texts, environment: Environment, problems: list[Problem], at: str) -> Mapped | Found | None:
        if self._read is None or self._find is None:
            return self._mapper.map(texts, environment, problems, f"{at}.")
        value = self._read(texts, environment)
        if isinstance(value, Problem):
            problems.append(replace(value, path=at))
            return None
        return None if value is None else Found(self._entity, self._find, value)


class _Children:
    """A to-many relation: the records that the feed's `rows:` make."""

    def __init__(self, model: Model, relation: Relation, item: FeedField) -> None:
        entity = model.entity(item.create or relation.to[0])
        self._rows = [
            (name, _condition(model, row), RecordMapper(model, entity, row.map, item.key))
            for name, row in item.rows.items()
        ]

    def map(self, texts: Texts, environment: Environment, problems: list[Problem], at: str) -> Iterator[Mapped]:
        for name, holds, mapper in self._rows:
            if holds is None or holds(environment):
                yield mapper.map(texts, environment, problems, f"{at}.{name}.")


def _condition(model: Model, row: FeedRow) -> Callable[[Environment], object] | None:
    return None if row.when is None else compile_condition(model, row.when)


def compile_condition(model: Model, formula: Formula) -> Callable[[Environment], object]:
    """Return a function that tells whether a condition holds; null counts as no."""
    return compile_python(model.expression(formula), model.functions, when_null=False)


def compile_check(model: Model, formula: Formula) -> Callable[[Environment], object]:
    """Return a function that tells whether a check holds; null passes, as in every validation."""
    return compile_python(model.expression(formula), model.functions, when_null=True)


def compile_value(model: Model, attribute: Attribute, item: FeedField) -> Reader:
    """Return a function that gives an attribute's value for a row, or the Problem of the text that stands there."""
    if item.value is not None:
        compute = compile_python(model.expression(item.value), model.functions, when_null=None)
        return lambda _, environment: _coerced(model, attribute, compute(environment))
    column = item.from_ or attribute.name
    empty = frozenset(item.empty) or frozenset({""})
    convert = _converter(model, attribute, item)

    def read(texts: Texts, _: Environment) -> object:
        text = texts.get(column, "").strip()
        return None if text in empty or not text else convert(text)

    return read


def _converter(model: Model, attribute: Attribute, item: FeedField) -> Callable[[str], object]:
    if item.lookup:
        lookup = item.lookup

        def look_up(text: str) -> object:
            if text not in lookup:
                return Problem("R621", "", f"`{text}` is not among the texts that the feed knows", "add it to `lookup:`")
            return _coerced(model, attribute, lookup[text])

        return look_up
    if item.format and model.base_type(attribute) in {"date", "datetime"}:
        return lambda text: _parsed_date(model, attribute, text, item.format or "")
    return lambda text: coerce(model, attribute, text)


def _parsed_date(model: Model, attribute: Attribute, text: str, form: str) -> object:
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 - the coercion adds the affiliate's zone
    except ValueError:
        return Problem("R602", "", f"`{text}` is not written as {form}", "mend the text, or the feed's `format:`")
    is_date = model.base_type(attribute) == "date"
    return coerce(model, attribute, found.date().isoformat() if is_date else found.isoformat())


def _coerced(model: Model, attribute: Attribute, value: object) -> object:
    return None if value is None else coerce(model, attribute, value)


def columns_of(feed: Interface) -> frozenset[str]:
    """Return the columns of the file that a feed's map reads by `from:`."""
    return frozenset(_columns(feed.map.values()))


def _columns(fields: Iterable[FeedField]) -> Iterator[str]:
    for item in fields:
        if item.from_:
            yield item.from_
        yield from _columns(item.map.values())
        for row in item.rows.values():
            yield from _columns(row.map.values())

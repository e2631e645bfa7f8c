"""What a feed's `map:` makes of a row: a record, the records it refers to and those that refer to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sidra.errors import Misconfigured, Problem
from sidra.interfaces.formats import DATES, NUMBERS, Convert, read_dates, read_numbers
from sidra.records.coercion import TEXTS, as_problem, quickly, reader
from sidra.records.coercion.unreadable import Read, Unreadable, is_blank
from sidra_metamodel.expressions import Environment, compile_python
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.feed import FeedField, FeedRow
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

Texts = Mapping[str, str]
Reader = Callable[[Texts, Environment], object]
"""Gives a value, or the Problem that keeps it from being one."""
Key = tuple[str, str, object]
"""Entity, attribute and value that one record is found by."""


@dataclass(slots=True)
class Mapped:
    """One record as a row describes it."""

    entity: str
    key_name: str | None
    """Attribute by which an existing one is found again; None where the relation itself leads to it."""
    values: dict[str, object] = field(default_factory=dict)
    parents: dict[str, Mapped | Found] = field(default_factory=dict)
    """Records it refers to, by to-one relation."""
    children: dict[str, list[Mapped]] = field(default_factory=dict)
    """Records that refer to it, by to-many relation."""
    references: dict[str, str] = field(default_factory=dict)
    """Ids of records that it refers to, by to-one relation, once they are saved."""

    @property
    def key(self) -> Key | None:
        """What an existing record is found by."""
        return (self.entity, self.key_name, self.values.get(self.key_name)) if self.key_name else None

    def all_keys(self) -> Iterator[Key]:
        """Yield what the record and those around it are found by, as far as the row says it."""
        if self.key is not None and self.key[2] is not None:
            yield self.key
        for parent in self.parents.values():
            yield from parent.all_keys()
        for children in self.children.values():
            for child in children:
                yield from child.all_keys()


@dataclass(frozen=True, slots=True)
class Found:
    """A record that must exist: the one that its key finds."""

    key: Key

    def all_keys(self) -> Iterator[Key]:
        """Yield its key."""
        yield self.key


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
        """Return the record of a row; what keeps it from being one is added to `problems`.

        environment: knows the row as `source`. Expressions see as `target` what is mapped before them: the records that
        are referred to, then attributes in the order of the map, then the records that refer here.
        """
        made = Mapped(self.entity.name, self.key)
        target: dict[str, object] = {}
        inner = with_target(environment, target)
        for relation, parent in self._parents:
            link = parent.map(texts, inner, problems, f"{at}{relation.name}")
            if link is not None:
                made.parents[relation.name] = link
            target[relation.name] = as_target(link) if isinstance(link, Mapped) else None
        for name, read in self._values:
            value = read(texts, inner)
            if isinstance(value, Problem):
                problems.append(replace(value, path=f"{at}{name}"))
            else:
                made.values[name] = target[name] = value
        for relation, children in self._children:
            made.children[relation.name] = list(children.map(texts, inner, problems, f"{at}{relation.name}"))
        return made


def as_target(mapped: Mapped) -> dict[str, object]:
    """Return a record as expressions see it under `target`."""
    parents = {name: as_target(one) for name, one in mapped.parents.items() if isinstance(one, Mapped)}
    children = {name: [as_target(one) for one in many] for name, many in mapped.children.items()}
    return {**mapped.values, **parents, **children, "kind": mapped.entity}


def with_target(environment: Environment, target: Mapping[str, object]) -> Environment:
    """Return an environment with another `target`."""
    return Environment(
        user=environment.user,
        now=environment.now,
        today=environment.today,
        affiliate=environment.affiliate,
        names={**environment.names, "target": target},
    )


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
        return None if value is None else Found((self._entity, self._find, value))


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
    return None if row.when is None else compile_python(model.expression(row.when), model.functions, when_null=False)


def compile_check(model: Model, formula: Formula) -> Callable[[Environment], object]:
    """Return a function that tells whether a check holds; null passes, as in every validation."""
    return compile_python(model.expression(formula), model.functions, when_null=True)


def compile_value(model: Model, attribute: Attribute, item: FeedField) -> Reader:
    """Return a function that gives an attribute's value for a row, or the Problem of the text that stands there."""
    keep = _conversion(model, attribute, reader(model, attribute))
    if item.value is not None:
        compute = compile_python(model.expression(item.value), model.functions, when_null=None)
        return lambda _, environment: keep(compute(environment))
    column, empty = item.from_ or attribute.name, frozenset({*item.empty, ""})
    convert = _of_texts(model, attribute, item, keep)
    if convert is keep:
        return _of_column(model, attribute, column, empty)

    def read(texts: Texts, _: Environment) -> object:
        text = texts.get(column, "").strip()
        return None if text in empty else convert(text)

    return read


def _of_column(model: Model, attribute: Attribute, column: str, empty: frozenset[str]) -> Reader:
    """Return a function that reads the text of a column as it stands there."""
    name, locale = attribute.name, model.locales[0]
    plain = reader(model, attribute)

    def otherwise(text: object, _: str | None) -> object:
        try:
            return plain(text, None)
        except Unreadable as refusal:
            return as_problem(refusal, name, locale)

    typed = quickly(model, attribute, plain, otherwise)
    labels = _labels(model, attribute)

    def read(texts: Texts, _: Environment) -> object:
        text = texts.get(column, "").strip()
        return None if text in empty else typed(labels.get(text, text), None)

    return read


def _labels(model: Model, attribute: Attribute) -> Mapping[str, str]:
    """Return the values of a code list by their labels, as people write them; no label that means two values."""
    if model.base_type(attribute) != "enum" or not attribute.enum:
        return {}
    values = model.enums[attribute.enum].values
    said = Counter(label for value in values.values() for label in set(value.label.texts.values()))
    return {
        label: name
        for name, value in values.items()
        for label in value.label.texts.values()
        if said[label] == 1 and label not in values
    }


def _of_texts(model: Model, attribute: Attribute, item: FeedField, keep: Convert) -> Convert:
    if item.lookup:
        values = {text: keep(value) for text, value in item.lookup.items()}
        unknown = Problem("R621", "", f"the feed does not know the text of `{item.from_ or attribute.name}`")
        return lambda text: values.get(str(text), unknown)
    base = model.base_type(attribute)
    if item.format and base in DATES:
        return read_dates(item.format, base, keep)
    if item.format and base in NUMBERS:
        return read_numbers(item.format, keep)
    return _as_type(model, attribute, item.type, keep) if item.type else keep


def _conversion(model: Model, attribute: Attribute, read: Read) -> Convert:
    """Return a function that reads what was not written by a person: in no locale, refused in the affiliate's."""
    name, locale = attribute.name, model.locales[0]

    def convert(value: object) -> object:
        if is_blank(value):
            return None
        try:
            return read(value, None)
        except Unreadable as refusal:
            return as_problem(refusal, name, locale)

    return convert


def _as_type(model: Model, attribute: Attribute, type_name: str, keep: Convert) -> Convert:
    """Return a function that reads a text as another type before the attribute's own, such as a number from `007`."""
    try:
        first = _conversion(model, attribute, reader(model, replace(attribute, type=type_name)))
    except KeyError as error:
        raise Misconfigured(f"no type `{type_name}`", hint=f"mend `type:` of `{attribute.name}` in the feed") from error
    is_text = model.base_type(attribute) in TEXTS

    def convert(value: object) -> object:
        found = first(value)
        if isinstance(found, Problem) or found is None:
            return found
        return keep(str(found) if is_text else found)

    return convert


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

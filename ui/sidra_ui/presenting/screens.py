"""The screens of one Runtime: declared or generated, with their expressions compiled once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sidra.privacy.links import Links
from sidra.records.bounded import Bounded
from sidra.records.recounting import Recounts
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.checking.boards import calendar_attribute
from sidra_metamodel.expressions import Environment, EvaluationError, Expression, RecordType, compile_python
from sidra_metamodel.expressions.nodes import Coalesce, Node, Read
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_ui.presenting.generated import generated, generated_list, generated_record
from sidra_ui.presenting.local import with_local_columns, with_local_fields

NO_NAMES: Mapping[str, Any] = MappingProxyType({})
COUNTRY = "country_code"
"""The type of codes of countries."""
Evaluate = Callable[[Environment], Any]
MOST_READERS = 256
"""Sets of rights, each in a language, for which what they make of the configuration is kept."""

# What a value that the reader may see masked only, or not at all, makes of an expression over it.
UNSEEN = (EvaluationError, KeyError, TypeError, ValueError, ArithmeticError, AttributeError)


class Screens:
    """What the screens of an affiliate are; immutable but for its caches, made anew with each Runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.model: Model = runtime.model
        self.recounts = Recounts()
        """Numbers of dashboards that were counted moments ago."""
        self._generated: dict[tuple[str, str], Screen] = {}
        self._wholes: dict[str, Screen | None] = {}
        self._countries: dict[str, bool] = {}
        self._titles: dict[str, tuple[str, ...]] = {}
        self._compiled: dict[Formula, Evaluate] = {}
        self._kept: Bounded[Hashable, dict[Hashable, Any]] = Bounded(MOST_READERS)

    def kept(self, rights: object, locale: str) -> dict[Hashable, Any]:
        """What follows from the configuration, a set of rights and a language alone, by what it is."""
        return self._kept.get((rights, locale), dict)

    @cached_property
    def people(self) -> Links:
        """How records lead to people."""
        return Links(self.model)

    def list_of(self, entity: str) -> Screen:
        """The list of an entity."""
        return self._made("list", entity, self._list)

    def has_list(self, entity: str) -> bool:
        """Whether the list of an entity is declared, so that somebody chose its columns."""
        return self._declared("list", entity) is not None

    def record_of(self, entity: str) -> Screen:
        """The record page of an entity."""
        return self._made("record", entity, self._record)

    def _list(self, entity: Entity) -> Screen:
        declared = self._declared("list", entity.name)
        return with_local_columns(self.model, entity, declared) if declared else generated_list(self.model, entity)

    def _record(self, entity: Entity) -> Screen:
        declared = self._declared("record", entity.name)
        return with_local_fields(entity, declared) if declared else generated_record(self.model, entity)

    def view360_of(self, entity: str) -> Screen | None:
        """The 360° page of an entity; None where none is declared."""
        if entity not in self._wholes:
            self._wholes[entity] = self._declared("view360", entity)
        return self._wholes[entity]

    def is_country_code(self, attribute: Attribute) -> bool:
        """Whether an attribute holds the code of a country: its type, or one behind it, says so."""
        found = self._countries.get(attribute.type)
        if found is None:
            chain = self.model.type_chain(attribute)
            found = self._countries[attribute.type] = any(one.name == COUNTRY for one in chain)
        return found

    def titles_of(self, entity: str) -> tuple[str, ...]:
        """The attributes that name a record of an entity, the best first: its title, then the numbers of the system."""
        found = self._titles.get(entity)
        if found is None:
            declared = self.model.entity(entity)
            numbers = [one.name for one in declared.attributes.values() if self.model.base_type(one) == "sequence"]
            found = self._titles[entity] = tuple(name for name in (declared.title, *numbers) if name)
        return found

    def board_of(self, entity: str) -> Screen | None:
        """The board of an entity, declared or from its life cycle; None where neither makes columns."""
        declared = self._declared("board", entity)
        if declared is not None or self.model.entity(entity).lifecycle is None:
            return declared
        return self._made("board", entity, lambda found: generated("board", found))

    def calendar_of(self, entity: str) -> Screen | None:
        """The calendar of an entity, declared or from its first day; None where neither has one."""
        declared = self._declared("calendar", entity)
        if declared is not None or calendar_attribute(self.model, self.model.entity(entity)) is None:
            return declared
        return self._made("calendar", entity, lambda found: generated("calendar", found))

    def search(self) -> Screen | None:
        """How the search over all entities shows its hits; None where nothing is declared."""
        return next((screen for screen in self.model.screens.values() if screen.kind_ == "search"), None)

    def _declared(self, kind: str, entity: str) -> Screen | None:
        """The nearest: that of the entity itself, else of a supertype, which shows what all of them have."""
        of_kind = [screen for screen in self.model.screens.values() if screen.kind_ == kind]
        for name in (entity, *self.model.ancestors(entity)):
            found = next((screen for screen in of_kind if screen.of == name), None)
            if found is not None:
                return found
        return None

    def _made(self, kind: str, entity: str, make: Callable[[Entity], Screen]) -> Screen:
        found = self._generated.get((kind, entity))
        if found is None:
            found = self._generated.setdefault((kind, entity), make(self.model.entity(entity)))
        return found

    def evaluate(self, formula: Formula, records: Records, this: Any, names: Mapping[str, Any] = NO_NAMES) -> Any:  # noqa: ANN401 - of any type
        """What an expression gives for a record as its reader sees it; None where that cannot be told.

        names: what it sees besides, such as the record that an offer is `about`.
        """
        compiled = self._compiled.get(formula)
        if compiled is None:
            made = compile_python(self.model.expression(formula), self.model.functions)
            compiled = self._compiled.setdefault(formula, made)
        try:
            return compiled(records.environment(this, names))
        except UNSEEN:
            return None

    def holds(self, formula: Formula | None, records: Records, this: Any, *, absent: bool) -> bool:  # noqa: ANN401
        """Whether a condition holds; `absent` is the answer where there is none."""
        return absent if formula is None else self.evaluate(formula, records, this) is True

    def attribute_of(self, formula: Formula) -> Attribute | None:
        """The attribute whose value an expression gives unchanged; None for a value that it makes itself."""
        return self._given_by(self.model.expression(formula).root)

    def _given_by(self, node: Node) -> Attribute | None:
        if isinstance(node, Coalesce):
            first, *others = map(self._given_by, node.operands)
            return first if all(other is first for other in others) else None
        if not isinstance(node, Read) or not isinstance(node.target.type, RecordType):
            return None
        owners = (self.model.entities.get(name) for name in node.target.type.entities)
        return next((owner.attributes[node.name] for owner in owners if owner and node.name in owner.attributes), None)

    def condition(self, formulas: Iterable[Formula | None]) -> Expression | None:
        """All conditions as one, for a statement; None for none."""
        given = [formula for formula in formulas if formula is not None]
        if not given:
            return None
        text = " && ".join(f"({formula.text})" for formula in given)
        return self.model.expression(replace(given[0], text=text) if len(given) > 1 else given[0])

"""The types that expressions see in a Model: of members of records, and of the names of each site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, get_args

from sidra_metamodel.expressions.scope import Scope
from sidra_metamodel.expressions.types import (
    BOOLEAN,
    JSON,
    STRING,
    DecimalType,
    EnumType,
    ManyType,
    RecordType,
    StructType,
    Type,
)
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.kinds.scalar_type import Tone
from sidra_metamodel.language import Formula
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.traits import Site

if TYPE_CHECKING:
    from sidra_metamodel.model import Model


class TextRow(StructType):
    """A row of a feed's file: any column may be read, and all are text."""

    def member(self, name: str) -> Type | None:  # noqa: ARG002 - every name is a column
        """Give text for whatever column."""
        return STRING


SOURCE_ROW = TextRow("source", ())

ANY_ENTITY = "any"


@dataclass(frozen=True, slots=True)
class ModelSchema:
    """What the checker of expressions asks of a Model."""

    model: Model

    def member(self, entity: str, name: str) -> Type | None:
        """Give the type of an attribute, a relation or a system column of an entity; None when there is none."""
        if name in SYSTEM_ATTRIBUTES:
            return self.model.types_of_code.expression_type(SYSTEM_ATTRIBUTES[name])
        found = self.model.entities.get(entity)
        if found is None:
            return None
        if name in found.attributes:
            return attribute_type(self.model, found.attributes[name])
        return relation_type(found.relations[name]) if name in found.relations else None

    def members(self, entity: str) -> Iterable[str]:
        """Give the names of all members of an entity, system columns last."""
        found = self.model.entities.get(entity)
        declared = (*found.attributes, *found.relations) if found else ()
        return (*declared, *SYSTEM_ATTRIBUTES)

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        """Tell whether an entity is another or stands below it."""
        return entity == ancestor or ancestor in self.model.ancestors(entity)


def attribute_type(model: Model, attribute: Attribute) -> Type:
    """Return what expressions take an attribute's values for."""
    base = model.base_type(attribute)
    if attribute.localised:
        return JSON
    if base == "enum" and attribute.enum and attribute.enum in model.enums:
        return EnumType(attribute.enum, tuple(model.enums[attribute.enum].values))
    if base == "decimal" and attribute.scale is not None:
        return DecimalType(attribute.scale)
    return model.types_of_code.expression_type(base)


def relation_type(relation: Relation) -> Type:
    """Return what expressions take a relation for: one record or many, of the entities it leads to."""
    entities = () if ANY_ENTITY in relation.to else relation.to
    return ManyType(entities) if relation.many else RecordType(entities)


def scope_of(model: Model, formula: Formula) -> Scope:
    """Return the names that an expression sees where it stands."""
    keyword, context = formula.keyword, formula.context
    if keyword is None or context is None:
        return Scope()
    this, source = model.resolve(context.this), model.resolve(context.source)
    match keyword.site:
        case Site.GRANT | Site.SOURCE:
            return Scope(source)
        case Site.VALUE | Site.TEST:
            return Scope(names=_names(model, keyword.site, context.document))
        case Site.IDENTITY | Site.TRANSITION:
            return Scope(this, {"other" if keyword.site is Site.IDENTITY else "old": _record(this)})
        case Site.OFFER:
            return Scope(source, {"about": _record(this)})
        case Site.FEED:
            return Scope(names={"source": SOURCE_ROW, "target": _record(source)})
        case Site.PROCESS:
            return Scope(this, {"process": JSON})
        case _:
            return Scope(this)


def _names(model: Model, site: Site, document: str) -> Mapping[str, Type]:
    """Give the names that only this document has."""
    return model.test_schema.named(document) if site is Site.TEST else {"value": value_type(model, document)}


_EXPECTED: Final[Mapping[str, Type]] = MappingProxyType(
    {"boolean": BOOLEAN, "string": STRING, "tone": EnumType("tone", get_args(Tone))}
)


def expected_type(model: Model, formula: Formula) -> Type | None:
    """Return the type that an expression must have where it stands; None when any will do."""
    keyword, context = formula.keyword, formula.context
    if keyword is None or context is None or keyword.expects is None:
        return None
    if keyword.expects != "attribute":
        return _EXPECTED[keyword.expects]
    entity = model.resolve(context.source)
    filled = model.schema.member(entity, context.member) if entity else None
    return None if filled == JSON or isinstance(filled, RecordType | ManyType) else filled


def value_type(model: Model, type_name: str) -> Type:
    """Return what expressions take values of a `type:` document for."""
    return model.types_of_code.expression_type(model.base_of(type_name))


def _record(entity: str | None) -> Type:
    return RecordType((entity,)) if entity else JSON

"""What `.name` and `[entity]` mean on each type."""

from typing import Final

from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.nodes import Many, Map, Narrow, Node, Read, Through, Variable
from sidra_metamodel.expressions.operators import suggest
from sidra_metamodel.expressions.paths import path_of
from sidra_metamodel.expressions.scope import Schema
from sidra_metamodel.expressions.syntax import Name, Syntax
from sidra_metamodel.expressions.types import (
    DATETIME,
    IDENTIFIER,
    JSON,
    MONEY,
    PERIOD,
    STRING,
    DecimalType,
    ListType,
    ManyType,
    RecordType,
    StructType,
    Type,
)
from sidra_metamodel.suggest import listed

PARTS: Final[dict[Type, StructType]] = {
    MONEY: StructType("money", (("amount", DecimalType(4)), ("currency", STRING))),
    PERIOD: StructType("period", (("start", DATETIME), ("end", DATETIME))),
}


_WHOLE: Final = "take it as a whole: only records, amounts and periods have members"


def member(target: Node, name: str, place: Syntax, schema: Schema) -> Node:
    """Give the node of `target.name`; through many records it gives the members of all of them."""
    match target.type:
        case RecordType(entities=entities):
            type_ = _record_member(entities, name, place, schema)
            node = Many if isinstance(type_, ManyType) else Read
            return node(type_, target.offset, target, name)
        case ManyType(entities=entities):
            return _through(target, entities, _record_member(entities, name, place, schema), name, place)
        case StructType() as struct:
            return Read(_struct_member(struct, name, place), target.offset, target, name)
        case type_ if type_ in PARTS:
            return Read(_struct_member(PARTS[type_], name, place), target.offset, target, name)
        case type_ if type_ == JSON:
            return Read(JSON, target.offset, target, name)
    raise ExpressionError(f"{target.type} has no member `{name}`", *_tail(place, name), hint=_WHOLE)


def _tail(place: Syntax, name: str) -> tuple[int, int]:
    """Give where the name stands: at the end of its node."""
    return place.offset + place.length - len(name), len(name)


def _record_member(entities: tuple[str, ...], name: str, place: Syntax, schema: Schema) -> Type:
    if name == "id" and not entities:
        return IDENTIFIER
    found = {schema.member(entity, name) for entity in entities}
    if len(found) == 1 and (type_ := found.pop()) is not None:
        return type_
    known = {known for entity in entities for known in schema.members(entity)}
    hint = suggest(name, known) or f"there are {listed(sorted(known))}"
    if len(entities) != 1:
        hint = f"narrow it first, as in x[{next(iter(entities), 'individual')}].{name}"
    raise ExpressionError(f"no `{name}` in {RecordType(entities)}", *_tail(place, name), hint=hint)


def _struct_member(struct: StructType, name: str, place: Syntax) -> Type:
    type_ = struct.member(name)
    if type_ is None:
        known = [known for known, _ in struct.members]
        hint = suggest(name, known) or f"there are {listed(known)}"
        raise ExpressionError(f"no `{name}` in {struct}", *_tail(place, name), hint=hint)
    return type_


def _through(source: Node, entities: tuple[str, ...], type_: Type, name: str, place: Syntax) -> Node:
    if isinstance(type_, ManyType):
        return Through(type_, source.offset, source, name, is_many=True)
    if isinstance(type_, RecordType):
        return Through(ManyType(type_.entities), source.offset, source, name, is_many=False)
    # A name that no text can write, so it meets no other variable; the place makes it unique.
    unique = f"each_{place.offset}_{place.length}"
    variable = Variable(RecordType(entities), place.offset, unique, "macro", path_of(source))
    return Map(ListType(type_), source.offset, source, variable, Read(type_, place.offset, variable, name))


def narrow(target: Node, entities: tuple[str, ...], index: Syntax, schema: Schema) -> Node:
    """Give the node of `target[entity]`."""
    if not isinstance(index, Name):
        raise ExpressionError(
            "a record is narrowed by an entity's name", index.offset, index.length, hint="as in party[individual]"
        )
    entity = index.name
    if not any(True for _ in schema.members(entity)):
        raise ExpressionError(f"no entity `{entity}`", index.offset, index.length, hint=_leads_to(entities))
    if any(schema.is_subtype(known, entity) for known in entities) and len(entities) == 1:
        return target
    if entities and not any(schema.is_subtype(entity, known) or schema.is_subtype(known, entity) for known in entities):
        raise ExpressionError(f"{target.type} is never {entity}", index.offset, index.length, hint=_leads_to(entities))
    return Narrow(RecordType((entity,)), target.offset, target, entity)


def _leads_to(entities: tuple[str, ...]) -> str:
    return f"name {listed(entities)}, or a subtype" if entities else "correct the name"

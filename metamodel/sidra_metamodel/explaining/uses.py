"""Who uses what: the documents that name a thing, or read it in an expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit, visits_of
from sidra_metamodel.nodes import Place

MEMBER_REFERENCES = frozenset(
    {"attribute", "kept_attribute", "kept_member", "member", "column", "sort", "relation", "via"}
)

User = tuple[str, str]
"""Kind and name of a document that uses something."""


def users_of_document(model: Model, kind: str, name: str) -> list[User]:
    """Return the other documents that name a document, sorted."""
    return sorted({_owner(visit) for visit in _visits_of_document(model, kind, name)} - {(kind, name)})


def users_of_member(model: Model, entity: str, member: str) -> list[User]:
    """Return the documents that name or read an attribute or relation of an entity, sorted; its own one left out."""
    found = {_owner(visit) for visit in _visits_of_member(model, entity, member)}
    return sorted(found - {("entity", name) for name in _family(model, entity)})


def places_of_document(model: Model, kind: str, name: str) -> list[Place]:
    """Return where a document is named or read, sorted."""
    return _places(_visits_of_document(model, kind, name))


def places_of_member(model: Model, entity: str, member: str) -> list[Place]:
    """Return where an attribute or relation of an entity is named or read, sorted."""
    return _places(_visits_of_member(model, entity, member))


def _visits_of_document(model: Model, kind: str, name: str) -> Iterator[Visit]:
    for visit in visits_of(model):
        names = visit.keyword.refers == kind and name in _texts(visit)
        if names or (kind == "entity" and _reads(model, visit, {name}, None)):
            yield visit


def _visits_of_member(model: Model, entity: str, member: str) -> Iterator[Visit]:
    family = _family(model, entity)
    for visit in visits_of(model):
        if _names(model, visit, family, member) or _reads(model, visit, family, member):
            yield visit


def _family(model: Model, entity: str) -> set[str]:
    return {entity, *model.ancestors(entity), *model.subtypes(entity)}


def _places(visits: Iterable[Visit]) -> list[Place]:
    return sorted({visit.node.key_place if visit.is_entry else visit.node.place for visit in visits})


def _owner(visit: Visit) -> User:
    return visit.context.kind, visit.context.document


def _texts(visit: Visit) -> list[str]:
    if visit.is_entry:
        return [visit.path[-1]]
    return [str(node.value) for node in visit.node.entries or (visit.node,)]


def _names(model: Model, visit: Visit, family: set[str], member: str) -> bool:
    if visit.keyword.refers not in MEMBER_REFERENCES or model.resolve(visit.context.source) not in family:
        return False
    return member in (text.removeprefix("-") for text in _texts(visit))


def _reads(model: Model, visit: Visit, family: set[str], member: str | None) -> bool:
    return any(
        entity in family and member in {None, read}
        for text in (_expressions(visit))
        for entity, read in _attributes(model, text)
    )


def _expressions(visit: Visit) -> Iterator[Formula]:
    if visit.is_expression and not visit.is_entry:
        for node in visit.node.entries or (visit.node,):
            yield Formula(str(node.value), node, visit.keyword, visit.context)


def _attributes(model: Model, formula: Formula) -> frozenset[tuple[str, str]]:
    try:
        return model.expression(formula).attributes
    except ExpressionError:
        return frozenset()

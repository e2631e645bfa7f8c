"""Who uses what: the documents that name a thing, or read it in an expression."""

from __future__ import annotations

from collections.abc import Iterator

from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit, visits_of

MEMBER_REFERENCES = frozenset(
    {"attribute", "kept_attribute", "kept_member", "member", "column", "sort", "relation", "via"}
)

User = tuple[str, str]
"""Kind and name of a document that uses something."""


def users_of_document(model: Model, kind: str, name: str) -> list[User]:
    """Return the other documents that name a document, sorted."""
    found = {_owner(visit) for visit in visits_of(model) if visit.keyword.refers == kind and name in _texts(visit)}
    if kind == "entity":
        found |= {_owner(visit) for visit in visits_of(model) if _reads(model, visit, {name}, None)}
    return sorted(found - {(kind, name)})


def users_of_member(model: Model, entity: str, member: str) -> list[User]:
    """Return the documents that name or read an attribute or relation of an entity, sorted; its own one left out."""
    family = {entity, *model.ancestors(entity), *model.subtypes(entity)}
    found = {
        _owner(visit)
        for visit in visits_of(model)
        if _names(model, visit, family, member) or _reads(model, visit, family, member)
    }
    return sorted(found - {("entity", name) for name in family})


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

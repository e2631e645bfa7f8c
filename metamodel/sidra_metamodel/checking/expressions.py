"""Expressions where they stand: their names, their types, and whether they can select rows in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sidra_metamodel.checking.texts import node_at
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.kinds import Entity
from sidra_metamodel.language import Context, Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.walk import Visit, visits_in
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import ACCUMULATE, Site

_SELECTED: Final = "compute it as a stored attribute, `compute: {by: …, stored: true}`, and select by that"


def check_expressions(model: Model, visits: Iterable[Visit], diagnostics: Diagnostics) -> None:
    """Record what is wrong with a document's expressions, each at its character in the file."""
    own = list(_placed(model, visits))
    # Subtypes share the nodes that they inherit, which are looked at where they are declared.
    seen = _inherited(model, own[0][0].context) if own else set()
    for visit, node in own:
        if id(node) not in seen:
            seen.add(id(node))
            _check(model, visit, node, diagnostics)


def _placed(model: Model, visits: Iterable[Visit]) -> Iterator[tuple[Visit, Node]]:
    for visit in visits:
        if visit.is_expression and not visit.is_entry and _has_subject(model, visit):
            yield from ((visit, node) for node in formulas(visit))


def _inherited(model: Model, context: Context) -> set[int]:
    if context.kind != Entity.kind:
        return set()
    line = (name for name in model.ancestors(context.document) if name in model.entities)
    return {id(node) for name in line for _, node in _placed(model, visits_in(model, Entity.kind, name))}


def _has_subject(model: Model, visit: Visit) -> bool:
    """Tell whether the entities that an expression speaks of exist; that they do not is said where they are named."""
    # What is about the record alone is checked whatever the source is: a connector's operation is no entity.
    is_alone = visit.keyword.site is Site.RECORD and visit.keyword.expects != "attribute"
    subjects = (visit.context.this,) if is_alone else (visit.context.this, visit.context.source)
    return all(subject[0] in model.entities for subject in subjects if subject)


def formulas(visit: Visit) -> Iterator[Node]:
    """Yield the texts of the expressions at a visit; those of all layers, where all of them count."""
    layers = visit.node.chain() if visit.keyword.rule is ACCUMULATE else iter((visit.node,))
    for layer in layers:
        for node in layer.entries or (layer,):
            if isinstance(node.value, str):
                yield node


def _check(model: Model, visit: Visit, node: Node, diagnostics: Diagnostics) -> None:
    formula = Formula(str(node.value), node, visit.keyword, visit.context)
    try:
        expression = model.expression(formula)
    except ExpressionError as error:
        at = node_at(node, error.offset)
        diagnostics.report("E501", error.message, at, length=error.length, help=error.hint)
        return
    if visit.keyword.sql and expression.sql_refusal is not None:
        at = node_at(node, expression.sql_refusal_offset or 0)
        message = f"`{visit.dotted}` is evaluated by the database: {expression.sql_refusal}"
        diagnostics.error("E502", message, at, help=_SELECTED)

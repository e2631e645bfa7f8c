"""Conditions of an entity that say the same as before and hold otherwise: what they read is computed otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sidra_metamodel.comparing.leaves import Path, is_same
from sidra_metamodel.expressions import Expression
from sidra_metamodel.granting.former import Former
from sidra_metamodel.granting.gains import What, Widening
from sidra_metamodel.granting.origins import attribute_of, steps_of
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.waiving import holding
from sidra_metamodel.model import Model


class Guard(NamedTuple):
    """A condition that keeps records as they are, or where they are."""

    what: What
    path: Path
    formula: Formula


def changed_guards(former: Former, one: Entity, other: Entity) -> Iterator[Widening]:
    """Yield the conditions of an entity that read what is computed otherwise; those of a supertype are told there.

    What people may write over counts for nothing: whoever is held back by it could enter it all along.
    """
    had = {(guard.path, guard.formula.text): guard.formula for guard in guards_of(one)}
    above = former.after.entities.get(other.is_a or "")
    inherited = {(guard.path, guard.formula.text) for guard in guards_of(above)} if above is not None else set()
    for what, path, formula in guards_of(other):
        was = had.get((path, formula.text))
        if was is None or (path, formula.text) in inherited:
            continue
        low, high = former.before.expression(was), former.after.expression(formula)
        if _computed(former.before, low) != _computed(former.after, high):
            yield Widening(what, "entity", other.name, path, path[-1], "", was.text, formula.text)


def lost_below(former: Former, one: Entity, other: Entity) -> Iterator[Widening]:
    """Yield what a layer below no longer holds back, where one above it says the same as before: both held."""
    for what, path in _held_together(other):
        called = (path[0], former.member(other, path[1]) or path[1], *path[2:]) if what == "guard" else path
        was, now = one.node.get(*called), other.node.get(*path)
        if was is None or now is None or not is_same(was, now):
            continue
        had, has = ({layer.value for layer in holding(node)} - {None, False} for node in (was, now))
        if True not in has and had - has:
            texts = (" || ".join(sorted(map(str, values))) for values in (had, has))
            yield Widening(what, "entity", other.name, path, path[-1], "", *texts)


def _held_together(entity: Entity) -> Iterator[tuple[What, Path]]:
    """Yield the places where conditions of all layers hold together, one of them being enough."""
    yield from (("guard", ("attributes", name, "read_only")) for name in entity.attributes)
    yield from (("guard", ("relations", name, "read_only")) for name in entity.relations)
    yield "kept", ("retention", "when")


def guards_of(entity: Entity) -> Iterator[Guard]:
    """Yield the conditions of steps, of members that are not entered, and of how long records stay."""
    for name, step in entity.lifecycle.transitions.items() if entity.lifecycle is not None else ():
        yield from (Guard("guard", ("lifecycle", "transitions", name, "when"), one) for one in step.when)
    for part, members in (("attributes", entity.attributes), ("relations", entity.relations)):
        for name, member in members.items():
            if isinstance(member.read_only, Formula):
                yield Guard("guard", (part, name, "read_only"), member.read_only)
    if entity.retention is not None:
        for word, found in (("when", entity.retention.when), ("hold", entity.retention.hold)):
            if isinstance(found, Formula):
                yield Guard("kept", ("retention", word), found)


def _computed(model: Model, expression: Expression) -> frozenset[str]:
    """Return the expressions that compute what a condition reads, however far."""
    steps = ((attribute_of(model, one.member), one.formula) for one in steps_of(model, expression.attributes))
    return frozenset(
        formula.text
        for has, formula in steps
        if has is not None and has.compute is not None and has.compute.by == formula
    )

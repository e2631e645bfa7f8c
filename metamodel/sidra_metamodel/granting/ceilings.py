"""The ceiling of the baseline: a role gives no more than the group's own form of it, whatever layers above it say.

A role that a layer above the group brings stays `within` one of the group's. What such a layer declares itself is its
own to grant: entities, attributes, steps; but not what follows, by what it wrote itself, from what the group keeps from
a role: no line opens that, the group's own included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from sidra_metamodel.access import SENSITIVE
from sidra_metamodel.granting.conditions import Alternatives, both
from sidra_metamodel.granting.origins import steps_of
from sidra_metamodel.granting.shares import LEVELS, Owners, RoleAccess, Share, actions_of
from sidra_metamodel.kinds.entity import Attribute, Entity, Transition
from sidra_metamodel.kinds.role import ColumnAccess, Grant, Role
from sidra_metamodel.language import Formula
from sidra_metamodel.layering.layers import REGION
from sidra_metamodel.model import Model


class BoundedRole:
    """What one role gives on each entity, and what of it the group allows."""

    def __init__(self, model: Model, role: Role) -> None:
        self.role = role
        self._model = model
        self._written = RoleAccess(model, role)
        self._ceiling = ceiling_of(model, role)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions beyond records that the role allows."""
        return self.role.functions if self._ceiling is None else self.role.functions & self._ceiling.functions

    @cached_property
    def _most(self) -> RoleAccess | None:
        return None if self._ceiling is None else _Ceiling(self._model, self._ceiling)

    def written(self, entity: Entity) -> Share | None:
        """Return what the role says that it gives on records of an entity; None for nothing."""
        return self._written.share(entity)

    def share(self, entity: Entity) -> Share | None:
        """Return what the role gives on records of an entity; None for nothing."""
        written = self._written.share(entity)
        if written is None or self._most is None:
            return written
        most = self._most.share(entity)
        return None if most is None else _least(written, most)


class _Ceiling(RoleAccess):
    """The most that a role gives: what layers above the group wrote opens nothing, and owns nothing, of the group's."""

    def _owners(self, entity: str) -> Owners:
        found, model = super()._owners(entity), self._model
        if _kin(model, entity) is None:
            return found
        entities = model.group.entities
        return tuple(
            (owner, relation)
            for owner, relation in found
            if (kin := _kin(model, owner)) is not None and relation.name in entities[kin].relations
        )

    def _opens(self, entity: str, member: str) -> bool:
        return all(_is_of_group(one.formula) for one in steps_of(self._model, [(entity, member)]))

    def _is_bound(self, formula: Formula) -> bool:
        return not _is_of_group(formula)


@dataclass(frozen=True, slots=True)
class _Own:
    """What layers above the group declare themselves."""

    model: Model
    grants: Mapping[str, Grant]
    """Of the role as all layers have it."""

    def lines(self, entity: str) -> Iterator[tuple[str, ColumnAccess]]:
        """Yield the lines on members of an entity that are not the group's to decide."""
        kin = _kin(self.model, entity)
        below = self.model.group.entities[kin] if kin is not None else None
        declared = self.model.entity(entity)
        for name, access in self.grants[entity].columns.items():
            former = below.attributes.get(name) if below is not None else None
            is_new = below is None or (former is None and name not in below.relations)
            if is_new or (_is_sensitive(declared.attributes.get(name)) and not _is_sensitive(former)):
                yield name, access

    def steps(self, entity: str, granted: frozenset[str]) -> frozenset[str]:
        """Return the granted steps of a life cycle that the group does not have.

        A step to a state that the group's steps lead to is for those who are `granted` one of these.
        """
        kin = _kin(self.model, entity)
        below = self.model.group.entities[kin] if kin is not None else None
        own = self.grants[entity].do - frozenset(actions_of(below) if below is not None else ())
        lifecycle = self.model.entity(entity).lifecycle
        if below is None or below.lifecycle is None or lifecycle is None:
            return own
        ways, steps = below.lifecycle.transitions, lifecycle.transitions
        return frozenset(name for name in own if name not in steps or _is_free(steps[name], ways, granted))


def ceiling_of(model: Model, role: Role) -> Role | None:
    """Return the most that a role may say; None where the group alone says what it gives."""
    if model.group.is_all:
        return None
    below = group_role(model, role)
    if below is None:
        below = replace(role, may=MappingProxyType({}), functions=frozenset())
    own = _Own(model, role.may)
    found = dict(below.may)
    for entity in role.may:
        if entity not in model.entities:
            continue
        if _kin(model, entity) is None:
            found[entity] = replace(role.may[entity], columns=MappingProxyType(dict(own.lines(entity))))
        elif (nearest := _nearest(model, below, entity)) is not None:
            columns = MappingProxyType({**dict(own.lines(entity)), **nearest.columns})
            found[entity] = replace(nearest, do=nearest.do | own.steps(entity, nearest.do), columns=columns)
    return replace(below, may=MappingProxyType(found))


def group_role(model: Model, role: Role) -> Role | None:
    """Return the group's form of a role, or of the one that a role of a layer's own stays within; None for none."""
    roles = model.group.roles
    return roles.get(role.name) or roles.get(role.within or "")


def _nearest(model: Model, role: Role, entity: str) -> Grant | None:
    names = (entity, *model.ancestors(entity))
    return next((role.may[name] for name in names if name in role.may), None)


def _least(one: Share, other: Share) -> Share | None:
    rows: dict[str, Alternatives] = {
        action: both(found, other.rows[action]) for action, found in one.rows.items() if action in other.rows
    }
    if not rows:
        return None
    columns = {name: min(level, other.columns[name], key=LEVELS.index) for name, level in one.columns.items()}
    return Share(rows, columns, one.enterable & other.enterable)


def _is_free(step: Transition, ways: Mapping[str, Transition], granted: frozenset[str]) -> bool:
    """Tell whether a step leads nowhere that only steps lead which are not granted.

    From a state that a step below leaves for it, such steps count alone; else all that lead there do, so that a state
    of a layer's own is no way round.
    """
    there = {name: way for name, way in ways.items() if way.to == step.to}
    for state in step.from_:
        direct = {name for name, way in there.items() if state in way.from_} or there.keys()
        if direct and not direct & granted:
            return False
    return True


def _is_of_group(formula: Formula) -> bool:
    return formula.node.source.rank < REGION


def _kin(model: Model, entity: str) -> str | None:
    """Return the group's entity that an entity is, or is a subtype of; None for one of a layer's own."""
    return next((name for name in (entity, *model.ancestors(entity)) if name in model.group.entities), None)


def _is_sensitive(attribute: Attribute | None) -> bool:
    return attribute is not None and SENSITIVE in attribute.pii

"""Why somebody may, or may not, see or do something with a record: which role says so, where, and what does not hold.

It tells of rules and of whether they hold, never of values; but for units, which are no secret to who administers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sidra.records.record import Record
from sidra_metamodel.access import SENSITIVE, usual_access
from sidra_metamodel.expressions import Environment, EvaluationError, compile_python
from sidra_metamodel.expressions.syntax import Logical
from sidra_metamodel.expressions.unparse import unparse
from sidra_metamodel.granting.ceilings import BoundedRole, ceiling_of
from sidra_metamodel.granting.conditions import Condition, ThroughOwner
from sidra_metamodel.granting.origins import formulas_of
from sidra_metamodel.granting.shares import LEVELS, Level, RoleAccess, Share, actions_of, members_of
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.role import Grant, Role
from sidra_metamodel.language import Formula
from sidra_metamodel.nodes import Node, Place

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.runtime import Runtime

Because = Literal["line", "sensitive", "follows", "usual", "group", "no_read"]
"""Why a role gives what it gives on a member: its own line, its class of personal data, what it is computed or copied
from, the actions of the grant, the ceiling of the group, or that the role reads none of the records."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition of a grant, or a part of one, and whether it holds for the record."""

    text: str
    holds: bool | None
    """None where there is no record to ask, or it cannot be evaluated."""
    place: Place | None = None
    parts: tuple[Rule, ...] = ()
    """What it is made of, where it is made of several."""
    record_units: tuple[str, ...] = ()
    """The units that it compares with those of the user."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What one role says of one action on records of the entity."""

    role: str
    places: tuple[Place, ...]
    """Where the grant stands: the layer that gives it first, then those that narrow it."""
    allows: bool
    """Whether it allows the action with some records at all."""
    alternatives: tuple[tuple[Rule, ...], ...] = ()
    """Rows for which all rules of one of these hold; none of them, and the role allows no row."""

    @property
    def holds(self) -> bool | None:
        """Whether it allows the action with this record; None where there is none to ask."""
        found = [_all(rules) for rules in self.alternatives] if self.allows else [False]
        return True if True in found else None if None in found else False


@dataclass(frozen=True, slots=True)
class MemberRule:
    """What one role gives on an attribute or relation."""

    role: str
    level: Level
    because: Because
    place: Place | None
    sources: tuple[str, ...] = ()
    """What it follows from, as `entity.attribute`."""


@dataclass(frozen=True, slots=True)
class MemberWhy:
    """What somebody may do with an attribute or relation of the record, over all roles."""

    name: str
    level: Level
    is_enterable: bool
    rules: tuple[MemberRule, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """All that decides what somebody sees of a record and does with it."""

    entity: str
    actor: Actor
    action: str
    record: bool
    """Whether there is such a record; only whoever sees everything may be told."""
    roles: tuple[RoleRule, ...]
    members: tuple[MemberWhy, ...]
    functions: Mapping[str, tuple[str, ...]]
    """Each function with the roles that allow it."""

    @property
    def is_allowed(self) -> bool | None:
        """Whether the action is allowed with the record; None where that cannot be told."""
        found = [role.holds for role in self.roles]
        return True if True in found else None if None in found else False


def why(runtime: Runtime, actor: Actor, entity: str, id: str | None = None, action: str = "read") -> Why:
    """Return what decides over an action of somebody on a record; without an id, on records of the entity.

    With an id it says whether rules hold for that record, whoever may see it: only operators may be told.
    """
    records = runtime.records(actor)
    record = records.system.find(entity, id) if id is not None else None
    declared = runtime.model.entity(record.entity if record is not None else entity)
    environment = records.environment(record) if record is not None else None
    asked = _Asked(runtime, actor, declared, environment)
    return Why(
        entity=declared.name,
        actor=actor,
        action=action,
        record=record is not None,
        roles=tuple(asked.role(role, action) for role in asked.roles),
        members=tuple(asked.member(name) for name, _ in members_of(declared)),
        functions=asked.functions(),
    )


@dataclass(frozen=True)
class _Asked:
    """One question about one entity, and one record where there is one."""

    runtime: Runtime
    actor: Actor
    entity: Entity
    environment: Environment | None

    @property
    def roles(self) -> list[Role]:
        return [self.runtime.model.roles[name] for name in sorted(self.actor.roles) if name in self.runtime.model.roles]

    def functions(self) -> dict[str, tuple[str, ...]]:
        allowed = self.runtime.profile(self.actor.roles, self.actor.scopes).functions
        given = {role.name: BoundedRole(self.runtime.model, role).functions for role in self.roles}
        return {name: tuple(role for role, functions in given.items() if name in functions) for name in sorted(allowed)}

    def role(self, role: Role, action: str) -> RoleRule:
        share = BoundedRole(self.runtime.model, role).share(self.entity)
        grant = RoleAccess(self.runtime.model, role).nearest(self.entity.name)
        places = tuple(grant_places(grant.node)) if grant is not None else ()
        if share is None or action not in share.rows:
            return RoleRule(role.name, places, allows=False)
        formulas = dict(_formulas(self.runtime, role, self.entity))
        found = tuple(tuple(self._rule(one, formulas, role) for one in conditions) for conditions in share.rows[action])
        return RoleRule(role.name, places, allows=True, alternatives=found)

    def _rule(self, condition: Condition, formulas: Mapping[str, Formula], role: Role) -> Rule:
        if isinstance(condition, ThroughOwner):
            return self._through(condition, role)
        formula = formulas.get(condition.text)
        return self._stated(formula) if formula is not None else Rule(condition.text, None)

    def _through(self, condition: ThroughOwner, role: Role) -> Rule:
        """The rule of an owned record: that its owner is reached."""
        owner = self.environment.this.get(condition.relation) if self.environment is not None else None
        name = f"{condition.relation} may be {'read' if condition.action == 'read' else 'updated'}"
        if not isinstance(owner, Record) or self.environment is None:
            return Rule(name, None if self.environment is None else False)
        environment = replace(self.environment, this=owner)
        above = _Asked(self.runtime, self.actor, self.runtime.model.entity(owner.entity), environment)
        found = above.role(role, condition.action)
        rules = tuple(rule for rules in found.alternatives for rule in rules)
        return Rule(name, found.holds, found.places[0] if found.places else None, rules)

    def _stated(self, formula: Formula, *, is_whole: bool = True) -> Rule:
        """A condition as it is written, taken apart at `&&` and `||`."""
        expression = self.runtime.model.expression(formula)
        tree = expression.tree
        inner = tree.operands if isinstance(tree, Logical) else ()
        parts = tuple(self._stated(replace(formula, text=unparse(one)), is_whole=False) for one in inner)
        return Rule(
            formula.text,
            self._holds(formula),
            formula.node.place if is_whole else None,
            parts,
            tuple(self._units(formula)) if not parts else (),
        )

    def _holds(self, formula: Formula) -> bool | None:
        if self.environment is None:
            return None
        model = self.runtime.model
        test = compile_python(model.expression(formula), model.functions, when_null=False)
        try:
            return test(self.environment) is True
        except EvaluationError:
            return False

    def _units(self, formula: Formula) -> Iterator[str]:
        """Yield the units of the record that a condition compares with those of the user."""
        expression = self.runtime.model.expression(formula)
        if self.environment is None or "user.units" not in formula.text:
            return
        for path in expression.reads:
            *way, last = path.split(".")
            found: object = self.environment.this
            for name in way:
                found = found.get(name) if isinstance(found, Mapping) else None
            if last == "unit" and isinstance(found, Mapping):
                yield str(found.get("unit") or "none")

    def member(self, name: str) -> MemberWhy:
        access = self.runtime.profile(self.actor.roles, self.actor.scopes).entity(self.entity.name)
        rules = tuple(self._member_rule(role, name) for role in self.roles)
        return MemberWhy(name, access.level(name), name in access.enterable, rules)

    def _member_rule(self, role: Role, name: str) -> MemberRule:
        model, attribute = self.runtime.model, self.entity.attributes.get(name)
        bounded = BoundedRole(model, role)
        written, share = bounded.written(self.entity), bounded.share(self.entity)
        grant = RoleAccess(model, role).nearest(self.entity.name)
        if share is None or written is None or "read" not in share.rows:
            return MemberRule(role.name, "none", "no_read", grant.node.key_place if grant is not None else None)
        level = share.columns[name]
        if LEVELS.index(level) < LEVELS.index(written.columns[name]):
            return MemberRule(role.name, level, "group", _ceiling_place(bounded, model.group.roles))
        line = grant.node.get("columns", name) if grant is not None else None
        if line is not None:
            return MemberRule(role.name, level, "line", line.key_place)
        place = next(grant_places(grant.node), None) if grant is not None else None
        if attribute is not None and SENSITIVE in attribute.pii:
            return MemberRule(role.name, level, "sensitive", attribute.node.key_place)
        if attribute is not None and LEVELS.index(level) < LEVELS.index(usual_access(_done(share))):
            formulas = list(formulas_of(model, self.entity.name, attribute))
            reads = {f"{source}.{member}" for one in formulas for source, member in model.expression(one).attributes}
            if reads:
                return MemberRule(role.name, level, "follows", formulas[0].node.place, tuple(sorted(reads)))
        return MemberRule(role.name, level, "usual", place)


def grant_places(node: Node) -> Iterator[Place]:
    """Yield where a grant is given and where it is narrowed, the lowest layer first, once each."""
    seen: set[str] = set()
    for found in reversed(list(node.chain())):
        if found.source.layer not in seen:
            seen.add(found.source.layer)
            yield found.key_place


def _formulas(runtime: Runtime, role: Role, entity: Entity) -> Iterator[tuple[str, Formula]]:
    """Yield the conditions of a role on an entity by their text; those of its ceiling are there as well."""
    ceiling = ceiling_of(runtime.model, role)
    for one in (ceiling, role) if ceiling is not None else (role,):
        grant: Grant | None = RoleAccess(runtime.model, one).nearest(entity.name)
        yield from ((formula.text, formula) for formula in (grant.rows if grant is not None else ()))


def _ceiling_place(bounded: BoundedRole, roles: Mapping[str, Role]) -> Place | None:
    found = roles.get(bounded.role.name) or roles.get(bounded.role.within or "")
    return found.node.key_place if found is not None else None


def _done(share: Share) -> frozenset[str]:
    return frozenset(share.rows)


def _all(rules: tuple[Rule, ...]) -> bool | None:
    found = [rule.holds for rule in rules]
    return False if False in found else None if None in found else True


def actions_with(runtime: Runtime, actor: Actor, entity: str, id: str) -> Mapping[str, bool]:
    """Return each action on a record and whether it is allowed with it; all false where there is no such record."""
    records = runtime.records(actor)
    record = records.system.find(entity, id)
    declared = runtime.model.entity(record.entity if record is not None else entity)
    if record is None:
        return dict.fromkeys(actions_of(declared), False)
    environment = records.environment(record)
    return {
        action: records.profile.allows(declared.name, action, environment)
        for action in actions_of(declared)
        if action != "create"
    }

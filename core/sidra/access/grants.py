"""What a set of roles may do: actions, rows and attributes of each entity. Without a grant, nothing.

Grants of several roles add up. Inside one role the nearest grant counts, that of the entity or of a supertype. Rows
follow the action: who may read all and update some updates only these. Owned entities take their owner's rights, which
a grant of their own narrows. A computed value shows no more than what it is computed from, unless a line grants it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sidra.access.actor import SYSTEM_ROLE
from sidra.access.policies import ALL_ROWS, NO_ROWS, Condition, RowPolicy, ThroughOwner, either
from sidra_metamodel.access import SENSITIVE, usual_access
from sidra_metamodel.expressions import Environment, EvaluationError, Expression, compile_python
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.role import ColumnAccess, Grant, Role
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import ACTIONS

Level = Literal["edit", "read", "mask", "none"]

LEVELS: tuple[Level, ...] = ("none", "mask", "read", "edit")
"""From least to most."""

ENTERED: frozenset[ColumnAccess] = frozenset({"edit", "enter"})
"""Lines that let a new record be given a value."""

Alternatives = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class EntityAccess:
    """What is allowed on records that are exactly of one entity; its subtypes have their own."""

    entity: str
    columns: Mapping[str, Level]
    """Of each attribute and relation. Members of every record, such as `id`, are read wherever the record is."""
    policies: Mapping[str, RowPolicy]
    """Rows by action; an action that is absent is not allowed."""
    enterable: frozenset[str]
    """Attributes and relations that may be given when a record is created."""

    @property
    def actions(self) -> frozenset[str]:
        """What may be done with at least some rows: `create read update delete` and names of transitions."""
        return frozenset(self.policies)

    @property
    def rows(self) -> RowPolicy:
        """The rows that may be read."""
        return self.rows_for("read")

    def rows_for(self, action: str) -> RowPolicy:
        """The rows with which an action is allowed; none when it is not allowed at all."""
        return self.policies.get(action, NO_ROWS)

    def level(self, member: str) -> Level:
        """What may be done with an attribute or relation; `none` for one that is not declared."""
        return self.columns.get(member, "none")

    def may_set(self, member: str, *, creating: bool) -> bool:
        """Whether a value may be given to an attribute or relation of a new or of an existing record."""
        return member in self.enterable if creating else self.level(member) == "edit"


@dataclass(frozen=True, slots=True)
class _Share:
    """What one role adds to the access to one entity."""

    rows: Mapping[str, Alternatives]
    columns: Mapping[str, Level]
    enterable: frozenset[str]


def compile_access(model: Model, roles: Iterable[str]) -> AccessProfile:
    """The access of a set of roles; names that no role document has give nothing."""
    return AccessProfile(model, frozenset(roles))


class AccessProfile:
    """The access of one set of roles to all entities; each is worked out when it is first asked for."""

    def __init__(self, model: Model, roles: frozenset[str]) -> None:
        self.roles = roles
        self.is_system = SYSTEM_ROLE in roles
        self._model = model
        documents = [model.roles[name] for name in sorted(roles) if name in model.roles]
        self.functions = frozenset(name for role in documents for name in role.functions)
        self._roles = tuple(_RoleAccess(model, role) for role in documents)
        self._entities: dict[str, EntityAccess] = {}
        self._tests: dict[int, Callable[[Environment], object]] = {}

    def may_use(self, function: str) -> bool:
        """Whether a function beyond records, such as `search` or `configure`, is allowed."""
        return self.is_system or function in self.functions

    def entity(self, name: str) -> EntityAccess:
        """The access to records of an entity; raises UnknownName."""
        found = self._entities.get(name)
        if found is None:
            entity = self._model.entity(name)
            shares = [share for role in self._roles if (share := role.share(entity)) is not None]
            made = _everything(entity) if self.is_system else _added_up(entity, shares)
            found = self._entities.setdefault(name, made)
        return found

    def allows(self, entity: str, action: str, environment: Environment) -> bool:
        """Whether an action is allowed with one record, `environment.this`; what cannot be evaluated is denied."""
        policy = self.entity(entity).rows_for(action)
        return any(all(self._holds(one, environment) for one in conditions) for conditions in policy.alternatives)

    def _holds(self, condition: Condition, environment: Environment) -> bool:
        if isinstance(condition, ThroughOwner):
            owner = environment.this.get(condition.relation)
            kind = _kind(owner, condition.owner)
            return kind in condition.kinds and self.allows(kind, condition.action, replace(environment, this=owner))
        try:
            return self._test(condition)(environment) is True
        except EvaluationError:
            return False

    def _test(self, expression: Expression) -> Callable[[Environment], object]:
        # The Model keeps its expressions, so that the identity of one stands for it; hashing it would walk its tree.
        found = self._tests.get(id(expression))
        if found is None:
            found = compile_python(expression, self._model.functions, when_null=False)
            self._tests[id(expression)] = found
        return found


def _kind(record: Mapping[str, object] | None, declared: str) -> str:
    """The entity of a record, which names it where its table is shared; no entity where there is no record."""
    if record is None:
        return ""
    return getattr(record, "entity", None) or str(record.get("kind") or declared)


class _RoleAccess:
    """What one role gives on each entity."""

    def __init__(self, model: Model, role: Role) -> None:
        self._model = model
        self._role = role

    def share(self, entity: Entity) -> _Share | None:
        """What the role gives on records of an entity; None for nothing."""
        grant = self._nearest(entity.name)
        owners = owners_of(self._model, entity.name)
        rows = self._owned_rows(entity, grant, owners) if owners else self._rows(grant)
        if not rows:
            return None
        lines = grant.columns if grant is not None else {}
        levels, enterable = {}, set()
        for name, attribute in _members(entity):
            line = lines.get(name)
            most = _level(line, attribute, frozenset(rows))
            levels[name] = most if line is not None else min(most, self._ceiling(attribute), key=LEVELS.index)
            is_closed = _is_sensitive(attribute) or self._is_numbered(attribute)
            if "create" in rows and (line in ENTERED or (line is None and not is_closed)):
                enterable.add(name)
        return _Share(rows, levels, frozenset(enterable))

    def _ceiling(self, attribute: Attribute | None, seen: frozenset[Formula] = frozenset()) -> Level:
        """The most that a value shows without a line of its own: a computed one no more than what it is computed from.

        What the role has no grant on sets no bound: such a value is there to be shown where its origin is not.
        """
        if self._is_numbered(attribute):
            return "read"
        formula = attribute.compute.by if attribute is not None and attribute.compute is not None else None
        if formula is None or formula in seen:
            return "edit"
        reads = self._model.expression(formula).attributes
        levels = (level for entity, member in reads for level in self._shown(entity, member, seen | {formula}))
        return min(levels, key=LEVELS.index, default="edit")

    def _is_numbered(self, attribute: Attribute | None) -> bool:
        """Whether numbers of a sequence stand there: who could enter the next one would stop it for everybody."""
        return attribute is not None and self._model.base_type(attribute) == "sequence"

    def _shown(self, entity: str, member: str, seen: frozenset[Formula]) -> Iterator[Level]:
        """What is shown of a member of an entity, for each of its subtypes that has records."""
        for kind in map(self._model.entity, self._model.subtypes(entity)):
            grant, attribute = self._nearest(kind.name), kind.attributes.get(member)
            line = grant.columns.get(member) if grant is not None else None
            if not kind.abstract:
                usual = (
                    usual_access((), _pii(attribute)) if _is_sensitive(attribute) else self._ceiling(attribute, seen)
                )
                yield _read(line) or usual

    def _nearest(self, entity: str) -> Grant | None:
        names = (entity, *self._model.ancestors(entity))
        return next((self._role.may[name] for name in names if name in self._role.may), None)

    def _conditions(self, grant: Grant | None) -> tuple[Condition, ...]:
        return tuple(self._model.expression(formula) for formula in grant.rows) if grant is not None else ()

    def _rows(self, grant: Grant | None) -> dict[str, Alternatives]:
        return dict.fromkeys(grant.do, (self._conditions(grant),)) if grant is not None else {}

    def _owned_rows(self, entity: Entity, grant: Grant | None, owners: Owners) -> dict[str, Alternatives]:
        narrowing = self._conditions(grant)
        found: dict[str, Alternatives] = {}
        for action in _actions(entity):
            if grant is None or action in grant.do:
                reached = tuple((owner, *narrowing) for owner in self._through(owners, action))
                found.update({action: reached} if reached else {})
        return found

    def _through(self, owners: Owners, action: str) -> Iterator[ThroughOwner]:
        """Reading an owned record needs reading its owner and the relation; all else needs changing them."""
        needed, levels = ("read", {"read", "edit"}) if action == "read" else ("update", {"edit"})
        for owner, relation in owners:
            kinds = frozenset(
                kind
                for kind in self._model.subtypes(owner)
                if not self._model.entity(kind).abstract
                and (share := self.share(self._model.entity(kind))) is not None
                and needed in share.rows
                and share.columns.get(relation.name) in levels
            )
            if kinds:
                yield ThroughOwner(str(relation.inverse), owner, kinds, needed)


Owners = tuple[tuple[str, Relation], ...]


def owners_of(model: Model, entity: str) -> Owners:
    """The entities that records of an entity belong to, each with its relation to them.

    A tree of records of one entity has rights of its own: its root has no owner to take them from.
    """
    tree = model.root(entity)
    return tuple(
        (source, relation)
        for source, relation in model.inverse_relations(entity)
        if relation.owned and relation.inverse and model.root(source) != tree
    )


def _members(entity: Entity) -> Iterator[tuple[str, Attribute | None]]:
    yield from entity.attributes.items()
    yield from ((name, None) for name in entity.relations)


def _actions(entity: Entity) -> tuple[str, ...]:
    return (*ACTIONS, *(entity.lifecycle.transitions if entity.lifecycle else ()))


def _pii(attribute: Attribute | None) -> frozenset[str]:
    return attribute.pii if attribute is not None else frozenset()


def _is_sensitive(attribute: Attribute | None) -> bool:
    return SENSITIVE in _pii(attribute)


def _read(line: ColumnAccess | None) -> Level | None:
    """What a line gives on a record that is there: what may only be entered is masked from then on."""
    return "mask" if line == "enter" else line


def _level(line: ColumnAccess | None, attribute: Attribute | None, actions: frozenset[str]) -> Level:
    """What one role gives on a member: its own line, else `mask` where sensitive, never more than its actions."""
    if "read" not in actions:
        return "none"
    wanted = _read(line) or usual_access(actions, _pii(attribute))
    return min(wanted, usual_access(actions), key=LEVELS.index)


def _added_up(entity: Entity, shares: list[_Share]) -> EntityAccess:
    actions = sorted({action for share in shares for action in share.rows})
    policies = {action: either(found for share in shares for found in share.rows.get(action, ())) for action in actions}
    columns: dict[str, Level] = {
        name: max((share.columns[name] for share in shares), key=LEVELS.index, default="none")
        for name, _ in _members(entity)
    }
    enterable = frozenset(name for share in shares for name in share.enterable)
    return _access(entity, columns, policies, enterable)


def _everything(entity: Entity) -> EntityAccess:
    columns: dict[str, Level] = {name: "edit" for name, _ in _members(entity)}
    return _access(entity, columns, dict.fromkeys(_actions(entity), ALL_ROWS), frozenset(columns))


def _access(
    entity: Entity, columns: dict[str, Level], policies: dict[str, RowPolicy], enterable: frozenset[str]
) -> EntityAccess:
    frozen = types.MappingProxyType
    return EntityAccess(entity.name, frozen(columns), frozen(policies), enterable)

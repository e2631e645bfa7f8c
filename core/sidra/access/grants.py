"""What a set of roles may do: actions, rows and attributes of each entity. Without a grant, nothing.

Grants of several roles add up. Inside one role the nearest grant counts, that of the entity or of a supertype. Rows
follow the action: who may read all and update some updates only these. Owned entities take their owner's rights, which
a grant of their own narrows. A computed value shows no more than what it is computed from, unless a line grants it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sidra.access.actor import SYSTEM_ROLE
from sidra.access.policies import ALL_ROWS, NO_ROWS, RowPolicy, either
from sidra.errors import Forbidden
from sidra_metamodel.expressions import Environment, EvaluationError, Expression, compile_python
from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.granting.conditions import Condition, ThroughOwner
from sidra_metamodel.granting.shares import LEVELS, Level, Share, actions_of, members_of
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.model import Model


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


def compile_access(model: Model, roles: Iterable[str]) -> AccessProfile:
    """The access of a set of roles; names that no role document has give nothing."""
    return AccessProfile(model, frozenset(roles))


class AccessProfile:
    """The access of one set of roles to all entities; each is worked out when it is first asked for."""

    def __init__(self, model: Model, roles: frozenset[str]) -> None:
        self.roles = roles
        self.key: object = roles
        """What two profiles share that allow the same."""
        self.is_system = SYSTEM_ROLE in roles
        self._model = model
        documents = [model.roles[name] for name in sorted(roles) if name in model.roles]
        self._roles = tuple(BoundedRole(model, role) for role in documents)
        self.functions = frozenset(name for role in self._roles for name in role.functions)
        self._entities: dict[str, EntityAccess] = {}
        self._tests: dict[int, Callable[[Environment], object]] = {}

    def may_use(self, function: str) -> bool:
        """Whether a function beyond records, such as `search` or `configure`, is allowed."""
        return self.is_system or function in self.functions

    def demand(self, function: str) -> None:
        """Raise Forbidden unless a function beyond records is allowed."""
        if not self.may_use(function):
            raise Forbidden(f"your roles do not have the function `{function}`", hint="ask for a role that has it")

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


def _added_up(entity: Entity, shares: list[Share]) -> EntityAccess:
    actions = sorted({action for share in shares for action in share.rows})
    policies = {action: either(found for share in shares for found in share.rows.get(action, ())) for action in actions}
    columns: dict[str, Level] = {
        name: max((share.columns[name] for share in shares), key=LEVELS.index, default="none")
        for name, _ in members_of(entity)
    }
    enterable = frozenset(name for share in shares for name in share.enterable)
    return _access(entity, columns, policies, enterable)


def _everything(entity: Entity) -> EntityAccess:
    columns: dict[str, Level] = {name: "edit" for name, _ in members_of(entity)}
    return _access(entity, columns, dict.fromkeys(actions_of(entity), ALL_ROWS), frozenset(columns))


def _access(
    entity: Entity, columns: dict[str, Level], policies: dict[str, RowPolicy], enterable: frozenset[str]
) -> EntityAccess:
    frozen = types.MappingProxyType
    return EntityAccess(entity.name, frozen(columns), frozen(policies), enterable)

"""What a token may do at most: a narrowing of its account's rights, never an addition to them.

A scope is a text: `customer:read`, `ticket:write`, `*:read`, `search:use`, or `role:agent`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sidra.access.actor import SYSTEM_ROLE
from sidra.access.grants import AccessProfile, EntityAccess
from sidra.errors import Invalid, Problem
from sidra_metamodel.granting.shares import Level, owners_of
from sidra_metamodel.model import Model

READ, WRITE, USE, ROLE, ALL = "read", "write", "use", "role", "*"
MAX_SCOPES = 50

Scopes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a set of scopes lets through."""

    roles: frozenset[str] | None
    """Only these; None where no scope names a role."""
    functions: frozenset[str]
    entities: frozenset[tuple[str, str]]
    """Entity, or `*` for all, and `read`, `write`, or the name of one action."""


def narrowing(scopes: Iterable[str]) -> Narrowing:
    """The scopes taken apart; where none names an entity or a function, the roles alone narrow."""
    roles, functions, entities = set(), set(), set()
    for scope in scopes:
        name, _, action = scope.partition(":")
        if name == ROLE:
            roles.add(action)
        elif action == USE:
            functions.add(name)
        else:
            entities.add((name, action))
    if roles and not functions and not entities:
        functions.add(ALL)
        entities |= {(ALL, READ), (ALL, WRITE)}
    return Narrowing(frozenset(roles) if roles else None, frozenset(functions), frozenset(entities))


def check_scopes(model: Model, scopes: Collection[str], functions: Collection[str]) -> Scopes:
    """The scopes as a set; raises Invalid for none, for too many, and for each that names nothing."""
    problems = [
        Problem(
            "R608", "scopes", f"`{scope[:60]}` is no scope", hint="write `customer:read`, `search:use`, `role:agent`"
        )
        for scope in scopes
        if not _is_scope(model, scope, functions)
    ]
    if not 0 < len(scopes) <= MAX_SCOPES:
        problems.append(Problem("R608", "scopes", f"a token has 1 to {MAX_SCOPES} scopes"))
    if problems:
        raise Invalid(problems)
    return frozenset(scopes)


def _is_scope(model: Model, scope: str, functions: Collection[str]) -> bool:
    name, _, action = scope.partition(":")
    if name == ROLE:
        return action in model.roles and action != SYSTEM_ROLE
    if action == USE:
        return name == ALL or name in functions
    if name != ALL and name not in model.entities:
        return False
    if action in {READ, WRITE, "create", "update", "delete"}:
        return True
    lifecycle = model.entity(name).lifecycle if name != ALL else None
    return lifecycle is not None and action in lifecycle.transitions


class NarrowedProfile(AccessProfile):
    """The access of a set of roles with what some scopes let through, and nothing else."""

    def __init__(self, model: Model, roles: frozenset[str], scopes: Scopes) -> None:
        self._narrowing = narrowing(scopes)
        kept = roles if self._narrowing.roles is None else roles & self._narrowing.roles
        super().__init__(model, kept)
        self.key = (roles, scopes)
        self._narrowed: dict[str, EntityAccess] = {}
        if ALL not in self._narrowing.functions:
            self.functions = self.functions & self._narrowing.functions

    def entity(self, name: str) -> EntityAccess:
        """The access to records of an entity; raises UnknownName."""
        found = self._narrowed.get(name)
        if found is None:
            found = self._narrowed.setdefault(name, self._narrow(super().entity(name)))
        return found

    def _narrow(self, access: EntityAccess) -> EntityAccess:
        policies = {action: rows for action, rows in access.policies.items() if self._covers(access.entity, action)}
        columns = {name: _bounded(level, policies) for name, level in access.columns.items()}
        enterable = access.enterable if "create" in policies else frozenset()
        return EntityAccess(access.entity, columns, policies, enterable)

    def _covers(self, entity: str, action: str) -> bool:
        """Whether a scope lets an action on an entity through: its own, a supertype's, or that of an owner."""
        names = (ALL, entity, *self._model.ancestors(entity))
        words = (READ,) if action == READ else (action, WRITE)
        if any((name, word) in self._narrowing.entities for name in names for word in words):
            return True
        needed = READ if action == READ else "update"
        owners = (kind for owner, _ in owners_of(self._model, entity) for kind in self._model.subtypes(owner))
        return any(self._covers(kind, needed) for kind in owners)


def _bounded(level: Level, actions: Collection[str]) -> Level:
    """What is left of the access to a member where only these actions are."""
    if READ not in actions:
        return "none"
    return "read" if level == "edit" and "update" not in actions else level

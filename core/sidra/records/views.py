"""An entity as one set of roles sees it: which rows, which values, compiled into statements and readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.access.grants import AccessProfile, EntityAccess
from sidra.access.masks import compile_mask, shape_for
from sidra.records.bounded import Bounded
from sidra.records.coercion import Coerce
from sidra.records.compiled import CompiledEntity, later, one_of
from sidra.records.policies import policy_clause
from sidra.records.readers import Field, Read, ReadAll, compile_documents, compile_reader
from sidra.records.record import Masked
from sidra.store.codecs import TEXT_CODEC
from sidra.store.database import Statement
from sidra.store.tables import SYSTEM_CODECS, Stored
from sidra_metamodel.granting.conditions import ThroughOwner
from sidra_metamodel.granting.shares import LEVELS, Level
from sidra_metamodel.kinds.entity import Attribute

if TYPE_CHECKING:
    from sidra.runtime import Runtime

MAX_STATEMENTS = 256
"""Prepared lists of one entity and set of roles; the least recently used goes first."""


class View:
    """What a set of roles sees of an entity; made once for each set, immutable but for its caches."""

    def __init__(self, runtime: Runtime, compiled: CompiledEntity, profile: AccessProfile) -> None:
        self.runtime = runtime
        self.compiled = compiled
        self.profile = profile
        self.name = compiled.name
        self.access: EntityAccess = profile.entity(compiled.name)
        self.statements: Bounded[Any, Statement] = Bounded(MAX_STATEMENTS)
        self._readers: dict[str, Read] = {}
        self._entered: dict[bool, Mapping[str, Coerce]] = {}
        self._common_levels: dict[str, Level] = {}
        self._allowing: dict[str, Statement | None] = {}
        self._readable: dict[str, bool] = {}
        self._judged: dict[str, bool] = {}
        self._rests: dict[str, frozenset[str] | None] = {}

    def level(self, member: str) -> Level:
        """Return what the roles may do with a member of a record that is exactly of this entity."""
        return "read" if member in SYSTEM_CODECS or member == "kind" else self.access.level(member)

    def common_level(self, member: str) -> Level:
        """Return what the roles may do with a member of every record that a list of the entity can show.

        Filters and sorts go by it: where a subtype hides the member, they would tell of the hidden values.
        """
        if member in SYSTEM_CODECS or member == "kind":
            return "read"
        found = self._common_levels.get(member)
        if found is None:
            readable = (self.profile.entity(kind) for kind in self.compiled.concrete)
            levels = [access.level(member) for access in readable if "read" in access.actions]
            found = self._common_levels[member] = min(levels, key=LEVELS.index, default="none")
        return found

    @cached_property
    def can_read(self) -> bool:
        """Whether the roles may read the entity, or a subtype of it, at all."""
        return any("read" in self.profile.entity(kind).actions for kind in self.kinds)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The entities that records of this one can be of: itself and its subtypes."""
        return self.runtime.model.subtypes(self.name)

    def rows(
        self, table: sa.FromClause, action: str = "read", kinds: tuple[str, ...] = (), *, leads: bool = True
    ) -> sa.ColumnElement[bool] | None:
        """Return the condition on a table, or an alias of it, of the rows with which an action is allowed.

        None keeps all. kinds: subtypes to keep; all that the entity has when empty. leads: whether the database may
        look rows up by their kind.
        """
        wanted = kinds or self.kinds
        clauses = {kind: policy_clause(self.runtime, self.profile, kind, action, table) for kind in wanted}
        reached = {
            kind: clause for kind, clause in clauses.items() if not self.profile.entity(kind).rows_for(action).is_closed
        }
        if not reached:
            return sa.false()
        if not self.compiled.table.has_kind:
            return reached[self.name]
        kind = table.c.kind if leads else table.c.kind.concat("")
        is_whole_table = len(wanted) == len(self.runtime.model.subtypes(self.compiled.root))
        open_kinds = [kind for kind, clause in reached.items() if clause is None]
        if is_whole_table and len(open_kinds) == len(wanted):
            return None
        return sa.or_(*self._by_kind(reached, open_kinds, kind))

    def _by_kind(
        self,
        reached: Mapping[str, sa.ColumnElement[bool] | None],
        open_kinds: list[str],
        column: sa.ColumnElement[str],
    ) -> Iterator[sa.ColumnElement[bool]]:
        if open_kinds:
            yield one_of(column, open_kinds)
        for kind, clause in reached.items():
            if clause is not None:
                yield sa.and_(column == kind, clause)

    def is_open(self, action: str) -> bool:
        """Tell whether an action is allowed with every record of the entity and its subtypes."""
        return all(self.profile.entity(kind).rows_for(action).is_open for kind in self.kinds)

    @cached_property
    def sees_all(self) -> bool:
        """Whether every record of the entity and its subtypes may be read."""
        return self.is_open("read")

    @cached_property
    def one(self) -> Statement:
        """Gives the row `k_id` if it is to be seen."""
        table = self.compiled.table.table
        return self.statement(sa.select(*self.compiled.columns).where(table.c.id == later("k_id")), table)

    def allows(self, action: str) -> Statement | None:
        """Return what gives a row where an action is allowed with the record `k_id`; None where it always is."""
        if action not in self._allowing:
            table = self.compiled.table.table
            rows = None if self.is_open(action) else self.rows(table, action)
            select: sa.Select[Any] = sa.select(sa.literal_column("1")).where(table.c.id == later("k_id"))
            self._allowing[action] = None if rows is None else self.compiled.store.compile(select.where(rows))
        return self._allowing[action]

    def is_judged(self, action: str) -> bool:
        """Tell whether a record's own values alone decide if an action is allowed with it: not who asks, nor when."""
        found = self._judged.get(action)
        if found is None:
            statement = self.allows(action)
            is_own = action in self.access.policies and self._rests_on(action) is not None
            found = self._judged[action] = is_own and statement is not None and not statement.wants_context
        return found

    def comes_with_reading(self, action: str) -> bool:
        """Tell whether an action is allowed with every record of exactly this entity that may be read."""
        found = self._readable.get(action)
        if found is None:
            policies = self.access.policies
            found = self._readable[action] = action in policies and policies[action] == policies.get("read")
        return found

    def may_lose(self, action: str, changed: Mapping[str, Any]) -> bool:
        """Tell whether a change of these members can make a record one with which an action is no longer allowed."""
        if action not in self._rests:
            self._rests[action] = self._rests_on(action)
        rests = self._rests[action]
        return rests is None or not rests.isdisjoint(changed)

    def _rests_on(self, action: str) -> frozenset[str] | None:
        """Return the members that the rows of an action rest on; None where these are not all that counts."""
        conditions = [one for conditions in self.access.rows_for(action).alternatives for one in conditions]
        found: set[str] = set()
        for one in conditions:
            if isinstance(one, ThroughOwner) or not all(map(self._is_own, one.reads)):
                return None
            found |= one.reads
        return frozenset(found)

    def _is_own(self, path: str) -> bool:
        """Tell whether a path leads to a value that nothing but a change of the record itself changes."""
        stored = self.compiled.table.members.get(path)
        is_computed = stored is not None and stored.attribute is not None and stored.attribute.compute is not None
        return stored is not None and stored.relation is None and not is_computed

    def statement(self, select: sa.Select[Any], table: sa.FromClause) -> Statement:
        """Return a compiled selection from the table, of rows that are to be seen."""
        rows = self.rows(table)
        return self.compiled.store.compile(select if rows is None else select.where(rows))

    def led_statement(self, select: sa.Select[Any], table: sa.FromClause) -> Statement:
        """Return the same for a selection by a reference: its index must lead, and not that of the many of a kind."""
        rows = self.rows(table, leads=False)
        return self.compiled.store.compile(select if rows is None else select.where(rows))

    def reader(self, kind: str) -> Read:
        """Return the function that reads a row of an entity as a dict of what the roles may see."""
        found = self._readers.get(kind)
        if found is None:
            view = self if kind == self.name else self.runtime.view(kind, self.profile)
            found = self._readers.setdefault(kind, compile_reader(view.fields()))
        return found

    @cached_property
    def whole(self) -> Read:
        """The function that reads a row of exactly this entity with all its values: for rules, never for people."""
        everything = self.runtime.profile(self.runtime.system_actor.roles)
        return self.runtime.view(self.name, everything).reader(self.name)

    def json_reader(self, names: Mapping[str, str], constants: Mapping[str, str], link: str) -> ReadAll:
        """Return the function from rows of this very entity to what orjson writes, under these names.

        names: the key of each member to show; those that the roles may not see are left out. See `compile_documents`.
        """
        fields = (replace(field, key=names[field.key]) for field in self.fields() if field.key in names)
        return compile_documents(fields, constants, link)

    def fields(self) -> Iterator[Field]:
        """Yield what a record shows: members of every record, attributes, and the ids of to-one relations."""
        positions = self.compiled.positions
        for stored in self.compiled.table.members.values():
            level = self.level(stored.name)
            if level == "none" or (stored.relation is not None and level == "mask"):
                continue
            if stored.relation is None:
                places = tuple(positions[column] for column in stored.columns)
                mask = self._mask(stored) if level == "mask" else None
                unseal = (self.compiled.sealing.unsealer(stored.name), positions["id"]) if stored.is_sealed else None
                yield Field(stored.name, stored.codec, places, mask, unseal)
                continue
            yield Field(stored.columns[0], stored.codec, (positions[stored.columns[0]],))
            if stored.is_polymorphic:
                yield Field(stored.columns[1], TEXT_CODEC, (positions[stored.columns[1]],))
        if self.compiled.table.has_kind:
            yield Field("kind", TEXT_CODEC, (positions["kind"],))

    def masked(self, attribute: Attribute, value: Any) -> Masked | None:  # noqa: ANN401 - of any type
        """Return what is left of a value for readers who may see it masked only."""
        mask = attribute_mask(self.runtime, attribute)
        return None if value is None else Masked(mask(value if isinstance(value, str) else ""))

    def entered(self, *, creating: bool) -> Mapping[str, Coerce]:
        """Return the attributes whose values the roles may give, each with the function that reads them."""
        found = self._entered.get(creating)
        if found is None:
            found = self._entered[creating] = {
                attribute.name: self.compiled.coercion(attribute.name)
                for attribute in self.compiled.entity.attributes.values()
                if attribute.compute is None and self.access.may_set(attribute.name, creating=creating)
            }
        return found

    def _mask(self, stored: Stored) -> Callable[[str], str]:
        return attribute_mask(self.runtime, stored.attribute)


def attribute_mask(runtime: Runtime, attribute: Attribute | None) -> Callable[[str], str]:
    """Return the function that masks values of an attribute: by its own shape, else its type's."""
    if attribute is None:
        return compile_mask(shape_for((), "json"))
    shapes = (attribute.mask, *(found.mask for found in runtime.model.type_chain(attribute)))
    return compile_mask(shape_for(shapes, runtime.model.base_type(attribute)))

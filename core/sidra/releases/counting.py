"""How many records each change of a plan concerns, asked of the affiliate's store; nothing is changed there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from sidra.access.accounts import Accounts
from sidra.access.tables import access_tables_alone
from sidra.affiliates.migrating import Migrating
from sidra.privacy.retaining import count_due
from sidra.records.violations import violations_of
from sidra.releases.plan import Count, Impact, Item, Migration, Plan
from sidra.rules.constraint import Constraint
from sidra.runtime import Runtime
from sidra.store.database import Connection
from sidra.store.prepared import given
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.foreseen import foreseen
from sidra.store.schema.shape import kept_in
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

CODES: Final[Mapping[str, frozenset[str]]] = {
    "required": frozenset({"R601"}),
    "min": frozenset({"R603", "R617"}),
    "max": frozenset({"R604", "R618"}),
    "min_length": frozenset({"R605"}),
    "max_length": frozenset({"R606"}),
    "pattern": frozenset({"R607"}),
    "values": frozenset({"R608"}),
    "check": frozenset({"R609"}),
}
"""The demands that a word of the configuration makes, by the code of what violates them."""
CONVERTING: Final = frozenset({"type_changed", "converted", "values_converted"})
"""Of changes, the words for what keeps values in another form."""
EXAMPLES: Final = 3


def counted(plan: Plan, before: Model, migrating: Migrating) -> Plan:
    """Return a plan with the numbers of the records that it concerns, and the steps by which the store follows."""
    store = migrating.store
    with store.apart() as connection:
        changes = migrating.changes(connection)
        counting = _Counting(before, migrating, connection, changes)
        items = tuple(counting.item(item) for item in _ordered((*plan.items, *counting.untold(plan.items))))
        migration = tuple(_migrations(changes, counting))
    return replace(plan, items=items, migration=migration, is_counted=True)


def _ordered(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: list(Impact).index(item.cls))


def _migrations(changes: Changes, counting: _Counting) -> Iterator[Migration]:
    contracting = {Kind.SET_ASIDE, Kind.DROP_INDEX}
    filling = {Kind.CONVERT, Kind.SEAL, Kind.RECOMPUTE, Kind.RENAME_VALUE}
    for change in changes:
        if change.kind is Kind.CONVERT and change.level is Class.REFUSED:
            # What some values do not fit is no step; the change itself says so.
            continue
        phase = "contract" if change.kind in contracting else "backfill" if change.kind in filling else "expand"
        rows = counting.valued(*_value(change)) if change.kind is Kind.RENAME_VALUE else change.rows
        yield Migration(phase, change.says, rows)


def _value(change: Change) -> tuple[str, str]:
    """Return the code list of a value that is called otherwise, and its present name."""
    return change.detail["enum"], change.detail["values"][1]


class _Counting:
    def __init__(self, before: Model, migrating: Migrating, connection: Connection, changes: Changes) -> None:
        self._before, self._model, self._store = before, migrating.model, migrating.store
        self._changes = changes
        self._runtime: Runtime = migrating.runtime()
        self._plain = connection
        wanted = migrating.wanted
        self._connection: Any = foreseen(self._store, connection, wanted, kept_in(self._store, connection))
        self._totals: dict[str, int] = {}

    def item(self, item: Item) -> Item:
        """Return a change with its count; what violates something holds the plan up until somebody decides."""
        if item.cls is Impact.WIDENED:
            return replace(item, rows=self._people(item.role)) if item.role else item
        found = self._count(item)
        if found is None:
            return item
        count = replace(found, about=tuple(dict.fromkeys(self._about(item))))
        if item.word in CONVERTING and self._is_refused(item):
            return replace(item, word="refused", rows=count, blocks=True)
        decides = item.cls in {Impact.DATA, Impact.DESTRUCTIVE, Impact.PROCESS}
        return replace(item, rows=count, blocks=decides and count.rows != 0)

    def untold(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield what becomes of values that no change speaks of: an earlier migration may have left them otherwise."""
        told = [item for item in items if item.kind == "entity" and item.word in {*CONVERTING, "gone"}]
        for change in self._changes:
            if change.kind not in {Kind.CONVERT, Kind.SEAL} or any(change in self._changed(item) for item in told):
                continue
            entity, member = self._owner(change.detail["table"], change.detail["column"])
            path = ("attributes", member)
            yield Item(Impact.DESTRUCTIVE, "entity", entity, path, None, None, "values_converted", subject=member)

    def _count(self, item: Item) -> Count | None:
        match item.word:
            case "required" | "narrower" | "value_gone" | "state_gone" | "rule":
                return self._violations(item)
            case "unique":
                return self._shared(item)
            case "gone" | "type_changed" | "converted" | "values_converted" | "refused":
                return self._kept(item)
            case "retention":
                return self._due(item)
            case "step_gone" if item.kind == "entity":
                return self._waiting(item)
            case "step_gone":
                # No engine of processes has begun an instance yet.
                return Count(0)
        return None

    def _about(self, item: Item) -> Iterator[tuple[str, str]]:
        """Yield the entities whose records were counted, with each member that the count tells something of."""
        if item.word in {"required", "narrower", "value_gone", "state_gone", "rule"}:
            for entity, member in self._members(item):
                yield from ((entity, name) for name in (member,) if name)
                yield from self._read_by(entity, self._formulas(item, entity, member))
            return
        model = self._model if item.document in self._model.entities else self._before
        for entity in model.subtypes(item.document) if item.kind == "entity" else ():
            if not model.entity(entity).abstract:
                yield entity, self._member_of(item)
                retention = model.entity(entity).retention
                if item.word == "retention" and retention is not None:
                    yield from self._read_by(entity, [one for one in (retention.when, retention.hold) if one])

    def _member_of(self, item: Item) -> str:
        """Return the member that a count of an entity's records tells of; their ids where it tells nothing else."""
        lifecycle = self._before.entity(item.document).lifecycle if item.path[:1] == ("lifecycle",) else None
        if lifecycle is not None:
            return lifecycle.attribute
        return item.path[1] if item.path[:1] in {("attributes",), ("relations",)} else "id"

    def _formulas(self, item: Item, entity: str, member: str) -> Iterator[Formula]:
        """Yield the expressions by which records were counted."""
        if item.kind == "rule":
            rule = self._model.rules[item.document]
            yield from (*rule.check, *((rule.when,) if rule.when is not None else ()))
            return
        declared = self._model.entity(entity)
        found = declared.attributes.get(member) or declared.relations.get(member)
        if item.word == "required" and found is not None and isinstance(found.required, Formula):
            yield found.required

    def _read_by(self, entity: str, formulas: Iterable[Formula]) -> Iterator[tuple[str, str]]:
        line = {entity, *self._model.ancestors(entity)}
        for formula in formulas:
            for source, member in self._model.expression(formula).attributes:
                yield (entity if source in line else source), member

    def _people(self, role: str) -> Count | None:
        tables = access_tables_alone()
        if tables.account.name not in self._store.columns(self._plain):
            return None
        people = Accounts(self._store, tables).list()
        return Count(sum(role in one.roles and not one.is_disabled for one in people), len(people))

    def _violations(self, item: Item) -> Count:
        rows, examples, entities = 0, list[str](), set[str]()
        wanted = _wanted(item)
        for entity, path in self._members(item):
            entities.add(entity)
            for one in violations_of(self._runtime, self._connection, entity, {path}, None, wanted):
                rows += one.count
                examples += one.examples
        return Count(rows, sum(map(self._total, entities)), tuple(examples[:EXAMPLES]))

    def _members(self, item: Item) -> Iterator[tuple[str, str]]:
        """Yield the members, of entities that have records, that a change demands something of."""
        model = self._model
        for name, entity in model.entities.items():
            if entity.abstract:
                continue
            line = {name, *model.ancestors(name)}
            if item.kind == "entity" and item.document in line and item.path[1:]:
                yield name, item.path[1]
            elif item.kind == "rule" and model.rules[item.document].on in line:
                yield name, model.rules[item.document].at or ""
            elif item.kind in {"type", "enum"}:
                for attribute in entity.attributes.values():
                    types = {one.name for one in model.type_chain(attribute)}
                    if item.document == attribute.enum or item.document in types:
                        yield name, attribute.name

    def _total(self, entity: str) -> int:
        if entity not in self._totals:
            table = self._runtime.entity(entity).table
            counted: sa.Select[Any] = sa.select(sa.func.count()).select_from(table.table)
            if table.has_kind:
                counted = counted.where(table.table.c.kind == entity)
            self._totals[entity] = int(self._store.compile(counted).run(self._connection, {}).fetchone()[0])
        return self._totals[entity]

    def _shared(self, item: Item) -> Count:
        """Count the records that share a value which no two may have."""
        table, columns = self._model.root(item.document), {item.path[1]}
        indexes = {str(one.name): one for one in self._runtime.entity(item.document).table.table.indexes}
        for change in self._changes:
            if (
                change.kind is not Kind.ADD_INDEX
                or change.level is not Class.REFUSED
                or change.detail["table"] != table
            ):
                continue
            index = indexes.get(change.detail["index"])
            if index is not None and columns <= {column.name for column in index.columns}:
                return Count(change.rows or 0, self._total_of(item.document))
        return Count(0, self._total_of(item.document))

    def _total_of(self, entity: str) -> int:
        model = self._model
        return sum(self._total(name) for name in model.subtypes(entity) if not model.entity(name).abstract)

    def _changed(self, item: Item) -> list[Change]:
        """Return what becomes of the columns, or the table, that a change is about."""
        root = self._before.root(item.document) if item.kind == "entity" else ""
        member = item.path[1] if item.path[1:] else ""
        return [change for change in self._changes if self._is_about(change, root, member)]

    def _is_refused(self, item: Item) -> bool:
        return any(change.level is Class.REFUSED for change in self._changed(item))

    def _kept(self, item: Item) -> Count:
        """Count the values, or records, that are converted, refused or set aside."""
        found = self._changed(item)
        rows = [change.rows for change in found if change.rows is not None]
        examples = tuple(one for change in found for one in change.examples)
        return Count(max(rows, default=0), None, examples[:EXAMPLES])

    def _is_about(self, change: Change, root: str, member: str) -> bool:
        if change.kind not in {Kind.CONVERT, Kind.SEAL, Kind.SET_ASIDE, Kind.REFUSE}:
            return False
        table, column = change.detail.get("table", ""), change.detail.get("column", "")
        if not member:
            return bool(table == root and not column) or change.detail.get("entity") == root
        return bool((table == root and self._owner_of(root, column) == member) or table == f"{root}_{member}")

    def _owner_of(self, root: str, column: str) -> str:
        """Return what has a column: it has a column of its own name, or several whose names begin with it."""
        models = (self._before, self._model)
        entities = [model.entities[name] for model in models if root in model.entities for name in model.subtypes(root)]
        names = (name for entity in entities for name in (*entity.attributes, *entity.relations))
        return max((name for name in names if column == name or column.startswith(f"{name}_")), key=len, default="")

    def _owner(self, table: str, column: str) -> tuple[str, str]:
        """Return the entity and the member that a column is of: lists of values have a table of their own."""
        if table in self._model.entities:
            return table, self._owner_of(table, column) or column
        root = max((name for name in self._model.entities if table.startswith(f"{name}_")), key=len, default=table)
        return root, table[len(root) + 1 :]

    def _due(self, item: Item) -> Count:
        names = [name for name in self._model.subtypes(item.document) if not self._model.entity(name).abstract]
        rows = sum(count_due(self._runtime, self._connection, name) for name in names)
        return Count(rows, sum(map(self._total, names)))

    def _waiting(self, item: Item) -> Count:
        """Count the records in the states that a step which goes leads out of."""
        lifecycle = self._before.entity(item.document).lifecycle
        if lifecycle is None:
            return Count(0)
        steps = [one for name, one in lifecycle.transitions.items() if not item.path[2:] or name == item.path[2]]
        now = self._model.entity(item.document).lifecycle
        kept = (
            now.transitions[item.path[2]].from_
            if now and item.path[2:] and item.path[2] in now.transitions
            else frozenset[str]()
        )
        states = {state for step in steps for state in step.from_} - kept
        names = [name for name in self._model.subtypes(item.document) if not self._model.entity(name).abstract]
        rows = sum(self._standing(name, lifecycle.attribute, states) for name in names)
        return Count(rows, sum(map(self._total, names)))

    def valued(self, enum: str, value: str) -> int:
        """Return how often records have a value of a code list, by the names to come."""
        found = 0
        for name, entity in self._model.entities.items():
            if not entity.abstract:
                kept = self._runtime.entity(name).table.members
                members = [one.name for one in entity.attributes.values() if one.enum == enum and one.name in kept]
                found += sum(self._standing(name, member, {value}) for member in members if kept[member].columns)
        return found

    def _standing(self, entity: str, attribute: str, states: Collection[str]) -> int:
        view = self._runtime.entity(entity).table
        column = view.table.c[view.members[attribute].columns[0]]
        counted: sa.Select[Any] = sa.select(sa.func.count()).select_from(view.table)
        if view.has_kind:
            counted = counted.where(view.table.c.kind == entity)
        rows = (
            self._store.compile(counted.where(column == given("state"))).run(self._connection, {"state": state})
            for state in sorted(states)
        )
        return sum(int(found.fetchone()[0]) for found in rows)


def _wanted(item: Item) -> Callable[[Constraint | Rule], bool]:
    """Return what tells whether a demand is that of a change."""
    word = next((part for part in reversed(item.path) if part in CODES), "")

    def is_wanted(demanded: Constraint | Rule) -> bool:
        if isinstance(demanded, Constraint):
            return item.kind != "rule" and demanded.code in CODES.get(word, frozenset())
        return item.kind == "rule" and demanded.name == item.document

    return is_wanted

"""A plan as one of its readers may see it: numbers of records, examples and people only where these are theirs to see.

Whoever must approve a change learns how many records it concerns, since nobody decides without: that is what the
function of the gate is for. Anybody else learns it who reads all of these records, and what they were asked about.
Examples are told to nobody who does not read the record and the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import Actor
from sidra.access.functions import ADMINISTER, APPROVE_DATA
from sidra.access.tables import access_tables_alone
from sidra.releases.plan import Count, Impact, Item, Plan
from sidra.runtime import Runtime

READ: Final = frozenset({"read", "edit"})
MOST_NAMED: Final = 12
"""People who are named beside what they gain."""


def plan_for(plan: Plan, actor: Actor, runtime: Runtime) -> Plan:
    """Return a plan as somebody may see it, by the rights of the configuration in force."""
    reader = _Reader(actor, runtime)
    items = tuple(reader.item(item) for item in plan.items)
    if reader.may(APPROVE_DATA):
        return replace(plan, items=items)
    return replace(plan, items=items, migration=tuple(replace(step, rows=None) for step in plan.migration))


class _Reader:
    """What somebody may learn of the records that plans concern."""

    def __init__(self, actor: Actor, runtime: Runtime) -> None:
        self._runtime, self._records = runtime, runtime.records(actor)
        self._profile = runtime.profile(actor.roles, actor.scopes)

    def may(self, function: str) -> bool:
        """Tell whether a function is the reader's."""
        return self._profile.may_use(function)

    def item(self, item: Item) -> Item:
        """Return a change with what the reader may learn of records and people."""
        count = item.rows
        if count is None:
            return item
        if item.cls is Impact.WIDENED:
            return self._widened(item, count)
        examples = tuple(one for one in count.examples if self._sees(one, count))
        if self.may(item.gate) or (count.about and all(self._reads_all(*pair) for pair in count.about)):
            return replace(item, rows=replace(count, examples=examples))
        return replace(item, rows=replace(count, rows=None, total=None, examples=examples))

    def _widened(self, item: Item, count: Count) -> Item:
        if self.may(ADMINISTER):
            return replace(item, gains=self._named(item.role))
        return item if self.may(item.gate) else replace(item, rows=replace(count, rows=None, total=None))

    def _named(self, role: str) -> tuple[str, ...]:
        found = (one.name for one in self._people.values() if role in one.roles and not one.is_disabled)
        return tuple(sorted(found)[:MOST_NAMED])

    @cached_property
    def _people(self) -> Mapping[str, Account]:
        return {one.id: one for one in Accounts(self._runtime.store, access_tables_alone()).list()}

    def _sees(self, id: str, count: Count) -> bool:
        """Tell whether the reader sees a record, and the values that it was counted by."""
        for kind in {entity for entity, _ in count.about if self._is_known(entity)}:
            others = (pair for pair in count.about if pair[0] != kind)
            own = (member for entity, member in count.about if entity == kind)
            if all(self._reads(kind, member) for member in own) and all(self._reads_all(*pair) for pair in others):
                return self._records.find(kind, id) is not None
        return False

    def _is_known(self, entity: str) -> bool:
        return entity in self._runtime.model.entities and self._runtime.view(entity, self._profile).can_read

    def _reads(self, entity: str, member: str) -> bool:
        """Tell whether the values of a member are shown whole, wherever the record is."""
        return self._is_known(entity) and self._runtime.view(entity, self._profile).common_level(member) in READ

    def _reads_all(self, entity: str, member: str) -> bool:
        """Tell whether the reader could count by the values of a member himself."""
        if not self._reads(entity, member):
            return False
        model = self._runtime.model
        kinds = (name for name in model.subtypes(entity) if not model.entity(name).abstract)
        return all(self._profile.entity(kind).rows.is_open for kind in kinds)

"""What happened to a record, as far as its reader may see the values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sidra.access.actor import system_actor
from sidra.audit.journal import HistoryEntry
from sidra.errors import BadQuery
from sidra.records.record import Change, History, Record
from sidra.store.codecs import GREATEST_INTEGER

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra_metamodel.kinds.entity import Relation


SAVINGS = 50
"""On a page."""
MAX_SAVINGS = 500
COMPUTING = system_actor("compute").id
DIGITS = len(str(GREATEST_INTEGER))


def history(records: Records, record: Record, after: str | None, limit: int) -> History:
    """Return what happened to a record and to what it owns, the latest first; raises BadQuery."""
    if not 0 < limit <= MAX_SAVINGS:
        raise BadQuery(f"a page has from 1 to {MAX_SAVINGS} changes", hint="ask for fewer and follow the cursor")
    # A page is filled with what its reader may see: a short one, or one without a next, would tell of the rest.
    found = list(islice(_savings(records, record, _number(after), limit), limit + 1))
    changes = [change for _, saving in found[:limit] for change in saving]
    return History(changes, str(found[limit - 1][0]) if len(found) > limit else None)


def _number(after: str | None) -> int:
    if after is None:
        return GREATEST_INTEGER
    if not (after.isascii() and after.isdecimal() and len(after) <= DIGITS and int(after) <= GREATEST_INTEGER):
        raise BadQuery("the cursor is not one of this history", hint="begin at the first page")
    return int(after)


def _savings(records: Records, record: Record, before: int, limit: int) -> Iterator[tuple[int, list[Change]]]:
    """Yield the number and the changes of each saving of which the reader may see something, page by page."""
    reached = {record.id: True}
    while True:
        with records.connected() as connection:
            entries = records.runtime.audit.history(record.id, connection, before=before, limit=limit + 1)
        savings = [(number, list(group)) for number, group in groupby(entries, key=attrgetter("sequence"))]
        for number, saving in savings:
            shown = [change for entry in saving for change in _reached(records, record, entry, reached)]
            if shown:
                yield number, shown
        if len(savings) <= limit:
            return
        before = savings[-1][0]


def _reached(records: Records, owner: Record, entry: HistoryEntry, reached: dict[str, bool]) -> Iterator[Change]:
    if entry.record_id not in reached:
        reached[entry.record_id] = _is_reached(records, owner, entry)
    return _shown(records, entry) if reached[entry.record_id] else iter(())


def _is_reached(records: Records, owner: Record, entry: HistoryEntry) -> bool:
    """Tell whether the reader may see an owned record, or might have seen it where it is gone."""
    model = records.runtime.model
    if entry.entity not in model.entities or not _shows_owned(records, owner, entry.entity):
        return False
    if records.find(entry.entity, entry.record_id) is not None:
        return True
    # Conditions on its own values cannot be asked any more once it is gone.
    policy = records.access(entry.entity).rows
    is_narrowed = not policy.is_open and all(len(conditions) > 1 for conditions in policy.alternatives)
    return not is_narrowed and records.system.find(entry.entity, entry.record_id) is None


def _shows_owned(records: Records, owner: Record, entity: str) -> bool:
    """Tell whether the reader may see a relation of the owner to what it owns of an entity."""
    model, view = records.runtime.model, records.view(owner.entity)
    lineage = {entity, *model.ancestors(entity)}
    relations = model.entity(owner.entity).relations.values()
    return any(
        relation.owned and lineage & set(relation.to) and view.level(relation.name) in {"read", "edit"}
        for relation in relations
    )


def _linked(records: Records, relation: Relation, ids: list[str] | None) -> list[str] | None:
    """Give the ids of the records that the reader may see, and of those that are gone; None for none."""
    return [one for one in ids or () if _may_know(records, relation, one)] or None


def _may_know(records: Records, relation: Relation, id: str) -> bool:
    model = records.runtime.model
    named = [name for name in relation.to if name in model.entities]
    targets = named or [name for name in model.entities if model.root(name) == name]
    if any(records.find(name, id) is not None for name in targets):
        return True
    return all(records.system.find(name, id) is None for name in targets)


def _shown(records: Records, entry: HistoryEntry) -> Iterator[Change]:
    """Yield the change with the values that the reader may see: none of a hidden member, masked ones masked."""
    if entry.entity not in records.runtime.model.entities:
        return
    view = records.view(entry.entity)
    level = view.level(entry.member)
    if level == "none" or not view.can_read:
        return
    attribute = view.compiled.entity.attributes.get(entry.member)
    relation = view.compiled.entity.relations.get(entry.member)
    if relation is not None and relation.many:
        entry = replace(entry, old=_linked(records, relation, entry.old), new=_linked(records, relation, entry.new))
        if level == "mask" or entry.old is entry.new is None:
            return

    def shown(value: Any) -> Any:  # noqa: ANN401 - of the attribute's type
        return view.masked(attribute, value) if level == "mask" and attribute is not None else value

    is_kept = attribute is not None and attribute.compute is not None
    yield Change(
        at=entry.at,
        by=entry.actor_name,
        action=entry.action,
        entity=entry.entity,
        attribute=entry.member,
        old=shown(entry.old),
        new=shown(entry.new),
        reason=entry.reason,
        is_computed=is_kept or entry.actor_id == COMPUTING,
        is_erased=entry.is_erased,
        sequence=entry.sequence,
    )

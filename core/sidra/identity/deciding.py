"""Pairs that wait for a decision, as far as their reader may see the records and what tells so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sidra.audit.journal import Event
from sidra.errors import BadQuery, Forbidden
from sidra.identity.merging import MERGE
from sidra.identity.moving import row_of
from sidra.identity.pairs import Pair, Place, place_of
from sidra.records.planning import find_row
from sidra.records.record import Record
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.identity.tombstones import Merge
    from sidra.records.record import Likeness
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra.rules.duplicates import Sign

DISMISS = "dismiss_duplicate"
READ = 200
LOOKED_THROUGH = 2_000
"""So many pairs are looked through for a page: who may see few of them does not keep the server busy with all."""
SEEN = frozenset({"read", "edit"})


@dataclass(frozen=True, slots=True)
class Suspects:
    """Two records that may be one thing, and the sign that says so."""

    pair: Pair
    left: Record
    right: Record
    sign: Sign


@dataclass(frozen=True, slots=True)
class SuspectsPage:
    """A page of pairs, and the cursor of the next one."""

    suspects: list[Suspects]
    next_cursor: str | None = None


def waiting(records: Records, after: str = "", limit: int = 25) -> SuspectsPage:
    """Return pairs that the reader may decide about, the most alike first; raises BadQuery for a cursor of no list."""
    place = place_of(after) if after else Place()
    if place is None:
        raise BadQuery("the cursor is not one of this list", hint="begin at the first page")
    found: list[Suspects] = []
    for _ in range(LOOKED_THROUGH // READ):
        with records.connected() as connection:
            pairs = records.runtime.pairs.page(connection, place, READ)
        for pair in pairs:
            one = suspects(records, pair)
            if one is not None:
                if len(found) == limit:
                    last = found[-1].pair
                    return SuspectsPage(found, Place(int(last.score * 10_000), id_bytes(last.id)).text())
                found.append(one)
        if len(pairs) < READ:
            return SuspectsPage(found)
        place = Place(int(pairs[-1].score * 10_000), id_bytes(pairs[-1].id))
    return SuspectsPage(found, place.text())


def suspects(records: Records, pair: Pair) -> Suspects | None:
    """Return a pair as its reader may see it; None where the reader may not know of it, or may not decide about it."""
    model = records.runtime.model
    if pair.entity not in model.entities:
        return None
    left = records.find(pair.entity, pair.left)
    right = records.find(pair.entity, pair.right) if left is not None else None
    if left is None or right is None or not records.may(left.entity, MERGE):
        return None
    sign = sign_of(records, left.entity, pair.rule)
    return Suspects(pair, left, right, sign) if sign is not None and tells(records, sign) else None


def sign_of(records: Records, entity: str, name: str) -> Sign | None:
    """Return the sign of an entity by its name."""
    return next((sign for sign in records.runtime.rules(entity).duplicates.signs if sign.name == name), None)


def tells(records: Records, sign: Sign) -> bool:
    """Tell whether the reader may read all that a sign says something about."""
    model = records.runtime.model
    reads = ((entity, member) for entity, member in sign.reads if entity in model.entities)
    return all(records.view(entity).common_level(member) in SEEN for entity, member in reads)


def dismiss(unit: UnitOfWork, entity: str, one: str, other: str) -> None:
    """Keep that two records are not one thing, so that nobody is asked again; both must be seen and may be changed."""
    for id in (one, other):
        if not _may_change(unit, entity, id):
            raise Forbidden(f"you may not change this `{entity}`", hint="ask for a role that may")
    _keep_apart(unit, entity, one, other)


def _may_change(unit: UnitOfWork, entity: str, id: str) -> bool:
    """Tell whether the actor may change or merge a record; raises NotFound for one that is not to be seen."""
    view, row = find_row(unit, entity, id)
    return unit.may(view, row, "update") or unit.may(view, row, MERGE)


def _keep_apart(unit: UnitOfWork, entity: str, one: str, other: str) -> None:
    known = unit.runtime.pairs.find(unit.connection, one, other)
    pair = known or Pair(one, other, entity, DISMISS, Decimal(0))
    unit.runtime.pairs.decide(unit.connection, pair, "dismissed", unit.actor.id, unit.microseconds)
    for id in (one, other):
        event = Event(actor=unit.actor, at=unit.now, action=DISMISS, entity=entity, record_id=id)
        unit.runtime.audit.write(unit, event)


def keep_likenesses(unit: UnitOfWork, record: Record, found: Iterable[Likeness], apart: Collection[str]) -> None:
    """Keep what a form has hinted at for a record that was saved all the same; `apart` are others, said its writer.

    What the writer may not change is asked again of somebody who may.
    """
    likenesses = [one for one in found if not one.refuses]
    decided = {one.record.id for one in likenesses if one.record.id in apart}
    decided = {id for id in decided if _may_change(unit, record.entity, id)}
    for id in decided:
        _keep_apart(unit, record.entity, record.id, id)
    open_ = [
        Pair(record.id, one.record.id, record.entity, one.sign, one.score)
        for one in likenesses
        if one.record.id not in decided and one.record.entity == record.entity
    ]
    unit.runtime.pairs.note(unit.connection, open_, unit.microseconds)


def where_now(records: Records, id: str) -> tuple[str, str] | None:
    """Return entity and id of the record that one has become part of; None where the reader may not see that."""
    with records.connected() as connection:
        merge = records.runtime.tombstones.survivor(connection, id)
    if merge is None:
        return None
    found = records.find(merge.entity, merge.survivor)
    return None if found is None else (found.entity, found.id)


def former(records: Records, merge: Merge) -> Record | None:
    """Return the record that went in a merge as the reader would see it; None for nothing, or where it is erased."""
    view = records.view(merge.entity)
    if not view.can_read or records.find(merge.entity, merge.survivor) is None:
        return None
    with records.connected() as connection:
        kept = records.runtime.tombstones.kept(connection, merge)
    if kept is None:
        return None
    row = row_of(view.compiled, kept.former)
    # Its row is in no table, so that the conditions of its rows are asked of what was kept.
    whole = records.whole(merge.entity, row)
    if not records.profile.allows(merge.entity, "read", records.environment(whole)):
        return None
    return Record(view.reader(merge.entity)(row), merge.entity, row, records)


def merges_into(records: Records, record: Record) -> list[Merge]:
    """Return the merges into a record that are not taken back, the latest first."""
    with records.connected() as connection:
        return records.runtime.tombstones.into(connection, record.id)

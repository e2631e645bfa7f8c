"""A merge is taken back: the record that went is there again with what was its own, unless that changed since."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidra.errors import Forbidden, NotFound
from sidra.identity.merging import MERGE, NotMerged, choosable
from sidra.identity.moving import Cells, Way, add_link, drop_link, lead, row_of, tell_source
from sidra.identity.pairs import Pair
from sidra.identity.references import ColumnReference, LinkReference, column_references, link_references
from sidra.identity.tombstones import Kept, Merge
from sidra.records.changing import write
from sidra.records.journaling import record_moved
from sidra.records.planning import Plan
from sidra.records.proposed import Proposed
from sidra.records.ruling import Step, apply_rules
from sidra.records.search_index import index_texts
from sidra.rules.duplicates import SURE
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

UNDO = "undo_merge"
USUAL = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a merge that was taken back."""

    merge: Merge
    back: int
    """References that lead to the record again."""
    stayed: tuple[tuple[str, int], ...]
    """What stays as it was changed since: by entity, how many records; by `<entity>.<member>`, 1."""


def undo_within(runtime: Runtime, entity: str) -> datetime.timedelta:
    """Return how long a merge of records of an entity can be taken back."""
    identity = runtime.model.entity(entity).identity
    return USUAL if identity is None or identity.undo is None else identity.undo


def find_merge(unit: UnitOfWork, id: str) -> Merge:
    """Return a merge that the actor may take back; raises NotFound where there is none to be seen, Forbidden."""
    merge = unit.runtime.tombstones.get(unit.connection, id)
    view = None if merge is None or merge.entity not in unit.runtime.model.entities else unit.records.view(merge.entity)
    row = unit.records.row(view, merge.survivor) if view is not None and merge is not None and view.can_read else None
    if merge is None or view is None or row is None:
        raise NotFound("no such merge", hint="the record that stayed may be gone, or not yours to see")
    if not unit.may(view, row, MERGE):
        raise Forbidden(f"you may not merge this `{view.name}`", hint="ask for a role that may")
    return merge


def undo(unit: UnitOfWork, id: str, reason: str | None = None) -> Undone:
    """Take a merge back in the unit's transaction; return what came back and what stayed.

    Raises NotFound or Forbidden, and NotMerged where it is too late, or where something stands against it.
    """
    merge = find_merge(unit, id)
    kept = _kept(unit, merge)
    compiled = unit.runtime.entity(merge.entity)
    way = Way(merge.entity, merge.survivor, merge.dropped, Step(UNDO, reason))
    stayed: dict[str, int] = {}
    former = row_of(compiled, kept.former)
    _restore_values(unit, compiled, kept, stayed, without=merge.dropped)
    _restore_record(unit, compiled, former, way)
    _restore_values(unit, compiled, kept, stayed)
    back = _lead_back(unit, kept, way, stayed) + _restore_owned(unit, kept, way, stayed)
    back += _relink(unit, kept, way, stayed)
    whole = unit.system.whole(merge.entity, former)
    unit.recompute(compiled, None, former, dict(whole))
    unit.runtime.tombstones.undone(unit.connection, merge, unit.microseconds)
    pair = Pair(merge.survivor, merge.dropped, merge.entity, MERGE, SURE)
    unit.runtime.pairs.decide(unit.connection, pair, "dismissed", unit.actor.id, unit.microseconds)
    return Undone(merge, back, tuple(sorted(stayed.items())))


def _kept(unit: UnitOfWork, merge: Merge) -> Kept:
    """Return what was kept; raises NotMerged where the merge can no longer be taken back."""
    if merge.undone_at is not None:
        raise NotMerged("this merge was taken back already", hint="merge the two again if they are one")
    within = undo_within(unit.runtime, merge.entity)
    if unit.now - merge.at > within:
        raise NotMerged(f"a merge can be taken back for {within.days} days", hint="enter the record anew")
    kept = unit.runtime.tombstones.kept(unit.connection, merge)
    if kept is None:
        raise NotMerged("the personal data of the record was erased", hint="enter the record anew")
    return kept


def _restore_values(
    unit: UnitOfWork, compiled: CompiledEntity, kept: Kept, stayed: dict[str, int], without: str = ""
) -> None:
    """Give the survivor the values it had, where they are as the merge left them; those that lead to a record last."""
    view = unit.system.view(compiled.name)
    before, after = (view.whole(row_of(compiled, cells)) for cells in (kept.before, kept.after))
    row: Row = compiled.select.run(unit.connection, {"k_id": id_bytes(after["id"])}).fetchone()
    now = view.whole(row)
    wanted: dict[str, Any] = {}
    for name, keys in choosable(view):
        if not any(is_other(before.get(key), after.get(key)) for key in keys):
            continue
        if any(is_other(now.get(key), after.get(key)) for key in keys):
            is_back = not any(is_other(now.get(key), before.get(key)) for key in keys)
            stayed.update({} if is_back else {f"{compiled.name}.{name}": 1})
        elif not (without and before.get(keys[0]) == without):
            wanted |= {key: before.get(key) for key in keys}
    if wanted or without:
        _write(unit, view, row, wanted)


def _write(unit: UnitOfWork, view: View, row: Row, wanted: Mapping[str, Any]) -> None:
    before = view.whole(row)
    proposed = Proposed({**before, **wanted}, view.name, row, unit.records)
    plan = Plan(view, proposed, row, before, {}, [], frozenset(wanted))
    # What was valid before the merge is so again: only what follows from the values is asked for here.
    apply_rules(unit, plan, frozenset())
    names, keys = (*wanted, *unit.runtime.rules(view.name).sets), view.compiled.stored_keys
    plan.changed = {name: proposed[name] for name in names if name in keys and is_other(before[name], proposed[name])}
    plan.changed = plan.changed or {"updated_at": unit.now}
    plan.step = Step(UNDO)
    write(unit, plan)


def _restore_record(unit: UnitOfWork, compiled: CompiledEntity, former: Row, way: Way) -> None:
    whole = unit.system.whole(compiled.name, former)
    if unit.system.find(compiled.name, way.new) is not None:
        raise NotMerged("there is a record of that id again", hint="look at it; nothing was changed")
    for name, stored in compiled.table.members.items():
        if stored.relation is not None and whole.get(f"{name}_id") not in {None, way.new} and whole.get(name) is None:
            raise NotMerged(f"the record leads to one that is gone: `{name}`", hint="enter the record anew")
    _insert(unit, compiled, whole)
    record_moved(unit, compiled, {"id": way.new}, dict(whole), way.step)


def _insert(unit: UnitOfWork, compiled: CompiledEntity, whole: Mapping[str, Any]) -> None:
    """Add a record again as it was; raises NotMerged where another one has its values meanwhile."""
    for name, attribute in compiled.entity.attributes.items():
        if unit.runtime.model.is_unique(attribute) and whole.get(name) is not None:
            cells = compiled.encode({name: whole[name]})
            given = {f"k_{column}": cell for column, cell in cells.items()} | {"k_id": id_bytes(whole["id"])}
            if compiled.same(name).run(unit.connection, given).fetchone() is not None:
                raise NotMerged(f"another record has its `{name}` meanwhile", hint="change that one first")
    compiled.insertion.run(unit.connection, whole)
    texts = {name: whole.get(name) for name in compiled.searched}
    index_texts(unit.runtime.store, unit.connection, compiled.root, whole["id"], texts, is_new=True)


def _lead_back(unit: UnitOfWork, kept: Kept, way: Way, stayed: dict[str, int]) -> int:
    """Move back what leads to the survivor still; what is gone, or leads elsewhere now, stays."""
    known = set(column_references(unit.runtime, way.entity))
    back = 0
    for root, relation, id in kept.moved.columns:
        row = _row(unit, ColumnReference(root, relation), id, way) if ColumnReference(root, relation) in known else None
        if row is None:
            stayed[root] = stayed.get(root, 0) + 1
        else:
            lead(unit, unit.runtime.entity(unit.runtime.entity(root).kind_of(row)), row, relation, way)
            back += 1
    return back


def _row(unit: UnitOfWork, reference: ColumnReference, id: str, way: Way) -> Row | None:
    compiled = unit.runtime.entity(reference.root)
    row: Row | None = compiled.select.run(unit.connection, {"k_id": id_bytes(id)}).fetchone()
    leads = row is not None and row[compiled.positions[reference.column]] == id_bytes(way.former)
    return row if leads else None


def _restore_owned(unit: UnitOfWork, kept: Kept, way: Way, stayed: dict[str, int]) -> int:
    """Make the owned records again that went because the survivor had the same."""
    back = 0
    for kind, cells in kept.moved.removed:
        if kind not in unit.runtime.model.entities:
            stayed[kind] = stayed.get(kind, 0) + 1
            continue
        compiled = unit.runtime.entity(kind)
        row = row_of(compiled, cells)
        whole = unit.system.whole(kind, row)
        _insert(unit, compiled, whole)
        record_moved(unit, compiled, {"id": whole.id}, dict(whole), way.step)
        unit.recompute(compiled, None, row, dict(whole))
        back += 1
    return back


def _relink(unit: UnitOfWork, kept: Kept, way: Way, stayed: dict[str, int]) -> int:
    """Put links back that were moved, the last one first; one that changed since, or whose end is gone, stays."""
    known = {(link.root, link.relation): link for link in link_references(unit.runtime, way.entity)}
    back = 0
    for moved in reversed(kept.moved.links):
        link = LinkReference(moved.root, moved.relation, moved.end)
        is_there = (moved.root, moved.relation) in known and _ends_stand(unit, moved.root, moved.relation, moved.was)
        if not is_there or (moved.became is not None and not drop_link(unit, link, moved.became)):
            name = f"{moved.root}.{moved.relation}"
            stayed[name] = stayed.get(name, 0) + 1
            continue
        add_link(unit, link, moved.was)
        back += 1
        if moved.end == "target_id" and moved.was["source_id"] != moved.was["target_id"]:
            tell_source(unit, link, moved.was["source_id"], way)
    return back


def _ends_stand(unit: UnitOfWork, root: str, relation: str, cells: Cells) -> bool:
    """Tell whether both records of a link are there."""
    model = unit.runtime.model
    holders = (one for one in map(model.entity, model.subtypes(root)) if relation in one.relations)
    kinds = [cells["target_kind"]] if cells["target_kind"] else [*next(holders).relations[relation].to]
    is_led = any(_stands(unit, kind, cells["target_id"]) for kind in kinds if kind in model.entities)
    return is_led and _stands(unit, root, cells["source_id"])


def _stands(unit: UnitOfWork, entity: str, stored_id: bytes) -> bool:
    return unit.runtime.entity(entity).select.run(unit.connection, {"k_id": stored_id}).fetchone() is not None

"""Two records that are one thing become one: values by choice, all relations moved, the other one kept aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from sidra.errors import Conflict, Forbidden, Outdated
from sidra.identity.moving import Way, cells_of, move_all, own_references
from sidra.identity.pairs import Pair
from sidra.identity.tombstones import Kept, Merge
from sidra.records.changing import write
from sidra.records.journaling import record_moved
from sidra.records.planning import Plan, find_row
from sidra.records.proposed import Proposed
from sidra.records.ruling import Step, apply_rules
from sidra.records.search_index import forget_record
from sidra.rules.duplicates import SURE
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.service import Records
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork

Choice = Literal["keep", "drop"]
"""Whose value stays: that of the record that is kept, or of the one that goes."""

MERGE = "merge"
NO_CHOICES: Mapping[str, Choice] = MappingProxyType({})


class NotMerged(Conflict):
    """Two records cannot become one."""

    code = "R080"


@dataclass(frozen=True, slots=True)
class Option:
    """One member of two records, and whose value stays unless somebody chooses."""

    member: str
    is_different: bool
    usual: Choice
    may_choose: bool
    """Whether the actor may say which; else the usual one stays."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: which record stays, which goes, whose values stay, and why."""

    entity: str
    keep: str
    drop: str
    choices: Mapping[str, Choice] = field(default_factory=lambda: NO_CHOICES)
    reason: str | None = None
    versions: tuple[int | None, int | None] = (None, None)
    """Those that the caller saw; None for any."""


def merge(unit: UnitOfWork, order: Order) -> Merge:
    """Make one record of two, in the unit's transaction; return what it takes to undo that.

    Raises Forbidden unless the actor may `merge` both, NotMerged or Conflict where they cannot be one, Invalid where
    the record that stays would break a rule, and Outdated where one of them is of another version.
    """
    view, keep = _found(unit, order.entity, order.keep, order.versions[0])
    other, drop = _found(unit, order.entity, order.drop, order.versions[1])
    if view.name != other.name or keep == drop:
        raise NotMerged("these are not two records of one kind", hint="choose two that are")
    compiled = view.compiled
    former = unit.system.whole(view.name, drop)
    taken = _taken(view, view.whole(keep), former, order.choices)
    way = Way(view.name, order.drop, order.keep, Step(MERGE, order.reason))
    moved = move_all(unit, way)
    # What is computed of records that moved may have been computed anew in both.
    drop = compiled.select.run(unit.connection, {"k_id": id_bytes(order.drop)}).fetchone()
    between = compiled.select.run(unit.connection, {"k_id": id_bytes(order.keep)}).fetchone()
    _release(unit, compiled, between, way)
    _remove(unit, compiled, drop, way)
    between = compiled.select.run(unit.connection, {"k_id": id_bytes(order.keep)}).fetchone()
    _change(unit, view, between, taken, way)
    after = compiled.select.run(unit.connection, {"k_id": id_bytes(order.keep)}).fetchone()
    kept = Kept(cells_of(compiled, drop), cells_of(compiled, keep), cells_of(compiled, after), moved)
    unit.runtime.pairs.forget(unit.connection, order.drop)
    pair = Pair(order.keep, order.drop, view.name, MERGE, SURE)
    unit.runtime.pairs.decide(unit.connection, pair, "merged", unit.actor.id, unit.microseconds)
    made = Merge(
        "", view.name, order.keep, order.drop, unit.now, unit.actor.id, unit.actor.name, way.step.reason, None, ""
    )
    return unit.runtime.tombstones.add(unit.connection, made, kept)


def options(records: Records, entity: str, keep: str, drop: str) -> list[Option]:
    """Return what merging two records decides, member by member, as far as the actor sees it.

    Raises NotFound where one of them is not to be seen, Forbidden where the actor may not merge them.
    """
    with records.connected() as connection:
        unit = records.runtime.planning(records.actor, connection)
        view, row = _found(unit, entity, keep, None)
        other, second = _found(unit, entity, drop, None)
        if view.name != other.name or row == second:
            raise NotMerged("these are not two records of one kind", hint="choose two that are")
        # As the actor sees them: whether two values are the same that are shown masked tells what they are to whoever
        # may enter one of them.
        mine, theirs = unit.records.record(view, row), unit.records.record(view, second)
    return [
        Option(name, _differs(mine, theirs, keys), _usual(mine, theirs, keys), view.level(name) == "edit")
        for name, keys in choosable(view)
        if view.level(name) != "none"
    ]


def choosable(view: View) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the members of which one value stays, each with the keys under which records have it.

    Computed values follow from the others, the state of a life cycle changes by its steps alone, and an owner stays.
    """
    lifecycle = view.compiled.entity.lifecycle
    for name, stored in view.compiled.table.members.items():
        is_state = lifecycle is not None and lifecycle.attribute == name
        is_computed = stored.attribute is not None and stored.attribute.compute is not None
        is_own = stored.attribute is not None or (stored.relation is not None and name not in view.compiled.owners)
        if is_own and not is_state and not is_computed:
            yield name, stored.columns if stored.relation is not None else (name,)


def _found(unit: UnitOfWork, entity: str, id: str, version: int | None) -> tuple[View, Row]:
    view, row = find_row(unit, entity, id)
    unit.require(view.name, MERGE)
    unit.allow(view, row, MERGE)
    if version is not None and row[view.compiled.positions["version"]] != version:
        raise Outdated("one of the records has changed since it was read", hint="compare them again")
    return view, row


def _differs(mine: Mapping[str, Any], theirs: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    return any(is_other(mine.get(key), theirs.get(key)) for key in keys)


def _usual(mine: Mapping[str, Any], theirs: Mapping[str, Any], keys: tuple[str, ...]) -> Choice:
    """Return whose value stays by itself: the survivor's, unless it has none."""
    return "drop" if mine.get(keys[0]) is None and theirs.get(keys[0]) is not None else "keep"


def _taken(
    view: View, mine: Mapping[str, Any], theirs: Mapping[str, Any], choices: Mapping[str, Choice]
) -> dict[str, Any]:
    """Return the values of the record that goes which the other one takes over."""
    members = dict(choosable(view))
    for name in choices:
        if name not in members or view.level(name) != "edit":
            raise Forbidden(f"you may not choose `{name[:60]}`", hint="leave it out, and the usual value stays")
    taken: dict[str, Any] = {}
    for name, keys in members.items():
        if choices.get(name, _usual(mine, theirs, keys)) == "drop":
            taken |= {key: theirs.get(key) for key in keys}
    return taken


def _release(unit: UnitOfWork, compiled: CompiledEntity, row: Row, way: Way) -> None:
    """Take from the survivor what leads to the record that goes, so that this one can."""
    names = [name for name in own_references(unit, compiled) if _leads(compiled, row, name, way.former)]
    if names:
        before = unit.records.view(compiled.name).whole(row)
        keys = [key for name in names for key in compiled.table.members[name].columns]
        compiled.change(frozenset(keys)).run(unit.connection, {**before, **dict.fromkeys(keys)}, row)


def _leads(compiled: CompiledEntity, row: Row, relation: str, id: str) -> bool:
    return bool(row[compiled.positions[f"{relation}_id"]] == id_bytes(id))


def _remove(unit: UnitOfWork, compiled: CompiledEntity, row: Row, way: Way) -> None:
    before = unit.system.whole(compiled.name, row)
    compiled.delete.run(unit.connection, {"k_id": id_bytes(way.former)})
    forget_record(unit.runtime.store, unit.connection, way.former)
    record_moved(unit, compiled, before, dict.fromkeys(before), way.step)
    unit.recompute(compiled, row, None, dict(before))


def _change(unit: UnitOfWork, view: View, row: Row, taken: Mapping[str, Any], way: Way) -> None:
    """Give the survivor the values it takes over; its rules hold, and it gets a new version in any case."""
    before = view.whole(row)
    proposed = Proposed(before, view.name, row, unit.records)
    # A record never leads to itself because another one led to it, or to itself.
    ends = (way.new, way.former)
    proposed |= {key: None if value in ends else value for key, value in taken.items()}
    plan = Plan(view, proposed, row, before, {}, [], frozenset(taken), step=None)
    plan.problems += apply_rules(unit, plan, frozenset())
    plan.check()
    names = (*taken, *unit.runtime.rules(view.name).sets)
    keys = view.compiled.stored_keys
    plan.changed = {name: proposed[name] for name in names if name in keys and is_other(before[name], proposed[name])}
    plan.changed = plan.changed or {"updated_at": unit.now}
    plan.step = way.step
    write(unit, plan)

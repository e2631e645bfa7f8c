"""What a change would do: the record as it would be saved with all that it owns, and every problem of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sidra.errors import Invalid, NotFound, Problem
from sidra.files.admitting import admitted
from sidra.queues.handing import check_persons
from sidra.records.given import Given, LinkGiven, read_given
from sidra.records.linking import LinkChange, plan_links
from sidra.records.proposed import Proposed
from sidra.records.readers import Row
from sidra.records.record import Record
from sidra.records.ruling import Step, apply_rules
from sidra.rules.wording import language_of, tell
from sidra.store.codecs import is_other
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork
    from sidra_metamodel.kinds.entity import Relation


class Plan(msgspec.Struct):
    """One record that would be made or changed."""

    view: View
    proposed: Proposed
    row: Row | None
    """As it is now; None for a new record."""
    before: Mapping[str, Any]
    """Its values now; empty for a new record."""
    links: dict[str, LinkChange]
    """By linked relation: what would be others than now."""
    problems: list[Problem]
    given: frozenset[str]
    """The members that were named, whatever became of them."""
    children: dict[str, list[Plan]] = {}
    """By owned relation: the records that it shall own."""
    removed: list[tuple[str, Row]] = []
    """Entity and row of each record that it shall own no more."""
    step: Step | None = None
    changed: dict[str, Any] = {}
    """The values that would be others than now; of a new record all of them."""

    @property
    def is_new(self) -> bool:
        """Whether the record is to be made."""
        return self.row is None

    def all_problems(self) -> Iterator[Problem]:
        """Yield the problems of the record and of all that it owns, each with its whole path."""
        yield from self.problems
        for name, plans in self.children.items():
            for number, plan in enumerate(plans):
                yield from (problem.below(f"{name}[{number}]") for problem in plan.all_problems())

    def check(self) -> None:
        """Raise Invalid with all problems, if any of them is an error."""
        if not self.problems and not self.children:
            return
        problems = list(self.all_problems())
        if any(problem.severity == "error" for problem in problems):
            raise Invalid(problems)


def plan_create(
    unit: UnitOfWork,
    entity: str,
    values: Mapping[str, Any],
    *,
    inverse: str | None = None,
    owner: Proposed | None = None,
) -> Plan:
    """Return what making a record would do; for an owned one, `inverse` is its relation to the `owner`."""
    view = unit.records.view(concrete(unit, entity, values))
    given = read_given(unit, view, values, is_new=True, inverse=inverse)
    proposed = Proposed(view.compiled.blank, view.name, None, unit.records)
    proposed |= {
        "id": unit.new_id(),
        "unit": unit.actor.units[0] if unit.actor.units else None,
        "kind": view.name,
        "created_at": unit.now,
        "created_by": unit.actor.id,
        "version": 1,
    }
    if inverse is not None and owner is not None:
        proposed |= {f"{inverse}_id": owner["id"], "unit": owner["unit"]}
    proposed |= given.values
    proposed |= {"updated_at": proposed["created_at"], "updated_by": proposed["created_by"]}
    plan = Plan(view, proposed, None, {}, {}, given.problems, given.named)
    return _completed(unit, plan, given)


def plan_update(
    unit: UnitOfWork,
    view: View,
    row: Row,
    changes: Mapping[str, Any],
    *,
    inverse: str | None = None,
    step: Step | None = None,
) -> Plan:
    """Return what changing the record of a row would do; `step` is the transition that is asked for."""
    given = read_given(unit, view, changes, is_new=False, inverse=inverse)
    before = view.whole(row)
    proposed = Proposed(before, view.name, row, unit.records)
    proposed |= given.values
    plan = Plan(view, proposed, row, before, {}, given.problems, given.named, step=step)
    return _completed(unit, plan, given)


def _completed(unit: UnitOfWork, plan: Plan, given: Given) -> Plan:
    for name in plan.view.compiled.files:
        if given.values.get(name) is not None:
            _admit(unit, plan, name)
    for name, entries in given.owned.items():
        relation = plan.view.compiled.entity.relations[name]
        kept = [] if plan.row is None else unit.system.whole(plan.view.name, plan.row)[name]
        seen = _seen(unit, plan, name)
        plan.children[name] = list(_owned_plans(unit, plan, relation, entries, seen))
        unseen = [record for record in kept if record.id not in seen]
        plan.proposed.many[name] = [child.proposed for child in plan.children[name]] + unseen
    for name, links in given.links.items():
        seen = _seen(unit, plan, name)
        plan.proposed.many[name] = _linked(unit, plan, name, links, seen)
        if change := plan_links(unit, plan, name, links, seen):
            plan.links[name] = change
    found = apply_rules(unit, plan, plan.given)
    if plan.view.compiled.persons:
        check_persons(unit, plan, plan.given)
    if found:
        refused = {problem.path for problem in plan.problems}
        plan.problems += [problem for problem in found if problem.path not in refused]
    plan.changed = _changed(unit, plan, given)
    return plan


def _admit(unit: UnitOfWork, plan: Plan, name: str) -> None:
    """Take over what is known of a file, or say that there is none to be had."""
    found = admitted(unit, plan.view.compiled.root, name, plan.proposed[name], plan.before.get(name))
    if isinstance(found, Problem):
        plan.problems.append(found)
    else:
        plan.proposed[name] = found


def _changed(unit: UnitOfWork, plan: Plan, given: Given) -> dict[str, Any]:
    """Return what a plan changes: nothing but what was given and what rules set can be other than it was."""
    if plan.row is None:
        return dict(plan.proposed)
    before, proposed, keys = plan.before, plan.proposed, plan.view.compiled.stored_keys
    names = (*given.values, *unit.runtime.rules(plan.view.name).sets)
    return {name: proposed[name] for name in names if name in keys and is_other(before[name], proposed[name])}


def _owned_plans(
    unit: UnitOfWork,
    plan: Plan,
    relation: Relation,
    entries: list[Mapping[str, Any]],
    seen: Mapping[str, tuple[View, Row]],
) -> Iterator[Plan]:
    """Yield a plan for each record that is to be owned; those that the actor sees and does not name are to go.

    The owner's rights reach what it owns only as far as a grant on the owned entity does not narrow them.
    """
    existing = dict(seen)
    for number, entry in enumerate(entries):
        place = f"{relation.name}[{number}]"
        kept = existing.pop(str(entry.get("id")), None)
        if kept is not None:
            child = plan_update(unit, *kept, entry, inverse=relation.inverse)
            if child.given & child.changed.keys() and not unit.may(*kept, "update"):
                plan.problems.append(_not_settable(unit, place))
            yield child
        elif entry.get("id"):
            plan.problems.append(Problem("R619", place, tell("not_id", unit.actor.locale)))
        else:
            child = plan_create(unit, relation.to[0], entry, inverse=relation.inverse, owner=plan.proposed)
            if "create" not in child.view.access.actions:
                plan.problems.append(_not_settable(unit, place))
            yield child
    if not all(unit.may(view, row, "delete") for view, row in existing.values()):
        plan.problems.append(_not_settable(unit, relation.name))
    plan.removed += ((view.name, row) for view, row in existing.values())


def _not_settable(unit: UnitOfWork, path: str) -> Problem:
    return Problem("R612", path, tell("not_settable", unit.actor.locale))


def _linked(
    unit: UnitOfWork, plan: Plan, name: str, links: list[LinkGiven], seen: Mapping[str, tuple[View, Row]]
) -> list[Record]:
    """Return what a linked relation will lead to: what is named, and what was there and is out of the actor's sight."""
    kept = [] if plan.row is None else unit.system.whole(plan.view.name, plan.row)[name]
    found = (unit.system.find(link.kind or "", link.id) for link in links)
    return [record for record in found if record is not None] + [one for one in kept if one.id not in seen]


def _seen(unit: UnitOfWork, plan: Plan, name: str) -> dict[str, tuple[View, Row]]:
    """Return the records of a to-many relation that the actor sees, by id: what is out of sight is never removed."""
    if plan.row is None:
        return {}
    owned = unit.records.record(plan.view, plan.row).get(name) or ()
    return {record.id: (unit.records.view(record.entity), record.row) for record in owned}


def concrete(unit: UnitOfWork, entity: str, values: Mapping[str, Any]) -> str:
    """Return the entity of a new record: the one asked for, or the subtype that `kind` of the values names.

    Raises NotFound for a name that is none, Invalid where the entity has no records of its own.
    """
    kind = values.get("kind") or entity
    kinds = unit.runtime.entity(entity).concrete
    if kind in kinds:
        return str(kind)
    model, locale = unit.runtime.model, unit.actor.locale
    choices = [model.label(model.entity(name), locale, language_of(locale)) for name in kinds]
    code = "R601" if kind == entity or kind in model.subtypes(entity) else "R608"
    raise Invalid([Problem(code, "kind", tell("not_in_list", locale, values=choices))])


def find_row(unit: UnitOfWork, entity: str, id: str) -> tuple[View, Row]:
    """Return a record's row and its own entity as the actor sees it; raises NotFound where the actor may not see it."""
    view = unit.records.readable(entity)
    row = unit.records.row(view, id)
    if row is None:
        raise NotFound(f"no such `{entity}`", hint="it may be gone, or not yours to see")
    return unit.records.view(view.compiled.kind_of(row)), row


def row_id(view: View, row: Row) -> bytes:
    """Return the stored id of a row."""
    return row[view.compiled.positions["id"]]  # type: ignore[no-any-return]  # a column of ids


def stored_id(plan: Plan) -> bytes:
    """Return the stored id of the record of a plan."""
    return id_bytes(plan.proposed["id"])

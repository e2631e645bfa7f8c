"""What one role gains on an entity: actions, rows, attributes, and what these follow from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.granting.conditions import Alternatives, Condition, ThroughOwner
from sidra_metamodel.granting.former import Former
from sidra_metamodel.granting.origins import Member, formulas_of, meaning_of
from sidra_metamodel.granting.shapes import shows_part
from sidra_metamodel.granting.shares import LEVELS, Level, RoleAccess, Share
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.role import Role
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.record_types import ANY_ENTITY

NOTHING = Share({}, {}, frozenset())

What = Literal[
    "role",
    "function",
    "export_rows",
    "action",
    "rows",
    "column",
    "entry",
    "sensitive",
    "pii",
    "encrypt",
    "matched",
    "unit",
    "consent",
    "quiet",
    "mask",
    "guard",
    "border",
    "exposed",
    "kept",
    "begins",
    "served",
    "unknown",
]
"""What was gained, or which restriction went."""


@dataclass(frozen=True, slots=True)
class Widening:
    """One thing that somebody may do or see who might not before."""

    what: What
    kind: str
    document: str
    path: tuple[str, ...]
    """Where the configuration says so; names that lead nowhere are those of what follows by itself."""
    subject: str
    """The action, member, function, class of personal data or unit that it is about."""
    role: str = ""
    """Who gains; empty where everybody does who has the record."""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Gain:
    """What one role gains on entities."""

    former: Former
    role: Role
    low: BoundedRole
    high: BoundedRole

    def on(self, one: Entity | None, other: Entity) -> Iterator[Widening]:
        """Yield what is gained on an entity; what is new altogether was kept from nobody, but for what it follows."""
        now = self.high.share(other)
        if now is None:
            return
        was = (self.low.share(one) if one is not None else None) or NOTHING
        grant = RoleAccess(self.former.after, self.role).nearest(other.name)
        start = ("may", grant.name if grant is not None else other.name)
        if one is not None:
            yield from self._actions(start, was, now)
        for name in now.columns:
            yield from self._member(start, other, name, was, now)
            if now.columns[name] == "mask" and name in other.attributes:
                yield from self._masked(one, other, other.attributes[name])

    def _told(self, what: What, path: tuple[str, ...], subject: str, was: str = "", now: str = "") -> Widening:
        return Widening(what, "role", self.role.name, path, subject, self.role.name, was, now)

    def _actions(self, start: tuple[str, ...], was: Share, now: Share) -> Iterator[Widening]:
        reached: dict[tuple[str, str], list[str]] = {}
        for action in sorted(now.rows):
            if action not in was.rows:
                yield self._told("action", (*start, "do"), action, "", action)
            elif not self._covers(was.rows[action], now.rows[action]):
                rows = (_said(was.rows[action]), _said(now.rows[action]))
                reached.setdefault(rows, []).append(action)
        for (before, after), actions in reached.items():
            yield self._told("rows", (*start, "rows"), ", ".join(actions), before, after)

    def _covers(self, was: Alternatives, now: Alternatives) -> bool:
        """Tell whether each row that is reached now was reached before, as far as conditions alone tell."""
        low = [frozenset(_meaning(self.former.before, one) for one in conditions) for conditions in was]
        high = [frozenset(_meaning(self.former.after, one) for one in conditions) for conditions in now]
        kinds = {one for conditions in was for one in conditions if isinstance(one, ThroughOwner)}
        gained = (one for conditions in now for one in conditions if isinstance(one, ThroughOwner))
        return all(any(less <= more for less in low) for more in high) and all(
            self._reached(kinds, one) for one in gained
        )

    def _reached(self, was: set[ThroughOwner], now: ThroughOwner) -> bool:
        """Tell whether the owners that give a right now gave it before."""
        former = {self.former.entities.get(kind) for kind in now.kinds} - {None}
        same = [one.kinds for one in was if (one.relation, one.action) == (now.relation, now.action)]
        return former <= frozenset[str | None]().union(*same)

    def _member(self, start: tuple[str, ...], other: Entity, name: str, was: Share, now: Share) -> Iterator[Widening]:
        before, level = self.former.member(other, name), now.columns[name]
        path, had = (*start, "columns", name), was.columns.get(before or "")
        if had is not None and "read" in was.rows and _is_more(level, had):
            yield self._told("column", path, name, had, level)
        elif _is_more("read" if level == "edit" else level, most := self._origin(other, other, name)):
            yield self._told("column", path, name, most, level)
        if had is not None and "create" in was.rows and name in now.enterable and before not in was.enterable:
            yield self._told("entry", path, name, "", "enter")

    def _masked(self, one: Entity | None, other: Entity, attribute: Attribute) -> Iterator[Widening]:
        """Yield what is shown of a value, or can be found by it, where it is seen masked."""
        had = one.attributes.get(self.former.member(other, attribute.name) or "") if one is not None else None
        path, name = ("attributes", attribute.name), attribute.name
        is_kept = _is_more("read", self._origin(other, other, name))
        if attribute.search == "exact" and (is_kept or (had is not None and had.search != "exact")):
            yield Widening("matched", "entity", other.name, (*path, "search"), name, "", "", "exact")
        if is_kept and shows_part(self.former.after, attribute):
            yield Widening("mask", "entity", other.name, path, name)

    def _origin(self, reader: Entity, entity: Entity, name: str, seen: frozenset[Member] = frozenset()) -> Level:
        """Return the most that was shown of what a member follows from; all where it follows as before.

        reader: the entity on whose records the value stands in the end.
        """
        attribute, member = entity.attributes.get(name), (entity.name, name)
        if attribute is None or member in seen or self.former.is_as_before(*member):
            return "edit"
        model = self.former.after
        read = (one for formula in formulas_of(model, entity.name, attribute) for one in _read(model, formula))
        levels = (level for one in read for level in self._seen(reader, *one, seen | {member}))
        return min(levels, key=LEVELS.index, default="edit")

    def _seen(self, reader: Entity, source: str, name: str, seen: frozenset[Member]) -> Iterator[Level]:
        """Yield what was shown of a member of an entity, for each of its subtypes that has records."""
        for entity in self._kinds(source):
            was, before = self.former.entity(entity.name), self.former.member(entity, name)
            share = self.low.share(was) if was is not None else None
            if not self._is_read(reader, entity):
                yield "none"
                continue
            if share is not None and before is not None:
                yield share.columns[before]
            yield self._origin(reader, entity, name, seen)
            relation = entity.relations.get(name)
            many = relation.to if relation is not None and relation.many else ()
            # Those that a role may not read are counted as well.
            if not all(self._is_read(reader, kind) for other in many for kind in self._kinds(other)):
                yield "none"

    def _kinds(self, entity: str) -> Iterator[Entity]:
        """Yield the entities that have records which are of an entity."""
        model = self.former.after
        names = model.entities if entity == ANY_ENTITY else model.subtypes(entity)
        yield from (kind for kind in map(model.entity, names) if not kind.abstract)

    def _is_read(self, reader: Entity, entity: Entity) -> bool:
        """Tell whether who reads a record read those of an entity that its values come from.

        These are the record itself, its owner, its parts, or any of an entity of which all are read, or that is new.
        """
        model, was = self.former.after, self.former.entity(entity.name)
        share = self.low.share(was) if was is not None else None
        rows = share.rows.get("read", ()) if share is not None else ()
        if was is None or not rows or () in rows:
            return was is None or bool(rows)
        if entity.name in model.subtypes(reader.name) or reader.name in model.subtypes(entity.name):
            return True
        now, called = self.high.share(reader), self.former.entities.get(reader.name)
        ways = now.rows.get("read", ()) if now is not None else ()
        is_part = any(all(isinstance(one, ThroughOwner) and called in one.kinds for one in way) for way in rows)
        return is_part or all(
            any(isinstance(one, ThroughOwner) and entity.name in one.kinds for one in way) for way in ways
        )


def _is_more(now: Level, was: Level) -> bool:
    return LEVELS.index(now) > LEVELS.index(was)


def _said(alternatives: Alternatives) -> str:
    """Return the rows of an action as people read them; nothing for all of them."""
    either = (" and ".join(_condition(one, len(conditions)) for one in conditions) for conditions in alternatives)
    return " or ".join(text for text in either if text)


def _condition(condition: Condition, number: int) -> str:
    if isinstance(condition, ThroughOwner):
        return f"its {condition.owner} by {condition.relation}"
    return condition.text if number == 1 else f"({condition.text})"


def _meaning(model: Model, condition: Condition) -> object:
    """Return what a condition says: its text, and what the values that it reads follow from or begin with."""
    if isinstance(condition, ThroughOwner):
        return condition.relation, condition.owner, condition.action
    return meaning_of(model, condition)


def _read(model: Model, formula: Formula) -> frozenset[Member]:
    return model.expression(formula).attributes

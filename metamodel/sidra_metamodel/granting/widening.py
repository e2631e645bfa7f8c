"""What roles gain from one configuration to another: compared by what they amount to, never by how it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sidra_metamodel.access import SENSITIVE
from sidra_metamodel.comparing.leaves import is_same
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.granting.ceilings import BoundedRole
from sidra_metamodel.granting.conditions import Alternatives, Condition, ThroughOwner
from sidra_metamodel.granting.looser import Looser, loosened
from sidra_metamodel.granting.origins import formulas_of
from sidra_metamodel.granting.reach import Reach
from sidra_metamodel.granting.shares import LEVELS, Level, RoleAccess, Share
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.role import Role
from sidra_metamodel.language import Element
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.model import Model

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


def widenings(before: Model, after: Model, changed: Collection[Key] | None = None) -> tuple[Widening, ...]:
    """Return what is allowed after that was not before, each once; what is new altogether was kept from nobody.

    changed: the documents that say something else, where that is known: no others are looked at.
    """
    former = _Former(before, after)
    reach = Reach(before, after, changed)
    found = [*_of_roles(former, reach), *_of_entities(former, reach), *_of_units(former), *_of_channels(former)]
    loose = loosened(before.nodes, after.nodes, after.registry, changed)
    return tuple(dict.fromkeys((*found, *map(_told, loose))))


def _told(one: Looser) -> Widening:
    subject = one.path[-1] if one.path else one.document
    was, now = (flow(node) if node is not None else "" for node in (one.was, one.now))
    return Widening(one.word, one.kind, one.document, one.path, subject, "", was, now)


class _Former:
    """Two Models, and what each thing of the later one was called in the earlier."""

    def __init__(self, before: Model, after: Model) -> None:
        self.before, self.after = before, after
        self.entities = {
            name: was
            for name, entity in after.entities.items()
            if (was := _earlier(name, entity, before.entities, after.entities)) is not None
        }

    def pairs(self) -> Iterator[tuple[Entity, Entity]]:
        """Yield the entities that both have."""
        for name, was in self.entities.items():
            yield self.before.entities[was], self.after.entities[name]

    def member(self, entity: Entity, name: str) -> str:
        """Return what an attribute or relation was called."""
        declared = entity.attributes.get(name) or entity.relations.get(name)
        was = self.entities.get(entity.name)
        if declared is None or was is None:
            return name
        earlier = self.before.entities[was]
        had, has = ({**one.attributes, **one.relations} for one in (earlier, entity))
        return _earlier(name, declared, had, has) or name


def _earlier(name: str, element: Element, before: Collection[str], after: Collection[str]) -> str | None:
    """Return what an element was called; None where nothing was it.

    A former name counts for what had it alone: what is still called so, or was called this already, is another thing.
    """
    if name in before:
        return name
    return next((was for was in former_names(element.node) if was in before and was not in after), None)


def _of_roles(former: _Former, reach: Reach) -> Iterator[Widening]:
    for name, role in former.after.roles.items():
        earlier = _earlier(name, role, former.before.roles, former.after.roles)
        was = former.before.roles.get(earlier) if earlier is not None else None
        if was is None:
            yield Widening("role", "role", name, (), name, name)
            continue
        is_changed = reach.has_role(name, earlier, role.within)
        low, high = BoundedRole(former.before, was), BoundedRole(former.after, role)
        for function in sorted(high.functions - low.functions):
            yield Widening("function", "role", name, ("functions",), function, name, "", function)
        if was.export_rows is not None and (role.export_rows is None or role.export_rows > was.export_rows):
            now = "" if role.export_rows is None else str(role.export_rows)
            yield Widening("export_rows", "role", name, ("export_rows",), "", name, str(was.export_rows), now)
        for one, other in former.pairs():
            if is_changed or reach.has_entity(other.name):
                yield from _Gain(former, role, low, high).on(one, other)


@dataclass(frozen=True, slots=True)
class _Gain:
    """What one role gains on an entity."""

    former: _Former
    role: Role
    low: BoundedRole
    high: BoundedRole

    def on(self, one: Entity, other: Entity) -> Iterator[Widening]:
        now = self.high.share(other)
        if now is None:
            return
        was = self.low.share(one) or Share({}, {}, frozenset())
        grant = RoleAccess(self.former.after, self.role).nearest(other.name)
        start = ("may", grant.name if grant is not None else other.name)
        yield from self._actions(start, was, now)
        for member in now.columns:
            yield from self._member(start, other, member, was, now)

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
        path = (*start, "columns", name)
        if before not in was.columns:
            most = self._origin(other, other.attributes.get(name), was) if was.rows else level
            if _is_more(level, most):
                yield self._told("column", path, name, most, level)
            return
        if "read" in was.rows and _is_more(level, was.columns[before]):
            yield self._told("column", path, name, was.columns[before], level)
        if "create" in was.rows and name in now.enterable and before not in was.enterable:
            yield self._told("entry", path, name, "", "enter")

    def _origin(self, entity: Entity, attribute: Attribute | None, was: Share) -> Level:
        """Return the most that a new value may show: what it follows from was shown so far before."""
        if attribute is None:
            return "edit"
        formulas = formulas_of(self.former.after, entity.name, attribute)
        read = {one for formula in formulas for one in self.former.after.expression(formula).attributes}
        own = {entity.name, *self.former.after.ancestors(entity.name)}
        names = {self.former.member(entity, member) for source, member in read if source in own}
        shown = [was.columns[name] for name in names & was.columns.keys()]
        found = min(shown, key=LEVELS.index) if shown else "edit"
        return "edit" if found == "read" else found


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
    """Return what a condition says: its text, and that of whatever the values that it reads follow from."""
    if isinstance(condition, ThroughOwner):
        return condition.relation, condition.owner, condition.action
    texts: set[str] = set()
    waiting = list(condition.attributes)
    while waiting:
        entity, member = waiting.pop()
        declared = model.entities.get(entity)
        attribute = declared.attributes.get(member) if declared is not None else None
        for formula in formulas_of(model, entity, attribute) if attribute is not None else ():
            if formula.text not in texts:
                texts.add(formula.text)
                waiting += model.expression(formula).attributes
    return condition.text, frozenset(texts)


def _of_entities(former: _Former, reach: Reach) -> Iterator[Widening]:
    """Yield what attributes no longer keep from people, whoever these are."""
    for one, other in former.pairs():
        for name, attribute in other.attributes.items() if reach.has_entity(other.name) else ():
            was = one.attributes.get(former.member(other, name))
            if was is not None:
                yield from _of_attribute(other.name, was, attribute)
                yield from _of_mask(former, other.name, was, attribute)


def _of_mask(former: _Former, entity: str, was: Attribute, now: Attribute) -> Iterator[Widening]:
    """Yield another shape of what those see who see a value masked: nobody can tell which shows more."""
    had, has = _mask(former.before, was), _mask(former.after, now)
    if had != has:
        yield Widening("mask", "entity", entity, ("attributes", now.name, "mask"), now.name, "", had, has)


def _mask(model: Model, attribute: Attribute) -> str:
    return next((one for one in (attribute.mask, *(each.mask for each in model.type_chain(attribute))) if one), "")


def _of_attribute(entity: str, was: Attribute, now: Attribute) -> Iterator[Widening]:
    path = ("attributes", now.name)
    for lost in sorted(was.pii - now.pii):
        what: What = "sensitive" if lost == SENSITIVE else "pii"
        yield Widening(what, "entity", entity, (*path, "pii"), lost, "", lost, "")
    if was.encrypt and not now.encrypt:
        yield Widening("encrypt", "entity", entity, (*path, "encrypt"), now.name, "", "true", "")
    if SENSITIVE in now.pii and now.search == "exact" and was.search != "exact":
        yield Widening("matched", "entity", entity, (*path, "search"), now.name, "", "", "exact")


def _of_units(former: _Former) -> Iterator[Widening]:
    """Yield the units whose people see what is another unit's, and was not below theirs."""
    low, high = (_below(model) for model in (former.before, former.after))
    for unit, inside in high.items():
        gained = (inside - low[unit]) & low.keys() if unit in low else frozenset[str]()
        for other in sorted(gained):
            path = ("units", other, "parent")
            yield Widening("unit", "layer", former.after.layer.name, path, other, "", "", unit)


def _below(model: Model) -> Mapping[str, frozenset[str]]:
    """Return the units below each, itself among them."""
    units = model.layer.units
    found: dict[str, set[str]] = {name: {name} for name in units}
    for name in units:
        seen = {name}
        above = units[name].parent
        while above is not None and above in units and above not in seen:
            found[above].add(name)
            seen.add(above)
            above = units[above].parent
    return {name: frozenset(inside) for name, inside in found.items()}


def _of_channels(former: _Former) -> Iterator[Widening]:
    """Yield the channels that write to customers who did not agree, or at hours when they did not before."""
    for name, interface in former.after.interfaces.items():
        was = former.before.interfaces.get(name)
        if was is None:
            continue
        if was.consent is not None and interface.consent != was.consent:
            now = interface.consent or ""
            yield Widening("consent", "interface", name, ("consent",), was.consent, "", was.consent, now)
        if was.quiet is not None and not _is_as_quiet(former, was.quiet, interface.quiet):
            yield Widening("quiet", "interface", name, ("quiet",), was.quiet, "", was.quiet, interface.quiet or "")


def _is_as_quiet(former: _Former, was: str, now: str | None) -> bool:
    """Tell whether the hours of quiet are the same ones."""
    if now is None:
        return False
    had, has = former.before.nodes.get(("calendar", was)), former.after.nodes.get(("calendar", now))
    return had is not None and has is not None and is_same(had, has)

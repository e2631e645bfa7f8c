"""What one role gives on each entity: actions, rows and attributes. Without a grant, nothing.

The nearest grant counts, that of the entity or of a supertype. Rows follow the action: who may read all and update
some updates only these. Owned entities take their owner's rights, which a grant of their own narrows. A value that
follows from others shows no more than these, unless a line grants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sidra_metamodel.access import SENSITIVE, usual_access
from sidra_metamodel.granting.conditions import Alternatives, Condition, ThroughOwner
from sidra_metamodel.granting.origins import Member, formulas_of
from sidra_metamodel.granting.shapes import shows_part
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.role import ColumnAccess, Grant, Role
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import ACTIONS

Level = Literal["edit", "read", "mask", "none"]

LEVELS: Final[tuple[Level, ...]] = ("none", "mask", "read", "edit")
"""From least to most."""

ENTERED: Final[frozenset[ColumnAccess]] = frozenset({"edit", "enter"})
"""Lines that let a new record be given a value."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one role adds to the access to one entity."""

    rows: Mapping[str, Alternatives]
    columns: Mapping[str, Level]
    enterable: frozenset[str]


class RoleAccess:
    """What one role gives on each entity."""

    def __init__(self, model: Model, role: Role) -> None:
        self._model = model
        self._role = role
        self._rows: dict[str, Mapping[str, Alternatives]] = {}
        self._shares: dict[str, Share | None] = {}

    def share(self, entity: Entity) -> Share | None:
        """What the role gives on records of an entity; None for nothing."""
        if entity.name not in self._shares:
            self._shares[entity.name] = self._share(entity)
        return self._shares[entity.name]

    def rows(self, entity: Entity) -> Mapping[str, Alternatives]:
        """The rows of each action that the role has on an entity."""
        # An owner's rows are asked for by each action on what it owns.
        if entity.name not in self._rows:
            grant, owners = self.nearest(entity.name), self._owners(entity.name)
            self._rows[entity.name] = self._owned(entity, grant, owners) if owners else self._granted(grant)
        return self._rows[entity.name]

    def _share(self, entity: Entity) -> Share | None:
        rows = self.rows(entity)
        if not rows:
            return None
        lines = self._lines(entity.name)
        levels, enterable = {}, set()
        for name, attribute in members_of(entity):
            line = lines.get(name)
            most = _level(line, attribute, frozenset(rows))
            is_open = line is not None and self._opens(entity.name, name)
            levels[name] = most if is_open else min(most, self._bound(entity.name, attribute), key=LEVELS.index)
            is_closed = _is_sensitive(attribute) or self._is_numbered(attribute)
            if "create" in rows and (line in ENTERED or (line is None and not is_closed)):
                enterable.add(name)
        return Share(rows, levels, frozenset(enterable))

    def _lines(self, entity: str) -> Mapping[str, ColumnAccess]:
        grant = self.nearest(entity)
        return grant.columns if grant is not None else {}

    def _owners(self, entity: str) -> Owners:
        """The entities that records take their rights from."""
        return owners_of(self._model, entity)

    def _opens(self, _entity: str, _member: str) -> bool:
        """Whether a line may give more than what a member follows from shows."""
        return True

    def _is_bound(self, _formula: Formula) -> bool:
        """Whether an expression shows nothing of records that the role may not read."""
        return False

    def _ceiling(self, entity: str, attribute: Attribute | None, seen: frozenset[Member] = frozenset()) -> Level:
        """The most that a value shows without a line of its own: no more than what it is computed or copied from.

        What the role has no grant on sets no bound: such a value is there to be shown where its origin is not.
        """
        if attribute is None or (entity, attribute.name) in seen:
            return "edit"
        if self._is_numbered(attribute):
            return "read"
        inside = seen | {(entity, attribute.name)}
        levels = (
            level
            for formula in formulas_of(self._model, entity, attribute)
            for source, member in self._model.expression(formula).attributes
            for level in self._shown(source, member, inside, is_bound=self._is_bound(formula))
        )
        return min(levels, key=LEVELS.index, default="edit")

    def _bound(self, entity: str, attribute: Attribute | None) -> Level:
        """The same for a member that people may write over where nothing but a first value comes from elsewhere."""
        found = self._ceiling(entity, attribute)
        if found == "mask" and attribute is not None and shows_part(self._model, attribute):
            # Nobody has agreed that this part is shown of what it follows from.
            found = "mask" if self._opens(entity, attribute.name) else "none"
        is_written = attribute is not None and attribute.compute is None and not self._is_numbered(attribute)
        return "edit" if is_written and found == "read" else found

    def _is_numbered(self, attribute: Attribute | None) -> bool:
        """Whether numbers of a sequence stand there: who could enter the next one would stop it for everybody."""
        return attribute is not None and self._model.base_type(attribute) == "sequence"

    def _shown(self, entity: str, member: str, seen: frozenset[Member], *, is_bound: bool) -> Iterator[Level]:
        """What is shown of a member of an entity, for each of its subtypes that has records.

        is_bound: what the role may not read counts as well.
        """
        for kind in map(self._model.entity, self._model.subtypes(entity)):
            attribute, line = kind.attributes.get(member), _read(self._lines(kind.name).get(member))
            if kind.abstract:
                continue
            if is_bound and "read" not in self.rows(kind):
                yield "none"
            elif line is not None and self._opens(kind.name, member):
                yield line
            else:
                most = line or ("mask" if _is_sensitive(attribute) else "edit")
                yield min(most, self._ceiling(kind.name, attribute, seen), key=LEVELS.index)

    def nearest(self, entity: str) -> Grant | None:
        """Return the grant that counts for an entity: its own, else that of the nearest supertype."""
        names = (entity, *self._model.ancestors(entity))
        return next((self._role.may[name] for name in names if name in self._role.may), None)

    def _conditions(self, grant: Grant | None) -> tuple[Condition, ...]:
        return tuple(self._model.expression(formula) for formula in grant.rows) if grant is not None else ()

    def _granted(self, grant: Grant | None) -> dict[str, Alternatives]:
        return dict.fromkeys(grant.do, (self._conditions(grant),)) if grant is not None else {}

    def _owned(self, entity: Entity, grant: Grant | None, owners: Owners) -> dict[str, Alternatives]:
        narrowing = self._conditions(grant)
        found: dict[str, Alternatives] = {}
        for action in actions_of(entity):
            if grant is None or action in grant.do:
                reached = tuple((owner, *narrowing) for owner in self._through(owners, action))
                found.update({action: reached} if reached else {})
        return found

    def _through(self, owners: Owners, action: str) -> Iterator[ThroughOwner]:
        """Reading an owned record needs reading its owner and the relation; all else needs changing them."""
        needed, levels = ("read", {"read", "edit"}) if action == "read" else ("update", {"edit"})
        for owner, relation in owners:
            kinds = frozenset(
                kind
                for kind in self._model.subtypes(owner)
                if not self._model.entity(kind).abstract
                and needed in (rows := self.rows(self._model.entity(kind)))
                and _level(self._lines(kind).get(relation.name), None, frozenset(rows)) in levels
            )
            if kinds:
                yield ThroughOwner(str(relation.inverse), owner, kinds, needed)


Owners = tuple[tuple[str, Relation], ...]


def owners_of(model: Model, entity: str) -> Owners:
    """The entities that records of an entity belong to, each with its relation to them.

    A tree of records of one entity has rights of its own: its root has no owner to take them from.
    """
    tree = model.root(entity)
    return tuple(
        (source, relation)
        for source, relation in model.inverse_relations(entity)
        if relation.owned and relation.inverse and model.root(source) != tree
    )


def members_of(entity: Entity) -> Iterator[tuple[str, Attribute | None]]:
    """Yield the names that a grant decides on: attributes with what they are, and relations."""
    yield from entity.attributes.items()
    yield from ((name, None) for name in entity.relations)


def actions_of(entity: Entity) -> tuple[str, ...]:
    """Return what can be done with records of an entity, its steps among them."""
    return (*ACTIONS, *(entity.lifecycle.transitions if entity.lifecycle else ()))


def _pii(attribute: Attribute | None) -> frozenset[str]:
    return attribute.pii if attribute is not None else frozenset()


def _is_sensitive(attribute: Attribute | None) -> bool:
    return SENSITIVE in _pii(attribute)


def _read(line: ColumnAccess | None) -> Level | None:
    """What a line gives on a record that is there: what may only be entered is masked from then on."""
    return "mask" if line == "enter" else line


def _level(line: ColumnAccess | None, attribute: Attribute | None, actions: frozenset[str]) -> Level:
    """What one role gives on a member: its own line, else `mask` where sensitive, never more than its actions."""
    if "read" not in actions:
        return "none"
    wanted = _read(line) or usual_access(actions, _pii(attribute))
    return min(wanted, usual_access(actions), key=LEVELS.index)

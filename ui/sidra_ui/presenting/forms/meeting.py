"""Two people who changed one record: what a form held when it was opened, what stands there now, what was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sidra.records.record import Record
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.opened import Opened, Texts, held, parts, posted_texts, texts_of
from sidra_ui.presenting.forms.posting import Posted, values_of

ROW_END = ".id"
RowChange: TypeAlias = Literal["added", "gone", "kept", "back"]
"""Of an owned record: they added it; they removed it; they removed it and I changed it; I removed what they changed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A member of a record, or of one that it owns: where it is in the form, and whose it is."""

    path: str
    """The member's name; of an owned record behind the relation's and the id: it stays when rows are numbered anew."""
    key: str
    """What its first control posts under."""
    member: Attribute | Relation
    record: Record
    """As it is now."""


@dataclass(frozen=True, slots=True)
class RowNote:
    """What became of an owned record."""

    change: RowChange
    relation: Relation
    key: str
    """The name of its row; empty where it has none any more."""
    record: Record | None
    """As it is now."""


@dataclass
class Meeting:
    """What becomes of the texts of a form whose record somebody else changed meanwhile."""

    desk: Desk
    record: Record
    posted: Posted
    opened: Opened
    texts: dict[str, str] = field(init=False)
    taken: list[Spot] = field(default_factory=list)
    """What only they changed: it stands in the form now."""
    asked: list[tuple[Spot, Texts, Texts]] = field(default_factory=list)
    """What both changed, each with mine and theirs."""
    rows: list[RowNote] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at every member, and at every owned record."""
        self.texts = dict(self.posted.texts)
        self.read = as_read(self.desk, self.record, self.posted)
        entity = self.desk.model.entity(self.record.entity)
        self._members(entity, self.record, "", "", self.opened)
        for relation in entity.relations.values():
            if relation.owned and relation.name in self.texts:
                self._posted_rows(relation)
                self._other_rows(relation)

    def _members(self, entity: Entity, record: Record, prefix: str, path: str, opened: Opened) -> None:
        for name, theirs in held(self.desk, entity, record).items():
            member = entity.attributes.get(name) or entity.relations[name]
            names, spot = parts(self.desk, member), Spot(path + name, prefix + name, member, record)
            if not any(spot.key + part in self.texts for part in names):
                if opened.is_known and opened.differs(name, theirs):
                    self.taken.append(spot)
                continue
            mine = posted_texts(names, self.texts, spot.key)
            if theirs in (mine, self._meant(spot, mine)):
                continue
            if not opened.differs(name, mine):
                self.texts.update(zip((spot.key + part for part in names), theirs, strict=True))
                self.taken.append(spot)
            elif opened.differs(name, theirs):
                self.asked.append((spot, mine, theirs))

    def _meant(self, spot: Spot, mine: Texts) -> Texts:
        """What was entered as the controls would hold it: 1 234,50 for one person is 1234.5 for another."""
        prefix, _, name = spot.key.rpartition(".")
        values = self.read.get(prefix, {})
        if not isinstance(spot.member, Attribute) or name not in values:
            return mine
        return texts_of(self.desk, spot.member, values[name])

    def _posted_rows(self, relation: Relation) -> None:
        now = {each.id: each for each in self.record.get(relation.name) or ()}
        for row in self.posted.rows(relation.name):
            id = self.texts.get(row + ROW_END, "")
            opened = self.opened.row(relation.name, id)
            if id in now:
                entity = self.desk.model.entity(now[id].entity)
                self._members(entity, now[id], f"{row}.", f"{relation.name}/{id}/", opened)
            elif id and self._is_touched(relation, row, opened):
                # As a new record: the one that it was is gone.
                del self.texts[row + ROW_END]
                self.rows.append(RowNote("kept", relation, row, None))
            elif id:
                self.texts = {key: text for key, text in self.texts.items() if not key.startswith(f"{row}.")}
                self.rows.append(RowNote("gone", relation, "", None))

    def _is_touched(self, relation: Relation, row: str, opened: Opened) -> bool:
        attributes = self.desk.model.entity(relation.to[0]).attributes
        controls = ((name, parts(self.desk, attribute)) for name, attribute in attributes.items())
        return any(
            opened.differs(name, posted_texts(names, self.texts, f"{row}.{name}"))
            for name, names in controls
            if any(f"{row}.{name}{part}" in self.texts for part in names)
        )

    def _other_rows(self, relation: Relation) -> None:
        here = {self.texts.get(row + ROW_END) for row in self.posted.rows(relation.name)}
        for each in self.record.get(relation.name) or ():
            if each.id in here:
                continue
            opened = self.opened.row(relation.name, each.id)
            entity = self.desk.model.entity(each.entity)
            is_changed = any(opened.differs(name, texts) for name, texts in held(self.desk, entity, each).items())
            if is_changed:
                row = self._next_row(relation.name)
                self.texts[row + ROW_END] = each.id
                self.rows.append(RowNote("back" if opened.is_known else "added", relation, row, each))

    def _next_row(self, relation: str) -> str:
        numbers = [int(row.rpartition(".")[2]) for row in Posted(self.texts).rows(relation)]
        return f"{relation}.{max(numbers, default=-1) + 1}"


def as_read(desk: Desk, record: Record, posted: Posted) -> Mapping[str, Mapping[str, Any]]:
    """What was posted as values, by the names of the rows; the record's own under an empty name."""
    values = values_of(desk, record.entity, posted, record)
    read = desk.records.draft(record.entity, values, id=record.id).values
    found: dict[str, Mapping[str, Any]] = {"": {name: read[name] for name in values if name in read}}
    for name in values:
        rows = read.get(name)
        if isinstance(rows, list):
            found.update(zip(posted.rows(name), rows, strict=False))
    return found


def spot_of(desk: Desk, record: Record, posted: Posted, path: str) -> Spot | None:
    """The member of a path; None where there is none any more."""
    relation, _, rest = path.partition("/")
    if not rest:
        return _spot(desk, record, path, path)
    id, _, name = rest.partition("/")
    row = next((row for row in posted.rows(relation) if posted.texts.get(row + ROW_END) == id), "")
    rows: Iterator[Record] = iter(record.get(relation) or ())
    owned = next((each for each in rows if each.id == id), None)
    return _spot(desk, owned, path, f"{row}.{name}") if row and owned is not None else None


def _spot(desk: Desk, record: Record, path: str, key: str) -> Spot | None:
    entity = desk.model.entity(record.entity)
    name = key.rpartition(".")[2]
    member = entity.attributes.get(name) or entity.relations.get(name)
    return Spot(path, key, member, record) if member is not None else None

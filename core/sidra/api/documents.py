"""Records as clients read them: rows to JSON documents, as one set of roles may see them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from sidra.api.references import References
from sidra.api.selection import Selection
from sidra.api.shapes import NO_NAMES, Form, Member, Shapes
from sidra.records.gathering import gather, is_gathered
from sidra.records.readers import Row
from sidra.records.together import computed_of
from sidra.store.identifiers import id_text
from sidra_metamodel.values import Money, Period

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.records.views import View

Document = dict[str, Any]
Finish = Callable[[Document], None]


class Reading(msgspec.Struct, frozen=True):
    """One request that reads: who reads, where links lead, and what was asked for."""

    records: Records
    base: str
    """`https://host/affiliate/tmf-api/`."""
    selection: Selection | None = None

    def wants(self, name: str) -> bool:
        """Whether a first name is to be shown."""
        return self.selection is None or name in self.selection


class Documents:
    """How rows of one entity, seen by one set of roles, become documents; made once, immutable."""

    def __init__(self, shapes: Shapes, view: View, others: Callable[[View], Documents]) -> None:
        self.shape, self.view, self._others = shapes.of(view.name), view, others
        shape = self.shape
        visible = [member for member in shape.members.values() if view.level(member.name) != "none"]
        stored = view.compiled.table.members
        self._values = [m for m in visible if m.form is Form.VALUE and m.name in stored]
        self._computed = [m for m in visible if m.form is Form.VALUE and m.name not in stored]
        self._relations = [m for m in visible if m.form is not Form.VALUE and view.level(m.name) != "mask"]
        self._version = view.compiled.positions["version"]
        location = shapes.location(shape.entity.name)
        self._path = f"{location}/" if location else ""
        self._schema = shape.schema
        types = {"@type": shape.type_name} | ({"@baseType": shape.base_type} if shape.base_type else {})
        names = {"id": "id", **{member.name: member.spelling for member in self._values}}
        self._read = view.json_reader(names, types, "href" if location else "")

    @cached_property
    def _finishes(self) -> tuple[Finish, ...]:
        """What the values of a row still need; nothing at all for most entities."""
        needs = (_finish(member) for member in self._values)
        return tuple(need for need in needs if need is not None)

    @property
    def is_flat(self) -> bool:
        """Whether a row holds all that a document shows."""
        return not self._relations and not self._computed

    def version(self, row: Row) -> int:
        """The version of a row, which is its entity tag."""
        return int(row[self._version])

    def flat(self, rows: Iterable[Row], reading: Reading) -> list[Document]:
        """The documents of rows, without what stands in other rows; the loop that a list spends its time in."""
        documents = self._read(rows, reading.base + self._path)
        for finish in self._finishes:
            for document in documents:
                finish(document)
        if self._schema:
            schema = reading.base + self._schema
            for document in documents:
                document["@schemaLocation"] = schema
        return documents

    def whole(self, rows: Sequence[Row], reading: Reading, references: References) -> list[Document]:
        """The documents of rows of this very entity, in order; what was not asked for is not loaded."""
        documents = self.flat(rows, reading)
        if computed := [member for member in self._computed if reading.wants(member.outside[0])]:
            self._compute(computed, rows, documents, reading)
        for member in self._relations:
            if reading.wants(member.outside[0]):
                self._relate(member, rows, documents, reading, references)
        return documents

    def _compute(
        self, members: Sequence[Member], rows: Sequence[Row], documents: Iterable[Document], reading: Reading
    ) -> None:
        found = computed_of(reading.records, self.view, rows, [member.name for member in members])
        for values, document in zip(found, documents, strict=True):
            for member, value in zip(members, values, strict=True):
                if value is not None:
                    place(document, member, outward(value, member))

    def _relate(
        self,
        member: Member,
        rows: Sequence[Row],
        documents: Sequence[Document],
        reading: Reading,
        references: References,
    ) -> None:
        match member.form:
            case Form.REFERENCE | Form.PARTY:
                for row, document in zip(rows, documents, strict=True):
                    self._refer(member, row, document, references)
            case Form.OWNED:
                self._own(member, rows, documents, reading, references)
            case Form.REFERENCES:
                self._list(member, rows, documents, reading, references)
            case Form.COLLECTION if reading.selection is not None:
                self._list(member, rows, documents, reading, references)

    def _refer(self, member: Member, row: Row, document: Document, references: References) -> None:
        positions = self.view.compiled.positions
        target = row[positions[f"{member.name}_id"]]
        if target is None or member.relation is None:
            return
        is_polymorphic = self.view.compiled.polymorphic(member.name)
        entity = row[positions[f"{member.name}_kind"]] if is_polymorphic else member.relation.to[0]
        reference = references.to(entity, id_text(target))
        if member.form is Form.PARTY:
            reference["role"] = member.role
            document.setdefault(member.outside[0], []).append(reference)
        else:
            place(document, member, reference)

    def _list(
        self,
        member: Member,
        rows: Sequence[Row],
        documents: Sequence[Document],
        reading: Reading,
        references: References,
    ) -> None:
        for related, document in zip(self._related(member, rows, reading), documents, strict=True):
            found = [references.of(record) for record in related]
            if found:
                standing = document.get(member.outside[0])
                place(document, member, [*standing, *found] if isinstance(standing, list) else found)

    def _related(self, member: Member, rows: Sequence[Row], reading: Reading) -> Iterator[Sequence[Record]]:
        """The records that a relation of each row leads to."""
        records, relation = reading.records, member.relation
        if relation is None or not is_gathered(records, relation):
            for row in rows:
                yield (records.record(self.view, row).get(member.name) or [])[:MAX_RELATED]
            return
        target = records.view(relation.to[0])
        for related in gather(records, self.view, rows, relation):
            yield [records.record(target, row) for row in related[:MAX_RELATED]]

    def _own(
        self,
        member: Member,
        rows: Sequence[Row],
        documents: Sequence[Document],
        reading: Reading,
        references: References,
    ) -> None:
        """The owned records of all rows are read, and made documents of, at once: one statement for each level."""
        if member.relation is None:
            return
        inside = reading.selection.inside.get(member.outside[0]) if reading.selection else None
        within = Reading(reading.records, reading.base, inside)
        gathered = gather(reading.records, self.view, rows, member.relation)
        whole = iter(
            self._owned([row for owned in gathered for row in owned], member.relation.to[0], within, references)
        )
        for owned, document in zip(gathered, documents, strict=True):
            if owned:
                place(document, member, list(islice(whole, len(owned))))

    def _owned(self, rows: Sequence[Row], entity: str, reading: Reading, references: References) -> list[Document]:
        """The documents of rows of an entity and its subtypes, in order."""
        view = reading.records.view(entity)
        by_kind: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            by_kind.setdefault(view.compiled.kind_of(row), []).append(number)
        found: dict[int, Document] = {}
        for kind, numbers in by_kind.items():
            others = self._others(reading.records.view(kind))
            whole = others.whole([rows[number] for number in numbers], reading, references)
            found.update(zip(numbers, whole, strict=True))
        return [found[number] for number in range(len(rows))]


MAX_RELATED = 100
"""References that one list of a document holds; the list of the other resource has them all."""


def _finish(member: Member) -> Finish | None:
    renamed = {inside: outside for inside, outside in member.outward.items() if inside != outside}
    is_nested = len(member.outside) > 1
    if not renamed and not is_nested and member.base != "characteristics":
        return None

    def finish(document: Document) -> None:
        value = document.pop(member.spelling, None)
        if value is not None:
            place(document, member, outward(value, member))

    return finish


def place(document: Document, member: Member, value: object) -> None:
    """Put a value where the names of its member lead."""
    for way in member.ways:
        inside = document
        *names, last = way
        for depth, name in enumerate(names):
            found = inside.setdefault(name, [{}] if member.is_listed and depth == 0 else {})
            inside = found[0] if isinstance(found, list) else found
        inside[last] = value


def outward(value: Any, member: Member) -> Any:  # noqa: ANN401 - a value of any type
    """A value as clients read it: an enum by its name outside, characteristics as a list."""
    if member.base == "characteristics" and isinstance(value, Mapping):
        return [{"name": name, "value": part} for name, part in value.items()]
    return (member.outward or NO_NAMES).get(value, value) if isinstance(value, str) else value


def plain(value: object) -> object:
    """What JSON writes for a value that it does not know."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Money():
            return {"unit": value.currency, "value": plain(value.amount)}
        case Period():
            ends = {"startDateTime": value.start, "endDateTime": value.end}
            return {name: moment for name, moment in ends.items() if moment is not None}
        case datetime.timedelta():
            return value.total_seconds()
        case Mapping():
            return dict(value)
        case frozenset() | set():
            return sorted(value, key=str)
    raise TypeError(f"{type(value).__name__} is no JSON")

"""Columns, badges and facts of screens: what each shows, and its value in a record."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sidra.records.record import Record
from sidra.records.together import load_together
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import Shown, base_type, show

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, eq=False)
class Source:
    """A column of a screen together with the member that it shows, for readers of one language and set of rights."""

    column: Column
    entity: str
    member: Attribute | Relation | None
    """None for a system member, and for an expression that makes its value."""
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def kept(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        """What follows from the column for all its readers, made once."""
        found: MadeT | None = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def is_member(self) -> bool:
        """Whether it shows a member of the entity itself, so that lists may sort by it."""
        return self.column.value is None

    def title(self, desk: Desk) -> str:
        """What the column is called."""
        return self.kept("title", lambda: self._titled(desk))

    def _titled(self, desk: Desk) -> str:
        if self.member is None and self.is_member and self.name in SYSTEM_ATTRIBUTES:
            return desk.text(self.column.label) or desk.messages.text(f"member_{self.name}")
        return desk.named(self.column.label, self.member, self.name)

    def value(self, desk: Desk, record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of the member's type
        """Its value in a record."""
        if self.column.value is not None:
            return desk.screens.evaluate(self.column.value, desk.records, record)
        return record.get(self.name)

    def show(self, desk: Desk, record: Mapping[str, Any]) -> Shown:
        """Its value in a record, ready to be laid out."""
        return self.shown(desk, self.value(desk, record))

    def shown(self, desk: Desk, value: Any) -> Shown:  # noqa: ANN401 - of the member's type
        """A value of it, ready to be laid out."""
        return show(desk, self.member, value, self.name if self.is_member else "")

    def type(self, desk: Desk) -> str:
        """The built-in type of its values; `relation` for other records."""
        return self.kept("type", lambda: self._typed(desk))

    def _typed(self, desk: Desk) -> str:
        return "relation" if isinstance(self.member, Relation) else base_type(desk, self.member, self.name)


def sources(desk: Desk, entity: str, columns: Iterable[Column]) -> list[Source]:
    """The columns that the reader may see."""
    found = []
    for column in columns:
        if column.hidden or (column.value is None and not desk.sees(entity, column.name)):
            continue
        member = _member(desk, entity, column)
        if member is None or not member.hidden or column.value is not None:
            found.append(Source(column, entity, member))
    return found


def load_ahead(desk: Desk, found: Iterable[Source], records: Sequence[Record]) -> None:
    """Load what columns will ask many records for, all at once."""
    model, paths = desk.model, set[str]()
    for source in found:
        formula = source.column.value
        paths |= {source.name} if formula is None else model.expression(formula).reads
    load_together(desk.records, records, paths)


def _member(desk: Desk, entity: str, column: Column) -> Attribute | Relation | None:
    if column.value is not None:
        return desk.screens.attribute_of(column.value)
    declared = desk.model.entity(entity)
    return declared.attributes.get(column.name) or declared.relations.get(column.name)

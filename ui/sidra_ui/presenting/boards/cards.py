"""Cards of a board: what each shows, and where it may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import orjson

from sidra.records.record import Record
from sidra.records.relating import relate
from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.kinds.screens.board import Card
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Formula, Label
from sidra_metamodel.nodes import Node
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.boards.moving import Columns, Move, moves
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.generated import SOURCE
from sidra_ui.presenting.values import MOMENTS, name_of, page_of, show, tone_of
from sidra_ui.viewmodels.boards import CardView
from sidra_ui.viewmodels.common import Badge, Fact, avatar

GENERATED_FACTS = 3
ICONS = {"date": "calendar", "datetime": "calendar-clock", "phone": "phone", "user": "user", "queue": "inbox"}


class Cards:
    """How the records of one board become cards."""

    def __init__(self, columns: Columns, query: Sequence[tuple[str, str]] = ()) -> None:
        self.columns = columns
        self.desk: Desk = columns.desk
        self.query = query
        """What the address of a move carries along."""
        card = columns.screen.card
        entity = columns.entity.name
        self.facts = sources(self.desk, entity, card.facts.values() if card is not None else self._generated)
        self.badges = sources(self.desk, entity, card.badges.values() if card is not None else ())
        self.subject = next((each for each in self.facts if isinstance(each.member, Relation)), None)

    @property
    def _generated(self) -> Iterable[Column]:
        """The first columns of the entity's list, without its title and what makes the board's columns."""
        left_out = {self.columns.entity.title, self.columns.by}
        listed = list(self.desk.screens.list_of(self.columns.entity.name).columns.values())
        return [each for each in listed if each.name not in left_out and not each.hidden][:GENERATED_FACTS]

    @property
    def card(self) -> Card | None:
        """What the configuration says about cards."""
        return self.columns.screen.card

    @cached_property
    def related(self) -> list[str]:
        """The relations that cards show or that their expressions read."""
        formulas: list[Formula | None] = [each.column.value for each in (*self.facts, *self.badges)]
        formulas += [self.card.note, self.card.tone] if self.card is not None else []
        formulas += [gate.when for gate in self.columns.screen.gates.values()]
        model = self.desk.model
        read = {path.partition(".")[0] for each in formulas if each for path in model.expression(each).reads}
        shown = {each.name for each in (*self.facts, *self.badges) if isinstance(each.member, Relation)}
        owner = {self.card.avatar} if self.card is not None and self.card.avatar else set()
        return [name for name in self.columns.entity.relations if name in read | shown | owner]

    def views(self, found: Sequence[Record]) -> tuple[CardView, ...]:
        """Records as cards, in order; what they lead to is read at once."""
        relate(self.desk.records, found, self.related)
        return tuple(map(self.view, found))

    def view(self, record: Record) -> CardView:
        """One card."""
        desk, columns = self.desk, self.columns
        subject = self.subject.show(desk, record).text if self.subject is not None else ""
        owner = self._owner(record)
        ways = moves(columns, record)
        amounts = [each for each in self.facts if each.type(desk) == "money" and each.show(desk, record).text]
        rest = [each for each in self.facts if each is not self.subject and each not in amounts[:1]]
        address = desk.addresses.record(record.entity, record.id, "move")
        return CardView(
            id=record.id,
            version=record.version,
            title=self._title(record),
            href=page_of(desk, record),
            stage=str(record.get(columns.by) or ""),
            moves=written(ways),
            move_href=with_query(address, self.query) if ways else "",
            subject=subject,
            subject_avatar=avatar(subject) if subject else None,
            badges=tuple(self._badges(record)),
            facts=tuple(fact for each in rest if (fact := self._fact(each, record)) is not None),
            amount=amounts[0].show(desk, record).text if amounts else "",
            note=self._note(record),
            tone=tone_of(self._evaluated(self.card.tone if self.card is not None else None, record)),
            owner=owner,
            owner_avatar=avatar(owner) if owner else None,
        )

    def _title(self, record: Record) -> str:
        named = self.card.title if self.card is not None else None
        attribute = self.columns.entity.attributes.get(named or "")
        text = show(self.desk, attribute, record.get(named), named).text if named else ""
        return text or name_of(self.desk, record)

    def _badges(self, record: Record) -> Iterable[Badge]:
        for source in self.badges:
            shown = source.show(self.desk, record)
            if shown.badge is not None or shown.text:
                yield shown.badge or Badge(shown.text)

    def _fact(self, source: Source, record: Record) -> Fact | None:
        shown = source.show(self.desk, record)
        if not shown.text:
            return None
        kind = source.type(self.desk)
        icon = self.desk.optional_icon(source.column.icon or ICONS.get(kind))
        is_number = shown.is_number or kind in MOMENTS or shown.is_phone
        return Fact(shown.text, icon, source.title(self.desk), is_code=shown.is_code, is_number=is_number)

    def _evaluated(self, formula: Formula | None, record: Record) -> Any:  # noqa: ANN401 - of any type
        return self.desk.screens.evaluate(formula, self.desk.records, record) if formula is not None else None

    def _note(self, record: Record) -> str:
        return str(self._evaluated(self.card.note if self.card is not None else None, record) or "")

    def _owner(self, record: Record) -> str:
        """The name of whose it is; nothing where the reader does not see it."""
        name = self.card.avatar if self.card is not None else None
        if not name or not self.desk.sees(record.entity, name):
            return ""
        source = source_of(self.columns, name)
        return source.show(self.desk, record).text


def source_of(columns: Columns, name: str) -> Source:
    """A member of the board's entity, as columns and controls show it."""
    member = columns.entity.attributes.get(name) or columns.entity.relations.get(name)
    return Source(Column(name=name, node=Node({}, SOURCE, 0), label=Label({})), columns.entity.name, member)


def written(ways: dict[str, Move]) -> str:
    """The ways of a card for the script: by column, why not, and whether something is asked for first."""
    return orjson.dumps({to: [way.why_not, int(way.asks_first)] for to, way in ways.items()}).decode()

"""The board of an entity: columns with counts and sums, cards, ways between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from sidra.records.grouping import Group, Grouping
from sidra.records.query import Filter, Query
from sidra.records.record import Record
from sidra_metamodel.expressions import Expression
from sidra_metamodel.language import Formula
from sidra_metamodel.values import Money
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.boards.cards import Cards
from sidra_ui.presenting.boards.forecasting import forecast, quantity
from sidra_ui.presenting.boards.moving import Columns, columns_of, moves
from sidra_ui.presenting.charts.slicing import Pair
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.displays import forms, mine
from sidra_ui.presenting.lists.listing import Listing, filter_form, makings
from sidra_ui.presenting.lists.narrowing import chips, sort_choices
from sidra_ui.presenting.lists.view_tabs import view_tabs
from sidra_ui.presenting.values import TONES
from sidra_ui.viewmodels.boards import BoardPage, CardView, ForecastView, MoreCards, Moved, StageView
from sidra_ui.viewmodels.shell import Place

STAGE, AFTER, OPENED, PART = "stage", "after", "open", "part"
"""Parameters of the address besides those of the list: one column's next cards, a collapsed one that is open."""
BOARD = "board"


@dataclass(frozen=True)
class Shown:
    """What of the columns the address asks for besides the selection."""

    stage: str = ""
    after: str = ""
    opened: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Shown:
        """What the parameters of an address mean."""
        return cls(given.get(STAGE, ""), given.get(AFTER, ""), given.get(OPENED, ""))


@dataclass(frozen=True, slots=True)
class Total:
    """The count of a column, and what its sums are in each currency."""

    count: int = 0
    sums: tuple[tuple[str | None, tuple[Decimal | None, ...]], ...] = ()

    def and_of(self, group: Group) -> Total:
        """The total with one more group."""
        return Total(self.count + group.count, (*self.sums, (group.currency, group.sums)))


class Board:
    """One board as one reader asked for it: one statement for all counts and sums, and one a column for its cards."""

    def __init__(self, desk: Desk, entity: str, asked: Asked, shown: Shown | None = None) -> None:
        self.desk = desk
        self.columns: Columns = columns_of(desk, entity)
        self.screen = self.columns.screen
        self.listing = Listing(desk, entity, asked, BOARD)
        self.shown = shown or Shown()
        parameters = [pair for pair in self.listing.asked.parameters() if pair[1]]
        self.cards = Cards(self.columns, parameters)
        self.sums = tuple(name for name in self.screen.sums if desk.access(entity).level(name) in {"read", "edit"})

    def where(self, *more: Formula | None) -> Expression | None:
        """What its records must fulfil: the selection of the list, what the board says, and more."""
        return self.listing.condition(*self.listing.declared, self.screen.filter, *more)

    @cached_property
    def query(self) -> Query:
        """What the board asks the records for, all columns together."""
        sort = self.listing.sort if self.listing.asked.sort else self.screen.sort or self.listing.sort
        known = tuple(name for name in sort if name.removeprefix("-") in self.listing.sortable)
        return replace(self.listing.whole, where=self.where(), sort=known, count=False)

    @cached_property
    def totals(self) -> dict[str, Total]:
        """Counts and sums by column."""
        query = self.query
        grouping = Grouping((self.columns.by,), self.sums, query.filters, query.where, query.text)
        found: dict[str, Total] = {}
        for group in self.desk.records.grouped(self.columns.entity.name, grouping):
            name = str(group.values[0] or "")
            found[name] = found.get(name, Total()).and_of(group)
        return found

    def stages(self, *, with_cards: bool = True) -> tuple[StageView, ...]:
        """The columns in order; without their cards for an answer that only counts anew."""
        totals = self.totals
        most = max((totals[name].count for name in self.columns.names() if name in totals), default=0)
        return tuple(self.stage(name, totals.get(name, Total()), most, with_cards) for name in self.columns.names())

    def stage(self, name: str, total: Total, most: int, with_cards: bool) -> StageView:  # noqa: FBT001 - see `stages`
        """One column."""
        desk, columns = self.desk, self.columns
        declared = self.screen.stages.get(name)
        gate = self.screen.gates.get(name)
        limit = declared.limit if declared is not None else None
        is_collapsed = declared is not None and declared.collapsed and self.shown.opened != name
        records: Sequence[Record] = ()
        following = None
        if with_cards and not is_collapsed and total.count:
            records, following = self.page(name, self.shown.after if self.shown.stage == name else "")
        left = total.count - len(records)
        is_later = self.shown.stage == name and bool(self.shown.after)
        return StageView(
            name=name,
            text=columns.text(name),
            tone=TONES.get(columns.enum.values[name].tone or "", "neutral"),
            count=desk.formats.number(total.count),
            cards=self.cards.views(records),
            sums=tuple(self.written(total)),
            percent=round(100 * total.count / most) if most else 0,
            limit=desk.messages.text("board_limit", count=limit) if limit is not None else "",
            is_over=limit is not None and total.count > limit,
            gate=desk.text(gate.message) if gate is not None else "",
            is_collapsed=is_collapsed,
            more_href=self.address((STAGE, name), (AFTER, following)) if following else "",
            more=desk.messages.text("board_more", count=left) if following and not is_later else self.on(following),
            toggle_href=self.address((OPENED, name)) if is_collapsed else "",
            new_href=self.new_address(name),
            new=f"{desk.new(columns.entity)} · {columns.text(name)}",
        )

    def new_address(self, name: str) -> str:
        """The form of a new card of a column; empty where none begins there, or something must be seen to first."""
        desk, columns = self.desk, self.columns
        entity = columns.entity
        then = (THEN, self.address())
        if name in self.screen.gates or not desk.records.may(entity.name, "create"):
            return ""
        if columns.are_states:
            begins = entity.lifecycle is not None and entity.lifecycle.initial == name
            return desk.addresses.new(entity.name, then) if begins else ""
        is_open = desk.access(entity.name).level(columns.by) == "edit"
        return desk.addresses.new(entity.name, (columns.by, name), then) if is_open else ""

    def on(self, following: str | None) -> str:
        """What leads on from a page that is not the first: how many are left is not counted there."""
        return self.desk.messages.text("board_more_on") if following else ""

    def page(self, name: str, after: str) -> tuple[Sequence[Record], str | None]:
        """The cards of a column, and the cursor of the next ones."""
        narrowed = replace(self.query, limit=self.screen.limit, after=after or None)
        found = self.desk.records.list(self.columns.entity.name, narrowed.narrowed(Filter(self.columns.by, "eq", name)))
        return found.records, found.next_cursor

    def written(self, total: Total) -> Iterator[str]:
        """The sums of a column; amounts of several currencies are not added up, and say so."""
        for place, name in enumerate(self.sums):
            amounts = [(currency, sums[place]) for currency, sums in total.sums if sums[place] is not None]
            is_money = self.desk.model.base_type(self.columns.entity.attributes[name]) == "money"
            if is_money and len({currency for currency, _ in amounts}) > 1:
                yield self.desk.messages.text("board_currencies")
            elif amounts:
                figure = sum((amount or Decimal() for _, amount in amounts), Decimal())
                yield quantity(self.desk, Money(figure, amounts[0][0] or "") if is_money else figure)

    def address(self, *more: tuple[str, str]) -> str:
        """The address of the board with what is asked for, and more."""
        return self.listing.address(self.listing.asked, *more)


def board_page(desk: Desk, entity: str, asked: Asked, shown: Shown) -> BoardPage:
    """The page of a board; raises Forbidden, NotFound or BadQuery."""
    board = Board(desk, entity, asked, shown)
    listing = board.listing
    stages = board.stages()
    title = desk.text(board.screen.label) or desk.plural(listing.entity)
    return BoardPage(
        shell=shell(desk),
        place=Place(title),
        summary=summary(board, stages),
        href=listing.place,
        move_query=with_query("", [pair for pair in listing.asked.parameters() if pair[1]]),
        stages=stages,
        forms=tuple(forms(listing, BOARD)),
        actions=tuple(makings(desk, listing.entity)),
        views=tuple(view_tabs(listing)),
        chips=tuple(chips(listing)),
        clear_href=listing.address(replace(listing.asked, filters={})),
        filters=filter_form(listing),
        sorts=tuple(sort_choices(listing)),
        query=asked.text,
        query_hint=desk.messages.text("search_in_list"),
        kept=tuple(pair for pair in listing.asked.parameters() if pair[0] != "q" and pair[1]),
        mine=mine(listing),
        forecast=forecasted(board),
    )


def forecasted(board: Board) -> ForecastView | None:
    """The strip above the columns."""
    declared = board.screen.forecast
    if declared is None or declared.hidden:
        return None
    query = replace(board.query, where=board.where(declared.filter))
    kept = [pair for pair in board.listing.asked.parameters() if pair[1]]
    place = board.columns.entity.name

    def address(pairs: Sequence[Pair]) -> str:
        return board.desk.addresses.list(place, *kept, *pairs)

    return forecast(board.desk, board.columns, declared, query, address)


def summary(board: Board, stages: Sequence[StageView]) -> str:
    """How many cards the columns have together."""
    count = sum(board.totals.get(each.name, Total()).count for each in stages)
    return board.desk.messages.text("records", count=count)


def more_cards(desk: Desk, entity: str, asked: Asked, shown: Shown) -> MoreCards:
    """The next cards of one column, for a script that puts them below those that are there."""
    board = Board(desk, entity, asked, shown)
    total = board.totals.get(shown.stage, Total()) if shown.stage in board.columns.names() else Total()
    return MoreCards(board.stage(shown.stage, total, total.count, with_cards=True))


def moved(desk: Desk, entity: str, asked: Asked, record: Record, before: str) -> Moved:
    """What a script needs to know after a move: the card as it is, and all counts and sums anew."""
    board = Board(desk, entity, asked)
    columns = board.columns
    narrowed = replace(board.query, limit=1).narrowed(Filter("id", "eq", record.id))
    kept = desk.records.list(entity, narrowed).records
    card: CardView | None = board.cards.views(kept)[0] if kept else None
    back = moves(columns, record).get(before)
    is_way_back = back is not None and back.is_open and not back.asks_first
    to = columns.text(str(record.get(columns.by) or ""))
    text = desk.messages.text("board_moved", title=board.cards.view(record).title, stage=to)
    return Moved(text, card, board.stages(with_cards=False), before if is_way_back else "")

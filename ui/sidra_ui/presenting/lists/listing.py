"""The list of an entity's records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import cached_property, partial
from urllib.parse import quote_plus, urlencode

from sidra.access.functions import EXPORT
from sidra.errors import BadQuery
from sidra.preferences.saved_views import SavedView, account_of
from sidra.records.query import Query
from sidra.records.record import Count, Page, Record
from sidra.records.selections import EMPTY_SELECTION
from sidra_metamodel.expressions import Expression
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.lists import View
from sidra_metamodel.language import Formula
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.bulk.bulking import bulk_bar
from sidra_ui.presenting.charts.slicing import conditions, slices, tile_of
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import count_text, counting, shell
from sidra_ui.presenting.lists.arranging import arrangement, arranger, chosen
from sidra_ui.presenting.lists.asked import EXACT, Asked, pairs
from sidra_ui.presenting.lists.conditions import Conditions
from sidra_ui.presenting.lists.editable import can_edit
from sidra_ui.presenting.lists.filtering import PREFIX, applied, fields
from sidra_ui.presenting.lists.narrowing import MOST_SORTS, chips, sort_addresses, sort_choices, sortable
from sidra_ui.presenting.lists.tables import NO_TONES, Layout, columns, layout, rows
from sidra_ui.presenting.lists.view_tabs import view_menu, view_tabs
from sidra_ui.presenting.values import tone_of
from sidra_ui.presenting.wizards.beginning import wizard_of_new
from sidra_ui.viewmodels.arranging import Arranger
from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.lists import FilterForm, ListPage, ListPart
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Pager, Row, Table

UNSORTED = "-"
"""Stands where an order will: no attribute has such a name."""


NO_PAGE = Page([])


class Listing:
    """One list as one reader asked for it; `form` is how else than as a table it is shown, such as `board`."""

    def __init__(self, desk: Desk, entity: str, asked: Asked, form: str = "") -> None:
        self.desk = desk
        self.entity: Entity = desk.model.entity(entity)
        self.place = desk.addresses.page(entity, *([form] if form else []))
        self.screen: Screen = desk.screens.list_of(entity)
        self.arrangement = arrangement(desk, entity)
        runtime = desk.records.runtime
        self.saved = {one.id: one for one in runtime.saved_views.list(runtime, desk.records, entity)}
        self.views = dict(askable(desk, entity, self.screen))
        self.sortable = desk.kept(("sortable", entity), lambda: tuple(sortable(desk, self.entity)))
        self.filters = desk.kept(("filters", entity), lambda: filterable(desk, self.screen, entity))
        self.take(self._opened(asked), form)
        names = self.open_view.columns if self.open_view is not None else ()
        self.sources = chosen(desk, self.entity, self.screen, names or self.arrangement.columns)

    def take(self, asked: Asked, form: str) -> None:
        """Select what an address asks for."""
        desk, entity = self.desk, self.entity.name
        self.__dict__.pop("_around_sort", None)
        self.slices = tuple(slices(desk, self.entity, asked.slices))
        self.tile = tile_of(desk, entity, asked.slices)
        first = None if self.tile is not None else beginning(self.views, form)
        self.view: View | None = self.views.get(asked.view) or first
        kept = [name for name in asked.sort.split(",") if name.removeprefix("-") in self.sortable][:MOST_SORTS]
        self.asked = replace(asked, view=self.view.name if self.view else "", sort=",".join(dict.fromkeys(kept)))
        self.open_view = self.saved.get(self.asked.saved)
        self.applied = tuple(applied(desk, self.filters, self.asked.filters))
        self.conditions = Conditions(desk, entity) if asked.where else None
        self.selection, self.left_out = self.conditions.kept(asked.where) if self.conditions else (asked.where, 0)

    def _opened(self, asked: Asked) -> Asked:
        """What the address asks for, with what the saved view says that it names, or that the list opens with."""
        opens = self.arrangement.opens if asked.is_bare else ""
        saved = self.saved.get(asked.saved or opens)
        if saved is None:
            return replace(asked, saved="", view=asked.view or opens)
        if asked.is_edited:
            return asked
        kept = Asked.of(saved.parameters)
        return replace(kept, saved=saved.id, after=asked.after, at=asked.at, size=asked.size)

    @property
    def size(self) -> int:
        """How many records a page has."""
        return self.asked.size or self.arrangement.size or self.screen.page_size

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for a part of what the view has."""
        return bool(self.asked.text or self.applied or self.selection or self.slices)

    @property
    def is_changed(self) -> bool:
        """Whether the list shows something else than the saved view that is open."""
        return self.open_view is not None and sorted(pairs(self.asked)) != sorted(self.open_view.parameters)

    @property
    def sort(self) -> tuple[str, ...]:
        """The order in force: the one asked for, else the view's, else the screen's."""
        if self.asked.sort:
            return tuple(self.asked.sort.split(","))
        declared = (self.view.sort if self.view is not None else ()) or self.screen.sort
        return tuple(name for name in declared if name.removeprefix("-") in self.sortable)

    def condition(self, *formulas: Formula | None) -> Expression | None:
        """What the screen says and what the reader put together, as one expression; raises BadQuery."""
        declared = self.desk.screens.condition(formulas)
        if self.conditions is None or not self.selection:
            return declared
        selecting = self.conditions.selecting
        own = selecting.text(self.selection)
        return selecting.checked(own if declared is None else f"({declared.text}) && ({own})")

    @property
    def declared(self) -> tuple[Formula | None, ...]:
        """What the configuration asks of the records: of the tile that the reader came from, else of the list."""
        own = self.view.filter if self.view is not None else None
        return (*conditions(self.tile), own) if self.tile is not None else (self.screen.filter, own)

    @property
    def whole(self) -> Query:
        """What the list asks the records for, whichever page of it is shown."""
        return replace(
            Query(),
            where=self.condition(*self.declared),
            filters=(
                *(one.filter for one in self.applied),
                *(one.filter for one in self.slices if one.filter),
                *(self.conditions.selecting.indexed(self.selection) if self.conditions is not None else ()),
            ),
            sort=self.sort,
            text=self.asked.text or None,
        )

    def records(self) -> Page:
        """The page of records; raises BadQuery."""
        asked = self.asked
        query = replace(self.whole, limit=self.size, after=asked.after or None, counts_all=asked.counts_all)
        return self.desk.records.list(self.entity.name, query)

    def count_saved(self, view: SavedView) -> Count | None:
        """How many records a saved view has; None where its reader may not ask what it says."""
        other = copy(self)
        other.take(replace(Asked.of(view.parameters), saved=view.id), "")
        with suppress(BadQuery):
            return self.desk.records.list(self.entity.name, replace(other.whole, limit=0, sort=())).count
        return None

    def tab(self, view: str = "", saved: str = "") -> str:
        """The address of one of the list's views."""
        return with_query(self.place, [("view", view), ("saved", saved)])

    def sorted_by(self, sort: str) -> str:
        """The address of the list in another order."""
        before, behind = self._around_sort
        return before + quote_plus(sort) + behind

    @cached_property
    def _around_sort(self) -> tuple[str, str]:
        """What stands around the order in the address of the list: its menu and heads have dozens of them."""
        before, _, behind = self.address(replace(self.asked, sort=UNSORTED)).partition(f"sort={UNSORTED}")
        return f"{before}sort=", behind

    def address(self, asked: Asked, *more: tuple[str, str]) -> str:
        """The address of the list, asked for otherwise."""
        return with_query(self.place, [*asked.parameters(), *more])


def beginning(views: Mapping[str, View], form: str) -> View | None:
    """The view that nobody asked for: the first; of a board one that leaves nothing out, as its columns do that."""
    whole = next((view for view in views.values() if view.filter is None), None) if form == "board" else None
    return whole or next(iter(views.values()), None)


def filterable(desk: Desk, screen: Screen, entity: str) -> list[Source]:
    """What the reader may filter a list by."""
    return [one for one in sources(desk, entity, screen.filters.values()) if one.is_member]


def askable(desk: Desk, entity: str, screen: Screen) -> Iterator[tuple[str, View]]:
    """The views of a list, without those that ask for what the reader may not ask."""
    for name, view in screen.views.items():
        if not view.hidden:
            with suppress(BadQuery):
                counting(desk, entity, screen.filter, view.filter)
                yield name, view


def answered(listing: Listing) -> Page | None:
    """The page of records; None where what is asked cannot be asked of the list."""
    try:
        return listing.records()
    except BadQuery:
        return None


def list_page(listing: Listing, shown_as: tuple[FormLink, ...] = (), most: int = 0) -> ListPage:
    """The page of a list, with the forms that it can take; raises Forbidden or NotFound.

    most: how many records are changed at once; 0 where nothing is chosen.
    """
    desk, entity, asked = listing.desk, listing.entity.name, listing.asked
    found = answered(listing)
    part = list_part(listing, found, most)
    return ListPage(
        shell=shell(desk),
        place=Place(part.table.caption),
        summary=part.summary,
        counts_href=desk.addresses.page(entity, "counts") if listing.saved else "",
        exact_href=part.exact_href,
        href=desk.addresses.list(entity),
        table=part.table,
        pager=part.pager,
        actions=tuple(actions(listing)),
        views=tuple(view_tabs(listing, found.count if found is not None else None)),
        chips=part.chips,
        clear_href=part.clear_href,
        filters=filter_form(listing),
        sorts=tuple(sort_choices(listing)),
        query=asked.text,
        query_hint=desk.messages.text("search_in_list"),
        kept=tuple(pair for pair in asked.parameters() if pair[0] != "q" and pair[1]),
        view_menu=view_menu(listing),
        exports=tuple(exports(listing)),
        bulk=part.bulk,
        cells_href=part.cells_href,
        cells_query=part.cells_query,
        forms=shown_as if len(shown_as) > 1 else (),
        arranger=arranging(listing),
        builder_href=with_query(desk.addresses.page(entity, "filter"), asked.parameters()),
        notice=desk.messages.text("conditions_left_out", count=listing.left_out) if listing.left_out else "",
    )


def unanswered(desk: Desk) -> str:
    """Why a list shows no records, with the code that the page of errors explains."""
    return f"{desk.messages.text('list_unanswered')} ({BadQuery.code})"


def list_part(listing: Listing, answer: Page | None, most: int = 0) -> ListPart:
    """What of the page another text to look for changes; `answer` is what it finds, None where it cannot be asked."""
    desk, found = listing.desk, answer or NO_PAGE
    title = desk.text(listing.screen.label) or desk.plural(listing.entity)
    laid = list_layout(listing, found.records)
    table = list_table(listing, laid, found, title)
    return ListPart(
        summary(desk, found),
        exact_address(listing, found),
        table if answer is not None else replace(table, failed=unanswered(desk)),
        pager(listing, found),
        tuple(chips(listing)),
        listing.address(replace(listing.asked, filters={}, where=EMPTY_SELECTION, slices=())),
        listing.asked.text,
        bulk_bar(listing, found.count, len(found.records), most) if most else None,
        desk.addresses.page(listing.entity.name),
        urlencode([pair for pair in listing.asked.parameters() if pair[1]]),
    )


def arranging(listing: Listing) -> Arranger | None:
    """The form of the columns; None for who has no account to keep them for."""
    desk = listing.desk
    if account_of(desk.records) is None:
        return None
    back = listing.address(listing.asked)
    return arranger(desk, listing.entity, listing.screen, listing.arrangement, listing.sources, back)


def summary(desk: Desk, found: Page) -> str:
    """How many records the list has."""
    if found.count is None:
        return ""
    key = "records" if found.count.is_exact else "records_more"
    return desk.messages.text(key, count=found.count.value)


def exact_address(listing: Listing, found: Page) -> str:
    """The list with all of its records counted; empty where that is known."""
    is_known = found.count is None or found.count.is_exact
    return "" if is_known else listing.address(listing.asked, (EXACT, "1"))


def list_table(listing: Listing, laid: Layout, found: Page, title: str) -> Table:
    """The records of the page."""
    desk = listing.desk
    heads = columns(desk, laid, sort_addresses(listing), listing.sort[:1])
    return Table(
        title,
        heads,
        list_rows(listing, laid, found.records),
        listing.arrangement.is_compact,
        empty_text=desk.messages.text("nothing_found" if listing.is_narrowed else "nothing_here"),
    )


def list_layout(listing: Listing, found: Sequence[Record]) -> Layout:
    """How the columns of the list are laid out, and which values can be changed in their place."""
    laid = layout(listing.desk, listing.entity.name, listing.sources, found)
    desk = listing.desk
    editable = frozenset(one.name for one in laid.sources if one.kept("edits", partial(can_edit, desk, one)))
    return replace(laid, editable=editable)


def list_rows(listing: Listing, laid: Layout, found: Sequence[Record]) -> tuple[Row, ...]:
    """Records as rows of the list."""
    desk, tone = listing.desk, listing.screen.tone
    tones = (tone_of(desk.screens.evaluate(tone, desk.records, each)) for each in found) if tone else NO_TONES
    return tuple(rows(desk, laid, found, tones))


def filter_form(listing: Listing) -> FilterForm | None:
    """The form of the filters; None where the list offers none."""
    if not listing.filters:
        return None
    kept = [pair for pair in listing.asked.parameters() if not pair[0].startswith(PREFIX) and pair[1]]
    controls = tuple(fields(listing.desk, listing.filters, listing.asked.filters))
    return FilterForm(listing.place, controls, tuple(kept))


def pager(listing: Listing, found: Page) -> Pager:
    """Which part is shown, and the ways on."""
    at, size, asked = listing.asked.at, listing.size, listing.asked
    following, preceding = found.next_cursor, found.previous_cursor
    return Pager(
        range_text(listing.desk, at, found),
        first_href=listing.address(asked) if preceding else "",
        previous_href=listing.address(asked, ("after", preceding), ("at", str(max(1, at - size)))) if preceding else "",
        next_href=listing.address(asked, ("after", following), ("at", str(at + size))) if following else "",
        at=at,
        total=count_text(listing.desk, found.count),
    )


def range_text(desk: Desk, at: int, found: Page) -> str:
    """For example "26 to 50 of 3,418"."""
    if found.count is None or not found.records:
        return ""
    last = at + len(found.records) - 1
    key = "range" if found.count.is_exact else "range_more"
    return desk.messages.text(key, first=at, last=last, total=max(found.count.value, last))


def actions(listing: Listing) -> Iterable[Action]:
    """What can be done besides looking."""
    desk, entity = listing.desk, listing.entity
    yield from makings(desk, entity)


def exports(listing: Listing) -> Iterator[Action]:
    """The files that can be made of the list."""
    desk = listing.desk
    if desk.records.profile.may_use(EXPORT):
        address = with_query(desk.addresses.page(listing.entity.name, "export"), listing.asked.parameters())
        sheet = with_query(desk.addresses.page(listing.entity.name, "sheet"), listing.asked.parameters())
        yield Action(desk.messages.text("export_sheet"), sheet, "file-spreadsheet", method="post")
        yield Action(desk.messages.text("export_csv"), address, "file-text", method="post")


def makings(desk: Desk, entity: Entity) -> Iterator[Action]:
    """The ways to new records."""
    kinds = [kind for kind in desk.model.subtypes(entity.name) if not desk.model.entity(kind).abstract]
    for kind in kinds if len(kinds) > 1 else [entity.name]:
        if desk.records.may(kind, "create"):
            text = desk.new(desk.model.entity(kind))
            yield Action(text, wizard_of_new(desk, kind) or desk.addresses.new(kind), "plus", "primary")

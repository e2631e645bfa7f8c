"""The list of an entity's records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sidra.access.functions import EXPORT
from sidra.errors import BadQuery
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.record import Count, Page
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.lists import View
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.filtering import PREFIX, Applied, Given, applied, fields, read_filters
from sidra_ui.presenting.shell import count_text, shell
from sidra_ui.presenting.tables import Layout, columns, layout, row
from sidra_ui.presenting.values import tone_of
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, ListPage, SortChoice, ViewTab
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Pager, Table

MAX_CHARACTERS = 200
"""Of a text that is looked for: each link of a page repeats it."""
ALWAYS_SORTED = ("created_at",)


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for."""

    view: str = ""
    sort: str = ""
    text: str = ""
    after: str = ""
    at: int = 1
    """The place of the page's first record in the whole list, counted from 1."""
    filters: Given = field(default_factory=dict)

    @classmethod
    def of(cls, given: Sequence[tuple[str, str]]) -> Asked:
        """What the parameters of an address mean; anything odd counts as not said."""
        plain = dict(given)
        at = plain.get("at", "")
        return cls(
            plain.get("view", ""),
            plain.get("sort", ""),
            plain.get("q", "").strip()[:MAX_CHARACTERS],
            plain.get("after", ""),
            int(at) if at.isascii() and at.isdigit() and len(at) < len("1000000000") else 1,
            read_filters(given),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The address's parameters, its page left out."""
        chosen = [(PREFIX + name, value) for name, values in self.filters.items() for value in values]
        return [("view", self.view), ("sort", self.sort), ("q", self.text), *chosen]

    def without(self, parameter: str) -> Asked:
        """The same without one filter."""
        return replace(self, filters={name: values for name, values in self.filters.items() if name != parameter})


class Listing:
    """One list as one reader asked for it; `form` is how else than as a table it is shown, such as `board`."""

    def __init__(self, desk: Desk, entity: str, asked: Asked, form: str = "") -> None:
        self.desk = desk
        self.entity: Entity = desk.model.entity(entity)
        self.place = desk.addresses.page(entity, *([form] if form else []))
        self.screen: Screen = desk.screens.list_of(entity)
        self.counts = dict(counted(desk, self.entity.name, self.screen))
        self.views = {name: self.screen.views[name] for name in self.counts}
        self.view: View | None = self.views.get(asked.view) or next(iter(self.views.values()), None)
        self.sortable = tuple(sortable(desk, self.entity))
        kept = asked.sort if asked.sort.removeprefix("-") in self.sortable else ""
        self.asked = replace(asked, view=self.view.name if self.view else "", sort=kept)
        self.sources = sources(desk, entity, self.screen.columns.values())
        self.filters = [each for each in sources(desk, entity, self.screen.filters.values()) if each.is_member]
        self.applied = tuple(applied(desk, self.filters, self.asked.filters))

    @property
    def sort(self) -> tuple[str, ...]:
        """The order in force: the one asked for, else the view's, else the screen's."""
        if self.asked.sort:
            return (self.asked.sort,)
        declared = (self.view.sort if self.view is not None else ()) or self.screen.sort
        return tuple(name for name in declared if name.removeprefix("-") in self.sortable)

    def query(self, view: View | None) -> Query:
        """What a view of the list asks the records for."""
        return view_query(self.desk, self.screen, view)

    @property
    def whole(self) -> Query:
        """What the list asks the records for, whichever page of it is shown."""
        return replace(
            self.query(self.view),
            filters=tuple(one.filter for one in self.applied),
            sort=self.sort,
            text=self.asked.text or None,
        )

    def records(self) -> Page:
        """The page of records; raises BadQuery."""
        query = replace(self.whole, limit=self.screen.page_size, after=self.asked.after or None)
        return self.desk.records.list(self.entity.name, query)

    def address(self, asked: Asked, *more: tuple[str, str]) -> str:
        """The address of the list, asked for otherwise."""
        return with_query(self.place, [*asked.parameters(), *more])


def view_query(desk: Desk, screen: Screen, view: View | None) -> Query:
    """What a view of a list asks the records for."""
    return Query(where=desk.screens.condition([screen.filter, view.filter if view is not None else None]))


def counted(desk: Desk, entity: str, screen: Screen) -> Iterator[tuple[str, Count | None]]:
    """The number of records of each view, without the views that ask for what the reader may not ask."""
    for name, view in screen.views.items():
        if not view.hidden:
            with suppress(BadQuery):
                yield name, desk.records.list(entity, replace(view_query(desk, screen, view), limit=0)).count


def list_page(desk: Desk, entity: str, asked: Asked) -> ListPage:
    """The page of a list; raises Forbidden, NotFound or BadQuery."""
    listing = Listing(desk, entity, asked)
    found = listing.records()
    title = desk.text(listing.screen.label) or desk.plural(listing.entity)
    laid = layout(desk, entity, listing.sources, found.records)
    return ListPage(
        shell=shell(desk),
        place=Place(title),
        summary=summary(desk, found),
        href=desk.addresses.list(entity),
        table=list_table(listing, laid, found, title),
        pager=pager(listing, found),
        actions=tuple(actions(listing)),
        views=tuple(view_tabs(listing)),
        chips=tuple(chips(listing)),
        clear_href=listing.address(replace(listing.asked, filters={})),
        filters=filter_form(listing),
        sorts=tuple(sort_choices(listing)),
        query=asked.text,
        query_hint=desk.messages.text("search_in_list"),
        kept=tuple(pair for pair in listing.asked.parameters() if pair[0] != "q" and pair[1]),
    )


def summary(desk: Desk, found: Page) -> str:
    """How many records the list has."""
    if found.count is None:
        return ""
    key = "records" if found.count.is_exact else "records_more"
    return desk.messages.text(key, count=found.count.value)


def list_table(listing: Listing, laid: Layout, found: Page, title: str) -> Table:
    """The records of the page."""
    desk, tone = listing.desk, listing.screen.tone
    rows = tuple(
        row(desk, laid, record, tone_of(desk.screens.evaluate(tone, desk.records, record)) if tone else None)
        for record in found.records
    )
    heads = columns(desk, laid, sort_addresses(listing), listing.sort[0] if listing.sort else "")
    is_searched = bool(listing.asked.text or listing.applied)
    return Table(title, heads, rows, empty_text=desk.messages.text("nothing_found" if is_searched else "nothing_here"))


def sort_addresses(listing: Listing) -> Mapping[str, str]:
    """For each column that orders the list: the way to it; the one in force turns round."""
    now = listing.sort[0] if listing.sort else ""
    return {
        name: listing.address(replace(listing.asked, sort=f"-{name}" if now == name else name))
        for name in listing.sortable
    }


def sortable(desk: Desk, entity: Entity) -> Iterator[str]:
    """The attributes by which the reader may order lists of an entity."""
    leading = {index.of[0] for index in entity.indexes.values()}
    for name, attribute in entity.attributes.items():
        if (attribute.sort or name in leading) and desk.access(entity.name).level(name) in {"read", "edit"}:
            yield name
    yield from ALWAYS_SORTED


def sort_choices(listing: Listing) -> Iterator[SortChoice]:
    """The orders of the list, for people who see no heads."""
    now = listing.sort[0] if listing.sort else ""
    for name in listing.sortable:
        attribute = listing.entity.attributes.get(name)
        text = (
            listing.desk.label(attribute) if attribute is not None else listing.desk.messages.text("member_created_at")
        )
        descends = name in ALWAYS_SORTED or now == name
        wanted = f"-{name}" if descends else name
        is_current = now.removeprefix("-") == name or (not now and name in ALWAYS_SORTED)
        yield SortChoice(text, listing.address(replace(listing.asked, sort=wanted)), is_current)


def view_tabs(listing: Listing) -> Iterator[ViewTab]:
    """The ready-made selections, each with its number of records."""
    desk = listing.desk
    for name, view in listing.views.items():
        is_current = view is listing.view
        count = count_text(desk, listing.counts[name])
        yield ViewTab(desk.label(view), listing.address(Asked(name)), is_current, count)


def chips(listing: Listing) -> Iterator[FilterChip]:
    """The filters in force."""
    one: Applied
    for one in listing.applied:
        yield FilterChip(one.title, one.text, listing.address(listing.asked.without(one.parameter)))


def filter_form(listing: Listing) -> FilterForm | None:
    """The form of the filters; None where the list offers none."""
    if not listing.filters:
        return None
    kept = [pair for pair in listing.asked.parameters() if not pair[0].startswith(PREFIX) and pair[1]]
    controls = tuple(fields(listing.desk, listing.filters, listing.asked.filters))
    return FilterForm(listing.place, controls, tuple(kept))


def pager(listing: Listing, found: Page) -> Pager:
    """Which part is shown, and the ways on."""
    at, size, asked = listing.asked.at, listing.screen.page_size, listing.asked
    following, preceding = found.next_cursor, found.previous_cursor
    return Pager(
        range_text(listing.desk, at, found),
        first_href=listing.address(asked) if preceding else "",
        previous_href=listing.address(asked, ("after", preceding), ("at", str(max(1, at - size)))) if preceding else "",
        next_href=listing.address(asked, ("after", following), ("at", str(at + size))) if following else "",
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
    if desk.records.profile.may_use(EXPORT):
        address = with_query(desk.addresses.page(entity.name, "export"), listing.asked.parameters())
        yield Action(desk.messages.text("export_list"), address, "download", method="post")
    yield from makings(desk, entity)


def makings(desk: Desk, entity: Entity) -> Iterator[Action]:
    """The ways to new records."""
    kinds = [kind for kind in desk.model.subtypes(entity.name) if not desk.model.entity(kind).abstract]
    for kind in kinds if len(kinds) > 1 else [entity.name]:
        if desk.records.may(kind, "create"):
            text = desk.new(desk.model.entity(kind))
            yield Action(text, desk.addresses.new(kind), "plus", "primary")


def exported(desk: Desk, entity: str, asked: Asked, limit: int) -> tuple[Export, dict[str, str]]:
    """A list as a file, and what its columns are called: those of the screen, then the others that the reader sees."""
    listing = Listing(desk, entity, asked)
    export = Export(desk.records, entity, listing.whole, limit=limit)
    shown = [source.name for source in listing.sources if source.name in export.members]
    rest = [name for name in export.members if name not in shown and not is_hidden(listing.entity, name)]
    export.members = tuple(dict.fromkeys((*shown, *rest)))
    declared = {**listing.entity.attributes, **listing.entity.relations}
    return export, {name: desk.label(declared[name]) for name in export.members}


def is_hidden(entity: Entity, name: str) -> bool:
    """Whether a member is on no screen."""
    found = entity.attributes.get(name) or entity.relations.get(name)
    return found is not None and found.hidden

"""The builder of conditions: what its form says, and what it shows next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sidra.errors import BadQuery, SidraError
from sidra.records.selecting import OPERATORS, Place
from sidra.records.selection_reading import selection_of
from sidra.records.selections import ANY, MAX_RULES, WHERE, Rule, Selection, made
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.lists.asked import Asked
from sidra_ui.presenting.lists.conditions import Conditions, Offered
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.viewmodels.building import Builder, BuilderPage, ConditionGroup, ConditionView, OptionGroup
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.shell import Place as Spot

PATH, OPERATOR, VALUE = "p.", "o.", "v."
ADD, ADD_GROUP, REMOVE, APPLY = "add", "add_group", "remove", "apply"
OWN = (PATH, OPERATOR, VALUE)
WORDS = frozenset({ADD, ADD_GROUP, REMOVE, APPLY, ANY, WHERE, "building"})
MOST_GROUPS = 20
MOST_TEXT = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the form has it, whole or not."""

    path: str = ""
    op: str = ""
    values: tuple[str, ...] = ()

    @property
    def rule(self) -> Rule | None:
        """The condition; None while something is missing."""
        return made((self.path, self.op, *self.values))


Rows = list[list[Row]]
EMPTY_ROW = Row()


def read_rows(given: Sequence[tuple[str, str]]) -> Rows:
    """The rows of the form, with what its button adds or takes away; anything odd is passed over."""
    found: dict[tuple[int, int], Row] = {}
    for name, value in given:
        spot = _spot(name[2:]) if name.startswith(OWN) else None
        if spot is None or len(value) > MOST_TEXT:
            continue
        row = found.get(spot, EMPTY_ROW)
        if name.startswith(PATH):
            found[spot] = replace(row, path=value)
        elif name.startswith(OPERATOR):
            found[spot] = replace(row, op=value)
        elif value:
            found[spot] = replace(row, values=(*row.values, value))
    plain = dict(given)
    found.pop(_spot(plain.get(REMOVE, "")) or (-1, -1), None)
    groups: dict[int, list[Row]] = {}
    for group, place in sorted(found):
        groups.setdefault(group, []).append(found[group, place])
    if (added := _spot(f"{plain.get(ADD, '')}.0")) and added[0] in groups:
        groups[added[0]].append(EMPTY_ROW)
    rows = [groups[number] for number in sorted(groups)]
    return [*rows, [EMPTY_ROW]] if ADD_GROUP in plain or not rows else rows


def _spot(text: str) -> tuple[int, int] | None:
    group, _, place = text.partition(".")
    is_number = all(part.isascii() and part.isdigit() and len(part) <= 2 for part in (group, place))  # noqa: PLR2004 - two digits
    return (int(group), int(place)) if is_number and int(group) < MOST_GROUPS and int(place) < MAX_RULES else None


def rows_of(selection: Selection) -> Rows:
    """The rows that show a selection."""
    return [[Row(rule.path, rule.op, rule.values) for rule in group] for group in selection.groups] or [[EMPTY_ROW]]


def chosen(rows: Rows, *, is_any: bool) -> Selection:
    """The conditions of the rows that are whole."""
    groups = [tuple(rule for row in group if (rule := row.rule) is not None) for group in rows]
    return Selection(tuple(group for group in groups if group), is_any)


def declared(listing: Listing, conditions: Conditions) -> Selection | None:
    """The filter of the view that is open, as conditions; None where it has none, or says what conditions cannot."""
    view = listing.view
    has_whole = any(one.filter is None for one in listing.views.values())
    if view is None or view.filter is None or listing.tile is not None or not has_whole:
        return None
    expression = listing.desk.model.expression(view.filter)
    return selection_of(conditions.selecting, expression.tree)


class Building:
    """The builder of one list's conditions, as one request asks for it."""

    def __init__(self, listing: Listing, given: Sequence[tuple[str, str]]) -> None:
        self.listing, self.desk = listing, listing.desk
        self.conditions = Conditions(listing.desk, listing.entity.name)
        is_form = any(name.startswith(OWN) for name, _ in given)
        plain = dict(given)
        own = None if is_form or listing.asked.where else declared(listing, self.conditions)
        self.base = listing.asked if own is None else self._opened(own)
        """What the list is asked for besides the conditions: of a view that is taken apart, one that has all."""
        self.is_any = plain.get(ANY) == "1" if is_form else self.base.where.is_any
        shown = listing.selection if own is None else own
        self.rows = [self._fitting(group) for group in (read_rows(given) if is_form else rows_of(shown))]

    def _opened(self, own: Selection) -> Asked:
        """The list with all records and the conditions of the view instead of it, in its order."""
        listing = self.listing
        name = next(name for name, view in listing.views.items() if view.filter is None)
        return replace(listing.asked, view=name, where=own, sort=listing.asked.sort or ",".join(listing.sort))

    @property
    def note(self) -> str:
        """What narrows the list besides the conditions, where that cannot be shown as such."""
        view = self.listing.view
        if view is None or view.filter is None or self.base is not self.listing.asked:
            return ""
        return self.desk.messages.text("view_narrows_too", name=self.desk.label(view))

    def _fitting(self, rows: Iterable[Row]) -> list[Row]:
        """The rows with words that fit what they are about: values go where the attribute is another one now."""
        found = []
        for row in rows:
            place = self.conditions.place(row.path) if row.path else None
            if place is None:
                found.append(EMPTY_ROW)
                continue
            op = row.op if row.op in OPERATORS[place.kind] else OPERATORS[place.kind][0]
            found.append(Row(row.path, op, row.values if op == row.op or len(row.values) == 1 else ()))
        return found

    @property
    def selection(self) -> Selection:
        """What has been put together so far, as far as it can be asked."""
        whole = chosen(self.rows, is_any=self.is_any)
        groups = [tuple(rule for rule in group if self.conditions.is_meant(rule)) for group in whole.groups]
        return Selection(tuple(group for group in groups if group), self.is_any)

    @property
    def asked(self) -> Asked:
        """What the list is asked for with these conditions."""
        return replace(self.base, where=self.selection, after="", at=1)

    @property
    def address(self) -> str:
        """The list with these conditions."""
        return self.listing.address(self.asked)

    def count(self) -> str:
        """How many records these conditions find; empty where that cannot be told."""
        desk, entity = self.desk, self.listing.entity.name
        try:
            found = Listing(desk, entity, self.asked)
            count = desk.records.list(entity, replace(found.whole, sort=(), limit=0)).count
        except SidraError:
            return ""
        if count is None:
            return ""
        return desk.messages.text("records" if count.is_exact else "records_more", count=count.value)

    def view(self) -> Builder:
        """The form."""
        entity = self.listing.entity.name
        kept = [pair for pair in self.base.parameters() if pair[1] and pair[0] not in WORDS]
        offered = list(self.conditions.offered())
        groups = tuple(
            ConditionGroup(
                str(number), tuple(self._row(f"{number}.{at}", row, offered) for at, row in enumerate(group))
            )
            for number, group in enumerate(self.rows)
        )
        return Builder(
            self.desk.addresses.page(entity, "filter"),
            self.listing.address(replace(self.listing.asked, after="", at=1)),
            groups,
            self.is_any,
            self.count(),
            tuple(kept),
            tuple(self.conditions.withheld()),
            sum(map(len, self.rows)) < MAX_RULES,
            self.note,
        )

    def _row(self, number: str, row: Row, offered: Sequence[Offered]) -> ConditionView:
        place = self.conditions.place(row.path) if row.path else None
        attributes = tuple(self._attributes(offered, row.path))
        if place is None:
            return ConditionView(number, attributes)
        return ConditionView(
            number,
            attributes,
            self.conditions.operators(place, row.op),
            tuple(self.conditions.controls(place, row.op, number, row.values)),
            self._error(place, row),
        )

    def _error(self, place: Place, row: Row) -> str:
        rule = row.rule
        if rule is None or (row.op == "between" and len(row.values) < 2):  # noqa: PLR2004 - two ends
            return ""
        try:
            self.conditions.selecting.term(rule)
        except BadQuery:
            return self.desk.messages.text("condition_unreadable", name=self.conditions.title(place))
        return ""

    def _attributes(self, offered: Sequence[Offered], chosen_path: str) -> Iterator[OptionGroup]:
        for through in dict.fromkeys(one.through for one in offered):
            options = tuple(
                Option(one.place.path, one.title, one.place.path == chosen_path)
                for one in offered
                if one.through == through
            )
            yield OptionGroup(through or self.desk.messages.text("this_record"), options)


def builder_page(building: Building) -> BuilderPage:
    """The builder as a page of its own."""
    desk, listing = building.desk, building.listing
    title = desk.messages.text("conditions")
    return BuilderPage(shell(desk), Spot(title, back_href=building.listing.address(listing.asked)), building.view())

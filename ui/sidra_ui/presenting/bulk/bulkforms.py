"""What is asked before many records are changed: how many they are, the value or the reason, and whether to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidra.bulk.asking import selected, too_many
from sidra.bulk.runs import Change
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Label
from sidra_metamodel.nodes import Node
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.bulk.bulking import Doing, address
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.forms.controls import Standing, controls
from sidra_ui.presenting.forms.posting import Posted, value_of
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.generated import SOURCE
from sidra_ui.presenting.lists.listing import Listing
from sidra_ui.viewmodels.bulk import BulkForm, BulkFormPage
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place

FIELD = "v."
"""Before the name of the attribute in the form, which has names of its own."""
REASON, ALL, ID, COUNT, SURE = "reason", "all", "id", "count", "sure"


@dataclass(frozen=True)
class Chosen:
    """The records that a person has chosen: some by their ids, or all that the list shows."""

    ids: tuple[str, ...]
    is_all: bool

    @classmethod
    def of(cls, given: Sequence[tuple[str, str]]) -> Chosen:
        """What a form posted."""
        ids = tuple(dict.fromkeys(value for name, value in given if name == ID and value))
        return cls(ids, (ALL, "1") in given)

    def records(self, listing: Listing, most: int) -> list[str]:
        """The ids, found now where all are meant; raises Invalid where they are more than `most`, and BadQuery."""
        if self.is_all:
            return selected(listing.desk.records, listing.entity.name, listing.whole, most)
        if len(self.ids) > most:
            raise too_many(most)
        return list(self.ids)

    def kept(self, count: int) -> tuple[tuple[str, str], ...]:
        """The same as a form posts it."""
        told = ((ALL, "1"),) if self.is_all else tuple((ID, one) for one in self.ids)
        return (*told, (COUNT, str(count)))


def change_of(listing: Listing, one: Doing, posted: Posted) -> Change:
    """What the form asks for."""
    if one.action == "set":
        attribute = listing.entity.attributes[one.member]
        return Change("set", one.member, value_of(listing.desk, attribute, FIELD + one.member, posted, None))
    return Change(one.action, one.member, None, posted.texts.get(REASON, ""))


def bulk_form(
    listing: Listing, one: Doing, chosen: Chosen, count: int, problems: tuple[str, ...] = (), hours: int = 0
) -> BulkForm:
    """The form that asks."""
    messages = listing.desk.messages
    undoable = one.action in {"set", "step"} and hours > 0
    is_sure = count > 0
    return BulkForm(
        title=one.text,
        href=address(listing, one.key),
        question=messages.text("bulk_question", count=count) if is_sure else messages.text("bulk_nothing"),
        kept=chosen.kept(count),
        fields=tuple(value_fields(listing, one)) if is_sure else (),
        reasons=tuple(reasons(listing, one)),
        is_reason_required=one.step is not None and one.step.reason is not None and one.step.reason.required,
        problems=problems,
        warning=messages.text("bulk_delete_warning") if one.action == "delete" else "",
        button=messages.text("bulk_do", count=count) if is_sure else "",
        is_danger=one.is_danger,
        back_href=with_query(listing.place, listing.asked.parameters()),
        undo_note=messages.text("bulk_undo_note", count=hours) if undoable else "",
    )


def bulk_form_page(listing: Listing, form: BulkForm) -> BulkFormPage:
    """The form as a page of its own."""
    desk = listing.desk
    back = Link(desk.text(listing.screen.label) or desk.plural(listing.entity), form.back_href)
    return BulkFormPage(shell(desk), Place(form.title, (back,)), form)


def value_fields(listing: Listing, one: Doing) -> Iterator[FieldView]:
    """The control of the value that all get."""
    if one.action == "set":
        column = Column(name=one.member, node=Node({}, SOURCE, 0), label=Label({}))
        for source in sources(listing.desk, listing.entity.name, [column]):
            yield from controls(listing.desk, source, {}, Standing(FIELD + one.member))


def reasons(listing: Listing, one: Doing) -> Iterator[Option]:
    """The reasons of a step to choose from."""
    reason = one.step.reason if one.step is not None else None
    enum = listing.desk.model.enums.get(reason.enum) if reason is not None else None
    for code, value in enum.values.items() if enum is not None else ():
        if not value.hidden:
            yield Option(code, listing.desk.label(value))

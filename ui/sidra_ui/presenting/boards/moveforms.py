"""The small form that moves a card: where to, the fields that its gate asks for, the reason of its step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sidra.errors import NotFound
from sidra.records.record import Record
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.boards.cards import source_of
from sidra_ui.presenting.boards.moving import FIELD, REASON, Columns, Move, moves
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import Standing, controls
from sidra_ui.presenting.forms.posting import Posted
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.values import TONES, name_of
from sidra_ui.viewmodels.boards import Destination, MoveForm, MovePage
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place

TO = "to"


def move_form(
    columns: Columns,
    record: Record,
    to: str,
    posted: Posted,
    kept: Sequence[tuple[str, str]],
    problems: tuple[str, ...] = (),
) -> MoveForm:
    """The form for one column, or for any that the card may go to; raises NotFound for a column that is none."""
    if to and to not in columns.enum.values:
        raise NotFound(f"no column `{to[:60]}`", hint="go back to the board")
    desk, ways = columns.desk, moves(columns, record)
    way = ways.get(to)
    address = with_query(desk.addresses.record(columns.entity.name, record.id, "move"), kept)
    version = posted.texts.get("version") or str(record.version)
    fresh = posted if problems else Posted({})
    return MoveForm(
        title=name_of(desk, record),
        href=address,
        version=version,
        destinations=tuple(destinations(columns, record, ways)),
        to=to,
        to_text=columns.text(to) if to else "",
        message=way.message if way is not None else "",
        fields=tuple(fields(columns, record, way, fresh)) if way is not None else (),
        reasons=tuple(reasons(columns, way, fresh)) if way is not None else (),
        is_reason_required=way is not None and way.wants_reason,
        problems=problems,
    )


def destinations(columns: Columns, record: Record, ways: dict[str, Move]) -> Iterator[Destination]:
    """The columns besides the card's own, each with why it cannot go there."""
    here = record.get(columns.by)
    for name in columns.names():
        if name != here:
            way = ways.get(name)
            tone = TONES.get(columns.enum.values[name].tone or "", "neutral")
            no_way = columns.desk.messages.text("board_no_way", stage=columns.text(name))
            why_not = way.why_not if way is not None else no_way
            yield Destination(name, columns.text(name), tone, why_not, way.message if way is not None else "")


def fields(columns: Columns, record: Record, way: Move, posted: Posted) -> Iterator[FieldView]:
    """The controls of what is asked for first."""
    for name in way.asks:
        at = Standing(FIELD + name, is_required=True, typed=posted.texts.get(FIELD + name))
        yield from controls(columns.desk, source_of(columns, name), record, at)


def reasons(columns: Columns, way: Move, posted: Posted) -> Iterator[Option]:
    """The reasons of the step to choose from."""
    reason = way.step.reason if way.step is not None else None
    enum = columns.desk.model.enums.get(reason.enum) if reason is not None else None
    for code, value in enum.values.items() if enum is not None else ():
        if not value.hidden:
            yield Option(code, columns.desk.label(value), posted.texts.get(REASON) == code)


def move_page(desk: Desk, entity: str, form: MoveForm) -> MovePage:
    """The form as a page of its own."""
    declared = desk.model.entity(entity)
    back = Link(desk.plural(declared), form.then or desk.addresses.page(entity, "board"))
    return MovePage(shell(desk), Place(desk.messages.text("board_move_title", title=form.title), (back,)), form)

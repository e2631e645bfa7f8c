"""What the home of a configurator says of the configuration: figures, the documents that differ most, the layers."""

from __future__ import annotations

from collections import Counter

from sidra.web.overviews import Overview
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.configuration.configuring import figures, kind_text, layer, state
from sidra_ui.presenting.configuration.findings import CONFIGURATION
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.documents import title_of
from sidra_ui.viewmodels.common import Badge, Link
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Balance, Item, Panel

MOST = 6


def differences_panel(desk: Desk, overview: Overview) -> Panel:
    """The figures of the configuration, and the documents that differ most."""
    messages = desk.messages
    tiles = tuple(Balance(one.label, one.value, one.delta) for one in figures(desk, overview))
    link = Link(messages.text("view_all"), desk.addresses.page(CONFIGURATION))
    title = messages.text("local_differences")
    if not overview.differences:
        text = messages.text("no_differences")
        return Panel(CONFIGURATION, title, "layers", link=link, state="empty", message=text)
    return Panel(CONFIGURATION, title, "layers", link=link, balances=tiles, table=documents_table(desk, overview))


def documents_table(desk: Desk, overview: Overview) -> Table:
    """The documents that differ most, each with its number of differences."""
    messages, number = desk.messages, desk.formats.number
    counts = Counter((one.kind, one.document) for one in overview.differences)
    late = Counter(
        (one.kind, one.document) for one in overview.differences if one.reason.is_overdue(desk.formats.today())
    )
    columns = (
        Column("document", messages.text("document")),
        Column("kind", messages.text("member_kind")),
        Column("count", title=messages.text("local_differences"), is_number=True),
        Column("late", title=messages.text("past_their_date"), is_number=True, is_secondary=True),
    )
    rows = []
    for (kind, name), count in counts.most_common(MOST):
        href = with_query(desk.addresses.page(CONFIGURATION), (("kind", kind),)) + f"#{kind}-{name}"
        title, overdue = title_of(desk, kind, name), late[kind, name]
        cells = (
            Cell(title, secondary=name, is_secondary_code=True, href=href, is_strong=True),
            Cell(badges=(Badge(kind_text(desk, kind)),)),
            Cell(number(count)),
            Cell(number(overdue), tone="red") if overdue else Cell(),
        )
        rows.append(Row(f"{kind}-{name}", title, cells, href))
    return Table(messages.text("local_differences"), columns, tuple(rows))


def layers_panel(desk: Desk, overview: Overview) -> Panel:
    """What the configuration is made of, the affiliate's own layer on top, and whether it is in force."""
    views = [layer(desk, overview, folder) for folder in overview.loaded.effective.stack.folders]
    items = tuple(
        Item(
            f"{view.title} {view.version}".strip(),
            note=f"{view.name} · {view.note}",
            badge=state(desk, overview) if view.is_own else None,
        )
        for view in reversed(views)
    )
    return Panel("layers", desk.messages.text("layers"), "layers", items=items)

"""Why a field is here: what each layer says of it, and who uses it."""

from __future__ import annotations

from sidra_metamodel.explaining.explain import Explanation
from sidra_ui.presenting.configuration.findings import CONFIGURATION
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.pages import ExplainPage
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table


def explain_page(desk: Desk, found: Explanation) -> ExplainPage:
    """The chain of layers of one value, the one in force first."""
    text = desk.messages.text
    columns = (
        Column("layer", text("explain_layer")),
        Column("value", text("why_value"), is_prose=True),
        Column("place", text("explain_place"), is_prose=True),
        Column("why", text("reason"), is_prose=True),
    )
    rows = tuple(
        Row(
            str(number),
            link.layer,
            (
                Cell(link.layer, secondary=text(f"explain_{link.state.name.lower()}")),
                Cell(link.value, is_code=True),
                Cell(f"{link.at.path}:{link.at.line}", is_code=True),
                Cell(link.why or ""),
            ),
        )
        for number, link in enumerate(found.chain)
    )
    return ExplainPage(
        shell=shell(desk),
        place=Place(text("why_here"), (Link(text(CONFIGURATION), desk.addresses.page(CONFIGURATION)),)),
        path=found.path,
        value=found.value,
        rule=found.rule,
        doc=found.doc,
        users=tuple(f"{kind} {name}" for kind, name in found.users),
        table=Table(text("explain_chain"), columns, rows),
    )

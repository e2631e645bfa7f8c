"""Why a field is here: what each layer says of it, and who uses it."""

from __future__ import annotations

from sidra.access.functions import CONFIGURE
from sidra_metamodel.explaining.explain import Explanation
from sidra_metamodel.kinds.entity import Attribute
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.findings import CONFIGURATION
from sidra_ui.presenting.shell import shell
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.pages import ExplainPage
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

PATH = "path"


def why_here(desk: Desk, source: Source) -> str:
    """Where a configurator reads why a field is there; empty for everybody else, and for what no file declares."""
    if source.member is None or not desk.records.profile.may_use(CONFIGURE):
        return ""
    words = "attributes" if isinstance(source.member, Attribute) else "relations"
    path = f"entity.{source.entity}.{words}.{source.member.name}"
    return with_query(desk.addresses.page(CONFIGURATION, "explain"), ((PATH, path),))


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

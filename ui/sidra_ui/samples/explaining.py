"""Why a field is here, in English."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.pages import ExplainPage
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table


def page() -> ExplainPage:
    """Return the provenance of a length that two layers give."""
    columns = tuple(Column(name.lower(), name) for name in ("Layer", "Value", "Place", "Reason"))
    rows = (
        Row("1", "affiliate:sn", tuple(Cell(text) for text in ("affiliate:sn", "40", "customer.yaml:14", "ID card"))),
        Row("2", "group", tuple(Cell(text) for text in ("group", "60", "customer.yaml:3", ""))),
    )
    return ExplainPage(
        shell("en", "sn"),
        Place("Why is this field here?"),
        "entity.individual.attributes.given_name",
        "{type: string, max_length: 40}",
        "a higher layer may leave it as it is",
        "A value that records of an entity have.",
        ("screen customer_list",),
        Table("What each layer says", columns, rows),
    )

"""The audit, with invented entries."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.auditing import AuditPage
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table


def audit() -> AuditPage:
    """Return the audit, narrowed to one day."""
    people = (Option("1", "Awa Ndiaye"), Option("2", "Moussa Sarr", is_selected=True))
    fields = (
        FieldView("actor", "Who", "select", "2", options=people, placeholder="All"),
        FieldView("since", "From", "date", "2026-03-20"),
        FieldView("until", "To", "date", "2026-03-20"),
    )
    columns = (
        Column("at", "When"),
        Column("who", "Who"),
        Column("what", "What was done"),
        Column("record", "Record"),
        Column("changed", "Fields concerned", is_secondary=True, is_prose=True),
        Column("reason", "Reason", is_secondary=True, is_prose=True),
    )
    told = (
        ("20 Mar 2026, 09:12", "Shown whole", "Aminata Sow", "National number", "The customer called from a new phone"),
        ("20 Mar 2026, 09:10", "Changed", "Aminata Sow", "Family name, Phone", ""),
        ("20 Mar 2026, 09:01", "Signed in", "", "", ""),
    )
    rows = tuple(
        Row(
            str(number),
            what,
            (
                Cell(at),
                Cell("Moussa Sarr"),
                Cell(what, is_strong=True),
                Cell(record, "Customer" if record else "", href="#" if record else ""),
                Cell(names),
                Cell(why),
            ),
        )
        for number, (at, what, record, names, why) in enumerate(told)
    )
    note = "Some 20,000 entries were looked through. Go to the next page to look further back, or narrow the days."
    pager = Pager("", next_href="#")
    return AuditPage(shell("en", "sn"), Place("Audit"), "#", fields, Table("Audit", columns, rows), pager, note, "#")

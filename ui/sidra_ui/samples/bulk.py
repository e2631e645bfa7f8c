"""Changes to many customers of Senegal, in French: what is asked, how it goes, how it ended, a value in its place."""

from sidra_ui.samples.frames import shell
from sidra_ui.samples.lists import customer_table
from sidra_ui.viewmodels.bulk import BulkForm, BulkFormPage, BulkPage, BulkProgress, CellForm, RowView
from sidra_ui.viewmodels.common import Action, Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

RUN = "/sn/bulk/0199b0a4-6f51-7d6c-9c1e-5a4f0c8e21aa"
LIST = "/sn/customer?view=at_risk"
CUSTOMERS = Link("Clients", LIST)
SEGMENTS = (Option("gold", "Or"), Option("platinum", "Platine"), Option("silver", "Argent"))


def question() -> BulkForm:
    """Return what is asked before the segment of many customers is set."""
    return BulkForm(
        title="Définir : Segment",
        href="/sn/customer/bulk/set.segment?view=at_risk",
        question="Cela concerne 3 fiches.",
        kept=(("id", "SN-4471-0926"), ("id", "SN-4468-1130"), ("id", "SN-4466-7781"), ("count", "3")),
        fields=(FieldView("v.segment", "Segment", "select", options=SEGMENTS, id="bulk-segment", is_required=True),),
        button="Modifier 3 fiches",
        back_href=LIST,
        undo_note="Vous pouvez revenir en arrière pendant 24 heures.",
    )


def closing() -> BulkForm:
    """Return what is asked before customers are closed for a reason; nobody had been chosen."""
    return BulkForm(
        title="Fermer",
        href="/sn/customer/bulk/step.close?view=at_risk",
        question="Cela concerne 2 fiches.",
        kept=(("id", "SN-4449-5527"), ("id", "SN-4434-0951"), ("count", "2")),
        reasons=(Option("moved_away", "A déménagé"), Option("request", "À sa demande")),
        is_reason_required=True,
        problems=("Choisissez un motif.",),
        warning="Une ligne fermée perd son numéro.",
        button="Modifier 2 fiches",
        is_danger=True,
        back_href=LIST,
    )


def asking() -> BulkFormPage:
    """Return the question as a page of its own."""
    return BulkFormPage(shell("fr", "sn"), Place("Fermer", (CUSTOMERS,)), closing())


def going() -> BulkProgress:
    """Return a change that is under way."""
    return BulkProgress(
        topic="job:0199b0a4-6f51-7d6c-9c1e-5a4f0c8e21aa",
        href=f"{RUN}/progress",
        text="1 240 sur 3 418 traitées",
        done=1240,
        total=3418,
        counts=(("green", "1 198", "modifiées"), ("neutral", "42", "l'étaient déjà")),
        actions=(Action("Arrêter ici", f"{RUN}/cancel", "x", method="post"),),
        note="Vous pouvez quitter cette page : le travail continue.",
    )


def refused() -> Table:
    """Return the customers that stayed as they were."""
    columns = (Column("name", "Fiche"), Column("why", "Raison"))
    told = (
        ("SN-4459-6612", "Khady Gueye", "Quelqu'un l'a modifiée entre-temps."),
        ("SN-4443-8816", "Pape Samba Thiam", "Vous n'en avez pas le droit."),
    )
    rows = tuple(
        Row(number, name, (Cell(name, href=f"/sn/customer/{number}", is_strong=True), Cell(why)))
        for number, name, why in told
    )
    return Table("restées telles quelles", columns, rows)


def over() -> BulkPage:
    """Return the page of a change that is over, refused for some."""
    progress = BulkProgress(
        topic="job:0199b0a4-6f51-7d6c-9c1e-5a4f0c8e21aa",
        href=f"{RUN}/progress",
        text="Terminé : 3 418 sur 3 418",
        done=3418,
        total=3418,
        is_over=True,
        counts=(("green", "3 365", "modifiées"), ("red", "53", "restées telles quelles")),
        failed=refused(),
        failed_more="et 51 autres",
        actions=(Action("Revenir en arrière", f"{RUN}/undo", "undo-2", method="post"),),
    )
    place = Place("Définir : Segment", (CUSTOMERS,))
    return BulkPage(shell("fr", "sn"), place, "Clients · 23 novembre 2026 09:36", progress, CUSTOMERS)


def cell() -> CellForm:
    """Return the control of a value in its place, refused once."""
    field = FieldView("churn_risk", "Risque", "number", "140", id="cell-risk", error="Au plus 100.", min="0", max="100")
    return CellForm("/sn/customer/SN-4471-0926/cell/churn_risk", "7", field, is_overtaken=True)


def row() -> RowView:
    """Return one row of the list anew."""
    return RowView(customer_table(1), has_boxes=True)

"""The list of customers of Senegal, in French."""

from dataclasses import fields

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.bulk import BulkBar
from sidra_ui.viewmodels.common import Action, Badge, Link, Meter, Tone, avatar
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, ListPage, ListPart, SortChoice, ViewCounts, ViewTab
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table

SEGMENTS: dict[str, Tone] = {"Or": "amber", "Platine": "violet", "Argent": "neutral", "Standard": "neutral"}
SIGNALS: dict[str, Tone] = {"red": "red", "amber": "amber", "teal": "teal"}
NARROW_SPACE = "\u202f"

# name|number|line|segment|offers|revenue|overdue|risk|signal|tone of the signal|activity
CUSTOMERS = """
Awa Ndiaye|SN-4471-0926|+221 77 ••• •4 18|Or|Mobile + Fibre|27 400|18 500|46|Incident ouvert|red|12 min
Moussa Diop|SN-4468-1130|+221 76 ••• •0 92|Platine|Mobile + Fibre + TV|41 900||12||neutral|1 h
Fatou Bintou Sall|SN-4466-7781|+221 78 ••• •7 55|Or|Mobile|12 500||71|Portabilité demandée|red|2 h
Ibrahima Faye|SN-4461-2094|+221 77 ••• •3 07|Argent|Mobile prépayé|3 200||38||neutral|hier
Khady Gueye|SN-4459-6612|+221 70 ••• •8 41|Argent|Fibre 100|14 900|14 900|55|Relance niveau 2|amber|hier
Ousmane Ba|SN-4455-3370|+221 77 ••• •9 26|Standard|Mobile + Money|8 700||9||neutral|hier
Mariama Cissé|SN-4452-9081|+221 76 ••• •1 13|Platine|Mobile + Fibre|38 200||18|Anniversaire|teal|lun.
Cheikh Tidiane Mbaye|SN-4449-5527|+221 78 ••• •6 60|Or|Mobile 40 Go|12 500||64|3 appels en 7 j|red|lun.
Aïssatou Camara|SN-4447-1148|+221 77 ••• •5 89|Standard|Mobile prépayé|2 100||29||neutral|dim.
Pape Samba Thiam|SN-4443-8816|+221 70 ••• •2 34|Argent|Mobile + TV|19 300|4 500|41||neutral|sam.
Ndeye Coumba Fall|SN-4440-2275|+221 76 ••• •4 71|Or|Fibre 300|20 900||22|Éligible 5G|teal|sam.
Abdoulaye Kane|SN-4438-7703|+221 77 ••• •8 02|Standard|Mobile|7 500||33||neutral|ven.
Sokhna Diarra|SN-4434-0951|+221 78 ••• •9 47|Argent|Mobile + Fibre|24 800||15||neutral|ven.
""".strip().splitlines()
HIGH_RISK = 60
SOME_RISK = 30


def risk_tone(percent: int) -> Tone:
    """Return the tone of a churn risk."""
    return "red" if percent > HIGH_RISK else "amber" if percent > SOME_RISK else "green"


def customer_row(line: str) -> Row:
    """Return the row of one sample customer."""
    name, number, phone, segment, offers, revenue, overdue, risk, signal, tone, activity = line.split("|")
    href = f"/sn/customer/{number}"
    return Row(
        id=number,
        label=name,
        href=href,
        cells=(
            Cell(name, secondary=number, is_secondary_code=True, href=href, avatar=avatar(name), is_strong=True),
            Cell(phone, is_phone=True),
            Cell(badges=(Badge(segment, SEGMENTS[segment]),)),
            Cell(offers),
            Cell(revenue.replace(" ", NARROW_SPACE), is_strong=True),
            Cell(overdue.replace(" ", NARROW_SPACE) or "0", tone="red" if overdue else None, is_strong=bool(overdue)),
            Cell(meter=Meter(int(risk), f"Risque de départ {name}", risk, risk_tone(int(risk)))),
            Cell(badges=(Badge(signal, SIGNALS[tone], dot=True),) if signal else ()),
            Cell(activity),
        ),
    )


def customer_table(rows: int = len(CUSTOMERS)) -> Table:
    """Return the table of the sample customers."""
    columns = (
        Column("name", "Client", sort_href="?sort=name"),
        Column("line", "Ligne principale", is_secondary=True),
        Column("segment", "Segment"),
        Column("offers", "Offres", is_secondary=True),
        Column("revenue", "Revenu/mois", is_number=True, sort_href="?sort=-revenue"),
        Column("overdue", "Impayé", is_number=True, is_secondary=True),
        Column("risk", "Risque", is_secondary=True),
        Column("signal", "Signal"),
        Column("activity", "Activité", sort_href="?sort=activity", sorted="descending", is_secondary=True),
    )
    return Table("Clients", columns, tuple(customer_row(line) for line in CUSTOMERS[:rows]))


def customer_filters() -> FilterForm:
    """Return the form behind the Filter button."""
    statuses = (Option("active", "Actif", is_selected=True), Option("closed", "Fermé"))
    return FilterForm(
        "/sn/customer",
        (
            FieldView("status", "Statut", "multiselect", options=statuses, id="filter-status"),
            FieldView("revenue", "Revenu mensuel, au moins", "money", currency="XOF", id="filter-revenue"),
            FieldView("since", "Client depuis", "date", id="filter-since"),
        ),
        (("view", "at_risk"),),
    )


def customer_list() -> ListPage:
    """Return the list of customers with views, filters, sorting, bulk actions and a pager."""
    return ListPage(
        shell=shell("fr", "sn"),
        place=Place("Clients", (Link("Service", "/sn/"),)),
        summary="1 284 306 fiches, 3 418 dans cette vue",
        href="/sn/customer",
        table=customer_table(),
        pager=Pager("1 à 13 sur 3 418", next_href="?after=k"),
        actions=(
            Action("Exporter", "/sn/customer/export", "upload"),
            Action("Nouveau client", "/sn/customer/new", "plus", "primary"),
        ),
        views=(
            ViewTab("Valeur haute à risque", "?view=at_risk", is_current=True, count="3 418", icon="bookmark"),
            ViewTab("Mes clients", "?view=mine", count="142"),
            ViewTab("Impayés > 30 jours", "?view=overdue", count="9 027"),
            ViewTab("Nouveaux ce mois", "?view=new", count="21 550"),
            ViewTab("Vue du groupe", "?view=group", icon="globe"),
        ),
        chips=(
            FilterChip("Statut", "est Actif", "?a=1"),
            FilterChip("Revenu mensuel", "> 2 000 FCFA", "?b=1"),
            FilterChip("Région", "Dakar, Thiès", "?c=1"),
        ),
        clear_href="?",
        filters=customer_filters(),
        sorts=(SortChoice("Activité", "?sort=activity", is_current=True), SortChoice("Nom", "?sort=name")),
        query_hint="Nom, numéro, contrat",
        kept=(("view", "at_risk"),),
        bulk=BulkBar(
            (
                Action("Affecter", "/sn/customer/bulk/set.owner", "user-plus"),
                Action("Segment", "/sn/customer/bulk/set.segment", "tag"),
            ),
            (Action("Supprimer", "/sn/customer/bulk/delete", "trash-2", "danger"),),
            "/sn/customer?view=at_risk",
            "Tout sélectionner (3 418)",
            3418,
        ),
    )


def empty_list() -> ListPage:
    """Return a list that found nothing."""
    return ListPage(
        shell=shell("pl", "pl"),
        place=Place("Klienci"),
        summary="0 rekordów",
        href="/pl/customer",
        table=Table("Klienci", (Column("name", "Klient"),), (), empty_text="Żaden klient nie pasuje do filtrów."),
        pager=Pager("0 rekordów"),
        query="Brzęczyszczykiewicz",
    )


def found_list() -> ListPart:
    """What a search in the list is answered."""
    page = customer_list()
    return ListPart(**{field.name: getattr(page, field.name) for field in fields(ListPart)})


def view_counts() -> ViewCounts:
    """Return the numbers that follow a list with saved views."""
    return ViewCounts((("view-count-1", f"9{NARROW_SPACE}027"), ("view-count-2", "142")))

"""The board of opportunities of Senegal, in English, and the forms that move one of its cards."""

import json
from typing import NamedTuple

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.boards import (
    BoardPage,
    CardView,
    Destination,
    ForecastView,
    FormLink,
    MoreCards,
    Moved,
    MoveForm,
    MovePage,
    Quarter,
    Refused,
    Share,
    StageView,
)
from sidra_ui.viewmodels.charts import Chart, ChartPoint, ChartSeries, ChartTick
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Tone, avatar
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, SortChoice, ViewTab
from sidra_ui.viewmodels.shell import Place

PLACE = "/sn/sales_opportunity"
VERSION = 3
GATE = "Enter the amount and the day of signature."


class Stage(NamedTuple):
    """What is known of a column."""

    name: str
    text: str
    tone: Tone
    cards: str
    sum: str
    percent: int
    limit: str = ""


STAGES = (
    Stage("qualify", "Qualification", "neutral", "24", "182.4 M FCFA", 100),
    Stage("propose", "Proposal", "blue", "11", "96.0 M FCFA", 46, "at most 15"),
    Stage("negotiate", "Negotiation", "amber", "6", "71.5 M FCFA", 25, "at most 5"),
    Stage("won", "Won", "green", "0", "", 0),
    Stage("lost", "Lost", "red", "9", "14.2 M FCFA", 38),
)
# stage|title|customer|amount|day of signature|note|owner
CARDS = """
qualify|Fleet of 40 lines|Transports Sine Saloum|18.2 M FCFA|12 Dec 2026||Fatou Ndoye
qualify|Fibre for the new warehouse|Comptoir du Fleuve|9.6 M FCFA|20 Jan 2027|No activity for 14 days|Mamadou Sow
qualify|Messages for appointments|Clinique Les Filaos|3.1 M FCFA|8 Jan 2027||Fatou Ndoye
propose|Private network between five agencies|Banque du Baobab|41.0 M FCFA|18 Dec 2026||Aminata Ly
propose|Payments by telephone|Boulangeries Téranga|6.4 M FCFA|30 Nov 2026|Signature is due in 7 days|Fatou Ndoye
negotiate|Renewal for three years|Port de Kaolack|28.8 M FCFA|4 Dec 2026||Aminata Ly
negotiate|Call centre in the cloud|Assurances Ndar|22.7 M FCFA|27 Nov 2026|Discount awaits approval|Mamadou Sow
""".strip().splitlines()


def card(line: str) -> CardView:
    """Return one sample card."""
    stage, title, customer, amount, day, note, owner = line.split("|")
    identity = f"{stage}-{len(title)}"
    moves = {each.name: ["", int(each.name == "won")] for each in STAGES if each.name != stage}
    return CardView(
        id=identity,
        version=VERSION,
        title=title,
        href=f"{PLACE}/{identity}",
        stage=stage,
        moves=json.dumps(moves),
        move_href=f"{PLACE}/{identity}/move",
        subject=customer,
        subject_avatar=avatar(customer),
        badges=(Badge("Key account", "violet"),) if customer.startswith(("Banque", "Port")) else (),
        facts=(Fact(day, "calendar", "Signature"),),
        amount=amount,
        note=note,
        tone="amber" if note else None,
        owner=owner,
        owner_avatar=avatar(owner),
    )


def column(stage: Stage) -> StageView:
    """Return one column with the first of its cards; the last is collapsed."""
    is_collapsed = stage.name == "lost"
    return StageView(
        name=stage.name,
        text=stage.text,
        tone=stage.tone,
        count=stage.cards,
        cards=tuple(card(line) for line in CARDS if line.startswith(stage.name)),
        sums=(stage.sum,) if stage.sum else (),
        percent=stage.percent,
        limit=stage.limit,
        is_over=stage.name == "negotiate",
        gate=GATE if stage.name == "won" else "",
        is_collapsed=is_collapsed,
        more_href=f"{PLACE}/board?stage=qualify&after=k" if stage.name == "qualify" else "",
        more="21 more",
        new_href=f"{PLACE}/new" if stage.name == "qualify" else "",
        new=f"New opportunity · {stage.text}",
        toggle_href=f"{PLACE}/board?open=lost" if is_collapsed else "",
    )


def expected() -> ForecastView:
    """Return the sums of three quarters; nothing is aimed at in the last."""
    present = (Share("Negotiation", "71.5 M", "amber", 0, 60), Share("Proposal", "47.4 M", "blue", 60, 40))
    following = (Share("Proposal", "48.6 M", "blue", 0, 31), Share("Qualification", "68.2 M", "neutral", 31, 43))
    later = (Share("Qualification", "114.2 M", "neutral", 0, 72),)
    return ForecastView(
        "Amount by quarter",
        (
            Quarter("Q4 2026", "118.9 M FCFA", present, "of 110.0 M FCFA", Badge("108%", "green"), 75),
            Quarter("Q1 2027", "116.8 M FCFA", following, "of 158.0 M FCFA", Badge("74%", "amber"), 74),
            Quarter("Q2 2027", "114.2 M FCFA", later, percent=72),
        ),
        chart=by_month(),
    )


def by_month() -> Chart:
    """Return the same by month, beside what was aimed at."""
    months = ("Oct 2026", "Nov 2026", "Dec 2026", "Jan 2027")
    parts: tuple[tuple[str, Tone, tuple[float | None, ...]], ...] = (
        ("Negotiation", "amber", (30.1, 21.4, 20.0, None)),
        ("Proposal", "blue", (12.4, 15.0, 20.0, 48.6)),
    )
    drawn = [
        ChartSeries(name, tuple(ChartPoint(value, f"{value} M" if value else "—") for value in values), tone)
        for name, tone, values in parts
    ]
    aimed = tuple(ChartPoint(value, f"{value} M") for value in (40.0, 40.0, 30.0, 50.0))
    scale = tuple(ChartTick(float(value), f"{value} M") for value in (0, 20, 40, 60))
    series = (*drawn, ChartSeries("Aimed at", aimed, "neutral", is_dashed=True))
    told = "Negotiation. Most: Oct 2026 30.1 M; least: Dec 2026 20.0 M."
    title = "Amount by month"
    return Chart("forecast", "bar", title, months, series, told, "Month", scale, is_stacked=True, size="small")


def board() -> BoardPage:
    """Return the board with five columns: one above its limit, one empty, one collapsed."""
    return BoardPage(
        shell=shell("en", "sn"),
        place=Place("Opportunities"),
        summary="50 records",
        href=f"{PLACE}/board",
        move_query="?view=mine",
        stages=tuple(map(column, STAGES)),
        forms=forms("board"),
        actions=(Action("New opportunity", f"{PLACE}/new", "plus", "primary"),),
        views=(ViewTab("Open this quarter", "?view=open", is_current=True, count="50"), ViewTab("All", "?view=all")),
        chips=(FilterChip("Amount", "> 1 000 000 FCFA", "?"),),
        clear_href="?",
        filters=FilterForm(f"{PLACE}/board", (FieldView("since", "Created since", "date", id="filter-since"),)),
        sorts=(SortChoice("Signature", "?sort=signature", is_current=True), SortChoice("Amount", "?sort=-amount")),
        query_hint="Search this list",
        kept=(("view", "open"),),
        mine=FormLink("Mine", "?owner=fatou", "user"),
        forecast=expected(),
    )


def forms(current: str) -> tuple[FormLink, ...]:
    """Return the forms that the same records can be shown in."""
    known = (("table", "Table", "list"), ("board", "Board", "kanban"), ("calendar", "Calendar", "calendar"))
    return tuple(FormLink(text, f"{PLACE}/{name}", icon, name == current) for name, text, icon in known)


def choosing() -> MovePage:
    """Return the form that asks where a card is to go: one way asks for something, another is closed."""
    shut = "No step leads to Qualification from here."
    ways = (
        Destination("qualify", "Qualification", "neutral", why_not=shut),
        Destination("propose", "Proposal", "blue"),
        Destination("won", "Won", "green", asks=GATE),
        Destination("lost", "Lost", "red", asks="A reason is asked for."),
    )
    return alone(MoveForm("Renewal for three years", f"{PLACE}/1/move", str(VERSION), ways, then=f"{PLACE}/board"))


def alone(form: MoveForm) -> MovePage:
    """Return a form as a page of its own."""
    return MovePage(shell("en", "sn"), Place(f"Move {form.title}", (Link("Opportunities", f"{PLACE}/board"),)), form)


def asking() -> MoveForm:
    """Return the form of a move that was refused: something is to be filled in, and a reason chosen."""
    fields = (
        FieldView("field.amount", "Amount", "money", "28800000", id="move-amount", currency="XOF", is_required=True),
        FieldView("field.signed", "Signature", "date", id="move-signed", is_required=True, error="Enter a value."),
    )
    return MoveForm(
        *("Renewal for three years", f"{PLACE}/1/move", str(VERSION), (), "won", "Won", GATE),
        fields=fields,
        reasons=(Option("price", "Price"), Option("coverage", "Coverage", is_selected=True)),
        is_reason_required=True,
        problems=("Signature: Enter a value.",),
    )


def moved() -> Moved:
    """Return the answer to a card that went one column on."""
    gone = card(CARDS[3])
    return Moved(f"{gone.title} is now in Proposal.", gone, tuple(map(column, STAGES)), "qualify")


def more_cards() -> MoreCards:
    """Return the next cards of the first column."""
    return MoreCards(column(STAGES[0]))


def refused() -> Refused:
    """Return the answer to a card that goes back, with the form that helps."""
    return Refused("Signature: Enter a value.", asking())

"""The requests of a person: before an erasure, where one is held back, and while it goes on."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Badge, Fact, Link, Meter
from sidra_ui.viewmodels.privacy import ErasureView, PrivacyPage, ReasonForm
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

PLACE = Place("Personal data", (Link("Individuals", "#"), Link("Awa Ndiaye", "#")))
COLUMNS = (
    Column("kind", "Kind of record"),
    Column("what", "Values", is_prose=True),
    Column("count", "Number", is_number=True),
    Column("becomes", "What becomes of it"),
)


def row(kind: str, what: str, count: str, becomes: Badge) -> Row:
    """Return a line of the table."""
    return Row(
        f"{kind}-{becomes.tone}", kind, (Cell(kind, is_strong=True), Cell(what), Cell(count), Cell(badges=(becomes,)))
    )


TABLE = Table(
    "Personal data",
    COLUMNS,
    (
        row("Individual", "Birth date, Family name, Given name, National number", "4", Badge("Taken out", "green")),
        row("Contact medium", "", "2", Badge("Record removed", "green")),
        row("Agreement", "", "1", Badge("Stays: also about others")),
    ),
)


def requests() -> PrivacyPage:
    """Return the page before an erasure, after it was asked for without a reason and without the confirmation."""
    erase = ReasonForm("#", "2026", "Give a reason of 5 to 300 characters", is_unsure=True)
    title = "What an erasure would do"
    return PrivacyPage(shell("en", "sn"), PLACE, "Awa Ndiaye", ReasonForm("#"), TABLE, title, erase=erase)


def held() -> PrivacyPage:
    """Return the page of a person whose records must stay for now."""
    why = ("Product: 1 in the state “Active”",)
    title = "What an erasure would do"
    return PrivacyPage(shell("en", "sn"), PLACE, "Awa Ndiaye", ReasonForm("#"), TABLE, title, held=why)


def erasing() -> PrivacyPage:
    """Return the page while an erasure goes on."""
    title = "What goes and what stays"
    return PrivacyPage(shell("en", "sn"), PLACE, "Awa Ndiaye", ReasonForm("#"), TABLE, title, erasure=erasure())


def erasure() -> ErasureView:
    """Return an erasure that is under way."""
    facts = (
        Fact("20 March 2026, 09:00", label="Asked for", is_named=True),
        Fact("request 2026-118", label="Reason", is_named=True),
    )
    meter = Meter(40, "Under way", "40 of 100 records")
    return ErasureView(Badge("Under way", "blue", dot=True), facts, meter, refresh_href="fragment-erasure.html")

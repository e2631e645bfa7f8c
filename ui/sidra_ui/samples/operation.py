"""The configuration of an affiliate, and a feed with a run under way."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Badge, Fact, Link, Meter
from sidra_ui.viewmodels.configuration import (
    ConfigurationPage,
    DifferenceView,
    DocumentDifferences,
    Findings,
    LayerView,
    Share,
)
from sidra_ui.viewmodels.feeds import FeedPage, FeedsPage, RunView, UploadForm
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.shell import DiagnosticLine, Excerpt, Place
from sidra_ui.viewmodels.tables import Cell, Column, Pager, Row, Table
from sidra_ui.viewmodels.view360 import Balance, Kpi

FILE = "affiliates/sn/entities/individual.yaml"
NO_RUNS = Table("Earlier runs", (), ())


def configuration() -> ConfigurationPage:
    """Return a configuration with an error, a value that hides the group's, and one that is past its date."""
    tight = DifferenceView(
        "attributes.given_name.max_length", "50", "60", Badge("L2", "blue"), f"{FILE}:6:16", why="The identity card"
    )
    late = DifferenceView(
        "attributes.fax", "", "{type: phone}", Badge("L3", "amber"), f"{FILE}:9:3", ticket="GAP-SN-030",
        badges=(Badge("Debt", "amber"), Badge("past since Jan 31, 2026", "red", icon="calendar-clock")),
    )  # fmt: skip
    link = Link("Individuals", "#")
    error = DiagnosticLine(
        "E101", f"{FILE}:3:3", "no `nmae` in `attributes`", "did you mean `name`?", "#", Excerpt("", "nmae", ":")
    )
    return ConfigurationPage(
        shell=shell("en", "sn"),
        place=Place("Configuration"),
        state=Badge("Held back by errors", "red", dot=True),
        facts=(Fact("Senegal", "building"), Fact("Meridian Telecom 1.0.0", "layers"), Fact("fr, en", is_code=True)),
        kpis=(Kpi("Local differences", "61", "", "in 24 documents"), Kpi("Past their date", "1", tone="red")),
        findings=Findings((error,), Badge("1", "red"), has_errors=True),
        tabs=(ViewTab("All", "#", is_current=True, count="2"), ViewTab("Entities", "#", count="2")),
        documents=(
            DocumentDifferences("entity-individual", "Individual", "individual", "Entities", (tight, late), link),
        ),
        empty_text="Nothing found",
        layers=(LayerView("Meridian Telecom", "group", "1.0.0", "122 documents"),),
        shares=(Share("Law", "2", Meter(4, "Law", "2", "violet"), "#"),),
        levels=(Badge("L1 Texts, order, hiding", "teal"),),
    )


def feed() -> FeedPage:
    """Return a feed that loads a file while another one was refused."""
    columns = (Column("line", "Line", is_number=True), Column("key", "Record"), Column("column", "Column"))
    row = Row("1", "4472-LVYGI", (Cell("490"), Cell("4472-LVYGI", is_code=True), Cell(badges=(Badge("Total", "red"),))))
    return FeedPage(
        shell=shell("en", "sn"),
        place=Place("Load of subscribers", (Link("Feeds", "#"),)),
        name="subscriber_load",
        summary="Customers",
        upload=UploadForm("#", ".csv", ".csv in UTF-8", "This file cannot be loaded.", "R620: it is empty"),
        run=run(),
        earlier=NO_RUNS,
        rejects=Table("Quarantine", columns, (row,)),
        pager=Pager("1 to 1 of 1"),
    )


def run() -> RunView:
    """Return a run under way."""
    return RunView(
        "Last run", "subscribers.csv", "Nov 23, 2026, 9:00 AM", Badge("Loading", "blue", dot=True),
        (Balance("Read", "500"), Balance("Rejected", "1")), Meter(7, "Loading", "500 of at most 7,044 rows"),
    )  # fmt: skip


def feeds() -> FeedsPage:
    """Return the list of an affiliate's feeds."""
    columns = (Column("name", "Feed"), Column("of", "Records"), Column("last", "Last run"))
    row = Row("1", "Load of subscribers", (Cell("Load of subscribers", is_strong=True), Cell("Customers"), Cell()), "#")
    return FeedsPage(shell("en", "sn"), Place("Feeds"), Table("Feeds", columns, (row,)))

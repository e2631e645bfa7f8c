"""A dashboard of service in every state of its tiles, and a list as a chart."""

from dataclasses import replace

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.charts import SERIES_TONES, Chart, ChartPoint, ChartSeries, ChartTick
from sidra_ui.viewmodels.common import Link, Meter, Theme, Tone
from sidra_ui.viewmodels.dashboards import DashboardPage, Figure, ListChartPage, PointView, TileView
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, ViewTab
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

DAYS = tuple(f"{day} Nov" for day in range(1, 23))
ARRIVED = (31, 58, 72, 64, 41, 38, 0, 52, 44, 57, 61, 48, 33, 0, 49, 52, 60, 58, 42, 40, 0, 50)
RESOLVED = (22, 44, 57, 61, 48, 33, 5, 49, 41, 50, 66, 51, 30, 2, 45, 50, 58, 61, 45, 38, 4, 31)
TICKS = tuple(ChartTick(value, str(value)) for value in (0, 20, 40, 60, 80))
LIST = "/sn/trouble_ticket"


def points(values: tuple[int, ...]) -> tuple[ChartPoint, ...]:
    """Return a point a value, each with the list behind it."""
    return tuple(
        ChartPoint(value, str(value), f"{LIST}?d={place}" if value else "") for place, value in enumerate(values)
    )


def curves() -> Chart:
    """Return two curves with what is aimed at."""
    series = (ChartSeries("Arrived", points(ARRIVED)), ChartSeries("Resolved", points(RESOLVED), "teal"))
    target = ChartTick(50, "target 50")
    return Chart("course", "area", "In and out", DAYS, series, "Arrived. Highest: 3 Nov 72.", "Day", TICKS, target)


def stacked() -> Chart:
    """Return bars of three values each."""
    series = tuple(
        ChartSeries(name, points(tuple(value // part for value in ARRIVED[:9])), tone)
        for (name, part), tone in zip((("Fault", 2), ("Billing", 4), ("Complaint", 6)), SERIES_TONES, strict=False)
    )
    return Chart("types", "bar", "What they are about", DAYS[:9], series, "", "Day", TICKS, is_stacked=True)


def ring() -> Chart:
    """Return a ring of priorities."""
    given: tuple[tuple[str, int, Tone], ...] = (("Critical", 4, "red"), ("Major", 19, "amber"), ("Minor", 61, "blue"))
    parts = tuple(ChartPoint(value, str(value), f"{LIST}?g={name}", tone) for name, value, tone in given)
    names = tuple(name for name, _, _ in given)
    return Chart(
        "severity", "donut", "Open by severity", names, (ChartSeries("Tickets", parts),), "Most: Minor 61.", "Severity"
    )


def bars() -> Chart:
    """Return bars that lie, one with a long name."""
    names = ("Customer service", "Field team of the region of Saint-Louis and Matam", "Billing desk", "Key accounts")
    series = (ChartSeries("Tickets", points((71, 48, 23, 9))),)
    return Chart(
        "queues",
        "bar",
        "Open by team",
        names,
        series,
        "Highest: Customer service 71.",
        "Team",
        TICKS,
        is_horizontal=True,
    )


def figure(name: str, title: str, shown: Figure | None, state: str = "ready") -> TileView:
    """Return a number of the strip."""
    view = TileView(name, title, "", "ticket", is_figure=True, figure=shown)
    return replace(
        view,
        state="loading" if state == "loading" else "error" if state == "error" else "ready",
        message="These numbers did not come.",
    )


def figures() -> tuple[TileView, ...]:
    """Return the strip: rising, falling, aimed at, under way, failed."""
    return (
        figure(
            "arrived",
            "New tickets",
            Figure("174", LIST, "+60", "red", trend=tuple(map(float, ARRIVED)), trend_tone="red"),
        ),
        figure(
            "solved",
            "Resolved",
            Figure("166", LIST, "+59", "green", trend=tuple(map(float, RESOLVED)), trend_tone="green"),
        ),
        figure("satisfaction", "Satisfaction", Figure("8.31", LIST, "+0.2", "green", "target 8")),
        figure(
            "quota",
            "Quarter's quota",
            Figure("86", LIST, target="target 100", meter=Meter(86, "Quarter's quota", "86 %")),
        ),
        figure("open", "Open now", None, "loading"),
        figure("breached", "Critical and open", None, "error"),
    )


def tile(name: str, title: str, **parts: object) -> TileView:
    """Return a card."""
    view = TileView(name, title, "", "ticket", state="ready", note="30 days")
    return replace(view, **parts)  # type: ignore[arg-type]  # the fields of a tile


def teams() -> Table:
    """Return groups with their share."""
    rows = tuple(
        Row(name, name, (Cell(name, href=LIST), Cell(meter=Meter(share, f"{name}: {count}")), Cell(count, href=LIST)))
        for name, share, count in (("Customer service", 100, "71"), ("Field team", 68, "48"), ("Empty", 12, "9"))
    )
    columns = (
        Column("by", "Team"),
        Column("share", "Share", is_secondary=True),
        Column("value", "Tickets", is_number=True),
    )
    return Table("Open by team", columns, rows, is_compact=True)


def point() -> PointView:
    """Return a number of a chart that is looked into."""
    return PointView(
        "In and out",
        f"{LIST}/point",
        (("tile", "service_quality.in_and_out"),),
        ("19 Nov 2026", "Field team"),
        "39",
        Link("See 39 records", LIST),
        (Option("severity", "Severity", is_selected=True), Option("ticket_type", "Type")),
        bars(),
    )


def one_tile() -> TileView:
    """Return a tile as it comes in answer."""
    return tile("severity", "Open by severity", chart=ring())


def dashboard(language: str = "en", theme: Theme = "light") -> DashboardPage:
    """Return a dashboard with a tile of each kind and in each state."""
    spans = tuple(
        FormLink(text, f"?span={text}", "", text == "30 days") for text in ("Today", "7 days", "30 days", "Quarter")
    )
    return DashboardPage(
        shell=shell(language, "eg" if language == "ar" else "sn", theme),
        place=Place("Service quality"),
        spans=spans,
        units=(Option("dakar", "Dakar"), Option("thies", "Thiès", is_selected=True)),
        kept=(("span", "month"),),
        narrowed=(
            FieldView(
                "g.priority",
                "Priority",
                "select",
                id="narrow-priority",
                options=(Option("high", "High", is_selected=True), Option("normal", "Normal")),
            ),
        ),
        figures=figures(),
        tiles=(
            tile("course", "In and out", chart=curves(), width="two_thirds"),
            tile("severity", "Open by severity", chart=ring(), width="third", note=""),
            tile("queues", "Open by team", chart=bars(), width="third"),
            tile("types", "What they are about", chart=stacked(), width="third"),
            tile("teams", "Open by desk", table=teams(), width="third", link=Link("All", LIST)),
            tile("waiting", "Contacts by channel", state="loading", width="third"),
            tile("failed", "Visits", state="error", message="These numbers did not come.", width="third"),
            tile("nothing", "Follow-ups", state="empty", message="Nothing to count here.", width="third"),
        ),
    )


def in_arabic() -> DashboardPage:
    """Return the same from right to left, in the dark."""
    return dashboard("ar", "dark")


def list_chart() -> ListChartPage:
    """Return a list as a chart."""
    return ListChartPage(
        shell=shell("en", "sn"),
        place=Place("Tickets"),
        summary="128 records",
        href=f"{LIST}/chart",
        forms=(FormLink("Table", LIST, "list"), FormLink("Chart", f"{LIST}/chart", "trending-up", is_current=True)),
        views=(ViewTab("Open", "?view=open", is_current=True, count="128"), ViewTab("All", "?view=all")),
        chips=(FilterChip("Severity", "Major", "?"),),
        clear_href="?",
        filters=None,
        query="",
        query_hint="Search in this list",
        kept=(("view", "open"),),
        selection=(("view", "open"),),
        by=(Option("queue", "Team", is_selected=True), Option("created_at:day", "Created on by Day")),
        measures=(Option("count", "Number of records", is_selected=True),),
        shapes=(Option("bar", "Bars", is_selected=True), Option("donut", "Ring")),
        chart=bars(),
    )

"""The affiliates of the group side by side, while they are counted, and their overrides."""

from dataclasses import replace

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Badge, Fact
from sidra_ui.viewmodels.comparing import (
    AffiliateRow,
    Blocker,
    CauseRow,
    FilterChoice,
    GroupPage,
    Matrix,
    Part,
    Promotable,
    RegionRows,
    Shade,
    StackedBar,
)
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.shell import AffiliateChoice, Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Kpi

BAR = StackedBar((Part("teal", 0, 60), Part("blue", 60, 30), Part("red", 90, 10)), "L1: 24, L2: 12, L4: 4", "40")
PLACE = Place("Configuration of the group")
TABS = (ViewTab("Matrix", "#", is_current=True), ViewTab("Overrides", "#", count="40"), ViewTab("Waivers", "#"))


def group() -> GroupPage:
    """Return a region with an affiliate that has every shade, one domain missing."""
    steps = ((64, 0), (75, 1), (85, 2), (90, 3), (95, 4), (99, 5))
    cells = (*(Shade(str(share), step, f"Senegal: {share} %", "#") for share, step in steps), None)
    upgrade = (Badge("2 · Orphan", "red"),)
    row = AffiliateRow(AffiliateChoice("SN", "Senegal", "", tone="green"), "93.4", cells, BAR, "#", "1.3.2", upgrade)
    domains = ("Party", "Product", "Sales", "Service", "Channel", "Process", "Screens")
    blocker = Blocker("SN", Badge("Orphan", "red"), "process.complaint.check", Badge("L3", "amber"), "use slots")
    promotable = Promotable(
        "entity.individual.x_*_ninea", Badge("L2", "blue"), ("SN", "CI", "ML"), "the same", "to core",
        "sidra promote 'entity.individual.x_*_ninea' --to core", "choose a name",
    )  # fmt: skip
    matrix = Matrix(
        domains,
        "Upgrade to 1.4",
        (RegionRows("West Africa", "WAF", "1 affiliate", (row,)),),
        (Badge("L1 Texts", "teal"),),
        (CauseRow("West Africa", BAR),),
        (Badge("Law", "violet", dot=True),),
        "What blocks 1.4",
        (blocker,),
        (promotable,),
    )
    said = "90.1 % on May 3, 2026, 91.4 % on Nov 22, 2026, over 3 releases"
    reuse = Kpi("Reuse of the baseline", "91.4", "%", "+0.7", "green", (0.901, 0.907, 0.914), trend_said=said)
    kpis = (reuse, Kpi("Past their date", "7", tone="red", href="#"))
    return GroupPage(shell("en", "sn"), PLACE, (Fact("Meridian 1.4.0", "layers"),), TABS, kpis, matrix, href="#")


def in_arabic() -> GroupPage:
    """Return the same from right to left, with nothing that blocks or could be promoted."""
    found = group()
    assert found.matrix is not None  # noqa: S101 - it is this module's own
    bare = replace(found.matrix, blockers=(), promotable=())
    return GroupPage(shell("ar", "eg"), Place("إعداد المجموعة"), (), TABS, found.kpis, bare, href="#")


def overrides() -> GroupPage:
    """Return the overrides with what they are narrowed by."""
    columns = (Column("affiliate", "Affiliate"), Column("path", "Path"), Column("level", "Level"))
    cells = (
        Cell("SN", is_strong=True),
        Cell("entity.person", href="#", is_code=True),
        Cell(badges=(Badge("L2", "blue"),)),
    )
    table = Table("Overrides", columns, (Row("1", "entity.person", cells),))
    choice = FilterChoice("level", "Level", (Option("", "any"), Option("2", "L2", is_selected=True)))
    return GroupPage(shell("en", "sn"), PLACE, (), TABS, (), None, table, (choice,), "overrides", "#")


def counting() -> GroupPage:
    """Return the page while the affiliates are compared."""
    return GroupPage(shell("en", "sn"), PLACE, (), (), href="#", is_counting=True)

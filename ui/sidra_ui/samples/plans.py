"""A proposal with changes of each sort, one that is refused, and the list of them with releases."""

from dataclasses import replace

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, avatar
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.plans import (
    ChangeView,
    Choice,
    GateView,
    ImpactView,
    PlanPage,
    PlansPage,
    Preview,
    PreviewField,
    PreviewPair,
    PreviewSide,
    ReasonView,
    ReleaseView,
    Remark,
    RollbackForm,
    ScreensPage,
    StepView,
    TestsLine,
    TestsView,
    Trouble,
)
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Kpi

WAITS = Badge("Waiting", "amber", icon="clock")
FACTS = (Fact("Senegal", "building"), Fact("11b427583b", "bookmark", "In force", is_code=True, is_named=True))
FILE = "affiliates/sn/entities/individual.yaml:6:16"

TESTS = (
    TestsLine("Tests of the baseline", "342 of 342", "green", "circle-check"),
    TestsLine("Tests of this affiliate", "23 of 24", "red", "circle-alert"),
    TestsLine("Changed overrides that no test notices", "1 of 9", "amber", "circle-alert"),
)


def widened() -> ImpactView:
    """Return a mask that goes."""
    change = ChangeView(
        "1", "role.agent.may.individual.columns.birth_date", "agent sees more of birth_date", Badge("L3", "amber"),
        "mask", "read", "214", "people gain of 900", "red", "Agent (agent)", ("Awa Ndiaye", "Omar Ba"), "212 more",
        place=FILE,
    )  # fmt: skip
    return ImpactView(
        "widened", "Permissions widened", "always first", "shield-check", "red", "1", (change,), WAITS
    )  # fmt: skip


def narrower() -> ImpactView:
    """Return a limit that records violate, to be decided by the reader."""
    choices = (Choice("when_saved", "Each when it is next saved", is_chosen=True),)
    state = Badge("Decide", "red", dot=True)
    change = ChangeView(
        "2", "individual.attributes.given_name.max_length", "allows less", Badge("L2", "blue"), "50", "40", "37",
        "records of 812,440", "amber", examples=("01a20a47-1aa7-7dea",), place=FILE, state=state, choices=choices,
    )  # fmt: skip
    return ImpactView("data", "Depends on data", "counted", "database", "amber", "1", (change,), WAITS)


def safe() -> ImpactView:
    """Return what touches nothing."""
    change = ChangeView("3", "individual.attributes.x_sn_card", "is new", Badge("L2", "blue"), now="{type: string}")
    return ImpactView("safe", "Safe", "additive", "circle-check", "green", "1", (change,), is_folded=True)


def preview() -> Preview:
    """Return a screen before and after."""
    before = (
        PreviewField("Given name", "Given name"),
        PreviewField("Born", "••••"),
        PreviewField("Fax", "—", "Removed"),
    )
    after = (
        PreviewField("Given names", "Given name", "Changed", "amber"),
        PreviewField("Born", "Jan 15, 2000", "More visible", "red"),
        PreviewField("Card", "Card", "Added", "green"),
    )
    return Preview(
        "#",
        (Option("agent", "Agent", is_selected=True),),
        (Option("record:individual", "Record: Individuals", is_selected=True),),
        (
            PreviewPair(
                "Record: Individuals",
                (
                    PreviewSide(Badge("In force 11b427583b"), before, "3 fields"),
                    PreviewSide(Badge("Proposed 9c86db103d", "blue"), after, "3 fields", is_list=True),
                ),
            ),
        ),
        "",
        (Badge("Added", "green", dot=True), Badge("More visible", "red", dot=True)),
        "#",
    )


def plan() -> PlanPage:
    """Return a proposal that waits, to somebody who may approve it."""
    gates = (
        GateView(
            "configure", "A second configurator", Badge("Approved", "green", icon="circle-check"), "Awa Touré",
            avatar("Awa Touré"), "Nov 22, 2026, 9:41 PM", "Fine with me",
        ),
        GateView("approve_access", "Security: permissions", WAITS, may_speak=True),
    )  # fmt: skip
    return PlanPage(
        shell=shell("en", "sn"),
        place=Place("National identity card", (Link("Plans", "#"),)),
        state=Badge("Waits for 1 approval", "amber", dot=True),
        facts=FACTS,
        kpis=(Kpi("Permissions widened", "1", "", "1 role", "red"), Kpi("Touches", "3", "screens")),
        impacts=(widened(), narrower(), safe()),
        steps=(StepView("expand", "`party.x_sn_card` is new", "812,440"),),
        gates=gates,
        gates_count="1 of 2",
        reasons=(ReasonView("individual.given_name", "The card prints forty", "SN-7", (Badge("Law", "violet"),)),),
        remarks=(Remark("Awa Touré", avatar("Awa Touré"), "Nov 22, 2026", "Who asked for it?"),),
        tests=TestsView(
            "#", Badge("1 failed", "red", dot=True), TESTS, ("card_is_asked_for: then.asked, false",),
            ("entity.individual.attributes.x_sn_ninea",), "Nov 22, 2026, 9:44 PM", can_run=True,
        ),
        href="#",
        preview=preview(),
        actions=(Action("Comment 1", "#remarks", "message-square"),),
        apply=Action("Apply", "#", "upload", "primary", method="post", why_not="Waits for 1 approval"),
        withdraw="#",
        remind=Action("Remind", "#", "bell-ring", "ghost", method="post"),
    )  # fmt: skip


def running() -> TestsView:
    """Return tests whose result is awaited."""
    return TestsView("#", Badge("En cours", "blue"), topic="job:plan_tests:9c86db103d41")


def screens() -> ScreensPage:
    """Return screens before and after in full size."""
    above = (Link("Plans", "#"), Link("National identity card", "#"))
    return ScreensPage(shell("en", "sn"), Place("Screens before and after", above), replace(preview(), full_href=""))


def refused() -> PlanPage:
    """Return a proposal that something else has overtaken."""
    detail = "`11b427583b` is in force since 2026-11-22 21:40 UTC; plan and propose it again"
    told = Trouble("Something else was put in force since: plan and propose it again.", detail, "R701")
    moved = Badge("Out of date", "red", dot=True)
    return replace(
        plan(), state=moved, impacts=(), steps=(), gates=(), reasons=(), remarks=(), tests=TestsView("#"),
        preview=None, apply=None, trouble=told, unreasoned=("the reason of `fax` has run out",),
    )  # fmt: skip


def plans() -> PlansPage:
    """Return the list of proposals and releases."""
    columns = (Column("title", "Proposal"), Column("state", "State"))
    row = Row(
        "1", "Card", (Cell("Card", href="#", is_strong=True), Cell(badges=(Badge("Open", "amber", dot=True),))), "#"
    )  # fmt: skip
    live = Badge("In force", "green", dot=True)
    trial = ReleaseView(
        "3", "77aa01b2c3", "1.0.0", Badge("Tried by some units"), "Ousmane Ba", "Nov 23, 2026", "A week in Dakar",
        units="Dakar, Plateau", end="#",
    )  # fmt: skip
    releases = (
        trial,
        ReleaseView("2", "9c86db103d", "1.0.0", live, "Ousmane Ba", "Nov 22, 2026", "Card"),
        ReleaseView(
            "1", "11b427583b", "1.0.0", Badge("Applied"), "operator", "Nov 1, 2026", "",
            RollbackForm("1", "11b427583b", "#"),
        ),
    )  # fmt: skip
    return PlansPage(
        shell("en", "sn"), Place("Plans"), FACTS, Table("Proposals", columns, (row,)), releases, propose_href="#"
    )


def none() -> PlansPage:
    """Return the list where nothing was ever released."""
    empty = Table("Proposals", (), (), empty_text="Nothing is proposed.")
    return PlansPage(
        shell("en", "sn"), Place("Plans"), (), empty, (), unreleased="An operator does it:", commands=("sidra plan sn",)
    )

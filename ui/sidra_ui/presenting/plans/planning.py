"""One proposal on the screen: what it touches, who must approve, what becomes of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sidra.access.functions import APPROVE_ACCESS, APPROVE_API, APPROVE_DATA, CONFIGURE
from sidra.releases.approvals import Approvals, Decision, Gate
from sidra.releases.plan import Impact, Item
from sidra.releases.proposals import OPEN, Proposal
from sidra_metamodel.explaining.differences import Reason
from sidra_ui.presenting.configuration.configuring import CATEGORIES
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import PLANS, affiliate_name, shell
from sidra_ui.presenting.plans.ceilings import ceiling_text
from sidra_ui.presenting.plans.standing import Standing, state
from sidra_ui.presenting.values import who
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Tone, avatar
from sidra_ui.viewmodels.plans import (
    ChangeView,
    Choice,
    GateView,
    ImpactView,
    PlanPage,
    Preview,
    ReasonView,
    Remark,
    StepView,
    TestsView,
    Trouble,
)
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.view360 import Kpi

GATES: Mapping[str, str] = MappingProxyType(
    {
        CONFIGURE: "gate_configure",
        APPROVE_ACCESS: "gate_access",
        APPROVE_API: "gate_api",
        APPROVE_DATA: "gate_data",
    }
)
VERDICTS: Mapping[str, tuple[Tone, str]] = MappingProxyType(
    {
        "approved": ("green", "circle-check"),
        "refused": ("red", "ban"),
        "waiting": ("amber", "clock"),
        "lapsed": ("amber", "circle-alert"),
    }
)
LOOKS: Mapping[Impact, tuple[str, Tone]] = MappingProxyType(
    {
        Impact.WIDENED: ("shield-check", "red"),
        Impact.API: ("plug", "violet"),
        Impact.DESTRUCTIVE: ("trash-2", "red"),
        Impact.DATA: ("database", "amber"),
        Impact.PROCESS: ("workflow", "blue"),
        Impact.SAFE: ("circle-check", "green"),
    }
)
LEVELS: Mapping[str, Tone] = MappingProxyType({"L1": "teal", "L2": "blue", "L3": "amber", "L4": "red"})
PHASES = frozenset({"expand", "backfill", "contract"})
MOST_SAFE = 12
"""Above so many, what touches nothing is folded."""
SHORT_REVISION = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What the files of a proposal say; nothing where they cannot be read."""

    unreasoned: tuple[str, ...] = ()
    ceilings: Mapping[str, str] = field(default_factory=dict)
    """How far the group lets the affiliate go in each domain that is changed, such as `L3`."""
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What is known of a proposal besides what it proposes."""

    proposal: Proposal
    approvals: Approvals
    standing: Standing
    decisions: Mapping[str, Decision]
    live: str | None
    """The revision in force now."""
    may_apply: bool
    tests: TestsView
    seen: Seen = field(default_factory=Seen)
    trouble: Trouble | None = None
    reminds: bool = False
    """Whether the reader can have somebody told that it waits."""

    @property
    def has_moved(self) -> bool:
        """Whether something else is in force than what it was compared with."""
        return self.proposal.live != self.live

    @property
    def is_open(self) -> bool:
        """Whether anything can be said about it yet."""
        return self.proposal.state == OPEN and not self.has_moved


def plan_page(desk: Desk, review: Review) -> PlanPage:
    """The page of one proposal."""
    proposal, messages = review.proposal, desk.messages
    href = desk.addresses.page(PLANS, proposal.id)
    return PlanPage(
        shell=shell(desk),
        place=Place(proposal.title, (Link(messages.text(PLANS), desk.addresses.page(PLANS)),)),
        state=state(desk, proposal, review.live, review.standing),
        facts=tuple(facts(desk, proposal)),
        kpis=tuple(figures(desk, review)),
        impacts=tuple(impact_view(desk, review, one) for one in Impact if proposal.plan.of(one)),
        steps=tuple(steps(desk, proposal)),
        gates=tuple(gate_view(desk, review, gate) for gate in review.standing.gates),
        gates_count=messages.text("number_of_all", number=review.standing.opened, all=len(review.standing.gates)),
        reasons=tuple(reasons(desk, proposal)),
        remarks=tuple(remarks(desk, review)),
        tests=review.tests,
        href=href,
        preview=review.seen.preview,
        actions=tuple(actions(desk, review, href)),
        apply=apply_action(desk, review, href),
        withdraw=withdraw_form(desk, review, href),
        remind=remind_action(desk, review, href),
        trouble=review.trouble,
        unreasoned=review.seen.unreasoned,
    )


def facts(desk: Desk, proposal: Proposal) -> Iterator[Fact]:
    """Whose proposal it is, of what, and when it was made."""
    text = desk.messages.text
    yield Fact(affiliate_name(desk.model, desk.locale), "building", text("affiliate"))
    yield Fact(short(proposal.live or "—"), "bookmark", text("plan_live"), is_code=True, is_named=True)
    yield Fact(short(proposal.revision), "arrow-right", text("plan_proposed"), is_code=True, is_named=True)
    if proposal.baseline:
        yield Fact(proposal.baseline, "layers", text("baseline"), is_code=True, is_named=True)
    yield Fact(who(desk, proposal.author_name), "user", text("plan_author"))
    yield Fact(desk.formats.moment(proposal.at), "clock", text("plan_made"))


def short(revision: str) -> str:
    """A revision as far as people compare it."""
    return revision[:SHORT_REVISION]


def figures(desk: Desk, review: Review) -> Iterator[Kpi]:
    """Six figures of a plan."""
    plan, text, number = review.proposal.plan, desk.messages.text, desk.formats.number
    widened = plan.of(Impact.WIDENED)
    roles = {item.role: item.rows for item in widened if item.role}
    people = sum(count.rows or 0 for count in roles.values() if count is not None)
    told = (text("plan_roles", count=len(roles)), text("plan_people", count=people) if people else "")
    noted = ", ".join(filter(None, told)) if widened else ""
    yield Kpi(text("impact_widened"), number(len(widened)), "", noted, "red" if widened else "neutral")
    left = len(review.standing.undecided)
    noted = text("plan_undecided", count=left) if left else ""
    data = len(plan.of(Impact.DATA, Impact.PROCESS))
    yield Kpi(text("impact_data"), number(data), "", noted, "amber" if left else "neutral")
    destructive = len(plan.of(Impact.DESTRUCTIVE))
    yield Kpi(text("impact_destructive"), number(destructive), tone="red" if destructive else "neutral")
    yield Kpi(text("impact_safe"), number(len(plan.of(Impact.SAFE))))
    yield Kpi(text("plan_level"), plan.level, "", ceiling_text(desk, review.seen.ceilings))
    touches = plan.touches
    counts = (("plan_interfaces", touches.interfaces), ("plan_processes", touches.processes))
    noted = ", ".join(text(key, count=len(names)) for key, names in counts if names)
    yield Kpi(text("plan_touches"), number(len(touches.screens)), text("plan_screens"), noted)


def impact_view(desk: Desk, review: Review, impact: Impact) -> ImpactView:
    """The changes of one sort."""
    icon, tone = LOOKS[impact]
    items = review.proposal.plan.of(impact)
    gate = next((one for one in review.standing.gates if one.function == items[0].gate), None)
    return ImpactView(
        id=impact.value,
        title=desk.messages.text(f"impact_{impact.value}"),
        note=desk.messages.text(f"impact_{impact.value}_note"),
        icon=icon,
        tone=tone,
        count=desk.formats.number(len(items)),
        changes=tuple(change(desk, review, item) for item in items),
        gate=verdict(desk, gate) if gate is not None and impact is not Impact.SAFE else None,
        is_folded=impact is Impact.SAFE and len(items) > MOST_SAFE,
    )


def change(desk: Desk, review: Review, item: Item) -> ChangeView:
    """One change, its count and what may be decided."""
    text, number = desk.messages.text, desk.formats.number
    rows = item.rows if item.rows is not None and item.rows.is_told else None
    is_people = item.cls is Impact.WIDENED
    of = text("of_all", all=rows.total) if rows is not None and rows.total is not None else ""
    noted = text("people_gain" if is_people else "rows_concerned", count=rows.rows) if rows is not None else ""
    return ChangeView(
        key=item.key,
        path=item.dotted,
        says=text(f"plan_word_{item.word}", subject=item.subject or item.dotted, role=item.role),
        level=Badge(item.level, LEVELS[item.level]) if item.level in LEVELS else None,
        was=item.was or "",
        now=item.now or "",
        rows=number(rows.rows) if rows is not None and rows.rows is not None else "",
        counted=str(rows.rows) if rows is not None else "",
        rows_note=" ".join(one for one in (noted, of) if one),
        rows_tone="neutral" if rows is None else "green" if not rows.rows else "red" if is_people else "amber",
        role=role_text(desk, item.role) if is_people else "",
        gains=item.gains,
        gains_more=more_text(desk, item),
        examples=item.rows.examples if item.rows is not None and not is_people else (),
        place=str(item.place) if item.place is not None else "",
        state=decided(desk, review, item),
        choices=tuple(choices(desk, review, item)),
    )


def more_text(desk: Desk, item: Item) -> str:
    """How many gain besides those who are named."""
    left = (item.rows.rows or 0) - len(item.gains) if item.rows is not None else 0
    return desk.messages.text("and_more", count=left) if item.gains and left > 0 else ""


def role_text(desk: Desk, name: str) -> str:
    """A role as people read it, with its name."""
    role = desk.model.roles.get(name)
    return f"{desk.label(role)} ({name})" if role is not None else name


def decided(desk: Desk, review: Review, item: Item) -> Badge | None:
    """What becomes of the records; None where nothing has to be decided."""
    text = desk.messages.text
    found = review.decisions.get(item.key)
    if found is not None:
        return Badge(f"{text(f'choice_{found.choice}')} · {found.by_name}", "green", icon="check")
    if not item.blocks:
        return None
    return Badge(text("choice_needed" if item.choices else "choice_correct"), "red", dot=True)


def choices(desk: Desk, review: Review, item: Item) -> Iterator[Choice]:
    """What the reader may decide of the records."""
    if not item.blocks or not review.is_open:
        return
    if not review.approvals.may(desk.records.actor, review.proposal, item.gate):
        return
    found = review.decisions.get(item.key)
    for name in item.choices:
        yield Choice(name, desk.messages.text(f"choice_{name}"), found is not None and found.choice == name)


def steps(desk: Desk, proposal: Proposal) -> Iterator[StepView]:
    """The steps of the database, each phase named."""
    for one in proposal.plan.migration:
        key = f"phase_{one.phase}"
        phase = desk.messages.text(key) if one.phase in PHASES else one.phase
        yield StepView(phase, one.says, desk.formats.number(one.rows) if one.rows is not None else "")


def verdict(desk: Desk, gate: Gate) -> Badge:
    """Where a gate stands."""
    tone, icon = VERDICTS[gate.state]
    return Badge(desk.messages.text(f"gate_{gate.state}"), tone, icon=icon)


def gate_view(desk: Desk, review: Review, gate: Gate) -> GateView:
    """One gate, with the last word on it."""
    actor = desk.records.actor
    return GateView(
        function=gate.function,
        title=desk.messages.text(GATES.get(gate.function, "gate_configure")),
        state=verdict(desk, gate),
        by=gate.by_name,
        avatar=avatar(gate.by_name) if gate.by_name else None,
        when=desk.formats.moment(gate.at) if gate.at is not None else "",
        comment=desk.messages.text(f"gate_lapsed_{gate.lapsed}") if gate.lapsed else gate.comment,
        may_speak=review.is_open and review.approvals.may(actor, review.proposal, gate.function),
    )


def reasons(desk: Desk, proposal: Proposal) -> Iterator[ReasonView]:
    """Why things are changed, each reason once."""
    known: set[tuple[str, Reason]] = set()
    for item in proposal.plan:
        path = ".".join((item.document, *item.path[:2]))
        if item.reason.why and (path, item.reason) not in known:
            known.add((path, item.reason))
            yield ReasonView(path, item.reason.why, item.reason.ticket, tuple(reason_badges(desk, item.reason)))


def reason_badges(desk: Desk, reason: Reason) -> Iterator[Badge]:
    """The category of a reason, and until when it holds."""
    if reason.category in CATEGORIES:
        yield Badge(desk.messages.text(f"category_{reason.category}"), CATEGORIES[reason.category])
    if reason.until is not None:
        late = reason.is_overdue(desk.formats.today())
        key = "overdue_since" if late else "until_name"
        text = desk.messages.text(key, name=desk.formats.date(reason.until))
        yield Badge(text, "red" if late else "neutral", icon="calendar-clock")


def remarks(desk: Desk, review: Review) -> Iterator[Remark]:
    """What people wrote, the first one first."""
    for one in review.approvals.comments(review.proposal):
        yield Remark(one.author_name, avatar(one.author_name), desk.formats.moment(one.at), one.text)


def actions(desk: Desk, review: Review, href: str) -> Iterator[Action]:
    """What leads to parts of the page, with how much is there."""
    text, standing = desk.messages.text, review.standing
    if standing.gates:
        told = text("number_of_all", number=standing.opened, all=len(standing.gates))
        yield Action(f"{text('plan_approvals')} {told}", f"{href}#approvals", "circle-check")
    said = len(review.approvals.comments(review.proposal))
    count = f" {desk.formats.number(said)}" if said else ""
    yield Action(f"{text('comments')}{count}", f"{href}#remarks", "message-square")


def withdraw_form(desk: Desk, review: Review, href: str) -> str:
    """Where the proposal is taken back; empty for who may not, and for what is closed."""
    is_open = review.proposal.state == OPEN
    may = is_open and review.approvals.may_withdraw(desk.records.actor, review.proposal)
    return f"{href}/withdraw" if may else ""


def remind_action(desk: Desk, review: Review, href: str) -> Action | None:
    """Tells those who may approve that the proposal waits for them."""
    if not review.reminds or not review.is_open:
        return None
    return Action(desk.messages.text("plan_remind"), f"{href}/remind", "bell-ring", "ghost", method="post")


def apply_action(desk: Desk, review: Review, href: str) -> Action | None:
    """Puts it in force; without effect, and with the reason, as long as that cannot be."""
    if not review.may_apply or review.proposal.state != OPEN:
        return None
    text = desk.messages.text
    is_ready = review.is_open and review.standing.is_passed
    why_not = "" if is_ready else state(desk, review.proposal, review.live, review.standing).text
    if review.seen.unreasoned and not why_not:
        why_not = text("plan_unreasoned")
    confirm = text("plan_apply_confirm")
    return Action(
        text("plan_apply"), f"{href}/apply", "upload", "primary", method="post", confirm=confirm, why_not=why_not
    )

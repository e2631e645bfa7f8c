"""What is proposed to be put in force: reviewed, approved, applied, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Forbidden, Invalid, NotServed, SidraError
from sidra.releases.approvals import READERS, Approvals
from sidra.releases.errors import Refused, UnknownRevision
from sidra.releases.history import Release, live_of
from sidra.releases.plan import Expired
from sidra.releases.planning import expired_in
from sidra.releases.proposals import OPEN, Proposal
from sidra.releases.releasing import Releasing
from sidra.web.releasings import Releasings
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import CONFIGURE, PLANS
from sidra_ui.presenting.plans.comparing import Wished, preview
from sidra_ui.presenting.plans.listing import plans_page
from sidra_ui.presenting.plans.planning import Review, plan_page
from sidra_ui.presenting.plans.troubles import tests_view, trouble
from sidra_ui.viewmodels.plans import Preview, Trouble

PLAN = f"/{PLANS}/{{id}}"
REFUSED, CONFLICT = 422, 409
MOST_TITLE = 200
MOST_TEXT = 4000
TOLD = (Refused, Conflict, UnknownRevision, Invalid, NotServed)
"""What is told on the page itself: nothing was changed, and there is something to do about it."""


def includeme(config: Configurator) -> None:
    """The proposals of an affiliate, and what is done about each."""
    config.include("sidra.web.releasings")
    add_page(config, "plans", f"/{PLANS}", plans_view)
    add_page(config, "propose", f"/{PLANS}", propose_view, methods=("POST",))
    add_page(config, "rollback", f"/{PLANS}/rollback", rollback_view, methods=("POST",))
    add_page(config, "plan", PLAN, plan_view)
    add_page(config, "plan_tests", f"{PLAN}/tests", tests_page_view, methods=("POST",))
    for name, done in (("speak", speak), ("decide", decide), ("comments", remark), ("apply", put_in_force)):
        add_page(config, f"plan_{name}", f"{PLAN}/{name}", changing(done), methods=("POST",))


@dataclass(frozen=True)
class Sitting:
    """What a request is about: who asks, and the releases of the affiliate."""

    request: Request
    desk: Desk

    @property
    def kept(self) -> Releasings:
        """What is kept of all affiliates."""
        found: Releasings = self.request.registry.releasings
        return found

    @cached_property
    def releasing(self) -> Releasing:
        """The releases of the affiliate."""
        return self.kept.of(self.request.runtime)

    @cached_property
    def releases(self) -> list[Release]:
        """All of them, the latest first."""
        return self.releasing.releases.all()

    @property
    def live(self) -> Release | None:
        """The one in force."""
        return live_of(self.releases)

    @cached_property
    def approvals(self) -> Approvals:
        """The gates; raises Refused before the first release."""
        return self.kept.approvals(self.releasing, self.live) if self.live is not None else self.releasing.approvals

    @cached_property
    def may_configure(self) -> bool:
        """Whether the reader proposes, applies and goes back."""
        return self.desk.records.profile.may_use(CONFIGURE)

    def proposal(self) -> Proposal:
        """The one of the address; raises NotFound."""
        return self.releasing.proposals.get(self.request.matchdict["id"])


def sitting_of(request: Request, *, configures: bool = False) -> Sitting:
    """The releases for somebody who takes part; raises Forbidden.

    configures: whether only who configures may do this.
    """
    desk = desk_of(request)
    wanted = (CONFIGURE,) if configures else tuple(sorted(READERS))
    if not any(desk.records.profile.may_use(one) for one in wanted):
        raise Forbidden("this is for those who configure or approve", hint=f"ask for one of: {', '.join(wanted)}")
    return Sitting(request, desk)


def plans_view(request: Request) -> Response:
    """The proposals and releases of the affiliate."""
    return listed(sitting_of(request))


def listed(sitting: Sitting, status: int = 200, title: str = "", told: Trouble | None = None) -> Response:
    """The list, with what was refused."""
    page = plans_page(
        sitting.desk,
        sitting.releasing.proposals.all(),
        sitting.releases,
        may_configure=sitting.may_configure,
        title=title,
        trouble=told,
    )
    return page_answer(sitting.request, sitting.desk, page, status)


def propose_view(request: Request) -> Response:
    """Propose what is saved; what is proposed already is shown instead of proposed again."""
    sitting, title = sitting_of(request, configures=True), request.POST.get("title", "")[:MOST_TITLE]
    try:
        open_one = known(sitting)
        proposal = open_one or sitting.releasing.propose(title, sitting.desk.records.actor)
    except TOLD as error:
        return listed(sitting, status_of(error), title, trouble(sitting.desk, error))
    return go_to(sitting.desk.addresses.page(PLANS, proposal.id), "plan_proposed_now")


def known(sitting: Sitting) -> Proposal | None:
    """The open proposal of what is saved, where there is one that is not out of date."""
    plan = sitting.releasing.plan(counts=False)
    found = sitting.releasing.proposals.of_revision(plan.proposed.name)
    live = sitting.live.revision if sitting.live is not None else None
    return found if found is not None and found.state == OPEN and found.live == live else None


def rollback_view(request: Request) -> Response:
    """Put an earlier release in force again."""
    sitting, number = sitting_of(request, configures=True), request.POST.get("number", "")
    why = request.POST.get("why", "")[:MOST_TEXT].strip()
    try:
        if not number:
            raise UnknownRevision("no release is named", hint="choose one of the list")
        sitting.releasing.rollback(number, sitting.desk.records.actor, why)
    except TOLD as error:
        return listed(sitting, status_of(error), told=trouble(sitting.desk, error))
    return go_to(sitting.desk.addresses.page(PLANS), "plan_gone_back")


def plan_view(request: Request) -> Response:
    """One proposal."""
    return shown(sitting_of(request))


def tests_page_view(request: Request) -> Response:
    """The proposal with the outcome of its tests, which run on what it proposes."""
    sitting = sitting_of(request)
    sitting.kept.tested(sitting.releasing, sitting.proposal(), sitting.desk.formats.today())
    return go_to(f"{sitting.desk.addresses.page(PLANS, request.matchdict['id'])}#tests")


def shown(sitting: Sitting, status: int = 200, told: Trouble | None = None) -> Response:
    """The page of the proposal, with what was refused."""
    desk, proposal, approvals = sitting.desk, sitting.proposal(), sitting.approvals
    today, href = desk.formats.today(), desk.addresses.page(PLANS, proposal.id)
    has_run = sitting.kept.has_tested(sitting.releasing, proposal, today)
    outcomes = sitting.kept.tested(sitting.releasing, proposal, today) if has_run else None
    review = Review(
        proposal,
        approvals,
        approvals.gates(proposal),
        approvals.decisions(proposal),
        sitting.live.revision if sitting.live is not None else None,
        may_apply=sitting.may_configure,
        expired=tuple(f"{one.says} ({one.place})" for one in expired(sitting, proposal)),
        preview=compared(sitting, proposal, href),
        tests=tests_view(desk, f"{href}/tests", outcomes),
        trouble=told,
        undecided=tuple(item.key for item in approvals.undecided(proposal)),
    )
    return page_answer(sitting.request, desk, plan_page(desk, review), status)


def expired(sitting: Sitting, proposal: Proposal) -> list[Expired]:
    """What has run out of an open proposal."""
    if proposal.state != OPEN:
        return []
    return list(expired_in(sitting.kept.loaded(sitting.releasing, proposal, sitting.desk.formats.today())))


def compared(sitting: Sitting, proposal: Proposal, href: str) -> Preview | None:
    """The screens before and after, as the role that was chosen; None where there is nothing to compare."""
    desk, today, live = sitting.desk, sitting.desk.formats.today(), sitting.live
    if live is None or proposal.state != OPEN:
        return None
    before = sitting.kept.loaded(sitting.releasing, live, today).model
    after = sitting.kept.loaded(sitting.releasing, proposal, today).model
    if before is None or after is None:
        return None
    wished = Wished(sitting.request.GET.get("role", ""), sitting.request.GET.get("screen", ""))
    return preview(desk, proposal, before, after, wished, href)


Deed = Callable[[Sitting, Proposal], str]
"""Something that is done about a proposal; it names what the next page says of it."""


def changing(deed: Deed) -> Callable[[Request], Response]:
    """Make a view of something that is done: what was refused stands on the page itself."""

    def view(request: Request) -> Response:
        sitting = sitting_of(request)
        proposal = sitting.proposal()
        try:
            notice = deed(sitting, proposal)
        except TOLD as error:
            return shown(sitting, status_of(error), trouble(sitting.desk, error))
        return go_to(sitting.desk.addresses.page(PLANS, proposal.id), notice)

    return view


def speak(sitting: Sitting, proposal: Proposal) -> str:
    """Approve or refuse at one gate; raises as `Approvals.approve` does."""
    given, actor = sitting.request.POST, sitting.desk.records.actor
    function, comment = given.get("function", ""), given.get("comment", "")[:MOST_TEXT]
    if given.get("verdict", "") == "approve":
        sitting.approvals.approve(actor, proposal.id, function, comment)
    else:
        sitting.approvals.refuse(actor, proposal.id, function, comment)
    return "plan_spoken"


def decide(sitting: Sitting, proposal: Proposal) -> str:
    """Say what becomes of the records that a change concerns; raises as `Approvals.decide` does."""
    given = sitting.request.POST
    actor = sitting.desk.records.actor
    sitting.approvals.decide(actor, proposal.id, given.get("item", ""), given.get("choice", ""))
    return "plan_spoken"


def remark(sitting: Sitting, proposal: Proposal) -> str:
    """Write a comment, once: the same words of the same person right after each other are one."""
    actor, text = sitting.desk.records.actor, sitting.request.POST.get("text", "")[:MOST_TEXT]
    said = sitting.approvals.comments(proposal)
    if not said or (said[-1].author_id, said[-1].text) != (actor.id, text.strip()):
        sitting.approvals.comment(actor, proposal.id, text)
    return "plan_spoken"


def put_in_force(sitting: Sitting, proposal: Proposal) -> str:
    """Apply the proposal, for its title's sake; raises as `Releasing.apply` does."""
    sitting.releasing.apply(proposal.revision, sitting.desk.records.actor, proposal.title)
    return "plan_in_force"


def status_of(error: SidraError) -> int:
    """What the answer with a refusal is."""
    return CONFLICT if isinstance(error, Conflict) else REFUSED

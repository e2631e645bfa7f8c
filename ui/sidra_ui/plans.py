"""What is proposed to be put in force: reviewed, approved, applied, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Busy, Conflict, Forbidden, NotFound, SidraError, Unauthenticated
from sidra.releases.approvals import READERS, Approvals
from sidra.releases.errors import UnknownRevision
from sidra.releases.history import Release, live_of
from sidra.releases.plan import Plan
from sidra.releases.plan_showing import plan_for
from sidra.releases.planning import expired_in
from sidra.releases.proposals import OPEN, Proposal
from sidra.releases.releasing import Releasing
from sidra.releases.reminding import remind as remind_all
from sidra.releases.reminding import untold
from sidra.releases.trying import Testings
from sidra.web.releasings import Releasings
from sidra.web.request import Request
from sidra_metamodel.load import Loaded
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import CONFIGURE, PLANS
from sidra_ui.presenting.plans.comparing import Wished, preview, screens_page
from sidra_ui.presenting.plans.listing import PAGE, PROPOSED, RELEASED, Entered, Listed, plans_page
from sidra_ui.presenting.plans.planning import Review, Seen, ceiling_in, plan_page
from sidra_ui.presenting.plans.troubles import tests_view, trouble
from sidra_ui.viewmodels.plans import Preview, TestsView, Trouble

PLAN = f"/{PLANS}/{{id}}"
REFUSED, CONFLICT = 422, 409
MOST_TITLE = 200
MOST_TEXT = 4000
MOST_DIGITS = 6
PROPOSED_BACK = "propose"
"""How an earlier release comes back that others must let pass first."""
MOST_COMPARED, MOST_FULL = 2, 6
"""Screens that are shown before and after, beside the plan and by themselves."""
ELSEWHERE = (Forbidden, NotFound, Unauthenticated, Busy)
"""What has a page of its own. Whatever else keeps a configuration from being put in force, read, compared or counted is
told on the page itself: nothing was changed, and there is something to do about it."""


def includeme(config: Configurator) -> None:
    """The proposals of an affiliate, and what is done about each."""
    config.include("sidra.web.releasings")
    add_page(config, "plans", f"/{PLANS}", plans_view)
    add_page(config, "propose", f"/{PLANS}", propose_view, methods=("POST",))
    add_page(config, "rollback", f"/{PLANS}/rollback", rollback_view, methods=("POST",))
    add_page(config, "end_trial", f"/{PLANS}/end-trial", end_trial_view, methods=("POST",))
    add_page(config, "plan", PLAN, plan_view)
    deeds = {
        "speak": speak, "decide": decide, "comments": remark, "apply": put_in_force,
        "withdraw": withdraw, "remind": remind, "tests": have_tested,
    }  # fmt: skip
    for name, done in deeds.items():
        add_page(config, f"plan_{name}", f"{PLAN}/{name}", changing(done), methods=("POST",))
    add_page(config, "plan_tests_state", f"{PLAN}/tests", tests_state_view)
    add_page(config, "plan_screens", f"{PLAN}/screens", screens_view)


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
        """The releases of the affiliate, whatever is saved."""
        return self.kept.of(self.request.runtime)

    @cached_property
    def saved(self) -> Releasing:
        """The same with what is saved now."""
        return self.kept.saved(self.request.runtime)

    @cached_property
    def testings(self) -> Testings:
        """How the tests of what is proposed ended."""
        return Testings(self.request.runtime.store)

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
        if self.live is None:
            return self.releasing.approvals
        return self.kept.approvals(self.request.runtime, self.releasing, self.live)

    def shown_plan(self, proposal: Proposal) -> Plan:
        """Its plan as far as the reader may see it, by the rights of the configuration in force."""
        if self.live is None:
            return proposal.plan
        runtime = self.kept.in_force(self.request.runtime, self.releasing, self.live)
        return plan_for(proposal.plan, self.desk.records.actor, runtime)

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
    given = sitting.request.GET
    proposed_on, released_on = (page_number(given.get(name, "")) for name in (PROPOSED, RELEASED))
    found = sitting.releasing.proposals.all(limit=PAGE + 1, offset=(proposed_on - 1) * PAGE)
    trial = sitting.releasing.releases.trial()
    shown_now = Listed(found, sitting.releases, proposed_on, released_on, trial)
    page = plans_page(sitting.desk, shown_now, Entered(title, told), may_configure=sitting.may_configure)
    return page_answer(sitting.request, sitting.desk, page, status)


def page_number(text: str) -> int:
    """The page that an address asks for; the first one for what is no number."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1


def propose_view(request: Request) -> Response:
    """Propose what is saved; what is proposed already is shown instead of proposed again."""
    sitting, title = sitting_of(request, configures=True), request.POST.get("title", "")[:MOST_TITLE]
    try:
        proposal = known(sitting) or proposed(sitting, title)
    except ELSEWHERE:
        raise
    except SidraError as error:
        return listed(sitting, status_of(error), title, trouble(sitting.desk, error))
    return go_to(sitting.desk.addresses.page(PLANS, proposal.id), "plan_proposed_now")


def proposed(sitting: Sitting, title: str) -> Proposal:
    """Propose what is saved, and tell those who may let it pass; raises as `Releasing.propose` does."""
    return asked_for(sitting, sitting.saved.propose(title, sitting.desk.records.actor))


def asked_for(sitting: Sitting, made: Proposal) -> Proposal:
    """The same proposal, once those are told who may let it pass."""
    with suppress(Conflict):
        remind_all(sitting.request.runtime, sitting.approvals, made, sitting.desk.records.actor)
    return made


def known(sitting: Sitting) -> Proposal | None:
    """The open proposal of what is saved, where there is one that is not out of date."""
    revision = sitting.kept.revision(sitting.saved, sitting.desk.formats.today())
    found = sitting.releasing.proposals.of_revision(revision)
    live = sitting.live.revision if sitting.live is not None else None
    return found if found is not None and found.state == OPEN and found.live == live else None


def rollback_view(request: Request) -> Response:
    """Put an earlier release in force again, or propose that, where others must let it pass."""
    sitting, number = sitting_of(request, configures=True), request.POST.get("number", "")
    why = request.POST.get("why", "")[:MOST_TEXT].strip()
    try:
        if not number:
            raise UnknownRevision("no release is named", hint="choose one of the list")
        if request.POST.get("how", "") == PROPOSED_BACK:
            made = asked_for(sitting, sitting.releasing.propose(why, sitting.desk.records.actor, to=number))
            return go_to(sitting.desk.addresses.page(PLANS, made.id), "plan_proposed_now")
        sitting.releasing.rollback(number, sitting.desk.records.actor, why)
    except ELSEWHERE:
        raise
    except SidraError as error:
        return listed(sitting, status_of(error), told=trouble(sitting.desk, error))
    return go_to(sitting.desk.addresses.page(PLANS), "plan_gone_back")


def end_trial_view(request: Request) -> Response:
    """End what some units try out: their people have what all others have."""
    sitting = sitting_of(request, configures=True)
    why = request.POST.get("why", "")[:MOST_TEXT].strip()
    try:
        sitting.releasing.end_trial(sitting.desk.records.actor, why)
    except ELSEWHERE:
        raise
    except SidraError as error:
        return listed(sitting, status_of(error), told=trouble(sitting.desk, error))
    return go_to(sitting.desk.addresses.page(PLANS), "plan_trial_ended")


def plan_view(request: Request) -> Response:
    """One proposal."""
    return shown(sitting_of(request))


def tests_state_view(request: Request) -> Response:
    """How the tests are, of a page that stands already."""
    sitting = sitting_of(request)
    return fragment_answer(request, sitting.desk, tested(sitting, sitting.proposal()))


def tested(sitting: Sitting, proposal: Proposal) -> TestsView:
    """How the tests of a proposal ended, or are."""
    desk, now = sitting.desk, sitting.request.runtime.now()
    href = f"{desk.addresses.page(PLANS, proposal.id)}/tests"
    return tests_view(desk, href, sitting.testings.of(proposal.revision), now, is_open=proposal.state == OPEN)


def screens_view(request: Request) -> Response:
    """Screens before and after in full size; raises NotFound where there is nothing to compare."""
    sitting = sitting_of(request)
    proposal = sitting.proposal()
    try:
        found = compared(sitting, proposal, MOST_FULL)
    except ELSEWHERE:
        raise
    except SidraError as error:
        return shown(sitting, status_of(error), trouble(sitting.desk, error))
    if found is None:
        raise NotFound("there is nothing to compare", hint="see what the proposal changes")
    return page_answer(request, sitting.desk, screens_page(sitting.desk, proposal, found))


def shown(sitting: Sitting, status: int = 200, told: Trouble | None = None) -> Response:
    """The page of the proposal, with what was refused."""
    desk, proposal = sitting.desk, sitting.proposal()
    approvals, found = sitting.approvals, Seen()
    try:
        found = Seen(tuple(expired(sitting, proposal)), compared(sitting, proposal))
    except ELSEWHERE:
        raise
    except SidraError as error:
        # The rest of the page needs none of the files, and tells what became of the proposal.
        told = told or trouble(desk, error)
    review = Review(
        replace(proposal, plan=sitting.shown_plan(proposal)),
        approvals,
        approvals.gates(proposal),
        approvals.decisions(proposal),
        sitting.live.revision if sitting.live is not None else None,
        may_apply=sitting.may_configure,
        seen=found,
        tests=tested(sitting, proposal),
        trouble=told,
        undecided=tuple(item.key for item in approvals.undecided(proposal)),
        ceiling=ceiling_in(sitting.releasing.configuration.layers, proposal),
        reminds=reminds(sitting, proposal),
    )
    return page_answer(sitting.request, desk, plan_page(desk, review), status)


def reminds(sitting: Sitting, proposal: Proposal) -> bool:
    """Whether somebody is left to be told that the proposal waits."""
    return sitting.may_configure and any(untold(sitting.request.runtime, sitting.approvals, proposal))


def expired(sitting: Sitting, proposal: Proposal) -> Iterator[str]:
    """What has run out of an open proposal."""
    if proposal.state == OPEN:
        today = sitting.desk.formats.today()
        yield from (f"{one.says} ({one.place})" for one in expired_in(loaded(sitting, proposal, today)))


def loaded(sitting: Sitting, one: Proposal | Release, today: date) -> Loaded:
    """What a proposal or a release says; raises Damaged."""
    return sitting.kept.loaded(sitting.releasing, one, today)


def compared(sitting: Sitting, proposal: Proposal, most: int = MOST_COMPARED) -> Preview | None:
    """The screens before and after, as the role that was chosen; None where there is nothing to compare."""
    desk, today, live = sitting.desk, sitting.desk.formats.today(), sitting.live
    if live is None or proposal.state != OPEN:
        return None
    before, after = loaded(sitting, live, today).model, loaded(sitting, proposal, today).model
    if before is None or after is None:
        return None
    given = sitting.request.GET
    return preview(desk, proposal, before, after, Wished(given.get("role", ""), given.get("screen", ""), most))


Deed = Callable[[Sitting, Proposal], str]
"""Something that is done about a proposal; it names what the next page says of it."""


def changing(deed: Deed) -> Callable[[Request], Response]:
    """Make a view of something that is done: what was refused stands on the page itself."""

    def view(request: Request) -> Response:
        sitting = sitting_of(request)
        proposal = sitting.proposal()
        try:
            notice = deed(sitting, proposal)
        except ELSEWHERE:
            raise
        except SidraError as error:
            return shown(sitting, status_of(error), trouble(sitting.desk, error))
        return go_to(sitting.desk.addresses.page(PLANS, proposal.id), notice)

    return view


def withdraw(sitting: Sitting, proposal: Proposal) -> str:
    """Take the proposal back; raises as `Approvals.withdraw` does."""
    why = sitting.request.POST.get("why", "")[:MOST_TEXT]
    sitting.approvals.withdraw(sitting.desk.records.actor, proposal.id, why)
    return "plan_taken_back"


def remind(sitting: Sitting, proposal: Proposal) -> str:
    """Tell those for whom the proposal waits; raises Forbidden, and Conflict where nobody is left to be told."""
    if not sitting.may_configure:
        raise Forbidden("this is for those who configure", hint="ask one of them")
    remind_all(sitting.request.runtime, sitting.approvals, proposal, sitting.desk.records.actor)
    return "plan_reminded"


def have_tested(sitting: Sitting, proposal: Proposal) -> str:
    """Have the tests run of what is proposed, unless they are under way; raises Conflict for what is closed."""
    if proposal.state != OPEN:
        raise Conflict(f"the proposal is {proposal.state}", hint="look at those that are open")
    sitting.testings.ask(sitting.request.runtime, sitting.desk.records.actor, proposal)
    return ""


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
    words = given.get("why", "")[:MOST_TEXT]
    sitting.approvals.decide(actor, proposal.id, given.get("item", ""), given.get("choice", ""), words)
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

"""What is proposed to be put in force, and what was: the list of both, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Busy, Conflict, Forbidden, NotFound, SidraError, Unauthenticated
from sidra.releases.approvals import READERS, Approvals
from sidra.releases.errors import UnknownRevision
from sidra.releases.history import Release, live_of
from sidra.releases.plan import Plan
from sidra.releases.plan_showing import plan_for
from sidra.releases.proposals import OPEN, Proposal, Summary
from sidra.releases.releasing import Releasing
from sidra.releases.reminding import remind as remind_all
from sidra.releases.trying import Testings
from sidra.web.releasings import Releasings
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import CONFIGURE, PLANS
from sidra_ui.presenting.plans.listing import PAGE, PROPOSED, RELEASED, Entered, Listed, plans_page
from sidra_ui.presenting.plans.standing import Standing
from sidra_ui.presenting.plans.troubles import trouble
from sidra_ui.viewmodels.plans import Trouble

REFUSED, CONFLICT = 422, 409
MOST_TITLE = 200
MOST_TEXT = 4000
MOST_DIGITS = 6
PROPOSED_BACK = "propose"
"""How an earlier release comes back that others must let pass first."""
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
    config.include("sidra_ui.reviewing")


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

    def standing(self, proposal: Proposal) -> Standing:
        """What was said of a proposal, and what is left to decide."""
        undecided = tuple(item.key for item in self.approvals.undecided(proposal))
        return Standing(self.approvals.gates(proposal), undecided)


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
    standings: dict[str, Standing] = {}
    try:
        standings.update(standings_of(sitting, found[:PAGE]))
    except ELSEWHERE:
        raise
    except SidraError as error:
        # What is in force cannot be read, which says who approves; the lists need none of it.
        told = told or trouble(sitting.desk, error)
    shown_now = Listed(found, sitting.releases, proposed_on, released_on, trial, standings)
    page = plans_page(sitting.desk, shown_now, Entered(title, told), may_configure=sitting.may_configure)
    return page_answer(sitting.request, sitting.desk, page, status)


def standings_of(sitting: Sitting, found: Iterable[Summary]) -> Iterator[tuple[str, Standing]]:
    """What was said of the open ones among some proposals, by their id; raises Damaged."""
    for one in found:
        if one.state == OPEN:
            yield one.id, sitting.standing(sitting.releasing.proposals.get(one.id))


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


def status_of(error: SidraError) -> int:
    """What the answer with a refusal is."""
    return CONFLICT if isinstance(error, Conflict) else REFUSED

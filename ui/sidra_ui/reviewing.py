"""One proposal: what it means, what is said and decided about it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Conflict, Forbidden, NotFound, SidraError
from sidra.releases.history import Release
from sidra.releases.planning import unreasoned_in
from sidra.releases.proposals import OPEN, Proposal
from sidra.releases.reminding import remind as remind_all
from sidra.releases.reminding import untold
from sidra.web.request import Request
from sidra_metamodel.load import Loaded
from sidra_ui.pages import add_page, fragment_answer, go_to, page_answer
from sidra_ui.plans import ELSEWHERE, MOST_TEXT, Sitting, sitting_of, status_of
from sidra_ui.presenting.frame.shell import PLANS
from sidra_ui.presenting.plans.ceilings import ceilings
from sidra_ui.presenting.plans.comparing import Wished, preview, screens_page
from sidra_ui.presenting.plans.planning import Review, Seen, plan_page
from sidra_ui.presenting.plans.troubles import tests_view, trouble
from sidra_ui.viewmodels.plans import Preview, TestsView, Trouble

PLAN = f"/{PLANS}/{{id}}"
MOST_COUNTED = 18
"""Digits of a number of records."""
MOST_COMPARED, MOST_FULL = 2, 6
"""Screens that are shown before and after, beside the plan and by themselves."""


def includeme(config: Configurator) -> None:
    """The page of a proposal, its parts, and what is done about it."""
    add_page(config, "plan", PLAN, plan_view)
    deeds = {
        "speak": speak, "decide": decide, "comments": remark, "apply": put_in_force,
        "withdraw": withdraw, "remind": remind, "tests": have_tested,
    }  # fmt: skip
    for name, done in deeds.items():
        add_page(config, f"plan_{name}", f"{PLAN}/{name}", changing(done), methods=("POST",))
    add_page(config, "plan_tests_state", f"{PLAN}/tests", tests_state_view)
    add_page(config, "plan_screens", f"{PLAN}/screens", screens_view)


def plan_view(request: Request) -> Response:
    """One proposal."""
    return shown(sitting_of(request))


def tests_state_view(request: Request) -> Response:
    """How the tests are, of a page that stands already."""
    sitting = sitting_of(request)
    view = tested(sitting, sitting.proposal())
    # What stands there says the same already: nothing is drawn anew, and nothing told again.
    return Response(status=204) if view.topic else fragment_answer(request, sitting.desk, view)


def tested(sitting: Sitting, proposal: Proposal) -> TestsView:
    """How the tests of a proposal ended, or are."""
    desk, now = sitting.desk, sitting.request.runtime.now()
    href = f"{desk.addresses.page(PLANS, proposal.id)}/tests"
    return tests_view(desk, href, sitting.testings.of(proposal), now, is_open=proposal.state == OPEN)


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
        found = seen(sitting, proposal)
    except ELSEWHERE:
        raise
    except SidraError as error:
        # The rest of the page needs none of the files, and tells what became of the proposal.
        told = told or trouble(desk, error)
    review = Review(
        replace(proposal, plan=sitting.shown_plan(proposal)),
        approvals,
        sitting.standing(proposal),
        approvals.decisions(proposal),
        sitting.live.revision if sitting.live is not None else None,
        may_apply=sitting.may_configure,
        seen=found,
        tests=tested(sitting, proposal),
        trouble=told,
        reminds=reminds(sitting, proposal),
    )
    return page_answer(sitting.request, desk, plan_page(desk, review), status)


def reminds(sitting: Sitting, proposal: Proposal) -> bool:
    """Whether somebody is left to be told that the proposal waits."""
    return sitting.may_configure and any(untold(sitting.request.runtime, sitting.approvals, proposal))


def seen(sitting: Sitting, proposal: Proposal) -> Seen:
    """What the files of an open proposal say; raises Damaged."""
    if proposal.state != OPEN:
        return Seen()
    found = loaded(sitting, proposal, sitting.desk.formats.today())
    past = tuple(f"{one.says} ({one.place})" for one in unreasoned_in(found))
    return Seen(past, ceilings(found.effective, proposal.plan), compared(sitting, proposal))


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


class Done(NamedTuple):
    """What the next page says of something that was done, and the part of it where it was."""

    notice: str
    part: str = ""


Deed = Callable[[Sitting, Proposal], Done]
"""Something that is done about a proposal."""


def changing(deed: Deed) -> Callable[[Request], Response]:
    """Make a view of something that is done: what was refused stands on the page itself."""

    def view(request: Request) -> Response:
        sitting = sitting_of(request)
        proposal = sitting.proposal()
        try:
            done = deed(sitting, proposal)
        except ELSEWHERE:
            raise
        except SidraError as error:
            return shown(sitting, status_of(error), trouble(sitting.desk, error))
        return go_to(f"{sitting.desk.addresses.page(PLANS, proposal.id)}{done.part}", done.notice)

    return view


def withdraw(sitting: Sitting, proposal: Proposal) -> Done:
    """Take the proposal back; raises as `Approvals.withdraw` does."""
    why = sitting.request.POST.get("why", "")[:MOST_TEXT]
    sitting.approvals.withdraw(sitting.desk.records.actor, proposal.id, why)
    return Done("plan_taken_back")


def remind(sitting: Sitting, proposal: Proposal) -> Done:
    """Tell those for whom the proposal waits; raises Forbidden, and Conflict where nobody is left to be told."""
    if not sitting.may_configure:
        raise Forbidden("this is for those who configure", hint="ask one of them")
    remind_all(sitting.request.runtime, sitting.approvals, proposal, sitting.desk.records.actor)
    return Done("plan_reminded", "#approvals")


def have_tested(sitting: Sitting, proposal: Proposal) -> Done:
    """Have the tests run of what is proposed, unless they are under way; raises Conflict for what is closed."""
    if proposal.state != OPEN:
        raise Conflict(f"the proposal is {proposal.state}", hint="look at those that are open")
    sitting.testings.ask(sitting.request.runtime, sitting.desk.records.actor, proposal)
    return Done("", "#tests")


def speak(sitting: Sitting, proposal: Proposal) -> Done:
    """Approve or refuse at one gate; raises as `Approvals.approve` does."""
    given, actor = sitting.request.POST, sitting.desk.records.actor
    function, comment = given.get("function", ""), given.get("comment", "")[:MOST_TEXT]
    if given.get("verdict", "") == "approve":
        sitting.approvals.approve(actor, proposal.id, function, comment)
    else:
        sitting.approvals.refuse(actor, proposal.id, function, comment)
    return Done("plan_spoken", "#approvals")


def decide(sitting: Sitting, proposal: Proposal) -> Done:
    """Say what becomes of the records that a change concerns; raises as `Approvals.decide` does."""
    given = sitting.request.POST
    actor = sitting.desk.records.actor
    words, seen = given.get("why", "")[:MOST_TEXT], given.get("seen", "")[:MOST_COUNTED]
    item, choice, number = given.get("item", ""), given.get("choice", ""), int(seen) if seen.isdecimal() else None
    sitting.approvals.decide(actor, proposal.id, item, choice, words, seen=number)
    impact = next(one.cls for one in proposal.plan if one.key == item)
    return Done("plan_spoken", f"#{impact.value}")


def remark(sitting: Sitting, proposal: Proposal) -> Done:
    """Write a comment, once: the same words of the same person right after each other are one."""
    actor, text = sitting.desk.records.actor, sitting.request.POST.get("text", "")[:MOST_TEXT]
    said = sitting.approvals.comments(proposal)
    if not said or (said[-1].author_id, said[-1].text) != (actor.id, text.strip()):
        sitting.approvals.comment(actor, proposal.id, text)
    return Done("plan_spoken", "#remarks")


def put_in_force(sitting: Sitting, proposal: Proposal) -> Done:
    """Apply the proposal, for its title's sake; raises as `Releasing.apply` does."""
    sitting.releasing.apply(proposal.revision, sitting.desk.records.actor, proposal.title)
    return Done("plan_in_force")

"""The pages of wizards: each step, what it keeps, and the one unit of work at the end."""

from __future__ import annotations

from collections.abc import Mapping

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.drafts.service import Draft
from sidra.errors import Duplicate, Invalid, NotFound
from sidra.identity.deciding import keep_likenesses
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.web.request import Request
from sidra_metamodel.checking.wizards import REVIEW
from sidra_metamodel.kinds.screens.wizard import Ask, Made
from sidra_ui.drafting import UNKEPT, has_languages
from sidra_ui.editing import problems_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, then_of
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.form import path_name
from sidra_ui.presenting.values import page_of
from sidra_ui.presenting.wizards.beginning import WIZARDS, leading, wizard_of
from sidra_ui.presenting.wizards.wizard_entries import ONCE, SEEN, Wizard, changes_rows, merged
from sidra_ui.presenting.wizards.wizards import (
    Refusals,
    Spot,
    after,
    ask_named,
    problems_in,
    reached,
    review_view,
    step_view,
    wizard_page,
)
from sidra_ui.records import REFUSED
from sidra_ui.viewmodels.wizards import WizardStep

NAME = "[a-z][a-z0-9_]*"
TO = "to"
"""Names the step that a button leads to, which keeps what is entered as it is."""
NOT_ENTERED = UNKEPT | {TO}


class NotMade(Exception):
    """One of the records was refused, so that none is made."""

    def __init__(self, refusals: Refusals) -> None:
        super().__init__()
        self.refusals = refusals


def includeme(config: Configurator) -> None:
    """Each wizard, each of its steps, and the addresses that these post to."""
    start = f"/{WIZARDS}/{{screen:{NAME}}}"
    step = f"{start}/{{step:{NAME}}}"
    add_page(config, "wizard", start, start_view)
    add_page(config, "wizard_step", step, step_page_view)
    add_page(config, "wizard_post", step, post_view, methods=("POST",))
    add_page(config, "wizard_preview", f"{step}/preview", preview_view, methods=("POST",))
    add_page(config, "wizard_draft", f"{step}/draft", keep_view, methods=("POST",))
    add_page(config, "wizard_discard", f"{step}/draft/discard", discard_view, methods=("POST",))


def form_name(wizard: Wizard) -> str:
    """What the entries of a wizard are known by among the drafts of a person."""
    start = f"?of={wizard.start.id}" if wizard.start is not None else ""
    makes = wizard.screen.makes.values()
    language = f"@{wizard.desk.locale}" if any(has_languages(wizard.desk.model, one.entity) for one in makes) else ""
    return f"{WIZARDS}/{wizard.screen.name}{language}{start}"


def opened(request: Request) -> tuple[Wizard, Draft | None]:
    """The wizard of the address with what was entered in it; raises NotFound or Forbidden."""
    desk = desk_of(request)
    screen = wizard_of(desk, request.matchdict["screen"])
    start = desk.records.get(screen.of, request.GET.get("of", "")) if screen.of is not None else None
    wizard = Wizard(desk, screen, start, {})
    runtime = desk.records.runtime
    kept = runtime.drafts.find(runtime, desk.records.actor, form_name(wizard))
    return (wizard.with_entries(dict(kept.entries)) if kept is not None else wizard), kept


def posted(request: Request, wizard: Wizard, ask: Ask) -> Wizard:
    """The wizard with what a step posted."""
    given = {name: text for name, text in request.POST.items() if name not in NOT_ENTERED and isinstance(text, str)}
    adds, removes = changes_rows(dict(request.POST.items()))
    return wizard.with_entries(merged(wizard.entries, given, ask), adds, removes)


def keep(wizard: Wizard) -> None:
    """Keep the entries for their writer."""
    actor, entries = wizard.desk.records.actor, list(wizard.entries.items())
    subject = wizard.start.id if wizard.start is not None else None

    def work(unit: UnitOfWork) -> None:
        unit.runtime.drafts.keep(unit, form_name(wizard), subject, entries)

    wizard.desk.records.runtime.transact(actor, work)


def shown(request: Request, spot: Spot, step: WizardStep, status: int = 200) -> Response:
    """The page of a step."""
    return page_answer(request, spot.wizard.desk, wizard_page(spot, step), status)


def asked(request: Request, wizard: Wizard) -> Ask:
    """The step of the address; raises NotFound."""
    name = request.matchdict["step"]
    ask = wizard.screen.asks.get(name)
    if ask is None or ask.hidden:
        raise NotFound(f"no step `{name[:60]}`", hint="begin at the first one")
    return ask


def start_view(request: Request) -> Response:
    """Lead to the step where the person stands."""
    wizard, _ = opened(request)
    return go_to(Spot(wizard, then_of(request)).address(reached(wizard)[-1]))


def step_page_view(request: Request) -> Response:
    """A step, or the one that comes before all that was not reached yet."""
    wizard, kept = opened(request)
    spot, name, open_ = Spot(wizard, then_of(request)), request.matchdict["step"], reached(wizard)
    if name not in open_:
        return go_to(spot.address(open_[-1]))
    ask = ask_named(wizard, name)
    return shown(request, spot, review_view(spot) if ask is None else step_view(spot, ask, kept=kept))


def post_view(request: Request) -> Response:
    """Keep what a step posted and lead on, or show the step with what is wrong."""
    wizard, _ = opened(request)
    then, to = then_of(request), request.POST.get(TO, "")
    if request.matchdict["step"] == REVIEW:
        return go_to(Spot(wizard, then).address(to)) if to else finish(request, wizard, then)
    ask = asked(request, wizard)
    wizard = posted(request, wizard, ask)
    refusals = problems_in(wizard, ask)
    rest = {name: text for name, text in wizard.entries.items() if name != SEEN + ask.name}
    wizard = wizard.with_entries(rest if refusals else {**rest, SEEN + ask.name: "1"})
    keep(wizard)
    spot = Spot(wizard, then)
    if to:
        open_ = reached(wizard)
        return go_to(spot.address(to if to in open_ else open_[-1]))
    if refusals and ask in wizard.asks:
        return shown(request, spot, step_view(spot, ask, refusals, is_refused=True), REFUSED)
    return go_to(spot.address(after(wizard, ask.name)))


def preview_view(request: Request) -> Response:
    """The form of a step as it would be with what is typed."""
    wizard, _ = opened(request)
    ask = asked(request, wizard)
    spot = Spot(posted(request, wizard, ask), then_of(request))
    return fragment_answer(request, wizard.desk, step_view(spot, ask))


def keep_view(request: Request) -> Response:
    """Keep what is entered, while a person types."""
    wizard, _ = opened(request)
    keep(posted(request, wizard, asked(request, wizard)))
    return Response(status=204)


def discard_view(request: Request) -> Response:
    """Forget what was entered, and leave the wizard."""
    wizard, _ = opened(request)
    desk = wizard.desk
    desk.records.runtime.transact(desk.records.actor, lambda unit: unit.runtime.drafts.drop(unit, form_name(wizard)))
    return go_to(then_of(request) or desk.addresses.page())


def finish(request: Request, wizard: Wizard, then: str) -> Response:
    """Make all records in one unit of work, or show the step with what is wrong; sent twice, they are made once."""
    desk, once = wizard.desk, request.POST.get(ONCE, "")
    runtime, actor = desk.records.runtime, desk.records.actor
    known = runtime.transact(actor, lambda unit: unit.runtime.sent.made(unit, once))
    if known is not None:
        return go_to(page_of(desk, known), "created")
    spot = Spot(wizard, then)
    for ask in wizard.asks:
        refusals = problems_in(wizard, ask)
        if refusals or not wizard.is_seen(ask):
            return refused(request, spot, ask, refusals)
    try:
        record = runtime.transact(actor, lambda unit: made_once(unit, wizard, once))
    except NotMade as failure:
        return refused(request, spot, step_of(wizard, failure.refusals), failure.refusals)
    return go_to(page_of(desk, record), "created")


def refused(request: Request, spot: Spot, ask: Ask | None, refusals: Refusals) -> Response:
    """The step with what is wrong, or the last one where no step asks for it."""
    if ask is None:
        return shown(request, spot, review_view(spot, refusals, is_refused=True), REFUSED)
    return shown(request, spot, step_view(spot, ask, refusals, is_refused=bool(refusals)), REFUSED)


def step_of(wizard: Wizard, refusals: Refusals) -> Ask | None:
    """The first step that asks for something that was refused."""
    wrong = {(owner, path_name(problem.path).partition(".")[0]) for owner, problem in refusals}
    for ask in wizard.asks:
        if any((owner, name) in wrong for owner, section in wizard.sections(ask) for name in section.fields):
            return ask
    return None


def made_once(unit: UnitOfWork, wizard: Wizard, once: str) -> Record:
    """The record whose page follows, with all others; or the one that this very wizard has made already."""
    sent = unit.runtime.sent
    known = sent.made(unit, once)
    if known is not None:
        return known
    found: dict[str, Record] = {}
    for made in wizard.order:
        if wizard.is_made(made):
            found[made.name] = created(unit, wizard, made, found)
    record = next(found[name] for name in (*leading(wizard.screen), *found) if name in found)
    sent.note(unit, once, record)
    unit.runtime.drafts.drop(unit, form_name(wizard))
    return record


def created(unit: UnitOfWork, wizard: Wizard, made: Made, found: Mapping[str, Record]) -> Record:
    """One of the records, linked with those that were made before it."""
    desk, values = wizard.desk, wizard.values(made)
    for name, targets in made.link.items():
        target = next((found[each] for each in targets if each in found), None)
        if target is not None:
            values[name] = linked(desk, made, name, target)
    try:
        record = desk.records.create(made.entity, values, work=unit)
    except (Invalid, Duplicate) as refusal:
        raise NotMade(tuple((made.name, problem) for problem in problems_of(refusal))) from refusal
    keep_likenesses(unit, record, wizard.drafts[made.name].likenesses, wizard.posted(made.name).apart)
    return record


def linked(desk: Desk, made: Made, name: str, target: Record) -> object:
    """A record as the value of a relation that leads to it."""
    relation = desk.model.entity(made.entity).relations[name]
    if relation.many:
        return [target.id]
    return target.id if len(relation.to) == 1 else {"id": target.id, "kind": target.entity}

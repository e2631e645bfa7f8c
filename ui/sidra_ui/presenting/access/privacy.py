"""The requests of a person: what is held, what an erasure would do, and how far one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sidra.access.functions import PRIVACY
from sidra.privacy.holds import Held, Hold
from sidra.privacy.requests import Requests
from sidra.privacy.standing import Standing
from sidra.privacy.surveying import Erasure
from sidra.records.record import Record
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.values import name_of, show
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Meter, Tone
from sidra_ui.viewmodels.privacy import ErasureView, PrivacyPage, ReasonForm
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

PART = "personal-data"
"""The part of the address behind the record's."""
WHOLE = 100


def person_of(desk: Desk, record: Record) -> Record | None:
    """The person whose record it is, or whom it leads to; None where there is none to be seen."""
    persons, model = desk.screens.people.persons, desk.model
    if model.root(record.entity) in persons:
        return record
    for relation in model.entity(record.entity).relations.values():
        kinds = (target for target in relation.to if target in model.entities)
        if not relation.many and any(model.root(kind) in persons for kind in kinds):
            found: Record | None = record.get(relation.name)
            if found is not None and model.root(found.entity) in persons:
                return found
    return None


def requesting(desk: Desk, record: Record) -> Iterator[Action]:
    """The way to the page of the person's requests, for who answers them."""
    person = person_of(desk, record) if desk.records.profile.may_use(PRIVACY) else None
    if person is not None:
        address = desk.addresses.record(person.entity, person.id, PART)
        yield Action(desk.messages.text("privacy"), address, "shield-check")


def privacy_page(
    desk: Desk, requests: Requests, package: ReasonForm | None = None, erase: ReasonForm | None = None
) -> PrivacyPage:
    """The page of a person's requests; a form that was refused is given back."""
    record, text = requests.record, desk.messages.text
    here = desk.addresses.record(record.entity, record.id, PART)
    name, last = name_of(desk, record), requests.last()
    goes_on = last is not None and not last.is_done
    found = last.erasure if last is not None and goes_on else requests.preview()
    is_left = bool(found.done.attributes or found.done.left_empty or found.done.removed)
    is_past = last is not None and not goes_on and not is_left
    shown = last.erasure if last is not None and is_past else found
    held = tuple(held_text(desk, one) for one in holds_of_page(requests, last, found, is_left=is_left))
    can_erase = is_left and not goes_on and not held
    entity = desk.model.entity(record.entity)
    trail = (
        Link(desk.plural(entity), desk.addresses.list(entity.name)),
        Link(name, desk.addresses.record(entity.name, record.id)),
    )
    return PrivacyPage(
        shell=shell(desk),
        place=Place(text("privacy"), trail),
        title=name,
        package=package or ReasonForm(f"{here}/package"),
        table=becomes_table(desk, shown, "erasure_under_way" if goes_on else "nothing_personal"),
        table_title=text("erasure_done_title" if is_past or goes_on else "erasure_preview_title"),
        erasure=erasure_view(desk, record, last) if last is not None else None,
        held=held,
        erase=(erase or ReasonForm(f"{here}/erase")) if can_erase else None,
    )


def holds_of_page(requests: Requests, last: Standing | None, found: Erasure, *, is_left: bool) -> Iterable[Hold]:
    """What keeps an erasure from beginning, or from going on."""
    if last is not None and not last.is_done:
        return requests.preview().held if last.stopped_by == Held.code else ()
    return found.held if is_left else ()


def erasure_view(desk: Desk, record: Record, standing: Standing) -> ErasureView:
    """How an erasure stands."""
    text, here = desk.messages.text, desk.addresses.record(record.entity, record.id, PART)
    facts = (
        Fact(desk.formats.moment(standing.asked_at), "clock", text("erasure_asked_at"), is_named=True),
        Fact(standing.reason, "info", text("reason"), is_named=True),
    )
    if standing.is_done:
        return ErasureView(Badge(text("erasure_done"), "green", dot=True), facts)
    if standing.stopped_by:
        again = Action(text("erasure_go_on"), f"{here}/go-on", "refresh-cw", method="post")
        note = text("erasure_stopped_text", code=standing.stopped_by)
        return ErasureView(Badge(text("run_stopped"), "amber", dot=True), facts, meter(desk, standing), note, again)
    state = Badge(text("erasure_under_way"), "blue", dot=True)
    return ErasureView(state, facts, meter(desk, standing), refresh_href=f"{here}/progress")


def meter(desk: Desk, standing: Standing) -> Meter:
    """How many of the records are done."""
    told = desk.messages.text("erasure_progress", done=standing.done, total=standing.total)
    percent = WHOLE * standing.done // max(1, standing.total)
    return Meter(percent, desk.messages.text("erasure_under_way"), told)


def held_text(desk: Desk, hold: Hold) -> str:
    """Why some records must stay."""
    kind = desk.label(desk.model.entity(hold.entity))
    if not hold.state:
        return desk.messages.text("held_by_rule", kind=kind, count=hold.count)
    return desk.messages.text("held_in_state", kind=kind, count=hold.count, state=state_text(desk, hold))


def state_text(desk: Desk, hold: Hold) -> str:
    """What a state of a life cycle is called."""
    entity = desk.model.entity(hold.entity)
    attribute = entity.attributes.get(entity.lifecycle.attribute) if entity.lifecycle is not None else None
    return show(desk, attribute, hold.state).text


def becomes_table(desk: Desk, erasure: Erasure, otherwise: str) -> Table:
    """What becomes of all that is held about the person, and why; `otherwise` is said where there is nothing."""
    text = desk.messages.text
    columns = (
        Column("kind", text("record_kind")),
        Column("what", text("values_held"), is_prose=True),
        Column("count", text("number_of"), is_number=True),
        Column("becomes", text("becomes")),
    )
    rows = tuple(rows_of(desk, erasure))
    return Table(text("privacy"), columns, rows, empty_text=text(otherwise))


def rows_of(desk: Desk, erasure: Erasure) -> Iterator[Row]:
    """What goes first, then what stays."""
    done = erasure.done
    yield from values_rows(desk, done.attributes, "becomes_out", "green")
    yield from values_rows(desk, done.left_empty, "becomes_empty", "amber")
    for kind, count in sorted(done.removed.items()):
        yield row(desk, kind, "", count, "becomes_removed", "green")
    if erasure.rejects:
        name, becomes = desk.messages.text("quarantine"), Badge(desk.messages.text("becomes_removed"), "green")
        number = desk.formats.number(erasure.rejects)
        yield Row("rejects", name, (Cell(name, is_strong=True), Cell(), Cell(number), Cell(badges=(becomes,))))
    for hold in erasure.held:
        why = state_text(desk, hold) if hold.state else desk.messages.text("becomes_held_by_rule")
        yield row(desk, hold.entity, why, hold.count, "becomes_held", "red", place=hold.state or "rule")
    for kind, count in sorted(erasure.shared.items()):
        yield row(desk, kind, "", count, "becomes_shared", "neutral", place="shared")


def values_rows(desk: Desk, counts: dict[str, int], key: str, tone: Tone) -> Iterator[Row]:
    """One row a kind of record, with its values."""
    by_kind: dict[str, dict[str, int]] = {}
    for path, count in counts.items():
        kind, _, name = path.partition(".")
        by_kind.setdefault(kind, {})[name] = count
    for kind, names in sorted(by_kind.items()):
        attributes = desk.model.entity(kind).attributes
        labels = sorted(desk.label(attributes[name]) for name in names if name in attributes)
        yield row(desk, kind, desk.messages.listed(labels), sum(names.values()), key, tone, place=key)


def row(desk: Desk, kind: str, what: str, count: int, key: str, tone: Tone, *, place: str = "") -> Row:  # noqa: PLR0913
    """One line of the table."""
    entity = desk.model.entities.get(kind)
    label = desk.label(entity) if entity is not None else kind
    badge = Badge(desk.messages.text(key), tone)
    cells = (Cell(label, is_strong=True), Cell(what), Cell(desk.formats.number(count)), Cell(badges=(badge,)))
    return Row(f"{kind}-{place or key}", label, cells)

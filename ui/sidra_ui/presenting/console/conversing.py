"""One conversation: what was said, by which ways it can be gone on with, and what is done about it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sidra.channels.conversations import OPEN, channels_of, item_entity, items_of, open_ones, recorded
from sidra.channels.reaching import Way, ways
from sidra.errors import Problem
from sidra.records.record import Record
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.console import GuidedStep
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.console.inbox import Inbox, customer_relation, mark_of, name_in, waiting
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import phone
from sidra_ui.presenting.forms.controls import Standing, controls
from sidra_ui.presenting.forms.referring import REFERRING, Referring
from sidra_ui.presenting.records.record import section_fields
from sidra_ui.presenting.values import name_of, page_of, show, who_may_have
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Tone, avatar
from sidra_ui.viewmodels.console import (
    Bubble,
    CallView,
    Composer,
    ContextView,
    DayRule,
    EventLine,
    Handing,
    StepView,
    SuggestionView,
    ThreadView,
    WayView,
    Wrapping,
)
from sidra_ui.viewmodels.fields import FieldView, LookupView, Option

NOTE = "note"
CALL_STEPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"ringing": ("answer", "end"), "talking": ("hold", "mute", "end"), "held": ("resume", "mute", "end")}
)
CALL_ICONS: Mapping[str, str] = MappingProxyType(
    {"answer": "phone", "hold": "pause", "resume": "play", "mute": "mic-off", "unmute": "mic-off", "end": "phone-off"}
)
EVENT_ICONS: Mapping[str, str] = MappingProxyType(
    {
        "handed": "arrow-right-left",
        "taken": "user-plus",
        "merged": "copy",
        "linked": "user",
        "call_answer": "phone",
        "called": "phone",
    }
)
DELIVERY: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        "queued": ("clock", "neutral"),
        "sent": ("check", "neutral"),
        "delivered": ("check-check", "green"),
        "failed": ("triangle-alert", "red"),
    }
)
SOON_OVER = datetime.timedelta(hours=4)


@dataclass(frozen=True)
class Typed:
    """What was refused, so that it is not lost, and why."""

    text: str = ""
    channel: str = ""
    error: str = ""
    handing: str = ""
    wrapping: tuple[Problem, ...] = ()
    notice: str = ""
    is_full: bool = False
    """The reader has no room for it, and may take it all the same."""
    values: Mapping[str, str] = field(default_factory=dict)


NOTHING = Typed()


def thread_view(asked: Inbox, record: Record, typed: Typed = NOTHING) -> ThreadView:
    """The conversation that is open."""
    desk, relation = asked.desk, customer_relation(asked.screen)
    name, is_over = name_in(desk, record, relation), record["status"] not in OPEN
    may = desk.records.may(record.entity, "update") and not is_over
    shown = Badge(waiting(desk, record)[0], waiting(desk, record)[1], icon="timer")
    lines = tuple(_lines(asked, record, may_send=may))
    category = show(desk, desk.model.entity(record.entity).attributes.get("category"), record.get("category"))
    return ThreadView(
        name=name,
        avatar=avatar(name),
        mark=mark_of(desk, record["channel"]),
        summary=_summary(desk, record, lines),
        badges=(category.badge,) if category.badge is not None else (),
        waits=None if is_over else shown,
        lines=lines,
        composer=_composer(asked, record, relation, name, typed) if may else None,
        context=_context(asked, record, relation, name),
        steps=tuple(_steps(asked, record, name)),
        refresh_href=asked.address(record.id, part="thread"),
        topic=f"record:{record.entity}:{record.id}",
        take=_take(asked, record) if may else None,
        handing=_handing(asked, record, typed) if may else None,
        wrapping=_wrapping(asked, record, typed) if may else None,
        call=_call(asked, record, name) if may else None,
        link_action=_act(asked, record, "link") if may else "",
        merge_action=_act(asked, record, "merge") if may else "",
        notice=typed.notice,
        despite=_take_over(asked, record) if typed.is_full else None,
        read_href=_act(asked, record, "read") if may and record["unread"] and record["assignee"] == asked.login else "",
        is_over=is_over,
    )


def _act(asked: Inbox, record: Record, word: str) -> str:
    return asked.desk.addresses.page(asked.entity, "console", record.id, word)


def _summary(desk: Desk, record: Record, lines: Sequence[object]) -> str:
    """The channels of a conversation, whose it is, and the queue it is in."""
    used = dict.fromkeys([mark_of(desk, record["channel"]).text])
    used |= dict.fromkeys(line.mark.text for line in lines if isinstance(line, Bubble) and line.mark is not None)
    entity = desk.model.entity(record.entity)
    held = [show(desk, entity.attributes[name], record[name]).text for name in ("queue", "assignee") if record[name]]
    return " · ".join([" + ".join(used), *held])


def _lines(asked: Inbox, record: Record, *, may_send: bool) -> Iterator[Bubble | DayRule | EventLine]:
    desk = asked.desk
    entity, _ = item_entity(desk.model, record.entity)
    day: datetime.date | None = None
    for item in desk.records.list(entity, items_of(desk.records.runtime, record, record.entity)).records:
        at = item["item_date"] or item["created_at"]
        if desk.formats.day(at) != day:
            day = desk.formats.day(at)
            today = day == desk.formats.today()
            yield DayRule(desk.messages.text("today") if today else desk.formats.date(day))
        if item["item_kind"] == "event":
            yield _event(desk, item)
        else:
            bubble = _bubble(desk, record, item, at)
            failed = may_send and item["delivery"] == "failed"
            yield replace(bubble, again=_again(asked, record, item)) if failed else bubble


def _bubble(desk: Desk, record: Record, item: Record, at: datetime.datetime) -> Bubble:
    is_note = item["item_kind"] == NOTE
    icon, tone = DELIVERY.get(item["delivery"] or "", ("", "neutral"))
    channel = channels_of(desk.model).get(item["channel"] or "")
    is_other = channel is not None and recorded(channel.medium) != record["channel"]
    told = show(desk, desk.model.entity(item.entity).attributes["delivery"], item["delivery"]).text
    author = str(item["author"] or "")
    if author.startswith("+"):
        author = phone(author)
    return Bubble(
        side="note" if is_note else "in" if item["direction"] == "inbound" else "out",
        text=str(item["text"]),
        by=" · ".join(filter(None, [author, desk.formats.clock(at)])),
        delivery=" · ".join(filter(None, [told, item["failure"]])),
        delivery_icon=icon,
        delivery_tone=tone,
        mark=mark_of(desk, recorded(channel.medium)) if channel is not None and is_other else None,
    )


def _again(asked: Inbox, record: Record, item: Record) -> Action:
    return Action(
        asked.desk.messages.text("console_again"), _act(asked, record, f"again/{item.id}"), "refresh-cw", method="post"
    )


def _event(desk: Desk, item: Record) -> EventLine:
    """An event is kept as its word with facts, and told in the reader's language."""
    word, _, rest = str(item["text"]).partition(" ")
    told = _facts(rest)
    queue, login = told.get("queue", ""), told.get("login", "")
    people, queues = dict(who_may_have(desk, "user", (login,))), dict(who_may_have(desk, "queue", (queue,)))
    to = " · ".join(filter(None, [queues.get(queue, queue), people.get(login, login)]))
    text = desk.messages.text(f"console_event_{word}", who=str(item["author"] or ""), to=to, why=told.get("why", ""))
    return EventLine(text, EVENT_ICONS.get(word, "phone-off"))


def _facts(rest: str) -> dict[str, str]:
    """The facts of an event; the reason comes last and may hold anything."""
    front, found, why = rest.partition("why=")
    facts_found = dict(part.split("=", 1) for part in front.split() if "=" in part)
    return {**facts_found, **({"why": why} if found else {})}


def _composer(asked: Inbox, record: Record, relation: str, name: str, typed: Typed) -> Composer:
    desk = asked.desk
    found = ways(desk.records, record, relation or None)
    wanted = typed.channel or _last_channel(desk, record)
    chosen = next((one.name for one in found if one.name == wanted and not one.refusal), "")
    chosen = chosen or next((one.name for one in found if not one.refusal), NOTE)
    if typed.channel:
        chosen = typed.channel
    return Composer(
        action=_act(asked, record, "send"),
        ways=tuple(_way(desk, one, chosen) for one in found),
        suggestions=tuple(_suggestions(asked, record, name)),
        key=secrets.token_urlsafe(12),
        draft_name=f"console.{desk.records.actor.id}.{record.id}",
        text=typed.text,
        error=typed.error,
        is_note=chosen == NOTE,
    )


def _last_channel(desk: Desk, record: Record) -> str:
    entity, _ = item_entity(desk.model, record.entity)
    said = desk.records.list(entity, items_of(desk.records.runtime, record, record.entity)).records
    return next((one["channel"] for one in reversed(said) if one["direction"] == "inbound"), "") or ""


def _way(desk: Desk, way: Way, chosen: str) -> WayView:
    mark = replace(mark_of(desk, recorded(way.channel.medium)), text=desk.label(way.channel))
    left = way.until - desk.records.now if way.until is not None else None
    hours = datetime.timedelta(minutes=int(left.total_seconds() // 60)) if left is not None else None
    window = desk.messages.text("console_window", span=desk.formats.span(hours)) if hours and not way.refusal else ""
    refusal = desk.messages.text(f"console_refusal_{way.refusal}") if way.refusal else ""
    return WayView(way.name, mark, way.name == chosen, refusal, window)


def _suggestions(asked: Inbox, record: Record, name: str) -> Iterator[SuggestionView]:
    desk = asked.desk
    for one in asked.screen.suggestions.values():
        if not one.hidden and desk.screens.holds(one.when, desk.records, record, absent=True):
            text = desk.text(one.text).replace("{name}", name).replace("{agent}", desk.records.actor.name)
            yield SuggestionView(desk.label(one), text)


def _take(asked: Inbox, record: Record) -> Action | None:
    if record["assignee"] is not None:
        return None
    text = asked.desk.messages.text("console_take")
    return Action(text, _act(asked, record, "take"), "user-plus", "primary", method="post")


def _take_over(asked: Inbox, record: Record) -> Action:
    text = asked.desk.messages.text("console_take_over")
    return Action(text, with_query(_act(asked, record, "take"), [("over", "1")]), "user-plus", method="post")


def _handing(asked: Inbox, record: Record, typed: Typed) -> Handing:
    desk = asked.desk
    queues = tuple(Option(name, text, name == record["queue"]) for name, text in who_may_have(desk, "queue"))
    people = tuple(Option(name, text) for name, text in who_may_have(desk, "user") if name != asked.login)
    return Handing(_act(asked, record, "hand-over"), queues, people, typed.handing)


def _wrapping(asked: Inbox, record: Record, typed: Typed) -> Wrapping | None:
    desk, ends = asked.desk, asked.screen.wrap_up
    if ends is None or not desk.records.may(record.entity, ends.transition):
        return None
    told = {problem.path: problem.message for problem in typed.wrapping}
    fields = tuple(
        view
        for one, source in section_fields(desk, ends, record.entity)
        for view in controls(desk, source, record, _standing(source.name, told, typed, is_wide=one.wide))
    )
    known = {source.removeprefix("wrap.") for source in (view.name for view in fields)}
    loose = tuple(problem.message for problem in typed.wrapping if problem.path not in known)
    return Wrapping(_act(asked, record, "wrap-up"), fields, loose)


def _standing(name: str, told: Mapping[str, str], typed: Typed, *, is_wide: bool) -> Standing:
    return Standing(f"wrap.{name}", is_wide=is_wide, error=told.get(name, ""), typed=typed.values.get(name))


def _call(asked: Inbox, record: Record, name: str) -> CallView | None:
    desk, state = asked.desk, record["call_state"]
    if state not in CALL_STEPS:
        return None
    steps = ["unmute" if step == "mute" and record["muted"] else step for step in CALL_STEPS[state]]
    actions = tuple(
        Action(
            desk.messages.text(f"console_{step}"),
            _act(asked, record, f"call/{step}"),
            CALL_ICONS[step],
            "danger" if step == "end" else "primary" if step in {"answer", "resume", "unmute"} else "plain",
            method="post",
        )
        for step in steps
    )
    began = record["call_began_at"]
    return CallView(
        name,
        phone(str(record["sender"] or "")),
        Badge(desk.messages.text(f"console_call_{state}")),
        began.isoformat() if began is not None else "",
        str(record["subject"] or record["reason"] or ""),
        actions,
        bool(record["muted"]),
    )


def _context(asked: Inbox, record: Record, relation: str, name: str) -> ContextView:
    desk, declared = asked.desk, asked.screen.context
    customer = record.get(relation) if relation else None
    if declared is None or not isinstance(customer, Record):
        target = desk.model.entity(record.entity).relations[relation].to[0] if relation else ""
        field_ = FieldView("customer", desk.messages.text("console_link_customer"), "lookup", id="f-customer")
        look_up = LookupView(desk.addresses.lookup(target, "f-customer")) if target else None
        return ContextView(name, avatar(name), candidates=replace(field_, lookup=look_up) if look_up else None)
    ticket = record.get(declared.ticket) if declared.ticket else None
    others = desk.records.list(record.entity, open_ones(**{relation: customer.id})).records
    return ContextView(
        name,
        avatar(name),
        code=str(customer.get("number") or ""),
        href=page_of(desk, customer),
        badges=tuple(_badges(desk, record, declared.badges.values())),
        facts=tuple(_told(desk, record, declared.facts.values())),
        ticket=Link(name_of(desk, ticket), page_of(desk, ticket), "ticket") if isinstance(ticket, Record) else None,
        merge=tuple(
            Link(str(one["last_message"] or one["reason"]), one.id, mark_of(desk, one["channel"]).icon)
            for one in others
            if one.id != record.id
        ),
    )


def _badges(desk: Desk, record: Record, columns: Iterable[Column]) -> Iterator[Badge]:
    for source in sources(desk, record.entity, columns):
        shown = source.show(desk, record)
        if shown.text:
            yield shown.badge or Badge(shown.text)


def _told(desk: Desk, record: Record, columns: Iterable[Column]) -> Iterator[Fact]:
    for source in sources(desk, record.entity, columns):
        shown = source.show(desk, record)
        if shown.text:
            yield Fact(shown.text, label=source.title(desk), is_code=shown.is_code, is_named=True)


def _steps(asked: Inbox, record: Record, name: str) -> Iterator[StepView]:
    desk, is_first = asked.desk, True
    shown = [
        one
        for one in asked.screen.steps.values()
        if not one.hidden and desk.screens.holds(one.when, desk.records, record, absent=True)
    ]
    for number, one in enumerate(shown, 1):
        is_done = desk.screens.holds(one.done, desk.records, record, absent=False)
        is_now, is_first = is_first and not is_done, is_first and is_done
        state = "done" if is_done else "now" if is_now else "later"
        yield StepView(
            desk.formats.number(number),
            desk.label(one),
            desk.text(one.help),
            state,  # type: ignore[arg-type]  # one of the three
            None if is_done else _step_link(asked, record, one),
            desk.text(one.say).replace("{name}", name) if not is_done else "",
            one.wrap_up and not is_done,
        )


def _step_link(asked: Inbox, record: Record, step: GuidedStep) -> Action | None:
    """The way to a new record that is linked to the customer and comes back to the conversation."""
    desk = asked.desk
    if step.create is None or not desk.may(step.create, "create"):
        return None
    relation = customer_relation(asked.screen)
    customer, declared = record.get(relation), desk.model.entity(step.create)
    given = [(relation, customer.id)] if isinstance(customer, Record) and relation in declared.relations else []
    ticket = asked.screen.context.ticket if asked.screen.context is not None else None
    if ticket and step.create in desk.model.entity(record.entity).relations[ticket].to:
        given.append((REFERRING, Referring(record.entity, ticket, record.id).text))
    given.append((THEN, asked.address(record.id)))
    return Action(desk.new(declared), desk.addresses.new(step.create, *given), "plus", "primary")

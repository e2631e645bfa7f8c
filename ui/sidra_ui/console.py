"""The console: the inbox, a conversation, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.channels.beginning import begin
from sidra.channels.handling import hand_over, merge, reached, read, step_call, wrap_up
from sidra.channels.reaching import NotReachable
from sidra.channels.sending import add_note, send, send_again
from sidra.channels.taking import Full, take, take_next
from sidra.errors import Conflict, Forbidden, Invalid, NotFound
from sidra.queues.presence import say
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer, then_of
from sidra_ui.presenting.console.calling import BEGIN, Begun, beginning_view
from sidra_ui.presenting.console.conversing import NOTE, Typed, thread_view
from sidra_ui.presenting.console.inbox import (
    MINE,
    TABS,
    Inbox,
    console_of,
    customer_relation,
    first_of,
    inbox_view,
    may_begin,
    presence_view,
)
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.console import ConsolePage, InboxPart, ThreadPart
from sidra_ui.viewmodels.shell import Place

CONSOLE = f"/{ENTITY}/console"
ONE = f"{CONSOLE}/{{id:[0-9a-f-]{{36}}}}"
REFUSED = 422
MAX_KEY = 100


def includeme(config: Configurator) -> None:
    """The console's addresses."""
    add_page(config, "console", CONSOLE, console_view)
    add_page(config, "console_presence", f"{CONSOLE}/presence", presence_view_posted, methods=("POST",))
    add_page(config, "console_next", f"{CONSOLE}/next", next_view, methods=("POST",))
    add_page(config, "console_new", f"{CONSOLE}/{BEGIN}", new_view)
    add_page(config, "console_begin", f"{CONSOLE}/{BEGIN}", begin_view, methods=("POST",))
    add_page(config, "conversation", ONE, conversation_view)
    for word, view in ACTS.items():
        add_page(config, f"conversation_{word}", f"{ONE}/{word}", view, methods=("POST",))
    add_page(config, "conversation_again", f"{ONE}/again/{{item:[0-9a-f-]{{36}}}}", again_view, methods=("POST",))
    add_page(config, "conversation_call", f"{ONE}/call/{{step}}", call_view, methods=("POST",))


def inbox_of(request: Request, desk: Desk) -> Inbox:
    """What of the inbox is asked for."""
    tab = request.GET.get("tab", MINE)
    return Inbox(
        desk, console_of(desk, entity_of(request)), tab if tab in TABS else MINE, request.GET.get("channel", "")
    )


def conversation_of(request: Request, asked: Inbox) -> Record:
    """The conversation of the address; raises NotFound where it is not in the reader's inbox."""
    return reached(asked.desk.records, asked.entity, request.matchdict["id"])


def console_view(request: Request) -> Response:
    """The inbox, with its first conversation beside it where there is room."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    if request.GET.get("part"):
        return fragment_answer(request, desk, InboxPart(inbox_view(asked)))
    first = first_of(asked)
    page = replace(page_of(asked, first), is_offered=first is not None, place=Place(desk.label(asked.screen)))
    return page_answer(request, desk, page)


def conversation_view(request: Request) -> Response:
    """A conversation beside the inbox, or one of the two alone."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    if request.GET.get("part") == "inbox":
        return fragment_answer(request, desk, InboxPart(inbox_view(asked, request.matchdict["id"])))
    record = conversation_of(request, asked)
    if request.GET.get("part") == "thread":
        return fragment_answer(request, desk, ThreadPart(thread_view(asked, record)))
    return page_answer(request, desk, page_of(asked, record))


def page_of(asked: Inbox, record: Record | None = None, typed: Typed | None = None) -> ConsolePage:
    """The whole console."""
    desk = asked.desk
    thread = thread_view(asked, record, typed or Typed()) if record is not None else None
    title, trail = desk.label(asked.screen), Link(desk.label(asked.screen), asked.address())
    place = Place(thread.name, (trail,)) if thread is not None else Place(title)
    inbox = inbox_view(asked, record.id if record is not None else "")
    return ConsolePage(shell(desk), place, inbox, presence_view(asked), thread)


def presence_view_posted(request: Request) -> Response:
    """Keep whether the reader takes work."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    say(desk.records.runtime, desk.records.actor.id, request.POST.get("state", ""))
    return go_to(then_of(request) or asked.address())


def next_view(request: Request) -> Response:
    """Give the reader what waits most urgently, or say that nothing does."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    given = take_next(desk.records, asked.entity)
    return go_to(asked.address(given.id)) if given is not None else go_to(asked.address(), "console_nothing_next")


def new_view(request: Request) -> Response:
    """The form that begins a call or a message."""
    asked = inbox_of(request, desk_of(request))
    return begin_page(request, asked, Begun(request.GET.get("customer", ""), request.GET.get("by", "")))


def begin_page(request: Request, asked: Inbox, begun: Begun, status: int = 200) -> Response:
    """The console with that form in the place of a conversation."""
    if not may_begin(asked):
        raise Forbidden("you may begin no conversation", hint="ask for a role that may create interactions")
    page = replace(page_of(asked), beginning=beginning_view(asked, begun))
    return page_answer(request, asked.desk, page, status)


def begin_view(request: Request) -> Response:
    """Begin a call or a message, or say why that cannot be."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    begun = Begun(*(request.POST.get(name, "") for name in ("customer", "channel", "about")))
    try:
        made = begin(desk.records, asked.entity, begun.channel, begun.customer, begun.about)
    except NotReachable as refusal:
        why = desk.messages.text(f"console_refusal_{refusal.reason}")
    except (Invalid, NotFound):
        why = desk.messages.text("console_begin_lacks")
    else:
        return go_to(asked.address(made.id))
    return begin_page(request, asked, replace(begun, error=why), REFUSED)


def read_view(request: Request) -> Response:
    """Note that the reader has seen what was said."""
    desk = desk_of(request)
    read(desk.records, conversation_of(request, inbox_of(request, desk)))
    return Response(status=204)


def again_view(request: Request) -> Response:
    """Send a message once more that had failed."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    record, relation = conversation_of(request, asked), customer_relation(asked.screen) or None
    try:
        send_again(desk.records, record, request.matchdict["item"], customer=relation)
    except NotReachable as refusal:
        return refused(request, asked, record, Typed(notice=desk.messages.text(f"console_refusal_{refusal.reason}")))
    except Conflict:
        return refused(request, asked, record, Typed(notice=desk.messages.text("console_conflict")))
    return go_to(asked.address(record.id))


def acted(request: Request, act: Callable[[Inbox, Record], object]) -> Response:
    """Do something with the conversation and show it anew, or say on its page why that cannot be."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    record = conversation_of(request, asked)
    try:
        act(asked, record)
    except Full:
        return refused(request, asked, record, Typed(notice=desk.messages.text("console_full"), is_full=True))
    except Conflict:
        now = conversation_of(request, asked)
        return refused(request, asked, now, Typed(notice=desk.messages.text("console_conflict")))
    return go_to(asked.address(record.id) if still_reached(asked, record) else asked.address())


def still_reached(asked: Inbox, record: Record) -> bool:
    """Whether the conversation is still in the reader's inbox."""
    try:
        now = reached(asked.desk.records, asked.entity, record.id)
    except NotFound:
        return False
    return bool(now["status"] != "completed")


def refused(request: Request, asked: Inbox, record: Record, typed: Typed) -> Response:
    """The conversation with what was typed, and why it was not taken."""
    return page_answer(request, asked.desk, page_of(asked, record, typed), REFUSED)


def send_view(request: Request) -> Response:
    """Send an answer, or keep a note."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    record = conversation_of(request, asked)
    text, channel = request.POST.get("text", ""), request.POST.get("channel", "")
    key = f"{desk.records.actor.id}:{request.POST.get('key', '')[:MAX_KEY]}"
    try:
        if channel == NOTE:
            add_note(desk.records, record, text, key=key)
        else:
            send(desk.records, record, channel, text, key=key, customer=customer_relation(asked.screen) or None)
    except NotReachable as refusal:
        why = desk.messages.text(f"console_refusal_{refusal.reason}")
        return refused(request, asked, record, Typed(text, channel, why))
    except Invalid as refusal:
        return refused(request, asked, record, Typed(text, channel, refusal.problems[0].message))
    return go_to(asked.address(record.id))


def take_view(request: Request) -> Response:
    """Make the conversation the reader's."""
    is_over = bool(request.GET.get("over"))
    return acted(request, lambda asked, record: take(asked.desk.records, record, over=is_over))


def hand_over_view(request: Request) -> Response:
    """Give the conversation to another queue or person."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    record = conversation_of(request, asked)
    given = {name: request.POST.get(name, "") for name in ("queue", "login", "reason")}
    try:
        hand_over(desk.records, record, **given)
    except Invalid as refusal:
        return refused(request, asked, record, Typed(handing=refusal.problems[0].message))
    return go_to(asked.address())


def wrap_up_view(request: Request) -> Response:
    """End the conversation."""
    desk = desk_of(request)
    asked = inbox_of(request, desk)
    record, ends = conversation_of(request, asked), asked.screen.wrap_up
    if ends is None:
        raise NotFound("nothing ends here", hint="see the screen's `wrap_up`")
    prefix = "wrap."
    given = {
        name.removeprefix(prefix): value
        for name, value in request.POST.items()
        if name.startswith(prefix) and name.removeprefix(prefix) in ends.fields
    }
    try:
        wrap_up(desk.records, record, ends.transition, given, request.POST.get("note", ""))
    except Invalid as refusal:
        return refused(request, asked, record, Typed(wrapping=refusal.problems, values=given))
    return go_to(asked.address())


def link_view(request: Request) -> Response:
    """Say who the customer is."""

    def link(asked: Inbox, record: Record) -> None:
        changes = {customer_relation(asked.screen): request.POST.get("customer", "")}
        asked.desk.records.update(record.entity, record.id, changes)

    try:
        return acted(request, link)
    except Invalid as refusal:
        desk = desk_of(request)
        asked = inbox_of(request, desk)
        return refused(request, asked, conversation_of(request, asked), Typed(notice=refusal.problems[0].message))


def merge_view(request: Request) -> Response:
    """Join another conversation of the same customer to this one."""

    def join(asked: Inbox, record: Record) -> None:
        other = reached(asked.desk.records, asked.entity, request.POST.get("other", ""))
        ends = asked.screen.wrap_up
        if ends is not None:
            merge(asked.desk.records, record, other, customer_relation(asked.screen), ends.transition)

    return acted(request, join)


def call_view(request: Request) -> Response:
    """Do something with the call."""
    return acted(request, lambda asked, record: step_call(asked.desk.records, record, request.matchdict["step"]))


ACTS = {
    "send": send_view,
    "read": read_view,
    "take": take_view,
    "hand-over": hand_over_view,
    "wrap-up": wrap_up_view,
    "link": link_view,
    "merge": merge_view,
}
"""What is done with a conversation, by the last part of its address."""

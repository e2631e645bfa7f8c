"""The console in its states: a call beside a conversation, what was refused, nothing open, a call that is begun."""

from __future__ import annotations

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, avatar
from sidra_ui.viewmodels.console import (
    Beginning,
    Bubble,
    CallView,
    ChannelMark,
    Composer,
    ConsolePage,
    ContextView,
    DayRule,
    EventLine,
    Handing,
    InboxPart,
    InboxRow,
    InboxTab,
    InboxView,
    PresenceView,
    StepView,
    SuggestionView,
    ThreadPart,
    ThreadView,
    WayView,
    Wrapping,
)
from sidra_ui.viewmodels.fields import FieldView, LookupView, Option
from sidra_ui.viewmodels.shell import Place

HERE = "/sn/party_interaction/console"
CHAT, MAIL = ChannelMark("WhatsApp", "message-circle", "green"), ChannelMark("E-mail", "mail", "blue")
CALL = ChannelMark("Telephone", "phone-call", "teal")
CHANNELS = (Option("chat", "WhatsApp"), Option("email", "E-mail"))


def row(name: str, mark: ChannelMark, last: str, note: str, unread: str = "", *, is_current: bool = False) -> InboxRow:
    """Return a conversation that waits."""
    said = f"{unread} unread messages" if unread else ""
    at = "2026-11-23T09:36:00+00:00"
    return InboxRow(
        *(name, f"{HERE}/1", avatar(name), mark, "2 min", at, last, note, "amber"),
        unread=unread,
        unread_text=said,
        is_current=is_current,
    )


def inbox(rows: tuple[InboxRow, ...]) -> InboxView:
    """Return the list at the side."""
    tabs = (InboxTab("Mine", f"{HERE}", "8", is_current=True), InboxTab("Team", f"{HERE}?tab=team", "31"))
    return InboxView(
        *("Inbox", "8 open", tabs, rows, CHANNELS, HERE, "mine", f"{HERE}?part=inbox", ("queue:tier_1",)),
        next=Action("Take the next", f"{HERE}/next", "user-plus", method="post"),
        new_href=f"{HERE}/new",
    )


def some() -> tuple[InboxRow, ...]:
    """Return conversations on several channels, one with a long name."""
    return (
        row("Awa Ndiaye", CHAT, "Is there a technician today?", "Reply in 2 min", "2", is_current=True),
        row("Moussa Diop", CALL, "Invoice dispute", "On hold"),
        row("Société de travaux publics du Sahel et de la Casamance", MAIL, "Douze lignes pour Diamniadio", "1 h late"),
    )


def presence() -> PresenceView:
    """Return what the bar says of the reader."""
    options = (Option("available", "Available", is_selected=True), Option("away", "Away"))
    return PresenceView("Available · Voice 1/1 · Chat 3/4", "green", f"{HERE}/presence", options)


def said() -> tuple[Bubble | DayRule | EventLine, ...]:
    """Return what was said, one message of which did not go."""
    again = Action("Send again", f"{HERE}/1/again/2", "refresh-cw", method="post")
    return (
        DayRule("Today"),
        Bubble("in", "Bonjour, is there a cut in Plateau?", "Awa · 09:18"),
        Bubble("out", "Hello Awa. I am testing your line now.", "Fatou · 09:19", "Delivered", "check-check", "green"),
        EventLine("Binta handed it over to Technical support: repeat fault", "arrow-right-left"),
        Bubble("note", "Second time this month.", "Fatou · 09:30"),
        Bubble("out", "A technician comes at 14:00.", "Fatou · 09:33", "Failed", "triangle-alert", "red", CHAT, again),
    )


def composer() -> Composer:
    """Return where the answer is written."""
    ways = (
        WayView("whatsapp", CHAT, is_chosen=True, window="23 h left to answer"),
        WayView("mail", MAIL, refusal="The customer has not agreed to be written to here"),
    )
    texts = (SuggestionView("Greeting", "Hello"), SuggestionView("Offer a visit", "Tomorrow?"))
    return Composer(f"{HERE}/1/send", ways, texts, "key", "console.1", error="Write something", text="I am sorry")


def steps() -> tuple[StepView, ...]:
    """Return steps that are done, at hand and to come."""
    ticket = Action("New ticket", "/sn/trouble_ticket/new", "plus", "primary")
    return (
        StepView("1", "Know who it is", "Link the conversation to the customer", "done"),
        StepView("2", "Open a ticket", "Only where something must be mended", "now", ticket, "I open a ticket"),
        StepView("3", "Wrap up", "Category and reason", "later", wraps_up=True),
    )


def call() -> CallView:
    """Return a call that is held."""
    actions = (
        Action("Resume the call", f"{HERE}/2/call/resume", "play", "primary", method="post"),
        Action("End the call", f"{HERE}/2/call/end", "phone-off", "danger", method="post"),
    )
    began = "2026-11-23T09:31:00+00:00"
    return CallView("Moussa Diop", "+221 76 123 45 92", Badge("On hold"), began, "Invoice dispute", actions, muted=True)


def thread() -> ThreadView:
    """Return a conversation with all that can stand beside it."""
    facts = (Fact("SN-4471-0926", label="Customer number", is_code=True), Fact("Dakar", label="City"))
    badges = (Badge("Gold", "amber"), Badge("Active", "green"))
    context = ContextView(
        *("Awa Ndiaye", avatar("Awa Ndiaye"), "SN-4471-0926", "/sn/customer/1/360", badges, facts),
        ticket=Link("TT-88213", "/sn/trouble_ticket/1", "ticket"),
        merge=(Link("October bill, proof of payment", "2", "mail"),),
    )
    kinds = (Option("technical", "Technical", is_selected=True),)
    category = FieldView("wrap.category", "Category", "select", "technical", options=kinds)
    people = (Option("binta", "Binta Sow"),)
    queues = (Option("tier_1", "Customer service", is_selected=True), Option("tier_2", "Technical support"))
    return ThreadView(
        name="Awa Ndiaye",
        avatar=avatar("Awa Ndiaye"),
        mark=CHAT,
        summary="WhatsApp · Customer service",
        badges=(Badge("Technical", "blue"),),
        waits=Badge("Reply in 2 min", "amber"),
        lines=said(),
        composer=composer(),
        context=context,
        steps=steps(),
        refresh_href=f"{HERE}/1?part=thread",
        topic="record:party_interaction:1",
        handing=Handing(f"{HERE}/1/hand-over", queues, people),
        wrapping=Wrapping(f"{HERE}/1/wrap-up", (category,), ("Say why",)),
        call=call(),
        merge_action=f"{HERE}/1/merge",
        notice="You have as many conversations of this kind as you can hold.",
        despite=Action("Take it all the same", f"{HERE}/1/take?over=1", "user-plus", method="post"),
    )


def page(language: str = "en") -> ConsolePage:
    """Return the whole console."""
    frame = shell(language, "eg" if language == "ar" else "sn")
    return ConsolePage(frame, Place("Awa Ndiaye", (Link("Inbox", HERE),)), inbox(some()), presence(), thread())


def in_arabic() -> ConsolePage:
    """Return the same from right to left."""
    return page("ar")


def empty() -> ConsolePage:
    """Return an inbox in which nothing waits."""
    return ConsolePage(shell("en", "sn"), Place("Inbox"), inbox(()), presence())


def beginning() -> ConsolePage:
    """Return the form that begins a call, refused once."""
    look_up = LookupView("/sn/customer/lookup", "Awa Ndiaye", "/sn/customer/1/360")
    fields = (
        FieldView("customer", "Customer", "lookup", "1", id="f-customer", is_required=True, lookup=look_up),
        FieldView("channel", "By", "select", "phone", options=(Option("phone", "Telephone", is_selected=True),)),
        FieldView("about", "What it is about", is_required=True),
    )
    form = Beginning(f"{HERE}/new", HERE, fields, "These are quiet hours: it can be sent later")
    return ConsolePage(shell("en", "sn"), Place("Inbox"), inbox(some()), presence(), beginning=form)


def inbox_part() -> InboxPart:
    """Return the inbox alone."""
    return InboxPart(inbox(some()))


def thread_part() -> ThreadPart:
    """Return what was said alone."""
    return ThreadPart(thread())

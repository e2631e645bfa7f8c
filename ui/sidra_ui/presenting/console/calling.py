"""A call or a message that the company begins: its form, and the buttons elsewhere that lead to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sidra.channels.beginning import outgoing
from sidra.channels.conversations import recorded
from sidra.records.record import Record
from sidra_metamodel.kinds.interface import Interface
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.console.inbox import CONSOLE, Inbox, customer_relation
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.values import name_of, page_of
from sidra_ui.viewmodels.console import Beginning
from sidra_ui.viewmodels.fields import FieldView, LookupView, Option

BEGIN = "new"


@dataclass(frozen=True)
class Begun:
    """What is known of a conversation before it begins, or was refused."""

    customer: str = ""
    channel: str = ""
    about: str = ""
    error: str = ""


def beginning_view(asked: Inbox, begun: Begun) -> Beginning:
    """The form that begins a call or a message."""
    desk = asked.desk
    channels = tuple(
        Option(one.name, desk.label(one), one.name == begun.channel) for one in outgoing(desk.records, asked.entity)
    )
    about = FieldView("about", desk.messages.text("console_about"), value=begun.about, is_required=True)
    fields = (
        _customer(asked, begun),
        FieldView("channel", desk.messages.text("console_by"), "select", value=begun.channel, options=channels),
        about,
    )
    return Beginning(asked.address_of(BEGIN), asked.address(), fields, begun.error)


def _customer(asked: Inbox, begun: Begun) -> FieldView:
    desk, relation = asked.desk, customer_relation(asked.screen)
    target = desk.model.entity(asked.entity).relations[relation].to[0]
    known = desk.records.find(target, begun.customer) if begun.customer else None
    lookup = LookupView(desk.addresses.lookup(target, "f-customer"))
    if known is not None:
        lookup = replace(lookup, text=name_of(desk, known), href=page_of(desk, known))
    label = desk.messages.text("console_link_customer")
    chosen = known.id if known is not None else ""
    return FieldView("customer", label, "lookup", chosen, id="f-customer", is_required=True, lookup=lookup)


def begin_address(desk: Desk, medium: str, record: Record) -> str:
    """The address of the form that begins a conversation with a customer on a medium; empty where there is no way."""
    if not desk.records.profile.may_use(CONSOLE):
        return ""
    for screen in desk.model.screens.values():
        entity = screen.of or ""
        if screen.kind_ != CONSOLE or not desk.records.may(entity, "create"):
            continue
        for channel in outgoing(desk.records, entity):
            if recorded(channel.medium) == recorded(medium) and _leads_to(desk, entity, channel, record):
                given = (("customer", record.id), ("by", channel.name))
                return with_query(desk.addresses.page(entity, CONSOLE, BEGIN), given)
    return ""


def _leads_to(desk: Desk, entity: str, channel: Interface, record: Record) -> bool:
    relation = channel.inbound.customer if channel.inbound is not None else None
    return relation is not None and record.entity in desk.model.entity(entity).relations[relation].to

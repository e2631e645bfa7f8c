"""Channels, queues and consoles: what arrives finds its place, and what a console needs is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.channel import MEDIA
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

PARTS: Final = ("text", "from", "name", "subject", "id")
"""What a message that arrives may have."""
TAKEN: Final = {"to": ("phone", "email", "string"), "text": ("text", "string")}
"""What an answer needs, and of which types that can be."""
IDENTIFY: Final = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*) == source\.([a-z][a-z0-9_]*)")
PURPOSES: Final = "consent_purpose"
"""The code list of what people consent to."""
CONVERSATION: Final = (
    "channel",
    "queue",
    "assignee",
    "items",
    "sender",
    "sender_name",
    "unread",
    "waiting_since",
    "last_message",
    "last_message_at",
    "call_state",
)
"""Members by which the inbox and the channels work with a conversation."""


def check_channels(model: Model, diagnostics: Diagnostics) -> None:
    """Record channels that could not receive or send, queues of unknown media, and consoles of no conversations."""
    for interface in model.interfaces.values():
        if interface.kind_ == "channel":
            _check_channel(model, interface, diagnostics)
    for queue in model.queues.values():
        for medium in queue.capacity:
            _check_among(medium, MEDIA, "medium", queue.node.items["capacity"].items[medium], diagnostics)
    for screen in model.screens.values():
        if screen.kind_ != "console":
            continue
        for needed in ("of", "inbox", "wrap_up"):
            if getattr(screen, needed) is None:
                diagnostics.report(
                    "E420", f"the console lacks `{needed}`", screen.node, key=True, help=f"add `{needed}: …`"
                )
        for place, medium in enumerate(screen.inbox.channels if screen.inbox is not None else ()):
            node = screen.node.items["inbox"].items["channels"]
            _check_among(
                medium, MEDIA, "medium", node.value[place] if isinstance(node.value, tuple) else node, diagnostics
            )
        _check_conversation(model, screen.of, screen.node.items.get("of", screen.node), diagnostics)


def _check_channel(model: Model, channel: Interface, diagnostics: Diagnostics) -> None:
    if channel.medium is None:
        diagnostics.report("E420", "the channel lacks `medium`", channel.node, key=True, help="add `medium: …`")
    if "protocol" not in channel.node.items:
        diagnostics.report("E420", "the channel lacks `protocol`", channel.node, key=True, help="add `protocol: …`")
    if channel.inbound is None and channel.outbound is None:
        message = "the channel lacks `inbound` or `outbound`"
        diagnostics.report("E420", message, channel.node, key=True, help="say what arrives by it, or what is sent")
    if channel.consent is not None and PURPOSES in model.enums:
        purposes = model.enums[PURPOSES].values
        _check_among(channel.consent, purposes, "purpose of a consent", channel.node.items["consent"], diagnostics)
    _check_outbound(channel, diagnostics)
    if channel.inbound is not None:
        for name in channel.inbound.map:
            _check_among(name, PARTS, "part of a message", channel.inbound.node.items["map"].items[name], diagnostics)
        _check_identify(model, channel, diagnostics)
        _check_conversation(model, channel.inbound.into, channel.inbound.node.items["into"], diagnostics)


def _check_outbound(channel: Interface, diagnostics: Diagnostics) -> None:
    """What goes out has an address; whatever needs no text is a call."""
    if channel.outbound is None:
        return
    if "to" not in channel.outbound.takes:
        message, help_ = "nobody could be reached: `takes` lacks `to`", "add `takes: {to: phone, text: text}`"
        diagnostics.report("E420", message, channel.outbound.node, key=True, help=help_)
    for name, type_ in channel.outbound.takes.items():
        node = channel.outbound.node.items["takes"].items[name]
        _check_among(name, TAKEN, "part of an answer", node, diagnostics)
        _check_among(type_, TAKEN.get(name, (type_,)), f"type of `{name}`", node, diagnostics)


def _check_identify(model: Model, channel: Interface, diagnostics: Diagnostics) -> None:
    """The sender is looked up by an index: an attribute that lists can be narrowed by is what the message names."""
    text = channel.inbound.identify if channel.inbound is not None else None
    if channel.inbound is None or text is None:
        return
    node = channel.inbound.node.items["identify"]
    found = IDENTIFY.fullmatch(text)
    if found is None:
        message = f"`{text}` does not say which attribute is what the message names"
        diagnostics.report("E420", message, node, help="write `<entity>.<attribute> == source.from`")
        return
    entity, attribute, part = found.groups()
    _check_among(part, PARTS, "part of a message", node, diagnostics)
    _check_among(entity, model.entities, "entity", node, diagnostics)
    if entity in model.entities:
        known = model.entities[entity].attributes
        _check_among(attribute, known, "attribute", node, diagnostics)
        if attribute in known and not known[attribute].filter:
            message = f"`{entity}.{attribute}` has no index to be found by"
            diagnostics.report("E409", message, node, help="add `filter: true` to the attribute")
        taken = channel.outbound.takes.get("to") if channel.outbound is not None else None
        if taken is not None and attribute in known and model.base_type(known[attribute]) != taken:
            message = f"`{entity}.{attribute}` is no `{taken}`, which `outbound.takes.to` says"
            diagnostics.report("E420", message, node, help="say the type of the attribute there")


def _check_conversation(model: Model, entity: str | None, node: Node, diagnostics: Diagnostics) -> None:
    if entity is None or entity not in model.entities:
        return
    declared = model.entities[entity]
    lacking = [name for name in CONVERSATION if name not in declared.attributes and name not in declared.relations]
    if lacking:
        message = f"`{entity}` is no conversation: it lacks {listed(lacking)}"
        diagnostics.report("E420", message, node, help="name an entity like `party_interaction` of the baseline")


def _check_among(name: str, known: Iterable[str], what: str, node: Node, diagnostics: Diagnostics) -> None:
    names = list(known)
    if name not in names:
        help_ = did_you_mean(name, names) or f"there are {listed(names)}"
        diagnostics.report("E401", f"no {what} `{name}`", node, help=help_)

"""Channels: ways in which customers and the company talk to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sidra_metamodel.language import Element, word
from sidra_metamodel.traits import FINAL, Scoping

Medium = Literal["voice", "mail", "sms", "chat", "social", "shop", "web", "ivr"]
MEDIA: tuple[Medium, ...] = get_args(Medium)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound(Element):
    """What becomes of a message that a customer sends."""

    event: str | None = word(
        "The event that tells of it; always `channel.<name>.received`.",
        default=None,
        rule=FINAL,
        example="channel.whatsapp.received",
    )
    into: str = word(
        "Entity of the conversation that it begins, or goes on with.",
        required=True,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SOURCE,
    )
    map: Mapping[str, str] = word(
        "Where the parts of a message stand in what arrives: `text`, `from`, and `name`, `subject`, `id` where there "
        "are such; default: under their own names."
    )
    identify: str | None = word(
        "How the sender is found among the contact media: an attribute of those is what the message names.",
        default=None,
        example="contact_medium.phone_number == source.from",
    )
    customer: str | None = word(
        "The relation that leads from the conversation to the customer whose medium it is.",
        default=None,
        refers="relation",
    )
    queue: str | None = word("The queue in which a new conversation waits.", default=None, refers="queue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound(Element):
    """How the company answers."""

    operation: Literal["send"] = word("What the other side is asked to do.", default="send")
    takes: Mapping[str, str] = word(
        "What it needs, with the type of each: `text`, and `to`, which says whom it reaches: who has such a medium.",
        example="{to: phone, text: text}",
    )
    most_characters: int | None = word(
        "The longest text that goes in one message.", default=None, least=1, most=100_000
    )

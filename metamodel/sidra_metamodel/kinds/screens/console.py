"""The console: the inbox across channels, one conversation, and what its agent needs to know and do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.record import Field
from sidra_metamodel.language import Element, Formula, Label, word
from sidra_metamodel.traits import ListMerge, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox(Element):
    """Which conversations wait, and how their rows look."""

    filter: Formula | None = word(
        "Conversations that are open.", default=None, site=Site.RECORD, expects="boolean", sql=True
    )
    channels: tuple[str, ...] = word(
        "Media that the filter offers, in order; default: those of the channels.", merge=ListMerge.ATOMIC, single=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerContext(Element):
    """What is told of the customer beside a conversation."""

    customer: str = word("The relation to the customer.", required=True, refers="relation", example="customer")
    ticket: str | None = word("The relation to the case that it is about.", default=None, refers="relation")
    badges: Mapping[str, Column] = word("Badges below the name.", refers="column", removable=True)
    facts: Mapping[str, Column] = word("Facts below that.", refers="column", removable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedStep(Element):
    """A step that the agent is led through; done when its condition holds."""

    label: Label = word("What is to be done.")
    help: Label = word("How, in one line.")
    when: Formula | None = word("Only shown where this holds.", default=None, site=Site.RECORD, expects="boolean")
    done: Formula | None = word("It is done once this holds.", required=True, site=Site.RECORD, expects="boolean")
    create: str | None = word(
        "Offers to make such a record, linked to the conversation.", default=None, refers="entity"
    )
    say: Label = word("Offers to put this text into the answer.")
    wrap_up: bool = word("Offers to wrap the conversation up.", default=False)
    hidden: bool = word("Not shown.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Element):
    """A text that agents often send."""

    label: Label = word("What its button says.")
    text: Label = word("What it puts into the answer; `{name}` is the customer, `{agent}` whoever answers.")
    when: Formula | None = word("Only offered where this holds.", default=None, site=Site.RECORD, expects="boolean")
    hidden: bool = word("Not offered.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp(Element):
    """How a conversation ends."""

    transition: str = word("The step of its life cycle that ends it.", required=True, refers="transition")
    fields: Mapping[str, Field] = word("What is to be filled in.", refers="member", removable=True)

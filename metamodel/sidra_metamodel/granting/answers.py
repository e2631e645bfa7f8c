"""What each word of the configuration can widen: one answer for every keyword; a word without one counts as widening.

A test goes through the keywords of all kinds. What stands inside a word that never widens, or that widens by any
change, needs no answers of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from sidra_metamodel import kinds
from sidra_metamodel.kinds import entity, process, queue
from sidra_metamodel.kinds.interfaces import channel, connector, feed
from sidra_metamodel.kinds.screens import board
from sidra_metamodel.kinds.screens.view360 import Argument, Panel
from sidra_metamodel.language import Document, Element


class Answer(StrEnum):
    """Whether a word can widen, and by which change of it."""

    NEVER = "never"
    """It is about looks, meaning or quality, or shows only what grants let through."""
    COMPARED = "compared"
    """Through what roles, attributes and units amount to: see `widening`."""
    INSIDE = "inside"
    """The words in it answer for themselves."""
    LESS = "less"
    """Where it goes, or leaves more room than it did."""
    MORE = "more"
    """Where it comes, or is given another value than the one that counts without it."""
    RAISED = "raised"
    """Where it comes, or becomes another one than a later version of itself: `party/v4` to `party/v5`."""
    OUTSIDE = "outside"
    """Where it comes to name an operation of another system, as `billing.bills`; entities show what grants let."""
    ANY = "any"
    """Any change does: nobody can tell what another value lets through."""


NEVER, COMPARED, INSIDE, LESS, MORE, RAISED, OUTSIDE, ANY = Answer


Word = Literal["guard", "border", "exposed", "kept", "begins", "served", "unknown"]
"""What a plan calls it where a word widens."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of the words of one element."""

    word: Word
    by_name: Mapping[str, Answer]
    others: Mapping[str, Word]
    """What a plan calls single ones of them."""

    def called(self, name: str) -> Word:
        """Return what a plan calls it where a word widens."""
        return self.others.get(name, self.word)


def _answers(word: Word, others: Mapping[str, Word] = MappingProxyType({}), **names: str) -> Answers:
    """Return answers from the names that each one is given for."""
    found = {name: Answer(answer) for answer, text in names.items() for name in text.split()}
    return Answers(word, MappingProxyType(found), others)


DOCUMENTS: Final[Mapping[type[Document], tuple[Answer, Word]]] = MappingProxyType(
    {
        # What is new altogether was kept from nobody, but it may lead out of the house, or run by itself.
        kinds.Interface: (MORE, "border"),
        kinds.Schedule: (MORE, "begins"),
        kinds.Process: (MORE, "begins"),
        kinds.Rule: (LESS, "guard"),
        kinds.Entity: (INSIDE, "guard"),
        kinds.Queue: (INSIDE, "served"),
        kinds.Layer: (INSIDE, "border"),
        kinds.Screen: (INSIDE, "guard"),
        kinds.ScalarType: (INSIDE, "guard"),
        kinds.Role: (COMPARED, "unknown"),
        **dict.fromkeys(
            (
                kinds.Pack,
                kinds.Calendar,
                kinds.Enum,
                kinds.Simulator,
                kinds.Menu,
                kinds.Tour,
                kinds.Test,
                kinds.Translation,
                kinds.Upgrade,
                # What they let an overlay say is compared where it says it.
                kinds.Waiver,
                kinds.Ceiling,
            ),
            (NEVER, "unknown"),
        ),
    }
)
"""The answer for a document as a whole; nothing inside is asked where that is `never` or `compared`."""

WORDS: Final[Mapping[type[Element], Answers]] = MappingProxyType(
    {
        kinds.Entity: _answers(
            "guard",
            {"api": "exposed", "retention": "kept"},
            never="is_a abstract label help icon plural label_new domain title indexes reference_data retired",
            inside="attributes relations",
            less="closed lifecycle history identity retention",
            more="api",
        ),
        entity.Attribute: _answers(
            "guard",
            never="enum label help group widget required unique min max min_length max_length pattern scale sequence "
            "filter sort localised max_megabytes hidden api_name",
            compared="type default compute search pii mask encrypt",
            less="accept read_only",
        ),
        entity.Relation: _answers(
            "guard",
            never="many required min max roles label help group filter hidden api_name",
            # Rights over owned records follow their owners.
            compared="to owned inverse",
            less="read_only",
        ),
        entity.Lifecycle: _answers("guard", any="attribute initial", less="entry final", inside="transitions"),
        entity.Transition: _answers("guard", never="label tone icon", any="to", less="from when reason"),
        entity.Reason: _answers("guard", never="enum", less="required"),
        entity.Identity: _answers("guard", never="weak undo", less="strong refuse"),
        entity.Retention: _answers("kept", less="when after", any="since do hold"),
        entity.ApiBinding: _answers(
            "exposed",
            never="tmf resource nest related_party",
            any="events state_events",
            raised="path",
            less="operations",
        ),
        kinds.ScalarType: _answers(
            "guard",
            never="label help example pattern check message min max min_length max_length strip case widget retired",
            compared="base mask",
        ),
        kinds.Rule: _answers(
            "guard",
            never="label at message retired",
            compared="value",
            any="kind on",
            less="check",
            more="when severity",
        ),
        kinds.Screen: _answers(
            "guard",
            never="kind of label columns filters filter sort views bulk page_size tone by stages card sums forecast "
            "limit at until title tabs header alerts kpis entities inbox context steps suggestions wrap_up tiles "
            "home_of span refresh narrowed_by makes asks finish then icon retired",
            less="gates",
            inside="panels",
        ),
        board.Gate: _answers("guard", never="message", any="when"),
        Panel: _answers(
            "border",
            never="kind via stale_after columns facts of filter when score price reasons replies shape at sum by span "
            "sort limit show area tab label icon visible hidden",
            # A connector is asked, and told what stands in `with`.
            more="with tiles",
            outside="source",
        ),
        Argument: _answers("border", any="value"),
        kinds.Layer: _answers(
            "guard",
            {"store": "border"},
            never="level label prefix version requires baseline tiers locales currency country calendar hue retired",
            compared="units",
            # `today` of conditions on rows; and where all records are kept.
            any="time_zone store",
        ),
        kinds.Queue: _answers(
            "served", never="label help order capacity answer_within hidden retired", less="served_by"
        ),
        queue.Serving: _answers("served", less="roles units skills"),
        kinds.Schedule: _answers("begins", never="label every calendar within retired", any="run", less="off"),
        kinds.Process: _answers(
            "begins", never="label retired", any="bpmn about", inside="starts", more="tasks slots channels"
        ),
        process.Starts: _answers("begins", any="on", less="when"),
        process.Task: _answers(
            "begins",
            never="label screen sla timeout retries",
            any="assign call component decision with on_error",
        ),
        kinds.Interface: _answers(
            "border",
            {"quality": "guard"},
            never="label format sheet delimiter encoding on_reject commit_every tmf page_size timeout retries "
            "circuit simulator retired",
            inside="map",
            compared="quiet consent",
            less="mode quality",
            more="internal operations inbound outbound",
            any="kind direction into key schedule path max_page_size protocol base_url auth medium window events query "
            "url secret links role",
        ),
        feed.FeedField: _answers(
            "border", never="from type format lookup empty", inside="map rows", any="create key find", more="value"
        ),
        feed.QualityRule: _answers("guard", never="message", less="check", more="severity"),
        feed.FeedRow: _answers("border", never="when", inside="map"),
        connector.Operation: _answers("border", never="label each cache", any="of get post body", more="takes returns"),
        connector.Taken: _answers("border", never="type"),
        connector.Returned: _answers("border", never="type enum lookup label", any="path"),
        channel.Inbound: _answers("border", never="event map", any="into identify customer queue"),
        channel.Outbound: _answers("border", never="operation most_characters", any="takes"),
    }
)
"""The answers by element; that of a word that is not here is not known."""

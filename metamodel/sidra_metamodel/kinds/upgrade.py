"""Kind `upgrade`: what a version of the baseline does to overlays that names alone do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sidra_metamodel.language import Document, Element, word
from sidra_metamodel.traits import ListMerge


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Element):
    """Something that overlays say at one path, and are to say at another."""

    from_: str = word("The path until now, kind and name first.", required=True, example="entity.party.attributes.fax")
    to: str = word("The path from now on.", required=True, example="entity.contact_medium.attributes.fax_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Element):
    """Something that overlays say at one path, and are to say at several."""

    from_: str = word("The path until now.", required=True, example="entity.party.attributes.name.label")
    to: tuple[str, ...] = word(
        "The paths from now on; each gets what was said.",
        merge=ListMerge.ATOMIC,
        example="[entity.individual.attributes.given_name.label, entity.organization.attributes.trading_name.label]",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue(Element):
    """A value that overlays give, and that is written otherwise from now on."""

    of: str = word("The path of the keyword.", required=True, example="entity.customer.attributes.segment.default")
    from_: str = word("The value until now.", required=True, example="silver")
    to: str = word("The value from now on.", required=True, example="standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade(Document):
    """What `sidra upgrade` rewrites in overlays on the way to a version: moves, splits, values."""

    kind: ClassVar[str] = "upgrade"
    folder: ClassVar[str] = "upgrades"

    version: str = word("The version of the baseline that begins with it.", required=True, example="1.3.0")
    moves: Mapping[str, Move] = word("What stands elsewhere now.")
    splits: Mapping[str, Split] = word("What stands at several places now.")
    values: Mapping[str, NewValue] = word("What is called otherwise now where it is a value.")

"""Kind `test`: what an affiliate's configuration must do, told as records, steps and what is seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from sidra_metamodel.language import Document, Element, Formula, word
from sidra_metamodel.traits import FINAL, ListMerge, Site

CLOCK: Final = "2026-01-15T09:00"
"""When a test happens that does not say it: a Thursday morning, on which nobody has a holiday."""

Plain = object | tuple[object, ...]
Part = Plain | Mapping[str, Plain]
Inner = Plain | Mapping[str, Part]
Value = Plain | Mapping[str, Inner]
"""A value, a list, or a map: of an amount and its currency, or of owned records by any names."""
Values = Mapping[str, Value]
"""What a record is given, by attributes and relations; a relation is given the name of a record, or a list of them."""

NAMED: Final = "named"
"""What names records, persons and steps of the test itself; a change of it by a higher layer asks for a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestUser(Element):
    """Somebody who acts or looks on."""

    __test__: ClassVar[bool] = False

    roles: frozenset[str] = word("The person's roles.", refers="role")
    units: frozenset[str] = word("The units that the person belongs to.", refers="unit")
    locale: str = word(
        "The language in which messages are compared; default: English.", default="en", among="locale", refers=NAMED
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Element):
    """One thing that is done; exactly one of `create update delete transition merge wait`."""

    create: Mapping[str, Values] = word(
        "A new record: its entity, and what it is given. The step's name is the record's.",
        refers=NAMED,
        borrowed=True,
        example="{trouble_ticket: {customer: c, ticket_type: fault}}",
    )
    update: Mapping[str, Values] = word(
        "A change: a record by its name, and what it is given.",
        refers=NAMED,
        borrowed=True,
        example="{c: {segment: gold}}",
    )
    delete: str | None = word("The record that is deleted.", default=None, refers=NAMED)
    transition: Mapping[str, str] = word(
        "A step of its life cycle: a record by its name, and the step.",
        refers=NAMED,
        borrowed=True,
        example="{c: suspend}",
    )
    merge: Mapping[str, str] = word(
        "Two records become one: the one that stays, and the one that goes.", refers=NAMED, borrowed=True
    )
    wait: timedelta | None = word("So much time passes.", default=None, refers=NAMED, example="3d")
    reason: str | None = word("The reason that a transition or a merge asks for.", default=None, refers=NAMED)
    by: str | None = word("Who does it; default: the program, which may do everything.", refers=NAMED, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Element):
    """What must then be so; several keywords must all be, and for `by`."""

    by: str | None = word("Whose eyes it is seen with; default: the program's own.", default=None, refers=NAMED)
    expect: Formula | None = word(
        "Must hold; records are named as they are given and made, and have their `alerts`.",
        default=None,
        site=Site.TEST,
        expects="boolean",
    )
    refused: str | None = word("The step that must be refused; no other may be.", default=None, refers=NAMED)
    warned: str | None = word("The step that must be done with a warning.", default=None, refers=NAMED)
    code: str | None = word("The code of what was refused or warned of.", default=None, refers=NAMED, example="R610")
    at: str | None = word("The attribute that it is about.", default=None, refers=NAMED)
    message: str | None = word("What the message says, or a part of it.", default=None, refers=NAMED)
    sees: frozenset[str] = word(
        "Records, and values as `c.name`, that are seen whole.", refers=NAMED, single=True, example="[c, c.name]"
    )
    masks: frozenset[str] = word("Values that are seen masked.", refers=NAMED, single=True)
    hides: frozenset[str] = word("Records and values that are not to be seen.", refers=NAMED, single=True)
    may: frozenset[str] = word(
        "What is allowed: functions, actions on an entity or a record.",
        refers=NAMED,
        single=True,
        example="[search, customer.create, c.suspend]",
    )
    may_not: frozenset[str] = word("What is not allowed, in the same words.", refers=NAMED, single=True)
    required: frozenset[str] = word("Values without which a record cannot be saved.", refers=NAMED, single=True)
    optional: frozenset[str] = word("Values without which it can.", refers=NAMED, single=True)
    shown: frozenset[str] = word("Attributes that forms offer, as `customer.name`.", refers=NAMED, single=True)
    hidden: frozenset[str] = word("Attributes that they do not.", refers=NAMED, single=True)
    resembles: Mapping[str, str] = word(
        "Two records that the search for duplicates finds.", refers=NAMED, borrowed=True, example="{twin: c}"
    )
    differs: Mapping[str, str] = word("Two records that it does not.", refers=NAMED, borrowed=True)
    search: str | None = word("What is searched for.", default=None, refers=NAMED)
    finds: frozenset[str] = word("The records that are found.", refers=NAMED, single=True)
    misses: frozenset[str] = word("The records that are not.", refers=NAMED, single=True)
    list: str | None = word("The screen of a list that is opened.", default=None, refers="screen")
    view: str | None = word("The view of it; default: the screen itself.", default=None, refers=NAMED)
    gives: tuple[str, ...] = word(
        "The records of the list among those of the test, in this order.",
        refers=NAMED,
        single=True,
        merge=ListMerge.ATOMIC,
    )
    lacks: frozenset[str] = word("Records that are not in the list.", refers=NAMED, single=True)
    calendar: str | None = word("The calendar; default: the affiliate's.", default=None, refers="calendar")
    open: frozenset[str] = word(
        "Local moments within its hours.", refers=NAMED, single=True, example="2026-04-03T10:00"
    )
    closed: frozenset[str] = word("Local moments outside of them.", refers=NAMED, single=True)
    configured: Mapping[str, object] = word(
        "Values of the effective configuration by their paths, for what no record shows; of a list or a map, one that "
        "is in it; `~`: none.",
        refers=NAMED,
        borrowed=True,
        example="{process.complaint.tasks.tell.component: post}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Document):
    """A test: it is run for every affiliate that has it, in an empty affiliate of its own."""

    __test__: ClassVar[bool] = False

    kind: ClassVar[str] = "test"
    folder: ClassVar[str] = "tests"

    title: str = word("What must be so, in a sentence.", required=True)
    clock: str = word("When it happens: a local day or moment.", default=CLOCK, rule=FINAL, example="2026-03-20T09:00")
    users: Mapping[str, TestUser] = word("Persons by name.", borrowed=True, removable=True)
    given: Mapping[str, Mapping[str, Values]] = word(
        "Records that there are, by name: the entity, and what they are given. The program itself makes them, in this "
        "order.",
        refers=NAMED,
        borrowed=True,
        removable=True,
        example="{c: {customer: {engaged_party: awa}}}",
    )
    when: Mapping[str, Step] = word("What is done, in this order.", borrowed=True, removable=True)
    then: Mapping[str, Claim] = word("What must then be so.", borrowed=True, removable=True)

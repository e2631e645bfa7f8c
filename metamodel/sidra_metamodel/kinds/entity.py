"""Kind `entity`: a business object with attributes, relations, life cycle, identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal, get_args

from sidra_metamodel.kinds.widget_use import WidgetUse
from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import (
    ACCUMULATE,
    EXTEND,
    FINAL,
    HIGHER,
    LOWER,
    SUBSET,
    SUPERSET,
    TIGHTEN,
    TRUTH,
    ListMerge,
    Site,
)

PiiClass = Literal["identity", "contact", "financial", "sensitive", "location"]

FileKind = Literal["audio", "image", "office", "pdf", "text"]
FILE_KINDS: frozenset[FileKind] = frozenset(get_args(FileKind))
MAX_MEGABYTES = 20
"""Of one file: it is sealed and sent as a whole."""
MAX_SCALE = 12
"""Decimal places that leave six digits before the point in 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation(Element):
    """How a value comes about."""

    shorthand: ClassVar[str | None] = "by"

    by: Formula | None = word("The value.", site=Site.RECORD, expects="attribute", required=True)
    stored: bool = word("Computed at writing and kept, so that it can be searched and sorted.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultValue(Element):
    """What a new record gets when nothing is given."""

    shorthand: ClassVar[str | None] = "value"

    value: object = word("A literal.", default=None)
    compute: Formula | None = word(
        "An expression, evaluated when the record is made.", site=Site.RECORD, expects="attribute", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Element):
    """A value that records of an entity have."""

    type: str = word("A built-in type or a `type:` document.", required=True, rule=FINAL, refers="type")
    enum: str | None = word("The code list, for type `enum`.", rule=FINAL, refers="enum")
    label: Label = word("As people read it; default: its name in words.")
    help: Label = word("What it is for, for a tooltip.")
    group: str | None = word("Section of generated screens.", default=None)
    widget: WidgetUse | None = word("Control of the form, where not the type's.", default=None)
    required: bool | Formula = word(
        "Must have a value: always, or when the expression holds.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
        site=Site.RECORD,
        expects="boolean",
    )
    unique: bool = word("No two records have the same value.", default=False, rule=TIGHTEN, narrower=TRUTH)
    default: DefaultValue | None = word("What a new record gets.", default=None)
    compute: Computation | None = word("The value follows from others; nobody enters it.", default=None)
    min: int | float | str | None = word(
        "Least value; dates also `today`.", default=None, rule=TIGHTEN, narrower=HIGHER
    )
    max: int | float | str | None = word(
        "Greatest value; dates also `today`.", default=None, rule=TIGHTEN, narrower=LOWER
    )
    min_length: int | None = word("Fewest characters.", default=None, rule=TIGHTEN, narrower=HIGHER, least=0)
    max_length: int | None = word("Most characters.", default=None, rule=TIGHTEN, narrower=LOWER, least=1)
    pattern: tuple[str, ...] = word(
        "Whole match, RE2; the patterns of all layers must match.", rule=ACCUMULATE, single=True
    )
    scale: int | None = word(
        "Decimal places of a decimal; 4 if absent.", default=None, rule=FINAL, least=0, most=MAX_SCALE
    )
    sequence: str | None = word('Shape of a number of type `sequence`: "TT-{year}-{n:06}".', default=None)
    search: bool | Literal["exact"] = word("Found by the global search: by any part, or only whole.", default=False)
    filter: bool = word("Lists can be narrowed by it; makes an index.", default=False)
    sort: bool = word("Lists can be sorted by it; makes an index.", default=False)
    localised: bool = word("Has a value per language.", default=False, rule=FINAL)
    pii: frozenset[PiiClass] = word("Class of personal data; roles mask by it.", rule=TIGHTEN, narrower=SUPERSET)
    mask: str | None = word('Shape for readers who may see it masked only: "•••• {last:4}".', default=None, rule=FINAL)
    encrypt: bool = word(
        "Kept encrypted: a stolen database tells nothing. Found by whole values only, with `search: exact`.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
    )
    accept: frozenset[FileKind] = word(
        "What a file may be, by its content; empty: everything of these, of a picture `image`.",
        rule=TIGHTEN,
        narrower=SUBSET,
        empty_is_all=True,
    )
    max_megabytes: int | None = word(
        "The largest file; 10 if absent.", default=None, rule=TIGHTEN, narrower=LOWER, least=1, most=MAX_MEGABYTES
    )
    hidden: bool = word("On no screen; column, API and reports stay.", default=False)
    read_only: bool | Formula = word(
        "Shown but not entered.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
        site=Site.RECORD,
        expects="boolean",
    )
    api_name: str | None = word("Name in the API where camelCase of the name is not it.", default=None, rule=FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Element):
    """A reference from records of an entity to others."""

    to: tuple[str, ...] = word(
        "One entity, several, or `any`.",
        required=True,
        rule=FINAL,
        refers="entity",
        merge=ListMerge.ATOMIC,
        single=True,
    )
    many: bool = word("To any number of records.", default=False, rule=FINAL)
    owned: bool = word(
        "The others belong to this record: its rights, history and version, deleted with it.", default=False, rule=FINAL
    )
    inverse: str | None = word(
        "The to-one relation of the other side, whose column holds the reference.", default=None, rule=FINAL
    )
    required: bool | Formula = word(
        "Must refer to a record: always, or when the expression holds.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
        site=Site.RECORD,
        expects="boolean",
    )
    min: int | None = word("Fewest records.", default=None, rule=TIGHTEN, narrower=HIGHER, least=0)
    max: int | None = word("Most records.", default=None, rule=TIGHTEN, narrower=LOWER, least=1)
    roles: str | None = word(
        "Code list of the roles that a linked record can have.", default=None, rule=FINAL, refers="enum"
    )
    label: Label = word("As people read it; default: its name in words.")
    help: Label = word("What it is for, for a tooltip.")
    group: str | None = word("Section of generated screens.", default=None)
    filter: bool = word("Lists can be narrowed by it; makes an index.", default=False)
    hidden: bool = word("On no screen.", default=False)
    read_only: bool | Formula = word(
        "Shown but not entered.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
        site=Site.RECORD,
        expects="boolean",
    )
    api_name: str | None = word("Name in the API where camelCase of the name is not it.", default=None, rule=FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Element):
    """Why a transition was made, as people choose it."""

    enum: str = word("Code list to choose from.", required=True, rule=FINAL, refers="enum")
    required: bool = word("One must be chosen.", default=True, rule=TIGHTEN, narrower=TRUTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Element):
    """A step of a life cycle."""

    from_: frozenset[str] = word("States it starts from.", required=True, refers="state", rule=TIGHTEN, narrower=SUBSET)
    to: str = word("State it leads to.", required=True, refers="state", rule=FINAL)
    when: tuple[Formula, ...] = word(
        "Conditions that must all hold; those of all layers count.",
        rule=ACCUMULATE,
        single=True,
        site=Site.RECORD,
        expects="boolean",
    )
    reason: Reason | None = word("A reason is chosen from a code list.", default=None)
    label: Label = word("Text of its button.")
    tone: Literal["primary", "neutral", "danger"] | None = word("Weight of its button.", default=None)
    icon: str | None = word("Icon of its button.", default=None, among="icon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle(Element):
    """The states of a record and the steps between them."""

    attribute: str = word("The enum attribute that holds the state.", required=True, rule=FINAL, refers="attribute")
    initial: str = word("State of a new record.", required=True, rule=FINAL, refers="state")
    entry: frozenset[str] = word(
        "Other states that a new record may be given, where another system began its life.",
        refers="state",
        rule=TIGHTEN,
        narrower=SUBSET,
    )
    transitions: Mapping[str, Transition] = word("Steps by name.", removable=True)
    final: frozenset[str] = word(
        "States in which a life ends; absent: those that no step leaves.",
        refers="state",
        rule=TIGHTEN,
        narrower=SUPERSET,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity(Element):
    """A weak sign that two records are the same."""

    block: tuple[str, ...] = word(
        "Attributes, or relations to one record, whose values both share, so that only such pairs are compared; for "
        "anything else, an attribute that is computed and stored.",
        required=True,
        rule=FINAL,
        refers="kept_member",
        merge=ListMerge.ATOMIC,
        single=True,
    )
    when: Formula = word(
        "Holds for two that are probably the same.", required=True, rule=FINAL, site=Site.IDENTITY, expects="boolean"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Element):
    """How duplicates are found."""

    strong: frozenset[str] = word(
        "Attributes that identify: the same value is the same thing.",
        rule=TIGHTEN,
        narrower=SUPERSET,
        refers="kept_attribute",
    )
    weak: Mapping[str, Similarity] = word("Signs by name: forms hint at them, the search of duplicates finds them.")
    refuse: bool = word("Saving a strong duplicate is refused.", default=False, rule=TIGHTEN, narrower=TRUTH)
    undo: timedelta | None = word(
        "How long a merge of two records can be taken back; default 30 days.",
        default=None,
        rule=TIGHTEN,
        narrower=LOWER,
        example="90d",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Element):
    """When personal data must go."""

    when: Formula = word(
        "Records it is about; of those that layers name, all.",
        required=True,
        rule=TIGHTEN,
        narrower=TRUTH,
        site=Site.RECORD,
        expects="boolean",
        sql=True,
    )
    after: timedelta = word("Time since then.", required=True, rule=TIGHTEN, narrower=LOWER, example="5y")
    since: str | None = word(
        "Date or moment from which the time counts; default: the last change.",
        default=None,
        rule=FINAL,
        refers="kept_attribute",
    )
    hold: Formula | None = word(
        "Records that stay whatever is asked; default: those whose life cycle has not ended.",
        default=None,
        site=Site.RECORD,
        expects="boolean",
        sql=True,
    )
    do: Literal["anonymise", "delete"] = word(
        "What happens then: personal data are taken out of the record, or the record goes.", required=True, rule=FINAL
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Element):
    """Attributes that lists filter and sort by together."""

    shorthand: ClassVar[str | None] = "of"

    of: tuple[str, ...] = word(
        "Attributes in order.", required=True, refers="member", merge=ListMerge.ATOMIC, single=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiBinding(Element):
    """How the entity appears in the TM Forum API."""

    tmf: str | None = word("Number of the specification.", default=None, rule=FINAL, example="TMF632")
    path: str | None = word(
        "Below `/tmf-api/`; absent: seen inside other resources only.", default=None, rule=FINAL, example="party/v4"
    )
    resource: str | None = word(
        "Name of the resource; default: the entity's in camelCase.", default=None, rule=FINAL, own=True
    )
    events: Literal["state", "status"] | None = word(
        "Kind of the event that tells of a new state: `state` makes `StateChangeEvent`, `status` `StatusChangeEvent`.",
        default=None,
        rule=FINAL,
    )
    state_events: Mapping[str, str] = word(
        "A further event when a state is reached, by the state's value.",
        rule=EXTEND,
        example="{resolved: Resolved, pending: InformationRequired}",
    )
    operations: frozenset[Literal["get", "create", "patch", "delete"]] = word(
        "What clients may do; empty means all.", rule=TIGHTEN, narrower=SUBSET, empty_is_all=True
    )
    nest: Mapping[str, str] = word(
        "Attributes that the API shows deeper: `object.name`; `list[].name` in a list of one object; further names "
        "after commas show the same value.",
        rule=EXTEND,
        refers="member",
        example="{phone: characteristic.phoneNumber}",
    )
    related_party: Mapping[str, str] = word(
        "Role in `relatedParty[]` of each relation to a party.",
        rule=EXTEND,
        refers="relation",
        example="{customer: customer}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Document):
    """A business object: from it come table, screens, API, history."""

    kind: ClassVar[str] = "entity"
    folder: ClassVar[str] = "entities"
    is_subject: ClassVar[bool] = True

    is_a: str | None = word(
        "Its supertype, whose attributes, relations and table it shares.",
        default=None,
        rule=FINAL,
        refers="entity",
        own=True,
    )
    abstract: bool = word("Has no records of its own, only its subtypes have.", default=False, rule=FINAL, own=True)
    label: Label = word("One of them, as people read it.", own=True)
    plural: Label = word("Several of them, as people read it.", own=True)
    label_new: Label = word('A new one of them, as buttons and titles say it: "New customer".', own=True)
    help: Label = word("What it is.", own=True)
    icon: str | None = word("Icon in menus and lists.", default=None, among="icon")
    domain: Literal["party", "product", "sales", "service", "channel", "campaign", "common"] | None = word(
        "Part of the business that gap analysis counts it in, and that a ceiling may be set for; subtypes share it.",
        default=None,
        rule=FINAL,
    )
    title: str | None = word("Attribute that names a record.", default=None, refers="attribute")
    closed: bool = word(
        "The API refuses attributes that are not declared instead of keeping them.",
        default=False,
        rule=TIGHTEN,
        narrower=TRUTH,
    )
    attributes: Mapping[str, Attribute] = word("Values of a record by name.")
    relations: Mapping[str, Relation] = word("References to other records by name.")
    lifecycle: Lifecycle | None = word("States and the steps between them.", default=None)
    identity: Identity | None = word("How duplicates are found.", default=None)
    history: bool = word("Each change keeps old and new value.", default=False, rule=TIGHTEN, narrower=TRUTH)
    retention: Retention | None = word("When personal data must go.", default=None)
    indexes: Mapping[str, Index] = word("What lists filter and sort by together.")
    api: ApiBinding | None = word("Its place in the TM Forum API.", default=None)
    reference_data: str | None = word(
        "CSV file beside the document that fills it.",
        default=None,
        own=True,
        instead="take it away, and load the file with a feed",
    )

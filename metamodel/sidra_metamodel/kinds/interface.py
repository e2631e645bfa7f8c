"""Kind `interface`: a border of the system; the words of each kind of interface are in `kinds/interfaces/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from sidra_metamodel.kinds.interfaces.channel import Inbound, Medium, Outbound
from sidra_metamodel.kinds.interfaces.connector import Auth, Circuit, FromEnvironment, Operation
from sidra_metamodel.kinds.interfaces.feed import FeedField, QualityRule
from sidra_metamodel.language import Document, Label, word
from sidra_metamodel.traits import FINAL, LATER, TIGHTEN, ListMerge, Scoping


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Document):
    """A border of the system: a feed, an API, another system that is asked or told, or a way to talk to customers."""

    kind: ClassVar[str] = "interface"
    folder: ClassVar[str] = "interfaces"

    kind_: Literal["feed", "api", "connector", "channel", "webhook"] = word("What it is.", required=True, rule=FINAL)
    label: Label = word("As people read it.")
    direction: Literal["in"] | None = word("Which way records go.", default=None, rule=FINAL, of_kind=("feed",))
    format: Literal["csv", "ndjson", "excel"] | None = word("Format of the file.", default=None, of_kind=("feed",))
    sheet: str | None = word(
        "The sheet of a workbook of Excel; default: the first. Its columns are named in the first row that names all "
        "that the feed reads.",
        default=None,
        of_kind=("feed",),
    )
    delimiter: str | None = word(
        "The character that separates columns of a CSV file; default: comma.", default=None, of_kind=("feed",)
    )
    encoding: str | None = word("Encoding of the file; default: utf-8.", default=None, of_kind=("feed",))
    into: str | None = word(
        "Entity of the records.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SOURCE,
        of_kind=("feed",),
    )
    key: str | None = word(
        "Attribute by which a record is found again.",
        default=None,
        rule=FINAL,
        refers="attribute",
        of_kind=("feed",),
    )
    map: Mapping[str, FeedField] = word("Source of each attribute and relation.", refers="member", of_kind=("feed",))
    quality: Mapping[str, QualityRule] = word("What a row must fulfil.", of_kind=("feed",))
    on_reject: Literal["quarantine"] = word(
        "Rejected rows are kept with their reasons, to be corrected and replayed; there is no other way yet.",
        default="quarantine",
        rule=FINAL,
        of_kind=("feed",),
    )
    commit_every: int | None = word(
        "Rows in one transaction; default: 500.",
        default=None,
        environment=True,
        least=1,
        most=10_000,
        of_kind=("feed",),
    )
    schedule: str | None = word(
        "When it runs by itself.",
        default=None,
        instead="take it away, and let the system's scheduler run `sidra feed run`",
        of_kind=("feed",),
    )
    path: str | None = word("Below `/tmf-api/`.", default=None, rule=FINAL, example="party/v4", of_kind=("api",))
    tmf: str | None = word("Number of the specification.", default=None, rule=FINAL, of_kind=("api",))
    mode: Literal["lenient", "strict"] = word(
        "How exact clients must be.", default="lenient", rule=TIGHTEN, narrower=LATER, of_kind=("api",)
    )
    page_size: int | None = word(
        "Records of a page when the client names no limit; default: 20.", default=None, of_kind=("api",)
    )
    max_page_size: int | None = word(
        "Greatest `limit`; default: 1000.", default=None, environment=True, of_kind=("api",)
    )
    protocol: str = word(
        "How the other system is spoken to; a channel says `simulator`, or what a plugin adds.",
        default="rest",
        among="protocol",
        of_kind=("connector", "channel"),
    )
    base_url: FromEnvironment | None = word(
        "Where the other system is; `{affiliate}` in the value stands for the affiliate's name.",
        default=None,
        environment=True,
        of_kind=("connector",),
    )
    internal: bool = word(
        "Its name may lead to an address of the company's own network.",
        default=False,
        environment=True,
        of_kind=("connector", "webhook"),
    )
    auth: Auth | None = word(
        "How it is told who asks; default: not.", default=None, environment=True, of_kind=("connector",)
    )
    timeout: timedelta = word(
        "How long one try may take.", default=timedelta(seconds=2), environment=True, of_kind=("connector",)
    )
    retries: int = word(
        "How often a `get` is tried again.", default=2, least=0, most=5, environment=True, of_kind=("connector",)
    )
    circuit: Circuit | None = word(
        "When a system that fails is left alone; default: after 5 failures, for 30 s.",
        default=None,
        environment=True,
        of_kind=("connector",),
    )
    simulator: str | None = word(
        "What plays it in demonstrations and tests.", default=None, refers="simulator", of_kind=("connector", "channel")
    )
    operations: Mapping[str, Operation] = word("What it can be asked.", removable=True, of_kind=("connector",))
    medium: Medium | None = word("What customers use.", default=None, rule=FINAL, of_kind=("channel",))
    inbound: Inbound | None = word(
        "What becomes of what arrives; absent: nothing arrives by it.", default=None, of_kind=("channel",)
    )
    outbound: Outbound | None = word(
        "How it is answered; absent: nothing is sent by it.", default=None, of_kind=("channel",)
    )
    window: timedelta | None = word(
        "How long after the customer's last message an answer may be sent; default: for ever.",
        default=None,
        of_kind=("channel",),
    )
    quiet: str | None = word(
        "The calendar in whose hours nothing is sent but answers to messages of the last hour.",
        default=None,
        refers="calendar",
        of_kind=("channel",),
    )
    consent: str | None = word(
        "The purpose to which a customer must have consented before they are written to unasked.",
        default=None,
        of_kind=("channel",),
    )
    events: tuple[str, ...] = word(
        "Types of the events that are told; default: all that the query lets through.",
        merge=ListMerge.ATOMIC,
        single=True,
        of_kind=("webhook",),
        example="TroubleTicketStatusChangeEvent",
    )
    query: str | None = word(
        "Which of them, by the names and comparisons of lists.",
        default=None,
        of_kind=("webhook",),
        example="event.troubleTicket.severity=high",
    )
    url: FromEnvironment | None = word(
        "Where they are sent; `{affiliate}` in the value stands for the affiliate's name.",
        default=None,
        environment=True,
        of_kind=("webhook",),
    )
    secret: FromEnvironment | str | None = word(
        "What they are signed with: `{environment: …}`, never the secret itself.",
        default=None,
        environment=True,
        of_kind=("webhook",),
    )
    links: FromEnvironment | None = word(
        "Where clients find this server: `href` in events begins with it; default: hrefs have no host.",
        default=None,
        environment=True,
        of_kind=("webhook",),
    )
    role: str | None = word(
        "As whom the records are read: what this role may not see is not told.",
        default=None,
        rule=FINAL,
        refers="role",
        of_kind=("webhook",),
    )

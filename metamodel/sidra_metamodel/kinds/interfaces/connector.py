"""Connectors: other systems that are asked while a person waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

from sidra_metamodel.language import Element, Label, word
from sidra_metamodel.traits import FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEnvironment(Element):
    """A value that the operator gives, never YAML."""

    environment: str = word("The variable of the environment that holds it.", required=True, example="BILLING_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth(Element):
    """How a connector shows who asks."""

    kind_: Literal["none", "basic", "bearer", "oauth2_client"] = word("In what way.", required=True)
    user: FromEnvironment | None = word("The name that signs in.", default=None, of_kind=("basic",))
    client: FromEnvironment | None = word(
        "The client's id; default: the connector's name.", default=None, of_kind=("oauth2_client",)
    )
    # A text is of no wrong form, so that it is refused as the secret that it is and shown nowhere.
    secret: FromEnvironment | str | None = word(
        "The password, token or client secret: `{environment: …}`, never the secret itself.",
        default=None,
        of_kind=("basic", "bearer", "oauth2_client"),
    )
    token_path: str = word(
        "Where a token is had, below the base address.", default="/oauth2/token", of_kind=("oauth2_client",)
    )
    scope: str | None = word("What a token is asked for.", default=None, of_kind=("oauth2_client",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit(Element):
    """When a system that fails is left alone. Each process of a server counts for itself."""

    failures: int = word("Failures one after the other.", default=5, least=1, most=1000)
    open_for: timedelta = word("How long it is left alone before one call tries again.", default=timedelta(seconds=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Element):
    """A value that an operation needs."""

    shorthand: ClassVar[str | None] = "type"

    type: str = word("Its type.", required=True, refers="type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Element):
    """A value of each answer; named like an attribute of the entity that the operation is `of`, it is read as that."""

    shorthand: ClassVar[str | None] = "path"

    path: str = word(
        "Where it stands in an answer: a JSONPath (RFC 9535), the leading `$.` may be left out.",
        required=True,
        example="amountDue.value",
    )
    type: str | None = word(
        "Its type; default: that of the attribute of its name, else `string`.", default=None, refers="type"
    )
    enum: str | None = word("Its code list.", default=None, refers="enum")
    lookup: Mapping[str, str] = word("The value for each text of the answer; a text that is not here stays as it is.")
    label: Label = word("As people read it; default: that of the attribute of its name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Element):
    """One thing that a connector can be asked; exactly one of `get` and `post`."""

    label: Label = word("As people read it.")
    of: str | None = word(
        "Entity whose grants decide who sees the answers: values are seen as its attributes of the same names are.",
        default=None,
        rule=FINAL,
        refers="entity",
    )
    takes: Mapping[str, Taken] = word("Values that it needs.", removable=True)
    get: str | None = word(
        "Path and query below the base address; `{name}` stands for what it takes.",
        default=None,
        example="/customerBill?billingAccount.id={account}",
    )
    post: str | None = word("The same, for what changes something: it is never repeated, nor kept.", default=None)
    body: Mapping[str, str] = word("What is posted: a JSON object of texts, `{name}` for what it takes.")
    each: str | None = word(
        "JSONPath of the answers within what comes back; default: the whole is one.", default=None, example="$[*]"
    )
    returns: Mapping[str, Returned] = word("Values of each answer.", removable=True)
    cache: timedelta | None = word(
        "How long an answer serves anew; default: not at all.", default=None, environment=True, example="60s"
    )

"""Who a subscription belongs to, and with what rights its events are read at the moment they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidra.access.actor import Actor
from sidra.access.hashing import hashed

if TYPE_CHECKING:
    from sidra.access.entrance import Entrance
    from sidra_metamodel.model import Model

TOKEN, ACCOUNT, WEBHOOK = "token:", "account:", "webhook:"


def client_of(actor: Actor, bearer: str) -> str:
    """The client that acts: a token by its hash, a person in a session by the account."""
    return f"{TOKEN}{hashed(bearer).hex()}" if bearer else f"{ACCOUNT}{actor.id}"


def actor_of(client: str, entrance: Entrance, model: Model) -> Actor | None:
    """Who a client is now; None where the token ended, the account is disabled or the webhook is not declared."""
    kind, _, key = client.partition(":")
    match f"{kind}:":
        case "token:":
            return entrance.tokens.actor_of(bytes.fromhex(key))
        case "account:":
            account = entrance.accounts.get(key)
            return account.actor(entrance.affiliate) if account is not None else None
    webhook = model.interfaces.get(key)
    if webhook is None or webhook.kind_ != "webhook" or webhook.role is None:
        return None
    return Actor(client, client, frozenset({webhook.role}), locale=model.locales[0], affiliate=entrance.affiliate)

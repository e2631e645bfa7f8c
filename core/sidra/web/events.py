"""Subscriptions over HTTP: `/{affiliate}/tmf-api/{api}/{version}/hub`, as TM Forum's documents have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sidra.api.faults import MethodNotAllowed
from sidra.api.service import JSON, PRIVATE, dump, load
from sidra.errors import Invalid, Problem
from sidra.events.subscribers import client_of
from sidra.web.answers import Answer
from sidra.web.visit import SAFE

if TYPE_CHECKING:
    from sidra.events.subscriptions import Subscription
    from sidra.web.visit import Visit

HUB = "hub"
COLLECTION, ITEM = 6, 7
"""Parts of an address with a hub at its end, and of one with a subscription."""
TAKEN = frozenset({"callback", "query"})

Body = Callable[[], bytes]


def respond_events(visit: Visit, parts: Sequence[str], body: Body, base: str) -> Answer | None:
    """What a request about events gets; None where it is about something else. Raises SidraError."""
    if len(parts) not in {COLLECTION, ITEM} or parts[5] != HUB:
        return None
    method, api = visit.environ["REQUEST_METHOD"], f"{parts[3]}/{parts[4]}"
    allowed = ("POST",) if len(parts) == COLLECTION else (*sorted(SAFE), "DELETE")
    if method not in allowed:
        raise MethodNotAllowed(f"no {method[:20]} here", allowed=allowed)
    if method == "POST":
        return _subscribe(visit, api, load(body()), base)
    events = visit.runtime.events
    found = events.own(client_of(visit.actor, visit.bearer_token), api, parts[6])
    if method != "DELETE":
        return Answer(HTTPStatus.OK, [JSON, PRIVATE], dump(_shown(found)))
    events.subscriptions.remove(found)
    return Answer(HTTPStatus.NO_CONTENT, [], b"")


def _subscribe(visit: Visit, api: str, given: Any, base: str) -> Answer:  # noqa: ANN401 - JSON of any shape
    callback, query = _read(given)
    client = client_of(visit.actor, visit.bearer_token)
    made, secret = visit.runtime.events.subscribe(
        visit.records, client, api, callback, query, base, has_loopback=visit.sites.has_loopback
    )
    where = ("Location", f"{base}{api}/{HUB}/{made.id}")
    return Answer(HTTPStatus.CREATED, [JSON, PRIVATE, where], dump({**_shown(made), "secret": secret}))


def _read(given: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    if not isinstance(given, dict):
        raise Invalid([Problem("R602", "", "a subscription is a JSON object", 'write {"callback": "https://…"}')])
    problems = [Problem("R611", str(name)[:60], "there is no such attribute") for name in given.keys() - TAKEN]
    if not given.get("callback"):
        problems.append(Problem("R601", "callback", "a value is needed", "give the address that events are posted to"))
    texts = {name: given.get(name) or "" for name in sorted(TAKEN)}
    problems += [Problem("R602", name, "a text in quotes") for name, one in texts.items() if not isinstance(one, str)]
    if problems:
        raise Invalid(problems)
    return texts["callback"], texts["query"].removeprefix("?")


def _shown(subscription: Subscription) -> dict[str, str]:
    found = {"id": subscription.id, "callback": subscription.callback}
    return {**found, "query": subscription.query} if subscription.query else found

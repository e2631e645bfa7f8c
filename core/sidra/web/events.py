"""Events over HTTP, as TM Forum has it: `/{api}/{version}/hub` to subscribe, `/event/v4/topic` to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sidra.api.faults import MethodNotAllowed
from sidra.api.parameters import read_parameters
from sidra.api.service import JSON, PRIVATE, dump, load
from sidra.errors import BadQuery, Invalid, NotFound, Problem
from sidra.events.subscribers import client_of
from sidra.events.topics import DIGITS, LIMIT, PATH, Topics
from sidra.web.answers import Answer
from sidra.web.visit import SAFE

if TYPE_CHECKING:
    from sidra.events.subscriptions import Subscription
    from sidra.web.visit import Visit

HUB, TOPIC, EVENT = "hub", "topic", "event"
COLLECTION, ITEM = 6, 7
"""Parts of an address with a hub at its end, and of one with a subscription."""
TAKEN = frozenset({"callback", "query"})

Body = Callable[[], bytes]


def is_of_events(parts: Sequence[str]) -> bool:
    """Whether a request is about events: by the parts of its address between slashes."""
    if len(parts) < COLLECTION:
        return False
    is_hub = parts[5] == HUB and len(parts) <= ITEM
    return is_hub or (parts[5] == TOPIC and "/".join(parts[3:6]) == PATH)


def respond_events(visit: Visit, parts: Sequence[str], body: Body, base: str) -> Answer:
    """What a request about events gets; raises SidraError."""
    if "/".join(parts[3:6]) == PATH:
        return _topics(visit, parts[6:], base)
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


def _topics(visit: Visit, names: Sequence[str], base: str) -> Answer:
    """What can be read of events: `names` are a topic, `event` and an event, or the first of these."""
    method = visit.environ["REQUEST_METHOD"]
    if method not in SAFE:
        raise MethodNotAllowed(f"no {method[:20]} here", allowed=tuple(sorted(SAFE)))
    if names[1:2] not in ([], [EVENT]) or len(names) > len(("topic", EVENT, "id")):
        raise NotFound("there is no such resource", hint=f"an address is {PATH}/{{id}}/{EVENT}/{{id}}")
    topics = Topics(visit.runtime.events, visit.records, base)
    match names:
        case []:
            found: Any = topics.all()
        case [topic]:
            found = topics.get(topic)
        case [topic, _, event]:
            found = topics.event(topic, event)
        case _:
            return _page(visit, topics, names[0], f"{base}{PATH}/{names[0]}/{EVENT}")
    return Answer(HTTPStatus.OK, [JSON, PRIVATE], dump(found))


def _page(visit: Visit, topics: Topics, topic: str, address: str) -> Answer:
    given = {one.name: one.text for one in read_parameters(visit.environ.get("QUERY_STRING", ""))}
    if unknown := sorted(given.keys() - {"cursor", "limit"}):
        raise BadQuery(f"no attribute `{unknown[0][:60]}`", hint="events of a topic take: cursor, limit")
    limit = given.get("limit", str(LIMIT))
    if not (limit.isascii() and limit.isdecimal()):
        raise BadQuery("`limit` is a whole number", hint="follow the link `next`")
    page = topics.events(topic, given.get("cursor", ""), int(limit[:DIGITS]))
    headers = [JSON, PRIVATE, ("X-Result-Count", str(len(page.events)))]
    if page.next is not None:
        headers.append(("Link", f'<{address}?limit={limit}&cursor={page.next}>; rel="next"'))
    return Answer(HTTPStatus.OK, headers, dump(page.events))


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

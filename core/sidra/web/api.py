"""The API over HTTP: addresses taken apart, one table of methods.

It needs nothing of Pyramid, whose routes, views and requests cost as much as reading a record does: the application
hands over what begins with `/{affiliate}/tmf-api/` before Pyramid sees it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus

from sidra.access.sessions import is_csrf_token
from sidra.api.calls import Call, Reply
from sidra.api.faults import MethodNotAllowed, NotAcceptable, UnsupportedMedia
from sidra.api.schemas import schema_of
from sidra.api.service import PRIVATE, Api, base_url, dump
from sidra.api.shapes import SCHEMA_SUFFIX, SCHEMAS, Shape
from sidra.api.tasks import TASK_ITEMS, TASKS, Task, read_task
from sidra.errors import Forbidden, NotFound
from sidra.records.service import Records
from sidra.web.answers import Answer, Environ
from sidra.web.bodies import read_body
from sidra.web.descriptions import is_description, respond_description
from sidra.web.events import is_of_events, respond_events
from sidra.web.faults import fault_of, json_answer
from sidra.web.log import log_request
from sidra.web.sites import Sites
from sidra.web.visit import SAFE, Visit

ROOT = "tmf-api"
SCHEMA_PARTS, COLLECTION_PARTS, ITEM_PARTS = 5, 6, 7
"""Of an address: nothing before the first slash, affiliate, `tmf-api`, API, version, resource, and perhaps an id."""

JSON = frozenset({"application/json"})
JSON_SCHEMA = ("Content-Type", "application/schema+json")
MERGE_PATCH = frozenset({"application/json", "application/merge-patch+json"})
TAKES = {"POST": JSON, "PATCH": MERGE_PATCH}
ANY_JSON = frozenset({"application/json", "application/*", "*/*"})
PLAIN_ACCEPT = frozenset({"", "*/*", "application/json"})
NOT_AT_ALL = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})

ITEM: Mapping[str, Callable[[Api, Call, str], Reply]] = {
    "GET": Api.get,
    "HEAD": Api.get,
    "PATCH": Api.patch,
    "DELETE": Api.delete,
}
COLLECTION: Mapping[str, Callable[[Api, Call], Reply]] = {"GET": Api.find, "HEAD": Api.find, "POST": Api.create}


class ApiVisit(Visit):
    """A request of the API."""

    def __init__(self, environ: Environ, named: str, sites: Sites) -> None:
        self.environ, self.named, self.sites = environ, named, sites


class Gateway:
    """Answers whatever begins with `/{affiliate}/tmf-api`; never raises."""

    visit = ApiVisit

    def __init__(self, sites: Sites, *, refresh: Callable[[], None] | None, is_logged: bool) -> None:
        self._sites, self._refresh, self._is_logged = sites, refresh, is_logged

    def __call__(self, environ: Environ, parts: Sequence[str]) -> Answer:
        """The answer to a request; `parts` are those of its address between slashes."""
        began = time.perf_counter()
        visit = self.visit(environ, parts[1], self._sites)
        try:
            if self._refresh is not None:
                self._refresh()
            try:
                answer = respond(visit, parts)
            except Exception as error:
                if not visit.renews(error):
                    raise
                answer = respond(self.visit(environ, parts[1], self._sites), parts)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the client gets an answer
            answer = json_answer(fault_of(error, visit.reference))
        if self._is_logged:
            name = "api_item" if len(parts) == ITEM_PARTS else "api_collection"
            log_request(visit, name, answer.status_code, time.perf_counter() - began)
        return answer


def respond(visit: Visit, parts: Sequence[str]) -> Answer:
    """What a request of the API gets; raises SidraError where it is wrong."""
    environ, runtime, records = visit.environ, visit.runtime, visit.records
    method = environ["REQUEST_METHOD"]
    if method not in SAFE:
        _check_form_token(visit)
    if len(parts) == SCHEMA_PARTS and parts[3] == SCHEMAS:
        return _schema(environ, visit.site.api(runtime), parts[1], parts[4])
    if is_description(parts):
        return respond_description(visit, parts)
    if is_of_events(parts):
        return respond_events(visit, parts, partial(_body, environ, JSON), _base(environ, parts[1]))
    if len(parts) not in {COLLECTION_PARTS, ITEM_PARTS}:
        raise NotFound("there is no such resource", hint="an address is /{affiliate}/tmf-api/{api}/v4/{resource}")
    api, location = visit.site.api(runtime), f"{parts[3]}/{parts[4]}/{parts[5]}"
    if location in TASKS:
        return _task(environ, api, records, parts)
    shape = api.shape(location)
    reply = (
        _collection(method)(api, _call(environ, records, shape, parts[1]))
        if len(parts) == COLLECTION_PARTS
        else _item(method)(api, _call(environ, records, shape, parts[1]), parts[6])
    )
    return Answer(reply.status, reply.headers, reply.body)


def _task(environ: Environ, api: Api, records: Records, parts: Sequence[str]) -> Answer:
    """What a task answers: it is asked for by POST, and some can be read again."""
    location, method = "/".join(parts[3:6]), environ["REQUEST_METHOD"]
    base, show = _base(environ, parts[1]), TASK_ITEMS.get(location)
    if len(parts) == ITEM_PARTS:
        if show is None:
            raise NotFound("this task is not kept", hint="ask for it by POST")
        if method not in SAFE:
            raise MethodNotAllowed(f"no {method[:20]} here", allowed=tuple(sorted(SAFE)))
        reply = show(Task(api, records, base), parts[6])
    elif method == "POST":
        reply = TASKS[location](read_task(api, records, base, _body(environ, JSON)))
    else:
        raise MethodNotAllowed(f"no {method[:20]} here", allowed=("POST",))
    return Answer(reply.status, reply.headers, reply.body)


def _schema(environ: Environ, api: Api, affiliate: str, name: str) -> Answer:
    """The JSON Schema of a type, to which `@schemaLocation` leads."""
    if environ["REQUEST_METHOD"] not in SAFE:
        raise MethodNotAllowed("a schema is only read", allowed=tuple(sorted(SAFE)))
    schema = schema_of(api.shapes, name.removesuffix(SCHEMA_SUFFIX), _base(environ, affiliate))
    return Answer(HTTPStatus.OK, [JSON_SCHEMA, PRIVATE], dump(schema))


def _base(environ: Environ, affiliate: str) -> str:
    fallback = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return base_url(environ["wsgi.url_scheme"], environ.get("HTTP_HOST", fallback), fallback, affiliate)


def _call(environ: Environ, records: Records, shape: Shape, affiliate: str) -> Call:
    """The request in plain values; a body is read only where the method takes one."""
    accept = environ.get("HTTP_ACCEPT", "")
    if accept not in PLAIN_ACCEPT:
        _check_accept(accept)
    takes = TAKES.get(environ["REQUEST_METHOD"])
    return Call(
        records,
        shape,
        _base(environ, affiliate),
        environ.get("QUERY_STRING", ""),
        _body(environ, takes) if takes else b"",
        environ.get("HTTP_IF_MATCH"),
        environ.get("HTTP_IF_NONE_MATCH", ""),
        environ.get("HTTP_PREFER", ""),
    )


def _item(method: str) -> Callable[[Api, Call, str], Reply]:
    handle = ITEM.get(method)
    if handle is None:
        raise MethodNotAllowed(f"no {method[:20]} here", allowed=tuple(ITEM))
    return handle


def _collection(method: str) -> Callable[[Api, Call], Reply]:
    handle = COLLECTION.get(method)
    if handle is None:
        raise MethodNotAllowed(f"no {method[:20]} here", allowed=tuple(COLLECTION))
    return handle


def _check_form_token(visit: Visit) -> None:
    """A browser sends its cookie of its own accord, so a change by cookie needs the token of our own pages."""
    if "HTTP_AUTHORIZATION" in visit.environ:
        return
    if not is_csrf_token(visit.session_token, visit.environ.get("HTTP_X_CSRF_TOKEN", "")):
        raise Forbidden("the token of the session's forms is missing", hint="send it as X-CSRF-Token, or use a token")


def _body(environ: Environ, takes: frozenset[str]) -> bytes:
    given: str = environ.get("CONTENT_TYPE") or ""
    if given not in takes and given.partition(";")[0].strip().lower() not in takes:
        raise UnsupportedMedia(f"a body of type `{given[:60]}` is not read", hint=f"send {' or '.join(sorted(takes))}")
    return read_body(environ)


def _check_accept(accept: str) -> None:
    for part in accept.split(","):
        kind, _, quality = part.partition(";")
        if kind.strip().lower() in ANY_JSON and quality.replace(" ", "") not in NOT_AT_ALL:
            return
    raise NotAcceptable("the answer is JSON, which the client does not take", hint="send Accept: application/json")

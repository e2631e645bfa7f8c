"""The API over HTTP: two routes for all resources, one table of methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.api.faults import MethodNotAllowed, NotAcceptable, UnsupportedMedia
from sidra.api.service import Api, Call, Reply, base_url
from sidra.errors import NotFound
from sidra.web.answers import Answer
from sidra.web.bodies import read_body
from sidra.web.request import Request

MERGE_PATCH = frozenset({"application/json", "application/merge-patch+json"})
JSON = frozenset({"application/json"})
ANY_JSON = frozenset({"application/json", "application/*", "*/*"})
PLAIN_ACCEPT = frozenset({"", "*/*", "application/json"})


def includeme(config: Configurator) -> None:
    """Collections, items, and a 404 in JSON for every other address below `tmf-api`."""
    prefix = "/{affiliate}/tmf-api/{api}/{version}/{resource}"
    for name, pattern, view in (
        ("api_item", f"{prefix}/{{id}}", item_view),
        ("api_collection", prefix, collection_view),
        ("api_other", "/{affiliate}/tmf-api*rest", other_view),
    ):
        config.add_route(name, pattern)
        config.add_view(view, route_name=name, permission=NO_PERMISSION_REQUIRED)


def item_view(request: Request) -> Answer:
    """One record."""
    api, environ = _api(request), request.environ
    method = environ["REQUEST_METHOD"]
    handle = ITEM.get(method)
    if handle is None:
        raise _no_method(method, ITEM)
    return _answer(handle(api, _call(request, api, environ), request.matchdict["id"]))


def collection_view(request: Request) -> Answer:
    """All records of a resource."""
    api, environ = _api(request), request.environ
    method = environ["REQUEST_METHOD"]
    handle = COLLECTION.get(method)
    if handle is None:
        raise _no_method(method, COLLECTION)
    return _answer(handle(api, _call(request, api, environ)))


def other_view(request: Request) -> Answer:
    """Nothing; but strangers learn no more than that they are."""
    _ = request.actor
    raise NotFound("there is no such resource", hint="an address is /{affiliate}/tmf-api/{api}/v4/{resource}")


ITEM: Mapping[str, Callable[[Api, Call, str], Reply]] = {
    "GET": Api.get,
    "HEAD": Api.get,
    "PATCH": Api.patch,
    "DELETE": Api.delete,
}
COLLECTION: Mapping[str, Callable[[Api, Call], Reply]] = {"GET": Api.find, "HEAD": Api.find, "POST": Api.create}
TAKES = {"POST": JSON, "PATCH": MERGE_PATCH}


def _api(request: Request) -> Api:
    return request.site.api(request.runtime)


def _call(request: Request, api: Api, environ: dict[str, Any]) -> Call:
    records, match = request.records, request.matchdict
    shape = api.shape(f"{match['api']}/{match['version']}/{match['resource']}")
    _check_accept(environ.get("HTTP_ACCEPT", ""))
    fallback = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    base = base_url(environ["wsgi.url_scheme"], environ.get("HTTP_HOST", fallback), fallback, match["affiliate"])
    takes = TAKES.get(environ["REQUEST_METHOD"])
    return Call(
        records,
        shape,
        base,
        environ.get("QUERY_STRING", ""),
        _body(environ, takes) if takes else b"",
        environ.get("HTTP_IF_MATCH", ""),
        environ.get("HTTP_IF_NONE_MATCH", ""),
        environ.get("HTTP_PREFER", ""),
    )


def _body(environ: dict[str, Any], takes: frozenset[str]) -> bytes:
    given: str = environ.get("CONTENT_TYPE") or ""
    kind = given.partition(";")[0].strip().lower()
    if kind not in takes:
        raise UnsupportedMedia(f"a body of type `{kind[:60]}` is not read", hint=f"send {' or '.join(sorted(takes))}")
    return read_body(environ)


def _check_accept(accept: str) -> None:
    if accept in PLAIN_ACCEPT:
        return
    for part in accept.split(","):
        kind, _, quality = part.partition(";")
        if kind.strip().lower() in ANY_JSON and quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            return
    raise NotAcceptable("the answer is JSON, which the client does not take", hint="send Accept: application/json")


def _no_method(method: str, known: Mapping[str, object]) -> MethodNotAllowed:
    return MethodNotAllowed(f"no {method[:20]} here", allowed=tuple(known))


def _answer(reply: Reply) -> Answer:
    return Answer(reply.status, reply.headers, reply.body)

"""The API of one affiliate: what each method does with a resource, in plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson

from sidra.api.bodies import Misread, Values, entity_of, in_client_words, merged, read_values
from sidra.api.calls import Call, Reply
from sidra.api.documents import Document, Documents, Reading, plain
from sidra.api.faults import MethodNotAllowed, PreconditionFailed
from sidra.api.flat import ReadFlat, compile_flat
from sidra.api.openapi.service import Descriptions
from sidra.api.pages import page_headers, page_status
from sidra.api.queries import ListRequest, read_item_request, read_list_request
from sidra.api.references import References
from sidra.api.selection import Selection
from sidra.api.shapes import Shape, Shapes
from sidra.errors import BadQuery, Conflict, Invalid, NotFound, Outdated, Problem
from sidra.identity.deciding import where_now
from sidra.records.bounded import Bounded
from sidra.records.changing import Changes
from sidra.records.listing import Listing
from sidra.records.query import Query
from sidra.records.readers import Row
from sidra.records.record import Count
from sidra.store.database import Connection
from sidra.store.limiting import TookTooLong

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View
    from sidra.runtime import Runtime

JSON = ("Content-Type", "application/json")
PRIVATE = ("Cache-Control", "no-store")
MAX_DOCUMENTS = 4096
MAX_REQUESTS, MAX_KEPT_CHARACTERS = 1024, 500
"""Query strings that are remembered, and how long one may be to be."""
MAX_LISTINGS = 256
METHODS = {"get": ("GET", "HEAD"), "create": ("POST",), "patch": ("PATCH",), "delete": ("DELETE",)}


class Api:
    """The resources of one Runtime; made once for each, immutable but for its caches."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.shapes = Shapes(runtime.model)
        self.descriptions = Descriptions(runtime, self.shapes)
        # A view is the same object as long as its Runtime remembers it.
        self._documents: Bounded[View, Documents] = Bounded(MAX_DOCUMENTS)
        self._readers: Bounded[tuple[View, bool], ReadFlat] = Bounded(MAX_DOCUMENTS)
        self._requests: Bounded[tuple[str, str], ListRequest] = Bounded(MAX_REQUESTS)
        # With the request beside it, so that its identity is no other's meanwhile.
        self._listings: Bounded[tuple[View, int], tuple[ListRequest, Listing]] = Bounded(MAX_LISTINGS)

    def shape(self, location: str) -> Shape:
        """The shape of the resource at `party/v4/individual`; raises NotFound."""
        found = self.shapes.resources.get(location)
        if found is None:
            raise NotFound(f"no resource `{location[:80]}`", hint="see the reference of the API")
        return found

    def get(self, call: Call, id: str) -> Reply:
        """One record: 200, or 304 where the client has this very document already; 307 to what it became part of."""
        require(call.shape, "get")
        selection = read_item_request(call.query, call.shape) if call.query else None
        try:
            row, documents = self._row(call, id)
        except NotFound:
            if (onward := self._onward(call, id)) is not None:
                return onward
            raise
        body = dump(self._document(call, documents, row, selection))
        tag = entity_tag(documents.version(row), body)
        if call.if_none_match and tag in call.if_none_match:
            return Reply(304, [("ETag", tag), PRIVATE])
        return Reply(200, [JSON, PRIVATE, ("ETag", tag)], body)

    def find(self, call: Call) -> Reply:
        """A page of records: 206 where the client asked for a part and got one, else 200."""
        require(call.shape, "get")
        asked = self._asked(call)
        view = call.records.readable(call.shape.entity.name)
        listing = self._listing(view, asked)
        with call.records.connected() as connection:
            asked_rows = listing.ask(call.records, connection)
            count = _count(call, listing, connection)
            found = listing.rows(call.records, connection, asked_rows)
        documents = self._many(call, view, found.rows, asked.selection)
        headers = [JSON, PRIVATE, *page_headers(call, asked, found, count)]
        return Reply(page_status(asked, found, count), headers, dump(documents))

    def _asked(self, call: Call) -> ListRequest:
        """What a query string asks for: clients repeat theirs, and it means the same as long as the Model does."""
        query, shape = call.query, call.shape
        if len(query) > MAX_KEPT_CHARACTERS:
            return read_list_request(query, shape, self.shapes)
        return self._requests.get((shape.location, query), lambda: read_list_request(query, shape, self.shapes))

    def _listing(self, view: View, asked: ListRequest) -> Listing:
        """The list that a request asks for. Requests are remembered, so that one stands for what it asks."""
        kept = self._listings.get((view, id(asked)), lambda: (asked, Listing(view, _query(asked))))
        return kept[1]

    def create(self, call: Call) -> Reply:
        """A new record: 201 and where it is."""
        require(call.shape, "create")
        shape, values = call.shape, self._flat(call, creating=True)
        if values is None:
            body = load(call.body)
            shape = self.shapes.of(entity_of(body, shape, self.shapes))
            values = read_values(body, shape, self.shapes, is_strict=call.shape.manner.is_strict)
        try:
            written = call.records.write_new(shape.entity.name, values)
        except Invalid as error:
            raise in_client_words(error, shape, self.shapes) from error
        documents = self._of(written.view)
        document = self._document(call, documents, written.row, None)
        body, location = dump(document), str(document.get("href", ""))
        tag = entity_tag(documents.version(written.row), body)
        return Reply(201, [JSON, PRIVATE, ("ETag", tag), ("Location", location)], body)

    def patch(self, call: Call, id: str) -> Reply:
        """The record after a merge patch: 200; 412 where it is no longer the version that the client named."""
        require(call.shape, "patch")
        shape, flat = call.shape, self._flat(call, creating=False)
        changes = self._changes(call) if flat is None else flat
        try:
            written = call.records.write_change(shape.entity.name, id, changes, wanted_version(call))
        except Invalid as error:
            raise in_client_words(error, shape, self.shapes) from error
        except Conflict as error:
            raise precondition(call, error) from error
        documents = self._of(written.view)
        body = dump(self._document(call, documents, written.row, None))
        return Reply(200, [JSON, PRIVATE, ("ETag", entity_tag(documents.version(written.row), body))], body)

    def _flat(self, call: Call, *, creating: bool) -> Values | None:
        """What a body of plain values means; None for one that has to be read with more care."""
        shape = call.shape
        if shape.manner.is_strict:
            return None
        view = call.records.view(shape.entity.name)
        read = self._readers.get((view, creating), lambda: compile_flat(view, shape, creating=creating))
        return read(call.body, call.records.actor.locale)

    def _changes(self, call: Call) -> Changes:
        """What a merge patch changes, some of which only the record as it is can tell, inside the transaction."""
        patch, shape, is_strict = load(call.body), call.shape, call.shape.manner.is_strict
        if not isinstance(patch, dict):
            raise Invalid([Problem("R602", "", "a merge patch is a JSON object", "write {…}")])
        if not _needs_current(patch, shape):
            return read_values(patch, shape, self.shapes, is_strict=is_strict)

        def changes(view: View, row: Row) -> Values:
            documents = self._of(view)
            (current,) = documents.flat((row,), Reading(call.records, call.base))
            whole = merged(current, _without_identity(patch, current, documents.shape), documents.shape)
            return read_values(whole, documents.shape, self.shapes, is_strict=is_strict)

        return changes

    def delete(self, call: Call, id: str) -> Reply:
        """Nothing any more: 204."""
        require(call.shape, "delete")
        try:
            call.records.delete(call.shape.entity.name, id, version=wanted_version(call))
        except Conflict as error:
            raise precondition(call, error) from error
        return Reply(204, [])

    def _onward(self, call: Call, id: str) -> Reply | None:
        """The way to the record that one became part of: for now, as a merge can be taken back."""
        found = where_now(call.records, id)
        if found is None:
            return None
        address = f"{call.base}{call.shape.location}/{found[1]}"
        return Reply(307, [("Location", f"{address}?{call.query}" if call.query else address), PRIVATE])

    def _row(self, call: Call, id: str) -> tuple[Row, Documents]:
        view = call.records.readable(call.shape.entity.name)
        row = call.records.row(view, id)
        if row is None:
            raise NotFound(f"no such {call.shape.type_name}", hint="it may be gone, or not yours to see")
        return row, self._kind(call.records, view, row)

    def _kind(self, records: Records, view: View, row: Row) -> Documents:
        kind = view.compiled.kind_of(row)
        return self._of(view if kind == view.name else records.view(kind))

    def _of(self, view: View) -> Documents:
        return self._documents.get(view, lambda: Documents(self.shapes, view, self._of))

    def _document(self, call: Call, documents: Documents, row: Row, selection: Selection | None) -> Document:
        reading = Reading(call.records, call.base, selection)
        if documents.is_flat:
            (document,) = documents.flat((row,), reading)
        else:
            references = References(call.records, self.shapes, call.base)
            document = documents.whole([row], reading, references)[0]
            references.complete()
        return document if selection is None else selection.of(document)

    def _many(self, call: Call, view: View, rows: Sequence[Row], selection: Selection | None) -> list[Document]:
        reading = Reading(call.records, call.base, selection)
        if view.compiled.kind_position is None and (documents := self._of(view)).is_flat:
            whole = documents.flat(rows, reading)
            return whole if selection is None else [selection.of(document) for document in whole]
        references = References(call.records, self.shapes, call.base)
        found: list[Document | None] = [None] * len(rows)
        grouped: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            grouped.setdefault(view.compiled.kind_of(row), []).append(number)
        for numbers in grouped.values():
            documents = self._kind(call.records, view, rows[numbers[0]])
            group = [rows[number] for number in numbers]
            for number, document in zip(numbers, documents.whole(group, reading, references), strict=True):
                found[number] = document
        references.complete()
        whole = [document for document in found if document is not None]
        return whole if selection is None else [selection.of(document) for document in whole]


MAX_EXACT = 10_000
"""Matches that are counted one by one, unless the client asks for all of them."""


EXACT_SECONDS = 5.0
"""How long all of them may be counted; then it is as if the client had not asked."""


def _count(call: Call, listing: Listing, connection: Connection) -> Count:
    if "count=exact" in call.prefer:
        with suppress(TookTooLong):
            with call.records.runtime.store.limited(connection, EXACT_SECONDS):
                exact = listing.ask_count(call.records, connection, None)
            return listing.counted(exact, None)
    return listing.count(call.records, connection, MAX_EXACT)


def require(shape: Shape, operation: str) -> None:
    """Raise MethodNotAllowed where the binding does not offer an operation."""
    if operation not in shape.operations:
        allowed = tuple(method for known in sorted(shape.operations) for method in METHODS[known])
        raise MethodNotAllowed(f"{shape.type_name} has no {METHODS[operation][0]}", allowed=allowed)


def dump(document: object) -> bytes:
    """JSON; moments in UTC with `Z`."""
    return orjson.dumps(document, default=plain, option=orjson.OPT_UTC_Z)


def load(body: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """What a body means; raises Invalid where it is no JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Invalid([Problem("R602", "", f"the body is no JSON: see {place}", "send one JSON object")]) from error


def entity_tag(version: int, body: bytes) -> str:
    """The entity tag of a document as it is sent: the version of its record, and a sum of all that was written.

    What a document says depends on more than its record: on who reads it, in which language, on names of others. The
    sum is not a hash, which would cost more than the rest of the answer's headers: two documents of one version that
    differ share a tag once in four thousand million times.
    """
    return f'"{version}-{crc32(body):x}"'


_TAG = re.compile(r'\s*(?:W/)?"(\d{1,18})(?:-[0-9a-f]{1,8})?"\s*')


def wanted_version(call: Call) -> int | None:
    """The version that the client means to change; None where any will do. Raises BadQuery for what is no tag.

    A change meets the record, not what one reader sees of it, so the version alone of a tag counts here.
    """
    if call.if_match is None or call.if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(call.if_match)
    if found is None:
        raise BadQuery("`If-Match` is no entity tag of ours", hint="send the ETag of the record as you read it")
    return int(found[1])


def precondition(call: Call, error: Conflict) -> Conflict | PreconditionFailed:
    """The same error as HTTP names it: a precondition that the client made and that does not hold."""
    if not call.if_match or not isinstance(error, Outdated):
        return error
    return PreconditionFailed(error.reason, hint=error.hint or "read it again and repeat your change")


def _query(asked: ListRequest) -> Query:
    return Query(
        filters=asked.filters,
        sort=asked.sort,
        limit=asked.limit,
        after=asked.cursor,
        offset=asked.offset,
        count=False,
    )


def _needs_current(patch: Mapping[str, Any], shape: Shape) -> bool:
    """Whether a patch can be understood only beside what it changes."""
    return any(isinstance(value, dict) or name not in shape.outside for name, value in patch.items())


def _without_identity(patch: Mapping[str, Any], current: Document, shape: Shape) -> dict[str, Any]:
    """The patch without what it only repeats; raises Invalid where it would change what a record is."""
    rest = dict(patch)
    for name in ("id", "href", "@type"):
        if name in rest and rest.pop(name) != current.get(name):
            raise Misread([Problem("R612", name, "this never changes", "leave it out")])
    undeclared = {name: rest[name] for name in patch if name in rest and name not in shape.outside}
    if shape.keeps and undeclared:
        _keep(rest, undeclared, current, shape)
    return rest


def _keep(rest: dict[str, Any], undeclared: Mapping[str, Any], current: Document, shape: Shape) -> None:
    """What is not declared goes beside what is kept already, instead of in its place."""
    outside = shape.members[shape.keeps].outside
    if len(outside) > 1 or outside[0] in rest or any(name.startswith("@") for name in undeclared):
        return
    kept = {entry["name"]: entry["value"] for entry in current.get(outside[0], ())} | dict(undeclared)
    for name in undeclared:
        del rest[name]
    rest[outside[0]] = [{"name": name, "value": value} for name, value in kept.items() if value is not None]


_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9a-fA-F:.]+\](?::\d{1,5})?")


@lru_cache(maxsize=1024)
def base_url(scheme: str, host: str, fallback: str, affiliate: str) -> str:
    """Where links of an affiliate's API lead; a host that is no name of one is not repeated to the client."""
    known = host if _HOST.fullmatch(host) else fallback
    return f"{scheme}://{known.removesuffix(PORTS.get(scheme, ' '))}/{affiliate}/tmf-api/"


PORTS = {"http": ":80", "https": ":443"}
"""What an address leaves out."""

"""The endpoint with all features, written by hand for one table: what a good programmer would write instead of Sidra.

Tokens, a rule on rows, a mask, the log, the audit's chain, the history with sealed personal values, and the outbox: in
the tables that the runtime has made and in its form, so that the audit's verification takes the one's for the other's.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
import orjson
from by_hand_storage import Storage, key_of, new_id, text_of
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from customers import camel
from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

COLUMNS = [
    "id",
    "affiliate",
    "status",
    "segment",
    "given_name",
    "family_name",
    "email",
    "phone",
    "birth_date",
    "credit_score",
    "marketing_consent",
    "version",
]
SHOWN = COLUMNS[1:-1]
NAMES = tuple(map(camel, SHOWN))
PERSONAL = frozenset({"email", "phone", "birth_date"})
SEEN = frozenset({"FR", "ES", "PL"})
WHERE = "affiliate IN ('FR', 'ES', 'PL')"
MASK = "••••"
TRUSTED_SECONDS = 5.0
LANE, LANE_BITS = 900, 10
NOTHING = bytes(32)
ITEM = f"SELECT {', '.join(COLUMNS)} FROM customer WHERE id = ? AND {WHERE}"

Values = dict[str, Any]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
_pack = msgspec.msgpack.Encoder().encode


class New(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    affiliate: Annotated[str, msgspec.Meta(max_length=8)]
    status: Literal["active", "suspended", "prospect", "closed"]
    family_name: Name
    segment: Literal["mass", "premium", "youth", "senior", "soho"] = "mass"
    given_name: Name | None = None
    phone: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    birth_date: datetime.date | None = None
    credit_score: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    marketing_consent: bool = False


TYPES = get_type_hints(New, include_extras=True)
Change = msgspec.defstruct(
    "Change",
    [(name, TYPES[name] | msgspec.UnsetType, msgspec.UNSET) for name in New.__struct_fields__],
    forbid_unknown_fields=True,
    rename="camel",
)
new_decoder, change_decoder = msgspec.json.Decoder(New), msgspec.json.Decoder(Change)


class Refused(Exception):
    """A request that gets an error: its status is the argument."""


class Endpoint:
    """The customers of one affiliate."""

    def __init__(self, storage: Storage, affiliate: str) -> None:
        self.storage, self.affiliate = storage, affiliate
        self.path = f"/{affiliate}/tmf-api/customer/v4/customer"
        self._known: dict[str, tuple[str, str, float]] = {}
        self._master = AESGCM(os.urandom(32))

    def actor(self, request: Request) -> tuple[str, str]:
        """Return the id and the name of the token, which must be one of a client."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        id, name, until = self._known.get(token, ("", "", 0.0))
        if time.monotonic() < until:
            return id, name
        key = hashlib.sha256(token.encode()).digest()
        row = self.storage.one(
            "SELECT id, name FROM access_token WHERE token_hash = ? AND role = 'client' AND revoked_at IS NULL "
            "AND expires_at > ?",
            (key, int(time.time() * 1e6)),
        )
        if row is None:
            raise Refused(401)
        id, name = text_of(row[0]), f"token:{row[1]}"
        self._known[token] = (id, name, time.monotonic() + TRUSTED_SECONDS)
        return id, name

    def document(self, request: Request, row: tuple[Any, ...]) -> Values:
        """Return a customer as the client sees it: absent values do not show, the e-mail address is masked."""
        id = text_of(row[0])
        given = zip(NAMES, row[1:-1], strict=True)
        shown = {"id": id, **{name: value for name, value in given if value is not None}}
        if "email" in shown:
            shown["email"] = MASK
        # SQLite has no truth values.
        shown["marketingConsent"] = bool(shown["marketingConsent"])
        shown["href"] = f"http://{request.environ['HTTP_HOST']}{self.path}/{id}"
        shown["@type"] = "Customer"
        return shown

    def get(self, request: Request) -> Response:
        """Answer one customer."""
        self.actor(request)
        row = self.storage.one(ITEM, (key_of(request.matchdict["id"]),))
        if row is None:
            raise Refused(404)
        return answer(self.document(request, row), tag=row[-1])

    def list(self, request: Request) -> Response:
        """Answer a page of customers, the newest first, and how many there are."""
        self.actor(request)
        asked = request.GET
        names = [name for name in ("affiliate", "status", "segment") if name in asked]
        where, given = " AND ".join([WHERE, *(f"{name} = ?" for name in names)]), [asked[name] for name in names]
        if asked.get("sort", "-createdAt") not in {"createdAt", "-createdAt"}:
            raise Refused(400)
        way = "DESC" if asked.get("sort", "-")[0] == "-" else "ASC"
        limit = min(int(asked.get("limit", 20)), 100)
        rows = self.storage.all(
            f"SELECT {', '.join(COLUMNS)} FROM customer WHERE {where} ORDER BY created_at {way}, id {way} LIMIT ?",
            (*given, limit),
        )
        (count,) = self.storage.one(f"SELECT count(*) FROM customer WHERE {where}", given)
        more = {"X-Total-Count": str(count), "X-Result-Count": str(len(rows))}
        status = 206 if count > len(rows) else 200
        return answer([self.document(request, row) for row in rows], status, more=more)

    def create(self, request: Request) -> Response:
        """Answer the new customer."""
        actor = self.actor(request)
        values = msgspec.structs.asdict(new_decoder.decode(request.body))
        if values["affiliate"] not in SEEN:
            raise Refused(403)
        now = time.time_ns() // 1000
        id = new_id(now // 1000)
        given = self.storage.stored(values)
        row = {"id": id, "created_at": now, "created_by": actor[0], "updated_at": now, "updated_by": actor[0]}
        row |= {"version": 1, **given}
        places = ", ".join("?" * len(row))
        with self.storage.writing() as write:
            write(f"INSERT INTO customer ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
            changes = {name: [None, value] for name, value in given.items() if value is not None}
            self.tell(write, actor, "create", id, 1, now, changes)
        kept = (id, *(given.get(name) for name in SHOWN), 1)
        document = self.document(request, kept)
        return answer(document, 201, tag=1, more={"Location": document["href"]})

    def patch(self, request: Request) -> Response:
        """Answer the changed customer."""
        actor = self.actor(request)
        told = msgspec.structs.asdict(change_decoder.decode(request.body))
        given = self.storage.stored({name: value for name, value in told.items() if value is not msgspec.UNSET})
        id, now = key_of(request.matchdict["id"]), time.time_ns() // 1000
        with self.storage.writing() as write:
            row = write(ITEM, (id,)).fetchone()
            if row is None:
                raise Refused(404)
            before = dict(zip(COLUMNS, row, strict=True))
            changes = {name: [before[name], value] for name, value in given.items() if value != before[name]}
            after = {**before, **given, "version": before["version"] + bool(changes)}
            if changes:
                if after["affiliate"] not in SEEN:
                    raise Refused(403)
                news = {name: after[name] for name in (*changes, "version")}
                news |= {"updated_at": now, "updated_by": actor[0]}
                sets = ", ".join(f"{name} = ?" for name in news)
                write(f"UPDATE customer SET {sets} WHERE id = ?", (*news.values(), id))
                self.tell(write, actor, "update", id, after["version"], now, changes)
        return answer(self.document(request, tuple(after.values())), tag=after["version"])

    def tell(  # noqa: PLR0913, PLR0917 - what an entry has
        self,
        write: Callable[..., Any],
        actor: tuple[str, str],
        action: str,
        id: bytes,
        version: int,
        now: int,
        changes: Mapping[str, list[Any]],
    ) -> None:
        """Keep who changed what: the entry in its chain, the history, and what happened."""
        hidden = {name: pair for name, pair in changes.items() if name in PERSONAL}
        sealed = self.sealed(write, id, hidden, is_new=action == "create") if hidden else None
        found = write(self.storage.head, (LANE,)).fetchone()
        last, number, previous = found or (LANE, 0, NOTHING)
        sequence = max(last + (1 << LANE_BITS), now << LANE_BITS | LANE)
        open_values = {name: pair for name, pair in changes.items() if name not in PERSONAL}
        about = orjson.dumps(open_values).decode(), orjson.dumps(sorted(hidden)).decode()
        history = (sequence, "customer", id, None, None, *about, id if hidden else None, sealed)
        digest = hashlib.sha256(_pack(history)).digest()
        names = orjson.dumps(list(changes)).decode()
        entry = (sequence, number + 1, now, *actor, action, "customer", id, version, None, names, digest)
        chained = hashlib.sha256(previous + _pack(entry)).digest()
        write(f"INSERT INTO audit_entry VALUES ({', '.join('?' * 13)})", (*entry, chained))
        write(f"INSERT INTO record_history VALUES ({', '.join('?' * 9)})", history)
        if found is None:
            write("INSERT INTO audit_head VALUES (?, ?, ?, ?)", (LANE, sequence, number + 1, chained))
        else:
            head = (sequence, number + 1, chained, LANE)
            write("UPDATE audit_head SET sequence = ?, number = ?, digest = ? WHERE lane = ?", head)
        event = (new_id(now // 1000), now, f"customer.{action}d", "customer", id, version, "{}")
        write("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?)", event)

    def sealed(self, write: Callable[..., Any], id: bytes, values: Mapping[str, Any], *, is_new: bool) -> str:
        """Return personal values under the key of their person, which is made with the customer."""
        if is_new:
            secret, nonce = os.urandom(32), os.urandom(12)
            kept = base64.urlsafe_b64encode(nonce + self._master.encrypt(nonce, secret, id)).decode()
            write("INSERT INTO privacy_person_key VALUES (?, ?, ?)", (id, kept, time.time_ns() // 1000))
        else:
            (kept,) = write("SELECT sealed FROM privacy_person_key WHERE person_id = ?", (id,)).fetchone()
            whole = base64.urlsafe_b64decode(kept)
            secret = self._master.decrypt(whole[:12], whole[12:], id)
        nonce = os.urandom(12)
        return base64.urlsafe_b64encode(nonce + AESGCM(secret).encrypt(nonce, orjson.dumps(values), id)).decode()


def answer(body: object, status: int = 200, *, tag: int = 0, more: Mapping[str, str] | None = None) -> Response:
    """Return JSON."""
    found = Response(orjson.dumps(body), status=status, content_type="application/json", charset=None)
    found.headers["Cache-Control"] = "no-store"
    if tag:
        found.headers["ETag"] = f'"{tag}"'
    if more:
        found.headers.update(more)
    return found


def logged(view: Callable[[Request], Response], route: str) -> Callable[[Request], Response]:
    """Return a view that answers errors, and tells of each request in a line of the log."""

    def told(request: Request) -> Response:
        began = time.perf_counter()
        try:
            found = view(request)
        except Refused as error:
            found = answer({"error": str(error)}, error.args[0])
        except msgspec.ValidationError as error:
            found = answer({"error": str(error)}, 422)
        line = {
            "method": request.method,
            "route": route,
            "status": found.status_int,
            "milliseconds": round((time.perf_counter() - began) * 1000, 2),
            "event": "request",
            "level": "info",
            "timestamp": datetime.datetime.now(datetime.UTC),
        }
        sys.stderr.buffer.write(orjson.dumps(line, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))
        sys.stderr.buffer.flush()
        return found

    return told


def application(storage: Storage, affiliate: str) -> Any:  # noqa: ANN401 - a WSGI application
    """Return the endpoint as a WSGI application."""
    endpoint, config = Endpoint(storage, affiliate), Configurator()
    config.add_route("one", f"{endpoint.path}/{{id}}")
    config.add_route("all", endpoint.path)
    for route, method, view in (
        ("one", "GET", endpoint.get),
        ("one", "PATCH", endpoint.patch),
        ("all", "GET", endpoint.list),
        ("all", "POST", endpoint.create),
    ):
        config.add_view(logged(view, route), route_name=route, request_method=method)
    return config.make_wsgi_app()

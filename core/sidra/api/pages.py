"""How a page says what part of a list it is: status, counts and links (TMF630)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from sidra.api.calls import Call, Headers
from sidra.api.queries import ListRequest
from sidra.records.listing import Rows
from sidra.records.record import Count

_POSITION = re.compile(r"(?:\A|(?<=&))(?:offset|cursor|limit)=[^&]*&?")


def page_status(asked: ListRequest, found: Rows, count: Count) -> int:
    """206 where the client asked for a page and the list has more than it; else 200."""
    is_part = bool(found.next_cursor or found.previous_cursor) or len(found.rows) < count.value
    return 206 if asked.is_paged and is_part else 200


def page_headers(call: Call, asked: ListRequest, found: Rows, count: Count) -> Headers:
    """`X-Total-Count`, `X-Result-Count` and the links to the neighbours."""
    headers = [("X-Total-Count", str(count.value)), ("X-Result-Count", str(len(found.rows)))]
    if not count.is_exact:
        headers.append(("Preference-Applied", "count=estimated"))
    elif "count=exact" in call.prefer:
        headers.append(("Preference-Applied", "count=exact"))
    links = _links(call, asked, found)
    return [*headers, ("Link", ", ".join(links))] if links else headers


def _links(call: Call, asked: ListRequest, found: Rows) -> list[str]:
    if not (found.next_cursor or found.previous_cursor):
        return []
    rest = _rest(call.query)
    links = [f'<{_address(call, rest, asked.limit, "")}>; rel="first"']
    for cursor, name in ((found.previous_cursor, "prev"), (found.next_cursor, "next")):
        if cursor:
            links.append(f'<{_address(call, rest, asked.limit, cursor)}>; rel="{name}"')
    return links


@lru_cache(maxsize=256)
def _rest(query: str) -> str:
    """A query without its page; what the client wrote may hold signs that a header must not."""
    return quote(_POSITION.sub("", query).strip("&"), safe="&=;,.%+-_~:*!()@/")


def _address(call: Call, rest: str, limit: int, cursor: str) -> str:
    """A cursor is of letters that need no escape."""
    parts = [rest] if rest else []
    parts += [f"limit={limit}", *([f"cursor={cursor}"] if cursor else [])]
    return f"{call.base}{call.shape.location}?{'&'.join(parts)}"

"""The addresses of one affiliate's pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

THEN = "then"
"""Names the page that follows a form, where that is not the record's."""

KNOWN_PARTS = 4096
"""Parts of addresses that are remembered as they are written: names of entities, and ids of late."""
Parameters = Iterable[tuple[str, str]]


@lru_cache(KNOWN_PARTS)
def quoted(part: str) -> str:
    """A part of an address as it is written there."""
    return quote(part, safe="")


def with_query(address: str, parameters: Parameters) -> str:
    """An address with the parameters that have a value."""
    given = [(name, value) for name, value in parameters if value]
    return f"{address}?{urlencode(given)}" if given else address


@dataclass(frozen=True, slots=True)
class Addresses:
    """Every address of a page, by what it shows."""

    affiliate: str

    def page(self, *parts: str) -> str:
        """The address below the affiliate's; its home without parts."""
        return "/".join(("", quoted(self.affiliate), *map(quoted, parts))) + ("" if parts else "/")

    def list(self, entity: str, *parameters: tuple[str, str]) -> str:
        """The list of an entity."""
        return with_query(self.page(entity), parameters)

    def new(self, entity: str, *parameters: tuple[str, str]) -> str:
        """The form of a new record, perhaps with values that are known already."""
        return with_query(self.page(entity, "new"), parameters)

    def record(self, entity: str, id: str, *parts: str) -> str:
        """A record, or one of its pages: `edit`, `360`, `delete`."""
        return self.page(entity, id, *parts)

    def lookup(self, entity: str, field: str) -> str:
        """The type-ahead of a field that refers to records of an entity."""
        return with_query(self.page(entity, "lookup"), (("field", field),))

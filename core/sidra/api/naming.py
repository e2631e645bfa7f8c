"""Names at the edge: snake_case inside, camelCase outside, converted mechanically."""

from __future__ import annotations

from functools import lru_cache

EXTENSION = "x_"
"""Begins the names that an affiliate adds: `x_sn_ninea`."""


@lru_cache(maxsize=4096)
def camel_case(name: str) -> str:
    """The name as clients write it: `given_name` is `givenName`, `x_sn_ninea` is `xSnNinea`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


@lru_cache(maxsize=4096)
def type_name(entity: str) -> str:
    """The entity as `@type` writes it: `trouble_ticket` is `TroubleTicket`, `x_sn_permit` is `SnPermit`."""
    name = camel_case(entity.removeprefix(EXTENSION))
    return name[:1].upper() + name[1:]

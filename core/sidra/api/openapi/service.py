"""The documents of one Runtime, built when they are first asked for and kept for each set of rights."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from sidra.access.grants import AccessProfile
from sidra.api.openapi.document import describe, index
from sidra.api.openapi.sight import Sight
from sidra.api.shapes import Shapes
from sidra.errors import NotFound
from sidra.records.bounded import Bounded

if TYPE_CHECKING:
    from sidra.runtime import Runtime

MAX_KEPT = 512
LANGUAGE = "en"
"""Of documents; the pages that are made of them speak the reader's."""


@dataclass(frozen=True, slots=True)
class Described:
    """A document as it goes to clients."""

    body: bytes
    tag: str
    """Its entity tag."""


class Descriptions:
    """The documents of a Runtime."""

    def __init__(self, runtime: Runtime, shapes: Shapes) -> None:
        self._runtime, self._shapes = runtime, shapes
        self._kept: Bounded[tuple[object, str], Described] = Bounded(MAX_KEPT)

    def sight(self, profile: AccessProfile, locale: str = LANGUAGE) -> Sight:
        """The API as a set of roles sees it, told in a language."""
        return Sight(self._runtime, self._shapes, profile, locale)

    def of(self, profile: AccessProfile, api: str) -> Described:
        """The document of an API such as `party/v4`, or the index for an empty name.

        Raises NotFound for an API that is none, or with which these roles may do nothing.
        """
        return self._kept.get((profile.key, api), lambda: self._made(profile, api))

    def _made(self, profile: AccessProfile, api: str) -> Described:
        sight = self.sight(profile)
        found = describe(sight, api) if api else index(sight)
        if found is None:
            raise NotFound(f"no API `{api[:80]}`", hint="the index of all APIs is at tmf-api/openapi.json")
        body = orjson.dumps(found)
        return Described(body, f'"{sha256(body).hexdigest()[:32]}"')

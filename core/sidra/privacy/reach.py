"""Which records are about one person: found from the relations of the Model, in the store as it is.

A record is the person's when it leads to the person, directly or over other records of theirs, and to nobody else. What
the person's records alone refer to, such as an address, is theirs too. A record that is also about others is shared: it
is told of, and neither shown nor erased. See decision 016.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import NotFound
from sidra.privacy.links import LinkOf, Links
from sidra.store.codecs import ID
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.readers import Row
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

CHUNK = 400
"""Ids in one statement; both databases take more."""

Place = tuple[str, bytes]
"""A record: its table and its id."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was found of one person."""

    subject: Place
    mine: frozenset[Place]
    """All records of the person, the subject itself among them."""
    shared: frozenset[Place] = field(default_factory=frozenset)
    """Records that are also about others."""


class Reaching:
    """Looks records up in one store, on one connection."""

    def __init__(self, runtime: Runtime, connection: Connection) -> None:
        self._runtime, self._connection = runtime, connection
        self.links = Links(runtime.model)

    def subject(self, id: str) -> Place:
        """Return where a record with personal data is; raises NotFound where there is none of this id."""
        hint = "give the id of a person's record: the last part of its address"
        try:
            stored_id = id_bytes(id)
        except (ValueError, AttributeError) as error:
            raise NotFound("no record has such an id", hint=hint) from error
        for root in sorted(self.links.personal, key=lambda name: name not in self.links.persons):
            if self.row((root, stored_id)) is not None:
                return root, stored_id
        raise NotFound("no record with personal data has this id", hint=hint)

    def row(self, place: Place) -> Row | None:
        """Return the row of a record, or None."""
        found: Row | None = self._runtime.entity(place[0]).select.run(self._connection, {"k_id": place[1]}).fetchone()
        return found

    def of(self, subject: Place) -> Reach:
        """Return the records of a person, or of another record with personal data."""
        self.links = Links(self._runtime.model, subject[0])
        found = self._candidates(subject)
        mine = self._settled(subject, found)
        return Reach(subject, frozenset(mine), frozenset(found - mine))

    def _candidates(self, subject: Place) -> set[Place]:
        """Return all that leads to the person, and what that refers to, whoever else it is of."""
        found, fresh = {subject}, {subject}
        while fresh:
            near = {place for link in self.links.all for place in self._near(link, fresh)}
            fresh = near - found
            found |= fresh
        return found

    def _near(self, link: LinkOf, places: set[Place]) -> Iterator[Place]:
        """Yield the records that lead to some, and those with personal data that these refer to; no other people."""
        if link.source not in self.links.persons:
            leads = link.targets if link.is_owning else link.targets & self.links.leading
            targets = {id for root, id in places if root in leads}
            yield from ((link.source, id) for id, _, _ in self._pairs(link, "target", targets))
        followed = (link.targets & self.links.personal) - self.links.leading
        if followed:
            sources = {id for root, id in places if root == link.source}
            for _, id, kind in self._pairs(link, "source", sources):
                root = self._root(link, kind)
                if root in followed:
                    yield root, id

    def _settled(self, subject: Place, found: set[Place]) -> set[Place]:
        """Return the candidates that are about nobody else: what leads elsewhere goes, and what rests on that."""
        mine = set(found)
        while True:
            others = {place for link in self.links.all for place in self._of_others(link, mine)} - {subject}
            if not others:
                return mine
            mine -= others

    def _of_others(self, link: LinkOf, mine: set[Place]) -> Iterator[Place]:
        sources = {id for root, id in mine if root == link.source}
        leads = link.targets if link.is_owning else link.targets & self.links.leading
        for id, target, kind in self._pairs(link, "source", sources if leads else ()):
            root = self._root(link, kind)
            if root in leads and (root, target) not in mine:
                yield link.source, id
        followed = (link.targets & self.links.personal) - self.links.leading
        targets = {id for root, id in mine if root in followed}
        for source, id, kind in self._pairs(link, "target", targets):
            if (link.source, source) not in mine:
                yield self._root(link, kind), id

    def _root(self, link: LinkOf, kind: str | None) -> str:
        if link.is_polymorphic and kind is not None and kind in self._runtime.model.entities:
            return self._runtime.model.root(kind)
        return next(iter(link.targets)) if len(link.targets) == 1 else ""

    def _pairs(self, link: LinkOf, side: str, ids: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, str | None]]:
        """Yield source, target and its kind of each link that has one of these ids at a side."""
        pending = iter(sorted(ids))
        while chunk := list(islice(pending, CHUNK)):
            yield from self._rows(self._select(link, side, chunk))

    def _rows(self, select: sa.Select[Any]) -> list[tuple[bytes, bytes, str | None]]:
        statement = self._runtime.store.compile(select)
        rows: list[tuple[bytes, bytes, str | None]] = statement.run(self._connection, {}).fetchall()
        return rows

    def _select(self, link: LinkOf, side: str, chunk: list[bytes]) -> sa.Select[Any]:
        tables = self._runtime.tables
        if link.is_linked:
            table = tables.links[link.source, link.name]
            source, target, kind = table.c.source_id, table.c.target_id, table.c.target_kind
        else:
            table = tables.entities[link.source].table
            source, target = table.c.id, table.c[f"{link.name}_id"]
            # Where the relation leads to one table, its own id stands for a kind that nobody reads.
            kind = table.c[f"{link.name}_kind"] if link.is_polymorphic else target
        named = source if side == "source" else target
        wanted = [sa.bindparam(f"i{number}", id, type_=ID) for number, id in enumerate(chunk)]
        return sa.select(source, target, kind).where(named.in_(wanted), target.is_not(None))

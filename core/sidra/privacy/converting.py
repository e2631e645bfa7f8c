"""What a migration needs of the keys where texts are sealed from now on, sealed no more, or sealed for another name."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from sidra.privacy.keys import KeyMissing, KeyRing
from sidra.privacy.scrubbing import want_scrubbing
from sidra.privacy.sealing import Sealing
from sidra.privacy.tables import scrub_table
from sidra.store.database import Connection, Store
from sidra.store.schema.conversions import Unfit


class Resealing:
    """Seals and unseals what a store has under the keys of its affiliate."""

    def __init__(self, keys: KeyRing, store: Store, now: Callable[[], int]) -> None:
        self._keys, self._store, self._now = keys, store, now

    def reseal(self, unseals: str, seals: str) -> Callable[[str, bytes], str]:
        """Return the function from a text and its record's stored id to the new text; it raises Unfit."""
        unseal = self._of(unseals).unsealer(_attribute(unseals)) if unseals else _as_it_is
        seal = self._of(seals).sealer(_attribute(seals)) if seals else _as_it_is

        def resealed(text: str, id: bytes) -> str:
            try:
                return seal(unseal(text, id), id)
            except KeyMissing as error:
                raise Unfit from error

        return resealed

    def emptied(self, connection: Connection) -> None:
        """Keep that values have gone, which a store may still have on its disk."""
        table = scrub_table(sa.MetaData())
        if table.name not in self._store.columns(connection):
            connection.execute(str(CreateTable(table).compile(dialect=self._store.dialect)))
        want_scrubbing(self._store, connection, self._now())

    def _of(self, place: str) -> Sealing:
        return Sealing(self._keys, place.partition(".")[0])


def _attribute(place: str) -> str:
    return place.partition(".")[2]


def _as_it_is(text: str, _: bytes) -> str:
    return text

"""A key for each person, in the store itself: where it is destroyed, what was sealed under it is gone everywhere.

The chain of the audit keeps what was sealed; it reads as erased, and the chain still verifies. A backup of before has
the key of its time: it goes with the key of the ring that this one is sealed under.
"""

from __future__ import annotations

import base64
import os
import secrets

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects import postgresql, sqlite

from sidra.clock import Clock, utc_now
from sidra.privacy.keyfile import SECRET_BYTES
from sidra.privacy.keys import NONCE_BYTES, KeyMissing, KeyRing
from sidra.privacy.tables import privacy_tables
from sidra.records.bounded import Bounded
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.gathering import compile_adding
from sidra.store.prepared import given

MAX_CIPHERS = 4096
"""Keys of persons that are kept unsealed; whose key is in the store is asked each time."""


class Persons:
    """Seals what the audit keeps of persons."""

    def __init__(self, store: Store, keys: KeyRing, clock: Clock = utc_now) -> None:
        self._keys, self._clock = keys, clock
        self._ciphers: Bounded[str, AESGCM] = Bounded(MAX_CIPHERS)
        table = privacy_tables(sa.MetaData())
        insert = postgresql.insert(table) if store.dialect.name == "postgresql" else sqlite.insert(table)
        row = {name: given(name) for name in ("person_id", "sealed", "made")}
        self._find = store.compile(sa.select(table.c.sealed).where(table.c.person_id == given("person_id")))
        self._add = store.compile(insert.values(row).on_conflict_do_nothing())
        self._any = store.compile(sa.select(table.c.made).limit(1))
        self._insert = compile_adding(store, table, ("person_id", "sealed", "made"))
        self._store = store
        self._remove = store.compile(sa.delete(table).where(table.c.person_id == given("person_id")))

    def check_keys(self) -> None:
        """Raise KeyMissing where something was sealed here and the ring has nothing that unseals it: it was lost.

        Whoever went on would have new keys: equal values would no longer be found, and what is unique be entered twice.
        """
        if any(key.purpose == "person" for key in self._keys.keys):
            return
        with self._store.reading() as connection:
            is_used = self._any.run(connection, {}).fetchone() is not None
        if is_used:
            reason = f"the keys of `{self._keys.scope}` are missing: its records are sealed under others"
            raise KeyMissing(reason, hint="restore the file of the keys (setting `keys`) from its backup")

    def seal(
        self,
        connection: Connection,
        person_id: bytes,
        plaintext: bytes,
        about: bytes,
        *,
        is_new: bool = False,
        known: dict[bytes, AESGCM] | None = None,
    ) -> str:
        """Return a text that only unseals with the person's key, which is made at first need, `about` the same.

        Where the person's record is only being made, nobody looks whether there is a key. known: those that the same
        transaction has sealed with, to which this one is added.
        """
        cipher = known.get(person_id) if known is not None else None
        if cipher is None:
            cipher = None if is_new else self._cipher(connection, person_id)
            if cipher is None:
                cipher = self._made(connection, person_id, is_new=is_new)
            if known is not None:
                known[person_id] = cipher
        nonce = os.urandom(NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, plaintext, about)).decode()

    def unseal(self, connection: Connection, person_id: bytes, sealed: str, about: bytes) -> bytes | None:
        """Return what was sealed; None where the person was erased. Raises KeyMissing where the ring lacks the key."""
        cipher = self._cipher(connection, person_id)
        if cipher is None:
            return None
        kept = base64.urlsafe_b64decode(sealed)
        try:
            return cipher.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], about)
        except InvalidTag:
            # Under a key that was destroyed; the person, or what is left of the record, has got another one since.
            return None

    def erase(self, connection: Connection, person_id: bytes) -> bool:
        """Destroy the key of a person; tell whether there was one."""
        return self._remove.run(connection, {"person_id": person_id}).rowcount > 0

    def _cipher(self, connection: Connection, person_id: bytes) -> AESGCM | None:
        row = self._find.run(connection, {"person_id": person_id}).fetchone()
        if row is None:
            return None
        return self._ciphers.get(row[0], lambda: AESGCM(self._keys.unseal("person", row[0], person_id)))

    def _made(self, connection: Connection, person_id: bytes, *, is_new: bool) -> AESGCM:
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self._keys.seal("person", secret, person_id)
        made = encode_datetime(self._clock())
        if is_new:
            self._store.add(connection, self._insert, [(person_id, sealed, made)])
            return AESGCM(secret)
        if not self._add.run(connection, {"person_id": person_id, "sealed": sealed, "made": made}).rowcount:
            found = self._cipher(connection, person_id)
            if found is None:
                raise RuntimeError("a key of a person was not kept")
            return found
        return self._ciphers.get(sealed, lambda: AESGCM(secret))

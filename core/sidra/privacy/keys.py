"""The key ring: what seals values at rest, so that a stolen database, backup or dump tells nothing without it.

Each affiliate has random keys of its own for each purpose. A text that was sealed names its key, so that values under
an old and a new key stand side by side while they are sealed anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sidra.clock import utc_now
from sidra.errors import SidraError
from sidra.privacy.keyfile import (
    NO_KEYS,
    Key,
    Keys,
    KeysRefused,
    Purpose,
    alone,
    ended,
    new_key,
    read_keys,
    write_keys,
)

NONCE_BYTES = 12
FRESH_SECONDS = 1.0
"""How long a process may go on with the keys it has read, before it looks whether the file is another one."""

BACK_UP = "back this file up, apart from the databases; without it what is sealed can never be read again"

BRING_BACK = "restore the file of the keys (setting `keys`) from its backup"

_SEALED = re.compile(r"k[0-9a-f]{10}:[A-Za-z0-9_-]{38,}")
"""A key's id, and at least a nonce and a tag."""


class KeyMissing(SidraError):
    """A value is sealed under a key that the ring does not have, or was sealed for another place."""

    code = "R051"


def is_sealed(text: str) -> bool:
    """Tell whether a text has the form of a sealed one; those that people enter have it only by intent."""
    return _SEALED.fullmatch(text) is not None


def key_of(text: str) -> str:
    """Return the id of the key that a sealed text names."""
    return text.partition(":")[0]


def _tell_made(file: Path) -> None:
    """Say aloud that there is something new to back up: in the log of a server, and to whoever runs a command."""
    if structlog.is_configured():
        structlog.get_logger("sidra.keys").warning("keys made", file=str(file), hint=BACK_UP)
    else:
        sys.stderr.write(f"Keys were made in {file.name}: {BACK_UP}.\n")


@dataclass(slots=True)
class _Source:
    """The keys of one file, shared by the rings of all affiliates."""

    file: Path | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Keys = field(default_factory=lambda: NO_KEYS)
    current: dict[tuple[str, str], Key] = field(default_factory=dict)
    seen: tuple[int, int, int] | None = None
    due: float = 0.0
    told: set[str] = field(default_factory=set)
    """Keys that were missing when a value needed them, and that the log was told of."""

    def refresh(self, *, at_once: bool = False) -> None:
        """Read the file again where it is another one."""
        now = time.monotonic()
        if self.file is None or (now < self.due and not at_once):
            return
        with self.lock:
            self._read(self.file)
            self.due = now + FRESH_SECONDS

    def change(self, scope: str, purpose: Purpose, *, is_new: bool) -> Key:
        """Return the current key of a purpose; made where there is none, or always where a new one is wanted."""
        with self.lock:
            if self.file is None:
                return self._changed(scope, purpose, is_new=is_new)
            with alone(self.file):
                if self.keys and not self.file.exists():
                    reason = f"the keys in {self.file.name} are gone, and no others are made in their place"
                    raise KeysRefused(reason, hint=f"restore {self.file} from its backup")
                self._read(self.file)
                is_first = not self.keys
                made = self._changed(scope, purpose, is_new=is_new)
                write_keys(self.file, self.keys)
            self._read(self.file)
        if is_first:
            _tell_made(self.file)
        return made

    def remove(self, id: str) -> None:
        """Take a key away for good."""
        with self.lock:
            if self.file is None:
                self._set({other: key for other, key in self.keys.items() if other != id})
                return
            with alone(self.file):
                self._read(self.file)
                self._set({other: key for other, key in self.keys.items() if other != id})
                write_keys(self.file, self.keys)
            self._read(self.file)

    def _changed(self, scope: str, purpose: Purpose, *, is_new: bool) -> Key:
        found = self.current.get((scope, purpose))
        if found is not None and not is_new:
            return found
        made = new_key(scope, purpose, utc_now())
        before = {} if found is None else {found.id: ended(found, made.made)}
        self._set({**self.keys, **before, made.id: made})
        return made

    def _read(self, file: Path) -> None:
        try:
            status = file.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            seen = None
        if seen is None and self.keys:
            # Taken away while we work: what was sealed is still read, and an operator may bring the file back.
            return
        if seen is None or seen != self.seen:
            self._set(read_keys(file))
            self.seen = seen

    def _set(self, keys: Keys) -> None:
        self.keys = keys
        self.current = {(key.scope, key.purpose): key for key in keys.values() if key.is_current}


class KeyRing:
    """The keys of one affiliate, or of the installation; threads share it."""

    def __init__(self, source: _Source, scope: str) -> None:
        self._source = source
        self.scope = scope

    @classmethod
    def open(cls, file: Path, scope: str = "") -> KeyRing:
        """Return the ring of a file, which is made when a key is first needed; raises KeysRefused for a bad file."""
        ring = cls(_Source(file), scope)
        ring._source.refresh(at_once=True)
        return ring

    @classmethod
    def in_memory(cls, scope: str = "") -> KeyRing:
        """Return a ring that is forgotten with its process, for stores that are too."""
        return cls(_Source(None), scope)

    def of(self, affiliate: str) -> KeyRing:
        """Return the ring of an affiliate, on the same file."""
        return KeyRing(self._source, affiliate)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of this ring as the file has them now, oldest first."""
        self._source.refresh(at_once=True)
        found = (key for key in self._source.keys.values() if key.scope == self.scope)
        return tuple(sorted(found, key=lambda key: key.made))

    def current(self, purpose: Purpose) -> Key:
        """Return the key that new values are sealed under; made at first need."""
        source = self._source
        source.refresh()
        return source.current.get((self.scope, purpose)) or source.change(self.scope, purpose, is_new=False)

    def add(self, purpose: Purpose) -> Key:
        """Return a new current key; the one before goes on unsealing."""
        return self._source.change(self.scope, purpose, is_new=True)

    def retire(self, id: str) -> None:
        """Take a key out for good; raises KeyMissing where it is none of this ring's. What uses it is lost."""
        self._source.remove(self._named(id, None).id)

    def seal(self, purpose: Purpose, plaintext: bytes, about: bytes) -> str:
        """Return `<key id>:<base64url>` of a value that only unseals `about` the same."""
        key = self.current(purpose)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + key.cipher.encrypt(nonce, plaintext, about)
        return f"{key.id}:{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def unseal(self, purpose: Purpose, text: str, about: bytes) -> bytes:
        """Return a sealed value; raises KeyMissing where the key is not here, or the value was sealed for elsewhere."""
        id, _, encoded = text.partition(":")
        key = self._source.keys.get(id)
        if key is None or key.scope != self.scope or key.purpose != purpose:
            key = self._named(id, purpose)
        try:
            sealed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            return key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except (InvalidTag, binascii.Error, ValueError) as error:
            reason = f"a value under the key `{id}` was changed, or moved from where it was sealed"
            raise KeyMissing(reason, hint="restore the record from a backup") from error

    def tell_missing(self, id: str, missing: KeyMissing) -> None:
        """Tell the log, once for each key, that values cannot be read."""
        if id not in self._source.told:
            self._source.told.add(id)
            told = {
                "affiliate": self.scope,
                "key": id[:20],
                "code": missing.code,
                "why": missing.reason,
                "hint": missing.hint,
            }
            structlog.get_logger("sidra.keys").error("sealed values cannot be read", **told)

    def index(self, purpose: Purpose, value: bytes) -> str:
        """Return what two equal values share, and nobody without the key can make: for exact search."""
        digest = hmac.digest(self.current(purpose).secret, value, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def sign(self, data: bytes) -> str:
        """Return `<key id>:<base64url>` of the signature of some data."""
        key = self.current("head")
        signature = Ed25519PrivateKey.from_private_bytes(key.secret).sign(data)
        return f"{key.id}:{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def verify(self, data: bytes, signature: str) -> bool:
        """Tell whether some data is what was signed here; raises KeyMissing where the key is not here."""
        id, _, encoded = signature.partition(":")
        public = Ed25519PrivateKey.from_private_bytes(self._named(id, "head").secret).public_key()
        return _is_signed(public, data, encoded)

    def public_key(self, id: str | None = None) -> bytes:
        """Return the PEM with which others verify what this ring signs; raises KeyMissing for an unknown key."""
        key = self.current("head") if id is None else self._named(id, "head")
        public = Ed25519PrivateKey.from_private_bytes(key.secret).public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def _named(self, id: str, purpose: Purpose | None) -> Key:
        """Return a key of this ring, after a look at the file; raises KeyMissing where it is none."""
        self._source.refresh(at_once=True)
        key = self._source.keys.get(id)
        if key is None or key.scope != self.scope or purpose not in {None, key.purpose}:
            owner = f"`{self.scope}`" if self.scope else "the installation"
            raise KeyMissing(f"the key `{id[:20]}` of {owner} is missing", hint=BRING_BACK)
        return key


def _is_signed(public: Ed25519PublicKey, data: bytes, encoded: str) -> bool:
    try:
        public.verify(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True

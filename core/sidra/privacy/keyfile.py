"""The file of the keys: read and written whole, by its owner only."""

from __future__ import annotations

import base64
import datetime
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sidra.errors import SidraError

Purpose = Literal["attribute", "index", "person", "head", "database"]
PURPOSES: tuple[Purpose, ...] = ("attribute", "index", "person", "head", "database")
SECRET_BYTES = 32
MODE = 0o600
FORMAT = 1


class KeysRefused(SidraError):
    """The file of the keys cannot be used as it is."""

    code = "R050"


@dataclass(frozen=True, slots=True)
class Key:
    """One secret: what it is for, whose values it seals, and since when a newer one took its place."""

    id: str
    scope: str
    """The affiliate; empty for the installation."""
    purpose: Purpose
    made: datetime.datetime
    secret: bytes = field(repr=False)
    ended: datetime.datetime | None = None
    cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", AESGCM(self.secret))

    @property
    def is_current(self) -> bool:
        """Whether new values are sealed under it."""
        return self.ended is None


Keys = Mapping[str, Key]
NO_KEYS: Keys = MappingProxyType({})


def new_key(scope: str, purpose: Purpose, now: datetime.datetime) -> Key:
    """Return a key of a random secret."""
    return Key(f"k{secrets.token_hex(5)}", scope, purpose, now, secrets.token_bytes(SECRET_BYTES))


def read_keys(file: Path) -> Keys:
    """Return the keys of a file, by id; none where there is no file. Raises KeysRefused for one that cannot be used."""
    try:
        with file.open("rb") as stream:
            _refuse_readable(file, os.fstat(stream.fileno()))
            found = json.load(stream)
    except FileNotFoundError:
        return NO_KEYS
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise _refused(file, error) from error
    try:
        return MappingProxyType({id: _read(id, entry) for id, entry in found["keys"].items()})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _refused(file, error) from error


def write_keys(file: Path, keys: Keys) -> None:
    """Put keys in the place of a file's, whole or not at all; raises KeysRefused where the disk does not take them."""
    text = json.dumps({"format": FORMAT, "keys": {id: _entry(key) for id, key in keys.items()}}, indent=1)
    beside = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
        _keep_name(file.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _refused(file, error) from error


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold what keeps other processes from writing the file at the same time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, MODE)
    except OSError as error:
        raise _refused(file, error) from error
    with os.fdopen(descriptor, "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def ended(key: Key, now: datetime.datetime) -> Key:
    """Return a key that a newer one has taken the place of."""
    return replace(key, ended=now)


def _keep_name(folder: Path) -> None:
    """Make the new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_readable(file: Path, status: os.stat_result) -> None:
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeysRefused(
            f"others than its owner may read or write the keys in {file.name}", hint=f"run `chmod 600 {file}`"
        )


def _refused(file: Path, error: Exception) -> KeysRefused:
    why = error.strerror if isinstance(error, OSError) else "it is no file of keys"
    return KeysRefused(f"the keys in {file.name} cannot be used: {why}", hint=f"mend {file}, or restore its backup")


def _read(id: str, entry: Mapping[str, Any]) -> Key:
    if entry["purpose"] not in PURPOSES:
        raise ValueError("purpose")
    secret = base64.b64decode(entry["secret"], validate=True)
    if len(secret) != SECRET_BYTES:
        raise ValueError("secret")
    purpose, until = cast("Purpose", entry["purpose"]), entry.get("ended")
    made = datetime.datetime.fromisoformat(entry["made"])
    last = datetime.datetime.fromisoformat(until) if until else None
    return Key(id, str(entry["scope"]), purpose, made, secret, last)


def _entry(key: Key) -> dict[str, object]:
    return {
        "scope": key.scope,
        "purpose": key.purpose,
        "made": key.made.isoformat(),
        "ended": key.ended.isoformat() if key.ended else None,
        "secret": base64.b64encode(key.secret).decode(),
    }

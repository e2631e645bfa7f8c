"""The passwords of the affiliates' roles, in a file of libpq's own format that only its owner reads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sidra.affiliates.addresses import Address
from sidra.errors import Misconfigured

OWNER_ONLY = 0o600
OTHERS = 0o077
FIELDS = 5


class PassfileRefused(Misconfigured):
    """The file of passwords cannot be used."""

    code = "R030"


def password_of(file: Path, address: Address, role: str) -> str:
    """Return a role's password for a database; empty where the file has none. Raises PassfileRefused."""
    wanted = _key(address, role)
    for fields in _entries(file):
        if all(pattern in {"*", text} for pattern, text in zip(fields, wanted, strict=False)):
            return fields[-1]
    return ""


def keep_password(file: Path, address: Address, role: str, password: str) -> None:
    """Write a role's password into the file, instead of the one it has there; all of it, or nothing."""
    wanted = _key(address, role)
    others = [fields for fields in _entries(file) if tuple(fields[:-1]) != wanted]
    lines = [":".join(map(_escaped, fields)) for fields in [*others, [*wanted, password]]]
    file.parent.mkdir(parents=True, exist_ok=True)
    # A file that mkstemp makes is its owner's alone from its first moment on.
    descriptor, made = tempfile.mkstemp(dir=file.parent, prefix=".pgpass-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.writelines(f"{line}\n" for line in lines)
            written.flush()
            os.fsync(written.fileno())
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _key(address: Address, role: str) -> tuple[str, ...]:
    host, port, database = address.identity
    return (host or "localhost", str(port), database, role)


def _entries(file: Path) -> Iterator[list[str]]:
    try:
        with file.open(encoding="utf-8") as opened:
            if os.fstat(opened.fileno()).st_mode & OTHERS:
                hint = f"run `chmod 600 {file.name}` in its folder, and give the roles new passwords"
                raise PassfileRefused(f"the passwords in {file.name} can be read by others", hint=hint)
            text = opened.read()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise PassfileRefused(f"the passwords in {file.name} cannot be read", hint="see its rights") from error
    for line in text.splitlines():
        fields = list(_fields(line))
        if not line.startswith("#") and len(fields) == FIELDS:
            yield fields


def _fields(line: str) -> Iterator[str]:
    """Yield what stands between the colons; a backslash makes a text of the character after it."""
    field, characters = "", iter(line)
    for character in characters:
        if character == ":":
            yield field
            field = ""
        else:
            field += next(characters, "") if character == "\\" else character
    yield field


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")

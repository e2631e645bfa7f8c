"""The address of a PostgreSQL database, as settings and layers write it: never with a password."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

SCHEMES = frozenset({"postgresql", "postgres"})
DEFAULT_PORT = 5432
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OPTIONS = frozenset({"channel_binding", "connect_timeout", "gssencmode", "sslcert", "sslkey", "sslmode", "sslrootcert"})
"""What an address may say besides: how the connection is made safe, and never who comes or where to."""
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
"""Of databases, schemas and roles: as PostgreSQL keeps it without quotes, within its 63 bytes."""
EXAMPLE = "postgresql://host/name"


@dataclass(frozen=True, slots=True)
class Address:
    """A PostgreSQL database and how it is reached."""

    host: str
    """A name, or the folder of a socket; empty for what libpq takes of itself."""
    port: int
    database: str
    user: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> tuple[str, int, str]:
        """What is the same in all spellings of one database."""
        host = self.host.lower().rstrip(".") if not self.host.startswith("/") else self.host.rstrip("/")
        return ("localhost" if host in LOOPBACK else host, self.port, self.database)

    @property
    def server(self) -> tuple[str, int]:
        """What is the same for all databases of one server."""
        return self.identity[:2]

    def of(self, database: str) -> Address:
        """Return another database of the same server."""
        return replace(self, database=database)

    def url(self, user: str = "", password: str = "") -> str:
        """Return what a driver connects to, as a user; a password stands in it only where it is given."""
        who = quote(user or self.user, safe="")
        login = f"{who}:{quote(password, safe='')}@" if who and password else f"{who}@" if who else ""
        is_folder = self.host.startswith("/")
        place = "" if is_folder or not self.host else f"[{self.host}]" if ":" in self.host else self.host
        port = "" if is_folder or not self.host or self.port == DEFAULT_PORT else f":{self.port}"
        more: Iterable[tuple[str, str]] = self.options
        if is_folder or not self.host:
            more = (*((("host", self.host),) if is_folder else ()), ("port", str(self.port)), *self.options)
        query = f"?{urlencode(list(more), safe='/')}" if more else ""
        return f"postgresql://{login}{place}{port}/{self.database}{query}"

    def __str__(self) -> str:
        """The address as it may be shown."""
        return self.url()


def read_address(text: str) -> Address:
    """Return the address that a text says; the ValueError for another text repeats nothing of it."""
    parts = _parts(text)
    if parts.password is not None:
        raise ValueError("write no password here: it belongs in the file of the setting `passfile`, or in PGPASSFILE")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    folder, port = given.pop("host", ""), given.pop("port", "")
    if unknown := sorted(set(given) - OPTIONS):
        raise ValueError(f"leave `{unknown[0][:30]}` out; an address may say {', '.join(sorted(OPTIONS))}")
    if folder and (parts.hostname or not folder.startswith("/")):
        raise ValueError(f"write the host before the name, as in `{EXAMPLE}`; `host=` is the folder of a socket")
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise ValueError("a port is a number up to 65535")
    database = parts.path.removeprefix("/")
    check_name(database, "database")
    number = parts.port or int(port or DEFAULT_PORT)
    user = unquote(parts.username or "")
    return Address(unquote(parts.hostname or "") or folder, number, database, user, tuple(sorted(given.items())))


def check_name(name: str, what: str) -> None:
    """Raise ValueError for a name that PostgreSQL would not keep as it is written."""
    if not NAME.fullmatch(name) or name.startswith("pg_"):
        raise ValueError(f"a {what} is named in lower case, as `sidra` or `sidra_west`, with at most 63 characters")


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what raises for a port that is none
    except ValueError:
        raise ValueError(f"write an address such as `{EXAMPLE}`") from None
    is_plain = text.isprintable() and not parts.fragment and "," not in parts.netloc and parts.netloc.count("@") <= 1
    if parts.scheme not in SCHEMES or not is_plain:
        raise ValueError(f"write an address such as `{EXAMPLE}`")
    return parts

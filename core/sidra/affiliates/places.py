"""Where the affiliates keep their records: a place each, which no other one has.

A file of the data folder, a schema of the shared PostgreSQL database, or a PostgreSQL database.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import ClassVar, Literal

from sidra.affiliates.addresses import EXAMPLE, NAME, Address, check_name, read_address
from sidra.errors import SidraError
from sidra.settings import Settings
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.kinds import Layer
from sidra_metamodel.layering.layers import Layers, LayerStack
from sidra_metamodel.nodes import Node, Place

ENDING = ".db"
"""Of every database, so that none takes the place of a cache, or of another one's log of writes."""

OWN_SCHEMA = "sidra"
"""In a database of its own, the schema that an affiliate's tables stand in."""

FORMS = "`{sqlite: file}`, `{schema: name}` or `{database: address}`"
RESERVED = frozenset({"public", "information_schema"})


class PlaceRefused(SidraError):
    """The place that a layer names for its records cannot be used."""

    code = "R005"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A SQLite file of the data folder."""

    kind: ClassVar[Literal["sqlite"]] = "sqlite"

    path: Path

    @property
    def identity(self) -> object:
        """What two places that are one have in common."""
        return self.path

    def __str__(self) -> str:
        """The place as an operator reads it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A schema of a PostgreSQL database, that one role owns; in a database of its own, the only one of it."""

    kind: Literal["schema", "database"]
    affiliate: str
    """Whose it is."""
    address: Address
    schema: str
    role: str
    """Who logs in."""

    @property
    def mark(self) -> str:
        """What role and schema say of themselves in PostgreSQL, so that they are taken for nobody else's."""
        return f"sidra: {self.affiliate} in {self.address.database}.{self.schema}"

    @property
    def names_its_role(self) -> bool:
        """Whether the layer says who logs in, which is then the administrator's affair."""
        return self.kind == "database" and bool(self.address.user)

    @property
    def identity(self) -> object:
        """What two places that are one have in common."""
        return (*self.address.identity, self.schema)

    def __str__(self) -> str:
        """The place as an operator reads it."""
        return f"{self.address.url(self.role)} schema {self.schema}"


StorePlace = FilePlace | ServerPlace


def place_of(layers: Layers, affiliate: str, settings: Settings) -> StorePlace:
    """Return where an affiliate keeps its records; raises PlaceRefused for what is no place, or another one's."""
    node = _named(layers.stack(affiliate))
    found = _place(node, affiliate, settings)
    if node is not None:
        _refuse_shared(layers, affiliate, found, settings, node.place)
    return found


def place_findings(layers: Layers, affiliate: str, settings: Settings) -> list[Diagnostic]:
    """Return what is wrong with the place of an affiliate's records: one finding, or none."""
    try:
        place_of(layers, affiliate, settings)
    except PlaceRefused as error:
        at = error.at or Place(affiliate, 1, 1)
        return [Diagnostic(error.code, error.reason, at, help=error.hint)]
    return []


def _named(stack: LayerStack) -> Node | None:
    """Return the `store` that counts for an affiliate: that of the last layer which names one."""
    found = None
    for folder in stack.folders:
        for kind, name, node in folder.documents:
            if (kind, name) == (Layer.kind, stack.affiliate):
                found = node.get("store") or found
    return found


def _place(node: Node | None, affiliate: str, settings: Settings) -> StorePlace:
    if node is None:
        return FilePlace(_resolved(settings.home, f"{affiliate}{ENDING}"))
    words = {key: inner for key in ("sqlite", "schema", "database") if (inner := node.get(key)) is not None}
    if len(words) != 1:
        raise PlaceRefused(f"the store of `{affiliate}` is not one place", at=node.place, hint=f"write one of {FORMS}")
    ((word, inner),) = words.items()
    if not isinstance(inner.value, str):
        raise PlaceRefused(f"the store of `{affiliate}` is no text", at=inner.place, hint=f"write one of {FORMS}")
    if word == "sqlite":
        return _file(inner.value, affiliate, settings, inner.place)
    return (_schema if word == "schema" else _database)(inner.value, affiliate, settings, inner.place)


def _file(text: str, affiliate: str, settings: Settings, at: Place) -> FilePlace:
    if not _is_inside(text):
        reason = f"`{text[:60]}` is no name of a database in the data folder"
        hint = f"write a name such as `{affiliate}{ENDING}`; where the data folder is, the setting `home` says"
        raise PlaceRefused(reason, at=at, hint=hint)
    return FilePlace(_resolved(settings.home, text))


def _schema(text: str, affiliate: str, settings: Settings, at: Place) -> ServerPlace:
    if not _is_schema(text):
        hint = f"write a name in lower case, such as `{affiliate}`; `public` and `pg_…` are PostgreSQL's own"
        raise PlaceRefused(f"`{text[:60]}` is no name of a schema", at=at, hint=hint)
    if settings.database is None:
        reason = f"`{affiliate}` keeps its records in a shared PostgreSQL database, and no setting says which"
        raise PlaceRefused(reason, at=at, hint=f"set SIDRA_DATABASE={EXAMPLE}")
    role = _role(settings.database.database, text, at)
    return ServerPlace("schema", affiliate, settings.database, text, role)


def _database(text: str, affiliate: str, settings: Settings, at: Place) -> ServerPlace:
    try:
        address = read_address(text)
    except ValueError as error:
        reason = f"the address of the database of `{affiliate}` cannot be used"
        raise PlaceRefused(reason, at=at, hint=str(error)) from error
    if settings.database is not None and settings.database.identity == address.identity:
        reason = f"`{affiliate}` names the shared database as one of its own"
        raise PlaceRefused(reason, at=at, hint=f"write `store: {{schema: {affiliate}}}`, or name another database")
    role = address.user or _role(address.database, OWN_SCHEMA, at)
    return ServerPlace("database", affiliate, address, OWN_SCHEMA, role)


def _role(database: str, schema: str, at: Place) -> str:
    """Return the name of the role of a schema, which a server has for all its databases together."""
    name = f"{database}_{schema}"
    try:
        check_name(name, "role")
    except ValueError:
        reason = f"`{name[:80]}` would be the role that logs in, and is too long for PostgreSQL"
        raise PlaceRefused(reason, at=at, hint="give the schema a shorter name") from None
    return name


def _is_schema(text: str) -> bool:
    return NAME.fullmatch(text) is not None and not text.startswith("pg_") and text not in RESERVED


def _is_inside(text: str) -> bool:
    path, windows = PurePosixPath(text), PureWindowsPath(text)
    is_relative = not path.is_absolute() and not windows.drive and not windows.root
    return text.isprintable() and text.endswith(ENDING) and is_relative and ".." not in windows.parts


def _resolved(home: Path, text: str) -> Path:
    # Links count as where they lead, so that two names of one file are one.
    return (home / text).resolve()


def _refuse_shared(layers: Layers, affiliate: str, found: StorePlace, settings: Settings, at: Place) -> None:
    """Refuse a place that another affiliate has too: whoever is named like its file keeps it, of others neither."""
    for other in layers.affiliates:
        theirs = None if other == affiliate else _place_or_none(layers, other, settings)
        if theirs is not None and theirs.identity == found.identity:
            reason = f"`{affiliate}` and `{other}` name the same database, and records of two are never in one"
            raise PlaceRefused(reason, at=at, hint=f"give `{affiliate}` a place of its own, or leave `store:` out")
        if theirs is not None and _is_one_role(theirs, found):
            reason = f"`{affiliate}` and `{other}` log in as the same role, which could read the records of both"
            raise PlaceRefused(reason, at=at, hint="give each database a role of its own")


def _place_or_none(layers: Layers, affiliate: str, settings: Settings) -> StorePlace | None:
    try:
        return _place(_named(layers.stack(affiliate)), affiliate, settings)
    except PlaceRefused:
        return None


def _is_one_role(one: StorePlace, other: StorePlace) -> bool:
    if isinstance(one, FilePlace) or isinstance(other, FilePlace):
        return False
    return (one.role, one.address.server) == (other.role, other.address.server)

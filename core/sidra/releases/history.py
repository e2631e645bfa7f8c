"""The releases of one affiliate: what was put in force when, by whom and why; the store is where they are kept."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson
import sqlalchemy as sa

from sidra.releases.errors import Damaged
from sidra.releases.plan import Plan
from sidra.releases.sources import Bundle, Sources
from sidra.releases.tables import release_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.prepared import Prepared, Row, given

COLUMNS = (
    "number",
    "revision",
    "baseline",
    "git_commit",
    "below",
    "own",
    "digest",
    "at",
    "kind",
    "by_id",
    "by_name",
    "why",
    "units",
)
FIELDS = tuple("commit" if name == "git_commit" else name for name in COLUMNS)


@dataclass(frozen=True, slots=True)
class Release:
    """One time that a configuration was put in force."""

    number: int
    revision: str
    baseline: str
    commit: str
    below: str
    """The digest of the baseline's files."""
    own: str
    """That of the layers' above it."""
    digest: str
    """Of the plan."""
    at: datetime.datetime
    kind: str
    """`apply`, `rollback` or `trial_ended`."""
    by_id: str
    by_name: str
    why: str
    units: tuple[str, ...] = ()
    """Of a trial, the units whose people have it; the others keep the release before."""

    def as_dict(self) -> dict[str, object]:
        """Return the release of JSON's types."""
        return {
            "number": self.number,
            "revision": self.revision,
            "baseline": self.baseline,
            "commit": self.commit or None,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "by": self.by_name,
            "why": self.why,
            "plan": self.digest,
            "units": list(self.units),
        }


class Figure(NamedTuple):
    """How many effective leaves a release had, and how many of them said what the baseline said."""

    leaves: int
    reused: int


class Releases:
    """Reads and writes the releases of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        tables = release_tables(sa.MetaData())
        release, content, figure = tables.release, tables.content, tables.figure
        self._name, self._figure_name = release.name, figure.name
        chosen = sa.select(*(release.c[name] for name in COLUMNS)).order_by(release.c.number.desc())
        self._all = Prepared(store, chosen)
        self._plan = Prepared(store, sa.select(release.c.plan).where(release.c.number == given("number")))
        self._insert = Prepared(store, release.insert())
        self._count = Prepared(store, figure.insert())
        self._figures = Prepared(store, sa.select(figure.c.number, figure.c.leaves, figure.c.reused))
        self._kept = Prepared(store, sa.select(content.c.content).where(content.c.digest == given("digest")))
        self._keep = Prepared(store, content.insert())

    def all(self) -> list[Release]:
        """Return all releases, the latest first."""
        with self._store.reading() as connection:
            return self.all_on(connection)

    def all_on(self, connection: Connection) -> list[Release]:
        """Return the same as a transaction sees them."""
        if self._name not in self._store.columns(connection):
            return []
        return [_release(row) for row in self._all.rows_on(connection)]

    def figures(self) -> dict[int, Figure]:
        """Return how much of each release was the baseline's, by its number; those before this was kept have none."""
        with self._store.reading() as connection:
            if self._figure_name not in self._store.columns(connection):
                return {}
            return {number: Figure(*counts) for number, *counts in self._figures.rows_on(connection)}

    def live(self) -> Release | None:
        """Return what is in force; None where nothing was ever released."""
        return live_of(self.all())

    def trial(self) -> Release | None:
        """Return what some units try out; None where none does."""
        found = self.all()
        return found[0] if found and found[0].units else None

    def plan(self, number: int) -> dict[str, object]:
        """Return the plan that a release was applied by, as JSON has it."""
        row = self._plan.one(number=number)
        return dict(orjson.loads(row[0])) if row is not None else {}

    def keep(self, connection: Connection, sources: Sources) -> None:
        """Keep files that are not kept yet."""
        for bundle in (sources.below, sources.own):
            if not self._kept.rows_on(connection, digest=bundle.digest):
                self._keep.run_on(connection, digest=bundle.digest, content=bundle.packed())

    def sources(self, below: str, own: str) -> Sources:
        """Return the files of two digests; raises Damaged where they are not what was kept."""
        return Sources(self._bundle(below), self._bundle(own))

    def _bundle(self, digest: str) -> Bundle:
        row = self._kept.one(digest=digest)
        if row is None:
            raise Damaged(f"the files `{digest}` are not kept", hint="restore the database from a backup")
        return Bundle.unpacked(bytes(row[0]), digest)

    def add(self, connection: Connection, release: Release, plan: Plan, figure: Figure) -> Release:
        """Return a release with its number, which is in force from the end of the transaction on."""
        known = self.all_on(connection)
        numbered = replace(release, number=known[0].number + 1 if known else 1)
        self._insert.run_on(
            connection,
            number=numbered.number,
            revision=release.revision,
            baseline=release.baseline,
            git_commit=release.commit,
            below=release.below,
            own=release.own,
            plan=orjson.dumps(plan.as_dict()).decode(),
            digest=release.digest,
            at=encode_datetime(release.at),
            kind=release.kind,
            by_id=release.by_id,
            by_name=release.by_name,
            why=release.why,
            units=orjson.dumps(release.units).decode(),
        )
        self._count.run_on(connection, number=numbered.number, **figure._asdict())
        return numbered


def live_of(releases: list[Release]) -> Release | None:
    """Return the last release that is not a trial."""
    return next((one for one in releases if not one.units), None)


def _release(row: Row) -> Release:
    found = dict(zip(FIELDS, row, strict=True))
    return Release(**{**found, "at": decode_datetime(found["at"]), "units": tuple(orjson.loads(found["units"]))})

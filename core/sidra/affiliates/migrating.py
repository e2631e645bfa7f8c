"""An affiliate's store and what its configuration wants of it: planned, applied and told, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sidra.affiliates.opening import open_store
from sidra.affiliates.places import place_of
from sidra.clock import Clock, utc_now
from sidra.configuration import Configuration
from sidra.errors import NotServed
from sidra.privacy.converting import Resealing
from sidra.privacy.keys import KeyRing
from sidra.records.fulfilment import Key, kept_demands, unfulfilled
from sidra.records.recomputing import Recomputing
from sidra.records.violations import violations
from sidra.runtime import Bring, Runtime, tables_of
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import new_id
from sidra.store.schema.aside import drop, size
from sidra.store.schema.changes import Change, Changes, Class, Kind
from sidra.store.schema.counting import counted
from sidra.store.schema.difference import difference
from sidra.store.schema.drift import Drift, drift
from sidra.store.schema.evolve import SchemaMismatch, brought_at
from sidra.store.schema.journal import Entry, Journal
from sidra.store.schema.keeping import DEMAND_TABLE
from sidra.store.schema.planning import later_steps, migration_steps
from sidra.store.schema.running import Runner, Telling, tell_nobody
from sidra.store.schema.shape import Aside, Kept, Wanted, kept_in
from sidra.store.schema.steps import Step
from sidra_metamodel.model import Model

RESHAPING = frozenset(
    {
        Kind.ADD_TABLE,
        Kind.ADD_COLUMN,
        Kind.RENAME,
        Kind.RENAME_VALUE,
        Kind.CONVERT,
        Kind.SEAL,
        Kind.RESTORE,
        Kind.REFUSE,
    }
)
"""Of these changes, one keeps records from being read as the configuration has them."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a store stands to its configuration."""

    brought_at: int | None
    """When it was last brought to a configuration, in µs since 1970."""
    unfinished: tuple[Entry, ...]
    drift: Drift
    aside: tuple[tuple[Aside, int], ...]
    """What is kept aside, with the number of its values."""
    unfulfilled: Mapping[Key, int | None]
    """How many records were found to violate what is demanded of a member; None where it was not counted."""


class Migrating:
    """One affiliate's store."""

    def __init__(
        self, model: Model, store: Store, keys: KeyRing | None = None, clock: Clock = utc_now, *, goal: str = ""
    ) -> None:
        """Make that of a Model; goal: the revision that the Model is, where releases are kept."""
        self.model, self.store, self._clock, self._goal = model, store, clock, goal
        self._keys = keys if keys is not None else KeyRing.in_memory()
        self._sealer = Resealing(self._keys.of(model.affiliate), store, self._now)
        self._journal = Journal(store)

    @staticmethod
    def of(configuration: Configuration, affiliate: str) -> Migrating:
        """Return an affiliate's; raises NotServed where its configuration is broken, StoreError for its store."""
        settings = configuration.settings
        loaded = configuration.load(affiliate)
        if loaded.model is None:
            raise NotServed(f"the configuration of `{affiliate}` is broken", hint=f"run `sidra check {affiliate}`")
        store = open_store(place_of(configuration.layers, affiliate, settings), settings)
        return Migrating(loaded.model, store, KeyRing.open(settings.key_file))

    @property
    def wanted(self) -> Wanted:
        """What the configuration wants of the tables, by the names that its steps have given them so far."""
        return Wanted.of(self.model, tables_of(self.model, self.store)[0])

    def plan(self) -> Changes:
        """Return what must change, counted, and which records could not be saved as they are."""
        with self.store.apart() as connection:
            found = self.changes(connection)
        # Records can be read as the configuration has them only where their tables are as it has them.
        if any(change.kind in RESHAPING for change in found):
            return found
        return Changes((*found, *violations(self._runtime("nothing"))))

    def changes(self, connection: Connection) -> Changes:
        """Return what must change in the tables, counted."""
        wanted, kept = self.wanted, kept_in(self.store, connection)
        changes = difference(wanted, kept, self.store.dialect)
        return counted(self.store, connection, changes, wanted, kept, self._sealer.reseal)

    def runtime(self) -> Runtime:
        """Return the configuration compiled for the store as it would be, which is left as it is."""
        return self._runtime("nothing")

    def steps(self, changes: Changes, *, consents: bool = True) -> list[Step]:
        """Return the steps that a plan comes to, but for what loading the configuration does by itself."""
        with self.store.reading() as connection:
            kept = kept_in(self.store, connection)
        first = migration_steps(changes, self.wanted, kept, self.store.dialect, self._now())
        return [*first, *self._later(changes, kept, consents=consents)]

    def apply(self, *, consents: bool = False, tell: Telling = tell_nobody) -> None:
        """Bring the store to the configuration; what was begun before is ended first. Raises SchemaMismatch, Busy.

        What the configuration no longer has is set aside only with consent.
        """
        self._finish(tell)
        self._add(self._first)
        Runner(self.store, self._now, tell, sealer=self._sealer).run()
        runtime = self._runtime("anew")
        self._add(lambda changes, kept: self._later(changes, kept, consents=consents))
        Runner(self.store, self._now, tell, Recomputing(runtime)).run()
        unfulfilled(runtime, seconds=None)

    def status(self) -> Status:
        """Return how the store stands to its configuration."""
        with self.store.reading() as connection:
            kept = kept_in(self.store, connection)
            unfinished = tuple(self._journal.unfinished(connection))
            aside = tuple((one, size(self.store, connection, one)) for one in kept.aside)
            drifted = drift(self.store, connection, self.wanted)
            demands = kept_demands(self.store, connection) if DEMAND_TABLE in kept.columns else {}
            violated = {key: one.count for key, one in demands.items() if one.count != 0}
            return Status(brought_at(connection, kept), unfinished, drifted, aside, violated)

    def drop_aside(self, before: int) -> list[Aside]:
        """Take away for good what was set aside before a moment, in µs since 1970; return what that was."""
        with self.store.reshaping() as connection:
            gone = [one for one in kept_in(self.store, connection).aside if one.at < before]
            for one in gone:
                drop(self.store, connection, one)
        return gone

    def _first(self, changes: Changes, kept: Kept) -> list[Step]:
        refused = changes.of(Class.REFUSED)
        if refused:
            raise SchemaMismatch("; ".join(change.says for change in refused), hint=refused[0].why)
        return migration_steps(changes, self.wanted, kept, self.store.dialect, self._now())

    def _later(self, changes: Iterable[Change], kept: Kept, *, consents: bool) -> list[Step]:
        levels = {Class.LATER} | ({Class.DESTRUCTIVE} if consents else set())
        chosen = [change for change in changes if change.level in levels]
        return list(later_steps(chosen, self.wanted, kept, self.store.dialect, self._now()))

    def _add(self, steps_of: Callable[[Changes, Kept], list[Step]]) -> None:
        """Write down the steps of what differs now, unless another process has written down others."""
        with self.store.reshaping() as connection:
            self._journal.prepare(connection)
            if self._journal.unfinished(connection):
                return
            kept = kept_in(self.store, connection)
            changes = difference(self.wanted, kept, self.store.dialect)
            known = counted(self.store, connection, changes, self.wanted, kept, self._sealer.reseal)
            steps = steps_of(known, kept)
            self._journal.add(connection, new_id(self._now() // 1000, 0), steps, self._goal)

    def _finish(self, tell: Telling) -> None:
        """Do what an earlier run has left."""
        with self.store.reading() as connection:
            left = self._journal.unfinished(connection)
        if any(entry.step.form == "recompute" for entry in left):
            Runner(self.store, self._now, tell, Recomputing(self._runtime()), self._sealer).run()
        elif left:
            Runner(self.store, self._now, tell, sealer=self._sealer).run()

    def _runtime(self, bring: Bring = "changes") -> Runtime:
        return Runtime(self.model, self.store, self._clock, keys=self._keys, bring=bring)

    def _now(self) -> int:
        return encode_datetime(self._clock())

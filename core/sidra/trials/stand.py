"""An affiliate in memory, empty again for every test: its tables are made once and copied back in a millisecond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sidra.access.actor import Actor
from sidra.access.grants import AccessProfile
from sidra.access.scopes import Scopes
from sidra.privacy.keys import KeyRing
from sidra.records.compiled import CompiledEntity
from sidra.records.views import View
from sidra.rules.engine import RuleSet
from sidra.runtime import Bring, Runtime
from sidra.store.memory import Image, MemoryStore
from sidra.store.schema.evolve import SchemaMismatch
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork

Result = TypeVar("Result")


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 15, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment that it shows, in UTC."""
        return self.moment

    def wait(self, span: timedelta) -> None:
        """Move on."""
        self.moment += span


class TracedRuntime(Runtime):
    """A Runtime that notes which documents decide what it does."""

    def __init__(
        self,
        model: Model,
        store: MemoryStore,
        clock: MovedClock,
        earlier: Runtime | None = None,
        *,
        bring: Bring = "changes",
    ) -> None:
        self.touched: set[Key] = set()
        self._made = 0
        super().__init__(model, store, clock, earlier, None if earlier else KeyRing.in_memory(), bring)

    def entity(self, name: str) -> CompiledEntity:
        """Return a compiled entity; raises NotFound."""
        self.touched.add(("entity", name))
        return super().entity(name)

    def view(self, entity: str, profile: AccessProfile) -> View:
        """Return an entity as a set of roles sees it; raises NotFound."""
        self.touched.add(("entity", entity))
        return super().view(entity, profile)

    def rules(self, entity: str) -> RuleSet:
        """Return the rules of an entity."""
        self.touched.add(("entity", entity))
        return super().rules(entity)

    def profile(self, roles: frozenset[str], scopes: Scopes | None = None) -> AccessProfile:
        """Return what a set of roles may do."""
        self.touched.update(("role", role) for role in roles)
        return super().profile(roles, scopes)

    def begin(self) -> None:
        """Forget what was noted."""
        self.touched.clear()
        self._made = 0

    def transact(
        self,
        actor: Actor,
        function: Callable[[UnitOfWork], Result],
        *,
        gathers: bool = False,
        patience: float = 0.0,
    ) -> Result:
        """Return what a function gives in a unit of work; the clock stands, yet whose record came later sorts later."""

        def numbered(unit: UnitOfWork) -> Result:
            unit.made = self._made
            result = function(unit)
            self._made = unit.made
            return result

        return super().transact(actor, numbered, gathers=gathers, patience=patience)


class Stand:
    """Where the tests of one Model are run, one after the other."""

    def __init__(
        self, runtime: TracedRuntime, store: MemoryStore, clock: MovedClock, empty: Image | None = None
    ) -> None:
        """Take a store with the tables of a Runtime; `empty` is a copy of it from before its first test."""
        self.runtime, self.clock = runtime, clock
        self._store = store
        self._empty = store.copy() if empty is None else empty

    @staticmethod
    def of(model: Model) -> Stand:
        """Return a stand with the tables of a Model."""
        store, clock = MemoryStore(), MovedClock()
        return Stand(TracedRuntime(model, store, clock), store, clock)

    def varied(self, model: Model, *, has_other_tables: bool) -> Stand:
        """Return a stand of a Model that differs a little; what both have in common is not made again."""
        if not has_other_tables:
            store, clock = self._store, self.clock
            runtime = TracedRuntime(model, store, clock, self.runtime, bring="nothing")
            return Stand(runtime, store, clock, self._empty)
        store, clock = MemoryStore(), MovedClock()
        store.restore(self._empty)
        try:
            return Stand(TracedRuntime(model, store, clock, self.runtime), store, clock)
        except SchemaMismatch:
            store.close()
            return Stand.of(model)

    def begin(self, local: datetime) -> TracedRuntime:
        """Return the Runtime of the affiliate, empty, at a local moment."""
        self._store.restore(self._empty)
        self.clock.moment = local.replace(tzinfo=self.runtime.model.time_zone).astimezone(UTC)
        self.runtime.begin()
        return self.runtime

    def close(self) -> None:
        """Give the memory back."""
        self._store.close()
        self._empty.close()

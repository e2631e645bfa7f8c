"""The affiliates of an installation: each on its own store, with the last configuration of it that was good."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sidra.clock import Clock, utc_now
from sidra.errors import SidraError
from sidra.plugins import Plugins, load_plugins
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.database import Store, StoreError
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.layering.fingerprint import fingerprint
from sidra_metamodel.layering.layers import Layers, LayerStack, discover
from sidra_metamodel.load import Language, load
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Place
from sidra_metamodel.reading.cache import Cache


@dataclass(frozen=True, slots=True)
class AffiliateState:
    """What is in force for an affiliate, and what was found when its files were last read."""

    name: str
    runtime: Runtime | None
    """The last good one; None where there never was one."""
    diagnostics: tuple[Diagnostic, ...]
    """Of the files as they are now, whether or not they are in force."""
    loaded_at: datetime.datetime
    version: str
    """Of the files as they are now."""
    unread: frozenset[Diagnostic]
    """What is wrong with files themselves, so that they hold no document."""

    @property
    def is_current(self) -> bool:
        """Whether what is in force is what the files say."""
        return self.runtime is not None and self.runtime.model.version == self.version


class Affiliates:
    """All affiliates of the settings. States are replaced whole: a request keeps the Runtime that it began with."""

    def __init__(self, settings: Settings, plugins: Plugins | None = None, clock: Clock = utc_now) -> None:
        """Load every affiliate; what is wrong with one is kept in its state and holds no other back."""
        self.settings = settings
        found = plugins or load_plugins(settings.plugins)
        self.language = Language(found.registry, found.functions, found.types)
        self._clock = clock
        self._cache = Cache(settings.home / "cache" / "documents", found.registry)
        self._verdicts = Verdicts(settings.home / "cache" / "verdicts")
        self._stores: dict[str, Store] = {}
        self._lock = threading.Lock()
        self._states: Mapping[str, AffiliateState] = MappingProxyType({})
        self.reload(())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all affiliates, sorted."""
        return tuple(sorted(self._states))

    def get(self, name: str) -> Runtime | None:
        """Return the Runtime in force; None for an affiliate that is not there, or never was good."""
        state = self._states.get(name)
        return state.runtime if state is not None else None

    def state(self, name: str) -> AffiliateState | None:
        """Return what is known of an affiliate; None where there is none of that name."""
        return self._states.get(name)

    def reload(self, changed: Iterable[Path]) -> tuple[str, ...]:
        """Return the affiliates whose files say something else than before, after putting in force what is good.

        changed: files that were saved; unchanged ones are not read again in any case. A broken file leaves its
        affiliates on their last good Runtime and changes their diagnostics only.
        """
        del changed
        with self._lock, collection_paused():
            layers = discover(self.settings.baseline, self.settings.affiliates, self.language.registry, self._cache)
            states = {name: self._renewed(layers, name) for name in layers.affiliates}
            moved = tuple(name for name, state in states.items() if state is not self._states.get(name))
            self._states = MappingProxyType(states)
        return moved

    def _renewed(self, layers: Layers, name: str) -> AffiliateState:
        stack = layers.stack(name)
        version = fingerprint(stack, self.language)
        known = self._states.get(name)
        # A file that cannot be read has no part in the version, so the version alone does not tell.
        unread = frozenset(stack.diagnostics)
        if known is not None and (known.version, known.unread) == (version, unread):
            return known
        loaded = load(layers, name, self.language, self._verdicts)
        runtime, diagnostics = known.runtime if known else None, tuple(loaded.diagnostics)
        if loaded.model is not None:
            try:
                runtime = self._runtime(loaded.model, runtime)
            except SidraError as error:
                diagnostics += (_as_diagnostic(error, stack),)
        return AffiliateState(name, runtime, diagnostics, self._clock(), version, unread)

    def _runtime(self, model: Model, earlier: Runtime | None) -> Runtime:
        return Runtime(model, self._store(model), self._clock, earlier)

    def _store(self, model: Model) -> Store:
        name = model.affiliate
        if name not in self._stores:
            place = model.layer.store
            if place is not None and (place.schema or place.database):
                raise StoreError(f"the store of `{name}` is not in SQLite", hint="write `store: {sqlite: file}`")
            file = place.sqlite if place is not None and place.sqlite else f"{name}.db"
            self._stores[name] = Store.open(self.settings.home / file, durability=self.settings.durability)
        return self._stores[name]

    def close(self) -> None:
        """Close all stores; nothing is served afterwards."""
        with self._lock:
            self._states = MappingProxyType({})
            while self._stores:
                self._stores.popitem()[1].close()


def _as_diagnostic(error: SidraError, stack: LayerStack) -> Diagnostic:
    own = stack.folders[-1]
    path = next((node.source.path for _, _, node in own.documents), str(own.path.name))
    return Diagnostic(error.code, error.reason, Place(path, 1, 1, own.name), help=error.hint)

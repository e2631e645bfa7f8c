"""The affiliates of an installation: each on its own store, with the last configuration of it that was good."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

import structlog

from sidra.affiliates.opening import open_store
from sidra.affiliates.places import StorePlace, place_of
from sidra.affiliates.states import (
    AffiliateState,
    Trial,
    damaged,
    never_released,
    told,
    told_of_drift,
    told_of_records,
    told_of_release,
)
from sidra.clock import Clock, utc_now
from sidra.errors import Busy, Misconfigured, SidraError
from sidra.plugins import Plugins, load_plugins
from sidra.privacy.keys import KeyRing
from sidra.releases.serving import ReleasedLayers, damaged_in, layers_in_force, pin_of, trial_of, waiting_in
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.broken import broken_store
from sidra.store.database import Store
from sidra.store.failures import StoreError
from sidra.store.schema.drift import SchemaDrift
from sidra.store.schema.evolve import NeedsMigration
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.collecting import collection_paused
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.layering.layers import Layers, LayerStack
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.model import Model
from sidra_metamodel.reading.cache import Cache

RETRY = datetime.timedelta(seconds=1)
"""How soon a database that could not take a new configuration is asked again: whoever asks waits for it."""
OVERTAKEN_SECONDS, PAUSE_SECONDS = 1.0, 0.02
"""How long one request waits for steps that bring its database to what the files say, and between two looks."""
AT_ONCE = datetime.datetime.min.replace(tzinfo=datetime.UTC)


class Affiliates:
    """All affiliates of the settings, each loaded when it is asked for: who edits one file waits for one affiliate.

    States are replaced whole: a request keeps the Runtime that it began with.
    """

    def __init__(self, settings: Settings, plugins: Plugins | None = None, clock: Clock = utc_now) -> None:
        """Read the files; what is wrong with an affiliate is kept in its state and holds no other back."""
        self.settings = settings
        self.plugins = plugins or load_plugins(settings.plugins)
        self.language = self.plugins.language
        self._clock = clock
        self._cache = Cache(settings.home / "cache" / "documents", self.plugins.registry)
        self._verdicts = Verdicts(settings.home / "cache" / "verdicts")
        self._stores: dict[object, Store] = {}
        """By the identity of their place."""
        self._keys: KeyRing | None = None
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._turns_to_renew: dict[str, threading.Lock] = {}
        self._in_vain: dict[str, float] = {}
        """When a configuration that the database has was last waited for and did not come, by affiliate."""
        self._layers = Layers(())
        self._states: Mapping[str, AffiliateState] = MappingProxyType({})
        self._due: dict[str, datetime.datetime] = {}
        """The affiliates whose state is not what their files say, and from when on they are loaded."""
        self.reload()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all affiliates, sorted; also of those that wait for their first release."""
        return tuple(sorted((*self._layers.affiliates, *waiting_in(self._layers), *damaged_in(self._layers))))

    def get(self, name: str) -> Runtime | None:
        """Return the Runtime in force; None for an affiliate that is not there, or never was good."""
        state = self.state(name)
        return state.runtime if state is not None else None

    def state(self, name: str) -> AffiliateState | None:
        """Return what is known of an affiliate, after loading what is new of it; None where there is none."""
        if name in self._due:
            self._renew(name)
        return self._states.get(name)

    def overtaken(self, name: str, runtime: Runtime) -> bool:
        """Take what the files say now, since the database is of another configuration than a Runtime.

        Return whether another Runtime is in force. Who asks waits for it, and a moment for steps of `sidra db apply`
        that are under way; where that was in vain, the others are told so at once for as long.
        """
        with self._turns_to_renew.get(name) or threading.Lock():
            until = time.monotonic() + OVERTAKEN_SECONDS
            if self._is_other(name, runtime) or until < self._in_vain.get(name, 0.0) + 2 * OVERTAKEN_SECONDS:
                return self._is_other(name, runtime)
            with suppress(Misconfigured):
                self.reload()
            if pin_of(self._layers, name) is not None:
                # Where the folder of releases is another machine's, only the store tells that something was released.
                with self._lock:
                    self._due = {**self._due, name: AT_ONCE}
            while self._due.get(name) is not None:
                with self._lock:
                    self._due = {**self._due, name: AT_ONCE}
                self.state(name)
                if self._is_other(name, runtime):
                    return True
                if time.monotonic() > until:
                    break
                time.sleep(PAUSE_SECONDS)
            self._in_vain[name] = time.monotonic()
            return self._is_other(name, runtime)

    def _is_other(self, name: str, runtime: Runtime) -> bool:
        state = self._states.get(name)
        return state is not None and state.runtime is not None and state.runtime is not runtime

    def load_all(self) -> None:
        """Load every affiliate now, so that nobody waits for it later."""
        for name in self.names:
            self.state(name)

    def reload(self) -> tuple[str, ...]:
        """Return the affiliates whose files say something else than before; each is loaded when it is asked for.

        Raises Misconfigured where a folder cannot be read; then nothing changed.
        """
        with self._lock, collection_paused():
            layers = self._discovered()
            changed = tuple(name for name in layers.affiliates if self._is_changed(layers, name))
            known, due = self._states, self._due
            self._turns = {name: self._turns.get(name) or threading.Lock() for name in layers.affiliates}
            self._turns_to_renew = {
                name: self._turns_to_renew.get(name) or threading.Lock() for name in layers.affiliates
            }
            self._layers = layers
            waiting = {name: never_released(name, self._clock()) for name in waiting_in(layers)}
            for name, error in damaged_in(layers).items():
                runtime = known[name].runtime if name in known else None
                waiting[name] = damaged(name, error, runtime, self._clock())
            kept = {name: known[name] for name in layers.affiliates if name in known}
            self._states = MappingProxyType({**kept, **waiting})
            self._due = {name: due[name] for name in layers.affiliates if name in due} | dict.fromkeys(changed, AT_ONCE)
        for name, state in waiting.items():
            if name not in known or name in damaged_in(layers):
                code, what = state.diagnostics[0].code, state.diagnostics[0].message
                structlog.get_logger("sidra.releases").error("not served", affiliate=name, code=code, what=what)
        return changed

    def _discovered(self) -> Layers:
        try:
            return layers_in_force(self.settings, self.language.registry, self._cache)
        except OSError as error:
            reason = f"the folder of a layer cannot be read: {error.strerror}"
            raise Misconfigured(reason, hint=f"see the rights of {error.filename}") from error

    def _is_changed(self, layers: Layers, name: str) -> bool:
        known = self._states.get(name)
        # Without a version it failed for a reason that may stand anywhere.
        if known is None or not known.version or name not in self._layers.affiliates:
            return True
        before, now = self._layers.stack(name), layers.stack(name)
        # A file that says what it said is the same document; one that cannot be read is none, and has its findings.
        is_told_anew = set(before.diagnostics) != set(now.diagnostics) or set(before.beside) != set(now.beside)
        is_pinned_anew = pin_of(self._layers, name) != pin_of(layers, name)
        # What the group waives and bounds counts for those, too, whose layers stand on another version of it.
        is_bound_anew = before.grants != now.grants
        return before.folders != now.folders or is_told_anew or is_pinned_anew or is_bound_anew

    def _renew(self, name: str) -> None:
        """Load an affiliate, unless its time has not come."""
        turn, due = self._turns.get(name), self._due.get(name)
        # New files are waited for. Where a database is busy, one request tries; the others have what is in force.
        if turn is None or due is None or not turn.acquire(blocking=due == AT_ONCE):
            return
        try:
            due = self._due.get(name)
            if due is not None and due <= self._clock():
                self._replace(name)
        finally:
            turn.release()

    def _replace(self, name: str) -> None:
        layers = self._layers
        state = self._loaded(layers, name)
        with self._lock:
            if name not in self._layers.affiliates:
                return
            self._states = MappingProxyType({**self._states, name: state})
            due = {other: at for other, at in self._due.items() if other != name}
            if self._layers is not layers:
                due[name] = AT_ONCE
            elif state.is_waiting:
                due[name] = self._clock() + RETRY
            self._due = due

    def _loaded(self, layers: Layers, name: str) -> AffiliateState:
        """Return the new state of an affiliate; whatever goes wrong stands in it."""
        known, stack = self._states.get(name), None
        runtime = known.runtime if known is not None else None
        try:
            stack = layers.stack(name)
            store, in_force = self._as_stored(layers, name)
            stack = in_force.stack(name)
            # What was made of the documents is remembered for all affiliates together; their databases are apart.
            with self._lock, collection_paused():
                loaded = load(in_force, name, self.language, self._verdicts)
            found = self._in_force(in_force, stack, loaded, runtime, store)
            return replace(found, diagnostics=(*found.diagnostics, *self._told_of_release(layers, in_force, stack)))
        except (Busy, StoreError) as error:
            trial = known.trial if known is not None else None
            return AffiliateState(name, runtime, (told(error, name, stack),), self._clock(), "", trial, is_waiting=True)
        except Exception as error:  # noqa: BLE001 - whatever a file or a plugin does to one affiliate, others are served
            return AffiliateState(name, runtime, (told(error, name, stack),), self._clock(), "")

    def _as_stored(self, layers: Layers, name: str) -> tuple[Store | None, Layers]:
        """Return the layers as the affiliate's store has them in force, and that store; of saved files the same ones.

        The store decides, whatever servers were told: that may have come from a database that is not theirs.
        """
        if not isinstance(layers, ReleasedLayers):
            return None, layers
        store = self._store(place_of(layers, name, self.settings), name)
        try:
            return store, layers.following(name, store, self.settings.home, self.language.registry, self._cache)
        except store.errors as error:
            raise broken_store(error) from error

    @staticmethod
    def _told_of_release(layers: Layers, in_force: Layers, stack: LayerStack) -> Iterator[Diagnostic]:
        told_pin, served = pin_of(layers, stack.affiliate), pin_of(in_force, stack.affiliate)
        if told_pin is not None and served is not None:
            for found in told_of_release(stack, told_pin, served):
                structlog.get_logger("sidra.releases").error("drift", affiliate=stack.affiliate, what=found.message)
                yield found

    def _in_force(
        self, layers: Layers, stack: LayerStack, loaded: Loaded, runtime: Runtime | None, store: Store | None
    ) -> AffiliateState:
        """Return the state after a Model, if there is one, was put on its database.

        store: the one that said what is in force; else it is where the layers say.
        """
        name, diagnostics, is_waiting = stack.affiliate, tuple(loaded.diagnostics), False
        trial: Trial | None = None
        if loaded.model is not None:
            try:
                with collection_paused():
                    store = store or self._store(place_of(layers, name, self.settings), name)
                    runtime = self._runtime(loaded.model, store, runtime)
                    trial = self._trial(layers, name, runtime)
                drifted = tuple(told_of_drift(runtime, stack))
                if drifted:
                    missing = [found.message for found in drifted]
                    structlog.get_logger("sidra.store").warning("drift", affiliate=name, missing=missing)
                diagnostics = (*diagnostics, *drifted, *told_of_records(runtime))
            except (Busy, StoreError, NeedsMigration, SchemaDrift) as error:
                diagnostics, is_waiting = (*diagnostics, told(error, name, stack)), True
            except SidraError as error:
                diagnostics = (*diagnostics, told(error, name, stack))
        version = loaded.draft.version
        return AffiliateState(name, runtime, diagnostics, self._clock(), version, trial, is_waiting=is_waiting)

    def _trial(self, layers: Layers, name: str, runtime: Runtime) -> Trial | None:
        """Return what some units try out, on the tables of what is in force."""
        found = trial_of(layers, name)
        model = load(found[0], name, self.language, self._verdicts).model if found is not None else None
        if found is None or model is None:
            return None
        made = Runtime(model, runtime.store, self._clock, runtime, bring="nothing")
        return Trial(made, frozenset(runtime.units.reached(found[1])))

    def _runtime(self, model: Model, store: Store, earlier: Runtime | None) -> Runtime:
        # Tables know what their database needs, so that those of another one are of no use.
        same = earlier if earlier is not None and earlier.store is store else None
        try:
            made = Runtime(model, store, self._clock, same, self._ring())
            made.persons.check_keys()
        except (store.errors, OSError) as error:
            raise broken_store(error) from error
        return made

    def _ring(self) -> KeyRing:
        """Return the keys of the installation; raises KeysRefused where their file cannot be used."""
        if self._keys is None:
            self._keys = KeyRing.open(self.settings.key_file)
        return self._keys

    def _store(self, place: StorePlace, name: str) -> Store:
        known = self._stores.get(place.identity)
        for other, state in self._states.items():
            if known is not None and other != name and state.runtime is not None and state.runtime.store is known:
                raise StoreError(f"`{other}` is served from the database of `{name}`", hint=f"mend `{other}` first")
        if known is None:
            known = self._stores[place.identity] = open_store(place, self.settings)
        return known

    def rest(self) -> None:
        """Close the connections to all databases, so that this process can be forked; who asks opens others."""
        with self._lock:
            for store in self._stores.values():
                store.close()

    def let_go(self) -> int:
        """Close connections that nobody has asked anything since the last time; returns of how many affiliates."""
        with self._lock:
            stores = tuple(self._stores.values())
        return sum([store.close_idle() for store in stores])

    def __reduce__(self) -> tuple[type[Affiliates], tuple[Settings]]:
        """A process that shares no memory with this one makes them anew."""
        return Affiliates, (self.settings,)

    def close(self) -> None:
        """Close all stores; nothing is served afterwards."""
        with self._lock:
            self._states, self._due = MappingProxyType({}), {}
            while self._stores:
                self._stores.popitem()[1].close()

"""The releases of served affiliates: what is in force, proposed and saved, kept until another is in force or saved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import date
from typing import TypeVar

from pyramid.config import Configurator

from sidra.configuration import Configuration, read_configuration
from sidra.records.bounded import Bounded
from sidra.releases.approvals import Approvals
from sidra.releases.history import Release
from sidra.releases.proposals import Proposal
from sidra.releases.releasing import Releasing
from sidra.releases.revisions import revision_of
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.web.reload import snapshot
from sidra_metamodel.load import Loaded

MOST_KEPT = 8
"""Configurations that are kept: those of the proposals that people look at now, and those in force."""
MadeT = TypeVar("MadeT")


def includeme(config: Configurator) -> None:
    """The releases of all affiliates."""
    config.registry.releasings = Releasings(config.registry.sidra_settings)


class Releasings:
    """Gives the releases of each affiliate; what a revision says never changes, and is kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: Bounded[Hashable, object] = Bounded(MOST_KEPT)
        self._lock = threading.Lock()
        self._stamps: object = None
        self._configuration: Configuration | None = None

    def of(self, runtime: Runtime) -> Releasing:
        """Return the releases of an affiliate, whatever is saved; raises PluginFailed and UnknownAffiliate."""
        return self._releasing(runtime, self._configuration or self._read())

    def saved(self, runtime: Runtime) -> Releasing:
        """Return the same as its files are now: they are read where one of them was saved since the last look."""
        return self._releasing(runtime, self._read())

    def _releasing(self, runtime: Runtime, configuration: Configuration) -> Releasing:
        configuration.layers.affiliate(runtime.affiliate)
        return Releasing(configuration, runtime.affiliate, runtime.store, runtime.keys, runtime.clock)

    def _read(self) -> Configuration:
        settings = self._settings
        with self._lock:
            stamps = snapshot((settings.baseline, settings.baselines, *settings.affiliates))
            if self._configuration is None:
                self._configuration = read_configuration(settings)
            elif stamps != self._stamps:
                self._configuration = self._configuration.reread()
            self._stamps = stamps
            return self._configuration

    def revision(self, saved: Releasing, today: date) -> str:
        """Return the revision that is saved; raises NotServed where something is wrong with the files."""
        key = ("revision", saved.affiliate, id(saved.configuration), today)
        # The configuration is kept with it, so that no other one comes to have its identity.
        found = self._once(key, lambda: (saved.configuration, revision_of(saved.proposed_loaded).name))
        return found[1]

    def in_force(self, served: Runtime, releasing: Releasing, live: Release) -> Runtime:
        """Return the configuration in force on the affiliate's store, which says who may what; raises Damaged."""
        today = served.now().date()

        def make() -> Runtime:
            model = self.loaded(releasing, live, today).draft
            return Runtime(model, served.store, served.clock, keys=served.keys, bring="nothing")

        return self._once(("in force", *_named(served, releasing, live)), make)

    def approvals(self, served: Runtime, releasing: Releasing, live: Release) -> Approvals:
        """Return the gates of its proposals, by the rights of the configuration in force."""
        key = ("approvals", *_named(served, releasing, live))
        return self._once(key, lambda: Approvals(self.in_force(served, releasing, live)))

    def loaded(self, releasing: Releasing, one: Proposal | Release, today: date) -> Loaded:
        """Return what a proposal or a release says; raises Damaged."""
        key = ("loaded", releasing.affiliate, one.revision, one.below, one.own, today)
        return self._once(key, lambda: releasing.load_release(one.revision, one.below, one.own))

    def _once(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        return self._kept.get(key, make)  # type: ignore[return-value]  # it was made for this key


def _named(served: Runtime, releasing: Releasing, live: Release) -> tuple[Hashable, ...]:
    """Return what nothing else in force has: a database that was restored gives a number to another release."""
    return releasing.affiliate, id(served.store), live.number, live.revision, live.below, live.own

"""The releases of served affiliates: what is in force, proposed and saved, read when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import TypeVar

from pyramid.config import Configurator

from sidra.records.bounded import Bounded
from sidra.releases.approvals import Approvals
from sidra.releases.history import Release
from sidra.releases.proposals import Proposal
from sidra.releases.releasing import Releasing
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.trials.outcomes import Outcome
from sidra.trials.running import run_tests
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

    def of(self, runtime: Runtime) -> Releasing:
        """Return the releases of an affiliate, as its files are now; raises PluginFailed and UnknownAffiliate."""
        return Releasing.of(self._settings, runtime.affiliate, runtime)

    def approvals(self, releasing: Releasing, live: Release) -> Approvals:
        """Return the gates of its proposals, by the rights of the configuration in force."""
        key = ("approvals", releasing.affiliate, live.revision, live.own)
        return self._once(key, lambda: releasing.approvals)

    def loaded(self, releasing: Releasing, one: Proposal | Release, today: date) -> Loaded:
        """Return what a proposal or a release says; raises Damaged."""
        key = ("loaded", releasing.affiliate, one.revision, one.below, one.own, today)
        return self._once(key, lambda: releasing.load_release(one.revision, one.below, one.own))

    def tested(self, releasing: Releasing, proposal: Proposal, today: date) -> tuple[Outcome, ...]:
        """Return how the tests of a proposed configuration end, in memory; they run once, as nothing of it changes."""
        key = ("tested", releasing.affiliate, proposal.revision, proposal.own, today)
        return self._once(key, lambda: run_tests(self.loaded(releasing, proposal, today)))

    def has_tested(self, releasing: Releasing, proposal: Proposal, today: date) -> bool:
        """Tell whether its tests ran."""
        return ("tested", releasing.affiliate, proposal.revision, proposal.own, today) in self._kept

    def _once(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        return self._kept.get(key, make)  # type: ignore[return-value]  # it was made for this key

"""The comparison of an installation's affiliates: made when somebody looks, kept until a file or the day changes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date

from sidra.comparing.readiness import Readiness, readiness
from sidra.configuration import Configuration, read_configuration
from sidra.settings import Settings
from sidra_metamodel.comparing.compare import compare
from sidra_metamodel.comparing.comparison import Comparison
from sidra_metamodel.layering.layers import Layers


class Comparisons:
    """Gives the comparison as the files are now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._configuration: Configuration | None = None
        self._made: tuple[Hashable, Comparison] | None = None
        self._ready: tuple[Hashable, Mapping[str, Readiness]] | None = None

    @property
    def configuration(self) -> Configuration:
        """The configuration as its files were at the last look."""
        if self._configuration is None:
            self._configuration = read_configuration(self._settings)
        return self._configuration

    def of(self, today: date) -> Comparison:
        """Return all affiliates side by side on a day; raises PluginFailed."""
        known = self._configuration
        now = self._configuration = known.reread() if known is not None else read_configuration(self._settings)
        state = (today, *_state(now.layers))
        if self._made is None or self._made[0] != state:
            self._made = state, compare(now.layers, now.language.registry, today)
        return self._made[1]

    def readiness(self) -> Mapping[str, Readiness]:
        """Return what the newest baseline does to each affiliate that stands on an older one."""
        now = self._configuration = self.configuration.reread()
        state = _state(now.layers)
        if self._ready is None or self._ready[0] != state:
            self._ready = state, readiness(now)
        return self._ready[1]


def _state(layers: Layers) -> tuple[Hashable, ...]:
    """Return what a comparison follows from: the layers, and the very documents that were read of each."""
    folders = (*layers.folders, *(folder for found in layers.versions.values() for folder in found.folders))
    return tuple((folder.name, folder.pin, *(one.node for one in folder.documents)) for folder in folders)

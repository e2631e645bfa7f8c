"""What configurators are told of their affiliate: read from its files when somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyramid.config import Configurator

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra.web.reload import snapshot
from sidra_metamodel.explaining.differences import Difference, differences
from sidra_metamodel.load import Loaded


def includeme(config: Configurator) -> None:
    """The overviews of all affiliates."""
    config.registry.overviews = Overviews(config.registry.sidra_settings)


@dataclass(frozen=True, slots=True)
class Overview:
    """How an affiliate's files stand now: what they amount to, what is wrong with them, where they differ."""

    loaded: Loaded
    differences: tuple[Difference, ...]


class Overviews:
    """The overviews of all affiliates; each is made when somebody looks, and kept until a file or the day changes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[str, tuple[object, Overview]] = {}

    def of(self, affiliate: str, today: date) -> Overview:
        """Return the overview of an affiliate as its files are now; raises UnknownAffiliate, PluginFailed."""
        stamps = (today, snapshot((self._settings.baseline, self._settings.baselines, *self._settings.affiliates)))
        known = self._made.get(affiliate)
        if known is not None and known[0] == stamps:
            return known[1]
        configuration = read_configuration(self._settings)
        loaded = configuration.load(affiliate, today)
        overview = Overview(loaded, differences(loaded.effective, configuration.language.registry))
        self._made[affiliate] = (stamps, overview)
        return overview

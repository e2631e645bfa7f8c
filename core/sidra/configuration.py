"""The configuration that the settings lead to: layers, language and plugins, for the command line and the runtime."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sidra.affiliates.places import place_findings
from sidra.plugins import load_plugins
from sidra.settings import Settings
from sidra.settled import SettledFiles
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Language, Loaded, load
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.reading.files import Files
from sidra_metamodel.versions.declared import numbered, predecessor
from sidra_metamodel.versions.standing import numbering, standing


@dataclass(frozen=True, slots=True)
class Configuration:
    """All layers of an installation, as they were when they were read."""

    layers: Layers
    language: Language
    verdicts: Verdicts
    settings: Settings
    """They say where the databases stand."""
    cache: Cache
    """What was read, for readings of the same files with something else beside them."""

    def load(self, affiliate: str, today: date | None = None) -> Loaded:
        """Return one affiliate's Model with all findings; raises UnknownAffiliate.

        With `today`, reasons that have run out are among the findings.
        """
        return load(self.layers, affiliate, self.language, self.verdicts, today)

    def reread(self) -> Configuration:
        """Return the configuration as its files are now; what has not changed is the same."""
        return replace(self, layers=_layers(self.settings, self.language, self.cache))

    def with_version(self, *versions: str) -> Configuration:
        """Return the same configuration with more versions of the baseline read, for what nobody has yet."""
        return replace(self, layers=_layers(self.settings, self.language, self.cache, also=versions))

    def pinned(self, affiliate: str, version: str) -> Loaded:
        """Return what becomes of an affiliate's layers on a version of the baseline; raises UnknownAffiliate.

        A version that is not there is among the findings.
        """
        return load(self.with_version(version).layers, affiliate, self.language, baseline=version)

    def check(self, affiliate: str | None, today: date) -> list[Loaded]:
        """Return what became of one affiliate, or of all; raises UnknownAffiliate."""
        found = [self.load(name, today) for name in ([affiliate] if affiliate else self.layers.affiliates)]
        for loaded in found:
            loaded.diagnostics.extend(place_findings(self.layers, loaded.affiliate, self.settings))
            loaded.diagnostics.extend(standing(self.layers, loaded, self.language.registry))
        since = predecessor(self.layers)
        if since is not None and any(self.layers.affiliate(one.affiliate).pin is None for one in found):
            layers, registry = self.with_version(since).layers, self.language.registry
            baseline = layers.versions.get(since, layers.installed)
            if not baseline.fault:
                found[0].diagnostics.extend(numbering(layers, numbered(layers, registry, baseline)))
        return found


def read_configuration(settings: Settings, files: Files | None = None) -> Configuration:
    """Return the configuration in the folders of the settings, with their plugins; raises PluginFailed.

    files: where their bytes come from, in place of the disk. Files that are no configuration do not raise: what is
    wrong with them is found when an affiliate is loaded.
    """
    plugins = load_plugins(settings.plugins)
    language = plugins.language
    cache = Cache(settings.home / "cache" / "documents", plugins.registry, files or SettledFiles())
    layers = _layers(settings, language, cache)
    return Configuration(layers, language, Verdicts(settings.home / "cache" / "verdicts"), settings, cache)


def _layers(settings: Settings, language: Language, cache: Cache, also: Collection[str] = ()) -> Layers:
    folders, versions = settings.affiliates, settings.baselines
    return discover(settings.baseline, folders, language.registry, cache, versions=versions, also=also)

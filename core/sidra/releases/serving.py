"""The layers of what was released, read from where its files are unpacked: no save in the working tree changes them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import orjson

from sidra.configuration import Configuration, read_configuration
from sidra.releases.errors import Damaged
from sidra.releases.history import Release, Releases
from sidra.releases.revisions import name_of
from sidra.releases.sources import Sources, baseline_folder, release_folder, unpack
from sidra.settings import Settings
from sidra.store.database import Store
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import AFFILIATE, PACK, LayerFolder, Layers, LayerStack
from sidra_metamodel.model import Model
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.reading.parsing import read_file
from sidra_metamodel.registry import Registry

REQUIRED: Final = "required"
"""The setting `releases` under which a save is not in force before it was applied."""
LIVE: Final = "live"
"""Below the folder of releases, a file for each affiliate says what is in force: servers look whether it changed."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What is in force of an affiliate, as servers read it."""

    revision: str
    below: str
    own: str
    trial: Mapping[str, str] = field(default_factory=dict)
    """Of a trial, its `revision`, `below` and `own`."""
    units: tuple[str, ...] = ()
    """Whose people have the trial."""


def live_folder(home: Path) -> Path:
    """Return where the files stand that say what is in force."""
    return home / "releases" / f"_{LIVE}"


def read_pin(home: Path, affiliate: str) -> Pin | None:
    """Return what is in force of an affiliate; None where nothing was ever released. Raises Damaged."""
    file = live_folder(home) / f"{affiliate}.json"
    try:
        kept = orjson.loads(file.read_bytes())
        return Pin(kept["revision"], kept["below"], kept["own"], kept.get("trial", {}), tuple(kept.get("units", ())))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"what is in force of `{affiliate}` cannot be read"
        raise Damaged(reason, hint=f"run `sidra releases {affiliate} --restore`") from error


def write_pin(home: Path, affiliate: str, live: Release, trial: Release | None) -> None:
    """Say what is in force; readers see the former or the new, whole."""
    said: dict[str, object] = {**_said(live)}
    if trial is not None:
        said |= {"trial": _said(trial), "units": list(trial.units)}
    folder = live_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{affiliate}.{os.getpid()}"
    aside.write_bytes(orjson.dumps(said))
    aside.replace(folder / f"{affiliate}.json")


def _said(release: Release) -> dict[str, str]:
    return {"revision": release.revision, "below": release.below, "own": release.own}


def lay_out(home: Path, affiliate: str, revision: str, sources: Sources) -> None:
    """Unpack the files of a release where they are not yet."""
    unpack(sources.below, baseline_folder(home, sources.below.digest))
    unpack(sources.own, release_folder(home, affiliate, revision, sources.own.digest))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one configuration stand."""

    baseline: Path
    layers: tuple[Path, ...]


def place_of_release(home: Path, affiliate: str, revision: str, below: str, own: str) -> Place:
    """Return where a release is unpacked; raises Damaged where it is not."""
    baseline = baseline_folder(home, below) / "baseline" / "sidra_baseline"
    layers = release_folder(home, affiliate, revision, own) / "affiliates"
    if not baseline.is_dir() or not layers.is_dir():
        reason = f"the files of `{affiliate}` {revision} are not where they were unpacked"
        raise Damaged(reason, hint=f"run `sidra releases {affiliate} --restore`")
    return Place(baseline, tuple(sorted(folder for folder in layers.iterdir() if folder.is_dir())))


@dataclass(frozen=True, slots=True)
class ReleasedLayers(Layers):
    """The layers of all affiliates as they were released: each stands on the baseline that it was released with."""

    released: Mapping[str, Layers] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    trials: Mapping[str, Layers] = field(default_factory=dict)
    """What some units try out, by affiliate."""
    waiting: tuple[str, ...] = ()
    """The affiliates among the files that are saved of which nothing was ever released."""

    def stack(self, affiliate: str, version: str | None = None) -> LayerStack:
        """Return the layers of one affiliate; raises UnknownAffiliate."""
        return self.released[self.affiliate(affiliate).own_name].stack(affiliate, version)


def released_layers(settings: Settings, registry: Registry, cache: Cache) -> ReleasedLayers:
    """Return the layers of all affiliates that something was released of; raises Damaged."""
    home = settings.home
    names = [file.stem for file in sorted(live_folder(home).glob("*.json"))]
    pins = {name: pin for name in names if (pin := read_pin(home, name)) is not None}
    grouped: dict[Path, list[Path]] = {}
    trials: dict[str, Layers] = {}
    for name, pin in pins.items():
        place = place_of_release(home, name, pin.revision, pin.below, pin.own)
        grouped.setdefault(place.baseline, []).extend(place.layers)
        if pin.units:
            tried = place_of_release(home, name, **pin.trial)
            trials[name] = discover(tried.baseline, tried.layers, registry, cache)
    found: dict[str, Layers] = {}
    folders: list[LayerFolder] = []
    for baseline, layers in grouped.items():
        one = discover(baseline, layers, registry, cache)
        found.update(dict.fromkeys(one.affiliates, one))
        folders += [folder for folder in one.folders if folder.rank > PACK]
    waiting = tuple(name for name in saved_affiliates(settings) if name not in pins)
    return ReleasedLayers(tuple(folders), cache.memory, released=found, pins=pins, trials=trials, waiting=waiting)


def saved_affiliates(settings: Settings) -> tuple[str, ...]:
    """Return the names of the affiliates whose files are saved, by their heads alone; the rest of them is not read."""
    found: list[str] = []
    for folder in settings.affiliates:
        own = folder / "layer.yaml"
        for path in [own] if own.is_file() else sorted(folder.glob("*/layer.yaml")):
            head = read_file(path, path.name, path.parent.name, AFFILIATE, Diagnostics())
            level = head.node.get("level") if head is not None and head.kind == "layer" else None
            if head is not None and level is not None and level.value == "affiliate":
                found.append(head.name)
    return tuple(sorted(found))


def waiting_in(layers: Layers) -> tuple[str, ...]:
    """Return the affiliates that are not served, since nothing of them was released and a release is required."""
    return layers.waiting if isinstance(layers, ReleasedLayers) else ()


def pin_of(layers: Layers, affiliate: str) -> Pin | None:
    """Return what was read to be in force of an affiliate; None where that is what is saved."""
    return layers.pins.get(affiliate) if isinstance(layers, ReleasedLayers) else None


def released_instead(model: Model, store: Store) -> str | None:
    """Return what was released last, where a Model that is served is another revision; None where it is that."""
    live = Releases(store).live()
    return None if live is None or live.revision == name_of(model) else live.revision


def trial_of(layers: Layers, affiliate: str) -> tuple[Layers, tuple[str, ...]] | None:
    """Return the layers that some units of an affiliate try out, and these units."""
    pin = pin_of(layers, affiliate)
    if pin is None or not pin.units or not isinstance(layers, ReleasedLayers):
        return None
    return layers.trials[affiliate], pin.units


def layers_in_force(settings: Settings, registry: Registry, cache: Cache) -> Layers:
    """Return what is served: the files as they are saved, or, where releases are required, as they were released."""
    if settings.releases == REQUIRED:
        return released_layers(settings, registry, cache)
    return discover(settings.baseline, settings.affiliates, registry, cache, versions=settings.baselines)


def folders_in_force(settings: Settings) -> tuple[Path, ...]:
    """Return the folders in which a change is one of what is served."""
    if settings.releases == REQUIRED:
        return (live_folder(settings.home),)
    return (settings.baseline, settings.baselines, *settings.affiliates)


def configuration_in_force(settings: Settings) -> Configuration:
    """Return the configuration that is served; raises PluginFailed and Damaged."""
    saved = read_configuration(settings)
    if settings.releases != REQUIRED:
        return saved
    return replace(saved, layers=released_layers(settings, saved.language.registry, saved.cache))

"""The layers of what was released, read from where its files are unpacked: no save in the working tree changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sidra.affiliates.opening import open_store
from sidra.affiliates.places import place_of
from sidra.configuration import Configuration, read_configuration
from sidra.releases.errors import Damaged
from sidra.releases.history import Releases
from sidra.releases.pins import Files, Pin, live_folder, other_store, pin_in, read_pin
from sidra.releases.sources import (
    GRANTED,
    GROUP_FOLDER,
    NOTED,
    Sources,
    baseline_folder,
    is_whole,
    release_folder,
    unpack,
)
from sidra.settings import Settings
from sidra.store.database import Store
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.discovering import discover, granted_in
from sidra_metamodel.layering.layers import AFFILIATE, PACK, LayerFolder, Layers, LayerStack
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.reading.parsing import read_file
from sidra_metamodel.registry import Registry

REQUIRED: Final = "required"
"""The setting `releases` under which a save is not in force before it was applied."""


def lay_out(home: Path, affiliate: str, sources: Sources) -> None:
    """Unpack the files of a release where they are not, or are others by now."""
    unpack(sources.below, baseline_folder(home, sources.below.digest))
    unpack(sources.own, release_folder(home, affiliate, sources.own.digest))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of one configuration stand."""

    baseline: Path
    layers: tuple[Path, ...]
    granted: Path | None = None
    """What the group waives and bounds, where that is not the baseline's."""


def place_of_release(home: Path, affiliate: str, files: Files) -> Place:
    """Return where a release is unpacked; raises Damaged where it is not, or other files stand there by now."""
    lower, upper = baseline_folder(home, files.below), release_folder(home, affiliate, files.own)
    if not (is_whole(lower, files.below) and is_whole(upper, files.own)):
        reason = f"the files of a release of `{affiliate}` are not what was unpacked"
        raise Damaged(reason, hint=f"run `sidra releases {affiliate} --restore`")
    granted = upper / GRANTED
    layers = tuple(sorted(folder for folder in (upper / "affiliates").iterdir() if folder.is_dir()))
    return Place(lower.joinpath(*GROUP_FOLDER), layers, granted if granted.is_dir() else None)


def layers_at(place: Place, registry: Registry, cache: Cache) -> Layers:
    """Return the layers of a release; raises Damaged for waivers and ceilings that cannot be read."""
    found = discover(place.baseline, place.layers, registry, cache)
    if place.granted is None:
        return found
    wrong = Diagnostics()
    version = (place.granted / NOTED).read_text(encoding="utf-8").strip()
    granted = granted_in(place.granted, version, registry, cache, wrong)
    if wrong.has_errors:
        raise Damaged(
            "what the group waives and bounds cannot be read", hint="this version of Sidra reads it otherwise"
        )
    return replace(found, granted=granted)


def read_release(settings: Settings, place: Place) -> Configuration:
    """Return the configuration of a release; raises PluginFailed and Damaged."""
    found = read_configuration(replace(settings, baseline=place.baseline, affiliates=place.layers))
    return replace(found, layers=layers_at(place, found.language.registry, found.cache))


@dataclass(frozen=True, slots=True)
class ReleasedLayers(Layers):
    """The layers of all affiliates as they were released: each stands on the baseline that it was released with."""

    released: Mapping[str, Layers] = field(default_factory=dict)
    pins: Mapping[str, Pin] = field(default_factory=dict)
    trials: Mapping[str, Layers] = field(default_factory=dict)
    """What some units try out, by affiliate."""
    waiting: tuple[str, ...] = ()
    """The affiliates among the files that are saved of which nothing was ever released."""
    damaged: Mapping[str, Damaged] = field(default_factory=dict)
    """The affiliates whose released files are not what they were, each with what is told of it."""

    def stack(self, affiliate: str, version: str | None = None) -> LayerStack:
        """Return the layers of one affiliate; raises UnknownAffiliate."""
        return self.released[self.affiliate(affiliate).own_name].stack(affiliate, version)

    def following(self, affiliate: str, store: Store, home: Path, registry: Registry, cache: Cache) -> ReleasedLayers:
        """Return the layers with an affiliate as its store has it in force, whatever servers were told.

        Raises OtherStore where nothing was ever released in that store, and Damaged.
        """
        told, said = self.pins[affiliate], pin_in(store)
        if said is None:
            raise other_store(home, affiliate, told)
        if said == told:
            return self
        releases = Releases(store)
        for files in (said.live, *((said.trial,) if said.trial is not None else ())):
            lay_out(home, affiliate, releases.sources(files.below, files.own))
        found = layers_at(place_of_release(home, affiliate, said.live), registry, cache)
        others = {name: layers for name, layers in self.trials.items() if name != affiliate}
        return replace(
            self,
            released={**self.released, affiliate: found},
            pins={**self.pins, affiliate: said},
            trials=others | _trial(home, affiliate, said, registry, cache),
        )


def released_layers(settings: Settings, registry: Registry, cache: Cache) -> ReleasedLayers:
    """Return the layers of all affiliates that something was released of, as servers were told."""
    home = settings.home
    pins: dict[str, Pin] = {}
    trials: dict[str, Layers] = {}
    damaged: dict[str, Damaged] = {}
    grouped: dict[tuple[Path, Path | None], list[Path]] = {}
    for name in (file.stem for file in sorted(live_folder(home).glob("*.json"))):
        try:
            pin = read_pin(home, name)
            if pin is not None:
                place = place_of_release(home, name, pin.live)
                trials |= _trial(home, name, pin, registry, cache)
                pins[name] = pin
                grouped.setdefault((place.baseline, place.granted), []).extend(place.layers)
        except Damaged as error:
            damaged[name] = error
    found: dict[str, Layers] = {}
    folders: list[LayerFolder] = []
    for (baseline, granted), layers in grouped.items():
        one = layers_at(Place(baseline, tuple(layers), granted), registry, cache)
        found.update(dict.fromkeys(one.affiliates, one))
        folders += [folder for folder in one.folders if folder.rank > PACK]
    waiting = tuple(name for name in saved_affiliates(settings) if name not in pins and name not in damaged)
    return ReleasedLayers(
        tuple(folders), cache.memory, released=found, pins=pins, trials=trials, waiting=waiting, damaged=damaged
    )


def _trial(home: Path, affiliate: str, pin: Pin, registry: Registry, cache: Cache) -> dict[str, Layers]:
    """Return what some units try out, by the affiliate; nothing where none does."""
    if pin.trial is None:
        return {}
    return {affiliate: layers_at(place_of_release(home, affiliate, pin.trial), registry, cache)}


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


def damaged_in(layers: Layers) -> Mapping[str, Damaged]:
    """Return the affiliates whose released files cannot be served, each with what is told of it."""
    return layers.damaged if isinstance(layers, ReleasedLayers) else {}


def waiting_in(layers: Layers) -> tuple[str, ...]:
    """Return the affiliates that are not served, since nothing of them was released and a release is required."""
    return layers.waiting if isinstance(layers, ReleasedLayers) else ()


def pin_of(layers: Layers, affiliate: str) -> Pin | None:
    """Return what was read to be in force of an affiliate; None where that is what is saved."""
    return layers.pins.get(affiliate) if isinstance(layers, ReleasedLayers) else None


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


def configuration_in_force(settings: Settings, affiliate: str) -> Configuration:
    """Return the configuration that is served, of one affiliate as its store says it.

    Raises PluginFailed, Damaged, OtherStore, and what opening the store raises.
    """
    saved = read_configuration(settings)
    if settings.releases != REQUIRED:
        return saved
    registry, cache = saved.language.registry, saved.cache
    layers = released_layers(settings, registry, cache)
    if affiliate in layers.damaged:
        raise layers.damaged[affiliate]
    if affiliate in layers.affiliates:
        store = open_store(place_of(layers, affiliate, settings), settings)
        try:
            layers = layers.following(affiliate, store, settings.home, registry, cache)
        finally:
            store.close()
    return replace(saved, layers=layers)

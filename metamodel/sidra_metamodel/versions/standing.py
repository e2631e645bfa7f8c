"""How an affiliate stands to the baseline: its lock, an upgrade that was stopped, the number of the baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.layers import REGION, Layers, header_of
from sidra_metamodel.load import Loaded
from sidra_metamodel.registry import Registry
from sidra_metamodel.upgrading.lock import check_lock, read_lock
from sidra_metamodel.upgrading.overrides import overrides
from sidra_metamodel.versions.declared import Numbered
from sidra_metamodel.versions.manifest import numbers

READY: Final = ".sidra-ready"
"""A folder of this name in that of a layer holds files that are all to come into their places."""
FILES: Final = "files.json"
"""In it, which file comes where."""


def is_unfinished(folder: Path) -> bool:
    """Tell whether a program was killed after it had decided to write files, and before all were in place."""
    return (folder / READY / FILES).is_file()


def standing(layers: Layers, loaded: Loaded, registry: Registry) -> Diagnostics:
    """Return what is wrong with the locks of an affiliate and its region, and where an upgrade was stopped midway."""
    found = Diagnostics()
    own = layers.affiliate(loaded.affiliate)
    concerned = (own, *(one for one in layers.folders if one.rank == REGION and one.own_name in own.requires))
    for layer in concerned:
        level = header_of(layer, "level")
        if level is not None and is_unfinished(layer.path):
            way_out = f"run `sidra upgrade {layer.own_name}` again, which writes the files that wait"
            found.error("E250", "an upgrade was stopped midway, and not all files are written", level, help=way_out)
            return found
    version = own.pin or layers.installed.version
    for layer in concerned:
        lock = read_lock(layer, found)
        # What is wrong comes first: mended, it may say something else.
        is_sound = lock is not None and not loaded.diagnostics.has_errors
        # Affiliates of a region may have earlier versions than the one that it was compared with.
        is_ahead = lock is not None and layer is not own and numbers(version) < numbers(lock.baseline)
        if lock is not None and is_sound and not is_ahead:
            check_lock(lock, layer, overrides(layer, registry), version, found)
    return found


def numbering(layers: Layers, numbered: Numbered) -> Diagnostics:
    """Return that the installed baseline needs a larger number, if it does."""
    found = Diagnostics()
    group = next(iter(layers.installed.folders), None)
    version = header_of(group, "version") if group is not None else None
    if version is not None and not numbered.is_enough:
        first = numbered.reasons[0]
        reason = (
            f"`{first.path}` {first.what}, and more" if len(numbered.reasons) > 1 else f"`{first.path}` {first.what}"
        )
        message = f"the version must be {numbered.least} at least: {reason}"
        found.error("E244", message, version, help="`sidra baseline version` tells all that has changed")
    return found

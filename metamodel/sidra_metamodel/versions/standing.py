"""How an affiliate stands to the baseline: its lock, an upgrade that was stopped, the number of the baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.layers import Layers, header_of
from sidra_metamodel.load import Loaded
from sidra_metamodel.registry import Registry
from sidra_metamodel.upgrading.lock import check_lock, read_lock
from sidra_metamodel.upgrading.overrides import overrides
from sidra_metamodel.versions.declared import Numbered

READY: Final = ".sidra-ready"
"""A folder of this name in that of a layer holds files that are all to come into their places."""
FILES: Final = "files.json"
"""In it, which file comes where."""


def is_unfinished(folder: Path) -> bool:
    """Tell whether a program was killed after it had decided to write files, and before all were in place."""
    return (folder / READY / FILES).is_file()


def standing(layers: Layers, loaded: Loaded, registry: Registry) -> Diagnostics:
    """Return what is wrong with an affiliate's lock, and where an upgrade of it was stopped midway."""
    found = Diagnostics()
    own = layers.affiliate(loaded.affiliate)
    level = header_of(own, "level")
    if level is not None and is_unfinished(own.path):
        way_out = f"run `sidra upgrade {own.own_name}` again, which writes the files that wait"
        found.error("E250", "an upgrade was stopped midway, and not all files are written", level, help=way_out)
        return found
    lock = read_lock(own, found)
    if lock is not None and not loaded.diagnostics.has_errors:
        # What is wrong comes first: mended, it may say something else.
        version = own.pin or layers.installed.version
        check_lock(lock, own, overrides(own, registry), version, found)
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

"""How a layer names what is its own."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sidra_metamodel.layering.layers import LayerFolder

_FOREIGN: Final = re.compile(r"x_[a-z0-9]+_(?=.)")
"""The prefix of another layer, or a misspelt one."""


def prefix_of(layer: LayerFolder) -> str:
    """Return what the layer's own names begin with; nothing begins with it when the layer declares none."""
    return f"x_{layer.prefix}_" if layer.prefix else "x__"


def way_to_local(layer: LayerFolder, name: str, noun: str) -> str:
    """Tell how something of the layer's own is named, from a name that lacks its prefix or has another one."""
    if not layer.prefix:
        return f"A local {noun} would be named `x_<prefix>_…`, with `prefix` in `layer.yaml`."
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    bare = _FOREIGN.sub("", plain, count=1) if plain.startswith("x_") else plain.removeprefix(f"{layer.prefix}_")
    return f"A local {noun} would be named `{prefix_of(layer)}{bare}`."

"""How a layer names what is its own."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds import Layer
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


def refuses_unnamed(layer: LayerFolder, name: str, diagnostics: Diagnostics) -> bool:
    """Tell whether a name is local while its layer declares no prefix; that is recorded once, at the layer."""
    own = next((found.node for found in layer.documents if found.kind == Layer.kind), None)
    if layer.prefix or own is None or not name.startswith("x_"):
        return False
    way_out = f"write `prefix: {layer.own_name}`, and begin the names of what is local with `x_{layer.own_name}_`"
    diagnostics.error("E123", "`prefix` is missing, although there are local names", own, key=True, help=way_out)
    return True

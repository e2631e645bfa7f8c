"""APIs: pages of a size that there is, and nested names that can be read."""

from __future__ import annotations

import re
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.model import Model

MOST: Final = 1000
"""The largest page of any list."""
_WAY: Final = re.compile(r"\w+(\[\])?(\.\w+)+", re.ASCII)


def check_apis(model: Model, diagnostics: Diagnostics) -> None:
    """Record settings and bindings that no API can follow."""
    for interface in model.interfaces.values():
        _check_sizes(interface, diagnostics)
    for entity in model.entities.values():
        if entity.api is None:
            continue
        for name, text in entity.api.nest.items():
            if not _is_nesting(text):
                message = f"`{text}` does not say where the API shows `{name}`"
                help_ = "write `object.name`, `list[].name`, or several of one object with commas"
                diagnostics.report("E423", message, entity.api.node.items["nest"].items[name], help=help_)


def _check_sizes(interface: Interface, diagnostics: Diagnostics) -> None:
    for keyword in ("page_size", "max_page_size"):
        size = getattr(interface, keyword)
        if size is not None and not 1 <= size <= MOST:
            message = f"a page has from 1 to {MOST} records"
            help_ = "clients follow the links to further pages"
            diagnostics.report("E414", message, interface.node.items[keyword], help=help_)
    least, most = interface.page_size, interface.max_page_size
    if least is not None and most is not None and least > most:
        message = f"no page of {least} records is at most {most} long"
        notes = [note("`max_page_size` is set here", interface.node.items["max_page_size"])]
        help_ = "make `page_size` less than `max_page_size`"
        diagnostics.report("E414", message, interface.node.items["page_size"], notes=notes, help=help_)


def _is_nesting(text: str) -> bool:
    """Whether all names are of one object."""
    ways = [way.strip() for way in text.split(",")]
    return all(_WAY.fullmatch(way) for way in ways) and len({way.rpartition(".")[0] for way in ways}) == 1

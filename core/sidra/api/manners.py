"""How the API of a path deals with its clients: the documents `interface` of kind `api`."""

from __future__ import annotations

from dataclasses import dataclass

from sidra.records.query import MAX_LIMIT
from sidra_metamodel.kinds.entity import ApiBinding
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.model import Model

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Manner:
    """What an API does with what its clients leave open, or write in another way."""

    page_size: int = PAGE_SIZE
    """Records of a page when a client names no limit."""
    max_page_size: int = MAX_LIMIT
    """The greatest limit."""
    is_strict: bool = False
    """Whether values must be of their JSON type, references objects, and attributes declared."""
    label: str = ""
    """Its name, and the specification that it follows."""


def manner_of(model: Model, binding: ApiBinding | None) -> Manner:
    """How the API of an entity deals with clients; the defaults where no `interface` speaks of its path."""
    path = _path(binding.path) if binding else ""
    found = (one for one in model.interfaces.values() if one.kind_ == "api" and path and _path(one.path) == path)
    interface = next(found, None)
    return Manner() if interface is None else _manner(model, interface)


def _manner(model: Model, interface: Interface) -> Manner:
    most = min(interface.max_page_size or MAX_LIMIT, MAX_LIMIT)
    label = interface.label.text(*model.locales) or interface.name
    return Manner(
        page_size=min(interface.page_size or PAGE_SIZE, most),
        max_page_size=most,
        is_strict=interface.mode == "strict",
        label=f"{label} ({interface.tmf})" if interface.tmf else label,
    )


def _path(text: str | None) -> str:
    return (text or "").strip("/")

"""Which attributes of a record a client asked for: the parameter `fields`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sidra.api.shapes import Shape
from sidra.errors import BadQuery

NONE = "none"
ALWAYS = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation"})
MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """What to show, by first name; a selection of its own inside a name that was written with a dot."""

    inside: Mapping[str, Selection | None]

    def __contains__(self, name: str) -> bool:
        return name in self.inside

    def of(self, document: Mapping[str, object]) -> dict[str, object]:
        """The part of a document that was asked for; `id`, `href` and its types are always there."""
        return {
            name: _part(value, self.inside.get(name))
            for name, value in document.items()
            if name in ALWAYS or name in self.inside
        }


def _part(value: object, selection: Selection | None) -> object:
    if selection is None:
        return value
    if isinstance(value, dict):
        return selection.of(value)
    return [_part(entry, selection) for entry in value] if isinstance(value, list) else value


def read_selection(text: str, shape: Shape) -> Selection:
    """What a comma-separated list of names asks for; `none` leaves `id` and `href`.

    Raises BadQuery for a first name that the resource does not have.
    """
    names = [name.strip() for name in text.split(",") if name.strip() not in {"", NONE}]
    if len(names) > MAX_FIELDS:
        raise BadQuery(f"`fields` takes {MAX_FIELDS} names at most", hint="leave it out to get all of them")
    tree: dict[str, dict[str, object] | None] = {}
    for name in names:
        first, _, rest = name.partition(".")
        if first not in shape.outside and first not in ALWAYS:
            raise BadQuery(f"no attribute `{first}`", hint=f"`fields` takes: {', '.join(shape.outside)}")
        _add(tree, first, rest)
    return _selection(tree)


# A tree of names; None stands for all that is below.
_Tree = dict[str, "dict[str, object] | None"]


def _add(tree: _Tree, first: str, rest: str) -> None:
    if not rest:
        tree[first] = None
        return
    below = tree.setdefault(first, {})
    if below is not None:
        name, _, deeper = rest.partition(".")
        _add(below, name, deeper)  # type: ignore[arg-type]  # a tree inside a tree, which the alias cannot say


def _selection(tree: _Tree) -> Selection:
    inside = {
        name: None if below is None else _selection(below)  # type: ignore[arg-type]  # as in `_add`
        for name, below in tree.items()
    }
    return Selection(MappingProxyType(inside))

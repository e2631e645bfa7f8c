"""Why an affiliate's API is as it is: what its Model says of a resource or an attribute, and where."""

from __future__ import annotations

from sidra.api.openapi.sight import Sight
from sidra.api.shapes import Shape

HIDDEN = "it is there, and not for this role"


def why(sight: Sight, api: str, resource: str, attribute: str) -> str:
    """Return what is behind a difference of a resource, or of one of its attributes, in a sentence."""
    shape = sight.shapes.resources.get(f"{api}/{resource}")
    if not attribute or shape is None:
        return "no entity has a binding for it" if shape is None else _declared(sight, shape.entity.name)
    names = [member.name for kind in _kinds(sight, shape) for member in kind.outside.get(attribute, ())]
    if not names:
        return "no entity declares it"
    if all(sight.level(shape, shape.members[name]) == "none" for name in names if name in shape.members):
        return HIDDEN if any(name in shape.members for name in names) else _declared(sight, names[0])
    return _declared(sight, names[0])


def _kinds(sight: Sight, shape: Shape) -> tuple[Shape, ...]:
    return (shape, *(kind for kind in sight.kinds(shape) if kind is not shape))


def _declared(sight: Sight, name: str) -> str:
    by = sight.added_by(name)
    return f"`{name}`, added by `{by}`" if by else f"`{name}`, as the group declares it"

"""Names that a document uses: each must exist where it is looked for, and be shown where a screen shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import ACTIONS, SYSTEM_ATTRIBUTES
from sidra_metamodel.model.operations import operations
from sidra_metamodel.model.record_types import ANY_ENTITY
from sidra_metamodel.model.walk import Visit
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import OF_A_PLUGIN, did_you_mean, listed

GENERATED_SCREENS: Final = ("list", "record")
"""Screens that follow from an entity alone, named `<entity>_list` and `<entity>_record`."""


def check_references(model: Model, visits: Iterable[Visit], diagnostics: Diagnostics) -> None:
    """Record the names that do not exist, and those that are hidden although a screen or a title needs them."""
    remembered: dict[object, Collection[str] | None] = {}
    for visit in visits:
        refers = visit.keyword.refers
        if refers is not None:
            around = (visit.context.this, visit.context.source) if refers in _OF_ENTITY else ()
            key = (refers, visit.element, around)
            if key not in remembered:
                remembered[key] = known_names(model, visit)
            known = remembered[key]
            if known is not None and not _is_value_column(visit):
                for name, node in _names(visit):
                    _check_name(model, visit, name, node, known, diagnostics)


def known_names(model: Model, visit: Visit) -> Collection[str] | None:
    """Return the names that may stand at a visit, in order; None where another check looks at them."""
    refers = visit.keyword.refers or ""
    found = _KNOWN.get(refers, _documents)(model, visit)
    # Members of one entity are few; all entities are many, and looked up often.
    return found if found is None or refers in _OF_ENTITY else dict.fromkeys(found).keys()


def _names(visit: Visit) -> list[tuple[str, Node]]:
    """Return the names at a visit: the key of an entry, a scalar, the members of a list."""
    if visit.is_entry:
        return [(visit.path[-1], visit.node)]
    if isinstance(visit.node.value, str):
        return [(visit.node.value, visit.node)]
    return [(entry.value, entry) for entry in visit.node.entries if isinstance(entry.value, str)]


def _check_name(
    model: Model, visit: Visit, name: str, node: Node, known: Collection[str], diagnostics: Diagnostics
) -> None:
    refers = visit.keyword.refers or ""
    bare = name.removeprefix("-") if refers == "sort" else name
    if bare not in known and not (refers == "sort" and "." in bare):
        what = _WHAT.get(refers, refers)
        there_are = f"there are {listed(known)}" if known else "there is none yet: declare one, or delete the line"
        help_ = did_you_mean(bare, known) or (f"{there_are}; {OF_A_PLUGIN}" if refers == "type" else there_are)
        diagnostics.report(
            "E401", f"no {what} `{bare}`{_of(model, visit)}", node, key=visit.is_entry, length=len(name), help=help_
        )
    elif refers in _SHOWN:
        _check_shown(model, visit, bare, node, diagnostics)


def _is_value_column(visit: Visit) -> bool:
    """Tell whether a column says what it shows, so that its own name is free."""
    return visit.keyword.refers == "column" and visit.node.get("value") is not None


def _of(model: Model, visit: Visit) -> str:
    entity = model.resolve(visit.context.source)
    return f" in `{entity}`" if visit.keyword.refers in _OF_ENTITY and entity else ""


def _check_shown(model: Model, visit: Visit, name: str, node: Node, diagnostics: Diagnostics) -> None:
    """Refuse what leans on a hidden attribute; a column or field that a lower layer declares just stays away."""
    member = _member(model, visit, name)
    hidden = member.node.get("hidden") if member is not None and member.hidden else None
    if hidden is None or (visit.is_entry and _own(node).source.rank < hidden.source.rank):
        return
    if visit.is_entry and node.get("hidden") is not None:
        return
    diagnostics.report(
        "E402",
        f"`{visit.dotted}` needs `{name}`, which is hidden",
        node,
        key=visit.is_entry,
        length=len(name),
        notes=[note("hidden here", hidden)],
        help="name another one, or show it",
    )


def _own(node: Node) -> Node:
    """Return the node of the lowest layer that declares an element."""
    *_, lowest = node.chain()
    return lowest


def _member(model: Model, visit: Visit, name: str) -> Attribute | Relation | None:
    entity = model.resolve(visit.context.source)
    if entity is None:
        return None
    declared = model.entities[entity]
    return declared.attributes.get(name) or declared.relations.get(name)


Known = Callable[[Model, Visit], "list[str] | None"]


def _documents(model: Model, visit: Visit) -> list[str] | None:
    refers = visit.keyword.refers or ""
    return list(model.documents(refers)) if refers in model.registry.kinds else None


def _entities(model: Model, visit: Visit) -> list[str] | None:
    return [*model.entities, ANY_ENTITY] if visit.element is Relation else list(model.entities)


def _sources(model: Model, _visit: Visit) -> list[str] | None:
    return [*model.entities, *operations(model)]


def _types(model: Model, _visit: Visit) -> list[str] | None:
    return [*model.types_of_code.by_name, *model.types]


def _attributes(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.source)
    return [*model.entities[entity].attributes, *SYSTEM_ATTRIBUTES] if entity else None


def _relations(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.source)
    return list(model.entities[entity].relations) if entity else None


def _members(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.source)
    return list(model.schema.members(entity)) if entity else None


def _lone_members(model: Model, visit: Visit) -> list[str] | None:
    """Attributes, and relations to one record of one entity."""
    entity = model.resolve(visit.context.source)
    if entity is None:
        return None
    declared = model.entities[entity]
    lone = (name for name, relation in declared.relations.items() if not relation.many)
    return [*declared.attributes, *SYSTEM_ATTRIBUTES, *lone]


def _states(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.this)
    lifecycle = model.entities[entity].lifecycle if entity else None
    attribute = model.entities[entity].attributes.get(lifecycle.attribute) if entity and lifecycle else None
    if attribute is None or not attribute.enum or attribute.enum not in model.enums:
        return None
    return list(model.enums[attribute.enum].values)


def _transitions(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.this)
    lifecycle = model.entities[entity].lifecycle if entity else None
    return list(lifecycle.transitions) if lifecycle else [] if entity else None


def _actions(model: Model, visit: Visit) -> list[str] | None:
    entity = model.resolve(visit.context.source)
    if entity is None:
        return None
    found = list(ACTIONS)
    for name in model.subtypes(entity):
        lifecycle = model.entities[name].lifecycle
        found += lifecycle.transitions if lifecycle else ()
    return found


def _units(model: Model, _: Visit) -> list[str]:
    return [*model.layer.units]


def _screens(model: Model, _visit: Visit) -> list[str] | None:
    generated = [f"{entity}_{kind}" for entity in model.entities for kind in GENERATED_SCREENS]
    return [*model.screens, *generated]


def _anything(_model: Model, _visit: Visit) -> list[str] | None:
    """Names that a check of their own looks at."""
    return None


_KNOWN: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "entity": _entities,
        "source": _sources,
        "type": _types,
        "attribute": _attributes,
        "kept_attribute": _attributes,
        "kept_member": _lone_members,
        "member": _members,
        "column": _members,
        "sort": _members,
        "relation": _relations,
        "via": _anything,
        "state": _states,
        "transition": _transitions,
        "action": _actions,
        "screen": _screens,
        "unit": _units,
    }
)

_WHAT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "member": "attribute or relation",
        "source": "entity or operation",
        "column": "attribute or relation",
        "sort": "attribute",
        "kept_attribute": "attribute",
        "kept_member": "attribute or relation",
    }
)

_OF_ENTITY: Final = frozenset(
    {
        "attribute",
        "kept_attribute",
        "kept_member",
        "member",
        "column",
        "sort",
        "relation",
        "action",
        "transition",
        "state",
    }
)

_SHOWN: Final = frozenset({"attribute", "column", "sort"})
"""References that lean on a value being shown."""

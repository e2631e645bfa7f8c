"""Screens that follow from the entity alone, for those that have no document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.model import Model
from sidra_metamodel.model.build import build
from sidra_metamodel.nodes import Node, Source

MAX_COLUMNS = 7
PLAIN_TYPES = frozenset({"json", "characteristics", "address", "geo", "file", "image", "text"})
"""Their values are too long for a column."""
SOURCE = Source("", "generated", 0)

Written = str | int | bool | Mapping[str, "Written"]


def generated_list(model: Model, entity: Entity) -> Screen:
    """The list of an entity: its title, number and state first, then what lists sort and filter by."""
    columns = list(dict.fromkeys(_columns(model, entity)))[:MAX_COLUMNS]
    filters = [name for name, member in _members(entity) if member.filter and not member.hidden]
    return _screen("list", entity, {"columns": _named(columns), "filters": _named(filters)})


def generated_record(model: Model, entity: Entity) -> Screen:
    """The form of an entity: a section for each group of attributes, and a box for each list of other records."""
    sections: dict[str, dict[str, Written]] = {}
    for name, member in _members(entity):
        if not member.hidden and not _is_list(member):
            fields = sections.setdefault(member.group or "main", {"fields": {}})["fields"]
            fields[name] = {"wide": _is_wide(model, member)}  # type: ignore[index]  # made in the line above
    panels = dict(_panels(model, entity))
    tabs = {"details": {"sections": sections}}
    return _screen("record", entity, {"tabs": tabs, "panels": panels} if panels else {"tabs": tabs})


def generated(kind: str, entity: Entity) -> Screen:
    """The board or calendar of an entity, which need no words of their own."""
    return _screen(kind, entity, {})


def _screen(kind: str, entity: Entity, words: Mapping[str, Written]) -> Screen:
    name = f"{entity.name}_{kind}"
    written: Mapping[str, Written] = {"screen": name, "kind": kind, "of": entity.name, **words}
    return build(Screen, name, _node(written))


def _node(value: Written) -> Node:
    if isinstance(value, Mapping):
        return Node({key: _node(child) for key, child in value.items()}, SOURCE, 0)
    return Node(value, SOURCE, 0, text=value if isinstance(value, str) else None)


def _named(names: list[str]) -> dict[str, Written]:
    return {name: {} for name in names}


def _members(entity: Entity) -> Iterator[tuple[str, Attribute | Relation]]:
    yield from entity.attributes.items()
    yield from entity.relations.items()


def _columns(model: Model, entity: Entity) -> Iterator[str]:
    shown = {
        name: found
        for name, found in entity.attributes.items()
        if not found.hidden and model.base_type(found) not in PLAIN_TYPES
    }
    yield from (name for name in (entity.title,) if name in shown)
    yield from (name for name, found in shown.items() if model.base_type(found) == "sequence")
    yield from (name for name in (entity.lifecycle.attribute,) if name in shown) if entity.lifecycle else ()
    yield from (name for name, found in shown.items() if found.sort or found.filter)
    yield from (name for name, found in entity.relations.items() if found.filter and not found.hidden)
    yield from shown
    yield "created_at"


def _is_list(member: Attribute | Relation) -> bool:
    return isinstance(member, Relation) and member.many and not member.owned


def _is_wide(model: Model, member: Attribute | Relation) -> bool:
    return member.many if isinstance(member, Relation) else model.base_type(member) in PLAIN_TYPES


def _panels(model: Model, entity: Entity) -> Iterator[tuple[str, Written]]:
    for name, relation in entity.relations.items():
        is_shown = _is_list(relation) and relation.inverse is not None and not relation.hidden
        if is_shown and len(relation.to) == 1 and relation.to[0] in model.entities:
            columns = generated_list(model, model.entity(relation.to[0])).columns
            kept = [column for column in columns if column != relation.inverse][:5]
            yield name, {"source": relation.to[0], "via": str(relation.inverse), "columns": _named(kept)}

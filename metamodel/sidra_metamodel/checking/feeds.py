"""Feeds: every required attribute gets a value, and what a relation needs is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sidra_metamodel.checking.files import check_file, check_format
from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.feed import FeedField
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node


def check_feeds(model: Model, diagnostics: Diagnostics) -> None:
    """Record feeds that could never load a record."""
    for interface in model.interfaces.values():
        if interface.kind_ == "feed":
            _check_feed(model, interface, diagnostics)


def _check_feed(model: Model, feed: Interface, diagnostics: Diagnostics) -> None:
    for needed in ("format", "into", "key"):
        if getattr(feed, needed) is None:
            diagnostics.report("E419", f"the feed lacks `{needed}`", feed.node, key=True, help=f"add `{needed}: …`")
    check_file(feed, diagnostics)
    if feed.into in model.entities:
        at = feed.node.get("map") or feed.node
        _check_map(model, feed.into or "", feed.map, at, diagnostics)


def _check_map(
    model: Model,
    entity: str,
    fields: Mapping[str, FeedField],
    at: Node,
    diagnostics: Diagnostics,
    *,
    filled: str | None = None,
) -> None:
    """Check the fields of one record; the relation `filled` is given by what the record belongs to."""
    declared = model.entities[entity]
    members: list[Attribute | Relation] = [*declared.attributes.values(), *declared.relations.values()]
    for member in members:
        is_given = member.name in fields or member.name == filled
        if member.required is True and not is_given and not _comes_about(model, declared, member):
            diagnostics.report(
                "E410",
                f"the feed leaves `{member.name}` of `{entity}` empty, which is required",
                at,
                key=True,
                notes=[note("required here", member.node.items["required"])],
                help=f"add `{member.name}: {{from: …}}`, or give the attribute a `default:`",
            )
    for field in fields.values():
        _check_field(model, declared, field, diagnostics)


def _comes_about(model: Model, entity: Entity, member: Attribute | Relation) -> bool:
    """Tell whether a value is given by something else than the feed."""
    if isinstance(member, Relation):
        return False
    is_state = entity.lifecycle is not None and entity.lifecycle.attribute == member.name
    given = member.default is not None or member.compute is not None or is_state
    family = {entity.name, *model.ancestors(entity.name)}
    return (
        given
        or model.base_type(member) == "sequence"
        or any(rule.at == member.name and rule.on in family and rule.value is not None for rule in model.rules.values())
    )


OF_RELATIONS: Final = ("create", "key", "find", "map", "rows")
"""Keywords that say how the record of a relation is found or made."""


def _check_plain(field: FeedField, diagnostics: Diagnostics) -> None:
    for keyword in OF_RELATIONS:
        if getattr(field, keyword):
            message = f"`{keyword}` is for relations, and `{field.name}` is an attribute"
            diagnostics.report("E419", message, field.node.items[keyword], key=True, help="take it away")


def _check_field(model: Model, entity: Entity, field: FeedField, diagnostics: Diagnostics) -> None:
    relation = entity.relations.get(field.name)
    if relation is None:
        if field.name in entity.attributes and field.from_ is None and field.value is None:
            message = f"nothing says where `{field.name}` comes from"
            diagnostics.report("E419", message, field.node, key=True, help="name a column, `from: …`, or `value: …`")
        if field.name in entity.attributes:
            _check_plain(field, diagnostics)
            check_format(model.base_type(entity.attributes[field.name]), field, diagnostics)
        return
    target = field.create or (relation.to[0] if len(relation.to) == 1 else None)
    if target is None or target not in model.entities:
        return
    if field.create is not None and not field.rows:
        _check_map(model, target, field.map, field.node, diagnostics)
    for row in field.rows.values():
        _check_map(model, target, row.map, row.node, diagnostics, filled=relation.inverse)

"""Screens that show what a country adds to an entity, also where the document of the screen does not mention it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.kinds.screens.record import Field, Section, Tab
from sidra_metamodel.language import Label
from sidra_metamodel.layering.layers import PACK
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_ui.presenting.generated import PLAIN_TYPES

UNSAID = Label({})
"""The label and the help of the attribute itself hold."""


def with_local_columns(model: Model, entity: Entity, screen: Screen) -> Screen:
    """A list with the attributes that only this affiliate has behind the columns that it says."""
    local = [
        member
        for member in local_members(entity)
        if isinstance(member, Attribute) and model.base_type(member) not in PLAIN_TYPES
    ]
    columns = {
        one.name: Column(name=one.name, node=_bare(one), label=UNSAID)
        for one in local
        if one.name not in screen.columns
    }
    return replace(screen, columns={**screen.columns, **columns}) if columns else screen


def with_local_fields(entity: Entity, screen: Screen) -> Screen:
    """A form with what only this affiliate has, each behind its nearest predecessor in the entity."""
    names = [*entity.attributes, *entity.relations]
    for member in local_members(entity):
        if all(member.name not in section.fields for tab in screen.tabs.values() for section in tab.sections.values()):
            before = names[: names.index(member.name)]
            screen = _with_field(
                screen, Field(name=member.name, node=_bare(member), label=UNSAID, help=UNSAID), before[::-1]
            )
    return screen


def local_members(entity: Entity) -> Iterator[Attribute | Relation]:
    """What a region or an affiliate declares and shows, without lists of other records."""
    for attribute in entity.attributes.values():
        if _is_local(attribute) and not attribute.hidden:
            yield attribute
    for relation in entity.relations.values():
        if _is_local(relation) and not relation.hidden and not relation.many:
            yield relation


def _is_local(member: Attribute | Relation) -> bool:
    *_, first = member.node.chain()
    return first.source.rank > PACK


def _bare(member: Attribute | Relation) -> Node:
    return Node({}, member.node.source, member.node.at)


def _with_field(screen: Screen, field: Field, predecessors: list[str]) -> Screen:
    for name in predecessors:
        for tab in screen.tabs.values():
            for section in tab.sections.values():
                if name in section.fields:
                    return _in_section(screen, tab, section, _behind(section.fields, name, field))
    for tab in screen.tabs.values():
        for section in tab.sections.values():
            return _in_section(screen, tab, section, {**section.fields, field.name: field})
    return screen


def _behind(fields: Mapping[str, Field], name: str, field: Field) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for key, each in fields.items():
        found[key] = each
        if key == name:
            found[field.name] = field
    return found


def _in_section(screen: Screen, tab: Tab, section: Section, fields: Mapping[str, Field]) -> Screen:
    sections = {**tab.sections, section.name: replace(section, fields=fields)}
    return replace(screen, tabs={**screen.tabs, tab.name: replace(tab, sections=sections)})

"""Which sheets a country fills in, with which columns: one an entity, from the Model; and the feeds that load them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.model import Model

SOURCE_KEY: Final = "source_key"
FORMER: Final = "legacy_id"
"""What the group calls such a key, where an entity of it has one: the new ones are labelled alike."""
KEY_WHY: Final = "Finds the record of a sheet again when the sheet is loaded anew, or by another sheet"
MOST_LETTERS: Final = 31
"""Of the name of a sheet, as Excel has it."""
NOT_IN_CELLS: Final = frozenset(
    {"characteristics", "json", "file", "image", "period", "sequence", "geo", "address", "user", "queue"}
)
"""Built-in types that have no plain way into a cell."""
LONGEST_KEY: Final = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: an attribute, or a relation by the key of what it leads to."""

    name: str
    of: Attribute | Relation
    base: str
    """The built-in type; empty for a relation."""
    is_required: bool
    choices: tuple[str, ...] = ()
    """Values of the code list, by name."""
    target: str = ""
    """The entity that a relation leads to."""
    target_key: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The records of one entity that are gathered."""

    entity: Entity
    key: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The name of the sheet in the workbook."""
        return self.entity.name[:MOST_LETTERS]


def sheets(model: Model, entities: Iterable[str]) -> tuple[Sheet, ...]:
    """Return the sheets of some entities in the order in which they are loaded: what is referred to comes first.

    Whatever order they are given in, it is the same.
    """
    made = {name: _sheet(model, name) for name in sorted(entities) if name in model.entities}
    ordered: dict[str, Sheet] = {}
    while len(ordered) < len(made):
        waiting = {name: sheet for name, sheet in made.items() if name not in ordered}
        ready = [name for name, sheet in waiting.items() if not _needs(model, sheet) & waiting.keys() - {name}]
        name = (ready or list(waiting))[0]
        ordered[name] = waiting[name]
    return tuple(ordered.values())


def _needs(model: Model, sheet: Sheet) -> set[str]:
    targets = [column.target for column in sheet.columns if column.target]
    return {name for target in targets for name in model.subtypes(target)}


def key_of(model: Model, entity: str) -> str:
    """Return the attribute that tells the records of an entity apart as other systems know them; empty without one."""
    for one in model.entities[entity].attributes.values():
        is_text = model.base_type(one) == "string" and one.compute is None and not one.encrypt
        if is_text and one.unique and one.search == "exact":
            return one.name
    return ""


def keys_missing(model: Model, entities: Iterable[str]) -> tuple[str, ...]:
    """Return the roots of the entities whose records no attribute tells apart, as other systems know them."""
    known = [name for name in entities if name in model.entities]
    return tuple(dict.fromkeys(model.root(name) for name in known if not key_of(model, name)))


def _sheet(model: Model, name: str) -> Sheet:
    entity, key = model.entities[name], key_of(model, name)
    attributes = [column for one in entity.attributes.values() if (column := _attribute(model, entity, one, key))]
    relations = [column for one in entity.relations.values() if (column := _relation(model, one))]
    first = [column for column in attributes if column.name == key]
    rest = [column for column in attributes if column.name != key]
    return Sheet(entity, key, (*first, *relations, *rest))


def _attribute(model: Model, entity: Entity, one: Attribute, key: str) -> Column | None:
    base = model.base_type(one)
    is_given = one.compute is None and not one.hidden and one.read_only is not True and not one.localised
    if not is_given or base in NOT_IN_CELLS:
        return None
    choices: tuple[str, ...] = ()
    if one.enum and one.enum in model.enums:
        choices = tuple(name for name, value in model.enums[one.enum].values.items() if not value.hidden)
    lifecycle = entity.lifecycle
    if lifecycle is not None and lifecycle.attribute == one.name:
        # Where a life may begin in its first state alone, nobody says so.
        choices = tuple(name for name in choices if name in {lifecycle.initial, *lifecycle.entry})
        if len(choices) <= 1:
            return None
    is_required = one.name == key or (one.required is True and one.default is None)
    return Column(one.name, one, base, is_required, choices)


def _relation(model: Model, one: Relation) -> Column | None:
    target = one.to[0]
    if one.many or one.hidden or len(one.to) != 1 or target not in model.entities or not key_of(model, target):
        return None
    return Column(one.name, one, "", one.required is True, (), target, key_of(model, target))


def feed_name(prefix: str, sheet: Sheet) -> str:
    """Return the name of the feed that loads a sheet."""
    return f"x_{prefix}_{sheet.entity.name}_sheet"


def feeds(model: Model, prefix: str, made: Iterable[Sheet]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and content of the feed of each sheet."""
    for sheet in made:
        label = {locale: text for locale, text in sheet.entity.plural.texts.items() if locale in {"en", *model.locales}}
        yield (
            feed_name(prefix, sheet),
            {
                "kind": "feed",
                "label": label,
                "direction": "in",
                "format": "excel",
                "sheet": sheet.name,
                "into": sheet.entity.name,
                "key": sheet.key,
                "map": {column.name: _source(column) for column in sheet.columns},
            },
        )


def _source(column: Column) -> dict[str, str]:
    return {"find": column.target_key, "from": column.name} if column.target else {"from": column.name}


def key_attribute(model: Model) -> dict[str, Any]:
    """Return the attribute that tells records apart as other systems know them, as an overlay adds it."""
    known = [one for entity in model.entities.values() for one in entity.attributes.values() if one.name == FORMER]
    texts = known[0].label.texts if known else {"en": "Former number"}
    label = {locale: text for locale, text in texts.items() if locale in {"en", *model.locales}}
    return {"type": "string", "max_length": LONGEST_KEY, "unique": True, "search": "exact", "label": label}

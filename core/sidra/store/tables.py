"""The tables of a Model: one for each root entity, shared by its subtypes, and those of the store itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import is_
from types import MappingProxyType

import sqlalchemy as sa

from sidra.store.codecs import ID, INTEGER, TEXT, Codec, codec_of
from sidra.store.fences import VERSION, version_column
from sidra.store.indexes import INDEX_PREFIX, Indexes, identifies, index_name, signs
from sidra.store.meanings import MEANING, REFERENCES, attribute_meaning
from sidra.store.own_tables import store_tables
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.kinds.scalar_type import ScalarType
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.model import Model

ANY = "any"
SORT_SUFFIX = "_sort"
INDEX_SUFFIX = "_index"
FOLLOWS = "follows"
"""Marks, in a column's `info`, what follows from the value beside it: its collation key, or its blind index."""
SYSTEM_CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        "id": codec_of("id"),
        "created_at": codec_of("datetime"),
        "created_by": codec_of("string"),
        "updated_at": codec_of("datetime"),
        "updated_by": codec_of("string"),
        "version": codec_of("integer"),
        "unit": codec_of("string"),
    }
)
"""What every record has, beside its kind."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A member of an entity that has columns: an attribute, a to-one relation, or one of what every record has."""

    name: str
    columns: tuple[str, ...]
    codec: Codec
    attribute: Attribute | None = None
    relation: Relation | None = None
    has_index: bool = False
    """Whether a blind index is kept beside the sealed value, so that a whole value is found."""

    @property
    def is_sealed(self) -> bool:
        """Whether the value is kept encrypted."""
        return self.attribute is not None and self.attribute.encrypt

    @property
    def index_column(self) -> str:
        """The column of the blind index."""
        return self.name + INDEX_SUFFIX

    @property
    def equal_columns(self) -> tuple[str, ...]:
        """The columns that are the same for equal values."""
        return (self.index_column,) if self.has_index else self.columns

    @property
    def sort_column(self) -> str:
        """The column that lists sort by: the collation key of a text, else the value."""
        return self.name + SORT_SUFFIX if self.has_sort_key else self.columns[0]

    @property
    def has_sort_key(self) -> bool:
        """Whether a collation key is kept beside the value."""
        return (
            self.attribute is not None
            and self.attribute.sort
            and not self.attribute.encrypt
            and self.codec.columns[0][1] is TEXT
            and (self.attribute.type not in {"enum", "time"})
        )

    @property
    def is_polymorphic(self) -> bool:
        """Whether it refers to records of several entities, with the entity's name beside the id."""
        return self.relation is not None and is_polymorphic(self.relation)


@dataclass(frozen=True, slots=True)
class EntityTable:
    """Where the records of an entity are kept, and which rows of the table they are."""

    entity: str
    table: sa.Table
    members: Mapping[str, Stored]
    kinds: tuple[str, ...]
    """Entities whose rows count: itself and its subtypes; empty when every row of the table does."""
    has_kind: bool

    def column(self, name: str) -> sa.Column[object]:
        """Return a column by its name."""
        return self.table.c[name]


@dataclass(frozen=True, slots=True)
class Tree:
    """The tables of a root entity and its subtypes; the next Model takes them over when the documents are the same."""

    documents: tuple[object, ...]
    """The very ones that the tables follow from."""
    targets: tuple[str, ...]
    """The tables that they refer to."""
    tables: tuple[sa.Table, ...]
    entities: Mapping[str, EntityTable]
    links: Mapping[tuple[str, str], sa.Table]
    fence: int = 0
    """How often the column of the version was renamed."""

    def is_of(self, documents: tuple[object, ...], targets: tuple[str, ...], fence: int) -> bool:
        """Tell whether the tables follow from these very documents."""
        return (
            (targets, fence) == (self.targets, self.fence)
            and len(documents) == len(self.documents)
            and all(map(is_, documents, self.documents))
        )


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a Model."""

    metadata: sa.MetaData
    """The tables of the program itself."""
    entities: Mapping[str, EntityTable]
    links: Mapping[tuple[str, str], sa.Table]
    """Link tables by root entity and relation."""
    trees: Mapping[str, Tree] = field(default_factory=dict)
    """By root entity."""

    @property
    def all(self) -> tuple[sa.Table, ...]:
        """Every table that the database must have."""
        return (*self.metadata.tables.values(), *(table for tree in self.trees.values() for table in tree.tables))


def is_polymorphic(relation: Relation) -> bool:
    """Tell whether a relation leads to several entities that do not stand under one name."""
    return len(relation.to) > 1 or relation.to == (ANY,)


def is_linked(relation: Relation) -> bool:
    """Tell whether a relation has a table of its own."""
    return relation.many and relation.inverse is None


def build_tables(
    model: Model,
    earlier: Tables | None = None,
    own: sa.MetaData | None = None,
    fences: Mapping[str, int] = MappingProxyType({}),
) -> Tables:
    """Return the tables of a Model: they describe, and change no database.

    `earlier` are those of the Model before, `own` those of the program itself; what follows from the same documents is
    taken over, also from the Models of other affiliates. `fences`: how often the column of the version was renamed, by
    table.
    """
    metadata = own if own is not None else store_tables(sa.MetaData())
    known = earlier.trees if earlier is not None else {}
    trees: dict[str, Tree] = {}
    for root in (name for name in model.entities if model.root(name) == name):
        tree = [model.entities[name] for name in model.subtypes(root)]
        documents, targets = (*tree, *_types(model, tree)), tuple(_targets(model, tree))
        found, fence = known.get(root), _fence(model.entities[root], fences)
        if found is None or not found.is_of(documents, targets, fence):
            key = ("tables", root, targets, fence, *(one.node for one in documents))
            found = model.memory.of(key, partial(_tree, model, root, tree, documents, targets, fence))
        trees[root] = found
    entities = {name: table for tree in trees.values() for name, table in tree.entities.items()}
    links = {key: table for tree in trees.values() for key, table in tree.links.items()}
    return Tables(metadata, MappingProxyType(entities), MappingProxyType(links), MappingProxyType(trees))


def _fence(entity: Entity, fences: Mapping[str, int]) -> int:
    """Return how often the version of an entity's table was renamed, also before the table has its present name."""
    names = (entity.name, *former_names(entity.node))
    return next((fences[name] for name in names if name in fences), 0)


def _types(model: Model, tree: Iterable[Entity]) -> Iterable[ScalarType]:
    """Return the documents of types that the attributes of a tree are of."""
    found = (
        type for entity in tree for attribute in entity.attributes.values() for type in model.type_chain(attribute)
    )
    return {type.name: type for type in found}.values()


def _targets(model: Model, tree: Iterable[Entity]) -> Iterator[str]:
    """Yield the tables that a tree refers to."""
    for entity in tree:
        for relation in entity.relations.values():
            if not is_polymorphic(relation):
                yield model.root(relation.to[0])


def _tree(
    model: Model,
    root: str,
    tree: list[Entity],
    documents: tuple[object, ...],
    targets: tuple[str, ...],
    fence: int,
) -> Tree:
    # Each tree has a MetaData of its own, since a table never leaves the one that it was made for.
    metadata = sa.MetaData()
    table = _entity_table(model, root, tree, metadata, fence)
    links: dict[tuple[str, str], sa.Table] = {}
    for entity in tree:
        links.update(_link_tables(model, entity, root, metadata, links))
    entities = {entity.name: _view(model, entity, table, root) for entity in tree}
    return Tree(documents, targets, (table, *links.values()), entities, links, fence)


def stored_members(model: Model, entity: Entity) -> Iterator[Stored]:
    """Yield the members of an entity that have columns, in order: what every record has comes first."""
    for name, codec in SYSTEM_CODECS.items():
        yield Stored(name, (name,), codec)
    for attribute in entity.attributes.values():
        if attribute.compute is None or attribute.compute.stored:
            codec = codec_of(model.base_type(attribute), attribute.scale, localised=attribute.localised)
            columns = tuple(attribute.name + suffix for suffix, _ in codec.columns)
            has_index = attribute.encrypt and _is_found_whole(model, entity, attribute)
            yield Stored(attribute.name, columns, codec, attribute=attribute, has_index=has_index)
    for relation in entity.relations.values():
        if not relation.many:
            names = (f"{relation.name}_id", f"{relation.name}_kind")
            yield Stored(relation.name, names[: 1 + is_polymorphic(relation)], codec_of("id"), relation=relation)


def _is_found_whole(model: Model, entity: Entity, attribute: Attribute) -> bool:
    """Tell whether records are looked up by the whole value of an attribute."""
    if attribute.search == "exact" or model.is_unique(attribute):
        return True
    tree = [model.entities[name] for name in model.subtypes(model.root(entity.name))]
    return identifies(attribute.name, tree) or any(attribute.name in sign.block for sign in signs(tree))


def _view(model: Model, entity: Entity, table: sa.Table, root: str) -> EntityTable:
    members = {stored.name: stored for stored in stored_members(model, entity)}
    kinds = () if entity.name == root else tuple(model.subtypes(entity.name))
    return EntityTable(entity.name, table, MappingProxyType(members), kinds, "kind" in table.c)


def _entity_table(model: Model, root: str, tree: list[Entity], metadata: sa.MetaData, fence: int) -> sa.Table:
    members = {stored.name: stored for entity in tree for stored in stored_members(model, entity)}
    table = sa.Table(root, metadata)
    for stored in members.values():
        for column in _columns(model, stored, metadata, fence):
            table.append_column(column)
    if len(tree) > 1:
        table.append_column(sa.Column("kind", TEXT))
    Indexes(model, table).add_all(members.values(), tree)
    return table


def _columns(model: Model, stored: Stored, metadata: sa.MetaData, fence: int) -> Iterator[sa.Column[object]]:
    if stored.relation is not None:
        info = {MEANING: _target_meaning(model, stored.relation)}
        yield sa.Column(stored.columns[0], ID, *_reference(model, stored.relation, metadata), info=info)
        if stored.is_polymorphic:
            yield sa.Column(stored.columns[1], TEXT, info={MEANING: "kinds beside ids"})
        return
    for (_, column_type), name in zip(stored.codec.columns, stored.columns, strict=True):
        info = {MEANING: attribute_meaning(model, stored.attribute)} if stored.attribute is not None else {}
        called = version_column(fence) if stored.name == VERSION else name
        is_needed = name in {"id", VERSION}
        yield sa.Column(called, column_type, key=name, primary_key=name == "id", nullable=not is_needed, info=info)
    if stored.has_sort_key:
        yield sa.Column(stored.sort_column, TEXT, info={FOLLOWS: True, MEANING: "collation keys"})
    if stored.has_index:
        yield sa.Column(stored.index_column, TEXT, info={FOLLOWS: True, MEANING: "blind indexes"})


def _target_meaning(model: Model, relation: Relation) -> str:
    if is_polymorphic(relation):
        return "ids beside the kind of their record"
    return REFERENCES + f"`{model.root(relation.to[0])}`"


def _reference(model: Model, relation: Relation, metadata: sa.MetaData) -> Iterable[sa.ForeignKey]:
    if is_polymorphic(relation):
        return ()
    target = model.root(relation.to[0])
    if target not in metadata.tables:
        # A key is written with the name of its target, which SQLAlchemy looks up among the tables of the MetaData.
        sa.Table(target, metadata, sa.Column("id", ID, primary_key=True))
    return (sa.ForeignKey(f"{target}.id"),)


def _link_tables(
    model: Model,
    entity: Entity,
    root: str,
    metadata: sa.MetaData,
    made: Mapping[tuple[str, str], sa.Table],
) -> Iterator[tuple[tuple[str, str], sa.Table]]:
    for relation in entity.relations.values():
        if is_linked(relation) and (root, relation.name) not in made:
            yield (root, relation.name), _link_table(model, root, relation, metadata)


def _link_table(model: Model, root: str, relation: Relation, metadata: sa.MetaData) -> sa.Table:
    name = f"{root}_{relation.name}"
    table = sa.Table(
        name,
        metadata,
        sa.Column("source_id", ID, sa.ForeignKey(f"{root}.id"), nullable=False),
        sa.Column(
            "target_id",
            ID,
            *_reference(model, relation, metadata),
            nullable=False,
            info={MEANING: _target_meaning(model, relation)},
        ),
        sa.Column("target_kind", TEXT),
        sa.Column("role", TEXT),
        sa.Column("valid_from", INTEGER),
        sa.Column("valid_to", INTEGER),
    )
    sa.Index(index_name(INDEX_PREFIX, name, ("source_id",)), table.c.source_id, table.c.target_id)
    sa.Index(index_name(INDEX_PREFIX, name, ("target_id",)), table.c.target_id, table.c.source_id)
    return table

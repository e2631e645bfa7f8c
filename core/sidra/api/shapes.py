"""What the API shows of each entity: the names outside, and what each of them stands for inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from types import MappingProxyType

from sidra.api.manners import Manner, manner_of
from sidra.api.naming import EXTENSION, camel_case, type_name
from sidra.api.nesting import Nested, read_nested
from sidra_metamodel.kinds.entity import ApiBinding, Attribute, Entity, Relation
from sidra_metamodel.model import Model

RELATED_PARTY = "relatedParty"
SCHEMAS, SCHEMA_SUFFIX = "schema", ".schema.json"
OPERATIONS = frozenset({"get", "create", "patch", "delete"})
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def no_names() -> Mapping[str, str]:
    """Names that are all as they are inside."""
    return NO_NAMES


class Form(Enum):
    """How a member looks outside."""

    VALUE = auto()
    """A scalar or a JSON value."""
    REFERENCE = auto()
    """`{id, href, name, @referredType}`."""
    REFERENCES = auto()
    """A list of references, kept in a table of its own."""
    OWNED = auto()
    """A list of whole records, which are written with their owner."""
    COLLECTION = auto()
    """A list of references that other records hold: shown when it is asked for, never written here."""
    PARTY = auto()
    """An entry of `relatedParty[]` with a role."""


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute or a relation of an entity, as clients see it."""

    outside: tuple[str, ...]
    """The names that lead to it, such as `characteristic`, `phoneNumber`."""
    name: str
    form: Form
    attribute: Attribute | None = None
    relation: Relation | None = None
    base: str = ""
    """The built-in type behind an attribute."""
    outward: Mapping[str, str] = field(default_factory=no_names)
    """Values of an enum as clients read them, by the value inside."""
    inward: Mapping[str, str] = field(default_factory=no_names)
    role: str = ""
    """The role in `relatedParty[]`."""
    repeated: tuple[tuple[str, ...], ...] = ()
    """Other names that show the same value: a channel is known by `channel[].name` and by `channel[].id`."""
    is_listed: bool = False
    """Whether the first of its names leads to a list, of one object: `channel[].name`."""

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """All names that lead to it, those that count first."""
        return (self.outside, *self.repeated)

    @property
    def is_computed(self) -> bool:
        """Whether it follows from others: clients are told it, and what they send back is ignored."""
        return self.attribute is not None and self.attribute.compute is not None

    @property
    def spelling(self) -> str:
        """The names that lead to it, with dots."""
        return ".".join(self.outside)


@dataclass(frozen=True, slots=True)
class Shape:
    """One entity as clients see it, whether it has a resource or stands inside another one."""

    entity: Entity
    type_name: str
    base_type: str
    """`@baseType`; empty where it has none."""
    members: Mapping[str, Member]
    """By the name inside, in order of declaration."""
    binding: ApiBinding | None
    keeps: str
    """The attribute that keeps what clients send beyond the declared; empty where nothing does."""
    outside: Mapping[str, tuple[Member, ...]]
    """Members by their first name outside; several share one where they are nested."""
    plain: Mapping[str, str]
    """The names inside of the members whose values clients give as they are kept, by their name outside."""
    location: str
    """The way to its resource below `tmf-api/`, such as `party/v4/individual`; empty where it has none."""
    manner: Manner
    """How its API deals with clients."""

    @property
    def operations(self) -> frozenset[str]:
        """What clients may do."""
        operations: frozenset[str] = self.binding.operations if self.binding else frozenset()
        return operations or OPERATIONS

    @property
    def schema(self) -> str:
        """The way to its JSON Schema below `tmf-api/`, where it has attributes that TM Forum's type does not have."""
        is_extended = self.base_type == type_name(self.entity.name)
        return schema_location(self.type_name) if is_extended else ""

    def at(self, outside: tuple[str, ...]) -> tuple[Member, ...]:
        """The members to which names lead: several only in `relatedParty`."""
        return tuple(member for member in self.outside.get(outside[0], ()) if outside in member.ways)


class Shapes:
    """The shapes of all entities of a Model, each compiled when it is first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._shapes: dict[str, Shape] = {}

    def of(self, entity: str) -> Shape:
        """The shape of an entity; raises UnknownName where there is none."""
        found = self._shapes.get(entity)
        if found is None:
            found = self._shapes.setdefault(entity, _shape(self.model, self.model.entity(entity)))
        return found

    @cached_property
    def resources(self) -> Mapping[str, Shape]:
        """The shapes that have a resource, by its location."""
        found: dict[str, Shape] = {}
        # A supertype comes first: a subtype that does not name a resource of its own inherits that of its supertype.
        for name in sorted(self.model.entities, key=lambda entity: len(self.model.ancestors(entity))):
            if self.of(name).location:
                found.setdefault(self.of(name).location, self.of(name))
        return MappingProxyType(found)

    @cached_property
    def by_type(self) -> Mapping[str, str]:
        """Entities by every name that `@type` or `@referredType` may give them."""
        found: dict[str, str] = {}
        for name in self.model.entities:
            shape = self.of(name)
            found.setdefault(shape.type_name, name)
            found.setdefault(type_name(name), name)
        return MappingProxyType(found)

    def location(self, entity: str) -> str:
        """The way to the resource of an entity or of its nearest supertype; empty where none has one."""
        for name in (entity, *self.model.ancestors(entity)):
            shape = self.of(name)
            if shape.location and self.resources.get(shape.location) is shape:
                return shape.location
        return ""


def schema_location(type_: str) -> str:
    """The way to the JSON Schema of a type below `tmf-api/`."""
    return f"{SCHEMAS}/{type_}{SCHEMA_SUFFIX}"


def resource_name(entity: Entity) -> str:
    """The last part of a resource's address."""
    return (entity.api.resource if entity.api else None) or camel_case(entity.name.removeprefix(EXTENSION))


def _shape(model: Model, entity: Entity) -> Shape:
    binding = entity.api
    nest = _nesting(binding)
    members = {member.name: member for member in (*_values(model, entity, nest), *_relations(model, entity, nest))}
    outside: dict[str, tuple[Member, ...]] = {}
    for member in members.values():
        outside[member.outside[0]] = (*outside.get(member.outside[0], ()), member)
    name, base = _type_names(model, entity)
    kept = (member.name for member in members.values() if member.base == "characteristics")
    keeps = "" if entity.closed else next(kept, "")
    return Shape(
        entity,
        name,
        base,
        MappingProxyType(members),
        binding,
        keeps,
        MappingProxyType(outside),
        MappingProxyType({member.outside[0]: member.name for member in members.values() if _is_plain(member)}),
        _location(entity),
        manner_of(model, binding),
    )


def _location(entity: Entity) -> str:
    """A binding without a path says only how the entity looks inside others."""
    path = entity.api.path if entity.api else None
    return f"{path.strip('/')}/{resource_name(entity)}" if path else ""


def _is_plain(member: Member) -> bool:
    is_renamed = any(inside != outside for inside, outside in member.outward.items())
    return member.form is Form.VALUE and len(member.outside) == 1 and not is_renamed and not member.is_computed


def _nesting(binding: ApiBinding | None) -> Mapping[str, Nested]:
    return {name: read_nested(text) for name, text in binding.nest.items()} if binding else {}


def _type_names(model: Model, entity: Entity) -> tuple[str, str]:
    """An entity that its affiliate extends is a subtype of the group's, as TM Forum's polymorphism has it."""
    common = type_name(entity.name)
    prefix = model.layer.prefix or ""
    local = f"{EXTENSION}{prefix}_"
    names = (*entity.attributes, *entity.relations)
    if prefix and not entity.name.startswith(EXTENSION) and any(name.startswith(local) for name in names):
        return type_name(prefix) + common, common
    return common, type_name(entity.is_a) if entity.is_a else ""


def _values(model: Model, entity: Entity, nest: Mapping[str, Nested]) -> Iterator[Member]:
    for name, attribute in entity.attributes.items():
        base = "json" if attribute.localised else model.base_type(attribute)
        outward = _enum_names(model, attribute) if base == "enum" else NO_NAMES
        inward = MappingProxyType({spelling: value for value, spelling in outward.items()})
        outside, repeated, is_listed = _outside(name, attribute.api_name, nest)
        yield Member(
            outside,
            name,
            Form.VALUE,
            attribute=attribute,
            base=base,
            outward=outward,
            inward=inward,
            repeated=repeated,
            is_listed=is_listed,
        )


def _enum_names(model: Model, attribute: Attribute) -> Mapping[str, str]:
    enum = model.enums.get(attribute.enum or "")
    values = enum.values if enum else {}
    return MappingProxyType({name: value.api_name or camel_case(name) for name, value in values.items()})


def _relations(model: Model, entity: Entity, nest: Mapping[str, Nested]) -> Iterator[Member]:
    owner = _owner_relations(model, entity)
    roles = entity.api.related_party if entity.api else NO_NAMES
    for name, relation in entity.relations.items():
        if name in owner:
            continue
        outside, _, is_listed = _outside(name, relation.api_name, nest)
        if name in roles and not relation.many:
            yield Member((RELATED_PARTY,), name, Form.PARTY, relation=relation, role=roles[name])
        else:
            yield Member(outside, name, _form(relation), relation=relation, is_listed=is_listed)


def _form(relation: Relation) -> Form:
    if relation.owned:
        return Form.OWNED
    if not relation.many:
        return Form.REFERENCE
    return Form.REFERENCES if relation.inverse is None else Form.COLLECTION


def _owner_relations(model: Model, entity: Entity) -> frozenset[str]:
    """The relations by which records of an entity belong to their owner, which stands around them anyway."""
    inverse = (relation.inverse for _, relation in model.inverse_relations(entity.name) if relation.owned)
    return frozenset(name for name in inverse if name)


def _outside(name: str, api_name: str | None, nest: Mapping[str, Nested]) -> Nested:
    return nest.get(name) or Nested((api_name or camel_case(name),), (), is_listed=False)

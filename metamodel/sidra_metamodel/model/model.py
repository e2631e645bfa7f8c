"""The Model: the whole configuration of one affiliate, typed, immutable, built document by document when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.expressions import Expression
from sidra_metamodel.kinds import (
    Calendar,
    Entity,
    Enum,
    Interface,
    Layer,
    Menu,
    Process,
    Queue,
    Role,
    Rule,
    ScalarType,
    Schedule,
    Screen,
    Test,
    Tour,
)
from sidra_metamodel.kinds.entity import Attribute, Relation
from sidra_metamodel.language import Document, Element, Formula, Label
from sidra_metamodel.memory import Memory
from sidra_metamodel.model.built_in import PluginType
from sidra_metamodel.model.documents import Documents, DocumentT
from sidra_metamodel.model.origin import Group, Origin
from sidra_metamodel.model.proofs import proved
from sidra_metamodel.model.record_types import ANY_ENTITY, ModelSchema, expected_type, scope_of
from sidra_metamodel.model.test_names import TestSchema
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import Site


class UnknownName(SidraError):
    """A name that the Model does not have, or that could mean two things."""

    code = "E401"


class Model:
    """Everything that one affiliate's configuration says."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.registry = origin.registry
        self.functions = origin.functions
        self.types_of_code = origin.types
        self.vocabularies = origin.vocabularies.by_name
        self.widgets = origin.vocabularies.widgets
        self.version = origin.version
        self.memory = origin.memory
        self.schema = ModelSchema(self)
        self.test_schema = TestSchema(self)
        self._by_kind: dict[str, dict[str, Node]] = {kind: {} for kind in origin.registry.kinds}
        for (kind, name), node in origin.nodes.items():
            self._by_kind.setdefault(kind, {})[name] = node
        self._documents: dict[str, Documents[Document]] = {}
        self._expressions: dict[object, Expression] = {}
        self._bases: dict[str, str] = {}

    @property
    def affiliate(self) -> str:
        """The affiliate's name."""
        return self.origin.affiliate

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layer documents in force, the group's first; the affiliate's own is among them."""
        return self.origin.layers

    @property
    def nodes(self) -> Mapping[tuple[str, str], Node]:
        """Effective documents by kind and name."""
        return self.origin.nodes

    def documents(self, kind: str) -> Mapping[str, Document]:
        """Return the documents of a kind by name; of an unknown kind, none."""
        if kind not in self._documents and kind in self.registry.kinds:
            self._documents[kind] = self._documents_of(kind)
        return self._documents.get(kind, _NO_DOCUMENTS)

    def _documents_of(self, kind: str) -> Documents[Document]:
        return Documents(self.registry.kinds[kind], self._by_kind[kind], self.memory)

    def _of(self, kind: type[DocumentT]) -> Mapping[str, DocumentT]:
        return self.documents(kind.kind)  # type: ignore[return-value]  # the registry maps the kind to this class

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Business objects by name."""
        return self._of(Entity)

    @property
    def enums(self) -> Mapping[str, Enum]:
        """Code lists by name."""
        return self._of(Enum)

    @property
    def types(self) -> Mapping[str, ScalarType]:
        """Documents of scalar types by name."""
        return self._of(ScalarType)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Rules by name."""
        return self._of(Rule)

    @property
    def screens(self) -> Mapping[str, Screen]:
        """Screens that have a document, by name."""
        return self._of(Screen)

    @property
    def menus(self) -> Mapping[str, Menu]:
        """Navigations by name."""
        return self._of(Menu)

    @property
    def roles(self) -> Mapping[str, Role]:
        """Roles by name."""
        return self._of(Role)

    @property
    def tours(self) -> Mapping[str, Tour]:
        """Guided help by name."""
        return self._of(Tour)

    @property
    def queues(self) -> Mapping[str, Queue]:
        """Where work waits, by name."""
        return self._of(Queue)

    @property
    def interfaces(self) -> Mapping[str, Interface]:
        """Feeds and APIs by name."""
        return self._of(Interface)

    @property
    def processes(self) -> Mapping[str, Process]:
        """Processes by name."""
        return self._of(Process)

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """What runs when, by name."""
        return self._of(Schedule)

    @property
    def tests(self) -> Mapping[str, Test]:
        """What must be so, by name."""
        return self._of(Test)

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Working hours and holidays by name."""
        return self._of(Calendar)

    @property
    def group_nodes(self) -> Mapping[tuple[str, str], Node]:
        """What bounds this affiliate's grants, by kind and name; empty where nothing stands above the group."""
        return self.origin.group or {}

    @cached_property
    def group(self) -> Group:
        """What the group says by itself."""
        if self.origin.group is None:
            return Group(self.roles, self.entities, is_all=True)
        by_kind: dict[str, dict[str, Node]] = {Role.kind: {}, Entity.kind: {}}
        for (kind, name), node in self.origin.group.items():
            by_kind.get(kind, {})[name] = node
        roles, entities = by_kind[Role.kind], by_kind[Entity.kind]
        memory = self.memory
        return Group(Documents(Role, roles, memory), Documents(Entity, entities, memory), is_all=False)

    @cached_property
    def layer(self) -> Layer:
        """The affiliate's own layer document."""
        return next((layer for layer in self.layers if layer.name == self.affiliate), self.layers[-1])

    @property
    def locales(self) -> tuple[str, ...]:
        """Languages in order of preference; English when no layer names any."""
        return next((layer.locales for layer in reversed(self.layers) if layer.locales), ("en",))

    @property
    def currency(self) -> str:
        """ISO 4217 code of amounts without one; empty when no layer names it."""
        return next((layer.currency for layer in reversed(self.layers) if layer.currency), "")

    @property
    def country(self) -> str:
        """ISO 3166 code of the affiliate's country; empty when no layer names it."""
        return next((layer.country for layer in reversed(self.layers) if layer.country), "")

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """The zone of `today` and of times without zone; UTC when no layer names a known one."""
        name = next((layer.time_zone for layer in reversed(self.layers) if layer.time_zone), "UTC")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def calendar(self) -> Calendar | None:
        """Working hours and holidays of the affiliate."""
        name = next((layer.calendar for layer in reversed(self.layers) if layer.calendar), None)
        return self.calendars.get(name) if name else None

    @property
    def hue(self) -> int | None:
        """Colour of the badge that stands for it on screens, as an OKLCH hue."""
        return next((layer.hue for layer in reversed(self.layers) if layer.hue is not None), None)

    def entity(self, name: str) -> Entity:
        """Return an entity; raises UnknownName."""
        if name not in self.entities:
            raise UnknownName(f"no entity `{name}`")
        return self.entities[name]

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the supertypes of an entity, the nearest first."""
        found: list[str] = []
        parent = self._parent(name)
        while parent is not None and parent not in found and parent != name:
            found.append(parent)
            parent = self._parent(parent)
        return tuple(found)

    def _parent(self, name: str) -> str | None:
        node = self._by_kind["entity"].get(name)
        parent = node.get("is_a") if node is not None else None
        return parent.value if parent is not None and isinstance(parent.value, str) else None

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.entities:
            parent = self._parent(name)
            if parent is not None:
                found[parent] = (*found.get(parent, ()), name)
        return found

    def subtypes(self, name: str) -> tuple[str, ...]:
        """Return the names of an entity's subtree, itself first."""
        found = [name]
        for entity in found:
            found += [child for child in self._children.get(entity, ()) if child not in found]
        return tuple(found)

    def root(self, name: str) -> str:
        """Return the entity whose table an entity shares: its topmost supertype, or itself."""
        return (name, *self.ancestors(name))[-1]

    def type_chain(self, attribute: Attribute) -> tuple[ScalarType, ...]:
        """Return the `type:` documents behind an attribute, the nearest first."""
        found: list[ScalarType] = []
        name: str = attribute.type
        while name in self.types and self.types[name] not in found:
            found.append(self.types[name])
            name = self.types[name].base
        return tuple(found)

    def base_of(self, type_name: str) -> str:
        """Return the name of the built-in type behind a type's name."""
        found = self._bases.get(type_name)
        if found is None:
            base, types = type_name, self.types
            seen: set[str] = set()
            while base in types and base not in seen:
                seen.add(base)
                base = types[base].base
            found = self._bases[type_name] = self.types_of_code.built_in(base)
        return found

    def base_type(self, attribute: Attribute) -> str:
        """Return the name of the built-in type behind an attribute's."""
        return self.base_of(attribute.type)

    def is_unique(self, attribute: Attribute) -> bool:
        """Tell whether no two records may have the same value: `unique: true`, or a number that is counted."""
        return attribute.unique or self.base_type(attribute) == "sequence"

    def plugin_types(self, attribute: Attribute) -> tuple[PluginType, ...]:
        """Return the types made by code behind an attribute, the nearest first, built-in ones left out."""
        chain = self.type_chain(attribute)
        return self.types_of_code.refining(chain[-1].base if chain else attribute.type)

    def resolve(self, subject: tuple[str, ...]) -> str | None:
        """Return the entity that a subject leads to: an entity's name, then relations to walk; None if it ends."""
        entity = self._named(subject[0]) if subject else ""
        if entity not in self.entities:
            return None
        for name in subject[1:]:
            relation = self.entities[entity].relations.get(name)
            if relation is None or len(relation.to) != 1 or relation.to[0] not in self.entities:
                return None
            entity = relation.to[0]
        return entity

    def _named(self, head: str) -> str:
        """The entity that a subject begins with; of a record that a wizard makes, the one that it is of."""
        wizard, _, made = head.partition(".")
        found = self.screens[wizard].makes.get(made) if made and wizard in self.screens else None
        return head if found is None else found.entity

    def declared_relations(self, entity: str) -> Iterator[Relation]:
        """Go through the relations that an entity declares itself, inherited ones left out."""
        parent = self._parent(entity)
        inherited = self.entities[parent].relations if parent and parent in self.entities else {}
        return (relation for name, relation in self.entities[entity].relations.items() if name not in inherited)

    @cached_property
    def _leading_to(self) -> Mapping[str, tuple[tuple[str, Relation], ...]]:
        found: dict[str, tuple[tuple[str, Relation], ...]] = {}
        for source in self.entities:
            for relation in self.declared_relations(source):
                for target in relation.to:
                    found[target] = (*found.get(target, ()), (source, relation))
        return found

    def inverse_relations(self, entity: str) -> tuple[tuple[str, Relation], ...]:
        """Return the relations that lead to an entity or to a supertype of it, with the entities that declare them."""
        names = (entity, *self.ancestors(entity), ANY_ENTITY)
        return tuple(found for name in names for found in self._leading_to.get(name, ()))

    def relations_between(self, source: str, target: str) -> tuple[Relation, ...]:
        """Return the relations of `source` by which its records can belong to one of `target`."""
        family = {target, *self.ancestors(target), *self.subtypes(target)}
        relations = self.entity(source).relations.values()
        exact = tuple(relation for relation in relations if family & set(relation.to))
        return exact or tuple(relation for relation in relations if ANY_ENTITY in relation.to)

    def via(self, source: str, target: str, relation: str | None = None) -> Relation:
        """Return the relation of `source` that leads to `target`: the named one, or the only one that fits.

        Raises UnknownName when none fits, or when several do and none is named.
        """
        fitting = {found.name: found for found in self.relations_between(source, target)}
        if relation is not None:
            if relation not in fitting:
                raise UnknownName(f"no relation `{relation}` of `{source}` leads to `{target}`")
            return fitting[relation]
        if len(fitting) != 1:
            names = ", ".join(f"`{name}`" for name in fitting) or "none"
            raise UnknownName(f"one relation of `{source}` must lead to `{target}`; there is {names}")
        return next(iter(fitting.values()))

    @cached_property
    def _filling(self) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules.values():
            if rule.kind_ != "validate" and rule.at:
                found[rule.at] = (*found.get(rule.at, ()), rule)
        return found

    def rules_filling(self, name: str) -> tuple[Rule, ...]:
        """Return the rules that give a value to attributes of a name, of whatever entity."""
        return self._filling.get(name, ())

    def expression(self, formula: Formula) -> Expression:
        """Return the checked form of an expression; raises ExpressionError, which no checked Model does."""
        keyword = formula.keyword
        key = (formula.text, formula.context, keyword and (keyword.site, keyword.expects))
        found = self._expressions.get(key)
        if found is None:
            expects = expected_type(self, formula)
            schema = self.test_schema if keyword and keyword.site is Site.TEST else self.schema
            found = proved(self.memory, formula.text, scope_of(self, formula), schema, self.functions, expects)
            self._expressions[key] = found
        return found

    def label(self, element: Element, *locales: str) -> str:
        """Return an element's label in the first of `locales` that has one, or its name in words."""
        label = getattr(element, "label", None)
        text = label.text(*locales, *self.locales) if isinstance(label, Label) else ""
        return text or words_of(element.name)


def words_of(name: str) -> str:
    """Return a name as people read it: `birth_date` is `Birth date`."""
    words = name.removeprefix("x_").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


_NO_DOCUMENTS: Documents[Document] = Documents(Document, MappingProxyType({}), Memory())

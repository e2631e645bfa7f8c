"""A Model that notes what is asked of it, so that what a check found stands until one of the answers is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sidra_metamodel.expressions import Expression
from sidra_metamodel.kinds import Layer, Rule
from sidra_metamodel.kinds.entity import Relation
from sidra_metamodel.language import Document
from sidra_metamodel.memory import Key, Memory
from sidra_metamodel.model.documents import Documents, DocumentT
from sidra_metamodel.model.model import Model
from sidra_metamodel.model.origin import Group, Origin
from sidra_metamodel.nodes import Node
from sidra_metamodel.recalling import Answers, Question

ResultT = TypeVar("ResultT")


class _Noted(Documents[DocumentT]):
    """Documents of one kind; whoever looks one up rests on its node, and who goes through them on their names."""

    def __init__(self, kind: type[DocumentT], nodes: Mapping[str, Node], memory: Memory, answers: Answers) -> None:
        super().__init__(kind, nodes, memory)
        self._answers = answers

    def __getitem__(self, name: str) -> DocumentT:
        self._answers.ask("node", self._kind.kind, name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        self._answers.ask("names", self._kind.kind)
        return super().__iter__()

    def __len__(self) -> int:
        self._answers.ask("names", self._kind.kind)
        return super().__len__()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._answers.ask("node", self._kind.kind, name) is not None


class _NotedNodes(Mapping[tuple[str, str], Node]):
    """The roots by kind and name, noted in the same way."""

    def __init__(self, nodes: Mapping[tuple[str, str], Node], answers: Answers) -> None:
        self._nodes = nodes
        self._answers = answers

    def __getitem__(self, key: tuple[str, str]) -> Node:
        self._answers.ask("node", *key)
        return self._nodes[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        self._answers.ask("keys")
        return iter(self._nodes)

    def __len__(self) -> int:
        self._answers.ask("keys")
        return len(self._nodes)


class WatchedModel(Model):
    """The same Model, for checks; what follows from several documents counts as an answer of its own."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._answers = Answers(origin.memory, self._answer)

    def recalled(self, key: Key, make: Callable[[], ResultT]) -> ResultT:
        """Return what `make` gives, from memory where nothing that it asked of the Model has changed."""
        # Checked expressions are remembered for what rests on the same answers alone.
        self._expressions: dict[object, Expression] = {}
        self._answers.ask("language")
        return self._answers.recalled(key, make)

    def _answer(self, question: Question) -> object:
        word, *rest = question
        return _ANSWERS[str(word)](self, *map(str, rest))

    def _documents_of(self, kind: str) -> Documents[Document]:
        return _Noted(self.registry.kinds[kind], self._by_kind[kind], self.memory, self._answers)

    @property
    def affiliate(self) -> str:
        """The affiliate's name."""
        self._answers.ask("affiliate")
        return super().affiliate

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layer documents in force, the group's first."""
        self._answers.ask("layers")
        return super().layers

    @property
    def layer(self) -> Layer:
        """The affiliate's own layer document."""
        self._answers.ask("layers")
        return super().layer

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of `today` and of times without zone."""
        self._answers.ask("layers")
        return super().time_zone

    @cached_property
    def _noted_nodes(self) -> _NotedNodes:
        return _NotedNodes(super().nodes, self._answers)

    @property
    def nodes(self) -> Mapping[tuple[str, str], Node]:
        """Effective documents by kind and name."""
        return self._noted_nodes

    @property
    def group_nodes(self) -> Mapping[tuple[str, str], Node]:
        """What bounds this affiliate's grants; whoever reads it rests on all of it."""
        self._answers.ask("group")
        return super().group_nodes

    @property
    def group(self) -> Group:
        """What the group says by itself; whoever reads it rests on all of it."""
        self._answers.ask("group")
        return super().group

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return the supertypes of an entity, the nearest first."""
        found: tuple[str, ...] = self._answers.ask("ancestors", name)
        return found

    def subtypes(self, name: str) -> tuple[str, ...]:
        """Return the names of an entity's subtree, itself first."""
        found: tuple[str, ...] = self._answers.ask("subtypes", name)
        return found

    def base_of(self, type_name: str) -> str:
        """Return the name of the built-in type behind a type's name."""
        found: str = self._answers.ask("base_of", type_name)
        return found

    def rules_filling(self, name: str) -> tuple[Rule, ...]:
        """Return the rules that give a value to attributes of a name; who reads them rests on their nodes."""
        self._answers.ask("rules_filling", name)
        return super().rules_filling(name)

    def inverse_relations(self, entity: str) -> tuple[tuple[str, Relation], ...]:
        """Return the relations that lead to an entity; who reads them rests on their nodes."""
        self._answers.ask("inverse_relations", entity)
        return super().inverse_relations(entity)


def _language(model: Model) -> object:
    return model.registry, model.functions, model.types_of_code, model.vocabularies, model.widgets


_ANSWERS: Final[Mapping[str, Callable[..., object]]] = MappingProxyType(
    {
        "language": _language,
        "affiliate": lambda model: model.origin.affiliate,
        "layers": lambda model: tuple(layer.node for layer in model.origin.layers),
        "node": lambda model, kind, name: model.origin.nodes.get((kind, name)),
        "names": lambda model, kind: tuple(name for found, name in model.origin.nodes if found == kind),
        "keys": lambda model: tuple(model.origin.nodes),
        "group": lambda model: model.origin.group and tuple(model.origin.group.items()),
        "ancestors": Model.ancestors,
        "subtypes": Model.subtypes,
        "base_of": Model.base_of,
        "rules_filling": lambda model, name: tuple(rule.node for rule in Model.rules_filling(model, name)),
        "inverse_relations": lambda model, entity: tuple(
            (source, relation.name, relation.node) for source, relation in Model.inverse_relations(model, entity)
        ),
    }
)

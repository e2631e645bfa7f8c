"""What a Model is made of, and what of it the group says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sidra_metamodel.expressions import Function
from sidra_metamodel.kinds import Entity, Layer, Role
from sidra_metamodel.memory import Memory
from sidra_metamodel.model.built_in import Types
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry, Vocabularies


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a Model is made of."""

    affiliate: str
    layers: tuple[Layer, ...]
    """The layer documents in force, the group's first; the affiliate's own is among them."""
    nodes: Mapping[tuple[str, str], Node]
    """Effective documents by kind and name."""
    registry: Registry
    functions: Mapping[str, Function]
    types: Types
    vocabularies: Vocabularies
    version: str
    memory: Memory = field(default_factory=Memory)
    """What earlier Models of the same documents were made of."""
    group: Mapping[tuple[str, str], Node] | None = None
    """The same as they are below regions and affiliates; None where nothing stands above the group's."""


@dataclass(frozen=True, slots=True)
class Group:
    """What the group says by itself, without regions and affiliates: the ceiling of what these may allow."""

    roles: Mapping[str, Role]
    entities: Mapping[str, Entity]
    is_all: bool
    """Whether no layer stands above it."""

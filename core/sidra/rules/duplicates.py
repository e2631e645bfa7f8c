"""Which other records would be the same thing as one that is saved: what to look up, and what a hit means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sidra.rules.conditions import compile_likeness
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Entity, Similarity
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value that no other record of `entity` (and its subtypes) should have."""

    entity: str
    member: str
    value: Any
    severity: Literal["error", "warning"]
    """Whether a hit refuses the record, or only warns about it."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A weak sign: records with the same value of `member` are compared one by one."""

    name: str
    entity: str
    member: str
    is_same: Callable[[Environment, Record], bool]
    """Whether the record of an Environment and another one are probably the same."""


class Duplicates:
    """What identifies records of one entity: attributes that are unique, and signs of its `identity`."""

    def __init__(self, model: Model, entity: Entity) -> None:
        identity = entity.identity
        strong = identity.strong if identity is not None else frozenset()
        refuses = identity is not None and identity.refuse
        self._members: dict[str, tuple[str, Literal["error", "warning"]]] = {}
        for name, attribute in entity.attributes.items():
            is_unique = model.is_unique(attribute)
            if is_unique or name in strong:
                is_error = is_unique or refuses
                self._members[name] = (_holder(model, entity, name), "error" if is_error else "warning")
        signs = identity.weak.values() if identity is not None else ()
        self.weak = tuple(_candidates(model, entity, sign) for sign in signs)
        """Weak signs, for a search of duplicates; they never hold saving up."""

    def lookups(self, record: Record, before: Record | None = None) -> list[Lookup]:
        """What to look up before a record is saved: identifying values that it has and that are new to it."""
        return [
            Lookup(entity, name, value, severity)
            for name, (entity, severity) in self._members.items()
            if (value := record.get(name)) is not None and (before is None or before.get(name) != value)
        ]


def _holder(model: Model, entity: Entity, member: str) -> str:
    """The topmost entity that has a member: among its records and those of its subtypes a value identifies."""
    lineage = (entity.name, *model.ancestors(entity.name))
    return [name for name in lineage if member in model.entity(name).attributes][-1]


def _candidates(model: Model, entity: Entity, sign: Similarity) -> Candidates:
    test = compile_likeness(model, sign.when)

    def is_same(environment: Environment, other: Record) -> bool:
        return test(replace(environment, names={"other": other}))

    return Candidates(sign.name, _holder(model, entity, sign.block), sign.block, is_same)

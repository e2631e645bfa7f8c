"""Which other records would be the same thing as one that is saved: what to look up, and what a hit means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from sidra.plugin_calls import PluginError
from sidra.rules.conditions import compile_likeness
from sidra_metamodel.expressions import Environment, EvaluationError, Expression, compile_python
from sidra_metamodel.expressions.nodes import Invoke, Node, Read, Variable, walk
from sidra_metamodel.kinds.entity import Entity, Similarity
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]
Is = Callable[[Environment, Record], bool]
Degree = Callable[[Environment], Any]

SURE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value that no other record of `entity` (and its subtypes) should have."""

    entity: str
    member: str
    value: Any
    severity: Literal["error", "warning"]
    """Whether a hit refuses the record, or only warns about it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What makes two records probably one thing: those with the same values of `block` are compared one by one."""

    name: str
    entity: str
    """The topmost entity that has all of `block`: among its records and those of its subtypes the sign holds."""
    block: tuple[str, ...]
    is_strong: bool
    holds: Is
    """Whether the record of an Environment and another one are probably the same."""
    compared: tuple[str, ...]
    """The members whose likeness decides, in words of which people are told how alike they are."""
    reads: frozenset[tuple[str, str]]
    """All that the sign tells of: entity and member."""
    degrees: tuple[Degree, ...] = ()

    def is_same(self, environment: Environment, other: Record) -> bool:
        """Tell whether both are probably one thing; where a plugin fails, nobody can tell and they are not."""
        try:
            return self.holds(environment, other)
        except PluginError:
            return False

    def score(self, environment: Environment, other: Record) -> Decimal:
        """Return how alike the two are, 0 to 1: the greatest likeness that the sign asks for, 1 where it asks none."""
        given = replace(environment, names={"other": other})
        found = [one for one in (_degree(degree, given) for degree in self.degrees) if one is not None]
        return max(found, default=SURE)


class Duplicates:
    """What identifies records of one entity: attributes that are unique, and signs of its `identity`."""

    def __init__(self, model: Model, entity: Entity) -> None:
        identity = entity.identity
        strong = identity.strong if identity is not None else frozenset()
        self.refuses = identity is not None and identity.refuse
        """Whether a strong duplicate is not saved."""
        self._members: dict[str, tuple[str, Literal["error", "warning"]]] = {}
        for name, attribute in entity.attributes.items():
            is_unique = model.is_unique(attribute)
            if is_unique or name in strong:
                is_error = is_unique or self.refuses
                self._members[name] = (_holder(model, entity, (name,)), "error" if is_error else "warning")
        self.strong = tuple(
            _strong(model, entity, name)
            for name in sorted(strong)
            if name not in entity.attributes or not model.is_unique(entity.attributes[name])
        )
        """Values that identify, and that two records can have all the same."""
        signs = identity.weak.values() if identity is not None else ()
        self.weak = tuple(_weak(model, entity, sign) for sign in signs)
        """Weak signs, for hints and for the search of duplicates; they never hold saving up."""

    @property
    def signs(self) -> tuple[Sign, ...]:
        """All by which two records that are there may turn out to be one thing."""
        return (*self.strong, *self.weak)

    def lookups(self, record: Record, before: Record | None = None) -> list[Lookup]:
        """What to look up before a record is saved: identifying values that it has and that are new to it."""
        return [
            Lookup(entity, name, value, severity)
            for name, (entity, severity) in self._members.items()
            if (value := record.get(name)) is not None and (before is None or before.get(name) != value)
        ]


def _holder(model: Model, entity: Entity, members: tuple[str, ...]) -> str:
    """The topmost entity that has all of some members: among its records and those of its subtypes they identify."""
    lineage = [model.entity(name) for name in (entity.name, *model.ancestors(entity.name))]
    holding = [one.name for one in lineage if all(_has(one, name) for name in members)]
    return holding[-1] if holding else entity.name


def _has(entity: Entity, member: str) -> bool:
    return member in entity.attributes or member in entity.relations


def _strong(model: Model, entity: Entity, name: str) -> Sign:
    holder = _holder(model, entity, (name,))
    return Sign(name, holder, (name,), True, _always, (), frozenset({(holder, name)}))


def _always(_environment: Environment, _other: Record) -> bool:
    return True


def _weak(model: Model, entity: Entity, sign: Similarity) -> Sign:
    test, expression = compile_likeness(model, sign.when), model.expression(sign.when)
    holder = _holder(model, entity, sign.block)
    calls = tuple(node for node in walk(expression.root) if _is_likeness(node))

    def holds(environment: Environment, other: Record) -> bool:
        return test(replace(environment, names={"other": other}))

    return Sign(
        sign.name,
        holder,
        sign.block,
        False,
        holds,
        tuple(dict.fromkeys(name for call in calls for name in _compared(call))),
        frozenset({*((holder, name) for name in sign.block), *expression.attributes}),
        tuple(_degree_of(model, expression, call) for call in calls),
    )


def _is_likeness(node: Node) -> bool:
    """Tell whether a node asks how alike two texts are that stand outside of macros."""
    is_call = isinstance(node, Invoke) and node.function.name == "similarity"
    return is_call and not any(isinstance(each, Variable) and each.root == "macro" for each in walk(node))


def _compared(call: Node) -> Iterator[str]:
    for node in walk(call):
        if isinstance(node, Read) and isinstance(node.target, Variable) and node.target.root == "this":
            yield node.name


def _degree_of(model: Model, expression: Expression, call: Node) -> Degree:
    return compile_python(replace(expression, root=call), model.functions)


def _degree(degree: Degree, environment: Environment) -> Decimal | None:
    try:
        found = degree(environment)
    except EvaluationError:
        return None
    return found if isinstance(found, Decimal) else None

"""What keywords of attributes, relations and types demand of a record, as one generated function an entity.

The function costs a few µs: it reads each member once and compares. What is violated is a number until a person has to
be told; only then is a message made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from sidra.errors import Problem
from sidra.records.record import Illegible
from sidra.rules.attribute_constraints import attribute_constraints
from sidra.rules.constraint import Constraint
from sidra.rules.relation_constraints import relation_constraints
from sidra_metamodel.expressions import Environment
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.model import Model

# A record maps names to values of many types; each attribute's says which.
Record = Mapping[str, Any]
Validate = Callable[[Record, Environment, Callable[[int], None]], None]


class Constraints:
    """The constraints of one entity."""

    def __init__(self, model: Model, entity: Entity, of_values: Collection[str] | None = None) -> None:
        """Compile them; with `of_values` only those that a value of these attributes alone can violate."""
        self._constraints: list[Constraint] = []
        self._of_values = of_values
        self._table: dict[str, Any] = {"__builtins__": {}, "any": any, "len": len, "Illegible": Illegible}
        lines = ["def validate(record, env, fail):", " get = record.get"]
        for attribute in entity.attributes.values():
            if of_values is not None and attribute.name not in of_values:
                continue
            reads, demanded = f"get({attribute.name!r})", attribute_constraints(model, attribute)
            lines += self._member(reads, demanded, is_sealed=attribute.encrypt)
        for relation in entity.relations.values() if of_values is None else ():
            reads = f"read(record, {relation.name!r})"
            self._table["read"] = read_relation
            lines += self._member(reads, relation_constraints(model, relation))
        # The source has names of the Model as literals and the fixed texts of this topic; values stand in the table.
        exec(compile("\n".join(lines), "<constraints>", "exec"), self._table)  # noqa: S102
        self._validate: Validate = self._table["validate"]

    def problems(self, record: Record, environment: Environment, locale: str | None = None) -> list[Problem]:
        """What is wrong with the values of a record, the first of each member, in their order."""
        failed: list[int] = []
        self._validate(record, environment, failed.append)
        return [self._constraints[number].problem(locale) for number in failed]

    @property
    def all(self) -> tuple[Constraint, ...]:
        """All of them, in the order in which a person is told."""
        return tuple(self._constraints)

    @cached_property
    def members(self) -> frozenset[str]:
        """The members of which something is demanded."""
        return frozenset(constraint.path for constraint in self._constraints)

    def _member(self, reads: str, constraints: Iterable[Constraint], *, is_sealed: bool = False) -> Iterable[str]:
        """Code that reads one member and reports the first constraint that it violates.

        Of a value that cannot be read nothing is demanded: the rest of the record is saved all the same.
        """
        absent: list[str] = []
        present: list[str] = []
        for constraint in constraints:
            if self._of_values is not None and constraint.is_about_absence:
                continue
            number = len(self._constraints)
            self._constraints.append(constraint)
            self._table[f"k{number}"] = constraint.operand
            condition = constraint.source.replace("{k}", f"k{number}")
            (absent if constraint.is_about_absence else present).append(f"if {condition}: fail({number})")
        if not absent and not present:
            return
        yield f" v = {reads}"
        yield " if v is None:"
        yield from _chained(absent)
        yield " elif v.__class__ is not Illegible:" if is_sealed else " else:"
        yield from _chained(present)


def _chained(tests: list[str]) -> Iterable[str]:
    if not tests:
        yield "  pass"
    for number, test in enumerate(tests):
        yield f"  {'el' if number else ''}{test}"


def read_relation(record: Record, name: str) -> Any:  # noqa: ANN401 - an id, a record or records
    """What a record has of a relation: an id or record of one, a list of many; None for nothing or not known."""
    found = record.get(f"{name}_id")
    if found is not None:
        return found
    try:
        return record[name]
    except KeyError:
        return None

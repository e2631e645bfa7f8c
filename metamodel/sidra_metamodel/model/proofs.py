"""Checked expressions, taken over for as long as the answers to all that their check asked are the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from sidra_metamodel.expressions import Expression, check
from sidra_metamodel.expressions.functions import Functions
from sidra_metamodel.expressions.scope import Schema, Scope
from sidra_metamodel.expressions.types import Type
from sidra_metamodel.memory import Memory

MAX_PROOFS: Final = 4
"""How many proofs of one text are kept: affiliates may differ in the types that it reads."""

Question = tuple[str, ...]
"""A method of Schema and its arguments."""


@dataclass(frozen=True, slots=True)
class Questions:
    """A schema that notes what it is asked, and what it answers."""

    schema: Schema
    answers: dict[Question, object] = field(default_factory=dict)

    def member(self, entity: str, name: str) -> Type | None:
        """Give the type of a member, or None."""
        found = self.answers["member", entity, name] = self.schema.member(entity, name)
        return found

    def members(self, entity: str) -> Iterable[str]:
        """Give the names of all members."""
        found = self.answers["members", entity] = tuple(self.schema.members(entity))
        return found

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        """Tell whether an entity is another or stands below it."""
        found = self.answers["is_subtype", entity, ancestor] = self.schema.is_subtype(entity, ancestor)
        return found


class Nowhere:
    """The schema of no Model, so that an expression that is kept keeps none."""

    def member(self, entity: str, name: str) -> Type | None:  # noqa: ARG002 - there is none
        """Give no type."""
        return None

    def members(self, entity: str) -> Iterable[str]:  # noqa: ARG002 - there is none
        """Give no names."""
        return ()

    def is_subtype(self, entity: str, ancestor: str) -> bool:
        """Tell whether an entity is another."""
        return entity == ancestor


@dataclass(frozen=True, slots=True)
class Proof:
    """A checked expression with all that its check relied on."""

    expression: Expression
    functions: Functions
    answers: dict[Question, object]

    def holds(self, schema: Schema, functions: Functions) -> bool:
        """Tell whether a check would go the same way."""
        questions = Questions(schema)
        return functions is self.functions and all(
            _ask(questions, question) == answer for question, answer in self.answers.items()
        )


def _ask(questions: Questions, question: Question) -> object:
    method, *arguments = question
    answer: object = getattr(questions, method)(*arguments)
    return answer


def proved(
    memory: Memory, text: str, scope: Scope, schema: Schema, functions: Functions, expects: Type | None
) -> Expression:
    """Return the checked expression as `check` does, from memory where nothing that it depends on has changed."""
    site = ("proofs", text, scope.this, tuple(scope.names.items()), expects)
    proofs = memory.of(site, list[Proof])
    for proof in proofs:
        if proof.holds(schema, functions):
            return replace(proof.expression, schema=schema)
    questions = Questions(schema)
    expression = check(text, scope, questions, functions, expects=expects)
    proof = Proof(replace(expression, schema=Nowhere()), functions, questions.answers)
    proofs[:] = (proof, *proofs[: MAX_PROOFS - 1])
    return replace(expression, schema=schema)

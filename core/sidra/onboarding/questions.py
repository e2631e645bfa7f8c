"""What is asked: a tree of topics and questions, each with what the group says and what an answer becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sidra.onboarding.overlay import Overlay
from sidra_metamodel.language import ListShape, NamedShape, ScalarShape, Shape
from sidra_metamodel.nodes import Node
from sidra_metamodel.traits import ListMerge

TEXT: Final = ScalarShape("string")
TRUTH: Final = ScalarShape("boolean")
NUMBER: Final = ScalarShape("integer", least=0)
TEXTS: Final = NamedShape(TEXT, is_label=True)
NAMES: Final = ListShape(ScalarShape("name"), ListMerge.ATOMIC, single=True)

Write = Callable[[Overlay, Node], None]
"""Puts an answer into the overlay."""


def keeps(_overlay: Overlay, _answer: Node) -> None:
    """Put nothing into the overlay: the answer is for the report and the sheets."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a country answers."""

    text: str
    shape: Shape
    write: Write = keeps
    known: object = None
    """What the group says, as plain data; an answer that says the same changes nothing."""
    default: object = None
    """What holds, and is written, where nobody answers."""
    choices: tuple[str, ...] = ()
    """What can be answered, where that is a list of names."""
    among: frozenset[str] = frozenset()
    """What each value must be one of, where there are too many to be offered."""
    asks: bool = True
    """Whether the interview asks; otherwise the answer is taken where it is given."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions about one thing, by name."""

    text: str
    about: Mapping[str, Question | Topic] = field(default_factory=lambda: MappingProxyType({}))
    other: Callable[[str], Question] | None = None
    """The question that any other name answers, where the country may bring names of its own."""
    noun: str = "question"
    """What its entries are."""

    def find(self, *path: str) -> Question | Topic | None:
        """Return what stands under some names, or None."""
        found: Question | Topic | None = self
        for name in path:
            if not isinstance(found, Topic):
                return None
            found = found.about.get(name) or (found.other(name) if found.other else None)
        return found

    def questions(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Question]]:
        """Yield all questions below it with their paths."""
        for name, one in self.about.items():
            if isinstance(one, Topic):
                yield from one.questions((*path, name))
            else:
                yield (*path, name), one

"""Results that are taken over for as long as all that was asked for them is answered the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sidra_metamodel.memory import Key, Memory

ResultT = TypeVar("ResultT")

Question = tuple[Hashable, ...]
"""A word for what is asked, and of what."""

MAX_KEPT: Final = 4
"""How many results are kept of one thing: affiliates may differ in what it rests on."""


@dataclass(frozen=True, slots=True)
class _Kept:
    result: Any
    """Its key tells of what type."""
    answers: Mapping[Question, object]
    """All that it rests on. Nodes among them are equal only to themselves."""


class Answers:
    """What can be asked of one state of a configuration; it never changes, and is noted while something rests on it."""

    def __init__(self, memory: Memory, answer: Callable[[Question], object]) -> None:
        self._memory = memory
        self._answer = answer
        self._known: dict[Question, object] = {}
        self._noted: dict[Question, object] | None = None

    def ask(self, *question: Hashable) -> Any:  # noqa: ANN401 - of what type, the question tells
        """Return the answer to a question; what is being worked out rests on it from now on."""
        if question in self._known:
            found = self._known[question]
        else:
            with self._unnoted():
                found = self._known[question] = self._answer(question)
        if self._noted is not None:
            self._noted[question] = found
        return found

    def recalled(self, key: Key, make: Callable[[], ResultT]) -> ResultT:
        """Return what `make` gave for an equal key while it was answered as it would be now, or gives now."""
        kept = self._memory.of(("recalled", *key), list[_Kept])
        found = next((one for one in kept if self._holds(one)), None)
        if found is None:
            found = self._made(make)
            kept[:] = (found, *kept[: MAX_KEPT - 1])
        if self._noted is not None:
            self._noted.update(found.answers)
        result: ResultT = found.result
        return result

    def _holds(self, kept: _Kept) -> bool:
        with self._unnoted():
            return all(self.ask(*question) == answer for question, answer in kept.answers.items())

    def _made(self, make: Callable[[], ResultT]) -> _Kept:
        outer, self._noted = self._noted, {}
        try:
            return _Kept(make(), self._noted)
        finally:
            self._noted = outer

    @contextmanager
    def _unnoted(self) -> Iterator[None]:
        outer, self._noted = self._noted, None
        try:
            yield
        finally:
            self._noted = outer

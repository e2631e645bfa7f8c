"""What people see of a row that a feed rejected: the columns of attributes that they may read, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sidra.access.grants import AccessProfile
from sidra.errors import Problem
from sidra.interfaces.columns import SOURCE, Columns, paths_of
from sidra.interfaces.quarantine import Reject
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.feed import FeedField
from sidra_metamodel.model import Model

READ = frozenset({"read", "edit"})
UNSEEN = "a value that you may not read cannot be taken as it is"
ASK = "ask somebody who may read it"


@dataclass(frozen=True, slots=True)
class Filled:
    """A column, and an attribute that gets its text, or what an expression makes of it."""

    column: str
    entity: str
    attribute: str
    is_whole: bool


class Showing:
    """Makes of the rejected rows of a feed what each reader may see of them."""

    def __init__(self, model: Model, feed: Interface, columns: Columns) -> None:
        self._model, self._feed, self._columns = model, feed, columns

    @cached_property
    def _filled(self) -> tuple[Filled, ...]:
        return tuple(self._walked(self._model.entity(str(self._feed.into)), self._feed.map))

    def _walked(self, entity: Entity, fields: Mapping[str, FeedField]) -> Iterator[Filled]:
        for name, item in fields.items():
            relation = entity.relations.get(name)
            inner = entity if relation is None else self._model.entity(item.create or relation.to[0])
            attribute = name if relation is None else item.find
            if attribute and item.value is not None:
                found = (path for path in paths_of(self._model, item.value) if path.startswith(SOURCE))
                yield from (Filled(path.removeprefix(SOURCE), inner.name, attribute, is_whole=False) for path in found)
            elif attribute:
                yield Filled(item.from_ or name, inner.name, attribute, is_whole=True)
            yield from self._walked(inner, item.map)
            for row in item.rows.values():
                yield from self._walked(inner, row.map)

    def to(self, profile: AccessProfile) -> Callable[[Reject], Reject]:
        """Return what shows a row to somebody with these roles."""
        read = {one for one in self._filled if profile.entity(one.entity).level(one.attribute) in READ}
        seen = {one.column for one in read if one.is_whole}
        # Of a part of a text that may be read, the whole may not.
        rest = {one.column for one in self._filled if one not in read} - seen
        if not rest:
            return lambda reject: reject
        # Of a column that fills nothing nobody says who may read it.
        return lambda reject: self._shown(reject, {one.column for one in self._filled} - rest)

    def _shown(self, reject: Reject, seen: set[str]) -> Reject:
        texts = {column: text for column, text in reject.texts.items() if column in seen}
        key_is_seen = reject.key in {text.strip() for text in texts.values()}
        problems = tuple(one if self._columns.of(one.path) in seen else _unsaid(one) for one in reject.problems)
        return replace(reject, texts=texts, key=reject.key if key_is_seen else str(reject.line), problems=problems)


def _unsaid(problem: Problem) -> Problem:
    """Return a problem without its words, in which a value may stand."""
    return replace(problem, message=UNSEEN, hint=ASK)

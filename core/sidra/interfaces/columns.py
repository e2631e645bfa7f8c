"""Which column of a feed's file an attribute or a check is about, so that a problem stands where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sidra_metamodel.expressions.nodes import walk
from sidra_metamodel.expressions.paths import path_of
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.feed import FeedField
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model

SOURCE, TARGET = "source.", "target."
INDEX = re.compile(r"\[\d+\]")


class Columns:
    """The columns behind the attributes that a feed fills."""

    def __init__(self, model: Model, feed: Interface) -> None:
        self._model = model
        self._by_path = dict(self._walked(feed.map, ""))

    def of(self, path: str) -> str:
        """Return the column of an attribute's path such as `person.family_name`; empty where there is none."""
        plain = INDEX.sub("", path)
        if plain in self._by_path:
            return self._by_path[plain]
        if plain in self._by_path.values():
            return plain
        # A record that refers here has the name of its row between the relation and the attribute.
        ends = [part for part in (plain.partition(".")[0], plain.rpartition(".")[2]) if part]
        fitting = [one for one in self._by_path if len(ends) > 1 and one.startswith(ends[0]) and one.endswith(ends[1])]
        return self._by_path[fitting[0]] if fitting else ""

    def read_by(self, check: Formula) -> str:
        """Return the path of the attribute, or else the column, that a check reads first; empty where it reads none."""
        found = [path for path in paths_of(self._model, check) if path.startswith((SOURCE, TARGET))]
        known = [path.removeprefix(TARGET) for path in found if path.removeprefix(TARGET) in self._by_path]
        columns = [path.removeprefix(SOURCE) for path in found if path.startswith(SOURCE)]
        return next(iter([*known, *columns]), "")

    def _walked(self, fields: Mapping[str, FeedField], at: str) -> Iterator[tuple[str, str]]:
        for name, item in fields.items():
            column = item.from_ or (self._source_of(item.value) if item.value is not None else "")
            if column:
                yield f"{at}{name}", column
            elif not (item.map or item.rows or item.value):
                yield f"{at}{name}", name
            yield from self._walked(item.map, f"{at}{name}.")
            for row, inner in item.rows.items():
                yield from self._walked(inner.map, f"{at}{name}.{row}.")

    def _source_of(self, formula: Formula) -> str:
        found = (path for path in paths_of(self._model, formula) if path.startswith(SOURCE))
        return next((path.removeprefix(SOURCE) for path in found), "")


def paths_of(model: Model, formula: Formula) -> list[str]:
    """Return the dotted paths that an expression reads, in the order of its text."""
    nodes = sorted(walk(model.expression(formula).root), key=lambda node: node.offset)
    return [path for path in (path_of(node) for node in nodes) if path]

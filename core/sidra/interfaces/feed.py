"""A declared feed, compiled: how its file is written, and what record a row of it describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sidra.errors import NotFound, Problem
from sidra.interfaces.columns import Columns
from sidra.interfaces.files import FileShape, Row
from sidra.interfaces.mapping import Mapped, RecordMapper, as_target, columns_of, compile_check, with_target
from sidra.interfaces.showing import Showing
from sidra.plugin_calls import plugin_failure
from sidra_metamodel.expressions import Environment
from sidra_metamodel.expressions.errors import EvaluationError
from sidra_metamodel.kinds.interfaces.feed import QualityRule
from sidra_metamodel.model import Model

CHUNK_ROWS = 500
_SEVERITIES: Mapping[str, Literal["error", "warning"]] = {"reject": "error", "warn": "warning"}


@dataclass(frozen=True, slots=True)
class Described:
    """What a row says: a record, or the problems that keep it from being one; a record may come with warnings."""

    record: Mapped | None
    problems: tuple[Problem, ...] = ()


class Feed:
    """One feed of one affiliate, compiled."""

    def __init__(self, model: Model, name: str) -> None:
        """Compile a feed. Raises NotFound for a name that is no feed, Misconfigured for a map that cannot be."""
        feed = model.interfaces.get(name)
        if feed is None or feed.kind_ != "feed" or feed.into is None or feed.key is None:
            known = sorted(each for each, one in model.interfaces.items() if one.kind_ == "feed")
            raise NotFound(f"there is no feed `{name}`", hint=f"there are: {', '.join(known) or 'none'}")
        self.name = name
        self.chunk_rows = feed.commit_every or CHUNK_ROWS
        self.shape = FileShape(
            feed.format or "csv", columns_of(feed), feed.delimiter or ",", feed.encoding or "utf-8", feed.sheet or ""
        )
        self._locales = model.locales
        self._mapper = RecordMapper(model, model.entity(feed.into), feed.map, feed.key)
        self.columns = Columns(model, feed)
        self.showing = Showing(model, feed, self.columns)
        checks = feed.quality.values()
        self._quality = [(rule, compile_check(model, rule.check), self.columns.read_by(rule.check)) for rule in checks]
        item = feed.map.get(feed.key)
        self._key_column = item.from_ if item is not None and item.from_ else feed.key

    def key_of(self, row: Row, file: str) -> str:
        """Return the text that tells a row from others: that of the feed's key, or its place where it has none."""
        return row.values.get(self._key_column, "").strip() or f"{file}:{row.line}"

    def describe(self, row: Row, environment: Environment) -> Described:
        """Return what a row says; `environment` knows the affiliate and the moment."""
        if row.problem:
            return Described(None, (Problem("R622", "", row.problem, "correct the file and load it again"),))
        inner = Environment(
            user=environment.user,
            now=environment.now,
            today=environment.today,
            affiliate=environment.affiliate,
            names={"source": row.values, "target": {}},
        )
        try:
            return self._described(row, inner)
        except EvaluationError as error:
            failure = plugin_failure(error)
            if failure is not None:
                return Described(None, (failure.problem(self._locales[0]),))
            return Described(None, (Problem("R622", "", f"an expression of the feed fails: {error}"),))

    def _described(self, row: Row, environment: Environment) -> Described:
        problems: list[Problem] = []
        mapped = self._mapper.map(row.values, environment, problems)
        if problems:
            return Described(None, tuple(problems))
        whole = with_target(environment, as_target(mapped))
        broken = tuple(self._broken(rule, at) for rule, holds, at in self._quality if not holds(whole))
        is_rejected = any(problem.severity == "error" for problem in broken)
        return Described(None if is_rejected else mapped, broken)

    def _broken(self, rule: QualityRule, at: str) -> Problem:
        message = rule.message.text(*self._locales) or f"`{rule.name}` does not hold"
        return Problem("R623", at, message, "correct the row and replay it", _SEVERITIES[rule.severity])

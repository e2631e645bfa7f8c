"""The steps of a migration: each is one transaction, or can be repeated, and has in it all that it needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import orjson

Form = Literal["change", "fill", "beside", "recompute"]


@dataclass(frozen=True, slots=True)
class Fill:
    """How a column is filled from another one, row by row, until none is left that it was not filled from."""

    table: str
    source: str
    source_type: str
    target: str
    target_type: str
    seen: str
    """The column that has the source's value that the target was made of."""
    before: str
    after: str
    locale: str
    clears: bool = False
    """Whether no two values may be the same: then what is left is emptied before, since values may change places."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    change: all statements, and what is left to fill between them, in one transaction in which nobody else changes
    tables. fill: in chunks, each a transaction. beside: statements outside any transaction. recompute: in chunks, of
    the attribute that `subject` names.
    """

    says: str
    form: Form = "change"
    before: tuple[str, ...] = ()
    fill: Fill | None = None
    after: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()

    def dumps(self) -> str:
        """Return the step as the journal keeps it."""
        return orjson.dumps(asdict(self)).decode()

    @staticmethod
    def loads(text: str) -> Step:
        """Return a step that the journal kept."""
        given = orjson.loads(text)
        fill = Fill(**given["fill"]) if given["fill"] is not None else None
        lists = {name: tuple(given[name]) for name in ("before", "after", "subject")}
        return Step(given["says"], given["form"], fill=fill, **lists)

    @property
    def sql(self) -> tuple[str, ...]:
        """The statements, for people to read; what is filled between them stands as a remark."""
        filled = (f"-- fill {self.fill.table}.{self.fill.target} from {self.fill.source}",) if self.fill else ()
        return (*self.before, *filled, *self.after)

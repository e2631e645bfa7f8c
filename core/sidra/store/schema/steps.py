"""The steps of a migration: each is one transaction, or can be repeated, and has in it all that it needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import orjson

Form = Literal["change", "fill", "beside", "recompute", "clear"]


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
    unseals: str = ""
    """Entity and attribute that the texts of the source are sealed for; empty where they are in the clear."""
    seals: str = ""
    """Those that the texts of the target are to be sealed for; empty where they are to be in the clear."""


@dataclass(frozen=True, slots=True)
class Clear:
    """How columns are emptied that are to go, row by row."""

    table: str
    source: str
    """The column that has a value in each row which is not done."""
    columns: tuple[str, ...]
    field: str
    """The attribute whose texts the search forgets; empty where it knows none of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    change: all statements, and what is left to fill between them, in one transaction in which nobody else changes
    tables. fill: in chunks, each a transaction. beside: statements outside any transaction. recompute: in chunks, of
    the attribute that `subject` names. clear: in chunks.
    """

    says: str
    form: Form = "change"
    before: tuple[str, ...] = ()
    fill: Fill | None = None
    after: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    clear: Clear | None = None

    def dumps(self) -> str:
        """Return the step as the journal keeps it."""
        return orjson.dumps(asdict(self)).decode()

    @staticmethod
    def loads(text: str) -> Step:
        """Return a step that the journal kept."""
        given = orjson.loads(text)
        fill = Fill(**given["fill"]) if given["fill"] is not None else None
        emptied = given.get("clear")
        clear = Clear(**{**emptied, "columns": tuple(emptied["columns"])}) if emptied is not None else None
        lists = {name: tuple(given[name]) for name in ("before", "after", "subject")}
        return Step(given["says"], given["form"], fill=fill, clear=clear, **lists)

    @property
    def sql(self) -> tuple[str, ...]:
        """The statements, for people to read; what is filled between them stands as a remark."""
        filled = (f"-- fill {self.fill.table}.{self.fill.target} from {self.fill.source}",) if self.fill else ()
        emptied = (f"-- empty {', '.join(self.clear.columns)} of {self.clear.table}",) if self.clear else ()
        return (*self.before, *filled, *emptied, *self.after)

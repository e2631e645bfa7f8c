"""Statements whose parameters go by position: the driver takes a tuple in half the time that names take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from sidra.store.database import Store


@dataclass(frozen=True, slots=True)
class Positional:
    """SQL in the driver's own spelling, and the names of its parameters in their order."""

    sql: str
    names: tuple[str, ...]


def compile_positional(store: Store, statement: sa.ClauseElement) -> Positional:
    """Return a statement, all of whose parameters come at the execution, by position."""
    compiled = cast("SQLCompiler", statement.compile(dialect=store.positional))
    return Positional(str(compiled), tuple(compiled.positiontup or ()))

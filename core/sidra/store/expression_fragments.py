"""Pieces of SQL that say exactly what they mean in both dialects, with every bracket they need.

SQLAlchemy's operators drop brackets around composite operands (`not_(a).is_distinct_from(b)` → `NOT a IS NOT b`) and
move tables of a subquery into the outer FROM. A fragment is a template a dialect with its operands: nothing is
regrouped, and a subquery has the tables that it names.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.visitors import InternalTraversal

# What a column holds is known by the expression's own types; SQLAlchemy's need not repeat it.
Sql: TypeAlias = ColumnElement[Any]
Clause: TypeAlias = sa.ClauseElement


class Amount(NamedTuple):
    """Money in SQL: two values that travel together; the amount is null where the money is."""

    amount: Sql
    currency: Sql


class Fragment(ColumnElement[Any]):
    """A template of SQL a dialect, with its operands."""

    __visit_name__ = "sidra_fragment"
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy reads a list of the class
        ("sqlite", InternalTraversal.dp_string),
        ("postgresql", InternalTraversal.dp_string),
        ("clauses", InternalTraversal.dp_clauseelement_tuple),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, sqlite: str, clauses: Sequence[Clause], postgresql: str | None = None) -> None:
        self.sqlite = sqlite
        self.postgresql = sqlite if postgresql is None else postgresql
        self.clauses = tuple(clauses)
        self.type = sa.types.NullType()

    def self_group(self, against: object = None) -> "Fragment":  # noqa: ARG002 - SQLAlchemy's signature
        """Give itself: its brackets are its own."""
        return self


@compiles(Fragment)
def _compile(element: Fragment, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's options
    template = element.postgresql if compiler.dialect.name == "postgresql" else element.sqlite
    options.pop("asfrom", None)
    pieces = [
        compiler.process(clause, **{**options, "asfrom": True})
        if isinstance(clause, sa.FromClause)
        else compiler.process(clause, **options)
        for clause in element.clauses
    ]
    return template.format(*pieces)


def sql(sqlite: str, *clauses: Clause, postgresql: str | None = None) -> Fragment:
    """Give a fragment: `{0}`, `{1}` stand for the clauses; PostgreSQL's template if it differs."""
    return Fragment(sqlite, clauses, postgresql)


TRUE: Final = sql("TRUE")
FALSE: Final = sql("FALSE")
NULL: Final = sql("NULL")


def joined(word: str, parts: Sequence[Clause]) -> Fragment:
    """Give the parts with a word between them, in brackets."""
    return Fragment("(" + f" {word} ".join(f"{{{index}}}" for index in range(len(parts))) + ")", parts)


def all_of(parts: Sequence[Sql]) -> Sql:
    """Give the conjunction; TRUE of nothing."""
    if not parts:
        return TRUE
    return parts[0] if len(parts) == 1 else joined("AND", parts)


def any_of(parts: Sequence[Sql]) -> Sql:
    """Give the disjunction; FALSE of nothing."""
    if not parts:
        return FALSE
    return parts[0] if len(parts) == 1 else joined("OR", parts)


def call(name: str, *arguments: Sql) -> Fragment:
    """Give the call of a function that both dialects know by the same name."""
    return Fragment(f"{name}({', '.join(f'{{{index}}}' for index in range(len(arguments)))})", arguments)


def case(condition: Sql, then: Sql, otherwise: Sql = NULL) -> Fragment:
    """Give a choice; a condition that is null counts as false."""
    return sql("(CASE WHEN {0} THEN {1} ELSE {2} END)", condition, then, otherwise)


def subquery(
    head: str, values: Sequence[Sql], tables: Sequence[sa.FromClause], where: Sequence[Sql], tail: str
) -> Fragment:
    """Give `(SELECT head FROM tables WHERE … tail)`; `{0}` in head and tail stand for the values."""
    clauses: list[Clause] = [*values, *tables]
    listed = ", ".join(f"{{{len(values) + index}}}" for index in range(len(tables)))
    text = f"(SELECT {head} FROM {listed}"
    if where:
        text += f" WHERE {{{len(clauses)}}}"
        clauses.append(all_of(where))
    return Fragment(f"{text}{tail})", clauses)

"""The statements that change tables, as alembic writes them for the dialect of a store; they are run by us."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql import visitors
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    from alembic.operations import Operations


class Written(UserDefinedType[Any]):
    """A type as a database writes it."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        """Return the type."""
        return self.name


def index_of(index: sa.Index, name: str, table: sa.Table, called: str, columns: Mapping[str, str]) -> sa.Index:
    """Return an index of a table by another name, where the table and columns are called otherwise in the database."""
    cells = (sa.Column(columns.get(column.name, column.name), column.type) for column in table.columns)
    like = sa.Table(called, sa.MetaData(), *cells)

    def there(element: object, **_: object) -> sa.Column[Any] | None:
        return like.c[columns.get(element.name, element.name)] if isinstance(element, sa.Column) else None

    where = index.dialect_options["postgresql"]["where"]
    narrowed = visitors.replacement_traverse(where, {}, there) if where is not None else None
    over = (like.c[columns.get(column.name, column.name)] for column in index.columns)
    return sa.Index(name, *over, unique=bool(index.unique), sqlite_where=narrowed, postgresql_where=narrowed)


class Ddl:
    """Gathers statements."""

    def __init__(self, dialect: sa.Dialect) -> None:
        # Whoever only serves does not wait for it.
        from alembic.migration import MigrationContext  # noqa: PLC0415
        from alembic.operations import Operations  # noqa: PLC0415

        self.dialect = dialect
        self._written = io.StringIO()
        context = MigrationContext.configure(dialect=dialect, opts={"as_sql": True, "output_buffer": self._written})
        self.do: Operations = Operations(context)
        """What writes the next statement."""

    @property
    def is_postgresql(self) -> bool:
        """Whether it is written for PostgreSQL."""
        return self.dialect.name == "postgresql"

    def taken(self) -> list[str]:
        """Return the statements since the last time."""
        text = self._written.getvalue()
        self._written.seek(0)
        self._written.truncate()
        return [statement.strip() for statement in text.split(";\n\n") if statement.strip()]

    def quote(self, name: str) -> str:
        """Return a name as it stands in a statement."""
        return str(self.dialect.identifier_preparer.quote(name))

    def say(self, statement: str) -> None:
        """Add a statement that alembic has no words for."""
        self._written.write(f"{statement};\n\n")

    def rename_index(self, before: str, index: sa.Index) -> None:
        """Give an index another name, which SQLite has to make anew."""
        if self.is_postgresql:
            self.say(f"ALTER INDEX IF EXISTS {self.quote(before)} RENAME TO {self.quote(str(index.name))}")
        else:
            self.say(f"DROP INDEX IF EXISTS {self.quote(before)}")
            self.say(self.index(index))

    def index(self, index: sa.Index, *, beside: bool = False) -> str:
        """Return the statement that makes an index."""
        text = str(CreateIndex(index).compile(dialect=self.dialect))
        return text.replace(" INDEX ", " INDEX CONCURRENTLY ", 1) if beside else text

    def literal(self, statement: sa.ClauseElement) -> str:
        """Return a statement with its values written in it."""
        return str(statement.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))

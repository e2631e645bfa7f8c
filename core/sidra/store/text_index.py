"""Texts that are found by their parts: one row a record and attribute, folded; each database has its own way to them.

The application keeps them in the transaction of the record; there are no triggers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from sidra.store.database import Connection, Store

TABLE = "sidra_search"
BESIDE = "beside"
"""Names, in a table's `info`, statements that are run before it is made, or looked at: they change nothing twice."""
AFTER = "after"
"""As `BESIDE`, of statements that are run after it."""
LAST_CHARACTER = "\U0010ffff"
BEGINNING_CHARACTERS = 200
"""Of a text, what an index has of its beginning."""


class Candidate(NamedTuple):
    """A text that was found: which record it may lead to, whoever may see that."""

    key: Hashable
    """What `of_keys` finds it again by."""
    record_id: bytes
    root: str
    field: str
    folded: str


class TextIndex(ABC):
    """The texts of one store."""

    texts: sa.TableClause
    """A row a text: `record_id root field folded`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @abstractmethod
    def add_tables(self, metadata: sa.MetaData) -> None:
        """Add what the texts are kept in."""

    @abstractmethod
    def keep(
        self, connection: Connection, record_id: bytes, root: str, field: str, folded: str, *, is_new: bool = False
    ) -> None:
        """Make a record found by a text of an attribute; an empty one forgets what was there."""

    @abstractmethod
    def forget(self, connection: Connection, record_id: bytes) -> None:
        """Make a record found no more."""

    @abstractmethod
    def parameters(self, name: str, words: Sequence[str], short: Sequence[str]) -> dict[str, object]:
        """Return the parameters of a search for words of three characters or more, with shorter ones beside them.

        Their names begin with `name` and tell how it is done.
        """

    @abstractmethod
    def by_part(
        self, connection: Connection, parameters: Mapping[str, object], fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        """Return texts that have all the words; `fields` are `<root>.<field>`."""

    @abstractmethod
    def by_beginning(
        self, connection: Connection, start: str, root: str, fields: Iterable[str], limit: int
    ) -> list[Candidate]:
        """Return the first texts, in their order, that begin so."""

    @abstractmethod
    def found_by(self, parameters: Iterable[str]) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
        """Return what texts are looked for in, and the conditions on them, by the names of parameters."""

    @abstractmethod
    def ids(self, found: sa.Select[Any], column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Return the condition that a column is among the ids that are found; these are looked for first."""

    @abstractmethod
    def joined(self, left: sa.FromClause, right: sa.FromClause) -> sa.FromClause:
        """Return both, the left one read first where the database would not know."""

    @abstractmethod
    def of_keys(self, keys: sa.BindParameter[Any]) -> KeyedTexts:
        """Return where the texts stand whose keys come as one JSON text."""


class KeyedTexts(NamedTuple):
    """Texts by their keys."""

    texts: sa.FromClause
    where: Sequence[sa.ColumnElement[bool]]
    order: Sequence[sa.ColumnElement[Any]]
    """What puts them in the order of the keys; nothing where they come so."""


def beginning(start: str) -> dict[str, object]:
    """Return the bounds of the texts that begin so."""
    cut = start[:BEGINNING_CHARACTERS]
    return {"text_from": cut, "text_to": cut + LAST_CHARACTER}

"""What the record service gives: records, pages, hits, changes, drafts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from sidra.errors import Problem


class Loader(Protocol):
    """What a record asks of the service that read it."""

    def load(self, record: Record, row: tuple[Any, ...], name: str) -> Any:  # noqa: ANN401 - see Record
        """Return a relation's record or records, or a computed value; raises KeyError."""

    def title(self, record: Record) -> str:
        """Return the text that names a record."""


class Masked(str):
    """What is left of a value that this reader may see masked only."""

    __slots__ = ()


class Illegible(Masked):
    """Stands for a value that is kept sealed under a key that is missing: nobody overwrites it unawares.

    The program itself meets it too; its text is what clients of the API and files get.
    """

    __slots__ = ()


ILLEGIBLE = Illegible("(cannot be read: R051)")


# A record maps names to values of any type of the conventions; its entity knows which.
class Record(dict[str, Any]):
    """The values of one record that its reader may see; relations and computed values load when they are asked for.

    Holds attributes, `id`, `created_at` and the other members of every record, and `<relation>_id` of to-one
    relations. `record["customer"]` gives the related record or None, `record["tickets"]` a list of records; a name
    that is hidden from the reader, or not declared, raises KeyError.
    """

    __slots__ = ("_loaded", "_loader", "_row", "entity")

    def __init__(self, values: Mapping[str, Any], entity: str, row: tuple[Any, ...], loader: Loader) -> None:
        super().__init__(values)
        self.entity = entity
        self._row = row
        self._loader = loader
        self._loaded: dict[str, Any] | None = None

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - see the class
        if self._loaded is None or name not in self._loaded:
            self.keep(name, self._loader.load(self, self._row, name))
        return self._loaded[name]  # type: ignore[index]  # it is kept

    def keep(self, name: str, loaded: Any) -> None:  # noqa: ANN401 - see the class
        """Take what a name gives, where it was loaded together with that of other records."""
        if self._loaded is None:
            self._loaded = {}
        self._loaded[name] = loaded

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - see the class
        """Return the value of a member, loaded if need be, or the default where there is none to be seen."""
        try:
            return self[name]
        except KeyError:
            return default

    @property
    def id(self) -> str:
        """Its id, UUIDv7 as text."""
        return self["id"]  # type: ignore[no-any-return]  # see the class

    @property
    def version(self) -> int:
        """How often it was written; the next change must name it."""
        return self["version"]  # type: ignore[no-any-return]  # see the class

    @property
    def created_at(self) -> datetime.datetime:
        """When it was made, in UTC."""
        return self["created_at"]  # type: ignore[no-any-return]  # see the class

    @property
    def updated_at(self) -> datetime.datetime:
        """When it last changed, in UTC."""
        return self["updated_at"]  # type: ignore[no-any-return]  # see the class

    @property
    def row(self) -> tuple[Any, ...]:
        """The row it was read from, for readers of another form, such as the API's."""
        return self._row

    @property
    def title(self) -> str:
        """The text that names it: its title attribute as far as the reader may see it, else its id."""
        return self._loader.title(self)


@dataclass(frozen=True, slots=True)
class Count:
    """How many records a query has; beyond 1,000 the number is a lower bound."""

    value: int
    is_exact: bool

    @property
    def exact(self) -> bool:
        """Whether there are exactly that many."""
        return self.is_exact


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the cursors of its neighbours."""

    records: list[Record]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that the search found, and by what."""

    entity: str
    id: str
    title: str
    field: str
    """The attribute that matched."""
    record: Record


@dataclass(frozen=True, slots=True)
class Finds:
    """What a text finds of one entity: the best hits, and how many records there are."""

    entity: str
    hits: list[Hit]
    count: Count


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a record's history."""

    at: datetime.datetime
    by: str
    action: str
    entity: str
    """Of the record itself, or of one that it owns."""
    attribute: str
    old: Any
    new: Any
    reason: str | None = None
    is_computed: bool = False
    """Whether the value followed from others: nobody entered it."""
    is_erased: bool = False
    """Whether the values are gone, because the person whose they were was erased."""
    sequence: int = 0
    """Of the saving that it is part of."""


@dataclass(frozen=True, slots=True)
class History:
    """One page of what happened to a record, the latest first, and the cursor of what was before."""

    changes: list[Change]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TransitionState:
    """A step of the life cycle from where a record stands."""

    name: str
    allowed: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A record that may be the same thing as one that is entered, as far as its reader may see it, and why."""

    record: Record
    sign: str
    """The sign of the entity's `identity`, or the attribute that identifies."""
    shared: tuple[str, ...]
    """Members that have the same value in both."""
    compared: tuple[str, ...] = ()
    """Members that are alike."""
    score: Decimal = Decimal(1)
    refuses: bool = False
    """Whether the record cannot be saved beside it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What saving would do: the values after defaults and computations, and what is wrong with them."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = field(default=())
    likenesses: tuple[Likeness, ...] = field(default=())
    """Records that may be the same thing, those that prevent saving first, then the most alike."""
    bounded_by: int = 0
    """How many records were compared where there were more that share a value; 0 where all were."""

    @property
    def is_valid(self) -> bool:
        """Whether saving would succeed."""
        return all(problem.severity != "error" for problem in self.problems)

"""Records that may be the same thing as one that is entered, as far as its writer may see them and what tells so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Problem
from sidra.records.compiled import later
from sidra.records.record import Likeness, Masked, Record
from sidra.rules.duplicates import Sign
from sidra.rules.wording import tell
from sidra.store.database import Statement
from sidra.store.identifiers import NO_ID, id_bytes

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View

COMPARED = 200
"""Records that share the values of a weak sign and are compared one by one while a person types."""
NAMED = 3
LISTED = 5


class Resembling:
    """What is found for one record; `seen` is what its writer knows of it, `before` its values as they are stored."""

    def __init__(self, records: Records, entity: str, seen: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        self._records, self._seen = records, seen
        self._duplicates = records.runtime.rules(entity).duplicates
        self.bounded_by = 0
        """How many were compared, where there were more; else 0."""
        self._apart = self._dismissed(str(seen["id"])) if before else frozenset()
        self._found: dict[tuple[str, str], list[Likeness]] = {}
        for lookup in self._duplicates.lookups(seen, before):
            refuses = lookup.severity == "error"
            sharing = self._sharing(lookup.entity, (lookup.member,))
            alike = [Likeness(one, lookup.member, (lookup.member,), refuses=refuses) for one in sharing]
            self._keep(lookup.member, lookup.member, alike)
        for sign in self._duplicates.weak:
            if all(self._seen.get(_key(self._view(sign), member)) is not None for member in sign.block):
                self._keep("", sign.name, list(self._alike(sign)))

    def problems(self) -> Iterator[Problem]:
        """Yield a warning for each sign that there is such a record already; it names those that the reader may see."""
        for (path, _), found in self._found.items():
            titles = [one.record.title for one in found if not one.refuses][:NAMED]
            if titles:
                yield Problem("R616", path, tell("similar", self._records.actor.locale, titles=titles), "", "warning")

    @property
    def likenesses(self) -> tuple[Likeness, ...]:
        """The records, each once: those that prevent saving first, then the most alike."""
        best: dict[str, Likeness] = {}
        for one in sorted(
            (one for found in self._found.values() for one in found), key=lambda one: (not one.refuses, -one.score)
        ):
            best.setdefault(one.record.id, one)
        return tuple(best.values())[:LISTED]

    def _keep(self, path: str, sign: str, found: list[Likeness]) -> None:
        kept = [one for one in found if one.refuses or one.record.id not in self._apart]
        if kept:
            self._found[path, sign] = kept

    def _dismissed(self, id: str) -> frozenset[str]:
        """Return the records that somebody has found to be others than this one."""
        with self._records.connected() as connection:
            known = self._records.runtime.pairs.of(connection, id)
        return frozenset(end for pair in known if pair.state == "dismissed" for end in (pair.left, pair.right))

    def _view(self, sign: Sign) -> View:
        return self._records.view(sign.entity)

    def _alike(self, sign: Sign) -> Iterator[Likeness]:
        environment = self._records.environment(self._seen)
        for one in self._sharing(sign.entity, sign.block):
            # A value that the reader may not read is none: what it has to do with the record must not show.
            known = {name: value for name, value in one.items() if not isinstance(value, Masked)}
            if sign.is_same(environment, known):
                yield Likeness(one, sign.name, sign.block, sign.compared, sign.score(environment, known))

    def _sharing(self, entity: str, members: tuple[str, ...]) -> list[Record]:
        """Return the records that share values which the reader may read, without the record itself."""
        records, view = self._records, self._records.view(entity)
        if not view.can_read or any(view.common_level(member) not in {"read", "edit"} for member in members):
            return []
        statement = view.statements.get(("sharing", members), partial(_by_values, view, members))
        keys = {_key(view, member) for member in members}
        cells = view.compiled.encode({key: self._seen[key] for key in keys})
        given: dict[str, object] = {f"k_{name}": cell for name, cell in cells.items()}
        given["k_id"] = id_bytes(self._seen["id"]) if self._seen.get("id") else NO_ID
        with records.connected() as connection:
            rows = records.run(connection, statement, given).fetchall()
        if len(rows) > COMPARED:
            self.bounded_by = COMPARED
        return [records.record(view, row) for row in rows[:COMPARED]]


def _key(view: View, member: str) -> str:
    """Return the key under which records have a member."""
    return member if member in view.compiled.stored_keys else f"{member}_id"


def _by_values(view: View, members: tuple[str, ...]) -> Statement:
    table, keys = view.compiled.table.table, [_key(view, member) for member in members]
    # Of a relation the id alone: it is of one entity only.
    columns = [name for key in keys for name in _columns(view, key)]
    same = [table.c[column] == later(f"k_{column}") for column in columns]
    select = sa.select(*view.compiled.columns).where(*same, table.c.id != later("k_id"))
    return view.statement(select.order_by(table.c.id).limit(COMPARED + 1), table)


def _columns(view: View, key: str) -> tuple[str, ...]:
    stored = view.compiled.stored_keys[key]
    return stored.columns[:1] if stored.relation is not None else stored.equal_columns

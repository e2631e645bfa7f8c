"""Records that may be the same thing as one that is entered, as far as its writer may see them and what tells so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sidra.errors import Problem
from sidra.plugin_calls import PluginError
from sidra.records.compiled import later
from sidra.records.record import Masked, Record
from sidra.rules.wording import tell
from sidra.store.database import Statement
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View
    from sidra.rules.duplicates import Candidates

COMPARED = 200
"""Records that share the value of a weak sign and are compared one by one."""
NAMED = 3


def resembling(records: Records, entity: str, seen: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a warning for each sign that there is such a record already; it names those that the reader may see.

    seen: what the reader knows of the record; before: its values as they are stored, empty for a new one.
    """
    duplicates = records.runtime.rules(entity).duplicates
    for lookup in duplicates.lookups(seen, before):
        if lookup.severity == "warning":
            yield from _warning(records, lookup.member, _sharing(records, lookup.entity, lookup.member, seen))
    for sign in duplicates.weak:
        if seen.get(sign.member) is not None:
            sharing = _sharing(records, sign.entity, sign.member, seen)
            yield from _warning(records, "", [one for one in sharing if _is_same(records, sign, seen, one)])


def _warning(records: Records, member: str, found: list[Record]) -> Iterator[Problem]:
    if found:
        titles = [one.title for one in found[:NAMED]]
        yield Problem("R616", member, tell("similar", records.actor.locale, titles=titles), severity="warning")


def _sharing(records: Records, entity: str, member: str, seen: Mapping[str, Any]) -> list[Record]:
    """Return the records that share a value which the reader may read, without the record itself."""
    view = records.view(entity)
    if not view.can_read or view.common_level(member) not in {"read", "edit"}:
        return []
    statement = view.statements.get(("sharing", member), partial(_by_value, view, member))
    given: dict[str, object] = {
        f"k_{name}": cell for name, cell in view.compiled.encode({member: seen[member]}).items()
    }
    given["k_id"] = id_bytes(seen["id"]) if seen.get("id") else b""
    with records.connected() as connection:
        rows = records.run(connection, statement, given).fetchall()
    return [records.record(view, row) for row in rows]


def _by_value(view: View, member: str) -> Statement:
    table = view.compiled.table.table
    same = [table.c[column] == later(f"k_{column}") for column in view.compiled.stored_keys[member].equal_columns]
    select = sa.select(*view.compiled.columns).where(*same, table.c.id != later("k_id"))
    return view.statement(select.order_by(table.c.id).limit(COMPARED), table)


def _is_same(records: Records, sign: Candidates, seen: Mapping[str, Any], other: Record) -> bool:
    # A value that the reader may not read is none: what it has to do with the record must not show.
    known = {name: value for name, value in other.items() if not isinstance(value, Masked)}
    try:
        return sign.is_same(records.environment(seen), known)
    except PluginError:
        return False

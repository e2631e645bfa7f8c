"""Which records could not be saved as they are: held against all rules, one by one, changing nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sidra.records.backfill import all_records
from sidra.store.schema.changes import Change, Class, Kind

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.service import Records
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

EXAMPLES = 3


def violations(runtime: Runtime) -> list[Change]:
    """Return, by attribute, how many records have what can no longer be saved as it is, and the first few of them."""
    found: list[Change] = []
    with runtime.store.reading() as connection:
        records = runtime.system_records(connection, runtime.now())
        for name, entity in runtime.model.entities.items():
            if not entity.abstract:
                found += _of_entity(records, connection, runtime.entity(name))
    return found


def _of_entity(records: Records, connection: Connection, compiled: CompiledEntity) -> list[Change]:
    rules = records.runtime.rules(compiled.name)
    ids: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for record in all_records(records, connection, compiled):
        paths = {problem.path for problem in rules.validate(records.environment(record)) if problem.severity == "error"}
        for path in paths:
            counts[path] += 1
            if len(ids[path]) < EXAMPLES:
                ids[path].append(record.id)
    return [_told(compiled, path, counts[path], ids[path]) for path in sorted(counts)]


def _told(compiled: CompiledEntity, path: str, count: int, ids: list[str]) -> Change:
    entity = compiled.entity
    element = entity.attributes.get(path) or entity.relations.get(path) or entity
    subject = f"{compiled.name}.{path}" if path else compiled.name
    says = f"{count} records do not fulfil what `{subject}` must be now; each is corrected when it is next saved"
    return Change(Kind.TIGHTEN, Class.COUNTED, subject, says, place=element.node.place, rows=count, examples=tuple(ids))

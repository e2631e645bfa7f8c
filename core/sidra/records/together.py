"""What many records of a page are about to be asked for, loaded for all at once: a statement a step, not a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sidra.records.gathering import gather, is_gathered
from sidra.records.loading import computed_value
from sidra.records.readers import Row
from sidra.records.record import Record
from sidra.records.relating import relate

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.views import View


def computed_of(records: Records, view: View, rows: Sequence[Row], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield for each row of exactly an entity the computed values that its reader may see, as `load_member` gives them.

    The records that they follow from are read for all rows at once.
    """
    whole = [records.whole(view.name, row) for row in rows]
    attributes = view.compiled.entity.attributes
    formulas = [compute.by for name in names if (compute := attributes[name].compute) and compute.by]
    load_together(records.system, whole, {path for by in formulas for path in view.runtime.model.expression(by).reads})
    for this in whole:
        yield [computed_value(records, view, this, name) for name in names]


def load_together(records: Records, found: Sequence[Record], paths: Iterable[str]) -> None:
    """Load what paths such as `person.numbers.text` lead through, as far as the actor of the service sees it.

    found: records that this service has read, of any entities; what cannot be loaded together is loaded when asked for.
    """
    steps = _steps(paths)
    # Rows that wait to be added are in no table yet.
    if len(found) < 2 or not steps or records.waiting is not None:  # noqa: PLR2004 - one record asks for itself
        return
    for kind in {record.entity: None for record in found}:
        alike = [record for record in found if record.entity == kind]
        for name, further in steps.items():
            reached = _load(records, kind, alike, name)
            if further and reached:
                load_together(records, list({record.id: record for record in reached}.values()), further)


def _steps(paths: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the first step of each path, with what follows it."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        name, _, rest = path.partition(".")
        found.setdefault(name, [])
        if rest:
            found[name].append(rest)
    return found


def _load(records: Records, kind: str, alike: Sequence[Record], name: str) -> list[Record]:
    """Load a member of records that are exactly of one entity; return the records that it leads to."""
    view = records.view(kind)
    level, entity = view.level(name), view.compiled.entity
    relation, attribute = entity.relations.get(name), entity.attributes.get(name)
    if relation is None:
        if attribute is not None and attribute.compute is not None and level != "none" and name not in alike[0]:
            values = computed_of(records, view, [each.row for each in alike], [name])
            for record, (value,) in zip(alike, values, strict=True):
                record.keep(name, value)
        return []
    # Of a reference there is nothing to be shown masked.
    if level in {"none", "mask"}:
        return []
    if not relation.many:
        relate(records, alike, [name])
        return [led for record in alike if record.get(f"{name}_id") and isinstance(led := record.get(name), Record)]
    if not is_gathered(records, relation):
        return []
    target = records.view(relation.to[0])
    for record, rows in zip(alike, gather(records, view, [each.row for each in alike], relation), strict=True):
        record.keep(name, [records.record(target, row) for row in rows])
    return [led for record in alike for led in record[name]]

"""What an erasure will find: read without writing, so that nobody waits while a person looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sidra.privacy.anonymising import Anonymised, decide
from sidra.privacy.holds import Hold, holds_of
from sidra.privacy.reach import Place, Reach, Reaching
from sidra.privacy.recognising import Values, rejects_of
from sidra.store.identifiers import id_bytes

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.service import Records
    from sidra.runtime import Runtime
    from sidra.store.database import Connection


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did, or would do, in numbers."""

    records: dict[str, int]
    """Records of the person, by table."""
    shared: dict[str, int]
    """Records that are also about others, and stay as they are."""
    held: list[Hold]
    """What was, or would be, erased although it should stay."""
    done: Anonymised = field(default_factory=Anonymised)
    rejects: int = 0
    """Rows of feeds in quarantine that were dropped."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is of a person."""

    reach: Reach
    held: list[Hold]
    rejects: list[bytes]
    """Keys of the rows in quarantine that are about the person."""

    @property
    def places(self) -> list[Place]:
        """The person's records in the order in which they are worked on.

        The subject goes first: what is computed from it is anonymous then, when its own turn comes.
        """
        return sorted(self.reach.mine, key=lambda place: (place != self.reach.subject, place))

    def numbers(self) -> Erasure:
        """Return what was found, before anything is done."""
        return Erasure(_by_table(self.reach.mine), _by_table(self.reach.shared), self.held, rejects=len(self.rejects))


def survey(runtime: Runtime, connection: Connection, id: str) -> Survey:
    """Return what there is of the person of a record; raises NotFound."""
    records = runtime.system_records(connection, runtime.now())
    reaching = Reaching(runtime, connection)
    reach = reaching.of(reaching.subject(id))
    values = Values(records, reaching, reach.mine)
    return Survey(reach, holds_of(records, reaching, reach.mine), rejects_of(runtime, connection, values))


def preview(runtime: Runtime, id: str) -> Erasure:
    """Return what an erasure of the person of a record would do; raises NotFound."""
    with runtime.store.reading() as connection:
        found = survey(runtime, connection, id)
        records = runtime.system_records(connection, runtime.now())
        numbers, reaching = found.numbers(), Reaching(runtime, connection)
        gone: set[bytes] = set()
        for place in found.places:
            row = reaching.row(place) if place[1] not in gone else None
            if row is not None:
                compiled = runtime.entity(runtime.entity(place[0]).kind_of(row))
                decision = decide(records, records, compiled, row)
                numbers.done.note(decision)
                if decision.is_removed:
                    gone |= _below(records, decision.before)
        return numbers


def _below(records: Records, record: Record) -> set[bytes]:
    """Return the ids of what a record owns, which goes with it."""
    owned = records.runtime.entity(record.entity).owned
    children = [child for relation in owned for child in record[relation.name]]
    return {id_bytes(child.id) for child in children} | {id for child in children for id in _below(records, child)}


def _by_table(places: Iterable[Place]) -> dict[str, int]:
    found: dict[str, int] = {}
    for root, _ in sorted(places):
        found[root] = found.get(root, 0) + 1
    return found

"""What keeps personal data where they are: a rule of the configuration, or business that is not finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.errors import Conflict
from sidra.privacy.reach import Place, Reaching
from sidra.rules.conditions import compile_condition
from sidra_metamodel.kinds.entity import Lifecycle

if TYPE_CHECKING:
    from sidra.records.service import Records


class Held(Conflict):
    """Records of the person must stay for now."""

    code = "R052"


@dataclass(frozen=True, slots=True)
class Hold:
    """Records of an entity that must stay, and why."""

    entity: str
    count: int
    state: str = ""
    """The one of the life cycle that they are in; empty where a rule holds them."""

    @property
    def why(self) -> str:
        """Why they must stay."""
        return f"in the state `{self.state}`" if self.state else "held by its rule"


def holds_of(records: Records, reaching: Reaching, places: Iterable[Place]) -> list[Hold]:
    """Return what must stay of some records: those of `hold:`, and without one those whose life has not ended."""
    found: dict[tuple[str, str], int] = {}
    for root, id in places:
        row = reaching.row((root, id))
        if row is not None:
            kind = records.runtime.entity(root).kind_of(row)
            state = _held_in(records, kind, row, is_person=root in reaching.links.persons)
            if state is not None:
                found[kind, state] = found.get((kind, state), 0) + 1
    return [Hold(entity, count, state) for (entity, state), count in sorted(found.items())]


def refuse_held(holds: Iterable[Hold]) -> None:
    """Raise Held where anything must stay."""
    told = [f"{hold.count} × `{hold.entity}` {hold.why}" for hold in holds]
    if told:
        hint = "finish or close them first, or say `--even-held` if the law wants it gone all the same"
        raise Held(f"records of this person must stay: {', '.join(told)}", hint=hint)


def _held_in(records: Records, kind: str, row: tuple[object, ...], *, is_person: bool) -> str | None:
    """Return the state that holds the record of a row, empty where a rule does; None where nothing holds it."""
    entity = records.runtime.model.entity(kind)
    record = records.whole(kind, row)
    retention = entity.retention
    if retention is not None and retention.hold is not None:
        test = compile_condition(records.runtime.model, retention.hold)
        return "" if test(records.environment(record)) else None
    lifecycle = entity.lifecycle
    if lifecycle is None or is_person:
        return None
    state: str | None = record.get(lifecycle.attribute)
    return None if state in final_states(lifecycle) else state


def final_states(lifecycle: Lifecycle) -> frozenset[str]:
    """Return the states in which a life has ended: those declared, else those that no step leaves."""
    left = {state for step in lifecycle.transitions.values() for state in step.from_}
    reached = {step.to for step in lifecycle.transitions.values()}
    return lifecycle.final or frozenset(reached - left)

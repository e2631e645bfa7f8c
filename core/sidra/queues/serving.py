"""Who serves which queue: what an inbox shows, and who is told of work that waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sidra.access.functions import CONSOLE
from sidra_metamodel.kinds.queue import Queue

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.queues.people import Person
    from sidra.records.service import Records
    from sidra.runtime import Runtime


def serves(runtime: Runtime, queue: Queue, roles: frozenset[str], units: Iterable[str]) -> bool:
    """Tell whether somebody with these roles and units serves a queue; `units` are those that were given to them."""
    by = queue.served_by
    wanted = frozenset() if by is None else by.roles
    if wanted.isdisjoint(roles) if wanted else not _may_work(runtime, roles):
        return False
    if by is None:
        return True
    reached = runtime.units.reached(units)
    return by.skills <= roles and (not by.units or not by.units.isdisjoint(reached))


def _may_work(runtime: Runtime, roles: frozenset[str]) -> bool:
    return any(CONSOLE in role.functions for name in roles if (role := runtime.model.roles.get(name)) is not None)


def queues_of(runtime: Runtime, actor: Actor) -> tuple[str, ...]:
    """Return the names of the queues that somebody serves, in the order in which they are declared."""
    if actor.is_system:
        return tuple(runtime.model.queues)
    return tuple(
        name for name, queue in runtime.model.queues.items() if serves(runtime, queue, actor.roles, actor.units)
    )


def may_watch(records: Records, name: str) -> bool:
    """Tell whether somebody may know that a queue changed: they serve it, or may read what waits in queues."""
    runtime = records.runtime
    if name not in runtime.model.queues:
        return False
    if name in queues_of(runtime, records.actor):
        return True
    return any(
        records.may(entity, "read") and records.access(entity).level(attribute) != "none"
        for entity in runtime.model.entities
        for attribute in runtime.entity(entity).queues
    )


def who_serves(runtime: Runtime, name: str, people: Iterable[Person]) -> list[Person]:
    """Return those of some persons who serve a queue and can sign in; nobody serves one that there is not."""
    queue = runtime.model.queues.get(name)
    if queue is None:
        return []
    return [
        person for person in people if not person.is_disabled and serves(runtime, queue, person.roles, person.units)
    ]

"""Erasure: every personal value of a person goes, wherever the store has it, a few records in each transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from sidra.audit.journal import Event
from sidra.errors import Conflict
from sidra.privacy.anonymising import Anonymising
from sidra.privacy.holds import holds_of, refuse_held
from sidra.privacy.reach import Place, Reaching
from sidra.privacy.recognising import drop_rejects
from sidra.privacy.scrubbing import want_scrubbing
from sidra.privacy.standing import Erasures, Standing
from sidra.privacy.surveying import Erasure, Survey, preview, survey
from sidra.store.database import PATIENCE_SECONDS
from sidra.store.identifiers import id_text, new_id
from sidra.store.prepared import given

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

ACTION, ASK = "erase", "erase_ask"
"""Under which the audit keeps it: for each record, and that somebody asked for it."""
EVENT = "privacy.erasure"
"""Begins the durable work of an erasure."""
TOGETHER = 50
"""Records in one transaction: others wait for it no longer than for the change of one record with all it owns."""


def erase(
    runtime: Runtime, id: str, *, actor: Actor, reason: str, even_held: bool = False, dry_run: bool = False
) -> Erasure:
    """Take all personal values of a person out of the store; return what that was.

    Raises NotFound where there is no such record, Held where records must stay, unless `even_held`. A dry run looks and
    changes nothing. One that was ended before it was done goes on.
    """
    if dry_run:
        return preview(runtime, id)
    last = last_erasure(runtime, id)
    standing = last if last is not None and not last.is_done else ask(runtime, id, actor, reason, even_held=even_held)
    for part in parts(runtime, standing.id, actor, even_held=even_held):
        standing = part
    return standing.erasure


def ask(
    runtime: Runtime, id: str, actor: Actor, reason: str, *, even_held: bool = False, is_job: bool = False
) -> Standing:
    """Begin to erase a person: keep what is to be done, and by which reason; with `is_job`, durable work does it.

    Raises NotFound, Held unless `even_held`, and Conflict where it is under way.
    """
    with runtime.store.reading() as connection:
        found = survey(runtime, connection, id)
    if not even_held:
        refuse_held(found.held)

    def begin(unit: UnitOfWork) -> Standing:
        erasures = Erasures(runtime.store)
        last = erasures.last_of(id, unit.connection)
        if last is not None and not last.is_done:
            raise Conflict("this person is being erased already", hint="wait until it is done")
        standing = _first(unit, found, reason)
        erasures.add(unit.connection, standing, unit.microseconds)
        erasures.add_places(unit.connection, replace(standing, total=0), found.places)
        drop_rejects(runtime, unit.connection, found.rejects)
        root, subject = found.reach.subject
        told = Event(actor=actor, at=unit.now, action=ASK, entity=root, record_id=id_text(subject), reason=reason)
        runtime.audit.write(unit, told)
        if is_job:
            unit.emit(EVENT, payload={"erasure": standing.id})
        return standing

    return runtime.transact(actor, begin)


def _first(unit: UnitOfWork, found: Survey, reason: str) -> Standing:
    return Standing(
        id=new_id(unit.microseconds // 1000),
        subject=id_text(found.reach.subject[1]),
        asked_at=unit.now,
        asked_by=unit.actor.id,
        reason=reason,
        state="erasing",
        done=0,
        total=len(found.places),
        erasure=found.numbers(),
        ended_at=None,
        stopped_by="",
    )


def last_erasure(runtime: Runtime, id: str) -> Standing | None:
    """Return the last erasure of the person of a record, or None."""
    try:
        return Erasures(runtime.store).last_of(id)
    except (ValueError, AttributeError):
        # Of a text that is no id nobody was erased; that there is no such record is told by whoever looks for it.
        return None


def parts(runtime: Runtime, key: str, actor: Actor, *, even_held: bool = False) -> Iterator[Standing]:
    """Do what is left of an erasure; yield how it stands after each transaction.

    Raises Conflict for no erasure, and Held where a record must stay by now, unless `even_held`.
    """
    is_done = False
    while not is_done:
        standing = go_on(runtime, key, actor, even_held=even_held)
        yield standing
        is_done = standing.is_done


def go_on(runtime: Runtime, key: str, actor: Actor, *, even_held: bool = False) -> Standing:
    """Do the next part of an erasure, in one transaction; return how it stands then.

    Raises Conflict for no erasure, and Held where a record of the part must stay by now, unless `even_held`.
    """
    erasures = Erasures(runtime.store)
    standing = _known(erasures.get(key))
    if standing.state == "erasing" and not standing.done and not even_held:
        refuse_fresh(runtime, standing)
    if standing.state == "erasing" and standing.done >= standing.total:
        return _look_again(runtime, standing, actor)

    def part(unit: UnitOfWork) -> Standing:
        # Whoever else works at it may have been faster.
        now = _known(erasures.get(key, unit.connection))
        if now.state == "erasing":
            return _erase_some(unit, erasures, now, even_held=even_held)
        return _forget_some(unit, erasures, now) if now.state == "forgetting" else now

    return runtime.transact(actor, part, patience=PATIENCE_SECONDS)


def refuse_fresh(runtime: Runtime, standing: Standing) -> None:
    """Raise Held where something came that must stay, before anything has gone: a worker may begin days later."""
    with runtime.store.reading() as connection:
        reaching = Reaching(runtime, connection)
        places = reaching.of(reaching.subject(standing.subject)).mine
        refuse_held(holds_of(runtime.system_records(connection, runtime.now()), reaching, places))


def _known(standing: Standing | None) -> Standing:
    if standing is None:
        raise Conflict("there is no such erasure", hint="ask for it anew")
    return standing


def stop(runtime: Runtime, key: str, code: str, actor: Actor) -> None:
    """Keep that an erasure does not go on, and by which error."""

    def note(unit: UnitOfWork) -> None:
        erasures = Erasures(runtime.store)
        standing = _known(erasures.get(key, unit.connection))
        erasures.change(unit.connection, replace(standing, stopped_by=code))

    runtime.transact(actor, note)


def ask_again(runtime: Runtime, id: str, actor: Actor) -> None:
    """Let durable work go on with the erasure of a person that was stopped; raises Conflict where there is none."""

    def begin(unit: UnitOfWork) -> None:
        erasures = Erasures(runtime.store)
        standing = _known(erasures.last_of(id, unit.connection))
        if not standing.stopped_by:
            raise Conflict("this erasure is not stopped", hint="open the page again")
        erasures.change(unit.connection, replace(standing, stopped_by=""))
        unit.emit(EVENT, payload={"erasure": standing.id})

    runtime.transact(actor, begin)


def _erase_some(unit: UnitOfWork, erasures: Erasures, standing: Standing, *, even_held: bool) -> Standing:
    """Take the values out of the next records, with their entries of the audit."""
    places = erasures.open(unit.connection, standing, TOGETHER)
    if not even_held:
        # It may have come, or changed, since the first part.
        reaching = Reaching(unit.runtime, unit.connection)
        refuse_held(holds_of(unit.system, reaching, (place for _, place in places)))
    work = Anonymising(unit, ACTION, standing.reason, standing.erasure.done)
    for _, place in places:
        work.anonymise(place)
    erasures.mark(unit.connection, standing, (number for number, _ in places))
    numbers = replace(standing.erasure, done=work.done)
    now = replace(standing, done=standing.done + len(places), erasure=numbers, stopped_by="")
    erasures.change(unit.connection, now)
    return now


def _look_again(runtime: Runtime, standing: Standing, actor: Actor) -> Standing:
    """Add what came to the person meanwhile; where nothing did, the keys are next."""
    erasures = Erasures(runtime.store)
    with runtime.store.reading() as connection:
        reaching = Reaching(runtime, connection)
        reach = reaching.of(reaching.subject(standing.subject))
        known = {place for _, place in erasures.listed(connection, standing)}
    fresh = sorted(reach.mine - known)

    def add(unit: UnitOfWork) -> Standing:
        now = _known(erasures.get(standing.id, unit.connection))
        if (now.state, now.total) != (standing.state, standing.total):
            return now
        erasures.add_places(unit.connection, now, fresh)
        now = replace(now, total=now.total + len(fresh), state="erasing" if fresh else "forgetting")
        erasures.change(unit.connection, now)
        return now

    return runtime.transact(actor, add)


def _forget_some(unit: UnitOfWork, erasures: Erasures, standing: Standing) -> Standing:
    """Destroy the keys once more, and drop the pairs of duplicates; the last turn ends the erasure.

    What followed from a record that came later was told of an earlier one under a new key.
    """
    places = erasures.listed(unit.connection, standing, TOGETHER)
    for _, place in places:
        unit.runtime.persons.erase(unit.connection, place[1])
    _forget_duplicates(unit, (place for _, place in places))
    erasures.drop(unit.connection, standing, (number for number, _ in places))
    is_last = len(places) < TOGETHER
    now = replace(standing, stopped_by="")
    now = replace(now, state="done", ended_at=unit.now) if is_last else now
    erasures.change(unit.connection, now, unit.microseconds if is_last else None)
    if is_last:
        want_scrubbing(unit.runtime.store, unit.connection, unit.microseconds)
    return now


def _forget_duplicates(unit: UnitOfWork, places: Iterable[Place]) -> None:
    """Drop the pairs of the person's records, and where a search stood among their values."""
    tables, store = unit.runtime.tables.metadata.tables, unit.runtime.store
    pair, search = tables["identity_pair"], tables["identity_search"]
    is_of = sa.or_(pair.c.left_id == given("id"), pair.c.right_id == given("id"))
    drop_pairs = store.compile(sa.delete(pair).where(is_of))
    for _, id in places:
        drop_pairs.run(unit.connection, {"id": id})
    store.compile(sa.update(search).values(reached=sa.null())).run(unit.connection, {})

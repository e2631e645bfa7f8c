"""How the tests of a proposed configuration end: asked for once, run beside the requests, kept with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from sidra.live.signals import tell
from sidra.releases.tables import release_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Store
from sidra.store.prepared import Prepared, given
from sidra.trials.mutating import Mutant, Noticed
from sidra.trials.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.records.work import UnitOfWork
    from sidra.releases.proposals import Proposal
    from sidra.runtime import Runtime

EVENT: Final = "plan.tests_asked"
BASELINE, OWN = "baseline", "own"
"""Whose tests they are."""
KEY_BYTES: Final = 32
MOST_KEPT: Final = 20
"""Findings and overrides that are kept by name."""
PATIENCE: Final = datetime.timedelta(minutes=10)
"""After which tests may be asked for again that never ended."""


@dataclass(frozen=True, slots=True)
class Tested:
    """The tests of one revision, as it was proposed."""

    key: str
    """See `key_of`."""
    asked_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    """None as long as they run, or wait for their turn."""
    failure: str = ""
    """The code of what kept them from being run."""
    counts: Mapping[str, Mapping[str, int]] | None = None
    """How many ended in which way, by whose they are."""
    findings: tuple[str, ...] = ()
    """What is not as the tests say, the first of it, in English as the terminal says it."""
    overrides: int = 0
    """Values of the overlay among what changes, each of which was dropped in turn."""
    unnoticed: tuple[str, ...] = ()
    """Those of them that no test notices."""

    @property
    def total(self) -> Mapping[str, int]:
        """How many ended in which way."""
        found = dict.fromkeys((str(one) for one in Verdict), 0)
        for counts in (self.counts or {}).values():
            for verdict, count in counts.items():
                found[verdict] += count
        return found

    def is_awaited(self, now: datetime.datetime) -> bool:
        """Tell whether the result is still to come."""
        return self.ended_at is None and now - self.asked_at < PATIENCE


def key_of(proposal: Proposal) -> str:
    """Return what a result belongs to: a revision, from these files, in place of what its plan was made against.

    The overrides that are dropped in turn are those of the plan, and another baseline may amount to the same revision.
    """
    made = f"{proposal.digest} {proposal.below} {proposal.own}".encode()
    return f"{proposal.revision}:{blake2b(made, digest_size=KEY_BYTES).hexdigest()}"


def topic_of(key: str) -> str:
    """Return what is looked at by who waits for the result."""
    return f"job:plan_tests:{key}"


class Testings:
    """The results of one store."""

    def __init__(self, store: Store) -> None:
        table = release_tables(sa.MetaData()).tested
        is_it = table.c.revision == given("key")
        self._one = Prepared(store, sa.select(table.c.asked_at, table.c.ended_at, table.c.result).where(is_it))
        self._drop = Prepared(store, table.delete().where(is_it))
        self._add = Prepared(store, table.insert())
        ended = {"ended_at": given("now"), "result": given("told")}
        self._end = Prepared(store, table.update().where(is_it).values(ended))

    def of(self, proposal: Proposal) -> Tested | None:
        """Return the tests of what is proposed; None where nobody has asked for them."""
        key = key_of(proposal)
        row = self._one.one(key=key)
        if row is None:
            return None
        asked, ended, result = row
        told: dict[str, Any] = orjson.loads(result) if result else {}
        told |= {name: tuple(told.get(name, ())) for name in ("findings", "unnoticed")}
        return Tested(key, decode_datetime(asked), decode_datetime(ended) if ended else None, **told)

    def ask(self, runtime: Runtime, actor: Actor, proposal: Proposal) -> None:
        """Have the tests of a proposal run, unless they are under way."""

        def work(unit: UnitOfWork) -> None:
            known, key = self.of(proposal), key_of(proposal)
            if known is not None and known.is_awaited(unit.now):
                return
            self._drop.run_on(unit.connection, key=key)
            row = {"revision": key, "asked_at": unit.microseconds, "ended_at": None, "result": ""}
            self._add.run_on(unit.connection, **row)
            unit.emit(EVENT, payload={"proposal": proposal.id})

        runtime.transact(actor, work)

    def end(self, runtime: Runtime, proposal: Proposal, told: Mapping[str, Any]) -> None:
        """Keep how they ended, and tell who waits."""
        key = key_of(proposal)

        def work(unit: UnitOfWork) -> None:
            now = encode_datetime(unit.now)
            self._end.run_on(unit.connection, key=key, now=now, told=orjson.dumps(told).decode())
            tell(unit, topic_of(key), "ended")

        runtime.transact(runtime.system_actor, work)


def summary(affiliate: str, outcomes: Iterable[Outcome], tried: Iterable[Mutant]) -> dict[str, Any]:
    """Return what is kept of a run."""
    own = f"affiliate:{affiliate}"
    counts: dict[str, dict[str, int]] = {}
    findings: list[str] = []
    for one in outcomes:
        of_it = counts.setdefault(OWN if one.at.layer == own else BASELINE, {})
        of_it[str(one.verdict)] = of_it.get(str(one.verdict), 0) + 1
        findings += [f"{one.test}: {found.path}, {found.found}" for found in one.findings]
    mutants = list(tried)
    unnoticed = [one.dotted for one in mutants if one.noticed is Noticed.NOT]
    return {
        "counts": counts,
        "findings": findings[:MOST_KEPT],
        "overrides": len(mutants),
        "unnoticed": unnoticed[:MOST_KEPT],
    }

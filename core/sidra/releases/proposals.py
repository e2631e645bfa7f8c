"""What somebody proposes to put in force: the plan as it was counted, and the very files, which no save changes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import NotFound
from sidra.releases.history import Releases
from sidra.releases.plan import Plan
from sidra.releases.plan_reading import read_plan
from sidra.releases.sources import Sources
from sidra.releases.tables import PROPOSAL, release_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given
from sidra.store.storable import storable

OPEN, APPLIED, WITHDRAWN = "open", "applied", "withdrawn"
COLUMNS = (
    "id",
    "title",
    "live",
    "revision",
    "baseline",
    "git_commit",
    "below",
    "own",
    "digest",
    "plan",
    "author_id",
    "author_name",
    "at",
    "state",
)
FIELDS = tuple("commit" if name == "git_commit" else name for name in COLUMNS)
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """A configuration that somebody wants in force."""

    id: str
    title: str
    live: str | None
    """The revision that was in force when it was proposed; where another one is, it is out of date."""
    revision: str
    baseline: str
    commit: str
    below: str = field(repr=False)
    own: str = field(repr=False)
    digest: str = ""
    """Of the plan."""
    plan: Plan = field(repr=False, kw_only=True)
    author_id: str = ""
    author_name: str = ""
    at: datetime.datetime = field(kw_only=True)
    state: str = OPEN


class Proposals:
    """The proposals of one affiliate's store."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._releases, self._entries = Releases(store), Entries(store)
        table = release_tables(sa.MetaData()).proposal
        chosen = sa.select(*(table.c[name] for name in COLUMNS)).order_by(table.c.id.desc())
        self._all = Prepared(store, chosen)
        self._one = Prepared(store, chosen.where(table.c.id == given("key")))
        self._insert = Prepared(store, table.insert())
        is_key = table.c.id == given("key")
        self._close = Prepared(store, table.update().where(is_key).values(state=given("now")))

    def all(self, state: str | None = None) -> list[Proposal]:
        """Return the proposals, of one state or all, the latest first."""
        return [one for one in map(_proposal, self._all.all()) if state in {None, one.state}]

    def get(self, id: str) -> Proposal:
        """Return one proposal; raises NotFound."""
        try:
            row = self._one.one(key=id_bytes(id))
        except (ValueError, AttributeError):
            row = None
        if row is None:
            raise NotFound("there is no such proposal", hint="`sidra releases` lists those that are open")
        return _proposal(row)

    def of_revision(self, revision: str) -> Proposal | None:
        """Return the latest proposal of a revision that is open or was applied."""
        found = [one for one in self.all() if one.revision == revision and one.state != WITHDRAWN]
        return found[0] if found else None

    def propose(self, plan: Plan, sources: Sources, title: str, by: Actor) -> Proposal:
        """Return a new proposal, whose files are kept as they are; an open one of the same revision gives way."""
        now = encode_datetime(self._clock())
        key = id_bytes(new_id(now // 1000))
        row = {
            "id": key,
            "title": storable(title).strip()[:MOST_CHARACTERS] or plan.proposed.name,
            "live": plan.live.name if plan.live is not None else None,
            "revision": plan.proposed.name,
            "baseline": plan.proposed.baseline,
            "git_commit": plan.proposed.commit,
            "below": sources.below.digest,
            "own": sources.own.digest,
            "digest": plan.digest,
            "plan": orjson.dumps(plan.as_dict()).decode(),
            "author_id": by.id,
            "author_name": by.name,
            "at": now,
            "state": OPEN,
        }

        def write(connection: Connection) -> None:
            for other in map(_proposal, self._all.rows_on(connection)):
                if other.state == OPEN and other.revision == plan.proposed.name:
                    self.close(connection, other.id, WITHDRAWN)
            self._releases.keep(connection, sources)
            self._insert.run_on(connection, **row)
            said = (f"revision {plan.proposed.name}", f"plan {plan.digest}")
            self._entries.write(
                connection, "plan_propose", by, now, about=PROPOSAL, key=key, reason=str(row["title"]), said=said
            )

        self._store.transact(write)
        return self.get(id_text(key))

    def withdraw(self, id: str, by: Actor) -> None:
        """Take a proposal back; raises NotFound."""
        proposal = self.get(id)
        now = encode_datetime(self._clock())

        def write(connection: Connection) -> None:
            self.close(connection, proposal.id, WITHDRAWN)
            self._entries.write(connection, "plan_withdraw", by, now, about=PROPOSAL, key=id_bytes(proposal.id))

        self._store.transact(write)

    def close(self, connection: Connection, id: str, state: str) -> None:
        """Give a proposal another state, in the transaction of what led to it."""
        self._close.run_on(connection, key=id_bytes(id), now=state)


def _proposal(row: Row) -> Proposal:
    found = dict(zip(FIELDS, row, strict=True))
    plan = read_plan(orjson.loads(found["plan"]))
    return Proposal(**{**found, "id": id_text(found["id"]), "plan": plan, "at": decode_datetime(found["at"])})

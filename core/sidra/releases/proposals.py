"""What somebody proposes to put in force: the plan as it was counted, and the very files, which no save changes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.audit.entries import Entries
from sidra.clock import Clock, utc_now
from sidra.errors import Conflict, Forbidden, NotFound
from sidra.releases.claims import Claims
from sidra.releases.errors import Unfinished
from sidra.releases.history import Releases
from sidra.releases.plan import Impact, Plan
from sidra.releases.plan_reading import read_plan
from sidra.releases.revisions import shown
from sidra.releases.sources import Sources
from sidra.releases.tables import PROPOSAL, release_tables
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, Row, given
from sidra.store.schema.journal import Journal
from sidra.store.storable import storable

OPEN, APPLIED, WITHDRAWN = "open", "applied", "withdrawn"
REFUSED: Final = "refused"
HEAD: Final = (
    "id",
    "title",
    "live",
    "revision",
    "baseline",
    "git_commit",
    "digest",
    "author_id",
    "author_name",
    "at",
    "state",
    "level",
    "gates",
    "counts",
)
"""What a list tells of a proposal."""
BODY: Final = ("below", "own", "plan")
MOST_CHARACTERS: Final = 200
MOST_LISTED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list tells of a configuration that somebody wants in force."""

    id: str
    title: str
    live: str | None
    """The revision that was in force when it was proposed; where another one is, it is out of date."""
    revision: str
    baseline: str = ""
    commit: str = ""
    digest: str = ""
    """Of the plan."""
    author_id: str
    author_name: str
    at: datetime.datetime
    state: str = OPEN
    level: str = "L0"
    """The furthest that an overlay goes in what changes."""
    gates: tuple[str, ...] = ()
    """The functions of those who must approve."""
    counts: Mapping[Impact, int] = field(default_factory=dict)
    """How many changes of each sort there are."""

    @property
    def changes(self) -> int:
        """How many changes there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Summary):
    """A configuration that somebody wants in force."""

    below: str = field(repr=False)
    own: str = field(repr=False)
    plan: Plan = field(repr=False)


class Proposals:
    """The proposals of one affiliate's store."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock
        self._releases, self._entries, self._claims = Releases(store), Entries(store), Claims(store, clock)
        tables = release_tables(sa.MetaData())
        table, approval = tables.proposal, tables.approval
        is_of_revision, is_open = table.c.revision == given("revision"), table.c.state == OPEN
        summaries = sa.select(*(table.c[name] for name in HEAD))
        listed = summaries.order_by(table.c.state != OPEN, table.c.id.desc())
        paged = {"limit": given("limit"), "offset": given("offset")}
        is_of_state = table.c.state == given("state")
        self._all = Prepared(store, listed.limit(paged["limit"]).offset(paged["offset"]))
        self._some = Prepared(store, listed.where(is_of_state).limit(paged["limit"]).offset(paged["offset"]))
        self._count = Prepared(store, sa.select(sa.func.count()).select_from(table).where(is_of_state))
        whole = sa.select(*(table.c[name] for name in (*HEAD, *BODY)))
        is_key = table.c.id == given("key")
        self._one = Prepared(store, whole.where(is_key))
        standing = whole.where(is_of_revision, table.c.state != WITHDRAWN)
        self._of_revision = Prepared(store, standing.order_by(table.c.state != OPEN, table.c.id.desc()).limit(1))
        before = sa.select(table.c.id).where(is_of_revision).order_by(table.c.id.desc()).limit(1)
        self._before = Prepared(store, before)
        self._replace = Prepared(store, table.update().where(is_of_revision, is_open).values(state=WITHDRAWN))
        self._insert = Prepared(store, table.insert())
        self._hold = Prepared(store, table.update().where(is_key, is_open).values(state=OPEN))
        self._close = Prepared(store, table.update().where(is_key).values(state=given("now")))
        self._recount = Prepared(store, table.update().where(is_key).values(plan=given("counted")))
        said = ("function", "verdict", "by_id", "by_name", "at", "comment")
        refused = sa.select(*(approval.c[name] for name in said)).where(
            approval.c.proposal_id == given("key"), approval.c.verdict == REFUSED
        )
        self._refused, self._carry, self._said = Prepared(store, refused), Prepared(store, approval.insert()), said

    def all(self, state: str | None = None, *, limit: int = MOST_LISTED, offset: int = 0) -> list[Summary]:
        """Return what proposals are, of one state or all: the open ones first, the latest first; no plan is read."""
        page = {"limit": limit, "offset": offset}
        rows = self._all.all(**page) if state is None else self._some.all(state=state, **page)
        return [Summary(**_head(row)) for row in rows]

    def count(self, state: str) -> int:
        """Return how many proposals have a state."""
        row = self._count.one(state=state)
        return int(row[0]) if row is not None else 0

    def get(self, id: str) -> Proposal:
        """Return one proposal; raises NotFound."""
        with self._store.reading() as connection:
            return self.get_on(connection, id)

    def get_on(self, connection: Connection, id: str) -> Proposal:
        """Return the same as a transaction sees it."""
        try:
            rows = self._one.rows_on(connection, key=id_bytes(id))
        except (ValueError, AttributeError):
            rows = []
        for row in rows:
            return _proposal(row)
        raise NotFound("there is no such proposal", hint="`sidra releases` lists those that are open")

    def of_revision(self, revision: str) -> Proposal | None:
        """Return the open proposal of a revision, else the latest that was applied."""
        row = self._of_revision.one(revision=revision)
        return None if row is None else _proposal(row)

    def propose(self, plan: Plan, sources: Sources, title: str, by: Actor) -> Proposal:
        """Return a new proposal, whose files are kept as they are; an open one of the same revision gives way.

        What somebody refused of the same revision stays refused. Raises Forbidden where no person proposes, and what
        `demand_idle` raises.
        """
        if by.is_system:
            raise Forbidden("a proposal needs a person", hint="say who proposes: somebody else approves")
        now, revision = encode_datetime(self._clock()), plan.proposed.name
        key = id_bytes(new_id(now // 1000))
        row = {
            "id": key,
            "title": storable(title).strip()[:MOST_CHARACTERS] or revision,
            "live": plan.live.name if plan.live is not None else None,
            "revision": revision,
            "baseline": plan.proposed.baseline,
            "git_commit": plan.proposed.commit,
            "below": sources.below.digest,
            "own": sources.own.digest,
            "digest": plan.digest,
            "plan": _kept(plan),
            "author_id": by.id,
            "author_name": by.name,
            "at": now,
            "state": OPEN,
            "level": plan.level,
            "gates": orjson.dumps(plan.gates).decode(),
            "counts": orjson.dumps({impact.value: count for impact, count in plan.counts.items()}).decode(),
        }

        def write(connection: Connection) -> None:
            self.demand_idle(connection, revision)
            refused = self._carried(connection, revision, key, now)
            self._replace.run_on(connection, revision=revision)
            self._releases.keep(connection, sources)
            self._insert.run_on(connection, **row)
            said = (f"revision {revision}", f"plan {plan.digest}", *(f"refused {function}" for function in refused))
            self._entries.write(
                connection, "plan_propose", by, now, about=PROPOSAL, key=key, reason=str(row["title"]), said=said
            )

        self._store.transact(write)
        return self.get(id_text(key))

    def _carried(self, connection: Connection, revision: str, key: bytes, now: int) -> list[str]:
        """Say of a new proposal what was refused of the one before of its revision; return the functions."""
        functions: list[str] = []
        for (before,) in self._before.rows_on(connection, revision=revision):
            for row in self._refused.rows_on(connection, key=before):
                said = dict(zip(self._said, row, strict=True))
                self._carry.run_on(connection, id=id_bytes(new_id(now // 1000)), proposal_id=key, **said)
                functions.append(said["function"])
        return functions

    def withdraw(self, id: str, by: Actor, why: str = "") -> None:
        """Take a proposal back; raises Conflict where it is not open, and what `demand_idle` raises."""
        now, key = encode_datetime(self._clock()), id_bytes(id)

        def write(connection: Connection) -> None:
            self.hold(connection, id)
            self.demand_idle(connection, self.get_on(connection, id).revision)
            self.close(connection, id, WITHDRAWN)
            self._entries.write(connection, "plan_withdraw", by, now, about=PROPOSAL, key=key, reason=why)

        self._store.transact(write)

    def hold(self, connection: Connection, id: str) -> None:
        """Keep a proposal open until the transaction ends; raises Conflict where it is not open any more."""
        if not self._hold.run_on(connection, key=id_bytes(id)):
            raise Conflict("the proposal is not open any more", hint="look at those that are open")

    def demand_idle(self, connection: Connection, revision: str) -> None:
        """Raise Claimed while somebody puts a revision in force, and Unfinished where they have not come to its end.

        Its proposal stays as it was approved until then: the database is on its way to it.
        """
        self._claims.demand_free(connection, revision)
        if any(entry.goal == revision for entry in Journal(self._store).unfinished(connection)):
            hint = f"run `sidra apply … --revision {shown(revision)} --why …` again: it goes on where it was"
            raise Unfinished("the database is on its way to this", hint=hint)

    def close(self, connection: Connection, id: str, state: str) -> None:
        """Give a proposal another state, in the transaction of what led to it."""
        self._close.run_on(connection, key=id_bytes(id), now=state)

    def recount(self, connection: Connection, id: str, plan: Plan) -> None:
        """Keep a plan with the numbers of now, in the transaction of what led to it."""
        self._recount.run_on(connection, key=id_bytes(id), counted=_kept(plan))


def _kept(plan: Plan) -> str:
    return orjson.dumps(plan.as_dict()).decode()


def _head(row: Row) -> dict[str, Any]:
    found = dict(zip(HEAD, row, strict=False))
    counts = orjson.loads(found["counts"] or "{}")
    return {
        **{name: value for name, value in found.items() if name != "git_commit"},
        "commit": found["git_commit"],
        "id": id_text(found["id"]),
        "at": decode_datetime(found["at"]),
        "level": found["level"] or "L0",
        "gates": tuple(orjson.loads(found["gates"] or "[]")),
        "counts": {impact: counts.get(impact.value, 0) for impact in Impact},
    }


def _proposal(row: Row) -> Proposal:
    below, own, plan = row[len(HEAD) :]
    return Proposal(**_head(row), below=below, own=own, plan=read_plan(orjson.loads(plan)))

"""Who lets a proposal pass: gate by gate, never its author; with what becomes of the records that it concerns."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.functions import APPROVE_ACCESS, APPROVE_API, APPROVE_DATA, CONFIGURE
from sidra.audit.entries import Entries
from sidra.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from sidra.releases.errors import NotApproved, OutOfDate, Undecided
from sidra.releases.history import Releases
from sidra.releases.plan import Item, Plan
from sidra.releases.proposals import OPEN, Proposal, Proposals
from sidra.releases.standing import LAPSES, Lapse, Standing
from sidra.releases.tables import PROPOSAL, release_tables
from sidra.runtime import Runtime
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, given
from sidra.store.storable import storable
from sidra_metamodel.suggest import listed

READERS: Final = frozenset({CONFIGURE, APPROVE_ACCESS, APPROVE_API, APPROVE_DATA})
"""The functions of those who take part."""
MOST_CHARACTERS: Final = 4000

State = Literal["waiting", "approved", "refused", "lapsed"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One function that must approve, and what somebody who has it said last."""

    function: str
    state: State = "waiting"
    by_id: str = ""
    by_name: str = ""
    at: datetime.datetime | None = None
    comment: str = ""
    lapsed: Lapse = ""
    """Why an approval counts no more: who gave it is shut out, has other roles, or is the author."""

    @property
    def says(self) -> str:
        """Where it stands, in words."""
        return f"{self.state}: {LAPSES[self.lapsed]}" if self.lapsed else self.state


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the records that one change concerns."""

    choice: str
    by_name: str
    at: datetime.datetime
    rows: int = 0
    """For how many records it was made; where there are more, it is asked again."""

    def covers(self, item: Item) -> bool:
        """Tell whether it was made for as many records as a change concerns now."""
        return item.rows is None or item.rows.rows is None or item.rows.rows <= self.rows


@dataclass(frozen=True, slots=True)
class PlanComment:
    """What somebody wrote about a proposal."""

    id: str
    author_id: str
    author_name: str
    at: datetime.datetime
    text: str


class Approvals:
    """The gates of the proposals of one affiliate; who may open them is said by the configuration in force."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        store = runtime.store
        self.proposals = Proposals(store, runtime.clock)
        self._releases, self._entries, self._standing = Releases(store), Entries(store), Standing(runtime)
        tables = release_tables(sa.MetaData())
        approval, decision, comment = tables.approval, tables.decision, tables.comment
        self._add_approval, self._add_decision = Prepared(store, approval.insert()), Prepared(store, decision.insert())
        self._drop_approval = Prepared(store, _dropped(approval, approval.c.function))
        self._drop_decision = Prepared(store, _dropped(decision, decision.c.item))
        self._add_comment = Prepared(store, comment.insert())
        self._approvals = Prepared(
            store, _of_proposal(approval, "function", "verdict", "by_id", "by_name", "at", "comment")
        )
        self._decisions = Prepared(
            store, _of_proposal(decision, "item", "choice", "by_id", "by_name", "at", "row_count")
        )
        self._comments = Prepared(store, _of_proposal(comment, "id", "author_id", "author_name", "at", "text"))

    def gates(self, proposal: Proposal) -> tuple[Gate, ...]:
        """Return the gates of a proposal, each with the last word on it."""
        with self._runtime.store.reading() as connection:
            return self.gates_on(connection, proposal)

    def gates_on(self, connection: Connection, proposal: Proposal) -> tuple[Gate, ...]:
        """Return the same as a transaction sees them."""
        said: dict[str, Gate] = {}
        for function, verdict, by_id, *rest in self._approvals.rows_on(connection, proposal=id_bytes(proposal.id)):
            by_name, at, comment = rest
            # A refusal holds back whoever said it: somebody else whose function it is takes it away by an approval.
            is_approved = verdict == "approved"
            lapse = self._standing.lapse(connection, by_id, function, proposal.author_id) if is_approved else ""
            state: State = "lapsed" if lapse else verdict
            said[function] = Gate(function, state, by_id, by_name, decode_datetime(at), comment, lapse)
        return tuple(said.get(function) or Gate(function) for function in proposal.plan.gates)

    def is_ready(self, proposal: Proposal) -> bool:
        """Tell whether every gate is open, and of all records that it concerns it is decided what becomes of them."""
        return all(gate.state == "approved" for gate in self.gates(proposal)) and not self.undecided(proposal)

    def demand(self, proposal: Proposal, now: Plan) -> None:
        """Raise what keeps a proposal from being applied; `now` is its plan made anew, with counts.

        OutOfDate where that says something else than was approved, NotApproved, and Undecided: the counts of now are
        kept with the proposal then, so that who decides sees them.
        """
        try:
            with self._runtime.store.reading() as connection:
                self._check(connection, proposal, now)
        except Undecided:
            self._runtime.store.transact(lambda connection: self._recount(connection, proposal, now))
            raise

    def demand_on(self, connection: Connection, proposal: Proposal, now: Plan) -> None:
        """Raise the same, and Conflict where it is not open, in the transaction that applies it: it stays so."""
        self.proposals.hold(connection, proposal.id)
        self._check(connection, proposal, now)

    def _check(self, connection: Connection, proposal: Proposal, now: Plan) -> None:
        if now.digest != proposal.digest or not set(now.gates) <= set(proposal.plan.gates):
            raise _out_of_date(proposal.plan, now)
        shut = [gate for gate in self.gates_on(connection, proposal) if gate.state != "approved"]
        if shut:
            said = ", ".join(f"`{gate.function}` {gate.says}" for gate in shut)
            raise NotApproved(f"not everybody has approved: {said}", hint="ask people whose roles have these functions")
        left = self._left(connection, proposal, now)
        if left:
            # No numbers: who applies need not be one who may learn them.
            said = ", ".join(item.dotted for item in left)
            raise Undecided(f"nobody has decided what becomes of the records: {said}", hint=left[0].way_out)

    def _left(self, connection: Connection, proposal: Proposal, plan: Plan) -> tuple[Item, ...]:
        decided = self._decisions_on(connection, proposal)
        return tuple(
            item for item in plan if item.blocks and not (item.key in decided and decided[item.key].covers(item))
        )

    def _recount(self, connection: Connection, proposal: Proposal, now: Plan) -> None:
        kept, found = self.proposals.get(proposal.id).plan, {item.key: item for item in now}
        items = tuple(
            replace(item, rows=found[item.key].rows, blocks=found[item.key].blocks) if item.key in found else item
            for item in kept
        )
        self.proposals.recount(connection, proposal.id, replace(kept, items=items))
        decided = self._decisions_on(connection, proposal)
        for item in items:
            if item.key in decided and not decided[item.key].covers(item):
                self._drop_decision.run_on(connection, proposal=id_bytes(proposal.id), name=item.key)

    def may(self, actor: Actor, proposal: Proposal, function: str) -> bool:
        """Tell whether somebody may speak at a gate: whose function it is, and who did not propose it."""
        is_other = actor.id != proposal.author_id and not actor.is_system
        return is_other and function in proposal.plan.gates and self._has(actor, function)

    def _has(self, actor: Actor, function: str) -> bool:
        return self._runtime.profile(actor.roles, actor.scopes).may_use(function)

    def approve(self, actor: Actor, id: str, function: str, comment: str = "") -> None:
        """Open a gate; raises NotFound, Forbidden, and Conflict where the proposal is out of date."""
        self._speak(actor, id, function, "approved", comment)

    def refuse(self, actor: Actor, id: str, function: str, comment: str) -> None:
        """Shut a gate, and say why.

        Raises as `approve` does, Invalid without a comment, and what `Proposals.demand_idle` raises.
        """
        if not comment.strip():
            raise Invalid([Problem("R601", "comment", "say why")])
        self._speak(actor, id, function, "refused", comment)

    def _speak(self, actor: Actor, id: str, function: str, verdict: State, comment: str) -> None:
        proposal = self._open(id)
        self._demand(actor, proposal, function)
        action = "plan_approve" if verdict == "approved" else "plan_refuse"

        def write(connection: Connection, key: bytes, now: int) -> None:
            self.proposals.hold(connection, proposal.id)
            if verdict == "refused":
                self.proposals.demand_idle(connection, proposal.revision)
            if verdict == "approved" and not comment.strip():
                self._demand_no_refusal(connection, actor, proposal, function)
            self._drop_approval.run_on(connection, proposal=id_bytes(proposal.id), name=function)
            self._add_approval.run_on(
                connection,
                id=key,
                proposal_id=id_bytes(proposal.id),
                function=function,
                verdict=verdict,
                by_id=actor.id,
                by_name=actor.name,
                at=now,
                comment=_text(comment),
            )

        self._write(actor, proposal, action, function, write)

    def _demand_no_refusal(self, connection: Connection, actor: Actor, proposal: Proposal, function: str) -> None:
        for gate in self.gates_on(connection, proposal):
            if gate.function == function and gate.state == "refused" and gate.by_id != actor.id:
                reason = f"{gate.by_name} has refused this: say why you approve it"
                raise Invalid([Problem("R601", "comment", reason)])

    def _demand(self, actor: Actor, proposal: Proposal, function: str) -> None:
        if function not in proposal.plan.gates:
            hint = f"its gates are: {', '.join(proposal.plan.gates)}"
            raise NotFound(f"the proposal has no gate `{function[:40]}`", hint=hint)
        if actor.is_system or not self._has(actor, function):
            raise Forbidden(f"this needs the function `{function}`", hint="ask somebody whose role has it")
        if actor.id == proposal.author_id:
            raise Forbidden("who proposes does not approve", hint="ask somebody else whose role has the function")

    def decide(self, actor: Actor, id: str, item: str, choice: str, why: str = "", *, seen: int | None) -> None:
        """Say what becomes of the records that a change concerns: one of its choices, or nothing to take that back.

        why: the decision in words, kept as a comment; what breaks an API needs them. seen: for how many records, as
        the person was shown it; None where nothing was counted. Raises NotFound, Forbidden, Conflict, also where the
        number is another one by now, and Invalid where words are missing.
        """
        proposal = self._open(id)
        found = _item(proposal, item)
        if found is None or choice not in {"", *found.choices}:
            hint = found.way_out if found is not None else "open the plan again"
            raise NotFound("there is no such change, or nothing to choose", hint=hint)
        self._demand(actor, proposal, found.gate)
        told = _text(why) if choice else ""
        if choice and found.needs_words and not told:
            raise Invalid([Problem("R601", "why", "say what clients were told, and why it cannot wait")])

        def write(connection: Connection, key: bytes, now: int) -> None:
            self.proposals.hold(connection, proposal.id)
            # It may have been counted anew since the page was made: nobody decides of a number that nobody saw.
            if choice and _rows(_item(self.proposals.get_on(connection, proposal.id), item)) != seen:
                reason = "it concerns another number of records than you have seen"
                raise Conflict(reason, hint="look at the number that the plan shows now, and decide by it")
            said = {"by_id": actor.id, "by_name": actor.name, "at": now, "row_count": seen or 0}
            self._drop_decision.run_on(connection, proposal=id_bytes(proposal.id), name=item)
            self._add_decision.run_on(
                connection, id=key, proposal_id=id_bytes(proposal.id), item=item, choice=choice, **said
            )
            if told:
                said = {"author_id": actor.id, "author_name": actor.name, "text": f"{found.subject}: {told}"}
                self._add_comment.run_on(connection, id=key, proposal_id=id_bytes(proposal.id), at=now, **said)

        self._write(actor, proposal, "plan_decide", found.dotted, write)

    def decisions(self, proposal: Proposal) -> Mapping[str, Decision]:
        """Return what was decided last and still counts, by the key of the change."""
        with self._runtime.store.reading() as connection:
            return self._decisions_on(connection, proposal)

    def _decisions_on(self, connection: Connection, proposal: Proposal) -> dict[str, Decision]:
        gates = {item.key: item.gate for item in proposal.plan}
        found: dict[str, Decision] = {}
        for item, choice, by_id, *rest in self._decisions.rows_on(connection, proposal=id_bytes(proposal.id)):
            gate, (by_name, at, rows) = gates.get(item), rest
            if choice and gate and not self._standing.lapse(connection, by_id, gate, proposal.author_id):
                found[item] = Decision(choice, by_name, decode_datetime(at), rows or 0)
        return found

    def undecided(self, proposal: Proposal) -> tuple[Item, ...]:
        """Return the changes of which nobody has said what becomes of the records that they concern."""
        with self._runtime.store.reading() as connection:
            return self._left(connection, proposal, proposal.plan)

    def comment(self, actor: Actor, id: str, text: str) -> PlanComment:
        """Return a new comment; raises NotFound, Forbidden, and Invalid where there is no text."""
        proposal = self.proposals.get(id)
        if not any(self._has(actor, function) for function in READERS):
            raise Forbidden("this is for those who configure or approve", hint="ask for one of these functions")
        told = _text(text)
        if not told:
            raise Invalid([Problem("R601", "text", "write something")])
        row = {"author_id": actor.id, "author_name": actor.name, "text": told}

        def write(connection: Connection, key: bytes, now: int) -> None:
            self._add_comment.run_on(connection, id=key, proposal_id=id_bytes(proposal.id), at=now, **row)

        key, now = self._write(actor, proposal, "plan_comment", "", write)
        return PlanComment(id_text(key), actor.id, actor.name, decode_datetime(now), told)

    def comments(self, proposal: Proposal) -> list[PlanComment]:
        """Return the comments on a proposal, the first one first."""
        return [
            PlanComment(id_text(key), author_id, name, decode_datetime(at), text)
            for key, author_id, name, at, text in self._comments.all(proposal=id_bytes(proposal.id))
        ]

    def withdraw(self, actor: Actor, id: str, comment: str = "") -> None:
        """Take an open proposal back, as its author or as one who may configure; what was refused of it stays refused.

        Raises NotFound, Forbidden, and Conflict where it is not open any more.
        """
        proposal = self.proposals.get(id)
        if not self.may_withdraw(actor, proposal):
            raise Forbidden("this is for the author, and for those who configure", hint="ask one of them")
        self.proposals.withdraw(proposal.id, actor, _text(comment))

    def may_withdraw(self, actor: Actor, proposal: Proposal) -> bool:
        """Tell whether somebody may take a proposal back that is open."""
        return actor.is_system or actor.id == proposal.author_id or self._has(actor, CONFIGURE)

    def _open(self, id: str) -> Proposal:
        """Return a proposal that can be decided on: it is open, and what it was compared with is in force."""
        proposal, live = self.proposals.get(id), self._releases.live()
        if proposal.state != OPEN:
            raise Conflict(f"the proposal is {proposal.state}", hint="look at those that are open")
        if proposal.live != (live.revision if live is not None else None):
            raise Conflict(
                "something else was put in force since", hint="propose it again: the plan is another one now"
            )
        return proposal

    def _write(
        self,
        actor: Actor,
        proposal: Proposal,
        action: str,
        about: str,
        write: Callable[[Connection, bytes, int], None],
    ) -> tuple[bytes, int]:
        now = encode_datetime(self._runtime.clock())
        key, place = id_bytes(new_id(now // 1000)), id_bytes(proposal.id)
        said = tuple(one for one in (f"revision {proposal.revision}", about) if one)

        def together(connection: Connection) -> None:
            write(connection, key, now)
            self._entries.write(connection, action, actor, now, about=PROPOSAL, key=place, said=said)

        self._runtime.store.transact(together)
        return key, now


def _out_of_date(proposed: Plan, now: Plan) -> OutOfDate:
    """Return why a plan made anew is another one, and what to do: values may have come that do not fit."""
    could = {(item.kind, item.dotted) for item in proposed if item.word != "refused"}
    stuck = [item for item in now if item.word == "refused" and (item.kind, item.dotted) in could]
    if not stuck:
        reason = "what it would change or who must approve it is not what it was when it was proposed"
        return OutOfDate(reason, hint="propose it anew")
    paths = listed([item.dotted for item in stuck])
    reason = f"records have values by now that cannot be converted: {paths}; it is not what it was when it was proposed"
    way_out = f"correct them, which `sidra plan` counts, and apply it again; or {stuck[0].way_out}, and propose it anew"
    return OutOfDate(reason, hint=way_out)


def _of_proposal(table: sa.Table, *names: str) -> sa.Select[tuple[object, ...]]:
    chosen: sa.Select[tuple[object, ...]] = sa.select(*(table.c[name] for name in names))
    return chosen.where(table.c.proposal_id == given("proposal")).order_by(table.c.id)


def _dropped(table: sa.Table, name: sa.Column[object]) -> sa.Delete:
    """Return what takes away what was said before: that it was said stays in the audit."""
    return table.delete().where(table.c.proposal_id == given("proposal"), name == given("name"))


def _item(proposal: Proposal, key: str) -> Item | None:
    return next((one for one in proposal.plan if one.key == key), None)


def _rows(item: Item | None) -> int | None:
    return item.rows.rows if item is not None and item.rows is not None else None


def _text(text: str) -> str:
    return storable(text).strip()[:MOST_CHARACTERS]

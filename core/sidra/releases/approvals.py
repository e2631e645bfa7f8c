"""Who lets a proposal pass: gate by gate, never its author; with what becomes of the records that it concerns."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa

from sidra.access.actor import Actor
from sidra.access.functions import APPROVE_ACCESS, APPROVE_API, APPROVE_DATA, CONFIGURE
from sidra.audit.entries import Entries
from sidra.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from sidra.releases.history import Releases
from sidra.releases.plan import Item
from sidra.releases.proposals import OPEN, Proposal, Proposals
from sidra.releases.tables import PROPOSAL, release_tables
from sidra.runtime import Runtime
from sidra.store.codecs import decode_datetime, encode_datetime
from sidra.store.database import Connection
from sidra.store.identifiers import id_bytes, id_text, new_id
from sidra.store.prepared import Prepared, given
from sidra.store.storable import storable

READERS: Final = frozenset({CONFIGURE, APPROVE_ACCESS, APPROVE_API, APPROVE_DATA})
"""The functions of those who take part."""
MOST_CHARACTERS: Final = 4000

State = Literal["waiting", "approved", "refused"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One function that must approve, and what somebody who has it said last."""

    function: str
    state: State = "waiting"
    by_id: str = ""
    by_name: str = ""
    at: datetime.datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the records that one change concerns."""

    choice: str
    by_name: str
    at: datetime.datetime


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
        self._releases, self._entries = Releases(store), Entries(store)
        tables = release_tables(sa.MetaData())
        approval, decision, comment = tables.approval, tables.decision, tables.comment
        self._add_approval, self._add_decision = Prepared(store, approval.insert()), Prepared(store, decision.insert())
        self._drop_approval = Prepared(store, _dropped(approval, approval.c.function))
        self._drop_decision = Prepared(store, _dropped(decision, decision.c.item))
        self._add_comment = Prepared(store, comment.insert())
        self._approvals = Prepared(
            store, _of_proposal(approval, "function", "verdict", "by_id", "by_name", "at", "comment")
        )
        self._decisions = Prepared(store, _of_proposal(decision, "item", "choice", "by_name", "at"))
        self._comments = Prepared(store, _of_proposal(comment, "id", "author_id", "author_name", "at", "text"))

    def gates(self, proposal: Proposal) -> tuple[Gate, ...]:
        """Return the gates of a proposal, each with the last word on it."""
        said: dict[str, Gate] = {}
        for function, verdict, by_id, by_name, at, comment in self._approvals.all(proposal=id_bytes(proposal.id)):
            said[function] = Gate(function, verdict, by_id, by_name, decode_datetime(at), comment)
        return tuple(said.get(function) or Gate(function) for function in proposal.plan.gates)

    def is_ready(self, proposal: Proposal) -> bool:
        """Tell whether every gate is open, and of all records that it concerns it is decided what becomes of them."""
        return all(gate.state == "approved" for gate in self.gates(proposal)) and not self.undecided(proposal)

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
        """Shut a gate, and say why; raises as `approve` does, and Invalid without a comment."""
        if not comment.strip():
            raise Invalid([Problem("R601", "comment", "say why")])
        self._speak(actor, id, function, "refused", comment)

    def _speak(self, actor: Actor, id: str, function: str, verdict: State, comment: str) -> None:
        proposal = self._open(id)
        self._demand(actor, proposal, function)
        action = "plan_approve" if verdict == "approved" else "plan_refuse"

        def write(connection: Connection, key: bytes, now: int) -> None:
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

    def _demand(self, actor: Actor, proposal: Proposal, function: str) -> None:
        if function not in proposal.plan.gates:
            hint = f"its gates are: {', '.join(proposal.plan.gates)}"
            raise NotFound(f"the proposal has no gate `{function[:40]}`", hint=hint)
        if actor.is_system or not self._has(actor, function):
            raise Forbidden(f"this needs the function `{function}`", hint="ask somebody whose role has it")
        if actor.id == proposal.author_id:
            raise Forbidden("who proposes does not approve", hint="ask somebody else whose role has the function")

    def decide(self, actor: Actor, id: str, item: str, choice: str) -> None:
        """Say what becomes of the records that a change concerns: one of its choices, or nothing to take that back.

        Raises NotFound, Forbidden and Conflict.
        """
        proposal = self._open(id)
        found = next((one for one in proposal.plan if one.key == item), None)
        if found is None or choice not in {"", *found.choices}:
            hint = found.way_out if found is not None else "open the plan again"
            raise NotFound("there is no such change, or nothing to choose", hint=hint)
        self._demand(actor, proposal, found.gate)

        def write(connection: Connection, key: bytes, now: int) -> None:
            said = {"by_id": actor.id, "by_name": actor.name, "at": now}
            self._drop_decision.run_on(connection, proposal=id_bytes(proposal.id), name=item)
            self._add_decision.run_on(
                connection, id=key, proposal_id=id_bytes(proposal.id), item=item, choice=choice, **said
            )

        self._write(actor, proposal, "plan_decide", found.dotted, write)

    def decisions(self, proposal: Proposal) -> Mapping[str, Decision]:
        """Return what was decided last, by the key of the change."""
        rows = self._decisions.all(proposal=id_bytes(proposal.id))
        found = {item: Decision(choice, by_name, decode_datetime(at)) for item, choice, by_name, at in rows}
        return {item: one for item, one in found.items() if one.choice}

    def undecided(self, proposal: Proposal) -> tuple[Item, ...]:
        """Return the changes of which nobody has said what becomes of the records that they concern."""
        decided = self.decisions(proposal)
        return tuple(item for item in proposal.plan if item.blocks and item.key not in decided)

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


def _of_proposal(table: sa.Table, *names: str) -> sa.Select[tuple[object, ...]]:
    chosen: sa.Select[tuple[object, ...]] = sa.select(*(table.c[name] for name in names))
    return chosen.where(table.c.proposal_id == given("proposal")).order_by(table.c.id)


def _dropped(table: sa.Table, name: sa.Column[object]) -> sa.Delete:
    """Return what takes away what was said before: that it was said stays in the audit."""
    return table.delete().where(table.c.proposal_id == given("proposal"), name == given("name"))


def _text(text: str) -> str:
    return storable(text).strip()[:MOST_CHARACTERS]

"""The unit of work: one transaction, one actor, one moment; rows, history, audit and search index in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any

import structlog

from sidra.access.actor import Actor
from sidra.audit.chain import Told
from sidra.errors import Forbidden, Invalid
from sidra.jobs.outbox import row_of
from sidra.plugin_calls import PluginError
from sidra.records.service import Records
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection
from sidra.store.failures import tell
from sidra.store.gathering import Gathered, NotAdded
from sidra.store.identifiers import id_text, new_key

if TYPE_CHECKING:
    from sidra.records.compiled import CompiledEntity
    from sidra.records.readers import Row
    from sidra.records.views import View
    from sidra.runtime import Runtime

STEPS = (1, *(1 << exponent for exponent in range(40)))
"""How far a sequence goes on, each time that its next number is taken: past a million of them in twenty steps."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
_PLACE = re.compile(r"\{(year|month|day|n)(?::0?(\d{1,2}))?\}")


class UnitOfWork:
    """What rules, services and processes write with; `Runtime.unit_of_work` makes it and commits it."""

    def __init__(
        self, runtime: Runtime, actor: Actor, connection: Connection, *, writes: bool = True, gathers: bool = False
    ) -> None:
        """Work on a connection; without `writes` it only plans, and takes no number from a sequence.

        With `gathers`, new rows wait to be added many at once: what one of them violates is told by NotAdded, whenever
        anything else is asked, and not by the record that it is of.
        """
        self.writes = writes
        self.runtime = runtime
        self.connection = connection
        self.gathered: Gathered | None = None
        if gathers:
            self.connection, self.gathered = runtime.store.gather(connection)
        self.records = Records(runtime, actor, self.connection)
        if self.gathered is not None:
            self.records.waiting = self.gathered.records
        self.actor = self.records.actor
        self.now = self.records.now
        self.made = 0
        """Ids that it has given so far."""
        self._moment = (self.now, encode_datetime(self.now))
        self.renewed: set[bytes] = set()
        """Stored ids of the records whose computed values followed from other changes of this work."""
        self.written = 0
        """Records that were written so far, whatever becomes of them: where it stays, there is nothing to take back."""
        self.before_commit: list[Callable[[], None]] = [self._tell]
        """What is still to be written when all else is: in the transaction, in this order."""
        self.told: list[Told] = []
        """What the audit is to keep of it, in the order in which it happened."""
        self.sealed_for: dict[bytes, Any] = {}
        """What it has sealed with, by the person whose key that is."""
        self.signals: dict[tuple[str, str], None] = {}
        """Topics and kinds of what whoever looks on is told, see `sidra.live.signals`."""
        self.after_commit: list[Callable[[], None]] = []
        """What follows once all is kept."""
        self._happened: list[tuple[object, ...]] = []
        self._is_ending = False

    def emit(
        self,
        event: str,
        entity: str = "",
        record_id: str | None = None,
        payload: Mapping[str, Any] = NOTHING,
        *,
        version: int | None = None,
    ) -> None:
        """Tell whoever acts on an event, once this work is kept; the payload has ids and names, no personal values."""
        self._happened.append(row_of(self, event, entity, record_id, version, payload))
        if self._is_ending:
            self._tell()

    def _tell(self) -> None:
        self._is_ending = True
        rows, self._happened = self._happened, []
        if rows:
            self.runtime.outbox.write(self, rows)
            self.after_commit.append(self.runtime.outbox.wake)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what is written and told inside, and nothing else, when anything raises.

        Where rows are gathered, those that wait are forgotten; raises NotAdded where some were written meanwhile.
        """
        gathered = self.gathered
        mark = gathered.mark() if gathered is not None else None
        if gathered is None:
            self.connection.execute("SAVEPOINT part")
        told, happened, sealed, written = len(self.told), len(self._happened), len(self.sealed_for), self.written
        try:
            yield
            self.runtime.store.settle(self.connection)
        except BaseException as error:
            if gathered is not None and mark is not None:
                is_lost = self.runtime.store.is_aborted(self.connection)
                if is_lost or (not gathered.cut(mark) and self.written != written):
                    raise NotAdded("written meanwhile") from error
            else:
                self.connection.execute("ROLLBACK TO part")
                remembered = self.runtime.store.own(self.connection)
                if remembered is not None:
                    remembered.clear()
            del self.told[told:], self._happened[happened:]
            while len(self.sealed_for) > sealed:
                self.sealed_for.popitem()
            raise
        finally:
            if gathered is None:
                self.connection.execute("RELEASE part")

    @property
    def microseconds(self) -> int:
        """The moment of this work as the store keeps it."""
        moment, known = self._moment
        if moment is not self.now:
            self._moment = moment, known = self.now, encode_datetime(self.now)
        return known

    @property
    def system(self) -> Records:
        """The records as the program itself sees them, this work's changes among them."""
        return self.records.system

    def new_id(self) -> str:
        """Return an id for a new record; those of one unit of work sort in the order in which they are made."""
        return id_text(self.new_key())

    def new_key(self) -> bytes:
        """Return the stored form of a new id."""
        number = self.made
        self.made += 1
        return new_key(self.microseconds // 1000, number)

    def require(self, entity: str, action: str) -> None:
        """Raise Forbidden unless the actor's roles allow an action on an entity."""
        if not self.records.may(entity, action):
            raise Forbidden(f"you may not {action} `{entity}`", hint="ask for a role that may")

    def may(self, view: View, row: Row, action: str) -> bool:
        """Tell whether an action is allowed with the record of a row, as it stands in the store now."""
        if action not in view.access.policies:
            return False
        statement = view.allows(action)
        given = {"k_id": row[view.compiled.positions["id"]]}
        return statement is None or self.records.run(self.connection, statement, given).fetchone() is not None

    def may_written(self, view: View, row: Row, action: str) -> bool:
        """Tell the same of a record of exactly this entity that was just written as the row says.

        Where nothing but the record decides, the database is not asked for what is known.
        """
        if not view.is_judged(action):
            return self.may(view, row, action)
        return self.records.profile.allows(view.name, action, self.records.environment(view.whole(row)))

    def allow_written(self, view: View, row: Row, action: str) -> None:
        """Raise Forbidden unless an action is allowed with a record that was just written as the row says."""
        self._allow(view, action, is_allowed=self.may_written(view, row, action))

    def allow(self, view: View, row: Row, action: str) -> None:
        """Raise Forbidden unless an action is allowed with the record of a row, as it stands in the store now."""
        self._allow(view, action, is_allowed=self.may(view, row, action))

    def _allow(self, view: View, action: str, *, is_allowed: bool) -> None:
        if not is_allowed:
            raise Forbidden(f"you may not {action} this `{view.name}`", hint="ask for a role that may")

    def recompute(
        self,
        compiled: CompiledEntity,
        before: Row | None,
        after: Row | None,
        changed: Mapping[str, Any],
        *,
        is_alone: bool = False,
    ) -> None:
        """Bring up to date what other records keep computed from a record that changed; raises Invalid.

        is_alone: the record was only just made, so that no other can lead to it.
        """
        try:
            self.runtime.dependants.recompute(self, compiled, before, after, changed, is_alone=is_alone)
        except PluginError as failure:
            raise Invalid([failure.problem(self.actor.locale)]) from failure

    def sequence(self, name: str, shape: str, is_taken: Callable[[str], bool]) -> str:
        """Return the next number of a sequence in its shape, such as `TT-{year}-{n:06}`, that is not taken.

        Whoever gives a number by hand, or a feed that brings its own, may have been faster; gaps stay.
        """
        today = self.records.today
        parts = {"year": today.year, "month": today.month, "day": today.day}
        period = "".join(f":{parts[part]}" for part in parts if f"{{{part}" in shape)
        text = ""
        for step in STEPS:
            parts["n"] = self.runtime.store.next_number(self.connection, name + period, step)
            text = _PLACE.sub(lambda match: _placed(match, parts), shape)
            if not is_taken(text):
                break
        return text


def _placed(match: re.Match[str], parts: Mapping[str, int]) -> str:
    return f"{parts[match[1]]:0{match[2] or (4 if match[1] == 'year' else 2 if match[1] != 'n' else 1)}d}"


class Working:
    """The context of a unit of work. It is no generator, whose ceremony costs as much as planning a small change."""

    __slots__ = ("_actor", "_connection", "_gathers", "_runtime", "_unit")

    def __init__(self, runtime: Runtime, actor: Actor, *, gathers: bool = False) -> None:
        self._runtime = runtime
        self._actor = actor
        self._gathers = gathers

    def __enter__(self) -> UnitOfWork:
        """Begin the transaction."""
        self._connection = self._runtime.store.begin()
        try:
            self._unit = UnitOfWork(self._runtime, self._actor, self._connection, gathers=self._gathers)
            self._connection = self._unit.connection
        except BaseException:
            self._runtime.store.finish(self._connection, is_good=False)
            raise
        return self._unit

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End the transaction: kept, unless something was raised; a driver's error leaves it as ours."""
        try:
            is_good = kind is None and self._is_complete()
        except BaseException as failure:
            self._runtime.store.finish(self._connection, is_good=False)
            tell(failure)
            raise
        self._runtime.store.finish(self._connection, is_good=is_good)
        if error is not None:
            tell(error)
        if is_good:
            for follow in self._unit.after_commit:
                self._after(follow)

    def _after(self, follow: Callable[[], None]) -> None:
        """Do what follows: whatever it raises, the work is kept, and whoever asked for it must not do it again."""
        try:
            follow()
        except Exception as error:  # noqa: BLE001 - the rest follows all the same
            told = {"affiliate": self._runtime.affiliate, "error": type(error).__name__}
            structlog.get_logger("sidra.records").error("what follows failed", **told)

    def _is_complete(self) -> bool:
        for complete in self._unit.before_commit:
            complete()
        return True

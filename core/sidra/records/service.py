"""The record service: one actor on one Runtime. Everything that reads or writes business data passes here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sidra.access.actor import Actor
from sidra.access.functions import SEARCH
from sidra.access.grants import EntityAccess
from sidra.errors import Forbidden, NotFound
from sidra.records import changing, deleting, drafting, history, loading, searching
from sidra.records.changing import Changes, Written
from sidra.records.grouping import Group, Grouping
from sidra.records.grouping import grouped as grouping_records
from sidra.records.listing import Listing
from sidra.records.query import COUNT_CAP, Filter, Query
from sidra.records.readers import Row
from sidra.records.record import Draft, Finds, History, Hit, Page, Record, TransitionState
from sidra.records.views import View
from sidra.store.database import Connection, Cursor, Statement
from sidra.store.failures import tell
from sidra.store.identifiers import id_bytes
from sidra_metamodel.expressions import Environment

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime

DEFAULT_QUERY = Query()
NO_NAMES: Mapping[str, Any] = MappingProxyType({})
Result = TypeVar("Result")

# Inside the class `list` is the method.
Hits = list[Hit]
FindsOfEach = list[Finds]
Groups = list[Group]
TransitionStates = list[TransitionState]


class Records:
    """The records that an actor may see and change.

    Made for one request: it binds `now` and `today` once. Inside a unit of work it reads what that work has written.
    """

    def __init__(self, runtime: Runtime, actor: Actor, connection: Connection | None = None) -> None:
        self.runtime = runtime
        self.actor = runtime.units.widened(actor)
        self.profile = runtime.profile(actor.roles, actor.scopes)
        self.now = runtime.now()
        self._connection = connection
        self.waiting: dict[bytes, Row] | None = None
        """Rows by id that need not be asked for, where a unit of work gathers them."""
        self._looked_up: dict[object, set[tuple[str, str]]] = {}

    @cached_property
    def context(self) -> dict[str, Any]:
        """The values of `user`, `now`, `today`, `affiliate` for statements."""
        return self.runtime.statement_context(self.actor, self.now)

    def connected(self) -> AbstractContextManager[Connection]:
        """Lend the connection to read with: that of the unit of work, or an idle one."""
        return self.runtime.store.reading() if self._connection is None else nullcontext(self._connection)

    def view(self, entity: str) -> View:
        """Return an entity as the actor sees it; raises NotFound for a name that is none."""
        return self.runtime.view(entity, self.profile)

    def readable(self, entity: str) -> View:
        """Return an entity as the actor sees it; raises Forbidden where the actor may read none of it."""
        view = self.view(entity)
        if not view.can_read:
            raise Forbidden(f"you may not read `{entity}`", hint="ask for a role that may")
        return view

    def row(self, view: View, id: str) -> Row | None:
        """Return the row of a record that the actor may see, or None."""
        try:
            stored_id = id_bytes(id)
        except (ValueError, AttributeError):
            return None
        if self.waiting is not None and view.sees_all:
            return self._waiting_row(view, stored_id, self.waiting)
        statement = view.one
        store = self.runtime.store
        connection = self._connection or store.acquire()
        try:
            row: Row | None = self.run(connection, statement, {"k_id": stored_id}).fetchone()
        except store.errors as error:
            tell(error)
            raise
        finally:
            if self._connection is None:
                store.release(connection)
        return row

    def _waiting_row(self, view: View, stored_id: bytes, waiting: dict[bytes, Row]) -> Row | None:
        """Return the row of a record that is gathered, or else that is in the store."""
        row = waiting.get(stored_id)
        if row is None and self._connection is not None:
            row = self.run(self._connection, view.one, {"k_id": stored_id}).fetchone()
            if row is not None:
                waiting[stored_id] = row
        return row if row is None or view.compiled.kind_of(row) in view.kinds else None

    def run(self, connection: Connection, statement: Statement, given: Mapping[str, object]) -> Cursor:
        """Return the cursor of a statement with these values, and with the actor's context where it names that."""
        return statement.run(connection, {**self.context, **given} if statement.wants_context else given)

    def ask(self, connection: Connection, statement: Statement, given: Mapping[str, object]) -> Cursor:
        """Return the same, which goes with the next statement, or when its rows are asked for."""
        values = {**self.context, **given} if statement.wants_context else given
        return self.runtime.store.ask(connection, statement.sql, statement.parameters(values))

    def record(self, view: View, row: Row) -> Record:
        """Return a row as the actor may see it."""
        kind = view.compiled.kind_of(row)
        return Record(view.reader(kind)(row), kind, row, self)

    def get(self, entity: str, id: str) -> Record:
        """Return a record; raises NotFound when there is none or the actor may not see it."""
        view = self.readable(entity)
        row = self.row(view, id)
        if row is None:
            raise NotFound(f"no such `{entity}`", hint="it may be gone, or not yours to see")
        return self.record(view, row)

    def find(self, entity: str, id: str) -> Record | None:
        """Return a record, or None when there is none or the actor may not see it."""
        if entity not in self.runtime.model.entities:
            return None
        view = self.view(entity)
        row = self.row(view, id) if view.can_read else None
        return None if row is None else self.record(view, row)

    def list(self, entity: str, query: Query = DEFAULT_QUERY) -> Page:
        """Return a page of records; raises BadQuery for what lists of the entity are not declared to answer."""
        view = self.readable(entity)
        listing = Listing(view, query)
        with self.connected() as connection:
            asked = listing.ask(self, connection)
            cap = None if query.counts_all else COUNT_CAP
            count = listing.count(self, connection, cap) if query.count else None
            found = listing.rows(self, connection, asked)
        records = [self.record(view, row) for row in found.rows]
        return Page(records, found.next_cursor, found.previous_cursor, count)

    def grouped(self, entity: str, grouping: Grouping) -> Groups:
        """Return counts and sums of the records by values of attributes; raises BadQuery for what is not declared."""
        return grouping_records(self, entity, grouping)

    def related(self, entity: str, id: str, relation: str, query: Query = DEFAULT_QUERY) -> Page:
        """Return a page of the records that a to-many relation of a record leads to, of an inverse by filter."""
        record = self.get(entity, id)
        found = self.runtime.model.entity(record.entity).relations.get(relation)
        if found is None or not found.many:
            raise NotFound(f"`{entity}` has no list `{relation}`")
        if self.view(record.entity).level(relation) == "none":
            raise NotFound(f"`{entity}` has no list `{relation}`")
        if found.inverse is None or len(found.to) != 1:
            return Page(record[relation])
        narrowed = Filter(found.inverse, "eq", record.id)
        return self.list(found.to[0], query.narrowed(narrowed))

    def create(self, entity: str, values: Mapping[str, Any], *, work: UnitOfWork | None = None) -> Record:
        """Return the new record; raises Forbidden, Invalid or Duplicate, and then nothing is written."""
        return self._work(work, lambda unit: _record(unit, changing.create(unit, entity, values)))

    def write_new(self, entity: str, values: Mapping[str, Any]) -> Written:
        """Return the row of a new record, for readers of another form; else as `create`."""
        return self.runtime.transact(self.actor, lambda unit: changing.create(unit, entity, values))

    def update(
        self,
        entity: str,
        id: str,
        changes: Mapping[str, Any],
        *,
        version: int | None = None,
        work: UnitOfWork | None = None,
    ) -> Record:
        """Return the changed record; raises Conflict when it no longer has `version`, Forbidden, NotFound or Invalid.

        A change that changes nothing writes nothing.
        """
        return self._work(work, lambda unit: _record(unit, changing.update(unit, entity, id, changes, version)))

    def write_change(self, entity: str, id: str, changes: Changes, version: int | None) -> Written:
        """Return the row of the changed record, for readers of another form; else as `update`."""
        return self.runtime.transact(self.actor, lambda unit: changing.update(unit, entity, id, changes, version))

    def delete(
        self,
        entity: str,
        id: str,
        *,
        version: int | None = None,
        work: UnitOfWork | None = None,
    ) -> None:
        """Remove a record with what it owns; raises Conflict when others refer to it or it no longer has `version`."""
        self._work(work, lambda unit: deleting.delete(unit, entity, id, version))

    def transition(
        self,
        entity: str,
        id: str,
        name: str,
        *,
        reason: str | None = None,
        version: int | None = None,
        work: UnitOfWork | None = None,
    ) -> Record:
        """Return the record after a step of its life cycle; raises Invalid where the step is not possible now."""

        def step(unit: UnitOfWork) -> Record:
            return _record(unit, changing.transition(unit, entity, id, name, reason=reason, version=version))

        return self._work(work, step)

    def _work(self, work: UnitOfWork | None, function: Callable[[UnitOfWork], Result]) -> Result:
        """Return what a function gives in the caller's unit of work, or in one of its own, which may be repeated."""
        if work is None:
            return self.runtime.transact(self.actor, function)
        result = function(work)
        # What the database refuses is told here, and not to whoever writes next.
        self.runtime.store.settle(work.connection)
        return result

    def history(self, entity: str, id: str, *, after: str | None = None, limit: int = history.SAVINGS) -> History:
        """Return a page of what happened to a record, the latest first, without values that the actor may not see.

        limit: how many savings, each of which may change several values; `after` is the cursor of the page before.
        """
        return history.history(self, self.get(entity, id), after, limit)

    def search(self, text: str, *, entities: Sequence[str] | None = None, limit: int = 20) -> Hits:
        """Return the records that a text finds, the best first, of all entities or of some; raises Forbidden."""
        self.profile.demand(SEARCH)
        return searching.search(self, text, entities, limit)

    def search_each(
        self, text: str, *, entities: Sequence[str] | None = None, limit: int = 20, counted: bool = True
    ) -> FindsOfEach:
        """Return what a text finds of each entity: its best records, and how many there are where these are counted.

        Raises Forbidden without the function `search`.
        """
        self.profile.demand(SEARCH)
        return searching.search_each(self, text, entities, limit, counted=counted)

    def look_up(self, entity: str, member: str, value: object) -> None:
        """Note that a value of a member that the actor sees masked is looked up whole; raises TooManyAttempts.

        The same value counts once a request, however many members may have it. Inside a unit of work it does not
        count: there a feed looks up the keys of its rows, whose run is granted and kept.
        """
        places = self._looked_up.get(value, set())
        if (entity, member) in places:
            return
        self.runtime.lookups.note(self.actor, entity, member, self.now, counts=not places, connection=self._connection)
        self._looked_up[value] = {*places, (entity, member)}

    def may(self, entity: str, action: str) -> bool:
        """Tell whether the actor's roles allow an action on records of an entity."""
        return action in self.access(entity).policies

    def access(self, entity: str) -> EntityAccess:
        """Return what the actor's roles allow on an entity."""
        return self.profile.entity(entity)

    def transitions(self, entity: str, record: Record) -> TransitionStates:
        """Return the steps of the life cycle from where a record stands, each with why it is not allowed."""
        del entity
        return drafting.transitions(self, record)

    def draft(self, entity: str, values: Mapping[str, Any], *, id: str | None = None) -> Draft:
        """Return what saving these values would do, of a new record or of an existing one; nothing is written."""
        return drafting.draft(self, entity, values, id)

    def load(self, record: Record, row: Row, name: str) -> Any:  # noqa: ANN401 - of any type
        """Return a relation's record or records, or a computed value, of a record of this service."""
        return loading.load_member(self, record, row, name)

    def computed(self, entity: str, row: Row, name: str) -> Any:  # noqa: ANN401 - of any type
        """Return a value that is computed at reading, from the whole record, whatever the actor sees of it."""
        return self.runtime.computed(entity, name)(self.environment(self.whole(entity, row)))

    def environment(self, this: Mapping[str, Any], names: Mapping[str, Any] = NO_NAMES) -> Environment:
        """Return what an expression about a record sees, and what it sees besides by names of its own."""
        return Environment(
            this=this,
            user=self.actor,
            now=self.now,
            today=self.today,
            affiliate=self.runtime.affiliate_values,
            names=names,
        )

    @property
    def today(self) -> datetime.date:
        """The date in the affiliate's zone."""
        return self.runtime.today(self.now)

    @cached_property
    def system(self) -> Records:
        """The same snapshot as the program itself sees it: for rules, never for people."""
        if self.actor.is_system:
            return self
        found = self.runtime.system_records(self._connection, self.now)
        found.waiting = self.waiting
        return found

    def whole(self, entity: str, row: Row) -> Record:
        """Return a row with all its values."""
        system = self.system
        return system.record(system.view(entity), row)

    def title(self, record: Record) -> str:
        """Return the text that names a record, as far as the actor may see it."""
        name = self.runtime.model.entity(record.entity).title
        value = record.get(name) if name else None
        if isinstance(value, dict):
            locales = (self.actor.locale, *self.runtime.model.locales, *value)
            value = next((value[locale] for locale in locales if value.get(locale)), None)
        return str(value) if value else record.id


def _record(unit: UnitOfWork, written: Written) -> Record:
    return unit.records.record(written.view, written.row)

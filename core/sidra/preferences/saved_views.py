"""Selections of lists that people have saved: their own, and those shared with a role or with everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from sidra.access.functions import ADMINISTER, SHARE_VIEWS
from sidra.audit.journal import Event
from sidra.errors import BadQuery, Forbidden, NotFound
from sidra.preferences.tables import preference_tables_alone
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.records.service import Records
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection, Store
    from sidra.store.prepared import Row

EVERYBODY = "everybody"
ROLE = "role:"
MOST_VIEWS = 200
"""Of one account, over all lists."""
MOST_SHARED = 50
"""Shown of one list."""
MOST_CHARACTERS = 60
"""Of a name."""
MOST_BYTES = 8 * 1024
"""Of a definition."""
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SavedView:
    """One selection: the parameters of the list's address, under a name."""

    id: str
    owner_id: str
    entity: str
    audience: str
    """Empty for its owner alone, `role:<name>`, or `everybody`."""
    name: str
    parameters: Pairs
    columns: tuple[str, ...] = ()
    """The columns it shows, in order; those of its reader's own choice where it names none."""

    @property
    def is_shared(self) -> bool:
        """Whether others see it."""
        return bool(self.audience)


class SavedViews:
    """The saved views of one store."""

    def __init__(self, store: Store) -> None:
        table = preference_tables_alone().view
        columns = [table.c[name] for name in ("id", "account_id", "entity", "audience", "sealed")]
        is_own, is_one = table.c.account_id == given("account"), table.c.id == given("id")
        is_for = sa.or_(is_own, table.c.audience.in_([given("everybody"), *(given(f"role{n}") for n in range(16))]))
        found = sa.select(*columns).where(table.c.entity == given("entity"), is_for)
        self._list = Prepared(store, found.order_by(table.c.id).limit(MOST_VIEWS + MOST_SHARED))
        self._get = Prepared(store, sa.select(*columns).where(is_one))
        self._count = Prepared(store, sa.select(sa.func.count()).where(is_own))
        self._add = Prepared(store, table.insert().values({column.name: given(column.name) for column in table.c}))
        changed = {name: given(name) for name in ("audience", "sealed", "at")}
        self._change = Prepared(store, table.update().where(is_one).values(changed))
        self._drop = Prepared(store, table.delete().where(is_one))

    def list(self, runtime: Runtime, records: Records, entity: str) -> list[SavedView]:
        """Return the views of an entity's list that a reader has, or that are shared with them, the oldest first."""
        account = account_of(records)
        if account is None:
            return []
        roles = sorted(records.actor.roles)[:16]
        given_roles = {f"role{n}": ROLE + roles[n] if n < len(roles) else EVERYBODY for n in range(16)}
        with runtime.store.reading() as connection:
            rows = self._list.rows_on(connection, account=account, entity=entity, everybody=EVERYBODY, **given_roles)
            return [view for row in rows if (view := _opened(runtime, connection, row)) is not None]

    def get(self, runtime: Runtime, records: Records, id: str) -> SavedView:
        """Return a view that a reader has or that is shared with them; raises NotFound for any other alike."""
        with runtime.store.reading() as connection:
            found = self._find(runtime, connection, id)
        if found is None or not _is_for(found, records):
            raise no_view()
        return found

    def save(self, unit: UnitOfWork, view: SavedView) -> SavedView:
        """Keep a view, new where it has no id; raises Forbidden, NotFound, BadQuery."""
        account = account_of(unit.records)
        if account is None:
            raise Forbidden("only people save views", hint="sign in with an account")
        known = self._existing(unit, view.id) if view.id else None
        _check(unit, view, known)
        if known is None and self._count.rows_on(unit.connection, account=account)[0][0] >= MOST_VIEWS:
            raise BadQuery(f"{MOST_VIEWS} views are kept at most", hint="delete one that is not used any more")
        owner = account if known is None else id_bytes(known.owner_id)
        key = id_bytes(known.id) if known is not None else unit.new_key()
        sealed = unit.runtime.persons.seal(unit.connection, owner, _plain(view), key)
        row = {"id": key, "audience": view.audience, "sealed": sealed, "at": unit.microseconds}
        if known is None:
            self._add.run_on(unit.connection, account_id=owner, entity=view.entity, **row)
        else:
            self._change.run_on(unit.connection, **row)
        if view.audience != (known.audience if known is not None else ""):
            _tell(unit, "share_view" if view.audience else "unshare_view", view)
        return SavedView(
            id_text(key), id_text(owner), view.entity, view.audience, view.name, view.parameters, view.columns
        )

    def drop(self, unit: UnitOfWork, id: str) -> None:
        """Delete a view; raises NotFound, Forbidden."""
        known = self._existing(unit, id)
        self._drop.run_on(unit.connection, id=id_bytes(id))
        if known.is_shared:
            _tell(unit, "unshare_view", known)

    def _existing(self, unit: UnitOfWork, id: str) -> SavedView:
        found = self._find(unit.runtime, unit.connection, id)
        if found is None or not _is_for(found, unit.records):
            raise no_view()
        if not may_change(found, unit.records):
            raise Forbidden("this view is somebody else's", hint="save it under a name of your own")
        return found

    def _find(self, runtime: Runtime, connection: Connection, id: str) -> SavedView | None:
        try:
            rows = self._get.rows_on(connection, id=id_bytes(id))
        except (ValueError, AttributeError):
            return None
        return _opened(runtime, connection, rows[0]) if rows else None


def no_view() -> NotFound:
    """The answer to any id that is no view of its reader's."""
    return NotFound("no such view", hint="it was deleted, or is not shared with you any more")


def account_of(records: Records) -> bytes | None:
    """The stored id of whoever reads; None for the program and others that are no accounts."""
    try:
        return id_bytes(records.actor.id)
    except (ValueError, AttributeError):
        return None


def may_change(view: SavedView, records: Records) -> bool:
    """Tell whether a reader may change a view: its owner, and an administrator what is shared."""
    return view.owner_id == records.actor.id or (view.is_shared and records.profile.may_use(ADMINISTER))


def _is_for(view: SavedView, records: Records) -> bool:
    if view.owner_id == records.actor.id or view.audience == EVERYBODY:
        return True
    role = view.audience.removeprefix(ROLE)
    return view.is_shared and (role in records.actor.roles or records.profile.may_use(ADMINISTER))


def _check(unit: UnitOfWork, view: SavedView, known: SavedView | None) -> None:
    model = unit.runtime.model
    if not 0 < len(view.name.strip()) <= MOST_CHARACTERS:
        raise BadQuery(f"a view has a name of at most {MOST_CHARACTERS} characters", hint="give it a short name")
    if view.entity not in model.entities or (known is not None and known.entity != view.entity):
        raise no_view()
    if view.audience and view.audience != (known.audience if known is not None else ""):
        unit.records.profile.demand(SHARE_VIEWS)
        role = view.audience.removeprefix(ROLE)
        if view.audience != EVERYBODY and (not view.audience.startswith(ROLE) or role not in model.roles):
            raise BadQuery("a view is shared with a role or with everybody", hint="choose one of the roles")
    if len(_plain(view)) > MOST_BYTES:
        raise BadQuery(f"a view has {MOST_BYTES} bytes at most", hint="use fewer conditions")


def _plain(view: SavedView) -> bytes:
    return orjson.dumps([view.name.strip(), view.parameters, view.columns])


def _opened(runtime: Runtime, connection: Connection, row: Row) -> SavedView | None:
    """A stored view; None where its owner's key was destroyed."""
    key, owner, entity, audience, sealed = row
    plain = runtime.persons.unseal(connection, owner, sealed, key)
    if plain is None:
        return None
    name, parameters, columns = _parts(orjson.loads(plain))
    return SavedView(id_text(key), id_text(owner), entity, audience, name, parameters, columns)


def _parts(kept: Sequence[Any]) -> tuple[str, Pairs, tuple[str, ...]]:
    name, parameters, columns = kept
    return name, tuple((key, value) for key, value in parameters), tuple(columns)


def _tell(unit: UnitOfWork, action: str, view: SavedView) -> None:
    event = Event(actor=unit.actor, at=unit.now, action=action, entity=view.entity, reason=f"with {view.audience}")
    unit.runtime.audit.write(unit, event)

"""Whom a comment mentions: `@` and a login, of accounts that may read the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from sidra.access.accounts import Account, Accounts
from sidra.access.tables import access_tables_alone
from sidra.records.service import Records
from sidra_metamodel.folding import folded

if TYPE_CHECKING:
    from sidra.records.record import Record
    from sidra.records.work import UnitOfWork
    from sidra.runtime import Runtime
    from sidra.store.database import Connection

MENTION = re.compile(r"(?<![\w.@])@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")
OFFERED = 8
MOST_LOOKED_AT = 200
"""Accounts of whom it is asked whether they may read a record, for each letter that somebody types."""
MOST_MENTIONED = 20
"""Of one comment: more is an announcement, which has other ways."""


def logins_in(text: str) -> tuple[str, ...]:
    """Return the logins that a text mentions, each once; a full stop behind one ends the sentence."""
    found = (match[1].rstrip(".-") for match in MENTION.finditer(text))
    return tuple(dict.fromkeys(login for login in found if login))[:MOST_MENTIONED]


def accounts_of(runtime: Runtime) -> list[Account]:
    """Return the accounts of people who can sign in."""
    accounts = Accounts(runtime.store, access_tables_alone(), clock=runtime.clock)
    return [one for one in accounts.list() if not one.is_disabled]


def mentioned(unit: UnitOfWork, record: Record, text: str, accounts: Iterable[Account]) -> list[Account]:
    """Return the accounts that a text mentions, as far as they may read the record."""
    known = {one.login.casefold(): one for one in accounts}
    named = (known.get(login.casefold()) for login in logins_in(text))
    return [one for one in named if one is not None and may_read(unit.runtime, record, one, unit.connection)]


def offered(runtime: Runtime, record: Record, typed: str) -> list[Account]:
    """Return the accounts that may be mentioned on a record, for the beginning of a name or login."""
    begun = folded(typed)
    named = islice((one for one in accounts_of(runtime) if _begins(one, begun)), MOST_LOOKED_AT)
    return list(islice((one for one in named if may_read(runtime, record, one)), OFFERED))


def may_read(runtime: Runtime, record: Record, account: Account, connection: Connection | None = None) -> bool:
    """Tell whether a person may read a record, as a transaction sees it where its connection is given."""
    return Records(runtime, account.actor(runtime.affiliate), connection).find(record.entity, record.id) is not None


def _begins(account: Account, typed: str) -> bool:
    return any(word.startswith(typed) for word in _words(account))


def _words(account: Account) -> Iterator[str]:
    name = folded(account.name)
    yield from (folded(account.login), name, *name.split())

"""How people and clients get in at one affiliate: accounts, sessions and tokens of its store, put together."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from sidra.access.accounts import Accounts
from sidra.access.actor import Actor
from sidra.access.sessions import Sessions
from sidra.access.tables import access_tables
from sidra.access.tokens import Tokens
from sidra.clock import Clock, utc_now
from sidra.store.database import Store


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has just signed in, and the token of the session, which only the cookie keeps."""

    actor: Actor
    token: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """The accounts, sessions and tokens of one affiliate."""

    affiliate: str
    store: Store
    accounts: Accounts
    sessions: Sessions
    tokens: Tokens

    @classmethod
    def of(cls, affiliate: str, store: Store, *, clock: Clock = utc_now) -> Entrance:
        """The entrance of an affiliate; its store has the tables of `access_tables` already."""
        tables = access_tables(sa.MetaData())
        return cls(
            affiliate,
            store,
            Accounts(store, tables, clock=clock),
            Sessions(store, tables, clock=clock),
            Tokens(store, tables, affiliate, clock=clock),
        )

    def sign_in(self, login: str, password: str, *, address: str, replaces: str | None = None) -> SignedIn:
        """Who proved to be whom, with a new session in place of the one that the browser had before.

        Raises Unauthenticated or TooManyAttempts.
        """
        account = self.accounts.sign_in(login, password, address=address)
        actor = account.actor(self.affiliate)
        return SignedIn(actor, self.sessions.open(actor, replaces=replaces))

    def sign_out(self, token: str) -> None:
        """End the session of a token, if there is one."""
        self.sessions.revoke(token, self.person(token))

    def person(self, token: str) -> Actor | None:
        """Who acts in the session of a token; None where it is over, or the account is disabled."""
        session = self.sessions.get(token)
        account = self.accounts.get(session.account_id) if session else None
        return account.actor(self.affiliate) if account else None

    def client(self, token: str) -> Actor | None:
        """Who acts with a token of the API; None where it is not valid here."""
        return self.tokens.actor(token)

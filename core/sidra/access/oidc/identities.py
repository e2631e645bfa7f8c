"""Which account somebody is whom a provider vouches for, and with which roles."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from sidra.access.accounts import Account, Accounts, normalise_login
from sidra.access.actor import system_actor
from sidra.access.admission import Provider
from sidra.access.oidc.provider import Arrival
from sidra.access.oidc.refusals import NoAccount
from sidra.access.tables import ACCOUNT, AccessTables
from sidra.audit.entries import Entries
from sidra.clock import Clock
from sidra.errors import Duplicate, Invalid
from sidra.store.codecs import encode_datetime
from sidra.store.database import Connection, Store
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

PROVIDER = system_actor("identity provider")
"""What the audit names where a provider's word made an account or changed its roles."""


class Identities:
    """The people of identity providers in one affiliate's store: known by issuer and subject alone."""

    def __init__(self, store: Store, tables: AccessTables, accounts: Accounts, clock: Clock) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        identity = tables.identity
        is_person = sa.and_(identity.c.issuer == given("issuer"), identity.c.subject == given("subject"))
        self._get = Prepared(store, sa.select(identity.c.account_id).where(is_person))
        self._insert = Prepared(store, identity.insert())
        of_account = sa.select(identity.c.issuer).where(identity.c.account_id == given("account"))
        self._issuers = Prepared(store, of_account.order_by(identity.c.issuer))
        self._entries = Entries(store)

    def account_of(self, arrival: Arrival, declared: Provider, locales: Sequence[str]) -> Account:
        """The account of who arrives, with the roles that the provider's claims give where it decides them.

        Raises NoAccount where none belongs to the person, or it is disabled.
        """
        account_id = self.known(arrival.issuer, arrival.subject)
        if account_id:
            account = self._accounts.get(account_id)
            if account is None:
                raise NoAccount("disabled")
        else:
            account = self._linked(arrival, declared) or self._created(arrival, declared, locales)
        return self._with_rights(account, arrival, declared)

    def known(self, issuer: str, subject: str) -> str:
        """The id of the account that belongs to a person of a provider; empty where none does."""
        row = self._get.one(issuer=issuer, subject=subject)
        return id_text(row[0]) if row is not None else ""

    def issuers(self, account_id: str) -> list[str]:
        """The providers by which an account may come in."""
        return [row[0] for row in self._issuers.all(account=id_bytes(account_id))]

    def link(self, arrival: Arrival, account: Account) -> None:
        """Let a person of a provider be an account from now on."""
        now, key = encode_datetime(self._clock()), id_bytes(account.id)

        def write(connection: Connection) -> None:
            self._insert.run_on(connection, issuer=arrival.issuer, subject=arrival.subject, account_id=key)
            self._entries.write(connection, "identity_link", PROVIDER, now, about=ACCOUNT, key=key)

        self._store.transact(write)

    def _linked(self, arrival: Arrival, declared: Provider) -> Account | None:
        """The account whose login is the person's address: only one that the provider says it has verified."""
        address = arrival.claims.get("email")
        if not declared.links_verified_email or arrival.claims.get("email_verified") is not True:
            return None
        account = self._accounts.find(address) if isinstance(address, str) and "@" in address else None
        if account is None or account.is_disabled or arrival.issuer in self.issuers(account.id):
            return None
        self.link(arrival, account)
        return account

    def _created(self, arrival: Arrival, declared: Provider, locales: Sequence[str]) -> Account:
        login = arrival.claims.get(declared.login_claim)
        if not declared.creates_accounts or not isinstance(login, str) or not normalise_login(login):
            raise NoAccount("unknown")
        if declared.roles is not None and not declared.roles.given(arrival.claims):
            # An account that may do nothing is of no use to anybody, and everybody of the company would get one.
            raise NoAccount("no role")
        name, wanted = arrival.claims.get("name"), arrival.claims.get("locale")
        language = wanted.replace("_", "-").partition("-")[0] if isinstance(wanted, str) else ""
        locale = next((one for one in (wanted, language) if one in locales), locales[0])
        try:
            account = self._accounts.create(
                login, name if isinstance(name, str) else login, None, (), locale=str(locale), by=PROVIDER
            )
        except (Duplicate, Invalid) as error:
            # Whoever may choose a name at the provider must not become the account that has it here.
            raise NoAccount("login taken" if isinstance(error, Duplicate) else "login") from error
        self.link(arrival, account)
        return account

    def _with_rights(self, account: Account, arrival: Arrival, declared: Provider) -> Account:
        if declared.roles is None and declared.units is None:
            return account
        roles = account.roles if declared.roles is None else declared.roles.given(arrival.claims)
        units = account.units if declared.units is None else tuple(sorted(declared.units.given(arrival.claims)))
        if declared.roles is not None and not roles:
            self._accounts.set_roles(account.login, (), units=units, by=PROVIDER)
            raise NoAccount("no role")
        self._accounts.set_roles(account.login, roles, units=units, by=PROVIDER)
        found = self._accounts.get(account.id)
        if found is None:
            raise NoAccount("disabled")
        return found

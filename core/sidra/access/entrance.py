"""How people and clients get in at one affiliate: accounts, sessions and tokens of its store, put together."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sidra.access.accounts import Account, Accounts
from sidra.access.actor import Actor
from sidra.access.admission import USUAL, Admission
from sidra.access.codes import SecondFactors
from sidra.access.oidc.identities import PROVIDER, Identities
from sidra.access.oidc.provider import Arrival, IdentityProvider
from sidra.access.oidc.refusals import NoAccount, ProviderRefused
from sidra.access.sessions import Origin, Session, Sessions
from sidra.access.steps import Step, StepKind, Steps
from sidra.access.tables import access_tables_alone
from sidra.access.tokens import Tokens
from sidra.clock import Clock, utc_now
from sidra.errors import Forbidden, NotFound, Unauthenticated
from sidra.privacy.keys import KeyRing
from sidra.store.database import Connection, Store

WEB = Origin()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has just signed in, and the token of the session, which only the cookie keeps.

    Where a step is still missing, the token is that of the half session: it opens this step and nothing else.
    """

    actor: Actor
    token: str
    step: Literal["", "code", "enrol"] = ""
    device: str = ""
    """What the browser keeps to be known again."""
    failures: int = 0
    """How often somebody failed to be this person since `since`."""
    since: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """What is known of the browser that somebody signs in with."""

    address: str
    origin: Origin = WEB
    session: str = ""
    """The token of the session that it has; a new one takes its place."""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The ways into one affiliate."""

    affiliate: str
    store: Store
    accounts: Accounts
    sessions: Sessions
    tokens: Tokens
    codes: SecondFactors
    steps: Steps
    identities: Identities
    providers: Mapping[str, IdentityProvider]
    admission: Admission

    @classmethod
    def of(
        cls,
        affiliate: str,
        store: Store,
        *,
        clock: Clock = utc_now,
        keys: KeyRing | None = None,
        admission: Admission = USUAL,
    ) -> Entrance:
        """The entrance of an affiliate; its store has the tables of `access_tables` already."""
        tables = access_tables_alone()
        accounts = Accounts(store, tables, clock=clock)
        return cls(
            affiliate,
            store,
            accounts,
            Sessions(store, tables, clock=clock),
            Tokens(store, tables, affiliate, clock=clock),
            SecondFactors(store, tables, keys, clock=clock, issuer=f"Sidra {affiliate}"),
            Steps(store, tables, clock),
            Identities(store, tables, accounts, clock),
            {name: IdentityProvider(name, one, clock=clock) for name, one in admission.providers.items()},
            admission,
        )

    def sign_in(self, login: str, password: str, *, address: str, replaces: str | None = None) -> SignedIn:
        """Who proved to be whom, with a new session in place of the one that the browser had before.

        Raises Unauthenticated or TooManyAttempts.
        """
        return self.sign_in_from(login, password, Browser(address, session=replaces or ""))

    def sign_in_from(self, login: str, password: str, browser: Browser) -> SignedIn:
        """The same from a browser of which more is known; raises Forbidden where passwords let nobody in."""
        self._demand_passwords()
        account = self.accounts.sign_in(login, password, address=browser.address, device=browser.device)
        return self._admit(account, browser, is_strong=False)

    def vouch(self, login: str, password: str, code: Callable[[], str], *, address: str) -> Actor:
        """Who acts this once, without a session: proven as by signing in, with a `code` where one is asked for.

        Raises Unauthenticated, TooManyAttempts, and Forbidden where passwords let nobody in or a second factor lacks.
        """
        self._demand_passwords()
        account = self.accounts.sign_in(login, password, address=address)
        if self.codes.is_on(account.id):
            self.codes.use(account.id, code(), address=address)
        elif self.admission.demands_second_factor(account.roles):
            hint = "sign in to the web application once: it sets one up"
            raise Forbidden("this role demands a second factor, and the account has none", hint=hint)
        return account.actor(self.affiliate)

    def _demand_passwords(self) -> None:
        if not self.admission.passwords:
            raise Forbidden("nobody signs in by a password here", hint="use the button of your company's account")

    def _admit(self, account: Account, browser: Browser, *, is_strong: bool) -> SignedIn:
        """Let an account in, or ask for what is missing first."""
        if not is_strong:
            kept = {"provider": browser.origin.provider, "session": browser.origin.provider_session}
            if self.codes.is_on(account.id):
                return self._half(account, "code", kept)
            if self.admission.demands_second_factor(account.roles):
                return self._half(account, "enrol", kept)
        return self._open(account, browser)

    def _half(self, account: Account, step: Literal["code", "enrol"], kept: Mapping[str, str]) -> SignedIn:
        # Of two who set up a second factor at once, one has stolen the password: they must not share its secret.
        token = self.steps.begin(step, account.id, kept, replaces=step == "enrol")
        return SignedIn(account.actor(self.affiliate), token, step)

    def _open(self, account: Account, browser: Browser) -> SignedIn:
        actor = account.actor(self.affiliate)

        def write(connection: Connection) -> tuple[str, str]:
            token = self.sessions.open_on(connection, actor, replaces=browser.session or None, origin=browser.origin)
            device = self.accounts.welcome(connection, account.id, browser.device)
            return token, device

        token, device = self.store.transact(write)
        return SignedIn(actor, token, "", device, account.failures, account.signed_in_at)

    def give_code(self, step_token: str, code: str, browser: Browser) -> SignedIn:
        """Who proved the second factor too; raises Unauthenticated, for a step that is over as well."""
        _, account = self.half(step_token, "code")
        self.codes.use(account.id, code, address=browser.address)
        return self._finish(step_token, browser)

    def enrol(self, step_token: str, code: str, browser: Browser) -> tuple[SignedIn, list[str]]:
        """Who set a second factor up because a role demands it, and the recovery codes; raises as `give_code` does."""
        _, account = self.half(step_token, "enrol")
        actor = account.actor(self.affiliate)
        codes = self.codes.confirm(account.id, code, by=actor, address=browser.address)
        return self._finish(step_token, browser), codes

    def half(self, step_token: str, kind: StepKind) -> tuple[Step, Account]:
        """The half session of a token and whose it is; raises Unauthenticated."""
        step = self.steps.get(step_token) if step_token else None
        account = self.accounts.get(step.account_id) if step and step.kind == kind else None
        if step is None or account is None:
            raise Unauthenticated("signing in took too long", hint="begin again")
        return step, account

    def _finish(self, step_token: str, browser: Browser) -> SignedIn:
        step = self.steps.take(step_token)
        account = self.accounts.get(step.account_id) if step else None
        if step is None or account is None:
            raise Unauthenticated("signing in took too long", hint="begin again")
        seen = browser.origin
        origin = Origin(seen.browser, seen.network, step.content.get("provider", ""), step.content.get("session", ""))
        return self._open(account, Browser(browser.address, origin, browser.session, browser.device))

    def provider(self, name: str) -> IdentityProvider:
        """A provider by its name in the settings; raises NotFound."""
        found = self.providers.get(name)
        if found is None:
            raise NotFound("there is no such identity provider", hint="choose one of those that are offered")
        return found

    def depart(
        self, name: str, redirect_uri: str, *, then: str, account_id: str = "", address: str = ""
    ) -> tuple[str, str]:
        """Where a browser goes to sign in at a provider, and the token of the step that it comes back with.

        For an account that proves anew to be there, no other may come back; strangers are counted by their address.
        Raises TooManyAttempts.
        """
        departure = self.provider(name).depart(redirect_uri, again=bool(account_id))
        content = {**departure.content, "then": then}
        return departure.address, self.steps.begin(
            "provider", account_id, content, address=None if account_id else address
        )

    def arrive(self, step_token: str, brought: Mapping[str, str]) -> tuple[Step, Arrival]:
        """Whom a provider vouches for, and what was begun here; raises ProviderRefused or ProviderUnreachable."""
        step = self.steps.take(step_token) if step_token else None
        if step is None or step.kind != "provider":
            raise ProviderRefused("no step")
        return step, self.provider(step.content["provider"]).arrive(brought, step.content)

    def admit_arrival(self, arrival: Arrival, provider: str, locales: Sequence[str], browser: Browser) -> SignedIn:
        """Who came back from a provider, signed in; raises NoAccount."""
        declared = self.provider(provider).declared
        account = self.identities.account_of(arrival, declared, locales)
        origin = Origin(browser.origin.browser, browser.origin.network, arrival.issuer, arrival.session)
        seen = Browser(browser.address, origin, browser.session, browser.device)
        return self._admit(account, seen, is_strong=arrival.is_strong)

    def prove_by_password(self, token: str, password: str, browser: Browser) -> str:
        """The new token of a session whose person gave the password again; raises as `sign_in` does."""
        account = self.account(token)
        if account is None:
            raise Unauthenticated("nobody is signed in here", hint="sign in first")
        self.accounts.sign_in(account.login, password, address=browser.address, device=browser.device)
        return self.sessions.prove(token, account.actor(self.affiliate))

    def prove_by_arrival(self, token: str, arrival: Arrival) -> str:
        """The new token of a session whose person proved it again at the provider; raises NoAccount for another."""
        account = self.account(token)
        if account is None or self.identities.known(arrival.issuer, arrival.subject) != account.id:
            raise NoAccount("another person")
        return self.sessions.prove(token, account.actor(self.affiliate))

    def signed_out_by(self, provider: str, logout_token: str) -> int:
        """How many sessions ended because a provider says that theirs did; raises ProviderRefused."""
        found = self.provider(provider)
        claims = found.signed_out(logout_token)
        issuer, session, subject = found.declared.issuer, claims.get("sid"), claims.get("sub")
        account_id = self.identities.known(issuer, subject) if isinstance(subject, str) else ""
        if isinstance(session, str) and session:
            return self.sessions.end_of_provider(issuer, session=session, by=PROVIDER)
        return self.sessions.end_of_provider(issuer, account_id=account_id, by=PROVIDER) if account_id else 0

    def sign_out(self, token: str) -> None:
        """End the session of a token, if there is one."""
        self.sessions.revoke(token, self.person(token))

    def session(self, token: str) -> Session | None:
        """The session of a token; None where it is over."""
        return self.sessions.get(token) if token else None

    def account(self, token: str, *, renews: bool = True) -> Account | None:
        """Whose session it is; None where it is over, or the account is disabled."""
        session = self.sessions.get(token, renews=renews)
        return self.accounts.get(session.account_id) if session else None

    def person(self, token: str, *, renews: bool = True) -> Actor | None:
        """Who acts in the session of a token; None where it is over, or the account is disabled.

        renews: whether this is a sign that the person is there.
        """
        account = self.account(token, renews=renews)
        return account.actor(self.affiliate) if account else None

    def client(self, token: str) -> Actor | None:
        """Who acts with a token of the API; None where it is not valid here."""
        return self.tokens.actor(token)

"""Accounts on the screen: one's own, those that one administers, and the steps around signing in."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

import segno

from sidra.access.accounts import Account
from sidra.access.entrance import Entrance
from sidra.access.sessions import Session
from sidra.access.tokens import Token
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.formats import isolated
from sidra_ui.presenting.frame.shell import ACCOUNTS, MY_ACCOUNT, shell
from sidra_ui.viewmodels.accounts import AccountPage, AccountsPage, PasswordForm, QrCode, RowAction, RowList, TokenForm
from sidra_ui.viewmodels.common import Action, Badge, Link, avatar
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

MINE, ALL = MY_ACCOUNT, ACCOUNTS
QR_MARGIN = 4
"""White squares around the picture, which a camera needs to find it."""


def qr_code(address: str) -> QrCode:
    """A picture of an address, as dark squares."""
    matrix = segno.make(address, error="m", micro=False).matrix
    squares = (
        f"M{x + QR_MARGIN} {y + QR_MARGIN}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return QrCode(len(matrix) + 2 * QR_MARGIN, "".join(squares))


def codes_file(codes: Iterable[str]) -> str:
    """The recovery codes as an address that holds a file."""
    return "data:text/plain;charset=utf-8," + quote("\n".join(codes) + "\n")


def own_account_page(
    desk: Desk,
    entrance: Entrance,
    account: Account,
    session_token: str,
    *,
    password_error: str = "",
    token: TokenForm | None = None,
) -> AccountPage:
    """The account of the reader; the forms keep what was typed and say why it was refused."""
    current = entrance.session(session_token)
    page = account_page(desk, entrance, account, desk.addresses.page(MINE), current)
    messages, address = desk.messages, desk.addresses.page(MINE)
    others = Action(messages.text("session_end_others"), f"{address}/sessions/others", "log-out", method="post")
    sessions = replace(page.sessions, actions=(others,)) if len(page.sessions.rows) > 1 else page.sessions
    has_password = account.has_password and entrance.admission.passwords
    return replace(
        page,
        place=Place(messages.text("account_my")),
        factor_actions=tuple(own_factor_actions(desk, is_on=page.factor_is_on)) if has_password else (),
        sessions=sessions,
        warning=failures_text(desk, account.failures, account.signed_in_at),
        password=PasswordForm(f"{address}/password", account.login, password_error) if has_password else None,
        password_note="" if has_password else messages.text("password_none"),
        token=token or TokenForm(f"{address}/tokens"),
    )


def own_factor_actions(desk: Desk, *, is_on: bool) -> Iterable[Action]:
    """What the reader may do about the second factor."""
    address, text = desk.addresses.page(MINE), desk.messages.text
    if not is_on:
        yield Action(text("factor_set_up"), f"{address}/second-factor", "shield-check", "primary")
        return
    yield Action(text("codes_new"), f"{address}/second-factor/codes", "refresh-cw", method="post")
    yield Action(text("factor_switch_off"), f"{address}/second-factor/off", style="danger", method="post")


def account_page(
    desk: Desk, entrance: Entrance, account: Account, address: str, current: Session | None = None
) -> AccountPage:
    """One account with its second factor, sessions and tokens; `address` is that of its page."""
    messages, is_on = desk.messages, entrance.codes.is_on(account.id)
    left = messages.text("codes_left", count=entrance.codes.recovery_codes_left(account.id)) if is_on else ""
    return AccountPage(
        shell=shell(desk),
        place=Place(account.name, (Link(messages.text("accounts"), desk.addresses.page(ALL)),)),
        facts=tuple(facts(desk, account)),
        factor_text=messages.text("factor_on" if is_on else "factor_off"),
        factor_note=left,
        factor_is_on=is_on,
        factor_actions=(),
        sessions=session_list(desk, entrance.sessions.list(account.id), address, current),
        tokens=token_list(desk, entrance.tokens.list_of(account.id), address),
    )


def administered_page(desk: Desk, entrance: Entrance, account: Account) -> AccountPage:
    """The account of somebody else, with what an administrator may do about it."""
    address, text = desk.addresses.page(ALL, account.id), desk.messages.text
    page = account_page(desk, entrance, account, address)
    reset = Action(text("reset_second_factor"), f"{address}/reset-second-factor", style="danger", method="post")
    all_sessions = Action(text("session_end_all"), f"{address}/sessions/all", "log-out", method="post")
    return replace(
        page,
        actions=(Action(text("unlock"), f"{address}/unlock", "lock", method="post"),),
        factor_actions=(reset,) if page.factor_is_on else (),
        sessions=replace(page.sessions, actions=(all_sessions,)) if page.sessions.rows else page.sessions,
    )


def facts(desk: Desk, account: Account) -> Iterable[tuple[str, str]]:
    """What an account is, in lines."""
    text = desk.messages.text
    labels = [desk.label(desk.model.roles[name]) for name in sorted(account.roles) if name in desk.model.roles]
    signed_in = desk.formats.moment(account.signed_in_at) if account.signed_in_at else text("never")
    yield text("username"), isolated(account.login)
    yield text("roles"), desk.messages.listed(labels)
    yield text("last_signed_in"), signed_in


def failures_text(desk: Desk, count: int, since: datetime.datetime | None) -> str:
    """What somebody is told whose account others failed to get into."""
    if not count:
        return ""
    moment = desk.formats.moment(since) if since else desk.messages.text("never")
    return desk.messages.text("failed_attempts", count=count, since=moment)


def session_list(desk: Desk, sessions: Sequence[Session], address: str, current: Session | None) -> RowList:
    """The sessions of an account, that of this browser marked."""
    text = desk.messages.text
    rows = [session_row(desk, one, address, is_this=current is not None and one.id == current.id) for one in sessions]
    return RowList(text("sessions"), "monitor", tuple(rows), text("sessions_none"))


def session_row(desk: Desk, session: Session, address: str, *, is_this: bool) -> RowAction:
    """One session: where, since when, and the way to end it."""
    text, moment = desk.messages.text, desk.formats.moment
    where = (session.browser, isolated(session.network) if session.network else "")
    since, seen = moment(session.created_at), desk.formats.ago(session.seen_at)
    note = f"{text('session_since')} {since} · {text('session_seen')} {seen}"
    end = Action(text("session_end"), f"{address}/sessions/{session.id}", method="post")
    title = " · ".join(part for part in where if part) or text("no_value")
    badges = (Badge(text("session_this"), "green", dot=True),) if is_this else ()
    return RowAction(title, note, badges, None if is_this else end)


def token_list(desk: Desk, tokens: Sequence[Token], address: str) -> RowList:
    """The tokens of an account, the newest first."""
    text = desk.messages.text
    rows = tuple(token_row(desk, one, address) for one in reversed(tokens))
    return RowList(text("tokens"), "key-round", rows, text("tokens_none"))


def token_row(desk: Desk, token: Token, address: str) -> RowAction:
    """One token: how to recognise it, what it may do, until when, and the way to revoke it."""
    text, date = desk.messages.text, desk.formats.date
    is_valid = token.is_valid(desk.records.now)
    used = desk.formats.ago(token.used_at) if token.used_at else text("never")
    until = f"{text('token_until')} {date(desk.formats.day(token.expires_at))}"
    scopes = " ".join(isolated(scope) for scope in token.scopes)
    note = f"{isolated(token.beginning + '…')} · {scopes} · {until} · {text('token_used')} {used}"
    state = Badge(text("token_revoked" if token.revoked_at else "token_over"))
    revoke = Action(text("revoke"), f"{address}/tokens/{token.id}", method="post")
    return RowAction(token.name, note, () if is_valid else (state,), revoke if is_valid else None)


def accounts_page(desk: Desk, accounts: Sequence[Account]) -> AccountsPage:
    """All accounts of the affiliate."""
    text = desk.messages.text
    columns = (
        Column("name", text("account_name")),
        Column("roles", text("roles")),
        Column("signed_in", text("last_signed_in"), is_secondary=True),
    )
    rows = tuple(account_row(desk, one) for one in accounts)
    return AccountsPage(shell(desk), Place(text("accounts")), Table(text("accounts"), columns, rows))


def account_row(desk: Desk, account: Account) -> Row:
    """One account in the list."""
    href = desk.addresses.page(ALL, account.id)
    labels = [desk.label(desk.model.roles[name]) for name in sorted(account.roles) if name in desk.model.roles]
    name = Cell(
        account.name, account.login, is_secondary_code=True, href=href, avatar=avatar(account.name), is_strong=True
    )
    signed_in = desk.formats.moment(account.signed_in_at) if account.signed_in_at else desk.messages.text("never")
    return Row(account.id, account.name, (name, Cell(desk.messages.listed(labels)), Cell(signed_in)), href)

"""The accounts of others, for administrators: their sessions and tokens, unlocking, and lost second factors."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.accounts import Account
from sidra.access.entrance import Entrance
from sidra.access.functions import ADMINISTER
from sidra.errors import Forbidden, NotFound
from sidra.web.request import Request
from sidra_ui.accounts import proved
from sidra_ui.pages import add_page, desk_of, go_to, page_answer
from sidra_ui.presenting.access.accounts import ALL, accounts_page, administered_page
from sidra_ui.presenting.desk import Desk

EVERY = "all"


def includeme(config: Configurator) -> None:
    """The list of accounts, and the page of each."""
    add_page(config, "accounts", f"/{ALL}", accounts_view)
    add_page(config, "account", f"/{ALL}/{{account}}", account_view)
    add_page(config, "unlock", f"/{ALL}/{{account}}/unlock", unlock_view, methods=("POST",))
    add_page(config, "reset_factor", f"/{ALL}/{{account}}/reset-second-factor", proved(reset_view), methods=("POST",))
    add_page(config, "end_other", f"/{ALL}/{{account}}/sessions/{{id}}", end_view, methods=("POST",))
    add_page(config, "revoke_other", f"/{ALL}/{{account}}/tokens/{{id}}", revoke_view, methods=("POST",))


def administrator(request: Request) -> tuple[Desk, Entrance]:
    """The desk of somebody who may administer accounts; raises Forbidden."""
    desk = desk_of(request)
    if not desk.records.profile.may_use(ADMINISTER):
        raise Forbidden("you may not administer accounts", hint=f"ask for a role with the function `{ADMINISTER}`")
    return desk, request.entrance


def chosen(request: Request, entrance: Entrance) -> Account:
    """The account of the address, disabled or not; raises NotFound."""
    wanted = request.matchdict["account"]
    found = next((one for one in entrance.accounts.list() if one.id == wanted), None)
    if found is None:
        raise NotFound("there is no such account", hint="see the list of accounts")
    return found


def accounts_view(request: Request) -> Response:
    """All accounts."""
    desk, entrance = administrator(request)
    return page_answer(request, desk, accounts_page(desk, entrance.accounts.list()))


def account_view(request: Request) -> Response:
    """One account."""
    desk, entrance = administrator(request)
    return page_answer(request, desk, administered_page(desk, entrance, chosen(request, entrance)))


def unlock_view(request: Request) -> Response:
    """Let an account try again at once."""
    _, entrance = administrator(request)
    account = chosen(request, entrance)
    entrance.accounts.unlock(account.login, by=request.actor)
    return _back(request, account, "unlocked")


def reset_view(request: Request) -> Response:
    """Take a second factor away from somebody who lost it, with all sessions."""
    _, entrance = administrator(request)
    account = chosen(request, entrance)
    entrance.codes.switch_off(account.id, by=request.actor)
    entrance.sessions.end_others(account.id, by=request.actor)
    return _back(request, account)


def end_view(request: Request) -> Response:
    """End one session of somebody, or all."""
    _, entrance = administrator(request)
    account, wanted = chosen(request, entrance), request.matchdict["id"]
    if wanted == EVERY:
        entrance.sessions.end_others(account.id, by=request.actor)
    elif not entrance.sessions.end(account.id, wanted, by=request.actor):
        raise NotFound("there is no such session", hint="it may be over already")
    return _back(request, account)


def revoke_view(request: Request) -> Response:
    """End one token of somebody."""
    _, entrance = administrator(request)
    account, wanted = chosen(request, entrance), request.matchdict["id"]
    if wanted not in {one.id for one in entrance.tokens.list_of(account.id)}:
        raise NotFound("there is no such token", hint="see the list of the account's tokens")
    entrance.tokens.revoke(wanted, by=request.actor)
    return _back(request, account)


def _back(request: Request, account: Account, notice: str = "") -> Response:
    return go_to(f"/{request.affiliate}/{ALL}/{account.id}", notice)

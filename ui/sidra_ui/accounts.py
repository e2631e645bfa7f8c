"""One's own account: password, second factor, sessions, tokens. What changes how one signs in is proved for first."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.accounts import Account
from sidra.access.entrance import Entrance
from sidra.access.functions import FUNCTIONS
from sidra.access.scopes import check_scopes
from sidra.errors import Conflict, Forbidden, Invalid, NotFound, TooManyAttempts, Unauthenticated
from sidra.web.request import Request
from sidra.web.sessions import after_sign_in, browser_of, depart, session_header
from sidra_ui.entrance import REFUSED, TOO_MANY, messages_of, provider_links
from sidra_ui.pages import add_page, answer, desk_of, go_to, page_answer
from sidra_ui.presenting.access.accounts import MINE, own_account_page, qr_code
from sidra_ui.steps import codes_page, step_page
from sidra_ui.viewmodels.accounts import TokenForm
from sidra_ui.viewmodels.common import Link

UNFIT = 422
DAYS = 365
View = Callable[[Request], Response]


def includeme(config: Configurator) -> None:
    """The page of one's account and its forms."""
    add_page(config, "my_account", f"/{MINE}", account_view)
    add_page(config, "prove", f"/{MINE}/prove", prove_view)
    add_page(config, "prove_post", f"/{MINE}/prove", prove_post_view, methods=("POST",))
    add_page(config, "prove_there", f"/{MINE}/prove/{{provider:[a-z][a-z0-9_]*}}", prove_there_view)
    add_page(config, "new_password", f"/{MINE}/password", password_view, methods=("POST",))
    add_page(config, "factor", f"/{MINE}/second-factor", proved(factor_view))
    add_page(config, "factor_on", f"/{MINE}/second-factor", proved(factor_on_view), methods=("POST",))
    add_page(config, "factor_off", f"/{MINE}/second-factor/off", proved(factor_off_view), methods=("POST",))
    add_page(config, "factor_codes", f"/{MINE}/second-factor/codes", proved(factor_codes_view), methods=("POST",))
    add_page(config, "other_sessions", f"/{MINE}/sessions/others", other_sessions_view, methods=("POST",))
    add_page(config, "end_session", f"/{MINE}/sessions/{{id}}", end_session_view, methods=("POST",))
    add_page(config, "new_token", f"/{MINE}/tokens", proved(new_token_view), methods=("POST",))
    add_page(config, "revoke_token", f"/{MINE}/tokens/{{id}}", revoke_token_view, methods=("POST",))


def mine(request: Request) -> tuple[Entrance, Account]:
    """The entrance and the account of whoever is signed in; raises Forbidden for a client of the API."""
    account = request.entrance.account(request.session_token) if request.session_token else None
    if account is None or account.id != request.actor.id or request.actor.scopes is not None:
        raise Forbidden("this page is for people who signed in", hint="sign in with a browser")
    return request.entrance, account


def own_page(request: Request) -> str:
    """The address of one's own account."""
    return f"/{request.affiliate}/{MINE}"


def proved(view: View, page: Callable[[Request], str] = own_page) -> View:
    """A view that asks first for a proof of who it is, where the last one is longer ago than ten minutes.

    `page` is the address that has the form of a view that is asked by POST.
    """

    def asks_first(request: Request) -> Response:
        entrance, _ = mine(request)
        session = entrance.session(request.session_token)
        if session is None or not entrance.sessions.is_proved(session):
            then = request.path if request.method == "GET" else page(request)
            return go_to(f"/{request.affiliate}/{MINE}/prove?next={then}")
        return view(request)

    return asks_first


def account_view(request: Request) -> Response:
    """The account of whoever is signed in."""
    entrance, account = mine(request)
    desk = desk_of(request)
    return page_answer(request, desk, own_account_page(desk, entrance, account, request.session_token))


def prove_view(request: Request, error: str = "", status: int = 200) -> Response:
    """The form that asks once more for the password, or leads to the provider."""
    entrance, account = mine(request)
    text, here = messages_of(request).text, f"/{request.affiliate}/{MINE}"
    wanted = after_sign_in(request, request.params.get("next", "") or here)
    vouching = entrance.identities.issuers(account.id)
    links = tuple(
        Link(text("provider_again", name=label), f"{here}/prove/{name}?next={wanted}")
        for name, label, issuer in provider_links(request)
        if issuer in vouching
    )
    page = replace(
        step_page(request, "password", text("confirm_identity"), text("confirm_identity_text"), f"{here}/prove"),
        next=wanted,
        error=text(error) if error else "",
        providers=links,
        has_password=account.has_password and entrance.admission.passwords,
        login=account.login,
        back=Link(text("cancel"), here),
    )
    return answer(request, page, page.frame.locale, status)


def prove_post_view(request: Request) -> Response:
    """Take the password once more; the session gets another token."""
    entrance, _ = mine(request)
    if not entrance.admission.passwords:
        raise Forbidden("nobody signs in by a password here", hint="use the button of your company's account")
    try:
        token = entrance.prove_by_password(request.session_token, request.POST.get("password", ""), browser_of(request))
    except Unauthenticated:
        return prove_view(request, "password_current_wrong", REFUSED)
    except TooManyAttempts:
        return prove_view(request, "too_many_text", TOO_MANY)
    response = go_to(after_sign_in(request, request.POST.get("next", "")))
    response.headerlist.extend(session_header(request, token))
    return response


def prove_there_view(request: Request) -> Response:
    """Go to the provider to prove it there."""
    _, account = mine(request)
    then = after_sign_in(request, request.GET.get("next", ""))
    address, headers = depart(request, request.matchdict["provider"], then, account_id=account.id)
    response = go_to(address)
    response.headerlist.extend(headers)
    return response


def password_view(request: Request) -> Response:
    """Change the password: the present one proves who it is; all sessions end but a new one for this browser."""
    entrance, account = mine(request)
    if not account.has_password or not entrance.admission.passwords:
        raise Forbidden("this account has no password here", hint="change it at your company")
    browser = browser_of(request)
    try:
        entrance.accounts.sign_in(
            account.login, request.POST.get("current", ""), address=browser.address, device=browser.device
        )
        entrance.accounts.set_password(account.login, request.POST.get("password", ""), by=request.actor)
    except (Unauthenticated, TooManyAttempts, Invalid) as error:
        return _refused(request, error)
    token = entrance.sessions.open(request.actor, origin=browser.origin)
    response = go_to(f"/{request.affiliate}/{MINE}", notice="password_changed")
    response.headerlist.extend(session_header(request, token))
    return response


def _refused(request: Request, error: Exception) -> Response:
    entrance, account = mine(request)
    desk = desk_of(request)
    told, status = "password_unfit", UNFIT
    if isinstance(error, Unauthenticated):
        told, status = "password_current_wrong", REFUSED
    elif isinstance(error, TooManyAttempts):
        told, status = "too_many_text", TOO_MANY
    page = own_account_page(desk, entrance, account, request.session_token, password_error=desk.messages.text(told))
    return page_answer(request, desk, page, status)


def factor_view(request: Request, error: str = "", status: int = 200) -> Response:
    """The picture for the authenticator program, and the form that takes its first code."""
    entrance, account = mine(request)
    text, here = messages_of(request).text, f"/{request.affiliate}/{MINE}"
    # What a wrong code leads back to is the secret that the program has by now.
    offer = entrance.codes.offered(account.id, account.login) if error else None
    offer = offer or entrance.codes.offer(account.id, account.login)
    page = replace(
        step_page(request, "enrol", text("factor"), text("factor_scan"), f"{here}/second-factor"),
        error=text(error) if error else "",
        qr=qr_code(offer.address),
        secret=offer.secret,
        back=Link(text("cancel"), here),
    )
    return answer(request, page, page.frame.locale, status)


def factor_on_view(request: Request) -> Response:
    """Take the first code; the recovery codes are shown this once."""
    entrance, account = mine(request)
    address = browser_of(request).address
    try:
        codes = entrance.codes.confirm(account.id, request.POST.get("code", ""), by=request.actor, address=address)
    except Unauthenticated:
        return factor_view(request, "code_wrong", REFUSED)
    except TooManyAttempts:
        return factor_view(request, "too_many_text", TOO_MANY)
    entrance.sessions.end_others(account.id, request.session_token, by=request.actor)
    return codes_page(request, codes, f"/{request.affiliate}/{MINE}")


def factor_off_view(request: Request) -> Response:
    """Ask for no more codes, unless a role demands them."""
    entrance, account = mine(request)
    if entrance.admission.demands_second_factor(account.roles):
        raise Forbidden("your role asks for a second factor", hint="make new recovery codes instead")
    entrance.codes.switch_off(account.id, by=request.actor)
    entrance.sessions.end_others(account.id, request.session_token, by=request.actor)
    return go_to(f"/{request.affiliate}/{MINE}")


def factor_codes_view(request: Request) -> Response:
    """New recovery codes, shown this once."""
    entrance, account = mine(request)
    codes = entrance.codes.renew_codes(account.id, by=request.actor)
    return codes_page(request, codes, f"/{request.affiliate}/{MINE}")


def other_sessions_view(request: Request) -> Response:
    """End all sessions but this one."""
    entrance, account = mine(request)
    entrance.sessions.end_others(account.id, request.session_token, by=request.actor)
    return go_to(f"/{request.affiliate}/{MINE}")


def end_session_view(request: Request) -> Response:
    """End one session of one's own."""
    entrance, account = mine(request)
    if not entrance.sessions.end(account.id, request.matchdict["id"], by=request.actor):
        raise NotFound("there is no such session", hint="it may be over already")
    return go_to(f"/{request.affiliate}/{MINE}")


def new_token_view(request: Request) -> Response:
    """Make a token and show it this once."""
    entrance, account = mine(request)
    desk, post = desk_of(request), request.POST
    form = TokenForm(
        desk.addresses.page(MINE, "tokens"), post.get("name", ""), post.get("scopes", ""), post.get("days", "")
    )
    try:
        scopes = check_scopes(desk.model, form.scopes.split(), FUNCTIONS)
        text = entrance.tokens.issue_for(account, scopes, name=form.name, lifetime=_lifetime(form.days))
    except Invalid as error:
        told = "token_scopes_wrong" if error.problems[0].path == "scopes" else "token_unfit"
        refused = TokenForm(form.action, form.name, form.scopes, form.days, desk.messages.text(told))
        page = own_account_page(desk, entrance, account, request.session_token, token=refused)
        return page_answer(request, desk, page, UNFIT)
    page = own_account_page(desk, entrance, account, request.session_token)
    return page_answer(request, desk, replace(page, new_token=text))


def _lifetime(days: str) -> datetime.timedelta:
    """The time that was typed; what is no number of days lasts too long for anybody."""
    is_number = days.isascii() and days.isdigit() and len(days) <= len(str(DAYS))
    return datetime.timedelta(days=int(days) if is_number and int(days) else DAYS + 1)


def revoke_token_view(request: Request) -> Response:
    """End one token of one's own."""
    entrance, account = mine(request)
    wanted = request.matchdict["id"]
    if wanted not in {one.id for one in entrance.tokens.list_of(account.id)}:
        raise NotFound("there is no such token", hint="see the list of your tokens")
    if not entrance.tokens.revoke(wanted, by=request.actor):
        raise Conflict("the token is revoked already", hint="see the list of your tokens")
    return go_to(f"/{request.affiliate}/{MINE}")

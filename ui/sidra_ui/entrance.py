"""Where people come in: the choice of affiliates, signing in, and the choice of a language."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.errors import NotFound, SidraError, TooManyAttempts, Unauthenticated
from sidra.web.cookies import cookie_name, read_cookie
from sidra.web.request import Request
from sidra.web.sessions import after_sign_in, sign_in
from sidra_ui.faults import plain_frame
from sidra_ui.messages import Messages
from sidra_ui.pages import add_page, answer, go_to, languages_of, theme_of
from sidra_ui.presenting.shell import affiliate_choice, affiliate_name, frame, group_name
from sidra_ui.viewmodels.common import Action
from sidra_ui.viewmodels.pages import MessagePage, SignInPage
from sidra_ui.viewmodels.shell import AffiliateChoice

YEAR_SECONDS = 365 * 24 * 3600
REFUSED, TOO_MANY = 401, 429


def includeme(config: Configurator) -> None:
    """The pages that need nobody signed in."""
    config.add_route("affiliates", "/", request_method="GET")
    config.add_view(affiliates_view, route_name="affiliates", permission=NO_PERMISSION_REQUIRED)
    config.add_route("bare_home", "/{affiliate:[a-z][a-z0-9_]*}", request_method="GET")
    config.add_view(bare_home_view, route_name="bare_home", permission=NO_PERMISSION_REQUIRED)
    add_page(config, "sign_in", "/sign-in", sign_in_view, permission=NO_PERMISSION_REQUIRED)
    add_page(
        config, "sign_in_post", "/sign-in", sign_in_post_view, methods=("POST",), permission=NO_PERMISSION_REQUIRED
    )
    add_page(config, "language", "/language/{locale}", language_view, permission=NO_PERMISSION_REQUIRED)


def affiliates_view(request: Request) -> Response:
    """The affiliates that one may sign in to; the only one straight away."""
    served = [site for site in request.sites if site.runtime is not None]
    if len(served) == 1:
        return go_to(f"/{served[0].name}/")
    around = plain_frame(request)
    messages = Messages(around.locale)
    actions = tuple(
        Action(affiliate_name(site.runtime.model, around.locale), f"/{site.name}/", style="primary")
        for site in served
        if site.runtime is not None
    )
    page = MessagePage(around, messages.text("sign_in"), messages.text("choose_affiliate"), "", "", "globe", actions)
    return answer(request, page, around.locale)


def bare_home_view(request: Request) -> Response:
    """The affiliate's home has a slash at its end."""
    return go_to(f"/{request.affiliate}/")


def sign_in_view(request: Request) -> Response:
    """The form that signs in; whoever is signed in goes on."""
    if request.visitor is not None:
        return go_to(after_sign_in(request, request.GET.get("next", "")))
    return sign_in_answer(request, request.GET.get("next", ""), refusal="session_ended" if has_ended(request) else "")


def has_ended(request: Request) -> bool:
    """Whether the browser still shows a session that is over."""
    name = cookie_name(request.affiliate, is_secure=request.is_secure)
    return bool(read_cookie(request.environ.get("HTTP_COOKIE", ""), name))


def sign_in_post_view(request: Request) -> Response:
    """Sign in, or say that it did not work."""
    login, wanted = request.POST.get("username", ""), request.POST.get("next", "")
    try:
        _, headers = sign_in(request, login, request.POST.get("password", ""))
    except Unauthenticated:
        return sign_in_answer(request, wanted, login, "sign_in_failed", REFUSED)
    except TooManyAttempts:
        return sign_in_answer(request, wanted, login, "too_many_text", TOO_MANY)
    response = go_to(after_sign_in(request, wanted))
    response.headerlist.extend(headers)
    return response


def sign_in_answer(request: Request, wanted: str, login: str = "", refusal: str = "", status: int = 200) -> Response:
    """The page that signs in, perhaps with the reason why it did not work."""
    model = request.runtime.model
    around = frame(model, request.locale, theme_of(request), languages_of(request))
    page = SignInPage(
        frame=around,
        affiliate=affiliate_choice(model, request.locale, is_current=True),
        action=f"/{request.affiliate}/sign-in",
        csrf_token=request.csrf_token,
        next=wanted,
        username=login,
        error=Messages(around.locale).text(refusal) if refusal else "",
        affiliates=other_affiliates(request),
    )
    return answer(request, page, around.locale, status)


def other_affiliates(request: Request) -> tuple[AffiliateChoice, ...]:
    """The affiliates of the same group to sign in to instead."""
    others = [site.runtime for site in request.sites if site.name != request.affiliate and site.runtime is not None]
    group = group_name(request.runtime.model)
    return tuple(affiliate_choice(each.model, request.locale) for each in others if group_name(each.model) == group)


def language_view(request: Request) -> Response:
    """Keep the language in the browser and go back."""
    locale = request.matchdict["locale"]
    if locale not in {*request.runtime.model.locales, "en"}:
        raise NotFound("this affiliate does not speak that language", hint="choose one from the menu")
    response = go_to(after_language(request))
    response.set_cookie("sidra_locale", locale, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure)
    return response


def after_language(request: Request) -> str:
    """The page that the menu stood on."""
    try:
        return after_sign_in(request, request.GET.get("next", ""))
    except SidraError:
        return "/"

"""Where people come in: the choice of affiliates, signing in, and the choice of a language."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.access.entrance import SignedIn
from sidra.errors import NotFound, SidraError, TooManyAttempts, Unauthenticated
from sidra.web.cookies import cookie_name, read_cookie
from sidra.web.request import Request
from sidra.web.sessions import (
    Headers,
    after_sign_in,
    sign_in,
)
from sidra_ui.faults import plain_frame
from sidra_ui.messages import Messages
from sidra_ui.pages import FAILED, add_page, answer, go_to, languages_of, theme_of
from sidra_ui.presenting.desk import tag_of
from sidra_ui.presenting.frame.shell import affiliate_choice, affiliate_name, frame, group_name
from sidra_ui.viewmodels.common import Action, Link
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
    ended = "session_ended" if has_ended(request) else ""
    return sign_in_answer(
        request, request.GET.get("next", ""), refusal=messages_of(request).text(ended) if ended else ""
    )


def has_ended(request: Request) -> bool:
    """Whether the browser still shows a session that is over."""
    name = cookie_name(request.affiliate, is_secure=request.is_secure)
    return bool(read_cookie(request.environ.get("HTTP_COOKIE", ""), name))


def sign_in_post_view(request: Request) -> Response:
    """Sign in, or say that it did not work."""
    login, wanted, text = request.POST.get("username", ""), request.POST.get("next", ""), messages_of(request).text
    try:
        signed_in, headers = sign_in(request, login, request.POST.get("password", ""))
    except Unauthenticated:
        return sign_in_answer(request, wanted, login, text("sign_in_failed"), REFUSED)
    except TooManyAttempts:
        return sign_in_answer(request, wanted, login, text("too_many_text"), TOO_MANY)
    return welcome(request, signed_in, headers, wanted)


def welcome(request: Request, signed_in: SignedIn, headers: Headers, wanted: str) -> Response:
    """On to the step that is missing, or to the page that was wanted."""
    then = after_sign_in(request, wanted)
    if signed_in.step:
        response = go_to(f"/{request.affiliate}/sign-in/{signed_in.step}?next={quote(then, safe='')}")
    else:
        response = go_to(then, failures_notice(signed_in))
    response.headerlist.extend(headers)
    return response


def failures_notice(signed_in: SignedIn) -> str:
    """What the next page tells somebody whose account others failed to get into."""
    if not signed_in.failures:
        return ""
    since = int(signed_in.since.timestamp()) if signed_in.since is not None else 0
    return f"{FAILED}.{signed_in.failures}.{since}"


def provider_links(request: Request) -> Iterator[tuple[str, str, str]]:
    """The identity providers of the affiliate: name, what it is called in the language of the page, issuer."""
    for name, provider in request.entrance.providers.items():
        labels = provider.declared.label
        wanted = (request.locale, *request.runtime.model.locales, "en")
        label = next((labels[locale] for locale in wanted if locale in labels), next(iter(labels.values())))
        yield name, label, provider.declared.issuer


def messages_of(request: Request) -> Messages:
    """The sentences in the language of the answer."""
    return Messages(tag_of(request.locale, request.runtime.model.country))


def sign_in_answer(request: Request, wanted: str, login: str = "", refusal: str = "", status: int = 200) -> Response:
    """The page that signs in, perhaps with the reason why it did not work."""
    model, text = request.runtime.model, messages_of(request).text
    around = frame(model, request.locale, theme_of(request), languages_of(request))
    then = f"?next={quote(wanted, safe='')}" if wanted else ""
    known = list(provider_links(request))
    links = [
        Link(text("provider_sign_in", name=label), f"/{request.affiliate}/sign-in/{name}{then}")
        for name, label, _ in known
    ]
    out = next((one for one in known if one[0] == request.GET.get("out", "")), None)
    page = SignInPage(
        frame=around,
        affiliate=affiliate_choice(model, request.locale, is_current=True),
        action=f"/{request.affiliate}/sign-in",
        csrf_token=request.csrf_token,
        next=wanted,
        username=login,
        error=refusal,
        affiliates=other_affiliates(request),
        providers=tuple(links),
        has_password=request.entrance.admission.passwords,
        note=text("provider_sign_out", name=out[1]) if out else "",
        note_link=Link(text("provider_sign_out_there"), f"/{request.affiliate}/sign-in/{out[0]}/out") if out else None,
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

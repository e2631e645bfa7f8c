"""What comes between proving half of who one is and a session: one-time codes, and the way to a provider and back."""

from __future__ import annotations

from dataclasses import replace

from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.access.oidc.refusals import NoAccount, ProviderRefused, ProviderUnreachable
from sidra.errors import NotFound, TooManyAttempts, Unauthenticated
from sidra.web.request import Request
from sidra.web.sessions import (
    PROVIDER,
    after_sign_in,
    arrive,
    browser_of,
    depart,
    headers_of,
    sign_out_address,
    step_token,
)
from sidra_ui.entrance import REFUSED, TOO_MANY, messages_of, provider_links, sign_in_answer, welcome
from sidra_ui.pages import add_page, answer, go_to, theme_of
from sidra_ui.presenting.access.accounts import codes_file, qr_code
from sidra_ui.presenting.frame.shell import affiliate_choice, frame
from sidra_ui.viewmodels.accounts import StepKind, StepPage
from sidra_ui.viewmodels.common import Link

FORBIDDEN, UNAVAILABLE = 403, 503


def includeme(config: Configurator) -> None:
    """The pages of the steps, which need nobody signed in."""
    stranger = {"permission": NO_PERMISSION_REQUIRED}
    add_page(config, "code", "/sign-in/code", code_view, **stranger)
    add_page(config, "code_post", "/sign-in/code", code_post_view, methods=("POST",), **stranger)
    add_page(config, "enrol", "/sign-in/enrol", enrol_view, **stranger)
    add_page(config, "enrol_post", "/sign-in/enrol", enrol_post_view, methods=("POST",), **stranger)
    add_page(config, "depart", f"/sign-in/{PROVIDER}", depart_view, **stranger)
    add_page(config, "arrive", f"/sign-in/{PROVIDER}/back", arrive_view, **stranger)
    add_page(config, "sign_out_there", f"/sign-in/{PROVIDER}/out", sign_out_there_view, **stranger)


def code_view(request: Request, error: str = "", status: int = 200) -> Response:
    """The form that takes a one-time code; without a step before it, the way back."""
    text = messages_of(request).text
    try:
        request.entrance.half(step_token(request), "code")
    except Unauthenticated:
        return sign_in_answer(request, request.params.get("next", ""), refusal=text("step_over"), status=REFUSED)
    page = replace(
        step_page(request, "code", text("factor"), text("code_ask"), f"/{request.affiliate}/sign-in/code"),
        next=request.params.get("next", ""),
        error=text(error) if error else "",
        note=text("code_recovery_hint"),
        back=Link(text("back_to_sign_in"), f"/{request.affiliate}/sign-in"),
    )
    return answer(request, page, page.frame.locale, status)


def code_post_view(request: Request) -> Response:
    """Take the code, and let in whoever had the password too."""
    try:
        signed_in = request.entrance.give_code(step_token(request), request.POST.get("code", ""), browser_of(request))
    except Unauthenticated:
        return code_view(request, "code_wrong", REFUSED)
    except TooManyAttempts:
        return code_view(request, "too_many_text", TOO_MANY)
    return welcome(request, signed_in, headers_of(request, signed_in), request.POST.get("next", ""))


def enrol_view(request: Request, error: str = "", status: int = 200) -> Response:
    """The picture for the authenticator program of somebody whose role demands a second factor."""
    text, codes = messages_of(request).text, request.entrance.codes
    try:
        _, account = request.entrance.half(step_token(request), "enrol")
    except Unauthenticated:
        return sign_in_answer(request, request.params.get("next", ""), refusal=text("step_over"), status=REFUSED)
    # What a wrong code leads back to is the secret that the program has by now; else nobody has seen it before.
    offer = codes.offered(account.id, account.login) if error else None
    offer = offer or codes.offer(account.id, account.login)
    page = replace(
        step_page(
            request,
            "enrol",
            text("factor"),
            f"{text('factor_required')} {text('factor_scan')}",
            f"/{request.affiliate}/sign-in/enrol",
        ),
        next=request.params.get("next", ""),
        error=text(error) if error else "",
        qr=qr_code(offer.address),
        secret=offer.secret,
        back=Link(text("back_to_sign_in"), f"/{request.affiliate}/sign-in"),
    )
    return answer(request, page, page.frame.locale, status)


def enrol_post_view(request: Request) -> Response:
    """Take the first code, let the person in, and show the recovery codes this once."""
    entrance = request.entrance
    try:
        signed_in, codes = entrance.enrol(step_token(request), request.POST.get("code", ""), browser_of(request))
    except Unauthenticated:
        return enrol_view(request, "code_wrong", REFUSED)
    except TooManyAttempts:
        return enrol_view(request, "too_many_text", TOO_MANY)
    response = codes_page(request, codes, after_sign_in(request, request.POST.get("next", "")))
    response.headerlist.extend(headers_of(request, signed_in))
    return response


def codes_page(request: Request, codes: list[str], then: str) -> Response:
    """The recovery codes, shown this once."""
    text = messages_of(request).text
    page = step_page(request, "codes", text("codes_recovery"), text("codes_keep"))
    page = replace(page, next=then, codes=tuple(codes), download=codes_file(codes))
    return answer(request, page, page.frame.locale)


def depart_view(request: Request) -> Response:
    """Go to an identity provider."""
    provider = request.matchdict["provider"]
    try:
        address, headers = depart(request, provider, after_sign_in(request, request.GET.get("next", "")))
    except TooManyAttempts:
        return provider_answer(request, "too_many_text", TOO_MANY)
    except ProviderUnreachable:
        return provider_answer(request, "provider_unreachable", UNAVAILABLE)
    response = go_to(address)
    response.headerlist.extend(headers)
    return response


def arrive_view(request: Request) -> Response:
    """Come back from an identity provider."""
    try:
        returned = arrive(request, request.GET)
    except ProviderRefused:
        return provider_answer(request, "provider_refused", REFUSED)
    except NoAccount:
        return provider_answer(request, "provider_no_account", FORBIDDEN)
    except ProviderUnreachable:
        return provider_answer(request, "provider_unreachable", UNAVAILABLE)
    if returned.signed_in is not None:
        return welcome(request, returned.signed_in, returned.headers, returned.then)
    response = go_to(after_sign_in(request, returned.then))
    response.headerlist.extend(returned.headers)
    return response


def provider_answer(request: Request, refusal: str, status: int) -> Response:
    """The page that signs in, with the reason why the provider's word did not do."""
    name = {each: label for each, label, _ in provider_links(request)}.get(request.matchdict["provider"])
    if name is None:
        raise NotFound("there is no such identity provider", hint="choose one of those that are offered")
    return sign_in_answer(request, "", refusal=messages_of(request).text(refusal, name=name), status=status)


def sign_out_there_view(request: Request) -> Response:
    """Go to the provider's own page that signs out, where it has one."""
    return go_to(sign_out_address(request, request.matchdict["provider"]) or f"/{request.affiliate}/sign-in")


def step_page(request: Request, kind: StepKind, title: str, text: str, address: str = "") -> StepPage:
    """One step around signing in, in the frame of people who are not signed in; what else it shows is put into it."""
    model = request.runtime.model
    around = frame(model, request.locale, theme_of(request), ())
    here = affiliate_choice(model, request.locale, is_current=True)
    return StepPage(around, here, kind, title, text, address, request.csrf_token)

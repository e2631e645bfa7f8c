"""A stand-in for the screens: pages that show what they are given, for tests of what surrounds every page."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED

from sidra.errors import SidraError
from sidra.web.request import Request
from sidra.web.sessions import after_sign_in, sign_in

# WebTest, WSGI and Pyramid ship no types.
Untyped = Any


def includeme(config: Configurator) -> None:
    config.add_route("sign_in", "/{affiliate}/sign-in")
    config.add_view(form, route_name="sign_in", request_method="GET", permission=NO_PERMISSION_REQUIRED)
    config.add_view(enter, route_name="sign_in", request_method="POST", permission=NO_PERMISSION_REQUIRED)
    config.add_route("home", "/{affiliate}/")
    config.add_view(home, route_name="home")
    config.add_route("broken", "/{affiliate}/broken")
    config.add_view(broken, route_name="broken", permission=NO_PERMISSION_REQUIRED)


def form(request: Request) -> Untyped:
    return Response(text=request.csrf_token, content_type="text/plain")


def enter(request: Request) -> Untyped:
    try:
        _, headers = sign_in(request, request.POST.get("username", ""), request.POST.get("password", ""))
    except SidraError as error:
        return Response(text=error.code, status=403, content_type="text/plain")
    return HTTPSeeOther(after_sign_in(request, request.POST.get("next", "")), headers=headers)


def home(request: Request) -> Untyped:
    text = f"{request.actor.name} {request.locale} {request.csrf_token}"
    return Response(text=text, content_type="text/plain")


def broken(request: Request) -> Untyped:
    raise RuntimeError("the customer Awa Ndiaye is secret")

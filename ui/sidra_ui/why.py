"""Why somebody sees what she sees, and why not more."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.actor import Actor
from sidra.access.functions import ADMINISTER
from sidra.access.why import why
from sidra.errors import NotFound
from sidra.web.request import Request
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of, page_answer
from sidra_ui.presenting.access.why import AS, why_page

ID = "{id:[0-9a-f-]{36}}"


def includeme(config: Configurator) -> None:
    """The page that says why, for records of an entity and for one of them."""
    add_page(config, "why_entity", f"/{ENTITY}/why", why_view)
    add_page(config, "why", f"/{ENTITY}/{ID}/why", why_view)


def why_view(request: Request) -> Response:
    """Why: the rules that decide, in words that are the same whether or not there is a record at the address.

    An administrator may ask for somebody else, and is told whether the rules hold for the record.
    """
    desk, entity = desk_of(request), entity_of(request)
    may_ask = desk.records.profile.may_use(ADMINISTER)
    login = request.GET.get(AS, "").strip() if may_ask else ""
    actor = person(request, login) if login else desk.records.actor
    id = request.matchdict.get("id")
    record = desk.records.find(entity, id) if id else None
    kind = record.entity if record is not None else entity
    found = why(desk.records.runtime, actor, kind, record.id if login and record is not None else None)
    address = desk.addresses.record(entity, id, "why") if id else desk.addresses.page(entity, "why")
    return page_answer(request, desk, why_page(desk, found, address, login=login, may_ask=may_ask))


def person(request: Request, login: str) -> Actor:
    """The person with a login; raises NotFound."""
    account = request.entrance.accounts.find(login)
    if account is None:
        raise NotFound("there is no account with this login", hint="see the list of accounts")
    return account.actor(request.affiliate)

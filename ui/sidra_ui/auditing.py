"""The audit: administrators look up who did what."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.access.functions import AUDIT
from sidra.audit.browsing import AuditEntries, cursor
from sidra.errors import Forbidden
from sidra.web.request import Request
from sidra_ui.pages import add_page, desk_of, page_answer
from sidra_ui.presenting.access.auditing import audit_page, wanted_of
from sidra_ui.presenting.frame.shell import AUDIT_LOG


def includeme(config: Configurator) -> None:
    """The page of the audit."""
    add_page(config, "audit", f"/{AUDIT_LOG}", audit_view)


def audit_view(request: Request) -> Response:
    """Who did what, narrowed by what the address says; raises Forbidden and BadQuery."""
    desk = desk_of(request)
    if not desk.records.profile.may_use(AUDIT):
        raise Forbidden("you may not look into the audit", hint=f"ask for a role with the function `{AUDIT}`")
    given = {name: text.strip() for name, text in request.GET.items() if text.strip()}
    found = AuditEntries(request.runtime.store).page(wanted_of(desk, given), before=cursor(given.get("before", "")))
    return page_answer(request, desk, audit_page(desk, found, given, request.entrance.accounts.list()))

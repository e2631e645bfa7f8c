"""Comments on a record: reading, writing, changing, taking back."""

from __future__ import annotations

from pyramid.config import Configurator
from pyramid.response import Response

from sidra.comments.service import edit_comment, remove_comment, write_comment
from sidra.errors import Conflict, Invalid
from sidra.records.record import Record
from sidra.web.request import Request
from sidra_ui.faults import is_fragment
from sidra_ui.pages import add_page, desk_of, fragment_answer, go_to, page_answer
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.records.commenting import BEFORE, COMMENTS, comments_view, mention_options
from sidra_ui.presenting.records.record import record_page
from sidra_ui.records import RECORD, REFUSED, record_of

ONE = f"{RECORD}/{COMMENTS}/{{comment:[0-9a-f-]{{36}}}}"
MAX_TYPED = 60


def includeme(config: Configurator) -> None:
    """The comments of each record."""
    add_page(config, "comments", f"{RECORD}/{COMMENTS}", comments_page_view)
    add_page(config, "comment", f"{RECORD}/{COMMENTS}", comment_view, methods=("POST",))
    add_page(config, "comment_edit", ONE, edit_view, methods=("POST",))
    add_page(config, "comment_remove", f"{ONE}/remove", remove_view, methods=("POST",))
    add_page(config, "mentions", f"{RECORD}/mentions", mentions_view)


def comments_page_view(request: Request) -> Response:
    """The comments, in the page that stands or on the page of the record."""
    desk = desk_of(request)
    return shown(request, desk, record_of(request, desk))


def shown(request: Request, desk: Desk, record: Record, text: str = "", error: str = "") -> Response:
    """The comments as they are now; `text` is what was refused, and `error` why."""
    view = comments_view(desk, record, request.GET.get(BEFORE, ""), text, error)
    if is_fragment(request):
        return fragment_answer(request, desk, view)
    return page_answer(request, desk, record_page(desk, record, comments=view), REFUSED if error else 200)


def done(request: Request, desk: Desk, record: Record) -> Response:
    """The comments after one was written, changed or taken back."""
    if is_fragment(request):
        return shown(request, desk, record)
    return go_to(f"{desk.addresses.record(record.entity, record.id)}#{COMMENTS}")


def comment_view(request: Request) -> Response:
    """Keep a comment, or say what is wrong with it."""
    desk = desk_of(request)
    record, text = record_of(request, desk), request.POST.get("text", "")
    try:
        write_comment(desk.records, record.entity, record.id, text)
    except Invalid as refusal:
        return shown(request, desk, record, text=text, error=refusal.problems[0].message)
    return done(request, desk, record)


def edit_view(request: Request) -> Response:
    """Give a comment another text; where it is too late, the page says so."""
    desk = desk_of(request)
    record, text = record_of(request, desk), request.POST.get("text", "")
    try:
        edit_comment(desk.records, record.entity, record.id, request.matchdict["comment"], text)
    except Invalid as refusal:
        return shown(request, desk, record, text=text, error=refusal.problems[0].message)
    except Conflict:
        late = desk.messages.text("comment_late")
        return shown(request, desk, record, text=text, error=late)
    return done(request, desk, record)


def remove_view(request: Request) -> Response:
    """Take a comment back; where it is too late, the page says so."""
    desk = desk_of(request)
    record = record_of(request, desk)
    try:
        remove_comment(desk.records, record.entity, record.id, request.matchdict["comment"])
    except Conflict:
        return shown(request, desk, record, error=desk.messages.text("comment_late"))
    return done(request, desk, record)


def mentions_view(request: Request) -> Response:
    """Colleagues for the beginning of a name."""
    desk = desk_of(request)
    typed = request.GET.get("q", "").strip()[:MAX_TYPED]
    return fragment_answer(request, desk, mention_options(desk, record_of(request, desk), typed))

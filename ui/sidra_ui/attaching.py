"""Files in attributes of records: brought while a form is filled in, shown, and given out."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote

import orjson
from pyramid.config import Configurator
from pyramid.response import Response

from sidra.errors import Invalid, NotFound
from sidra.files.service import MEGABYTE, File, bring, give, given_back
from sidra.web.request import Request
from sidra_metamodel.kinds.entity import MAX_MEGABYTES
from sidra_ui.lists import ENTITY, entity_of
from sidra_ui.pages import add_page, desk_of
from sidra_ui.records import RECORD, REFUSED, record_of

NAME = "{name:[a-z][a-z0-9_]*}"
UPLOAD = f"/{ENTITY}/upload/{NAME}"
FORM_BYTES = 64 * 1024
"""What a form has around its file."""
PREVIEW = "preview"
"""In the address of a picture: that it is shown in its record, not given out."""
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""A file that is opened can do nothing: it runs no script, sends no form and loads nothing."""
OPENED = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"})
"""What a browser shows by itself; everything else is saved."""


def includeme(config: Configurator) -> None:
    """Where files come in, and where they are."""
    add_page(config, "bring", UPLOAD, bring_view, methods=("POST",))
    add_page(config, "brought", f"{UPLOAD}/{{file:[0-9a-f-]{{36}}}}", brought_view)
    add_page(config, "file", f"{RECORD}/file/{NAME}", file_view)
    config.set_body_limit("bring", MAX_MEGABYTES * MEGABYTE + FORM_BYTES)


def bring_view(request: Request) -> Response:
    """Keep a file for the record that is being entered, and tell its id, or why it is refused."""
    desk, entity = desk_of(request), entity_of(request)
    given = request.form.files.get("file")
    name, content = getattr(given, "filename", None), getattr(given, "file", None)
    if not name or content is None:
        raise NotFound("no file was chosen", hint="choose a file")
    try:
        with closing(content), closing(request.body_file_raw):
            file = bring(desk.records, entity, request.matchdict["name"], str(name), content)
    except Invalid as refusal:
        return plain({"error": refusal.problems[0].message}, REFUSED)
    return plain({"id": file.id})


def plain(found: dict[str, str], status: int = 200) -> Response:
    """What the script of the form reads."""
    return Response(orjson.dumps(found), status=status, content_type="application/json", charset="utf-8")


def brought_view(request: Request) -> Response:
    """A file that the person brought and has not saved yet."""
    desk, place = desk_of(request), request.matchdict
    file, content = given_back(desk.records, entity_of(request), place["name"], place["file"])
    return handed(file, content, is_opened=True)


def file_view(request: Request) -> Response:
    """A file of a record: opened where the browser can do that safely, else saved."""
    desk = desk_of(request)
    record, name = record_of(request, desk), request.matchdict["name"]
    is_preview = PREVIEW in request.GET
    file, content = give(desk.records, record.entity, record.id, name, is_preview=is_preview)
    return handed(file, content, is_opened="save" not in request.GET)


def handed(file: File, content: bytes, *, is_opened: bool) -> Response:
    """A file as an answer, which a browser may show and never run."""
    manner = "inline" if is_opened and file.media_type in OPENED else "attachment"
    response = Response(content, content_type=file.media_type)
    if file.media_type.startswith("text/"):
        response.charset = "utf-8"
    response.headers["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(file.name, safe='')}"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response

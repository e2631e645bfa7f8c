"""Files for the browser: those whose name holds a hash of their content are kept for good."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pyramid.config import Configurator
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.static import static_view

from sidra.web.request import Request

HASHED = re.compile(r"-[0-9a-f]{8,64}\.\w+\Z")
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def includeme(config: Configurator) -> None:
    """`config.add_static_folder("/static", folder)` serves the files of a folder."""
    config.add_directive("add_static_folder", add_static_folder)


def add_static_folder(config: Configurator, prefix: str, folder: Path) -> None:
    """Serve the files below a folder at addresses that begin with a prefix, compressed where `NAME.gz` is beside."""
    files = static_view(str(folder), use_subpath=True, content_encodings=("gzip",))

    def view(context: object, request: Request) -> Any:  # noqa: ANN401 - a WebOb response, which ships no types
        response = files(context, request)
        response.headers["Cache-Control"] = FOR_GOOD if HASHED.search(request.path_info) else ASK_AGAIN
        return response

    name = f"files{prefix}"
    config.add_route(name, f"{prefix}/*subpath", request_method=("GET", "HEAD"))
    config.add_view(view, route_name=name, permission=NO_PERMISSION_REQUIRED)

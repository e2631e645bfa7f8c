"""The log: one line of JSON an event, without personal data."""

from __future__ import annotations

import datetime
import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import orjson
import structlog

if TYPE_CHECKING:
    from sidra.web.visit import Visit

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    """Log from `level` on to the standard error stream; called once when a process starts."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        # The stream of the moment, which is not that of the start where something redirects it.
        logger_factory=lambda *_: structlog.BytesLogger(sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )


def render(_: object, __: str, event: MutableMapping[str, Any]) -> bytes:
    """The line of an event; what is no JSON shows as its type, since its text may hold anything."""
    return orjson.dumps(event, default=lambda value: type(value).__name__)


def frames(error: BaseException) -> list[str]:
    """Where an error was raised, innermost last: `file:line function`; never its text, which may hold values."""
    found = traceback.extract_tb(error.__traceback__)
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in found][-20:]


def log_request(visit: Visit, route: str | None, status: int, seconds: float) -> None:
    """Tell of one request: no address, since what people search for stands in it; no name, since ids tell who acted."""
    known = visit.__dict__
    site, actor = known.get("site"), known.get("visitor")
    line = orjson.dumps(
        {
            "method": visit.environ["REQUEST_METHOD"],
            "route": route,
            "affiliate": site.name if site else None,
            "actor": actor.id if actor else None,
            "status": status,
            "milliseconds": round(seconds * 1000, 2),
            # Only an answer that tells a fault has one.
            "reference": known.get("reference"),
            "event": "request",
            "level": "info",
            "timestamp": datetime.datetime.now(datetime.UTC),
        },
        option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE,
    )
    # In one call, so that lines of several threads do not mix. Through structlog it costs as much as reading a record.
    stream = sys.stderr.buffer
    stream.write(line)
    stream.flush()

"""The log: one line of JSON an event, without personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import PurePath
from typing import Any

import orjson
import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    """Log from `level` on to the standard error stream; called once when a process starts."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        processors=[
            structlog.contextvars.merge_contextvars,
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

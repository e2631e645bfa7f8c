"""Errors on their way out: those that a client can do something about, and those that are ours."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import orjson
import structlog

from sidra.api.faults import fault_body, fault_headers, status_of
from sidra.errors import Busy, SidraError
from sidra.web.answers import Answer
from sidra.web.log import frames

JSON = ("Content-Type", "application/json")
NO_STORE = ("Cache-Control", "no-store")
SERVER_FAULT = 500
"""The least status of what a client can do nothing about."""
FAILING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
"""What a disk does that is full or breaks; the same request works once the operator has mended it."""
PRIMARY = 0xFF
"""The part of SQLite's extended codes that names the kind."""


class Unexpected(SidraError):
    """A fault of ours; what it is stands in the log under its id."""

    code = "R500"


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as a client is told of it."""

    error: SidraError
    status: int
    reference: str = ""
    """The id that the log has; empty for errors that are no fault of ours."""


def is_for_client(error: Exception) -> bool:
    """Whether an error tells a client what to do, and nothing that it must not know."""
    return isinstance(error, SidraError) and (status_of(error) < SERVER_FAULT or error.code == Busy.code)


def fault_of(error: Exception, reference: str) -> Fault:
    """What a client is told; a fault of ours goes into the log, without its text, which may hold values."""
    if isinstance(error, SidraError) and is_for_client(error):
        return Fault(error, status_of(error))
    why = getattr(error, "sqlite_errorname", None)
    structlog.get_logger("sidra.web").error(
        "fault", reference=reference, error=type(error).__name__, why=why, frames=frames(error)
    )
    if getattr(error, "sqlite_errorcode", 0) & PRIMARY in FAILING:
        hint = f"repeat it later; where it stays so, tell the operator this reference: {reference}"
        return Fault(Busy("the store can keep nothing now", hint=hint), status_of(Busy("")), reference)
    hint = f"tell the operator this reference: {reference}"
    return Fault(Unexpected("something went wrong here", hint=hint), SERVER_FAULT, reference)


def json_answer(fault: Fault) -> Answer:
    """The answer to a program."""
    body = orjson.dumps(fault_body(fault.error, fault.reference))
    return Answer(fault.status, [JSON, NO_STORE, *fault_headers(fault.error)], body)


def text_answer(fault: Fault) -> Answer:
    """The answer to a person where no screens are installed."""
    lines = [f"{fault.error.code} {fault.error.reason}", fault.error.hint]
    headers = [("Content-Type", "text/plain; charset=utf-8"), NO_STORE, *fault_headers(fault.error)]
    return Answer(fault.status, headers, "\n".join(line for line in lines if line).encode("utf-8", "replace"))

"""Errors on their way out: those that a client can do something about, and those that are ours."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
import structlog

from sidra.api.faults import PASSING, fault_body, fault_headers, status_of
from sidra.errors import Busy, SidraError
from sidra.store.failures import failure_of, reason_code
from sidra.web.answers import Answer
from sidra.web.log import frames

JSON = ("Content-Type", "application/json")
NO_STORE = ("Cache-Control", "no-store")
SERVER_FAULT = 500
"""The least status of what a client can do nothing about."""


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
    return isinstance(error, SidraError) and (status_of(error) < SERVER_FAULT or error.code in PASSING)


def fault_of(error: Exception, reference: str) -> Fault:
    """What a client is told; a fault of ours, or of a database, goes into the log, without its text and its values."""
    failure = failure_of(error) or error
    cause = error if failure is not error else error.__cause__
    why = reason_code(cause) if cause is not None else ""
    if isinstance(failure, SidraError) and is_for_client(failure) and not why:
        return Fault(failure, status_of(failure))
    structlog.get_logger("sidra.web").error(
        "fault", reference=reference, error=type(cause or error).__name__, why=why or None, frames=frames(error)
    )
    if isinstance(failure, Busy):
        hint = f"{failure.hint or 'repeat it later'}; where it stays so, tell the operator this reference: {reference}"
        return Fault(type(failure)(failure.reason, hint=hint), status_of(failure), reference)
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

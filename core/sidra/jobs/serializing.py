"""What the engine keeps of a piece of work: JSON of ours, and nothing else."""

from __future__ import annotations

from typing import Any

import orjson

from sidra.jobs.errors import JobFailed, Unreadable

FORMAT = "sidra_json"
"""Stands beside each value in the engine's tables; the database refuses rows that have another name there."""
ERROR = "$error"


class JsonSerializer:
    """Writes and reads the engine's values; a class that it cannot write is an error where it is written."""

    def name(self) -> str:
        """The name that stands in the tables."""
        return FORMAT

    def serialize(self, data: object) -> str:
        """Return a value as JSON; an error as its code and its reason."""
        if isinstance(data, BaseException):
            failed = as_failure(data)
            data = {ERROR: [failed.code, failed.reason]}
        return orjson.dumps(data).decode()

    # What stands in a row has the type that was written there.
    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
        """Return a value as it was written; raises Unreadable for text that we did not write."""
        try:
            value = orjson.loads(serialized_data)
        except ValueError:
            raise refusal() from None
        if isinstance(value, dict) and value.keys() == {ERROR}:
            code, reason = value[ERROR]
            return JobFailed(str(reason), code=str(code))
        return value


def as_failure(error: BaseException) -> JobFailed:
    """Return an error as it is kept; one that is not ours loses its text, which may hold values."""
    if isinstance(error, JobFailed):
        return error
    return JobFailed(f"it ended by an unforeseen {type(error).__name__}", hint="the log of the worker names the place")


def refusal() -> Unreadable:
    """Return what is told of a row that we did not write."""
    hint = "somebody else wrote into the database of durable work: find out who, before the row is deleted"
    return Unreadable("a row of the database of durable work is in another form than ours", hint=hint)


def refuse_pickles() -> None:
    """Let the engine read no pickles, which run code when they are read, wherever it asks for one by its name."""
    from dbos._serialization import DefaultSerializer

    def refuse(*_: object) -> Any:  # noqa: ANN401 - a value of the library's, or JSON of the caller's
        raise refusal()

    DefaultSerializer.serialize = refuse  # type: ignore[method-assign, assignment]
    DefaultSerializer.deserialize = refuse  # type: ignore[method-assign, assignment]

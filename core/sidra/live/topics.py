"""Topics: what may be looked at, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sidra.queues.serving import may_watch

if TYPE_CHECKING:
    from sidra.records.service import Records

ACCOUNT, RECORD, QUEUE, JOB = "account", "record", "queue", "job"
MOST = 20
"""Of one tab."""
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAME = r"[a-z][a-z0-9_]{0,62}"
_TOPIC = re.compile(rf"account:{_ID}|record:{_NAME}:{_ID}|queue:{_NAME}|job:[A-Za-z0-9_:.-]{{1,120}}")


def is_topic(text: str) -> bool:
    """Tell whether a text has the form of a topic."""
    return _TOPIC.fullmatch(text) is not None


def key_of_topic(topic: str) -> str:
    """Return what signals are compared by: a record is the same by whichever of its entities it is asked for."""
    kind, _, rest = topic.partition(":")
    return f"{RECORD}:{rest.rpartition(':')[2]}" if kind == RECORD else topic


def allowed(records: Records, topics: Iterable[str]) -> Mapping[str, str]:
    """Return those of the topics that a person may look at now, by their keys; the others are left out."""
    wanted = dict.fromkeys(topic for topic in topics if is_topic(topic))
    return {key_of_topic(topic): topic for topic in list(wanted)[:MOST] if may_look(records, topic)}


def may_look(records: Records, topic: str) -> bool:
    """Tell whether a person may be told of a topic: their own, a record or queue that they work with.

    Whoever knows the id of a job, which cannot be guessed, was given it.
    """
    kind, _, rest = topic.partition(":")
    if kind == ACCOUNT:
        return rest == records.actor.id
    if kind == RECORD:
        entity, _, id = rest.partition(":")
        return records.find(entity, id) is not None
    if kind == QUEUE:
        return may_watch(records, rest)
    return True

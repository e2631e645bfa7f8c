"""Who was erased, kept beside the databases: a backup that is restored has these people again, and they go anew."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from sidra.errors import Misconfigured, NotFound
from sidra.privacy.erasing import ACTION, erase, last_erasure
from sidra.privacy.surveying import Erasure
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.prepared import Prepared, given

if TYPE_CHECKING:
    from sidra.access.actor import Actor
    from sidra.runtime import Runtime

FOLDER = "erased"
MODE = 0o600


@dataclass(frozen=True, slots=True)
class Erased:
    """One person who was erased: by the id of their record, which tells nothing of them."""

    id: str
    reason: str
    at: datetime.datetime


def ledger_file(home: Path, affiliate: str) -> Path:
    """Return the file that has who was erased at an affiliate."""
    return home / FOLDER / f"{affiliate}.jsonl"


def keep_erased(file: Path, erased: Erased) -> None:
    """Add a person to the file; raises Misconfigured where it cannot be written."""
    line = orjson.dumps({"id": erased.id, "reason": erased.reason, "at": erased.at.isoformat()})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
        with os.fdopen(descriptor, "ab") as stream:
            stream.write(line + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        reason = f"{file.name}, which keeps who is erased, cannot be written: {error.strerror}"
        raise Misconfigured(reason, hint=f"see the rights of {file}, and erase once more") from error


def kept_erased(file: Path) -> list[Erased]:
    """Return who was erased, the first first, each once; none where there is no file. Raises Misconfigured."""
    try:
        lines = file.read_bytes().splitlines()
        found = (_erased(line) for line in lines if line.strip())
        return list({one.id: one for one in found}.values())
    except FileNotFoundError:
        return []
    except (OSError, AttributeError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"{file.name} cannot be read", hint=f"restore {file} from its backup") from error


def erase_again(
    runtime: Runtime, file: Path, *, actor: Actor, dry_run: bool = False
) -> Iterator[tuple[Erased, Erasure]]:
    """Erase anew whom the store has again, as after a backup of before was restored; yield who that was.

    What was decided then is done, also where the store of before has something that is open. Raises Misconfigured.
    """
    for person in kept_erased(file):
        if _is_erased(runtime, person.id):
            continue
        try:
            done = erase(runtime, person.id, actor=actor, reason=person.reason, even_held=True, dry_run=dry_run)
        except NotFound:
            continue
        yield person, done


def _is_erased(runtime: Runtime, id: str) -> bool:
    """Tell whether the audit of a store, as it is now, has that a person was erased, and nothing of that is left."""
    last = last_erasure(runtime, id)
    if last is not None and not last.is_done:
        return False
    entry = runtime.audit_tables.entry
    is_told = entry.c.record_id == given("id"), entry.c.action == ACTION
    find = Prepared(runtime.store, sa.select(entry.c.sequence).where(*is_told).limit(1))
    return find.one(id=id_bytes(id)) is not None


def _erased(line: bytes) -> Erased:
    found = orjson.loads(line)
    return Erased(id_text(id_bytes(found["id"])), str(found["reason"]), datetime.datetime.fromisoformat(found["at"]))

"""Files written so that either all of them are changed or none is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.promoting.proposal import FileChange

_ASIDE: Final = ".sidra-new"
_FORMER: Final = ".sidra-old"


class NotWritten(SidraError):
    """A file cannot be written; all are as they were."""

    code = "E286"


def write_all(changes: Sequence[FileChange]) -> None:
    """Write files aside, then put all in their places; raises NotWritten, after which every file is as it was."""
    aside: list[Path] = []
    done: list[FileChange] = []
    try:
        for change in changes:
            _demand_unchanged(change)
            if change.after is not None:
                aside.append(_write_aside(change))
        for change in changes:
            done.append(change)
            _put(change)
    except OSError as error:
        for one in reversed(done):
            _put_back(one)
        raise NotWritten(
            f"{error.filename or change.shown}: {error.strerror or error}",
            hint="nothing was changed; let this user write there, then do the same again",
        ) from error
    finally:
        for path in aside:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    for change in changes:
        _beside(change.path, _FORMER).unlink(missing_ok=True)


def _demand_unchanged(change: FileChange) -> None:
    """Refuse to overwrite what somebody else has written since it was read."""
    now = change.path.read_bytes().decode() if change.path.exists() else None
    if now != change.before:
        raise NotWritten(
            f"{change.shown}: somebody else has changed it meanwhile", hint="nothing was changed; do the same again"
        )


def _write_aside(change: FileChange) -> Path:
    path = _beside(change.path, _ASIDE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write((change.after or "").encode())
        file.flush()
        os.fsync(file.fileno())
    if change.before is not None:
        path.chmod(change.path.stat().st_mode & 0o777)
    return path


def _put(change: FileChange) -> None:
    if change.before is not None:
        # A link to the old text brings it back, whatever becomes of its name.
        former = _beside(change.path, _FORMER)
        former.unlink(missing_ok=True)
        os.link(change.path, former)
    if change.after is not None:
        _beside(change.path, _ASIDE).replace(change.path)
    else:
        change.path.unlink()


def _put_back(change: FileChange) -> None:
    former = _beside(change.path, _FORMER)
    if change.before is None:
        change.path.unlink(missing_ok=True)
    elif former.exists():
        former.replace(change.path)
        # Where the two are links to one file still, the system leaves both.
        former.unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    # Hidden, so that nobody who reads the folder meanwhile takes it for a file of the layer.
    return path.with_name(f".{path.name}{ending}")

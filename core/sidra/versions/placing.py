"""Several files in place of others, all or none: also when the program is killed in between."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sidra.errors import SidraError
from sidra_metamodel.versions.standing import FILES, READY, is_unfinished

Texts = Mapping[Path, str | None]
"""New texts by file; None for one that goes."""

_DRAFT: Final = ".sidra-draft"


class Unplaced(SidraError):
    """Files could not be written; what stood there stands there."""

    code = "R760"


def place(folder: Path, texts: Texts) -> None:
    """Bring files below a folder to their new texts; raises Unplaced, and then nothing has changed."""
    draft, ready = folder / _DRAFT, folder / READY
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        names: dict[str, str | None] = {}
        for number, (file, text) in enumerate(sorted(texts.items())):
            names[file.relative_to(folder).as_posix()] = str(number) if text is not None else None
            if text is not None:
                _write(draft / str(number), text.encode())
        _write(draft / FILES, json.dumps(names).encode())
        draft.rename(ready)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        reason = f"{folder.name} cannot be written: {error.strerror or error}"
        raise Unplaced(reason, hint="see the rights and the free space of the folder; nothing was changed") from error
    finish(folder)


def finish(folder: Path) -> bool:
    """Bring files into their places that a killed program left beside them; return whether there were any."""
    ready = folder / READY
    if not is_unfinished(folder):
        return False
    try:
        names = json.loads((ready / FILES).read_bytes())
        for name, number in names.items():
            file = folder / name
            if number is None:
                file.unlink(missing_ok=True)
            elif (ready / number).exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                (ready / number).replace(file)
        shutil.rmtree(ready)
    except (OSError, ValueError) as error:
        reason = f"an upgrade of {folder.name} is half done: {error}"
        raise Unplaced(reason, hint=f"mend what hinders it and run it again; the files wait in {READY}") from error
    return True


def waiting(folder: Path) -> Mapping[Path, bytes | None]:
    """Return the files that a killed program left beside those of a folder: what each is to hold, None for one to go.

    They are decided, so that whoever reads the folder reads them in the place of its own. None where they cannot be
    read, which `finish` tells.
    """
    ready = folder / READY
    try:
        names = json.loads((ready / FILES).read_bytes()) if is_unfinished(folder) else {}
        return {
            folder / name: (ready / number).read_bytes() if number is not None else None
            for name, number in names.items()
            if number is None or (ready / number).exists()
        }
    except (OSError, ValueError):
        return {}


def _write(file: Path, data: bytes) -> None:
    with file.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())

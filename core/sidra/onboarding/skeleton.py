"""The folder of a new affiliate: made beside its place, and moved there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sidra_metamodel.diagnostics import SidraError


class FolderTaken(SidraError):
    """The place of a new affiliate is not free."""

    code = "R196"


def write_whole(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files by their paths into a new folder; raises FolderTaken, or OSError with nothing left behind."""
    refuse_taken(folder)
    with _aside(folder) as made:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        made.rename(folder)


def refuse_taken(folder: Path) -> None:
    """Raise FolderTaken where a folder of an affiliate cannot be made."""
    if folder.exists():
        hint = "go on in it by hand, name another folder with `--out`, or move it away first"
        raise FolderTaken(f"there is something at {folder} already", hint=hint)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a folder on the same disk in which no layer is looked for; it is gone behind."""
    parents = [one for one in folder.parents if not one.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The layers of a folder are those one level below it.
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        made = aside / folder.name
        made.mkdir()
        yield made
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        for one in parents:
            one.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)

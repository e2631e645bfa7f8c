"""What a version of the baseline consists of: its files by path, with the hash of each, in `manifest.json`."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sidra_metamodel.suggest import listed

MANIFEST: Final = "manifest.json"
VERSION: Final = re.compile(r"\d{1,9}\.\d{1,9}\.\d{1,9}")
"""A version of the baseline, as affiliates are pinned to it and its folder is called."""
_OF_THE_PACKAGE: Final = (".py", ".pyc", "py.typed")
"""Endings of what makes a folder a Python package, which a baseline need not be."""


class BrokenManifest(Exception):
    """A text that is no manifest."""


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are in order."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def versions_in(folder: Path) -> tuple[str, ...]:
    """Return the versions that have a folder, the oldest first."""
    try:
        found = [entry.name for entry in os.scandir(folder) if entry.is_dir() and VERSION.fullmatch(entry.name)]
    except OSError:
        return ()
    return tuple(sorted(found, key=numbers))


def files_of(folder: Path) -> Mapping[str, Path]:
    """Return the files of a baseline by their paths below its folder, sorted; links are named like files."""
    return dict(sorted(_files(folder, "")))


def _files(folder: Path, before: str) -> Iterator[tuple[str, Path]]:
    for entry in os.scandir(folder):
        if entry.name[0] == "." or entry.name == "__pycache__":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{before}{entry.name}/")
        elif not entry.name.endswith(_OF_THE_PACKAGE) and before + entry.name != MANIFEST:
            yield before + entry.name, Path(entry.path)


def digest(data: bytes) -> str:
    """Return the hash of a file, as a manifest has it."""
    return hashlib.sha256(data).hexdigest()


def manifest(version: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of files by their paths."""
    hashes = {path: digest(data) for path, data in sorted(files.items())}
    return (json.dumps({"version": version, "files": hashes}, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(data: bytes) -> tuple[str, Mapping[str, str]]:
    """Return the version and the hashes of a manifest; raises BrokenManifest for anything else."""
    try:
        said = json.loads(data)
    except ValueError as error:
        raise BrokenManifest("it is no JSON") from error
    files = said.get("files") if isinstance(said, dict) else None
    if not isinstance(files, dict) or not isinstance(said.get("version"), str):
        raise BrokenManifest("it has no `version` and `files`")
    if not all(isinstance(found, str) for found in files.values()):
        raise BrokenManifest("a hash is no text")
    return said["version"], files


def fault_of(folder: Path, version: str) -> str:
    """Return what is wrong with the folder of a version, in a sentence; nothing for one that is as it was packed."""
    try:
        said, hashes = read_manifest((folder / MANIFEST).read_bytes())
        there = files_of(folder)
        if said != version:
            return f"its manifest is of {said}"
        missing, more = sorted(hashes.keys() - there.keys()), sorted(there.keys() - hashes.keys())
        if missing or more:
            return f"{listed(missing)} is missing" if missing else f"{listed(more)} does not belong to it"
        return next((f"`{path}` was changed" for path in there if not _is(there[path], hashes[path])), "")
    except OSError as error:
        return f"{Path(str(error.filename or folder)).name} cannot be read ({error.strerror})"
    except BrokenManifest as error:
        return f"{MANIFEST} cannot be read ({error})"


def _is(file: Path, wanted: str) -> bool:
    return not file.is_symlink() and digest(file.read_bytes()) == wanted

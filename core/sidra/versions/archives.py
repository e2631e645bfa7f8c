"""Baselines as one file, and as a folder of the data folder: packed with their hashes, taken only whole."""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from sidra.errors import SidraError
from sidra.settings import Settings
from sidra_metamodel.suggest import listed
from sidra_metamodel.versions.manifest import (
    MANIFEST,
    VERSION,
    BrokenManifest,
    digest,
    files_of,
    manifest,
    read_manifest,
)

MAX_BYTES: Final = 100_000_000
"""Of a baseline unpacked, so that no archive fills a disk."""
_LAYER: Final = "layer.yaml"

Contents = Mapping[str, bytes]
"""Files by their paths, without the manifest."""


class BadBaseline(SidraError):
    """A baseline cannot be packed or taken."""

    code = "R762"


def pack(folder: Path, version: str) -> bytes:
    """Return a baseline as an archive with a manifest: the same files give the same bytes."""
    contents = _of_folder(folder)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for path, data in {MANIFEST: manifest(_checked(version), contents), **contents}.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def add(settings: Settings, source: Path, version: str, installed: str) -> tuple[str, bool]:
    """Put a baseline from an archive or a folder beside the others; return its version, and whether it is new.

    version: that of a folder without a manifest; installed: that of the installed one. Raises BadBaseline, and then
    nothing has changed.
    """
    contents, said = (_of_folder(source), _said(source)) if source.is_dir() else _of_archive(source)
    found = _verified(contents, said, version)
    _demand_layer(source, contents)
    place = settings.baselines / found
    wanted = manifest(found, contents)
    known = [_said(place), manifest(found, _of_folder(settings.baseline)) if found == installed else None]
    if any(one not in {None, wanted} for one in known):
        reason = f"there is another baseline {found}"
        raise BadBaseline(reason, hint="what is changed is another version; give it another number")
    is_new = not place.exists()
    _write(place, contents, wanted)
    return found, is_new


def _write(place: Path, contents: Contents, wanted: bytes) -> None:
    """Write a version aside, then let it take its place; what is damaged there is replaced."""
    draft = place.with_name(f".{place.name}")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        for path, data in {**contents, MANIFEST: wanted}.items():
            file = draft / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        if place.exists():
            shutil.rmtree(place)
        draft.rename(place)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise BadBaseline(
            f"{place} cannot be written: {error.strerror}", hint="see its rights and free space"
        ) from error


def _of_folder(folder: Path) -> Contents:
    files = files_of(folder)
    _demand_layer(folder, files)
    links = [path for path, file in files.items() if file.is_symlink() or not file.is_file()]
    if links:
        raise BadBaseline(f"{listed(links)} is no plain file", hint="copy the file itself there")
    return {path: file.read_bytes() for path, file in files.items()}


def _demand_layer(source: Path, paths: Iterable[str]) -> None:
    if _LAYER not in paths:
        raise BadBaseline(f"{source} holds no baseline", hint=f"it has a `{_LAYER}` of the level `group`")


def _said(folder: Path) -> bytes | None:
    return (folder / MANIFEST).read_bytes() if (folder / MANIFEST).is_file() else None


def _of_archive(file: Path) -> tuple[Contents, bytes | None]:
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    try:
        with tarfile.open(file, "r:*") as tar:
            for entry in tar:
                left -= max(entry.size, 0)
                path = _safe(entry, left)
                found[path] = (tar.extractfile(entry) or io.BytesIO()).read()
    except (tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        # Where no way of packing fits, tarfile tells of each on a line of its own.
        reason = f"{file.name} is no archive of a baseline: {str(error).partition(':')[0]}"
        raise BadBaseline(reason, hint="see `sidra baseline pack`") from error
    said = found.pop(MANIFEST, None)
    if said is None:
        raise BadBaseline(f"{file.name} has no {MANIFEST}", hint="pack it with `sidra baseline pack`")
    return found, said


def _safe(entry: tarfile.TarInfo, left: int) -> str:
    """Return the path of a file in an archive that leads out of nowhere; raises BadBaseline for any other."""
    path = PurePosixPath(entry.name)
    if not entry.isreg() or path.is_absolute() or ".." in path.parts or "\\" in entry.name or ":" in entry.name:
        reason = f"the archive holds `{entry.name}`, which is no plain file below its folder"
        raise BadBaseline(reason, hint="ask those who sent it; nothing of it was taken")
    if left < 0:
        raise BadBaseline(f"the archive is larger than {MAX_BYTES:,} bytes", hint="ask those who sent it")
    return path.as_posix()


def _verified(contents: Contents, said: bytes | None, version: str) -> str:
    """Return the version of contents that are what their manifest says."""
    if said is None:
        return _checked(version)
    try:
        found, hashes = read_manifest(said)
    except BrokenManifest as error:
        raise BadBaseline(f"{MANIFEST} cannot be read: {error}", hint="ask those who sent it") from error
    wrong = sorted(path for path in hashes.keys() | contents.keys() if not _is(contents, hashes, path))
    if wrong:
        reason = f"{listed(wrong)} is not what was packed"
        raise BadBaseline(reason, hint="send it again, or ask those who sent it; nothing of it was taken")
    return _checked(found)


def _is(contents: Contents, hashes: Mapping[str, str], path: str) -> bool:
    return path in contents and digest(contents[path]) == hashes.get(path)


def _checked(version: str) -> str:
    if not VERSION.fullmatch(version):
        reason = f"`{version}` is no version of a baseline" if version else "the baseline has no version"
        raise BadBaseline(reason, hint=f"let its {_LAYER} say `version: 1.3.0`")
    return version

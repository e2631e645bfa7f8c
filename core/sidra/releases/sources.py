"""The files that a configuration is made of, kept by the hash of what they say, and unpacked to be read again."""

from __future__ import annotations

import os
import shutil
import uuid
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final

import orjson

from sidra.releases.errors import Damaged
from sidra.versions.placing import waiting
from sidra_metamodel.layering.layers import GROUP, PACK, LayerStack

DIGEST_BYTES: Final = 32
"""So many that nobody can make other files with the same digest."""
MOST_BYTES: Final = 1_000_000
"""Of one file: no larger one is configuration."""
TRIES: Final = 5
"""How often files are put in their place while others do the same."""
BASELINES: Final = "_baselines"
"""Below the folder of releases, what affiliates share; no affiliate's name begins so."""
GROUP_FOLDER: Final = ("baseline", "sidra_baseline")
GRANTED: Final = "granted"
"""Among an affiliate's own files, what the group waives and bounds where its baseline is of another version."""
NOTED: Final = "baseline.txt"
"""Says which version that is: also where the group waives and bounds nothing any more."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files by their paths, relative to the folder that they are unpacked to."""

    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The hash of what they say."""
        return blake2b(orjson.dumps(dict(sorted(self.files.items()))), digest_size=DIGEST_BYTES).hexdigest()

    def packed(self) -> bytes:
        """Return them as one value for a database."""
        return zlib.compress(orjson.dumps(dict(sorted(self.files.items()))), 6)

    @staticmethod
    def unpacked(content: bytes, digest: str) -> Bundle:
        """Return files as they were packed; raises Damaged where they are not what the digest says."""
        try:
            files = orjson.loads(zlib.decompress(content))
            found = Bundle({str(path): str(text) for path, text in files.items()})
        except (zlib.error, ValueError, AttributeError) as error:
            raise _damaged(digest) from error
        if found.digest != digest:
            raise _damaged(digest)
        return found


def _damaged(digest: str) -> Damaged:
    return Damaged(f"the files `{digest}` are not what was released", hint="restore them from a backup")


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one configuration: those of the baseline, and those of the layers above it."""

    below: Bundle
    own: Bundle


def sources_of(stack: LayerStack) -> Sources:
    """Return the files that the layers of an affiliate stand in, and those by which the group bounds them."""
    below: dict[str, str] = {}
    own: dict[str, str] = dict(_granted(stack))
    for folder in stack.folders:
        if folder.rank == GROUP:
            below.update(_read(folder.path, PurePosixPath(*GROUP_FOLDER)))
        elif folder.rank > PACK:
            own.update(_decided(folder.path, PurePosixPath("affiliates", folder.path.name)))
    return Sources(Bundle(below), Bundle(own))


def _granted(stack: LayerStack) -> Iterator[tuple[str, str]]:
    """Yield the waivers and ceilings of the installed baseline, for layers that stand on another version of it."""
    if stack.granted_by is None:
        return
    yield f"{GRANTED}/{NOTED}", f"{stack.granted_by}\n"
    for kind, name, node in stack.grants:
        yield f"{GRANTED}/{kind}/{name}.yaml", node.source.text


def _decided(folder: Path, to: PurePosixPath) -> Mapping[str, str]:
    """Return the files of a layer as it is read, which a stopped upgrade has not all put in their places."""
    found = dict(_read(folder, to))
    for file, data in waiting(folder).items():
        name = str(to / file.relative_to(folder).as_posix())
        found.pop(name, None)
        found |= {name: data.decode()} if data is not None else {}
    return found


def _read(folder: Path, to: PurePosixPath) -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith(".") or file.suffix == ".py" or file.stat().st_size > MOST_BYTES:
                continue
            try:
                text = file.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            yield str(to / file.relative_to(folder).as_posix()), text


def is_whole(folder: Path, digest: str) -> bool:
    """Tell whether a folder holds the files that a digest says: each of them, and no other."""
    try:
        return folder.is_dir() and Bundle(dict(_read(folder, PurePosixPath()))).digest == digest
    except OSError:
        return False


def unpack(bundle: Bundle, folder: Path) -> None:
    """Write files to a folder, which is there whole or not at all; one that holds other files gives way.

    Raises Damaged where it cannot be put there.
    """
    if is_whole(folder, bundle.digest):
        return
    aside = _aside(folder)
    for path, text in bundle.files.items():
        file = aside / PurePosixPath(path)
        if not file.resolve().is_relative_to(aside.resolve()):
            raise _damaged(bundle.digest)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    aside.mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        _replace(folder, aside, bundle.digest)
        if is_whole(folder, bundle.digest):
            break
    else:
        raise Damaged(f"{folder} cannot be written", hint="see its rights and the free space")
    shutil.rmtree(aside, ignore_errors=True)


def _replace(folder: Path, aside: Path, digest: str) -> None:
    """Let files take their place; others may do the same at once, and what they put there is as good."""
    gone = _aside(folder)
    with suppress(OSError):
        if folder.is_dir() and not is_whole(folder, digest):
            folder.rename(gone)
        aside.rename(folder)
    shutil.rmtree(gone, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Return a name beside a folder that nobody else has: two threads of one process may unpack the same."""
    return folder.with_name(f".{uuid.uuid4().hex}")


def baseline_folder(home: Path, digest: str) -> Path:
    """Return where the baseline of releases is unpacked to: one folder for all affiliates that have the same."""
    return home / "releases" / BASELINES / digest


def release_folder(home: Path, affiliate: str, own: str) -> Path:
    """Return where the layers of an affiliate's release are unpacked to, by the digest of their files."""
    return home / "releases" / affiliate / own

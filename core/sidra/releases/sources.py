"""The files that a configuration is made of, kept by the hash of what they say, and unpacked to be read again."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Final

import orjson

from sidra.releases.errors import Damaged
from sidra_metamodel.layering.layers import GROUP, PACK, LayerStack

DIGEST_BYTES: Final = 16
MOST_BYTES: Final = 1_000_000
"""Of one file: no larger one is configuration."""
SHOWN: Final = 8
"""Characters of a digest in the name of a folder."""
BASELINES: Final = "_baselines"
"""Below the folder of releases, what affiliates share; no affiliate's name begins so."""
GROUP_FOLDER: Final = ("baseline", "sidra_baseline")


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
    """Return the files that the layers of an affiliate stand in."""
    below: dict[str, str] = {}
    own: dict[str, str] = {}
    for folder in stack.folders:
        if folder.rank == GROUP:
            below.update(_read(folder.path, PurePosixPath(*GROUP_FOLDER)))
        elif folder.rank > PACK:
            own.update(_read(folder.path, PurePosixPath("affiliates", folder.path.name)))
    return Sources(Bundle(below), Bundle(own))


def _read(folder: Path, to: PurePosixPath) -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith(".") or file.suffix == ".py" or file.stat().st_size > MOST_BYTES:
                continue
            try:
                text = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            yield str(to / file.relative_to(folder).as_posix()), text


def unpack(bundle: Bundle, folder: Path) -> None:
    """Write files to a folder, which is there whole or not at all; what is there already is left."""
    if folder.is_dir():
        return
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    for path, text in bundle.files.items():
        file = aside / PurePosixPath(path)
        if not file.resolve().is_relative_to(aside.resolve()):
            raise _damaged(bundle.digest)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    aside.mkdir(parents=True, exist_ok=True)
    try:
        aside.rename(folder)
    except OSError:
        # Somebody else was first.
        shutil.rmtree(aside, ignore_errors=True)
        if not folder.is_dir():
            raise


def baseline_folder(home: Path, digest: str) -> Path:
    """Return where the baseline of releases is unpacked to: one folder for all affiliates that have the same."""
    return home / "releases" / BASELINES / digest


def release_folder(home: Path, affiliate: str, revision: str, own: str) -> Path:
    """Return where the layers of an affiliate's release are unpacked to.

    What says the same may be written otherwise, with other reasons: so the files have a part in the name.
    """
    return home / "releases" / affiliate / f"{revision}-{own[:SHOWN]}"

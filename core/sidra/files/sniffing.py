"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from sidra_metamodel.kinds.entity import FileKind

HEAD_BYTES = 64
MACROS = "vbaProject.bin"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."
MOST_TYPE_BYTES = 100


@dataclass(frozen=True, slots=True)
class Media:
    """One type of content."""

    kind: FileKind
    type: str
    endings: tuple[str, ...]
    """What a name of such a file may end with."""


PDF = Media("pdf", "application/pdf", (".pdf",))
PLAIN = Media("text", "text/plain", (".txt", ".log", ".md", ".csv"))
_SIGNED: Mapping[bytes, Media] = MappingProxyType(
    {
        b"%PDF-": PDF,
        b"\x89PNG\r\n\x1a\n": Media("image", "image/png", (".png",)),
        b"\xff\xd8\xff": Media("image", "image/jpeg", (".jpg", ".jpeg")),
        b"GIF8": Media("image", "image/gif", (".gif",)),
        b"ID3": Media("audio", "audio/mpeg", (".mp3",)),
        b"\xff\xfb": Media("audio", "audio/mpeg", (".mp3",)),
        b"OggS": Media("audio", "audio/ogg", (".ogg", ".oga", ".opus")),
    }
)
_RIFF: Mapping[bytes, Media] = MappingProxyType(
    {b"WEBP": Media("image", "image/webp", (".webp",)), b"WAVE": Media("audio", "audio/wav", (".wav",))}
)
_OFFICE: Mapping[str, Media] = MappingProxyType(
    {
        "word/": Media("office", f"{OFFICE}wordprocessingml.document", (".docx",)),
        "xl/": Media("office", f"{OFFICE}spreadsheetml.sheet", (".xlsx",)),
        "ppt/": Media("office", f"{OFFICE}presentationml.presentation", (".pptx",)),
    }
)
_OPEN: Mapping[str, Media] = MappingProxyType(
    {
        "text": Media("office", f"{OPEN_DOCUMENT}text", (".odt",)),
        "spreadsheet": Media("office", f"{OPEN_DOCUMENT}spreadsheet", (".ods",)),
        "presentation": Media("office", f"{OPEN_DOCUMENT}presentation", (".odp",)),
    }
)
ALL: tuple[Media, ...] = (PLAIN, *_SIGNED.values(), *_RIFF.values(), *_OFFICE.values(), *_OPEN.values())
"""Everything that a file may be."""


def sniff(content: bytes) -> Media | None:
    """Return what a content is; None for what is none of these, or could do something when it is opened."""
    head = content[:HEAD_BYTES]
    signed = next((media for begin, media in _SIGNED.items() if head.startswith(begin)), None)
    if signed is not None:
        return signed
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"PK\x03\x04"):
        return _packed(content)
    return PLAIN if _is_text(content) else None


def fits_name(media: Media, name: str) -> bool:
    """Tell whether a name says what the content is."""
    return PurePosixPath(name).suffix.lower() in media.endings


def endings_of(kinds: frozenset[FileKind]) -> tuple[str, ...]:
    """Return what names of files of some kinds end with."""
    return tuple(dict.fromkeys(ending for media in ALL if media.kind in kinds for ending in media.endings))


def _packed(content: bytes) -> Media | None:
    """Return which document of an office an archive is; none that brings a program."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.endswith(MACROS) for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < MOST_TYPE_BYTES:
                told = archive.read("mimetype").decode("ascii", "replace").strip()
                return _OPEN.get(told.removeprefix(OPEN_DOCUMENT))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((media for begin, media in _OFFICE.items() if any(name.startswith(begin) for name in names)), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(sign.isprintable() or sign in "\n\r\t\f\ufeff" for sign in text)

"""Files as they were read, by the hash of their content: in memory, and below a folder for the next start."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from pathlib import Path
from typing import Any, Final

from sidra_metamodel import composing, reading, scalars
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.reading import ReadDocument, decoded, read_bytes, read_text

_DIGEST_BYTES: Final = 16

# A node as marshal keeps it: nested tuples whose form only `_packed` and `_unpacked` know.
Packed = Any


class Cache:
    """Reads files, each content once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep what is read below `folder`, or in memory only."""
        self._folder = folder
        self._compiler = _compiler_version() if folder else b""
        self._read: dict[Source, tuple[bytes, ReadDocument]] = {}

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> ReadDocument | None:
        """Return the document in a file, or None after recording why it holds none.

        Unchanged files give the same nodes again. Files with findings are read anew each time.
        """
        data = read_bytes(path, source, diagnostics)
        if data is None:
            return None
        digest = hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=self._compiler).digest()
        known = self._read.get(source)
        if known is not None and known[0] == digest:
            return known[1]
        document = self._kept(digest, data, source) or self._parsed(digest, data, source, diagnostics)
        if document is not None:
            self._read[source] = (digest, document)
        return document

    def _parsed(self, digest: bytes, data: bytes, source: Source, diagnostics: Diagnostics) -> ReadDocument | None:
        found = Diagnostics()
        document = read_text(data, source.path, source.layer, source.rank, found)
        diagnostics.extend(found)
        if document is None or len(found):
            self._read.pop(source, None)
            return None if document is None else document
        self._keep(digest, document)
        return document

    def _kept(self, digest: bytes, data: bytes, source: Source) -> ReadDocument | None:
        """Return what an earlier run kept; anything unreadable or incomplete counts as nothing."""
        if self._folder is None:
            return None
        try:
            entry = (self._folder / digest.hex()).read_bytes()
        except OSError:
            return None
        check, payload = entry[:_DIGEST_BYTES], entry[_DIGEST_BYTES:]
        if check != hashlib.blake2b(payload, digest_size=_DIGEST_BYTES, key=self._compiler).digest():
            return None
        kind, name, root = marshal.loads(payload)  # noqa: S302 - its digest is right, so this program wrote it
        return ReadDocument(kind, name, _unpacked(root, Source(source.path, source.layer, source.rank, decoded(data))))

    def _keep(self, digest: bytes, document: ReadDocument) -> None:
        if self._folder is None:
            return
        payload = marshal.dumps((document.kind, document.name, _packed(document.node)))
        check = hashlib.blake2b(payload, digest_size=_DIGEST_BYTES, key=self._compiler).digest()
        # A cache that cannot be written costs time, nothing else.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f"{digest.hex()}.{os.getpid()}"
            draft.write_bytes(check + payload)
            draft.replace(self._folder / digest.hex())


def _compiler_version() -> bytes:
    """Return a key that changes with the code that reads, so that what an older one kept is never used."""
    state = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    state.update(sys.version.encode())
    for module in (composing, scalars, reading, sys.modules[__name__]):
        state.update(Path(str(module.__file__)).read_bytes())
    return state.digest()


def _packed(node: Node) -> Packed:
    """Return a node as a tuple whose length tells its form."""
    value = node.value
    if isinstance(value, dict):
        items = {name: _packed(child) for name, child in value.items()}
        directives = {name: _packed(child) for name, child in (node.directives or {}).items()}
        return (node.at, node.key_at, items, directives or None, None)
    if isinstance(value, tuple):
        return (node.at, node.key_at, [_packed(entry) for entry in value], None, None)
    if node.text == value:
        return (node.at, node.key_at, value)
    return (node.at, node.key_at, value, node.text)


_TEXT: Final = 3
_SCALAR: Final = 4


def _unpacked(packed: Packed, source: Source) -> Node:
    size = len(packed)
    if size == _TEXT:
        at, key_at, value = packed
        return Node(value, source, at, key_at, value)
    if size == _SCALAR:
        at, key_at, value, text = packed
        return Node(value, source, at, key_at, text)
    at, key_at, inner, directives, _unused = packed
    if isinstance(inner, list):
        return Node(tuple([_unpacked(entry, source) for entry in inner]), source, at, key_at)
    items = {name: _unpacked(child, source) for name, child in inner.items()}
    given = {name: _unpacked(child, source) for name, child in directives.items()} if directives else None
    return Node(items, source, at, key_at, None, None, given)

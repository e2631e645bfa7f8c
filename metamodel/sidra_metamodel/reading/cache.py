"""Documents as they were read, by the hash of their files: in memory, and below a folder for the next start."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Final, NamedTuple

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.memory import Memory
from sidra_metamodel.nodes import Node, Source
from sidra_metamodel.package import source_files
from sidra_metamodel.reading.files import Files
from sidra_metamodel.reading.parsing import ReadDocument, decoded, read_text
from sidra_metamodel.registry import Registry

_DIGEST_BYTES: Final = 16
_SHARE_KEPT: Final = 8

# A node as marshal keeps it: nested tuples whose form only `_packed` and `_unpacked` know.
Packed = Any


Finish = Callable[[ReadDocument, Diagnostics], "ReadDocument | None"]
"""What is made of a document once it is read, before it is kept."""


class Cache:
    """Hands out the shelves of the layers. One cache serves one registry."""

    def __init__(
        self, folder: Path | None = None, registry: Registry | None = None, files: Files | None = None
    ) -> None:
        """Keep what is read below `folder`, or in memory only; `files` says where it is read from."""
        self.files = files or Files()
        self._folder = folder
        self._compiler = _compiler_version(registry or Registry()) if folder else b""
        self._shelves: dict[str, Shelf] = {}
        self.places: dict[tuple[Path, str, int], dict[str, tuple[Path, Source]]] = {}
        """The files of layers by the texts of their paths, which take longer to take apart than to look at."""
        self.memory = Memory()
        """What is made of the documents, for the loads that use this cache."""

    def shelf(self, name: str) -> Shelf:
        """Return the shelf of one layer; `name` tells it from all others, also of other runs."""
        if name not in self._shelves:
            file = (
                self._folder / hashlib.blake2b(name.encode(), digest_size=_DIGEST_BYTES).hexdigest()
                if self._folder
                else None
            )
            self._shelves[name] = Shelf(file, self._compiler, self.files)
        return self._shelves[name]


class _Known(NamedTuple):
    """A document that was read, and what tells that its file is the same."""

    stamp: Hashable
    digest: bytes
    document: ReadDocument


class Shelf:
    """The documents of one layer, kept in one file: a thousand files take longer to open than to parse."""

    def __init__(self, file: Path | None, compiler: bytes, files: Files) -> None:
        self._file = file
        self._files = files
        self._compiler = compiler
        self._read: dict[str, _Known] = {}
        """By the path as people are shown it, of which a layer has one."""
        self._kept: dict[bytes, Packed] = self._load()
        self._used: set[str] = set()
        self._unkept = 0

    def read(self, path: Path, source: Source, diagnostics: Diagnostics, finish: Finish) -> ReadDocument | None:
        """Return the finished document in a file, or None after recording why it holds none.

        Unchanged files give the same nodes again. Files with findings are read anew each time.
        """
        stamp, known = self._files.stamp(path), self._read.get(source.path)
        if known is not None and stamp is not None and known.stamp == stamp:
            self._used.add(source.path)
            return known.document
        data = self._files.read(path, source, diagnostics)
        if data is None:
            return None
        digest = self._digest(data)
        document = known.document if known is not None and known.digest == digest else None
        document = document or self._unpacked(digest, data, source)
        if document is None:
            found = Diagnostics()
            document = read_text(data, source.path, source.layer, source.rank, found)
            document = document and finish(document, found)
            diagnostics.extend(found)
            if document is None or len(found):
                return document
            self._unkept += 1
        self._used.add(source.path)
        self._read[source.path] = _Known(stamp, digest, document)
        return document

    def save(self) -> None:
        """Keep what was read, once an eighth of it is new, and forget what is no longer there."""
        used, self._used, self._kept = self._used, set(), {}
        self._read = {path: known for path, known in self._read.items() if path in used}
        # A file that is edited while the program runs is read sooner at the next start than all are kept at each save.
        if self._file is None or self._unkept * _SHARE_KEPT <= len(self._read):
            return
        self._unkept = 0
        alike: dict[str | int, Any] = {}
        documents = {one.digest: (*one.document[:2], _packed(one.document.node, alike)) for one in self._read.values()}
        payload = marshal.dumps(documents)
        # A cache that cannot be written costs time, nothing else.
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft = self._file.with_suffix(f".{os.getpid()}")
            draft.write_bytes(self._digest(payload) + payload)
            draft.replace(self._file)

    def _load(self) -> dict[bytes, Packed]:
        """Return what an earlier run kept; anything incomplete or by another compiler counts as nothing."""
        if self._file is None:
            return {}
        try:
            entry = self._file.read_bytes()
        except OSError:
            return {}
        payload = entry[_DIGEST_BYTES:]
        if entry[:_DIGEST_BYTES] != self._digest(payload):
            return {}
        # Its digest is right, so the same program wrote it.
        return dict(marshal.loads(payload))  # noqa: S302

    def _unpacked(self, digest: bytes, data: bytes, source: Source) -> ReadDocument | None:
        kept = self._kept.get(digest)
        if kept is None:
            return None
        kind, name, root = kept
        return ReadDocument(kind, name, _unpacked(root, Source(source.path, source.layer, source.rank, decoded(data))))

    def _digest(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=_DIGEST_BYTES, key=self._compiler).digest()


def _compiler_version(registry: Registry) -> bytes:
    """Return a key that changes with the language and the code that reads it: what an older one kept is never used."""
    files = set(map(str, source_files()))
    files |= {str(sys.modules[kind.__module__].__file__) for kind in registry.kinds.values()}
    state = hashlib.blake2b(f"{sys.version} {sorted(registry.kinds)}".encode(), digest_size=_DIGEST_BYTES)
    for file in sorted(files):
        state.update(Path(file).read_bytes())
    return state.digest()


def _packed(node: Node, alike: dict[str | int, Any]) -> Packed:
    """Return a node as a tuple whose length tells its form.

    Texts and positions that are alike become one object, of which `marshal` makes one when it reads them.
    """
    value, one = node.value, alike.setdefault
    if isinstance(value, str):
        value = one(value, value)
    at, key_at, text = one(node.at, node.at), one(node.key_at, node.key_at), node.text
    if node.directives is None and not isinstance(value, dict | tuple):
        # Three of four nodes.
        return (at, key_at, value) if text == value else (at, key_at, value, text)
    directives = {one(name, name): _packed(child, alike) for name, child in (node.directives or {}).items()} or None
    if isinstance(value, dict):
        inner = {one(name, name): _packed(child, alike) for name, child in value.items()}
        return (at, key_at, inner, directives, None)
    if isinstance(value, tuple):
        return (at, key_at, [_packed(entry, alike) for entry in value], directives, None)
    return (at, key_at, value, directives, text)


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
    at, key_at, inner, directives, text = packed
    given = {name: _unpacked(child, source) for name, child in directives.items()} if directives else None
    if isinstance(inner, list):
        return Node(tuple([_unpacked(entry, source) for entry in inner]), source, at, key_at, None, None, given)
    if isinstance(inner, dict):
        items = {name: _unpacked(child, source) for name, child in inner.items()}
        return Node(items, source, at, key_at, None, None, given)
    return Node(inner, source, at, key_at, text, None, given)

"""One hash for all that decides what a configuration means: its files, the language, and the compiler itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.nodes import Node
from sidra_metamodel.package import source_files

if TYPE_CHECKING:
    from sidra_metamodel.load import Language

DIGEST_BYTES: Final = 16


def fingerprint(stack: LayerStack, language: Language) -> str:
    """Return a hash that changes whenever the effective configuration or its meaning may have changed."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in _parts(stack, language):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def _parts(stack: LayerStack, language: Language) -> Iterator[str]:
    yield compiler_version()
    yield stack.affiliate
    yield from _words(language)
    for folder in stack.folders:
        yield f"{folder.name} {folder.rank} {folder.beside}"
        nodes = tuple(node for _kind, _name, node in folder.documents)
        yield stack.memory.of(("texts of", *nodes), partial(_digest, nodes))
    granted = tuple(node for _kind, _name, node in stack.granted or ())
    yield stack.memory.of(("texts of", *granted), partial(_digest, granted))
    yield from (f"{found.at} {found.code} {found.message}" for found in stack.diagnostics)


def _digest(nodes: Iterable[Node]) -> str:
    """Return a hash of the files that nodes come from."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for node in nodes:
        digest.update(f"{node.source.path}\0{node.source.text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _words(language: Language) -> Iterator[str]:
    """Yield what plugins add, by name and origin."""
    for kind in language.registry.kinds.values():
        yield f"{kind.kind} {kind.__module__}"
    for function in language.functions.values():
        yield f"{function.name} {function.overloads} {function.sql is None} {function.python.__module__}"
    types: Mapping[str, object] = language.types.by_name
    yield from sorted(types)
    for vocabulary in language.vocabularies.by_name.values():
        yield f"{vocabulary.name} {sorted(vocabulary.values)}"
    for widget in language.vocabularies.widgets.values():
        yield f"{widget.name} {sorted(widget.types)} {widget.parameters}"


@cache
def compiler_version() -> str:
    """Return a text that changes with the source of this package, so that nobody has to count versions."""
    found = [(file.name, file.stat()) for file in source_files()]
    return " ".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in found)

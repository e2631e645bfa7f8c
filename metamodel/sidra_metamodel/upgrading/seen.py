"""What an override saw below it when somebody last looked: a value, or the hash of a large one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.explaining.show import flow
from sidra_metamodel.nodes import Node
from sidra_metamodel.upgrading.overrides import Form, Override

LONGEST: Final = 60
"""Longer values are kept as hashes."""
SENSITIVE: Final = frozenset({"auth", "base_url", "secret", "headers"})
"""Keywords whose values are kept as hashes, since a lock is copied to more places than a baseline."""
_DIGEST_BYTES: Final = 8

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood below an override; all empty: nothing did."""

    value: str = ""
    """As YAML on one line."""
    hash: str = ""
    names: tuple[str, ...] = ()
    """What was in an element that is replaced whole, so that what is new in it is found."""

    @property
    def shown(self) -> str:
        """What people are told of it."""
        return self.value or (f"a value with the hash {self.hash}" if self.hash else "nothing")


NOTHING: Final = Seen()


def seen(override: Override, node: Node | None, names: tuple[str, ...] | None = None) -> Seen:
    """Return what an override sees: `node` is what stands at its path below it; names limit what of it counts."""
    match override.form:
        case Form.ADDED | Form.DROPPED:
            members = {str(entry.value) for entry in node.entries} if node is not None else set()
            return Seen(value=override.member) if override.member in members else NOTHING
        case Form.OWN | Form.LISTED:
            return NOTHING
        case Form.PLACED:
            return Seen(value=override.member) if node is not None else NOTHING
        case Form.REPLACED if node is not None and node.is_map:
            counted = tuple(name for name in (names if names is not None else node.items) if name in node.items)
            return Seen(hash=_hash(_part(node, counted)), names=counted)
        case _:
            return token(node, override.path)


def token(node: Node | None, path: Path) -> Seen:
    """Return how a value is kept."""
    if node is None:
        return NOTHING
    text = flow(node)
    is_hashed = len(text) > LONGEST or not SENSITIVE.isdisjoint(path)
    return Seen(hash=_hash(text)) if is_hashed else Seen(value=text)


def _part(node: Node, names: tuple[str, ...]) -> str:
    return flow(Node({name: node.items[name] for name in sorted(names)}, node.source, node.at))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()

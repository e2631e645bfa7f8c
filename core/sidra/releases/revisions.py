"""The name of an effective configuration: a hash of all that it says, whatever files say it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sidra.releases.errors import UnknownRevision
from sidra.releases.plan import Revision
from sidra_metamodel.layering.layers import AFFILIATE
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

NAME_BYTES: Final = 32
"""Of a revision's name: approvals rest on it, so that nobody may be able to make another configuration of that name."""
SHOWN: Final = 12
"""Characters of a revision's name that people read and type."""
LEAST_TYPED: Final = 8
"""So few of them may be typed; fewer may be the number of a release."""
GIT_SECONDS: Final = 5


def revision_of(loaded: Loaded) -> Revision:
    """Return the revision of a configuration: of what it says, and of what the group lets it say."""
    own = next((folder.path for folder in loaded.effective.stack.folders if folder.rank == AFFILIATE), None)
    return Revision(name_of(loaded), baseline_version(loaded.draft), commit_of(own) if own is not None else "")


def name_of(loaded: Loaded) -> str:
    """Return the name of the revision of a configuration, whole.

    It covers the documents, what of them the group says by itself, its waivers and ceilings, and files beside them.
    """
    digest = blake2b(digest_size=NAME_BYTES)
    for part in _parts(loaded):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def shown(revision: str) -> str:
    """Return a revision's name as far as people compare it."""
    return revision[:SHOWN]


def whole(given: str, known: Iterable[str]) -> str:
    """Return the name that begins as somebody has typed it, or what was typed where none does.

    known: names as they are kept. Raises UnknownRevision where several begin so.
    """
    found = {name for name in known if name.startswith(given)} if len(given) >= LEAST_TYPED else set()
    if len(found) > 1 and given not in found:
        raise UnknownRevision(f"several revisions begin with `{given}`", hint="write more of the name")
    return given if len(found) != 1 else found.pop()


def baseline_version(model: Model) -> str:
    """Return the version of the group's layer; empty where it has none."""
    return next((layer.version for layer in model.layers if layer.level == "group" and layer.version), "")


def _parts(loaded: Loaded) -> Iterator[str]:
    model, stack = loaded.draft, loaded.effective.stack
    yield baseline_version(model)
    for word, documents in (("document", model.nodes), ("group", model.group_nodes)):
        for kind, name in sorted(documents):
            node = documents[kind, name]
            # The same node says the same: it is hashed once for all plans that it stands in.
            yield f"{word} {kind} {name} {model.memory.of(('said', node), partial(_said_of, node))}"
    for kind, name, node in sorted(stack.grants, key=lambda one: one[:2]):
        yield f"granted {kind} {name} {model.memory.of(('said', node), partial(_said_of, node))}"
    for folder in stack.folders:
        yield from (f"beside {folder.name} {path} {digest}" for path, digest in folder.beside)


def _said_of(node: Node) -> str:
    said = repr(_said(node)).encode("utf-8", "surrogatepass")
    return blake2b(said, digest_size=NAME_BYTES).hexdigest()


def _said(node: Node) -> object:
    """Return what a node says in plain data: numbers as they are written, since `1.10` may be a version."""
    if node.is_map:
        return {name: _said(child) for name, child in node.items.items()}
    if node.entries:
        return [_said(entry) for entry in node.entries]
    return (type(node.value).__name__, node.value if node.text is None else node.text)


def commit_of(folder: Path) -> str:
    """Return the commit that a folder is as git has it; empty where it is not, or has what is not committed."""
    try:
        changed = _git(folder, "status", "--porcelain", "--", ".")
        return "" if changed else _git(folder, "rev-parse", "--short=12", "HEAD").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ("git", "-C", str(folder), *arguments),  # noqa: S607 - git is where the operator has it
        capture_output=True,
        check=True,
        text=True,
        timeout=GIT_SECONDS,
    )
    return done.stdout

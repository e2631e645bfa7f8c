"""The name of an effective configuration: a hash of all that it says, whatever files say it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sidra.releases.plan import Revision
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.layers import AFFILIATE
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

NAME_BYTES: Final = 6
"""Of a revision's name, which people read and type: a chance of one in 10¹¹ that two of a thousand are the same."""
GIT_SECONDS: Final = 5


def revision_of(loaded: Loaded) -> Revision:
    """Return the revision of a configuration: of what it says, and of what the group lets it say."""
    own = next((folder.path for folder in loaded.effective.stack.folders if folder.rank == AFFILIATE), None)
    model = loaded.draft
    return Revision(name_of(model), baseline_version(model), commit_of(own) if own is not None else "")


def name_of(model: Model) -> str:
    """Return the name of the revision that a Model is of."""
    digest = blake2b(digest_size=NAME_BYTES)
    digest.update(baseline_version(model).encode())
    for part in (*_parts(model.nodes), *_parts(model.group_nodes)):
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def baseline_version(model: Model) -> str:
    """Return the version of the group's layer; empty where it has none."""
    return next((layer.version for layer in model.layers if layer.level == "group" and layer.version), "")


def _parts(documents: Mapping[Key, Node]) -> Iterator[str]:
    for kind, name in sorted(documents):
        yield f"\0{kind} {name}\0{_said(documents[kind, name])!r}"


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

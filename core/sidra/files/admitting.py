"""Which files a record may be saved with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sidra.errors import Problem
from sidra.rules.wording import tell

if TYPE_CHECKING:
    from sidra.records.work import UnitOfWork


def admitted(unit: UnitOfWork, root: str, name: str, value: object, kept: object) -> dict[str, Any] | Problem:
    """Return the value of an attribute of files: what its record has already, or what its actor brought for it."""
    id = value.get("id") if isinstance(value, Mapping) else value
    if isinstance(kept, Mapping) and id == kept.get("id"):
        return dict(kept)
    found = unit.runtime.files.find(unit.connection, id) if isinstance(id, str) else None
    if found is not None:
        file, (its_root, its_attribute, account) = found
        is_mine = unit.actor.is_system or account == unit.actor.id
        if is_mine and file.record_id is None and (its_root, its_attribute) == (root, name):
            return file.value()
    return Problem("R154", name, tell("file_gone", unit.actor.locale))

"""What a grant gives on an attribute that it has no line for: checks of overlays and the runtime ask the same."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

SENSITIVE: Final = "sensitive"
"""The class of personal data that is masked unless a line says otherwise."""

UsualAccess = Literal["edit", "read", "mask"]


def usual_access(actions: Collection[str], pii: Collection[str] = ()) -> UsualAccess:
    """Return the access without a line of its own, from what the grant allows and the attribute's personal data."""
    if SENSITIVE in pii:
        return "mask"
    return "edit" if "update" in actions else "read"

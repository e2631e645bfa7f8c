"""Whether somebody takes work now, as they said last: who does not is told of no work that waits for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sidra.preferences.settings import Preferences

if TYPE_CHECKING:
    from sidra.runtime import Runtime

KEY: Final = "console.presence"
AVAILABLE, BUSY, AWAY = "available", "busy", "away"
STATES: Final = (AVAILABLE, BUSY, AWAY)


def state_of(runtime: Runtime, account_id: str) -> str:
    """Return what somebody said last; who never said anything takes work."""
    kept = Preferences(runtime, account_id).read(KEY)
    return kept if isinstance(kept, str) and kept in STATES else AVAILABLE


def say(runtime: Runtime, account_id: str, state: str) -> None:
    """Keep whether somebody takes work; what is no state changes nothing."""
    if state in STATES:
        Preferences(runtime, account_id).write(KEY, state)

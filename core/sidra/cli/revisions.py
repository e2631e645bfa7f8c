"""Revisions as people type them: by the beginning of a name that is told whole to programs only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sidra.releases.proposals import Proposal
    from sidra.releases.releasing import Releasing


def named(releasing: Releasing, given: str) -> str:
    """Return the whole name of a revision that was typed, or what was typed where none begins so.

    Raises UnknownRevision where several do.
    """
    from sidra.releases.revisions import whole

    return whole(given, _known(releasing))


def proposed(releasing: Releasing, given: str) -> Proposal:
    """Return the proposal of a revision; raises UnknownRevision."""
    from sidra.releases.errors import UnknownRevision

    found = releasing.proposals.of_revision(named(releasing, given))
    if found is None:
        hint = f"`sidra releases {releasing.affiliate}` lists them"
        raise UnknownRevision(f"nobody has proposed `{given}`", hint=hint)
    return found


def _known(releasing: Releasing) -> Iterator[str]:
    released, proposals = releasing.releases.all(), releasing.proposals
    yield from (one.revision for one in released)
    for state in ("open", "applied"):
        yield from (one.revision for one in proposals.all(state, limit=proposals.count(state)))
    if not released:
        # The first release is of what is saved, which nobody has proposed.
        yield releasing.plan(counts=False).proposed.name

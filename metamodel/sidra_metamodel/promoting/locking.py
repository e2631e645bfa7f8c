"""The locks of overlays that are edited: what each override sees is noted anew, so that upgrades go on from there."""

from __future__ import annotations

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Language, load
from sidra_metamodel.promoting.proposal import FileChange, Proposal
from sidra_metamodel.upgrading.classify import seen_by
from sidra_metamodel.upgrading.lock import lock_file, lock_of, lock_text, read_lock


def locked(proposal: Proposal, before: Layers, after: Layers, language: Language) -> tuple[FileChange, ...]:
    """Return the files of a proposal that change, with the locks of those affiliates whose overlays do."""
    changed = {one.layer for one in proposal.changes}
    for name in before.affiliates:
        own = after.affiliate(name)
        lock = read_lock(own, Diagnostics()) if own.name in changed else None
        if lock is not None:
            version = own.pin or after.installed.version
            seen = seen_by(load(after, name, language), own, language.registry)
            text = lock_text(name, lock_of(version, seen, lock))
            proposal.write(before.affiliate(name), lock_file(own), text)
    return proposal.changes

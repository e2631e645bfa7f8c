"""Overrides that change nothing, deleted from their files once it is proven that nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sidra_metamodel.comparing.dead import Dead
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Language
from sidra_metamodel.promoting.locking import locked
from sidra_metamodel.promoting.placing import written_at
from sidra_metamodel.promoting.proof import demand_equal, demand_sound, roots_of
from sidra_metamodel.promoting.proposal import FileChange, Proposal


def fix(layers: Layers, language: Language, today: date, dead: Iterable[Dead]) -> tuple[FileChange, ...]:
    """Return the files without overrides that change nothing; nothing is written. Raises NotProven, Uneditable."""
    proposal = Proposal(layers, language.registry)
    for one in dead:
        layer = layers.affiliate(one.affiliate)
        edits = proposal.edit(layer, one.at.path)
        edits.remove(written_at(edits, one.written))
        proposal.put(layer, one.at.path, edits)
    after = proposal.layers()
    before = {name: roots_of(layers, name, language.registry) for name in layers.affiliates}
    demand_equal(before, after, language.registry)
    demand_sound(layers, after, language, today)
    return locked(proposal, layers, after, language)

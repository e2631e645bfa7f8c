"""What a layer is told that does what it must not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sidra_metamodel.diagnostics import Diagnostics, Note, note
from sidra_metamodel.governing.narrowing import shown
from sidra_metamodel.governing.spots import Path, Spot
from sidra_metamodel.nodes import Node


@dataclass(frozen=True, slots=True)
class Refusals:
    """Records what one layer must not do, where it wrote it."""

    written: Callable[[Path], Node]
    """Gives the place where the layer wrote what stands at a path, or the nearest around it."""
    diagnostics: Diagnostics
    waived: Callable[[Path], bool] = lambda _path: False
    """Whether the group waives the rule for what stands at a path; asked only where it would be refused."""
    others: Callable[[Path], Sequence[Note]] = lambda _path: ()
    """Tells of a waiver at a path that allows another value."""

    def refuse(self, code: str, reason: str, spot: Spot, places: Sequence[Note], way_out: str) -> None:
        """Record a refusal at the key that stands at a spot, unless the group waives it."""
        if self.waived(spot.path):
            return
        places = (*places, *self.others(spot.path))
        self.diagnostics.error(code, reason, self.written(spot.path), key=True, notes=places, help=way_out)

    def removal(self, spot: Spot, low: Node, way_out: str) -> None:
        """Something that must stay is gone."""
        self.refuse("E206", f"`{spot.dotted}` must not be removed", spot, [note("set here", low, key=True)], way_out)

    def looser(self, low: Node | None, high: Node | None, spot: Spot) -> None:
        """A value leaves more room than the one below."""
        name = spot.path[-1]
        said = f"`{name}: {shown(high)}` loosens" if high is not None else f"`{name}` is gone, which loosens"
        places = [note("set here", low)] if low is not None else []
        way_out = f"an overlay may only tighten `{name}`"
        self.refuse("E203", f"{said} the rule set below ({shown(low)})", spot, places, way_out)

    def loss(self, lost: Node, spot: Spot) -> None:
        """One of several values that all hold is gone."""
        reason = f"`{spot.path[-1]}` loses `{shown(lost)}`, which is set below"
        self.refuse("E203", reason, spot, [note("set here", lost)], "what several layers say here holds together")

    def environment(self, spot: Spot) -> None:
        """An environment changes the model."""
        way_out = "an environment sets endpoints, sizes and references to secrets, never the model"
        self.refuse("E207", f"`{spot.dotted}` cannot be set by an environment", spot, (), way_out)

    def locked(self, spot: Spot, lock: Node | None, at: Node | None = None) -> None:
        """What is final, or locked, is changed."""
        if self.waived(spot.path):
            return
        places = [*([note("locked here", lock)] if lock is not None else []), *self.others(spot.path)]
        way_out = "remove this override; what is locked changes only where it is locked"
        node = at or self.written(spot.path)
        self.diagnostics.error("E201", f"`{spot.dotted}` is locked", node, notes=places, help=way_out)

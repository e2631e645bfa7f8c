"""What a layer may add inside an element of a lower layer, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sidra_metamodel.access import usual_access
from sidra_metamodel.diagnostics import note
from sidra_metamodel.governing.extensions import limit_of, local_names
from sidra_metamodel.governing.naming import prefix_of, refuses_unnamed, way_to_local
from sidra_metamodel.governing.narrowing import ACCESS_LEVELS, access_level, members, shown
from sidra_metamodel.governing.refusals import Refusals
from sidra_metamodel.governing.spots import Around, Path, Spot
from sidra_metamodel.governing.tombstones import of_element
from sidra_metamodel.language import ListShape, ScalarShape
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean
from sidra_metamodel.traits import EXTEND, Narrower

_CLOSED_LIST: Final = "the group opens a list with `$extend: true`; ask it, or declare a list of your own"
_CLOSED_REFERENCES: Final = "it is added to for what you declare yourself only, which begins with your prefix"


@dataclass(frozen=True, slots=True)
class Additions:
    """Judges the names that one layer adds to a document."""

    layer: LayerFolder
    pii: Callable[[str, str], frozenset[str]]
    """Gives the classes of personal data that the layers below declare of an entity's attribute."""
    refusals: Refusals
    root: Node
    """The document as it is below the layer, which may say what is no longer in it."""
    _counts: dict[Path, int] = field(default_factory=dict)

    def refuses(self, around: Around, high: Node, spot: Spot) -> bool:
        """Tell whether an addition must not be made, which is recorded."""
        name = spot.path[-1]
        is_own = name.startswith(prefix_of(self.layer))
        if around.word.narrower is Narrower.ACCESS:
            return self._refuses_column(around, high, spot, is_own=is_own)
        if _declares(around, high) and not is_own:
            if not refuses_unnamed(self.layer, name, self.refusals.diagnostics):
                self._refuse_name(name, around, spot)
            return True
        if not self._may_grow(around, is_own=is_own):
            places = [note("set here", around.below, key=True)]
            near = "" if is_own else did_you_mean(name, around.below.items)
            way_out = near or (_CLOSED_REFERENCES if around.word.refers else _CLOSED_LIST)
            self.refusals.refuse("E209", f"`{around.spot.dotted}` cannot be added to", spot, places, way_out)
            return True
        return self._exceeds_limit(around, spot)

    @staticmethod
    def _may_grow(around: Around, *, is_own: bool) -> bool:
        if around.word.refers and (around.word.rule is EXTEND or around.word.narrower is Narrower.SUBSET):
            return is_own
        if around.word.narrower is not Narrower.SUBSET:
            return True
        return is_own and any(node.directive("extend") for node in (around.holder, around.below))

    def _refuses_column(self, around: Around, high: Node, spot: Spot, *, is_own: bool) -> bool:
        """Compare a new line of a grant with what held without it."""
        entity, attribute = around.spot.path[-2], spot.path[-1]
        actions = {str(action) for action in members(around.holder.get("do"))}
        usual = usual_access(actions, () if is_own else self.pii(entity, attribute))
        is_wider = access_level(high) < ACCESS_LEVELS.index(usual)
        if is_wider:
            self.refusals.refuse(
                "E203",
                f"`{attribute}: {shown(high)}` loosens the access that holds without it ({usual})",
                spot,
                [note("granted here", around.holder, key=True)],
                "an overlay may only tighten `columns`",
            )
        return is_wider

    def _exceeds_limit(self, around: Around, spot: Spot) -> bool:
        """Count an addition where the layers below limit how many there may be."""
        limit = limit_of(around.holder, around.spot.path[-1])
        if limit is None or not isinstance(limit.value, int):
            return False
        there = self._counts.get(around.spot.path, len(local_names(around.below)))
        count = self._counts[around.spot.path] = there + 1
        if count > limit.value:
            reason = f"`{around.spot.dotted}` may have {_counted(limit.value)}, and this is one more"
            self.refusals.refuse(
                "E209", reason, spot, [note("limited here", limit)], "ask the group for a higher limit"
            )
        return count > limit.value

    def _refuse_name(self, name: str, around: Around, spot: Spot) -> None:
        near = of_element(self.root, spot.path) or did_you_mean(name, around.below.items)
        way_out = f"{near}  {way_to_local(self.layer, name, _noun(around))}".strip()
        self.refusals.refuse("E101", f"no `{name}` in `{around.spot.path[-1]}`", spot, (), way_out)


def _declares(around: Around, high: Node) -> bool:
    """Tell whether a key makes a name rather than using one: a column does when it says what it shows."""
    if around.word.borrowed or isinstance(around.shape, ScalarShape | ListShape):
        return False
    return around.word.refers is None or (around.word.refers == "column" and high.get("value") is not None)


def _counted(number: int) -> str:
    return f"{number} local addition{'' if number == 1 else 's'}"


def _noun(around: Around) -> str:
    """Return what a name in a map stands for: `field` for an attribute, as people say, else `one`."""
    return "field" if around.spot.path[-1] == "attributes" else "one"

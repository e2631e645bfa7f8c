"""Which units a person works for: the own ones, and all that stand below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sidra.access.actor import Actor
from sidra_metamodel.kinds.layer import Unit


class Units:
    """The regions, shops and teams of an affiliate."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._below: dict[str, list[str]] = {name: [] for name in units}
        for name, unit in units.items():
            if unit.parent is not None:
                self._below.setdefault(unit.parent, []).append(name)

    def reached(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return units with all that stand below them: first those that are named, each once.

        A name that is none stays, since records may have it from before it was taken away.
        """
        found = dict.fromkeys(names)
        waiting = list(found)
        for name in waiting:
            new = [below for below in self._below.get(name, ()) if below not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return tuple(found)

    def widened(self, actor: Actor) -> Actor:
        """Return an actor who works for all that stands below the units that were given."""
        if not actor.units or not self._below:
            return actor
        units = self.reached(actor.units)
        return actor if units == actor.units else replace(actor, units=units)

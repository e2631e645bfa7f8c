"""What is called otherwise in another version: members and steps of entities, values of code lists, documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.scalar_type import Enum
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.upgrading.overrides import Path
from sidra_metamodel.upgrading.ways import Ways

Names = Mapping[tuple[str, str], str]
"""New names by the document that has the element, and its former name."""

MEMBERS: Final = ("attributes", "relations")
STEPS: Final = ("lifecycle", "transitions")
VALUES: Final = ("values",)


@dataclass(frozen=True, slots=True)
class Renames:
    """New names by the former ones."""

    members: Names
    steps: Names
    values: Names
    documents: Mapping[Key, str]

    @classmethod
    def between(cls, ways: Ways) -> Renames:
        """Return what is called otherwise in the documents of one version than in those of another."""
        documents = {
            key: now[1]
            for key in ways.before
            for now in ways.lead(key)
            if now[0] == key[0] and len(now) == len(key) and now[1] != key[1]
        }
        return cls(
            _below(ways, Entity.kind, *((word,) for word in MEMBERS)),
            _below(ways, Entity.kind, STEPS),
            _below(ways, Enum.kind, VALUES),
            documents,
        )

    def __bool__(self) -> bool:
        return bool(self.members or self.steps or self.values or self.documents)


def _below(ways: Ways, kind: str, *holders: Path) -> Names:
    found: dict[tuple[str, str], str] = {}
    for key, root in ways.before.items():
        for around in holders if key[0] == kind else ():
            holder = root.get(*around)
            for name in holder.items if holder is not None else ():
                leads = ways.lead((*key, *around, name))
                # What stands in another document now is no matter of its name alone.
                is_near = len(leads) == 1 and leads[0][:-1] in {(*one[:2], *around) for one in ways.lead(key)}
                if is_near and leads[0][-1] != name:
                    found[key[1], name] = leads[0][-1]
    return found


def name_of_now(names: Names, line: Iterable[str], name: str) -> str | None:
    """Return what an element is called now that one of several documents has, the nearest first."""
    return next((names[one, name] for one in line if (one, name) in names), None)

"""A record that is to refer to one that is being made: the conversation that a ticket is opened in."""

from __future__ import annotations

from dataclasses import dataclass

from sidra.errors import NotFound
from sidra_ui.presenting.desk import Desk

REFERRING = "for"
"""The parameter of the address of a new record: `<entity>.<relation>.<id>`."""


@dataclass(frozen=True, slots=True)
class Referring:
    """A record, and the relation by which it will lead to the new one."""

    entity: str
    relation: str
    id: str

    @property
    def text(self) -> str:
        """It as the address says it."""
        return f"{self.entity}.{self.relation}.{self.id}"


def referring_in(desk: Desk, entity: str, text: str) -> Referring | None:
    """What is to refer to a new record of an entity; raises NotFound where that cannot be or may not be read."""
    if not text:
        return None
    found = Referring(*parts) if len(parts := text.split(".")) == len(Referring.__slots__) else None
    declared = desk.model.entities.get(found.entity) if found is not None else None
    relation = declared.relations.get(found.relation) if declared is not None and found is not None else None
    fits = relation is not None and not relation.many and entity in relation.to
    if found is None or not fits or desk.records.find(found.entity, found.id) is None:
        raise NotFound("no such record to link it to", hint="open the form from there again")
    return found

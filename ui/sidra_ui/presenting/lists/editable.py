"""Which values of a list can be changed in their place."""

from __future__ import annotations

from sidra_metamodel.kinds.entity import Relation
from sidra_ui.presenting.columns import Source
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.forms.controls import WIDGETS

NO_CELLS = frozenset({"file", "image", "period", "json", "characteristics", "geo", "address", "sequence"})
"""Their controls need more room than a cell has."""


def can_edit(desk: Desk, source: Source) -> bool:
    """Whether a column shows what the reader may change, of some record at least; each record decides for itself."""
    member = source.member
    if member is None or not source.is_member:
        return False
    lifecycle = desk.model.entity(source.entity).lifecycle
    if isinstance(member, Relation):
        is_fixed = member.many or member.owned
    else:
        is_state = lifecycle is not None and lifecycle.attribute == source.name
        base = source.type(desk)
        is_fixed = member.compute is not None or is_state or base in NO_CELLS or WIDGETS.get(base) == "readonly"
    kinds = desk.model.subtypes(source.entity)
    may = any(desk.records.may(one, "update") and desk.access(one).level(source.name) == "edit" for one in kinds)
    return may and not is_fixed

"""Lists: what narrows or orders one must have an index, so that no page is slower with more records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import ExpressionError
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.model.walk import Visit
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import listed

ALWAYS_SORTED: Final = frozenset({"id", "created_at"})


def check_lists(model: Model, visits: Iterable[Visit], diagnostics: Diagnostics) -> None:
    """Record filters and sorts that would read every record."""
    for visit in visits:
        words = visit.element.__name__, visit.keyword.name
        if visit.keyword.refers == "sort":
            _check_sort(model, visit, diagnostics)
        elif visit.keyword.refers in {"kept_attribute", "kept_member"}:
            _check_kept(model, visit, diagnostics)
        elif words in {("Interface", "key"), ("FeedField", "key"), ("FeedField", "find")}:
            _check_found(model, visit, diagnostics)
        elif words == ("Screen", "filters") and visit.is_entry:
            _check_offered(model, visit, diagnostics)
        elif words in {("Screen", "filter"), ("View", "filter"), ("MenuItem", "count"), ("Forecast", "filter")}:
            _check_filter(model, visit, diagnostics)


def check_bulk(model: Model, diagnostics: Diagnostics) -> None:
    """Record what is done with many records at once that says nothing, or several things."""
    for screen in model.screens.values():
        for one in screen.bulk.values():
            if sum(word is not None for word in (one.set, one.transition, one.do)) != 1:
                message = f"`{one.name}` must do one thing with the records that are chosen"
                diagnostics.report("E420", message, one.node, key=True, help="keep one of `set`, `transition` and `do`")


def is_sorted(entity: Entity, name: str) -> bool:
    """Tell whether lists of an entity can be ordered by a member."""
    attribute = entity.attributes.get(name)
    is_first = any(index.of[:1] == (name,) for index in entity.indexes.values())
    return name in ALWAYS_SORTED or is_first or (attribute is not None and attribute.sort)


def is_filtered(entity: Entity, name: str) -> bool:
    """Tell whether lists of an entity can be narrowed by a member."""
    attribute = entity.attributes.get(name)
    if attribute is None:
        return name in entity.relations or name in SYSTEM_ATTRIBUTES
    is_state = entity.lifecycle is not None and entity.lifecycle.attribute == name
    is_indexed = any(name in index.of for index in entity.indexes.values())
    return is_state or is_indexed or bool(attribute.filter or attribute.sort or attribute.search or attribute.unique)


def _entity(model: Model, visit: Visit) -> Entity | None:
    name = model.resolve(visit.context.source)
    return model.entities[name] if name else None


def _check_sort(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    entity = _entity(model, visit)
    if entity is None:
        return
    for node in visit.node.entries:
        name = str(node.value).removeprefix("-")
        is_known = name in model.schema.members(entity.name) or "." in name
        if is_known and not is_sorted(entity, name):
            message = f"`{entity.name}` cannot be sorted by `{name}`: it has no index"
            _report(node, message, "sort", name, diagnostics)


def _check_kept(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    entity = _entity(model, visit)
    for node in (visit.node.entries or (visit.node,)) if entity is not None else ():
        attribute = entity.attributes.get(str(node.value)) if entity is not None else None
        compute = attribute.compute if attribute is not None else None
        if entity is not None and compute is not None and not compute.stored:
            message = f"`{entity.name}` cannot be looked up by `{node.value}`: it is computed at reading"
            diagnostics.report("E409", message, node, help="write `compute: {by: …, stored: true}`")


def _check_found(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    entity, name = _entity(model, visit), str(visit.node.value)
    if entity is None or name not in entity.attributes or is_filtered(entity, name):
        return
    if entity.identity is None or name not in entity.identity.strong:
        message = f"records of `{entity.name}` cannot be found by `{name}`: it has no index"
        help_ = f"write `unique: true` or `search: exact` at the attribute `{name}`"
        diagnostics.report("E409", message, visit.node, help=help_)


def _check_offered(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    entity, name = _entity(model, visit), visit.path[-1]
    if entity is not None and name in entity.attributes and not is_filtered(entity, name):
        message = f"`{entity.name}` cannot be narrowed by `{name}`: it has no index"
        _report(visit.node, message, "filter", name, diagnostics, key=True)


def _check_filter(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    entity = _entity(model, visit)
    if entity is None or not isinstance(visit.node.value, str):
        return
    try:
        reads = model.expression(Formula(visit.node.value, visit.node, visit.keyword, visit.context)).reads
    except ExpressionError:
        return
    members = sorted({path.split(".")[0] for path in reads})
    if members and not any(is_filtered(entity, name) for name in members):
        message = f"nothing that selects these records has an index: {listed(members)}"
        _report(visit.node, message, "filter", members[0], diagnostics)


def _report(node: Node, message: str, keyword: str, name: str, diagnostics: Diagnostics, *, key: bool = False) -> None:
    help_ = f"write `{keyword}: true` at the attribute `{name}`, or name it in `indexes:`"
    diagnostics.report("E409", message, node, key=key, help=help_)

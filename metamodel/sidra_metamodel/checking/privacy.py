"""Personal data: what is kept encrypted is looked up whole or not at all, and time counts from a date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sidra_metamodel.checking.expressions import formulas
from sidra_metamodel.diagnostics import Diagnostics, note
from sidra_metamodel.expressions import Expression, ExpressionError
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES
from sidra_metamodel.model.walk import Visit
from sidra_metamodel.suggest import listed

ENCRYPTED_TYPES: Final = ("string", "text", "email", "phone", "url")
"""Types whose values are texts; few values, as those of a code list, would be told by how often each occurs."""
MOMENTS: Final = frozenset({"date", "datetime"})

_WHOLE: Final = "take it away; `search: exact` finds records by the whole value"
_OPEN: Final = (("sort", True), ("filter", True), ("search", True), ("localised", True))
"""Keywords that need the value itself, beside an encrypted one."""


def check_privacy(model: Model, entity: Entity, diagnostics: Diagnostics) -> None:
    """Record encrypted attributes that something needs in the clear, and retention that counts from no date."""
    for attribute in entity.attributes.values():
        if attribute.encrypt:
            _check_encrypted(model, entity, attribute, diagnostics)
        elif attribute.compute is not None and attribute.compute.stored:
            _check_computed(model, entity, attribute, diagnostics)
    _check_since(model, entity, diagnostics)
    if model.root(entity.name) == entity.name:
        _check_shared(model, entity.name, diagnostics)


def check_selecting(model: Model, visits: Iterable[Visit], diagnostics: Diagnostics) -> None:
    """Record expressions by which the database would select encrypted values."""
    for visit in visits:
        if visit.keyword.sql and visit.is_expression and not visit.is_entry:
            _check_selecting(model, visit, diagnostics)


def is_told(model: Model, entity: str, member: str, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """Tell whether a member of an entity is encrypted, or computed at reading from one that is."""
    attribute = model.entities[entity].attributes.get(member) if entity in model.entities else None
    if attribute is None or (entity, member) in seen:
        return False
    compute = attribute.compute
    if attribute.encrypt or compute is None or compute.stored or compute.by is None:
        return attribute.encrypt
    return bool(_told(model, compute.by, seen | {(entity, member)}))


def _told(model: Model, formula: Formula, seen: frozenset[tuple[str, str]] = frozenset()) -> list[str]:
    """Return the members that an expression reads and that are kept encrypted."""
    try:
        found: Expression = model.expression(formula)
    except ExpressionError:
        return []
    return sorted(member for entity, member in found.attributes if is_told(model, entity, member, seen))


def _check_encrypted(model: Model, entity: Entity, attribute: Attribute, diagnostics: Diagnostics) -> None:
    at, base = attribute.node.items["encrypt"], model.base_type(attribute)
    if base not in ENCRYPTED_TYPES:
        message = f"`{attribute.name}` is of type `{base}`, which is not kept encrypted"
        diagnostics.report("E428", message, at, key=True, help=f"take it away; it is for {listed(ENCRYPTED_TYPES)}")
        return
    for keyword, value in _OPEN:
        if getattr(attribute, keyword) is value:
            message = f"`{attribute.name}` is kept encrypted, and `{keyword}: true` needs its value in the clear"
            node = attribute.node.items[keyword]
            diagnostics.report("E428", message, node, key=True, notes=[note("encrypted here", at)], help=_WHOLE)
    for index in entity.indexes.values():
        if attribute.name in index.of:
            message = f"`{attribute.name}` is kept encrypted, and an index needs its value in the clear"
            notes = [note("encrypted here", at)]
            diagnostics.report("E428", message, index.node, key=True, notes=notes, help=_WHOLE)


def _check_computed(model: Model, entity: Entity, attribute: Attribute, diagnostics: Diagnostics) -> None:
    compute = attribute.compute
    told = _told(model, compute.by) if compute is not None and compute.by is not None else []
    if told:
        message = f"`{entity.name}.{attribute.name}` would keep what follows from `{told[0]}`, which is encrypted"
        help_ = f"compute it at reading, or write `encrypt: true` at `{attribute.name}` as well"
        diagnostics.report("E428", message, attribute.node.items["compute"], key=True, help=help_)


def _check_shared(model: Model, root: str, diagnostics: Diagnostics) -> None:
    """Entities of one tree share their columns."""
    seen: dict[str, Attribute] = {}
    for name in model.subtypes(root):
        for attribute in model.entities[name].attributes.values():
            first = seen.setdefault(attribute.name, attribute)
            if first.encrypt != attribute.encrypt:
                at = (attribute if attribute.encrypt else first).node.items["encrypt"]
                message = f"`{attribute.name}` is not kept encrypted everywhere in the tree of `{root}`"
                help_ = "write `encrypt: true` where the attribute is declared first"
                diagnostics.report("E428", message, at, key=True, help=help_)


def _check_selecting(model: Model, visit: Visit, diagnostics: Diagnostics) -> None:
    for node in formulas(visit):
        told = _told(model, Formula(str(node.value), node, visit.keyword, visit.context))
        if told:
            message = f"`{visit.dotted}` is evaluated by the database, and `{told[0]}` is kept encrypted"
            diagnostics.report("E502", message, node, help="select by another attribute")


def _check_since(model: Model, entity: Entity, diagnostics: Diagnostics) -> None:
    retention = entity.retention
    since = retention.since if retention is not None else None
    if retention is None or since is None or since in SYSTEM_ATTRIBUTES or since not in entity.attributes:
        return
    base = model.base_type(entity.attributes[since])
    if base not in MOMENTS:
        message = f"time does not count from `{since}`, which is of type `{base}`"
        diagnostics.report("E429", message, retention.node.items["since"], help="name a date or a datetime")

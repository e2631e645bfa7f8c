"""Where the path of a filter leads: through relations to an attribute that lists are declared to be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.errors import BadQuery
from sidra.store.codecs import DATETIME_CODEC, TEXT_CODEC
from sidra.store.tables import ANY, Stored
from sidra_metamodel.kinds.entity import Relation

if TYPE_CHECKING:
    from sidra.records.views import View

MAX_HOPS = 3
ALWAYS = frozenset({"id", "created_at", "unit"})
ENDS = ("start", "end")
KIND = Stored("kind", ("kind",), TEXT_CODEC)


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation on the way, and the entity that it leads to as the same roles see it."""

    relation: Relation
    view: View


@dataclass(frozen=True, slots=True)
class Way:
    """The relations to walk, and the member at their end, which is of the last hop's entity."""

    hops: tuple[Hop, ...]
    stored: Stored
    view: View


def resolve(view: View, path: str) -> Way:
    """Return where a path leads; raises BadQuery for what is not declared, or hidden from the roles of the view.

    A hidden attribute is refused in the words of one that does not exist.
    """
    *names, last = path.split(".")
    hops: list[Hop] = []
    here = view
    if last == "id" and names and _is_to_one(here, names):
        # `customer.id` is the column `customer_id` of the record itself.
        *names, last = names
    for name in names:
        end = _period_end(here, name, last) if name == names[-1] else None
        if end is not None:
            return Way(tuple(hops), end, here)
        here = _hop(here, name, path, hops)
    here = _narrowed(here, last, path, hops)
    stored = _member(here, last)
    if stored is None or not _is_declared(here, stored):
        raise no_filter(path)
    return Way(tuple(hops), stored, here)


def _period_end(view: View, name: str, end: str) -> Stored | None:
    """Return the column of one end of a period; None where the name is no period, or not one to narrow by."""
    stored = _member(view, name)
    if stored is None or stored.attribute is None or end not in ENDS or not _is_declared(view, stored):
        return None
    if view.runtime.model.base_type(stored.attribute) != "period":
        return None
    return Stored(name, (stored.columns[ENDS.index(end)],), DATETIME_CODEC)


def no_filter(path: str) -> BadQuery:
    """Return the error for a path that lists cannot be narrowed by."""
    return BadQuery(f"no filter `{path}`", hint="only declared filters narrow a list; see the entity's reference")


def _is_to_one(view: View, names: list[str]) -> bool:
    if len(names) != 1:
        return False
    relation = view.compiled.entity.relations.get(names[0])
    return relation is not None and not relation.many


def _hop(view: View, name: str, path: str, hops: list[Hop]) -> View:
    relation = view.compiled.entity.relations.get(name)
    is_walkable = relation is not None and (not relation.many or relation.inverse is not None)
    if relation is None or not is_walkable or view.common_level(name) not in {"read", "edit"} or len(hops) == MAX_HOPS:
        raise no_filter(path)
    if len(relation.to) != 1 or relation.to[0] == ANY:
        raise BadQuery(f"`{name}` leads to several entities", hint="filter by its id and kind")
    target = view.runtime.view(relation.to[0], view.profile)
    if not target.can_read:
        raise no_filter(path)
    hops.append(Hop(relation, target))
    return target


def _narrowed(view: View, name: str, path: str, hops: list[Hop]) -> View:
    """Return the subtype of the last hop's entity that has a member which the entity itself does not have."""
    if not hops or name in view.compiled.table.members or name == "kind":
        return view
    model = view.runtime.model
    holders = [
        kind for kind in view.kinds if name in (*model.entities[kind].attributes, *model.entities[kind].relations)
    ]
    topmost = [kind for kind in holders if not set(model.ancestors(kind)) & set(holders)]
    if not topmost:
        return view
    if len(topmost) > 1:
        raise BadQuery(f"`{path}` could be of {', '.join(topmost)}", hint="filter by an attribute that they share")
    narrowed = view.runtime.view(topmost[0], view.profile)
    hops[-1] = Hop(hops[-1].relation, narrowed)
    return narrowed


def _member(view: View, name: str) -> Stored | None:
    if name == "kind" and view.compiled.table.has_kind:
        return KIND
    stored = view.compiled.table.members.get(name)
    if stored is None and name.endswith("_id"):
        stored = view.compiled.table.members.get(name.removesuffix("_id"))
    return stored if stored is not None and view.common_level(stored.name) != "none" else None


def _is_declared(view: View, stored: Stored) -> bool:
    attribute, entity = stored.attribute, view.compiled.entity
    if attribute is None:
        return stored.relation is not None or stored.name in ALWAYS or stored.name == "kind"
    if attribute.filter or attribute.sort or attribute.search or attribute.unique:
        return True
    is_state = entity.lifecycle is not None and entity.lifecycle.attribute == attribute.name
    return is_state or any(attribute.name in index.of for index in entity.indexes.values())

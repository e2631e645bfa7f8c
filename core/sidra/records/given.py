"""What a caller gives for a record, sorted: values, references, owned records, links; and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sidra.errors import Problem
from sidra.records.coercion import as_problem, times
from sidra.records.coercion.texts import MAX_LISTED
from sidra.records.coercion.unreadable import Unreadable
from sidra.records.record import Masked
from sidra.rules.wording import tell
from sidra.store.identifiers import id_bytes, id_text
from sidra.store.tables import ANY
from sidra_metamodel.kinds.entity import Attribute, Relation

if TYPE_CHECKING:
    from sidra.records.views import View
    from sidra.records.work import UnitOfWork

MAX_PATH = 100
OWN_BY_SYSTEM = frozenset({"created_at", "created_by"})
"""What the program itself may say of a new record, for feeds and tests; people never."""


LINK_PARTS = frozenset({"role", "valid_from", "valid_to"})
"""What a link may say beside its record."""


@dataclass(frozen=True, slots=True)
class LinkGiven:
    """One record that a linked relation shall lead to."""

    id: str
    kind: str | None = None
    role: str | None = None
    valid_from: Any = None
    valid_to: Any = None
    is_bare: bool = False
    """Whether nothing but the record was named."""


class Given(msgspec.Struct):
    """The parts of what was given; `values` has attributes, `<relation>_id`, `<relation>_kind` and `unit`."""

    values: dict[str, Any] = {}
    owned: dict[str, list[Mapping[str, Any]]] = {}
    links: dict[str, list[LinkGiven]] = {}
    problems: list[Problem] = []
    references: set[str] = set()
    """The to-one relations that were named."""

    @property
    def named(self) -> frozenset[str]:
        """The members of the record that were given, relations by their own name."""
        return frozenset((*self.values, *self.references, *self.owned, *self.links))


class Entered(dict[str, Any]):
    """Values of attributes that the roles of a view may give, each of its type: only the `others` are left to read."""

    __slots__ = ("is_new", "others", "view")

    def __init__(self, view: View, is_new: bool) -> None:  # noqa: FBT001 - by position it costs half as much
        self.view = view
        self.is_new = is_new
        self.others: Mapping[str, Any] = {}


class Reader:
    """Reads what is given for a record of one entity by one actor."""

    __slots__ = ("asked", "entity", "given", "inverse", "is_new", "unit", "view")

    def __init__(self, unit: UnitOfWork, view: View, *, is_new: bool, inverse: str | None = None) -> None:
        self.unit = unit
        self.view = view
        self.entity = view.compiled.entity
        self.is_new = is_new
        self.inverse = inverse
        """The relation to the owner of an owned record, which its place sets and nobody else."""
        self.given = Given()
        self.asked: Mapping[str, Any] = {}

    def read(self, values: Mapping[str, Any]) -> Given:
        """Return the parts of the values; whatever cannot be is a problem, and nothing else is lost for it."""
        self.asked = values
        entered = self.view.entered(creating=self.is_new)
        locale, kept, problems = self.unit.actor.locale, self.given.values, self.given.problems
        for name, value in values.items():
            read = entered.get(name)
            if read is None:
                self._member(name, value)
                continue
            typed = read(value, locale)
            if typed.__class__ is Problem:
                problems.append(typed)
            else:
                kept[name] = typed
        return self.given

    def _member(self, name: str, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        attribute = self.entity.attributes.get(name)
        relation = self.entity.relations.get(name)
        if attribute is not None:
            self._attribute(attribute, value)
        elif relation is not None:
            self._relation(relation, value)
        elif name.endswith(("_id", "_kind")) and self._is_reference(name):
            self._reference_part(name, value)
        elif not self._system_member(name, value):
            self._problem("R611", name, "unknown_attribute")

    def _problem(self, code: str, path: str, key: str) -> None:
        """Add a problem with one of the messages that people know in their language."""
        self.given.problems.append(Problem(code, path[:MAX_PATH], tell(key, self.unit.actor.locale)))

    def _may_set(self, member: str) -> bool:
        return self.view.access.may_set(member, creating=self.is_new)

    def _attribute(self, attribute: Attribute, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        if isinstance(value, Masked):
            return
        if attribute.compute is not None:
            self._problem("R612", attribute.name, "computed")
            return
        if not self._may_set(attribute.name):
            self._problem("R612", attribute.name, "not_settable")
            return
        self._keep(attribute.name, self.view.compiled.coercion(attribute.name)(value, self.unit.actor.locale))

    def _keep(self, name: str, typed: Any) -> None:  # noqa: ANN401 - of the attribute's type
        if isinstance(typed, Problem):
            self.given.problems.append(typed)
        else:
            self.given.values[name] = typed

    def _relation(self, relation: Relation, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        if relation.name == self.inverse:
            return
        if not self._may_set(relation.name):
            self._problem("R612", relation.name, "not_settable")
        elif not relation.many:
            self._to_one(relation, value)
        elif relation.owned:
            self._owned(relation, value)
        elif relation.inverse is None:
            self._links(relation, value)
        else:
            self._problem("R612", relation.name, "computed")

    def _is_reference(self, name: str) -> bool:
        relation = self.entity.relations.get(name.removesuffix("_id").removesuffix("_kind"))
        return relation is not None and not relation.many

    def _reference_part(self, name: str, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        relation = self.entity.relations[name.removesuffix("_id").removesuffix("_kind")]
        if name.endswith("_id"):
            kind = self.asked.get(f"{relation.name}_kind")
            self._relation(relation, {"id": value, "kind": kind} if kind else value)
        elif relation.name != self.inverse and f"{relation.name}_id" not in self.asked:
            # An entity without the id would make the reference lead astray.
            self._problem("R619", name, "not_id")

    def _to_one(self, relation: Relation, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        target, kind = (value.get("id"), value.get("kind")) if isinstance(value, Mapping) else (value, None)
        name = relation.name
        is_polymorphic = self.view.compiled.polymorphic(name)
        if target is None or target == "":
            self.given.references.add(name)
            self.given.values |= {f"{name}_id": None} | ({f"{name}_kind": None} if is_polymorphic else {})
            return
        canonical = _canonical(target)
        kind = kind or self.given.values.get(f"{name}_kind") or (relation.to[0] if not is_polymorphic else None)
        if canonical is None or not self.leads_to(relation, kind, canonical):
            self._problem("R619", name, "not_id")
            return
        self.given.references.add(name)
        self.given.values[f"{name}_id"] = canonical
        if is_polymorphic:
            self.given.values[f"{name}_kind"] = kind

    def leads_to(self, relation: Relation, kind: str | None, target: str) -> bool:
        """Tell whether a relation may lead to a record, which the actor must be able to see."""
        model = self.unit.runtime.model
        if not isinstance(kind, str) or kind not in model.entities:
            return False
        lineage = {kind, *model.ancestors(kind)}
        if relation.to != (ANY,) and not lineage & set(relation.to):
            return False
        view = self.unit.records.view(kind)
        return view.can_read and self.unit.records.row(view, target) is not None

    def _owned(self, relation: Relation, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        if not isinstance(value, list | tuple) or not all(isinstance(entry, Mapping) for entry in value):
            self._problem("R602", relation.name, "not_map")
        else:
            self.given.owned[relation.name] = list(value)

    def _links(self, relation: Relation, value: Any) -> None:  # noqa: ANN401 - as a caller gives it
        if not isinstance(value, list | tuple):
            self._problem("R602", relation.name, "not_map")
            return
        links = [self._link(relation, entry, f"{relation.name}[{number}]") for number, entry in enumerate(value)]
        self.given.links[relation.name] = [link for link in links if link is not None]

    def _link(self, relation: Relation, entry: Any, path: str) -> LinkGiven | None:  # noqa: ANN401
        parts = entry if isinstance(entry, Mapping) else {"id": entry}
        target = _canonical(parts.get("id"))
        kind = parts.get("kind") or (relation.to[0] if len(relation.to) == 1 and relation.to[0] != ANY else None)
        if target is None or not self.leads_to(relation, kind, target):
            self._problem("R619", path, "not_id")
            return None
        start, end = (self._moment(f"{path}.{end}", parts.get(end)) for end in ("valid_from", "valid_to"))
        role = self._role(relation, parts.get("role"), f"{path}.role")
        return LinkGiven(target, kind, role, start, end, is_bare=LINK_PARTS.isdisjoint(parts))

    def _role(self, relation: Relation, role: Any, path: str) -> str | None:  # noqa: ANN401 - as a caller gives it
        if role is None or role == "":
            return None
        enum = self.unit.runtime.model.enums.get(relation.roles or "")
        if enum is None or not isinstance(role, str) or role not in enum.values:
            self._problem("R608", path, "not_settable")
            return None
        return role

    def _system_member(self, name: str, value: Any) -> bool:  # noqa: ANN401 - as a caller gives it
        if name in {"kind", "version"}:
            return True
        if name == "id" and self.inverse is not None and not self.is_new:
            return True
        if name == "id" and self.is_new and self.unit.actor.is_system:
            self.given.values["id"] = self._reference(name, value)
            return True
        if name == "unit" and (self.unit.actor.is_system or value in self.unit.actor.units):
            self.given.values["unit"] = self._unit(None if value is None else str(value))
            return True
        if name in OWN_BY_SYSTEM and self.is_new and self.unit.actor.is_system:
            self.given.values[name] = self._moment(name, value) if name == "created_at" else value
            return True
        return False

    def _unit(self, name: str | None) -> str | None:
        """Return a unit that there is; where the affiliate declares none, every name is one."""
        units = self.unit.runtime.model.layer.units
        if name is not None and units and name not in units:
            shown = [*units][:MAX_LISTED] + ["…"] * (len(units) > MAX_LISTED)
            message = tell("not_in_list", self.unit.actor.locale, values=shown)
            self.given.problems.append(Problem("R608", "unit", message))
        return name

    def _reference(self, path: str, value: Any) -> str | None:  # noqa: ANN401 - as a caller gives it
        canonical = _canonical(value)
        if canonical is None:
            self._problem("R602", path, "not_id")
        return canonical

    def _moment(self, path: str, value: Any) -> Any:  # noqa: ANN401 - as a caller gives it
        if value is None:
            return None
        try:
            return times.instant(self.unit.runtime.model.time_zone)(value, self.unit.actor.locale)
        except Unreadable as refusal:
            self.given.problems.append(as_problem(refusal, path, self.unit.actor.locale))
            return None


def read_given(
    unit: UnitOfWork, view: View, values: Mapping[str, Any], *, is_new: bool, inverse: str | None = None
) -> Given:
    """Return the parts of what an actor gives for a record."""
    if isinstance(values, Entered) and values.view is view and values.is_new is is_new:
        if not values.others:
            return Given(values)
        given = Reader(unit, view, is_new=is_new, inverse=inverse).read(values.others)
        given.values |= values
        return given
    return Reader(unit, view, is_new=is_new, inverse=inverse).read(values)


def _canonical(value: object) -> str | None:
    try:
        return id_text(id_bytes(str(value)))
    except ValueError:
        return None

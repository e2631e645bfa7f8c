"""What one set of roles sees of the API: which members of a type, which may be given, which operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sidra.access.grants import AccessProfile
from sidra.api.naming import EXTENSION
from sidra.api.shapes import Form, Member, Shape, Shapes
from sidra_metamodel.granting.shares import Level
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation
from sidra_metamodel.language import Label
from sidra_metamodel.model import Model

if TYPE_CHECKING:
    from sidra.records.views import View
    from sidra.runtime import Runtime

KEPT_APART = frozenset({"create", "read", "delete", "merge"})
"""Actions that no PATCH performs; all others, the steps of a life cycle among them, it does."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A Runtime's API as one set of roles may see it, told in one language."""

    runtime: Runtime
    shapes: Shapes
    profile: AccessProfile
    locale: str

    @property
    def model(self) -> Model:
        """The Model that the API comes from."""
        return self.runtime.model

    def view(self, entity: str) -> View:
        """An entity as the roles see it."""
        return self.runtime.view(entity, self.profile)

    def level(self, shape: Shape, member: Member) -> Level:
        """What the roles may do with a member; a relation that is masked is not shown at all."""
        level = self.view(shape.entity.name).level(member.name)
        return "none" if level == "mask" and member.form is not Form.VALUE else level

    def shown(self, shape: Shape) -> Iterator[tuple[Member, Level]]:
        """The members that a document shows, with what may be done with each."""
        for member in shape.members.values():
            level = self.level(shape, member)
            if level != "none":
                yield member, level

    def given(self, shape: Shape, *, creating: bool) -> Iterator[Member]:
        """The members that a client may give a value, in a new record or in one that is there."""
        access = self.profile.entity(shape.entity.name)
        for member in shape.members.values():
            is_fixed = member.is_computed or member.form is Form.COLLECTION
            if not is_fixed and access.may_set(member.name, creating=creating):
                yield member

    def kinds(self, shape: Shape, action: str = "read") -> tuple[Shape, ...]:
        """The types that records of a resource can be of, where the roles may do something with them."""
        concrete = self.view(shape.entity.name).compiled.concrete
        return tuple(self.shapes.of(kind) for kind in concrete if action in self.profile.entity(kind).actions)

    def operations(self, shape: Shape) -> frozenset[str]:
        """What of `get create patch delete` the resource offers and the roles may do with at least some records."""
        kinds = self.view(shape.entity.name).compiled.concrete
        actions = frozenset[str]().union(*(self.profile.entity(kind).actions for kind in kinds))
        may = {
            "get": "read" in actions,
            "create": "create" in actions,
            "patch": bool(actions - KEPT_APART),
            "delete": "delete" in actions,
        }
        return frozenset(name for name in shape.operations if may[name])

    def resources(self) -> Iterator[Shape]:
        """The resources with which the roles may do anything, in the order of their addresses."""
        for location in sorted(self.shapes.resources):
            if self.operations(self.shapes.resources[location]):
                yield self.shapes.resources[location]

    def types(self, members: Iterable[Member]) -> list[str]:
        """The types, as clients name them, of the records that relations can lead to."""
        targets = [target for one in members if one.relation for target in one.relation.to]
        kinds = [kind for target in targets if target in self.model.entities for kind in self.model.subtypes(target)]
        return list(dict.fromkeys(self.shapes.of(kind).type_name for kind in kinds))

    def taking(self, members: Iterable[Member], type_: str) -> list[Member]:
        """The relations that can lead to records of a type."""
        return [member for member in members if type_ in self.types([member])]

    def label(self, element: Attribute | Relation | Entity) -> str:
        """What people call an element."""
        return self.model.label(element, self.locale, "en")

    def help(self, element: Attribute | Relation | Entity) -> str:
        """What an element is for; empty where nobody says."""
        found: Label = element.help
        return found.text(self.locale, "en", *self.model.locales)

    def added_by(self, name: str) -> str:
        """The affiliate, for what it added to the group's model; empty for what is the group's."""
        prefix = self.model.layer.prefix
        return self.model.affiliate if prefix and name.startswith(f"{EXTENSION}{prefix}_") else ""


def api_of(shape: Shape) -> str:
    """The API that a resource belongs to, such as `party/v4`."""
    return shape.location.rpartition("/")[0]


def resource_of(shape: Shape) -> str:
    """The last part of a resource's address, such as `individual`."""
    return shape.location.rpartition("/")[2]

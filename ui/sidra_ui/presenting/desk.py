"""What one reader works with during a request: records, language, addresses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sidra.access.grants import EntityAccess
from sidra.queues.people import Person
from sidra.records.service import Records
from sidra_metamodel.kinds.entity import Entity, Relation
from sidra_metamodel.language import Element, Label
from sidra_metamodel.model.model import Model, words_of
from sidra_ui.messages import Messages
from sidra_ui.presenting.addresses import Addresses
from sidra_ui.presenting.formats import Formats
from sidra_ui.presenting.screens import Screens
from sidra_ui.viewmodels.common import Direction, Theme
from sidra_ui.viewmodels.shell import AffiliateChoice, DiagnosticsBanner, LanguageChoice, Toast

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
DEFAULT_ICON = "folder"
MadeT = TypeVar("MadeT")


@dataclass(frozen=True)
class Visit:
    """What a page's frame takes from the request."""

    path: str
    """The address of the page, with its query."""
    theme: Theme
    csrf_token: str
    languages: tuple[LanguageChoice, ...]
    icons: frozenset[str]
    toasts: tuple[Toast, ...] = ()
    diagnostics: DiagnosticsBanner | None = None
    affiliates: tuple[AffiliateChoice, ...] = ()
    """The other affiliates that the same person may enter."""
    is_rail: bool = False
    has_keys: bool = True


@dataclass(frozen=True)
class Desk:
    """One reader at an affiliate."""

    records: Records
    screens: Screens
    locale: str
    """One of the affiliate's locales, for example "ar"."""
    visit: Visit

    def kept(self, key: Hashable, make: Callable[[], MadeT]) -> MadeT:
        """What follows from the configuration, the reader's rights and the language alone: made once for all of these.

        Nothing of it may rest on a record, on who the reader is, on the time, or on what anybody has set.
        """
        found: MadeT | None = self._kept.get(key)
        if found is None:
            found = self._kept.setdefault(key, make())
        return found

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return self.screens.kept(self.records.profile.key, self.locale)

    @property
    def model(self) -> Model:
        """The affiliate's configuration."""
        return self.screens.model

    @cached_property
    def tag(self) -> str:
        """BCP 47, for example "ar-EG"."""
        return tag_of(self.locale, self.model.country)

    @property
    def direction(self) -> Direction:
        """Whether the page reads from right to left."""
        return direction_of(self.locale)

    @cached_property
    def messages(self) -> Messages:
        """The screens' own sentences."""
        return Messages(self.tag)

    @cached_property
    def formats(self) -> Formats:
        """How values are written."""
        return Formats(self.tag, self.model.time_zone, self.model.currency, self.records.now)

    @cached_property
    def addresses(self) -> Addresses:
        """Where pages are."""
        return Addresses(self.model.affiliate)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """The colleagues of the affiliate by login, those too who are shut out."""
        return self.records.runtime.people.by_login()

    def label(self, element: Element) -> str:
        """An element's label, or its name in words."""
        return self.model.label(element, self.locale)

    def text(self, label: Label, default: str = "") -> str:
        """A text in the reader's language."""
        return label.text(self.locale, *self.model.locales) or default

    def plural(self, entity: Entity) -> str:
        """Several records of an entity, as people read it."""
        return self.text(entity.plural) or self.label(entity)

    def new(self, entity: Entity) -> str:
        """What a new record of an entity is called, on buttons and as a title."""
        return self.text(entity.label_new) or self.messages.text("new_name", name=self.label(entity))

    def named(self, own: Label, otherwise: Element | None, name: str) -> str:
        """The label that a screen gives something, else that of what it shows, else its name in words."""
        return self.text(own) or (self.label(otherwise) if otherwise is not None else words_of(name))

    def icon(self, *names: str | None) -> str:
        """The first icon that there is."""
        return next((name for name in names if name and name in self.visit.icons), DEFAULT_ICON)

    def optional_icon(self, name: str | None) -> str:
        """An icon, where one is named that there is."""
        return name if name and name in self.visit.icons else ""

    def access(self, entity: str) -> EntityAccess:
        """What the reader may do with records of an entity."""
        return self.records.access(entity)

    def may(self, entity: str, action: str) -> bool:
        """Whether the reader may do something with records of an entity, or of a subtype of it."""
        return any(self.records.may(kind, action) for kind in self.model.subtypes(entity))

    def sees(self, entity: str, member: str) -> bool:
        """Whether the reader sees a member of an entity, at least masked."""
        found = self.model.entity(entity)
        declared = member in found.attributes or member in found.relations
        if not declared:
            return True
        if self.access(entity).level(member) == "none":
            return False
        relation = found.relations.get(member)
        return relation is None or self.reaches(relation)

    def reaches(self, relation: Relation) -> bool:
        """Whether the reader may read what a relation leads to."""
        return any(self.may(name, "read") for name in targets(self.model, relation))

    def is_person(self, entity: str) -> bool:
        """Whether records of an entity are people or stand for them: their name follows from a person's."""
        found = self.model.entity(entity)
        title = found.attributes.get(found.title or "")
        return title is not None and title.compute is not None and "identity" in title.pii


def targets(model: Model, relation: Relation) -> Iterable[str]:
    """The entities that a relation may lead to."""
    return [name for name in relation.to if name in model.entities] or list(model.entities)


def tag_of(locale: str, country: str) -> str:
    """The BCP 47 tag of a language in a country."""
    return locale if "-" in locale or not country else f"{locale}-{country}"


def direction_of(locale: str) -> Direction:
    """The direction in which a language is written."""
    return "rtl" if locale.partition("-")[0] in RIGHT_TO_LEFT else "ltr"

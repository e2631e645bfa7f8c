"""The questionnaire of a new country, as it follows from the Model of the group and the tiers that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sidra.onboarding.asking_documents import documents
from sidra.onboarding.asking_words import added
from sidra.onboarding.countries import Country
from sidra.onboarding.questions import NAMES, TEXT, Question, Topic
from sidra.onboarding.writing_answers import says, week
from sidra_metamodel.kinds import Calendar, Interface, Layer
from sidra_metamodel.kinds.layer import Holiday, Unit
from sidra_metamodel.language import Element, NamedShape, RecordShape, keywords_of, word
from sidra_metamodel.layering.layers import CORE
from sidra_metamodel.model import Model

LAYER_WORDS: Final = ("country", "label", "tiers", "locales", "currency", "time_zone", "store", "hue")
"""What is asked about the layer itself; the rest follows from its name and from the group's version."""
WORKING_WEEK: Final = "working_week"

Effort = Literal["label", "tighten", "extend", "replace", "plugin"]
EFFORTS: Final[tuple[Effort, ...]] = get_args(Effort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Element):
    """Something that a country needs and no question asks for."""

    what: str = word("What people must be able to do.", required=True)
    domain: str | None = word("The part of the system that it belongs to.", default=None)
    effort: Effort = word("How far it goes.", default="extend")


def questionnaire(model: Model, name: str, known: Country, tiers: tuple[str, ...]) -> Topic:
    """Return all that a new affiliate of a name is asked, with what the Model of the group says.

    model: what the affiliate would have without an overlay, with the packs of its tiers; tiers: those there are.
    """
    about: dict[str, Question | Topic] = dict(_layer(model, name, known, tiers))
    about["why"] = Question("The reason of whatever has none of its own", TEXT)
    about["units"] = Topic("Regions, shops and teams", other=_unit(name), noun="unit")
    about[WORKING_WEEK] = _week(model, known)
    key = ("calendar", f"x_{name}_{WORKING_WEEK}")
    about["holidays"] = Topic("Days on which nobody works", other=added(lambda _: key, "holidays", element=Holiday))
    about |= documents(model)
    about["data"] = Question(
        "Entities whose records come in sheets",
        NAMES,
        default=list(gathered(model)),
        choices=tuple(sorted(model.entities)),
    )
    about["needs"] = Topic("What the country needs beyond that", other=_need, noun="need")
    return Topic(f"The questionnaire of {name}", about)


def _layer(model: Model, name: str, known: Country, tiers: tuple[str, ...]) -> Mapping[str, Question]:
    first: Mapping[str, object] = {
        "tiers": [CORE],
        "country": known.code,
        "label": dict(known.names),
        "locales": list(known.locales),
        "currency": known.currency or None,
        "time_zone": known.time_zone,
    }
    keywords = keywords_of(Layer)
    choices = {"tiers": tiers, "time_zone": known.time_zones}
    return {
        one: Question(
            keywords[one].doc,
            keywords[one].shape,
            says(("layer", name), one),
            default=first.get(one),
            choices=choices.get(one, ()),
            among=_among(model, keywords[one].among),
        )
        for one in LAYER_WORDS
    }


def _among(model: Model, vocabulary: str | None) -> frozenset[str]:
    known = model.vocabularies.get(vocabulary or "")
    return frozenset(known.values) if known is not None else frozenset()


def _unit(layer: str) -> Callable[[str], Question]:
    def other(name: str) -> Question:
        return Question("A region, shop or team", RecordShape(Unit), says(("layer", layer), "units", name), asks=False)

    return other


def _week(model: Model, known: Country) -> Question:
    calendar = model.calendar
    hours = {day: f"{one.from_}-{one.to}" for day, one in calendar.week.items()} if calendar is not None else {}
    node = model.nodes.get((Calendar.kind, calendar.name)) if calendar is not None else None
    holidays = node.get("holidays") if node is not None else None
    write = week(WORKING_WEEK, _in_languages(holidays.plain() if holidays is not None else None, known.locales))
    usual = next(iter(hours.values()), "08:00-17:00")
    own = {day: hours.get(day, usual) for day in known.working_days}
    default = own if own.keys() != hours.keys() else None
    return Question("Working days and their hours", NamedShape(TEXT), write, hours, default)


def _in_languages(holidays: object, locales: tuple[str, ...]) -> object:
    """Return holidays with their names in the languages of a country only; who adds another one translates it."""
    if not isinstance(holidays, dict):
        return None
    return {
        name: {**day, "label": {locale: text for locale, text in day.get("label", {}).items() if locale in locales}}
        for name, day in holidays.items()
    }


def _need(_name: str) -> Question:
    return Question("What is needed, in which domain, with what effort", RecordShape(Need), asks=False)


def gathered(model: Model) -> tuple[str, ...]:
    """Return the entities whose records another system has: those that the group's feeds fill, and what they own."""
    found: dict[str, None] = {}
    for feed in model.interfaces.values():
        if feed.kind_ == "feed" and feed.into is not None and feed.into in model.entities:
            found |= dict.fromkeys([*_created(feed), feed.into])
    for name in tuple(found):
        for relation in model.entities[name].relations.values():
            if relation.owned:
                found |= dict.fromkeys(one for one in relation.to if one in model.entities)
    return tuple(name for name in found if not model.entities[name].abstract)


def _created(feed: Interface) -> list[str]:
    return [item.create for item in feed.map.values() if item.create]


__all__ = ["EFFORTS", "LAYER_WORDS", "Effort", "Need", "gathered", "questionnaire"]

"""What records should answer, told by dictionaries: written from the documentation, it uses nothing of the runtime."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.proofs.world import MOST_MEDIA, STEPS

FORBIDDEN, GONE, CONFLICT, WRONG, UNASKED = "R403", "R404", "R409", "R422", "R400"
OWN = {
    "person": ("name", "card", "born", "note", "status"),
    "account": ("person",),
    "ticket": ("text", "status", "size", "account"),
}
SEARCHED = {"person": ("name",), "account": ("label",), "ticket": ("text",)}


@dataclass(frozen=True, slots=True)
class Seer:
    """Who asks: the program itself, a reader of everything, or somebody with units."""

    kind: str
    units: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether there is anything that may be changed."""
        return self.kind != "reader"


@dataclass
class Thing:
    """One record."""

    entity: str
    id: str
    created: Any
    values: dict[str, Any]
    unit: str | None = None
    version: int = 1
    media: list[tuple[str, str]] = field(default_factory=list)
    """Id and text of each."""
    friends: set[str] = field(default_factory=set)
    told: dict[str, list[Any]] = field(default_factory=dict)
    """By attribute: the values that it had, in their order."""
    was_merged: bool = False

    def set(self, values: Mapping[str, Any]) -> bool:
        """Take values; tell whether any is another one."""
        changed = {name: value for name, value in values.items() if self.values.get(name) != value}
        self.values |= changed
        for name, value in changed.items():
            self.told.setdefault(name, []).append(value)
        return bool(changed)


class Oracle:
    """All records, and what happened to them."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.events: Counter[tuple[str, str]] = Counter()
        self.rewritten: set[str] = set()
        """Records that are gone, and that a merge or an erasure had changed before."""
        self._computed: dict[str, tuple[Any, ...]] = {}

    def of(self, entity: str) -> list[Thing]:
        """All records of an entity."""
        return [thing for thing in self.things.values() if thing.entity == entity]

    # Who sees what.

    def sees(self, seer: Seer, id: str) -> bool:
        """Whether a record is there for somebody."""
        thing = self.things.get(id)
        if thing is None:
            return False
        return seer.kind != "local" or self.person_of(thing).unit in seer.units

    def person_of(self, thing: Thing) -> Thing:
        """Whose a record is."""
        if thing.entity == "ticket":
            thing = self.things[thing.values["account"]]
        return self.things[thing.values["person"]] if thing.entity == "account" else thing

    def shown(self, seer: Seer, thing: Thing) -> dict[str, Any]:
        """The values of a record, as somebody sees them."""
        values = dict(thing.values)
        if thing.entity == "account":
            values["label"] = self.things[values["person"]].values["name"]
            values["opened"] = sum(ticket.values["status"] == "open" for ticket in self.tickets(thing.id))
        if thing.entity == "person" and seer.kind == "reader":
            del values["note"]
            values["card"] = None if values["card"] is None else f"•••• {values['card'][-2:]}"
        return values

    def tickets(self, account: str) -> list[Thing]:
        """The tickets of an account."""
        return [ticket for ticket in self.of("ticket") if ticket.values["account"] == account]

    # What is refused, by its code; None for what is done.

    def refuses_new(self, seer: Seer, entity: str, values: Mapping[str, Any]) -> str | None:
        """Why a record is not made."""
        if not seer.writes:
            return FORBIDDEN
        if self.is_wrong(seer, entity, {**dict.fromkeys(OWN[entity]), **values}, values):
            return WRONG
        return FORBIDDEN if entity == "person" and seer.kind == "local" and not seer.units else None

    def refuses_change(self, seer: Seer, id: str, values: Mapping[str, Any], version: int | None) -> str | None:
        """Why a record is not changed."""
        if not self.sees(seer, id):
            return GONE
        if not seer.writes:
            return FORBIDDEN
        thing = self.things[id]
        if version is not None and version != thing.version:
            return CONFLICT
        return WRONG if self.is_wrong(seer, thing.entity, {**thing.values, **values}, values, id) else None

    def refuses_merge(self, one: Thing, other: Thing) -> str | None:
        """Why two people, whom the program would make one, stay two."""
        return WRONG if len(media_of_both(one, other)) > MOST_MEDIA else None

    def is_wrong(
        self, seer: Seer, entity: str, whole: Mapping[str, Any], given: Mapping[str, Any], id: str = ""
    ) -> bool:
        """Whether a record with these values would break a rule."""
        if entity == "person":
            taken = {thing.values["card"] for thing in self.of("person") if thing.id != id} - {None}
            return (
                not whole["name"]
                or (whole["born"] is not None and whole["born"] < 1900)
                or whole["card"] in taken
                or len(given.get("media", ())) > MOST_MEDIA
                or any(not text for _, text in given.get("media", ()))
                or any(not self.sees(seer, friend) for friend in given.get("friends", ()))
            )
        target = "person" if entity == "account" else "account"
        if target in given and (not self.sees(seer, given[target]) or self.things[given[target]].entity != target):
            return True
        return entity == "ticket" and (not whole["text"] or (whole["size"] is not None and not 0 <= whole["size"] <= 9))

    def refuses_removal(self, seer: Seer, id: str, version: int | None) -> str | None:
        """Why a record is not removed."""
        if not self.sees(seer, id):
            return GONE
        if not seer.writes:
            return FORBIDDEN
        others = (thing for thing in self.things.values() if thing.id != id)
        is_needed = any(
            id in (*thing.friends, *(thing.values.get(way) for way in ("person", "account"))) for thing in others
        )
        return CONFLICT if is_needed or version not in {None, self.things[id].version} else None

    def refuses_step(self, seer: Seer, id: str, step: str, reason: str | None, version: int | None) -> str | None:
        """Why a step of the life cycle is not taken."""
        if not self.sees(seer, id):
            return GONE
        if not seer.writes:
            return FORBIDDEN
        thing = self.things[id]
        if version not in {None, thing.version}:
            return CONFLICT
        is_open = thing.values["status"] in STEPS[step][0]
        is_told = reason is not None if step == "close" else thing.values["born"] is not None
        return None if is_open and is_told else WRONG

    # What is done.

    def make(self, thing: Thing) -> None:
        """Keep a new record."""
        self.things[thing.id] = thing
        thing.told = {name: [value] for name, value in thing.values.items() if value is not None}
        self.events[f"{thing.entity}.created", thing.id] += 1
        self.follow()

    def change(self, seer: Seer, id: str, values: Mapping[str, Any], media: list[tuple[str, str]]) -> None:
        """Change a record; `media` are those that it has now, as new ones get ids that nobody can foretell."""
        thing = self.things[id]
        is_changed = thing.set({name: value for name, value in values.items() if name in OWN[thing.entity]})
        if "media" in values:
            is_changed |= sorted(thing.media) != sorted(media)
            thing.media = media
        if "friends" in values:
            unseen = {friend for friend in thing.friends if not self.sees(seer, friend)}
            friends = {*values["friends"], *unseen}
            is_changed |= friends != thing.friends
            thing.friends = friends
        if "unit" in values:
            is_changed |= thing.unit != values["unit"]
            thing.unit = values["unit"]
        if is_changed:
            thing.version += 1
            self.events[f"{thing.entity}.updated", id] += 1
            self.follow(but=id)

    def take(self, id: str, step: str) -> None:
        """Take a step of the life cycle."""
        thing = self.things[id]
        thing.set({"status": STEPS[step][1]})
        thing.version += 1
        self.events[f"person.{step}", id] += 1

    def remove(self, id: str) -> None:
        """Remove a record."""
        thing = self.things.pop(id)
        self.rewritten |= {id} if thing.was_merged else set()
        self.events[f"{thing.entity}.deleted", id] += 1
        self.follow()

    def follow(self, but: str = "") -> None:
        """Tell of each account whose computed values followed from the change of another record."""
        for account in self.of("account"):
            shown = self.shown(Seer("system"), account)
            computed = shown["label"], shown["opened"]
            if self._computed.setdefault(account.id, computed) != computed:
                self._computed[account.id] = computed
                self.events["account.updated", account.id] += account.id != but

    def merge(self, keep: str, drop: str) -> None:
        """Make one person of two: what leads to one leads to the other, and what this one lacks it gets."""
        one, other = self.things[keep], self.things.pop(drop)
        for account in self.of("account"):
            if account.values["person"] == drop:
                account.values["person"] = keep
                account.was_merged = True
        for thing in self.things.values():
            if drop in thing.friends:
                thing.friends = (thing.friends - {drop}) | ({keep} if thing is not one else set())
                thing.was_merged = True
        # Nobody leads to itself by a merge; who did before still does.
        one.friends = (one.friends - {drop}) | (other.friends - {keep, drop})
        one.media = media_of_both(one, other)
        for name in ("card", "born", "note"):
            if one.values[name] is None:
                one.values[name] = other.values[name]
        one.was_merged = True
        self.follow()

    # What is asked.

    def listed(
        self, seer: Seer, entity: str, keeps: Callable[[dict[str, Any]], bool], sort: tuple[str, ...]
    ) -> list[str]:
        """Ids of the records that somebody sees and a condition keeps, in order: what is empty last."""
        found = [thing for thing in self.of(entity) if self.sees(seer, thing.id)]
        found = [thing for thing in found if keeps(self.shown(seer, thing))]
        wanted = sort or ("-created_at",)
        found.sort(key=lambda thing: thing.id, reverse=wanted[-1].startswith("-"))
        for name in reversed(wanted):
            found = self.ordered(found, name.removeprefix("-"), descends=name.startswith("-"))
        return [thing.id for thing in found]

    def ordered(self, things: list[Thing], name: str, *, descends: bool) -> list[Thing]:
        """Records by one attribute; those that are equal stay as they are."""

        def value(thing: Thing) -> Any:  # noqa: ANN401 - of the attribute's type
            found = thing.created if name == "created_at" else self.shown(Seer("system"), thing)[name]
            return fold(found) if isinstance(found, str) else found

        full = [thing for thing in things if value(thing) is not None]
        full.sort(key=value, reverse=descends)
        return full + [thing for thing in things if value(thing) is None]

    def texts(self, seer: Seer) -> Iterable[tuple[str, str, str]]:
        """Entity, id and folded text of all that somebody finds by a part."""
        for thing in self.things.values():
            if self.sees(seer, thing.id):
                shown = self.shown(seer, thing)
                yield from ((thing.entity, thing.id, fold(shown[name])) for name in SEARCHED[thing.entity])

    def found(self, seer: Seer, text: str) -> set[str]:
        """Ids of the records of which one text has all words of another."""
        words = fold(text).split()
        return {id for _, id, kept in self.texts(seer) if all(word in kept for word in words)}


def media_of_both(one: Thing, other: Thing) -> list[tuple[str, str]]:
    """The media of one person of two: what the first has, and of the second's each that is not there yet."""
    found = list(one.media)
    for medium in other.media:
        if medium[1] not in {text for _, text in found}:
            found.append(medium)
    return found


def fold(text: str) -> str:
    """A text without case and accents."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return " ".join("".join(one for one in taken_apart if not unicodedata.combining(one)).split())

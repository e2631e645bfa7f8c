"""A machine that does anything in any order, and compares each answer with what the oracle's dictionaries say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from tests.proofs.comparing import Comparing, media_of
from tests.proofs.oracle import OWN, Seer, Thing
from tests.proofs.world import MOST_MEDIA, STEPS, UNITS

from sidra.access.actor import system_actor
from sidra.identity.merging import Order, merge
from sidra.identity.undoing import undo
from sidra.privacy.erasing import erase
from sidra.records.query import Filter, Query

NOBODY = "00000000-0000-7000-8000-00000000dead"
PAGE = 3
TOO_EARLY = 1899
NAMES = ("Awa Diop", "awa DIOP", "Écho Fall", "echo", "Łan Nowak", "Zebra Écho", "Dio")
PARTS = ("diop", "AWA", "écho", "fall echo", "lan", "nowak", "ebr", "ticket", "part", "zzz")

names = st.sampled_from((*NAMES, *NAMES, ""))
cards = st.none() | st.sampled_from([f"C-{number}" for number in range(100, 106)])
years = st.none() | st.integers(TOO_EARLY, 1904)
notes = st.none() | st.sampled_from(("told", "Told", "kept"))
sizes = st.none() | st.integers(-1, 9)
seers = st.sampled_from(("system", "system", "local", "local", "local", "reader"))
picks = st.integers(0, 1_000)
media_texts = st.lists(st.sampled_from(("part one", "part two", "Écho")), max_size=MOST_MEDIA + 1)
versions = st.sampled_from(("any", "any", "this", "this", "old"))
person_values = st.fixed_dictionaries(
    {}, optional={"name": names, "card": cards, "born": years, "note": notes, "media": media_texts}
)
ticket_values = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(("ticket one", "Part", "")),
        "size": sizes,
        "status": st.sampled_from(("open", "done")),
    },
)

CONDITIONS: Mapping[str, tuple[tuple[Filter, Callable[[Mapping[str, Any]], bool]], ...]] = {
    "person": (
        (Filter("name", "eq", "Awa Diop"), lambda one: one["name"] == "Awa Diop"),
        (Filter("name", "in", ["Dio", "echo"]), lambda one: one["name"] in {"Dio", "echo"}),
        (Filter("born", "gte", 1901), lambda one: one["born"] is not None and one["born"] >= 1901),
        (Filter("born", "lt", 1902), lambda one: one["born"] is not None and one["born"] < 1902),
        (Filter("born", "null", True), lambda one: one["born"] is None),
        (Filter("status", "eq", "checked"), lambda one: one["status"] == "checked"),
        (Filter("note", "eq", "told"), lambda one: one["note"] == "told"),
        (Filter("note", "null", False), lambda one: one["note"] is not None),
    ),
    "account": ((Filter("opened", "gt", 0), lambda one: one["opened"] > 0),),
    "ticket": (
        (Filter("status", "eq", "open"), lambda one: one["status"] == "open"),
        (Filter("size", "lte", 4), lambda one: one["size"] is not None and one["size"] <= 4),
    ),
}
SORTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "person": ((), ("name",), ("-name",), ("born", "-name"), ("-born",), ("note", "born"), ("-created_at",)),
    "account": ((), ("label",), ("-opened", "label"), ("opened",)),
    "ticket": ((), ("size",), ("-size",), ("created_at",)),
}


class Machine(Comparing):
    """Rules on one store, which is empty at the beginning and made empty at the end."""

    # On what.

    def pick(self, number: int, *entities: str) -> str:
        """An id of a record, of one that is gone, or of none that ever was."""
        ids = [thing.id for thing in self.oracle.things.values() if thing.entity in entities]
        ids += [*self.gone[-1:], NOBODY] if number % 11 == 0 or not ids else []
        return ids[number % len(ids)]

    def version(self, id: str, which: str) -> int | None:
        thing = self.oracle.things.get(id)
        return None if which == "any" or thing is None else thing.version - (which == "old")

    # What is done.

    @initialize(born=st.lists(years.filter(lambda year: year != TOO_EARLY), min_size=1, max_size=4))
    def begin(self, born: list[int | None]) -> None:
        """Let there be people of both units, with accounts and tickets."""
        for number, year in enumerate(born):
            self.units = (UNITS[number % len(UNITS)],)
            self.make_person("local", {"born": year, "media": ["part one"][: number % 2]}, NAMES[number])
            self.make_account("local", len(self.oracle.of("person")) - 1 or len(born))
            self.make_ticket("system", number, {"size": number})
        self.units = UNITS[:1]

    @rule(seer=seers, values=person_values, name=names)
    def make_person(self, seer: str, values: dict[str, Any], name: str) -> None:
        actor, given = self.seer(seer), {"name": name, **values}
        refusal = self.oracle.refuses_new(actor, "person", _with_media(given))
        found = self.agree(refusal, lambda: self.records(actor).create("person", _sent(given)))
        if found is not None:
            unit = actor.units[0] if actor.units else None
            kept = {"card": None, "born": None, "note": None, "status": "new", **given}
            thing = Thing("person", found.id, found["created_at"], {name: kept[name] for name in OWN["person"]}, unit)
            thing.media = media_of(self.system("person", found.id))
            self.oracle.make(thing)
            number = self.system("person", found.id)["number"]
            assert number not in self.numbers
            self.numbers.add(number)

    @rule(seer=seers, at=picks)
    def make_account(self, seer: str, at: int) -> None:
        self.make(seer, "account", {"person": self.pick(at, "person")})

    @rule(seer=seers, at=picks, values=ticket_values)
    def make_ticket(self, seer: str, at: int, values: dict[str, Any]) -> None:
        self.make(seer, "ticket", {"text": "ticket", **values, "account": self.pick(at, "account", "person")})

    def make(self, seer: str, entity: str, given: dict[str, Any]) -> None:
        actor = self.seer(seer)
        found = self.agree(
            self.oracle.refuses_new(actor, entity, given), lambda: self.records(actor).create(entity, given)
        )
        if found is not None:
            kept = {"status": "open", "size": None, **given}
            self.oracle.make(Thing(entity, found.id, found["created_at"], {name: kept[name] for name in OWN[entity]}))

    @rule(seer=seers, at=picks, values=person_values, which=versions)
    def change_person(self, seer: str, at: int, values: dict[str, Any], which: str) -> None:
        self.change(seer, "person", self.pick(at, "person"), values, which)

    @rule(seer=seers, at=picks, values=ticket_values, which=versions)
    def change_ticket(self, seer: str, at: int, values: dict[str, Any], which: str) -> None:
        self.change(seer, "ticket", self.pick(at, "ticket"), values, which)

    @rule(seer=seers, at=picks, to=picks)
    def give_ticket_to_another_account(self, seer: str, at: int, to: int) -> None:
        self.change(seer, "ticket", self.pick(at, "ticket"), {"account": self.pick(to, "account")}, "any")

    @rule(seer=seers, at=picks, to=picks)
    def give_account_to_another_person(self, seer: str, at: int, to: int) -> None:
        self.change(seer, "account", self.pick(at, "account"), {"person": self.pick(to, "person")}, "any")

    @rule(seer=seers, at=picks, others=st.lists(picks, max_size=3))
    def befriend(self, seer: str, at: int, others: list[int]) -> None:
        friends = list(dict.fromkeys(self.pick(other, "person") for other in others))
        self.change(seer, "person", self.pick(at, "person"), {"friends": friends}, "any")

    @rule(seer=seers, at=picks, text=st.sampled_from(("part three", "part one")), count=st.integers(0, MOST_MEDIA))
    def keep_some_media(self, seer: str, at: int, text: str, count: int) -> None:
        """Name media by their ids, one of them with another text: the others go."""
        id, actor = self.pick(at, "person"), self.seer(seer)
        had = self.oracle.things[id].media if id in self.oracle.things else []
        media = [(medium, text if number == 0 else before) for number, (medium, before) in enumerate(had[:count])]
        self.write(
            actor, "person", id, {"media": media}, None, {"media": [{"id": one, "text": new} for one, new in media]}
        )

    @rule(at=picks, to=st.sampled_from((*UNITS, None)))
    def give_person_to_another_unit(self, at: int, to: str | None) -> None:
        self.change("system", "person", self.pick(at, "person"), {"unit": to}, "any")

    def change(self, seer: str, entity: str, id: str, values: dict[str, Any], which: str) -> None:
        self.write(self.seer(seer), entity, id, _with_media(values), self.version(id, which), _sent(values))

    def write(
        self, actor: Seer, entity: str, id: str, values: dict[str, Any], version: int | None, sent: dict[str, Any]
    ) -> None:
        refusal = self.oracle.refuses_change(actor, id, values, version)
        if self.agree(refusal, lambda: self.records(actor).update(entity, id, sent, version=version)) is not None:
            media = media_of(self.system(entity, id)) if "media" in values else []
            self.oracle.change(actor, id, values, media)
            assert [text for _, text in media] == [text for _, text in values.get("media", ())]
            self.compare(Seer("system"), id)

    @rule(
        seer=seers,
        at=picks,
        step=st.sampled_from(tuple(STEPS)),
        reason=st.sampled_from((None, "moved")),
        which=versions,
    )
    def take_step(self, seer: str, at: int, step: str, reason: str | None, which: str) -> None:
        id, actor = self.pick(at, "person"), self.seer(seer)
        version, reason = self.version(id, which), reason if step == "close" else None
        refusal = self.oracle.refuses_step(actor, id, step, reason, version)
        found = self.agree(
            refusal, lambda: self.records(actor).transition("person", id, step, reason=reason, version=version)
        )
        if found is not None:
            self.oracle.take(id, step)

    @rule(seer=seers, at=picks, which=versions)
    def remove(self, seer: str, at: int, which: str) -> None:
        id, actor = self.pick(at, *OWN), self.seer(seer)
        entity = self.oracle.things[id].entity if id in self.oracle.things else "person"
        version = self.version(id, which)
        refusal = self.oracle.refuses_removal(actor, id, version)
        self.agree(refusal, lambda: self.records(actor).delete(entity, id, version=version))
        if refusal is None:
            self.oracle.remove(id)
            self.gone.append(id)

    @rule(units=st.sampled_from(((), UNITS[:1], UNITS[1:], UNITS)), role=st.sampled_from(("local", "local", "reader")))
    def let_somebody_be_another(self, units: tuple[str, ...], role: str) -> None:
        """Units and role of the person who acts change; what follows goes by the new ones."""
        self.units, self.role = units, role

    @precondition(lambda self: len(self.oracle.of("person")) > 1)
    @rule(at=picks, other=picks, stays=st.booleans())
    def merge_people(self, at: int, other: int, stays: bool) -> None:
        """Make one of two; where it does not stay so, all is again as it was."""
        people = self.oracle.of("person")
        keep, drop = people[at % len(people)], people[other % len(people)]
        if keep is drop:
            return
        before = self.picture()
        actor = system_actor("test")
        order = Order("person", keep.id, drop.id)
        refusal = self.oracle.refuses_merge(keep, drop)
        merged = self.agree(refusal, lambda: self.runtime.transact(actor, lambda unit: merge(unit, order)))
        if merged is None:
            assert self.picture() == before
            return
        self.counts["merges"] += 1
        if not stays:
            self.runtime.transact(actor, lambda unit: undo(unit, merged.id, "a mistake"))
            assert self.picture() == before
            # Its history tells that it went and came back.
            drop.was_merged = True
            self.counts["merges taken back"] += 1
        else:
            self.oracle.merge(keep.id, drop.id)
            self.gone.append(drop.id)
        self.take_over()
        self.everything_is_as_it_should()

    @precondition(lambda self: self.oracle.of("person"))
    @rule(at=picks)
    def erase_person(self, at: int) -> None:
        """Take all that tells who somebody is away, from the history too; all else stays as it was."""
        people = self.oracle.of("person")
        person = people[at % len(people)]
        texts = {person.values["name"], person.values["card"], *(text for _, text in person.media)}
        erase(self.runtime, person.id, actor=system_actor("test"), reason="asked for")
        self.counts["erasures"] += 1
        record = self.system("person", person.id)
        person.values |= {name: record[name] for name in ("name", "card")}
        self.take_over()
        told = self.records(Seer("system")).history("person", person.id, limit=500).changes
        told_texts = {value for change in told for value in (change.old, change.new) if isinstance(value, str)}
        left = {person.values["name"], person.values["card"], *(text for _, text in person.media)}
        assert not (texts - self.neutral - {None}) & (told_texts | left)
        self.neutral |= left
        for thing in self.oracle.things.values():
            thing.was_merged |= thing is person or person.id in thing.values.values()
        self.oracle.follow()
        self.everything_is_as_it_should()

    def take_over(self) -> None:
        """Let the oracle know the versions and media that a merge or an erasure left, which it does not foretell."""
        for thing in self.oracle.things.values():
            record = self.system(thing.entity, thing.id)
            thing.was_merged |= thing.version != record.version
            thing.version = record.version
            thing.media = media_of(record) if thing.entity == "person" else []

    # What is asked.

    @rule(seer=seers, at=picks)
    def get(self, seer: str, at: int) -> None:
        id, actor = self.pick(at, *OWN), self.seer(seer)
        if self.oracle.sees(actor, id):
            self.compare(actor, id)
        else:
            self.agree("R404", lambda: self.records(actor).get("person", id))

    @rule(seer=seers, entity=st.sampled_from(tuple(OWN)), data=st.data())
    def list_pages(self, seer: str, entity: str, data: st.DataObject) -> None:
        actor = self.seer(seer)
        chosen = data.draw(st.lists(st.sampled_from(CONDITIONS[entity]), max_size=2, unique_by=id))
        sort = data.draw(st.sampled_from(SORTS[entity]))
        filters = tuple(condition for condition, _ in chosen)
        query = Query(filters=filters, sort=sort, limit=PAGE)
        hides = actor.kind == "reader" and "note" in {*(one.path for one in filters), *sort}
        page = self.agree("R400" if hides else None, lambda: self.records(actor).list(entity, query))
        if page is None:
            return
        expected = self.oracle.listed(actor, entity, lambda one: all(keeps(one) for _, keeps in chosen), sort)
        assert (page.count.value, page.count.exact) == (len(expected), True)
        shown = [record.id for record in page.records]
        while page.next_cursor:
            following = Query(filters=filters, sort=sort, limit=PAGE, after=page.next_cursor)
            page = self.records(actor).list(entity, following)
            shown += [record.id for record in page.records]
        assert shown == expected
        self.counts["answers compared"] += len(shown) // PAGE

    @rule(seer=seers, text=st.sampled_from(PARTS))
    def search(self, seer: str, text: str) -> None:
        actor = self.seer(seer)
        hits = self.agree(None, lambda: self.records(actor).search(text, entities=list(OWN), limit=100))
        assert {hit.id for hit in hits} == self.oracle.found(actor, text)

    @rule(seer=seers, at=picks)
    def read_history(self, seer: str, at: int) -> None:
        id, actor = self.pick(at, "person"), self.seer(seer)
        if not self.oracle.sees(actor, id):
            self.agree("R404", lambda: self.records(actor).history("person", id))
            return
        found = self.agree(None, lambda: self.records(actor).history("person", id, limit=500))
        thing, told = self.oracle.things[id], dict[str, list[Any]]()
        for change in reversed(found.changes):
            if change.entity == "person":
                told.setdefault(change.attribute, []).append(change.new)
        names = ("name", "born", "status") + (() if actor.kind == "reader" else ("note", "card"))
        assert actor.kind != "reader" or "note" not in told
        if not thing.was_merged:
            assert {name: told.get(name, []) for name in names} == {name: thing.told.get(name, []) for name in names}

    @invariant()
    def counts_agree(self) -> None:
        self.counts["steps"] += 1


def _with_media(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the oracle takes them: media have ids, new ones none yet."""
    return {name: [("", text) for text in value] if name == "media" else value for name, value in values.items()}


def _sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the records take them."""
    return {name: _entries(value) if name == "media" else value for name, value in values.items()}


def _entries(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]

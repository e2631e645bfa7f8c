"""What the machine compares: each answer, each record, the search index and the outbox, with what the oracle says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine
from tests.proofs.counting import Counts
from tests.proofs.oracle import OWN, Oracle, Seer
from tests.proofs.world import UNITS

from sidra.access.actor import Actor, system_actor
from sidra.errors import SidraError
from sidra.records.query import Query
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime

ME = "00000000-0000-7000-8000-0000000000aa"


class Comparing(RuleBasedStateMachine):
    """Knows what should be there, and looks whether it is; takes all away at the end."""

    runtime: ClassVar[Runtime]
    counts: ClassVar[Counts]

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.units: tuple[str, ...] = UNITS[:1]
        self.role = "local"
        self.numbers: set[str] = set()
        self.gone: list[str] = []
        self.neutral: set[str | None] = set()
        """What stands in the place of values that were erased."""

    def seer(self, kind: str) -> Seer:
        """Somebody: whoever has the role and the units that are given at this time."""
        if kind == "local":
            return Seer(self.role, self.units if self.role == "local" else ())
        return Seer(kind)

    def records(self, seer: Seer) -> Records:
        return self.runtime.records(self.actor(seer))

    def actor(self, seer: Seer) -> Actor:
        if seer.kind == "system":
            return system_actor("test")
        return Actor(ME, "Awa", frozenset({seer.kind}), seer.units)

    def agree(self, refusal: str | None, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - what was asked for
        """Return what was asked for, which is refused where the oracle says so, and nowhere else; None if it is."""
        self.counts["answers compared"] += 1
        found, refused = None, None
        try:
            found = ask()
        except SidraError as error:
            refused = error
        code = None if refused is None else refused.code
        assert code == refusal, (refusal, refused, getattr(refused, "problems", ""), found)
        return found

    def system(self, entity: str, id: str) -> Record:
        return self.runtime.records(system_actor("test")).get(entity, id)

    def compare(self, seer: Seer, id: str) -> None:
        """Compare one record with what the oracle says of it."""
        thing = self.oracle.things[id]
        found = self.agree(None, lambda: self.records(seer).get(thing.entity, id))
        assert found.version == thing.version
        expected = self.oracle.shown(seer, thing)
        shown = {name: found[f"{name}_id" if name in {"person", "account"} else name] for name in expected}
        assert shown == expected
        if thing.entity == "person":
            assert "note" in found or seer.kind == "reader"
            assert sorted(text for _, text in media_of(found)) == sorted(text for _, text in thing.media)
            friends = {friend for friend in thing.friends if self.oracle.sees(seer, friend)}
            assert {friend.id for friend in found["friends"]} == friends
            accounts = {one.id for one in self.oracle.of("account") if one.values["person"] == id}
            assert {account.id for account in found["accounts"]} == accounts

    def picture(self) -> list[tuple[Any, ...]]:
        """All that is there, but for versions."""
        return sorted(
            (thing.entity, id, *(str(self.system(thing.entity, id).get(name)) for name in _NAMES[thing.entity]), *more)
            for id, thing in self.oracle.things.items()
            for more in [_more(self.system(thing.entity, id), thing.entity)]
        )

    def everything_is_as_it_should(self) -> None:
        for id in self.oracle.things:
            self.compare(Seer("system"), id)

    def teardown(self) -> None:
        """Look at everything, at the search index and at the outbox; then take all away, whatever was found."""
        try:
            self.everything_is_as_it_should()
            self.compare_index()
            self.compare_outbox()
        finally:
            self.clear()

    def compare_index(self) -> None:
        """The index of texts is what one made anew would be."""
        texts = self.runtime.store.texts.texts
        statement = self.runtime.store.compile(texts.select())
        with self.runtime.store.reading() as connection:
            rows = connection.execute(statement.sql, statement.parameters({})).fetchall()
        place = [column.name for column in texts.c].index("folded")
        expected = [text for _, _, text in self.oracle.texts(Seer("system"))]
        media = [text.lower() for thing in self.oracle.of("person") for _, text in thing.media]
        assert Counter(row[place] for row in rows) == Counter([*expected, *(text.replace("é", "e") for text in media)])

    def compare_outbox(self) -> None:
        """What happened is in the outbox, each once; what merges did beside is theirs to tell."""
        rows = self.runtime.outbox.oldest(10_000)
        told = Counter((row.event, str(row.record_id)) for row in rows if row.entity in OWN)
        touched = self.oracle.rewritten | {id for id, thing in self.oracle.things.items() if thing.was_merged}
        touched |= {id for event, id in told if "merge" in event}
        lacking, more = self.oracle.events - told, told - self.oracle.events
        assert {key for key in (*lacking, *more) if key[1] not in touched} == set()
        self.runtime.outbox.done(row.id for row in rows)

    def clear(self) -> None:
        """Take everything away that is there, so that the next run begins with nothing."""
        records, whole = self.runtime.records(system_actor("test")), Query(limit=1_000, count=False)
        for person in records.list("person", whole).records:
            records.update("person", person.id, {"friends": []})
        for entity in ("ticket", "account", "person"):
            for record in records.list(entity, whole).records:
                records.delete(entity, record.id)
        self.runtime.outbox.done(row.id for row in self.runtime.outbox.oldest(10_000))


_NAMES = {
    "person": ("name", "card", "born", "note", "number", "status", "unit"),
    "account": ("label", "opened", "person_id"),
    "ticket": ("text", "status", "size", "account_id"),
}


def _more(record: Record, entity: str) -> tuple[Any, ...]:
    if entity != "person":
        return ()
    return (sorted(text for _, text in media_of(record)), sorted(friend.id for friend in record["friends"]))


def media_of(record: Record) -> list[tuple[str, str]]:
    """Id and text of what a person owns."""
    return [(medium.id, medium["text"]) for medium in record["media"]]

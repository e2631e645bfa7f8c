"""Everything that one actor can ask of the records, and what the store answers: for worlds that must answer alike."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sidra.access.reveal import reveal
from sidra.access.why import why
from sidra.errors import Invalid, SidraError
from sidra.records.exporting import Export
from sidra.records.query import OPERATORS, Filter, Query
from sidra.records.record import Page, Record
from sidra.records.service import Records
from sidra_metamodel.kinds.entity import Entity

MAX_PAGES = 20

# A question is a tuple of names and values; an answer is anything that compares.
Question = tuple[Any, ...]
Answers = dict[Question, Any]


@dataclass(frozen=True)
class Interview:
    """What is asked: which entities, which ids, which values; `except_for` are the exceptions that the law names."""

    entities: Sequence[str]
    ids: Sequence[str]
    values: Sequence[Any]
    texts: Sequence[str]
    drafts: Sequence[dict[str, Any]] = ()
    except_for: Callable[[Question], bool] = field(default=lambda _: False)
    keep: Callable[[Question], bool] = field(default=lambda _: True)
    """Which questions are asked, where all of them would take too long."""

    def answers(self, records: Records) -> Answers:
        """What the records answer to every question."""
        found: Answers = {}
        for name in self.entities:
            for question, ask in self._questions(records, records.runtime.model.entity(name)):
                if self.keep(question) and not self.except_for(question):
                    found[question] = told(ask)
        for text in self.texts:
            found["search", text] = told(partial(hits, records, text))
            found["search each", text] = told(partial(hits_of_each, records, text))
        return found

    def _questions(self, records: Records, entity: Entity) -> Iterator[tuple[Question, Callable[[], Any]]]:
        yield from self._about_one(records, entity)
        yield from self._lists(records, entity)

    def _about_one(self, records: Records, entity: Entity) -> Iterator[tuple[Question, Callable[[], Any]]]:
        name = entity.name
        for id in self.ids:
            yield ("get", name, id), partial(seen_whole, records, name, id)
            yield ("history", name, id), partial(happened, records, name, id)
            yield ("transitions", name, id), partial(steps, records, name, id)
            for member in entity.attributes:
                yield ("reveal", name, id, member), partial(refused_reveal, records, name, id, member)
            for relation in entity.relations:
                yield ("related", name, id, relation), partial(related, records, name, id, relation)
            for number, values in enumerate(self.drafts):
                yield (
                    ("draft", name, id, number),
                    partial(drafted, records, name, values, id),
                )
        for number, values in enumerate(self.drafts):
            yield ("draft", name, None, number), partial(drafted, records, name, values, None)

    def _lists(self, records: Records, entity: Entity) -> Iterator[tuple[Question, Callable[[], Any]]]:
        name = entity.name
        for path in paths(records, entity):
            for op in sorted(OPERATORS):
                for value in self._compared(op):
                    query = Query(filters=(Filter(path, op, value),), limit=50)  # type: ignore[arg-type]  # of OPERATORS
                    yield ("filter", name, path, op, str(value)), partial(listed, records, name, query)
        for path in (*members(entity), "id", "created_at", "updated_at", "unit", "version", "created_by"):
            for sign in ("", "-"):
                yield ("sort", name, sign + path), partial(pages, records, name, sign + path)
        for text in self.texts:
            yield ("text", name, text), partial(listed, records, name, Query(text=text))
            yield ("export", name, text), partial(exported, records, name, Query(text=text))
        yield ("export", name), partial(exported, records, name, Query())
        yield ("why", name), partial(why, records.runtime, records.actor, name)

    def _compared(self, op: str) -> Iterable[Any]:
        if op == "null":
            return (True, False)
        return [list(self.values[:2]), list(self.values)] if op == "in" else self.values


def told(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - see Answers
    """The answer, or the whole error: its code, reason, way out and problems."""
    try:
        return ask()
    except SidraError as error:
        problems = error.problems if isinstance(error, Invalid) else ()
        return error.code, error.reason, error.hint, problems


def members(entity: Entity) -> tuple[str, ...]:
    """Attributes and relations."""
    return (*entity.attributes, *entity.relations)


def paths(records: Records, entity: Entity) -> Iterator[str]:
    """Every path from an entity of one or two names, and members of every record."""
    yield from ("id", "unit", "created_at", "kind", "version", "updated_at")
    yield from members(entity)
    for relation in entity.relations.values():
        for target in relation.to:
            if target in records.runtime.model.entities:
                for kind in records.runtime.model.subtypes(target):
                    yield from (f"{relation.name}.{name}" for name in members(records.runtime.model.entity(kind)))


def whole(records: Records, record: Record) -> dict[str, Any]:
    """Everything that a record gives when it is asked for it."""
    entity = records.runtime.model.entity(record.entity)
    found: dict[str, Any] = {**record, "title": record.title, "entity": record.entity}
    for name in members(entity):
        value = record.get(name, "hidden")
        found[name] = named(value)
    return found


def named(value: object) -> object:
    """A value; related records by what they show themselves."""
    if isinstance(value, Record):
        return {**value, "title": value.title}
    return [named(one) for one in value] if isinstance(value, list) else value


def page(records: Records, found: Page) -> Any:  # noqa: ANN401 - see Answers
    """A page with its records, cursors and count."""
    shown = [whole(records, record) for record in found.records]
    return shown, found.next_cursor, found.previous_cursor, found.count


def pages(records: Records, entity: str, sort: str) -> list[Any]:
    """A list read page by page, two records each."""
    found, cursor = [], None
    for _ in range(MAX_PAGES):
        got = records.list(entity, Query(sort=(sort,), limit=2, after=cursor))
        found.append(page(records, got))
        cursor = got.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


def seen_whole(records: Records, entity: str, id: str) -> object:
    """A record with everything that it gives."""
    return whole(records, records.get(entity, id))


def steps(records: Records, entity: str, id: str) -> object:
    """The steps of a record's life cycle."""
    return records.transitions(entity, records.get(entity, id))


def happened(records: Records, entity: str, id: str) -> object:
    """What happened to a record, without the numbers of entries: they are moments, and count what was of one moment."""
    found = records.history(entity, id)
    return [replace(change, sequence=0) for change in found.changes], found.next_cursor is None


def related(records: Records, entity: str, id: str, relation: str) -> object:
    """A page of what a relation leads to."""
    return page(records, records.related(entity, id, relation))


def listed(records: Records, entity: str, query: Query) -> object:
    """A page of a list."""
    return page(records, records.list(entity, query))


def drafted(records: Records, entity: str, values: dict[str, Any], id: str | None) -> object:
    """A draft without the ids of records that are not made, which are drawn by lot."""
    found = records.draft(entity, values, id=id)
    return unnamed(found.values), found.problems


def unnamed(values: object) -> object:
    """Values without ids, those of owned records too."""
    if isinstance(values, Mapping):
        return {name: unnamed(value) for name, value in values.items() if name not in {"id", "party_id"}}
    return [unnamed(value) for value in values] if isinstance(values, list) else values


def hits(records: Records, text: str) -> list[Any]:
    """What the search finds, in order."""
    return [(hit.entity, hit.id, hit.title, hit.field) for hit in records.search(text)]


def hits_of_each(records: Records, text: str) -> list[Any]:
    """What the search finds of each entity, and how many."""
    return [(found.entity, [hit.id for hit in found.hits], found.count) for found in records.search_each(text, limit=2)]


def exported(records: Records, entity: str, query: Query) -> bytes:
    """A list as a file."""
    return b"".join(Export(records, entity, query).lines())


def refused_reveal(records: Records, entity: str, id: str, member: str) -> object:
    """What is said to somebody who would see a masked value whole, and gives no reason."""
    return reveal(records, entity, id, member, "")


def pieces(*texts: str) -> list[str]:
    """Every part of some texts, of every length, and some in capitals."""
    found = {text[start:end] for text in texts for start in range(len(text)) for end in range(start + 1, len(text) + 1)}
    return sorted(found | {text.upper() for text in texts})


def moment(day: int) -> datetime.datetime:
    """A moment of January, so that both worlds are of one age."""
    return datetime.datetime(2026, 1, day, tzinfo=datetime.UTC)

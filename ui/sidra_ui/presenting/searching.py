"""What the search over all entities finds, as people look for it: customers before their telephone numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sidra.records.folding import fold
from sidra.records.record import Hit, Record
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import SearchSource
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.shell import shell
from sidra_ui.presenting.values import is_sequence, name_of, page_of, show
from sidra_ui.viewmodels.common import Badge, avatar
from sidra_ui.viewmodels.search import SearchGroup, SearchHit, SearchPage, Suggestions, TextPart
from sidra_ui.viewmodels.shell import Place

PAGE_HITS, SUGGESTED_HITS = 60, 12
SHOWN_IN_GROUP, SUGGESTED_IN_GROUP = 20, 4
MAX_WHOLE = 8
"""Pages about everything that one hit leads to, at most."""


@dataclass
class Found:
    """A record to show, and what led to it."""

    record: Record
    reasons: list[str] = field(default_factory=list)


def search_page(desk: Desk, text: str) -> SearchPage:
    """The page of the search."""
    groups = tuple(groups_of(desk, text, PAGE_HITS, SHOWN_IN_GROUP)) if text else ()
    total = sum(len(group.hits) for group in groups)
    return SearchPage(
        shell=shell(desk, search_text=text),
        place=Place(desk.messages.text("search_results")),
        query=text,
        groups=groups,
        summary=desk.messages.text("results", count=total, query=text) if text else "",
        hint="" if groups else desk.messages.text("search_hint"),
    )


def suggestions(desk: Desk, text: str) -> Suggestions:
    """What is found while a person types."""
    groups = tuple(groups_of(desk, text, SUGGESTED_HITS, SUGGESTED_IN_GROUP)) if text else ()
    return Suggestions(text, groups, f"{desk.addresses.list('search', ('q', text))}")


def groups_of(desk: Desk, text: str, limit: int, shown: int) -> Iterator[SearchGroup]:
    """The records that a text finds, by entity, in the order of the search screen."""
    screen = desk.screens.search()
    words = {name: word for name, word in screen.entities.items() if not word.hidden} if screen is not None else {}
    hits = desk.records.search(text, entities=list(words) or None, limit=limit)
    found = collect(desk, hits)
    for entity in sorted(found, key=lambda name: rank(desk, name, list(words))):
        declared = desk.model.entity(entity)
        records = list(found[entity].values())
        views = tuple(hit_view(desk, words.get(entity), each, text) for each in records[:shown])
        count = desk.formats.number(len(records)) if len(records) > 1 else ""
        yield SearchGroup(desk.plural(declared), desk.icon(declared.icon), views, count)


def rank(desk: Desk, entity: str, order: list[str]) -> tuple[bool, int]:
    """Entities with a page about everything come first, then those that the screen names, in its order."""
    has_overview = desk.screens.view360_of(entity) is not None
    return not has_overview, order.index(entity) if entity in order else len(order)


def collect(desk: Desk, hits: list[Hit]) -> dict[str, dict[str, Found]]:
    """The records to show for the hits: owners for what they own, and whom the found ones stand for."""
    found: dict[str, dict[str, Found]] = {}
    for hit in hits:
        record = owner_of(desk, hit.record)
        for shown in (*whole(desk, record), record):
            known = found.setdefault(shown.entity, {}).setdefault(shown.id, Found(shown))
            reason = reason_of(desk, hit) if shown is not hit.record else ""
            if reason and reason not in known.reasons:
                known.reasons.append(reason)
    return found


def owner_of(desk: Desk, record: Record) -> Record:
    """The record that a found one belongs to, or itself."""
    owner = desk.records.runtime.entity(record.entity).owner
    above = record.get(owner[1].inverse or "") if owner is not None else None
    return owner_of(desk, above) if isinstance(above, Record) else record


def whole(desk: Desk, record: Record) -> list[Record]:
    """The records about which there is a page of everything and that a found one stands behind."""
    if desk.screens.view360_of(record.entity) is not None:
        return []
    for name, relation in desk.model.entity(record.entity).relations.items():
        is_list = relation.many and relation.inverse is not None and not relation.owned
        if is_list and len(relation.to) == 1 and desk.screens.view360_of(relation.to[0]) is not None:
            return list(record.get(name) or [])[:MAX_WHOLE]
    return []


def reason_of(desk: Desk, hit: Hit) -> str:
    """Which value was found, as far as the reader may see it; nothing where the name says it already."""
    attribute = desk.model.entity(hit.entity).attributes.get(hit.field)
    if attribute is None:
        return desk.label(desk.model.entity(hit.entity))
    value = hit.record.get(hit.field)
    is_own = owner_of(desk, hit.record) is hit.record
    if is_own and isinstance(value, str) and fold(value) in fold(name_of(desk, hit.record)):
        return ""
    return f"{desk.label(attribute)} {show(desk, attribute, hit.record.get(hit.field)).text}".strip()


def hit_view(desk: Desk, word: SearchSource | None, found: Found, text: str) -> SearchHit:
    """One record that was found."""
    record = found.record
    entity = desk.model.entity(record.entity)
    name = title_of(desk, word, record)
    notes, badges, code = facts_of(desk, word, entity, record)
    portrait = avatar(name) if desk.is_person(record.entity) else None
    return SearchHit(
        parts(name, text),
        page_of(desk, record),
        code,
        " · ".join([*found.reasons[:2], *notes]),
        portrait,
        "" if portrait else desk.icon(entity.icon),
        badges,
    )


def title_of(desk: Desk, word: SearchSource | None, record: Record) -> str:
    """What a hit is called."""
    attribute = desk.model.entity(record.entity).attributes.get((word.title if word is not None else None) or "")
    shown = show(desk, attribute, record.get(attribute.name)).text if attribute is not None else ""
    return shown or name_of(desk, record)


def facts_of(
    desk: Desk, word: SearchSource | None, entity: Entity, record: Record
) -> tuple[list[str], tuple[Badge, ...], str]:
    """What stands below a hit: plain facts, badges, and its number."""
    notes, badges, code = [], [], ""
    for source in sources(desk, entity.name, word.facts.values()) if word is not None else []:
        shown = source.show(desk, record)
        attribute = entity.attributes.get(source.name)
        if shown.badge is not None:
            badges.append(shown.badge)
        elif attribute is not None and is_sequence(desk, attribute):
            code = shown.text
        elif shown.text:
            notes.append(shown.text)
    return notes, tuple(badges), code


def parts(name: str, text: str) -> tuple[TextPart, ...]:
    """A name with the words in it that were looked for."""
    wanted = [word for word in fold(text).split() if word]
    found: list[TextPart] = []
    for place, word in enumerate(name.split(" ")):
        if place:
            found.append(TextPart(" "))
        length = next((len(each) for each in wanted if fold(word).startswith(each)), 0)
        found += [TextPart(word[:length], is_match=True)] if length else []
        found += [TextPart(word[length:])] if word[length:] else []
    return tuple(found)

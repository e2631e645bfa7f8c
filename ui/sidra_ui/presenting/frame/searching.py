"""What the search over all entities finds, as people look for it: customers before their telephone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sidra.records.record import Count, Hit, Record
from sidra_metamodel.folding import fold
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screens.search import SearchSource
from sidra_ui.presenting.columns import sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import count_text, shell
from sidra_ui.presenting.lists.listing import makings as new_records
from sidra_ui.presenting.values import is_sequence, name_of, page_of, show
from sidra_ui.viewmodels.common import Badge, avatar
from sidra_ui.viewmodels.search import SearchEmpty, SearchGroup, SearchHit, SearchPage, Suggestions, TextPart
from sidra_ui.viewmodels.shell import Place

SHOWN_IN_GROUP, SUGGESTED_IN_GROUP = 20, 4
MAX_WHOLE = 8
"""Pages about everything that one hit leads to, at most."""
MAX_CREATIONS = 2
DATES = frozenset({"date", "datetime"})
"""Types whose values say nothing without the word for them."""
KINDS_OF_TEXT = ("name", "number", "document", "telephone", "mail", "subject")
"""Parts of the keys of the sentences that say what can be looked for."""


@dataclass
class Found:
    """A record to show, and what led to it."""

    record: Record
    reasons: list[str] = field(default_factory=list)


@dataclass
class Group:
    """The records of one entity to show, and the entities whose hits led to them."""

    records: dict[str, Found] = field(default_factory=dict)
    led_here: set[str] = field(default_factory=set)
    led_away: bool = False
    """Whether others of the entity were found that pages about everything stand for."""


def search_page(desk: Desk, text: str) -> SearchPage:
    """The page of the search."""
    found = found_groups(desk, text, SHOWN_IN_GROUP) if text else []
    groups = tuple(group for group, _ in found)
    total = Count(sum(count.value for _, count in found), all(count.is_exact for _, count in found))
    return SearchPage(
        shell=shell(desk, search_text=text),
        place=Place(desk.messages.text("search_results")),
        query=text,
        groups=groups,
        summary=summary(desk, total, text) if groups else "",
        empty=None if groups else nothing(desk, text),
    )


def summary(desk: Desk, total: Count, text: str) -> str:
    """How many records there are."""
    return desk.messages.text("results" if total.is_exact else "results_more", count=total.value, query=text)


def nothing(desk: Desk, text: str) -> SearchEmpty:
    """What to do before anything is looked for, and where nothing was found."""
    messages = desk.messages
    if not text:
        return SearchEmpty(messages.text("search_title"), "search", kinds_of_text(desk))
    overviews = (screen.of for screen in desk.model.screens.values() if screen.kind_ == "view360")
    creations = [
        each for name in dict.fromkeys(overviews) if name for each in new_records(desk, desk.model.entity(name))
    ]
    return SearchEmpty(
        messages.text("search_nothing", query=text), "search-x", kinds_of_text(desk), tuple(creations[:MAX_CREATIONS])
    )


def kinds_of_text(desk: Desk) -> tuple[str, ...]:
    """What can be looked for, each with how it may be typed."""
    return tuple(desk.messages.text(f"search_by_{kind}") for kind in KINDS_OF_TEXT)


def suggestions(desk: Desk, text: str) -> Suggestions:
    """What is found while a person types."""
    found = found_groups(desk, text, SUGGESTED_IN_GROUP, counted=False) if text else []
    return Suggestions(text, tuple(group for group, _ in found), desk.addresses.list("search", ("q", text)))


def found_groups(desk: Desk, text: str, shown: int, *, counted: bool = True) -> list[tuple[SearchGroup, Count]]:
    """The records that a text finds, by entity, in the order of the search screen."""
    screen = desk.screens.search()
    words = {name: word for name, word in screen.entities.items() if not word.hidden} if screen is not None else {}
    finds = desk.records.search_each(text, entities=list(words) or None, limit=shown, counted=counted)
    counts = {one.entity: one.count for one in finds}
    found = collect(desk, [hit for one in finds for hit in one.hits])
    groups = []
    for entity in sorted(found, key=lambda name: rank(desk, name, list(words))):
        group = found[entity]
        count = count_of(entity, group, counts, shown)
        records = list(group.records.values())[:shown]
        views = tuple(hit_view(desk, words.get(entity), each, text) for each in records)
        behind = list_behind(entity, group, counts, shown)
        groups.append((group_view(desk, entity, views, count, (behind, counts.get(behind), text)), count))
    return groups


def list_behind(entity: str, group: Group, counts: Mapping[str, Count], shown: int) -> str:
    """The entity whose list has all of a group: its own, else that through which it was found, such as numbers.

    Empty where all are shown, or none has them all.
    """
    if group.led_away:
        return ""
    if entity in counts:
        return entity if counts[entity].value > shown else ""
    others = [name for name in sorted(group.led_here - {entity}) if name in counts and counts[name].value > shown]
    return max(others, key=lambda name: counts[name].value, default="")


def group_view(
    desk: Desk, entity: str, views: tuple[SearchHit, ...], count: Count, all_of: tuple[str, Count | None, str]
) -> SearchGroup:
    """The records of one entity, with the way to all of them; `all_of` is of what, how many, and by which text."""
    declared = desk.model.entity(entity)
    number = count_text(desk, count) if count.value > 1 else ""
    behind, among, text = all_of
    all_href = list_address(desk, behind, text) if behind else ""
    all_text = desk.messages.text("view_all_count", number=count_text(desk, among)) if behind else ""
    if behind and behind != entity:
        all_text = f"{desk.plural(desk.model.entity(behind))} · {all_text}"
    return SearchGroup(desk.plural(declared), desk.icon(declared.icon), views, number, all_href, all_text)


def count_of(entity: str, group: Group, counts: Mapping[str, Count], shown: int) -> Count:
    """How many records of an entity there are, whether they were found themselves or through others.

    Those that others led to, such as owners of telephone numbers, are known as far as they are shown: where there are
    more, and the text finds none by themselves, the number is a lower bound.
    """
    own = counts.get(entity, Count(0, is_exact=True))
    if group.led_away:
        return Count(len(group.records), own.is_exact and own.value <= shown)
    others = [counts[name] for name in group.led_here - {entity}]
    more = not own.value and any(count.value > shown or not count.is_exact for count in others)
    return Count(max(own.value, len(group.records)), own.is_exact and not more)


def list_address(desk: Desk, entity: str, text: str) -> str:
    """The list of an entity that the same text narrows, with the view that leaves nothing out."""
    views = desk.screens.list_of(entity).views.values()
    whole_view = next((view.name for view in views if not view.hidden and view.filter is None), "")
    return desk.addresses.list(entity, ("view", whole_view), ("q", text))


def rank(desk: Desk, entity: str, order: list[str]) -> tuple[bool, int]:
    """Entities with a page about everything come first, then those that the screen names, in its order."""
    has_overview = desk.screens.view360_of(entity) is not None
    return not has_overview, order.index(entity) if entity in order else len(order)


def collect(desk: Desk, hits: list[Hit]) -> dict[str, Group]:
    """The records to show for the hits: owners for what they own, and the pages about everything they stand behind."""
    groups: dict[str, Group] = {}
    for hit in hits:
        record = owner_of(desk, hit.record)
        above = whole(desk, record)
        if above:
            groups.setdefault(record.entity, Group()).led_away = True
        for shown in above or [record]:
            group = groups.setdefault(shown.entity, Group())
            group.led_here.add(hit.entity)
            known = group.records.setdefault(shown.id, Found(shown))
            reason = reason_of(desk, hit) if shown is not hit.record else ""
            if reason and reason not in known.reasons:
                known.reasons.append(reason)
    return {entity: group for entity, group in groups.items() if group.records}


def owner_of(desk: Desk, record: Record) -> Record:
    """The record that a found one belongs to, or itself."""
    owners = desk.records.runtime.entity(record.entity).owners
    above = next(filter(None, map(record.get, owners)), None)
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
    title = parts(name, text)
    # A name that shows the text needs no other reason.
    reasons = [] if any(part.is_match for part in title) else found.reasons[:2]
    return SearchHit(
        title,
        page_of(desk, record),
        code,
        " · ".join([*reasons, *notes]),
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
            is_bare = source.type(desk) in DATES
            notes.append(f"{source.title(desk)} {shown.text}" if is_bare else shown.text)
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

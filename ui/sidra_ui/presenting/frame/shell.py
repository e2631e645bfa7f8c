"""The frame of every page: navigation, affiliate, language, person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sidra.access.functions import ADMINISTER, APPROVE_ACCESS, APPROVE_API, APPROVE_DATA, AUDIT, REPORTS
from sidra.errors import SidraError
from sidra.identity.merging import MERGE
from sidra.records.counting import countable, recounted
from sidra.records.listing import Listing
from sidra.records.query import Query
from sidra.records.record import Count
from sidra.records.recounting import Recount
from sidra_metamodel.kinds.menu import MenuItem
from sidra_metamodel.language import Formula
from sidra_metamodel.model import Model
from sidra_ui.presenting.configuration.findings import CONFIGURATION
from sidra_ui.presenting.desk import Desk, direction_of, tag_of
from sidra_ui.presenting.frame.keyboard import shortcuts
from sidra_ui.presenting.frame.telling import live
from sidra_ui.presenting.frame.tours import tours_of
from sidra_ui.presenting.wizards.beginning import WIZARDS, may_use
from sidra_ui.viewmodels.common import Theme, Tone, avatar
from sidra_ui.viewmodels.shell import (
    AffiliateChoice,
    Frame,
    LanguageChoice,
    NavGroup,
    NavItem,
    Shell,
    UserView,
)

MAIN_MENU = "main"
CONFIGURE = "configure"
FEEDS = "feeds"
DUPLICATES = "duplicates"
MY_ACCOUNT, ACCOUNTS = "my-account", "user-accounts"
AUDIT_LOG = "audit-log"
PLANS, GROUP = "plans", "group-configuration"
REVIEWING = (CONFIGURE, APPROVE_ACCESS, APPROVE_DATA, APPROVE_API)
OPERATION = (
    (FEEDS, FEEDS, (FEEDS,), "upload"),
    (CONFIGURATION, CONFIGURATION, (CONFIGURE,), "layers"),
    (GROUP, "group_configuration", (CONFIGURE,), "globe"),
    (PLANS, PLANS, REVIEWING, "check-check"),
    (ACCOUNTS, "accounts", (ADMINISTER,), "users"),
    (AUDIT_LOG, "audit", (AUDIT,), "clock"),
)
"""Pages that follow from a function: the part of their address, their name, the functions that open it, an icon."""
TAGLINE = "Sidra"
COUNTED_SECONDS = 15
"""How old a count of the navigation may be, which all with the same rights share."""
FORMS = frozenset({"board", "calendar", "console"})
"""Kinds of screens that show a list otherwise than as a table, at an address below that of the list."""
HUES: tuple[tuple[int, Tone], ...] = (
    (20, "pink"),
    (60, "red"),
    (120, "amber"),
    (180, "green"),
    (230, "teal"),
    (270, "blue"),
    (330, "violet"),
    (361, "pink"),
)
"""Which colour of the badges is nearest to an affiliate's hue, up to each angle."""
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "ar": "العربية", "pl": "Polski"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the navigation, and what each page adds to it."""

    item: NavItem
    entity: str = ""
    count: Formula | None = None
    """Which of its records ask for attention."""
    apart: tuple[str, ...] = ()
    """Places below it that have entries of their own."""
    is_whole: bool = False
    """No place below it is part of it."""

    def now(self, desk: Desk, path: str, *, counted: bool) -> NavItem:
        """The entry on the page of an address."""
        is_at = path == self.item.href if self.is_whole else is_below(path, self.item.href)
        is_current = is_at and not any(is_below(path, place) for place in self.apart)
        count = number_of(desk, self.entity, self.count) if counted and self.count is not None else ""
        return replace(self.item, is_current=is_current, count=count) if is_current or count else self.item


def group_name(model: Model, locale: str = "en") -> str:
    """What the group is called in a language."""
    layer = next((layer for layer in model.layers if layer.level == "group"), None)
    return layer.label.text(locale, "en") or layer.name if layer is not None else TAGLINE


def affiliate_name(model: Model, locale: str) -> str:
    """What the affiliate is called in a language."""
    return model.layer.label.text(locale, *model.locales) or model.affiliate


def language_choices(locales: Sequence[str], current: str, address: str) -> tuple[LanguageChoice, ...]:
    """The languages to choose from; `address` ends where the language's name follows."""
    known = dict.fromkeys((*locales, "en"))
    return tuple(
        LanguageChoice(locale, LANGUAGE_NAMES.get(locale, locale), address.format(locale=locale), locale == current)
        for locale in known
    )


def affiliate_choice(model: Model, locale: str, *, is_current: bool = False) -> AffiliateChoice:
    """An affiliate as a badge and a name."""
    name = affiliate_name(model, locale)
    return AffiliateChoice(model.affiliate.upper()[:3], name, f"/{model.affiliate}/", is_current, hue_tone(model.hue))


def hue_tone(hue: int | None) -> Tone:
    """Which colour of the badges is nearest to an affiliate's hue."""
    return next(tone for limit, tone in HUES if (hue or 0) % 360 < limit)


def frame(model: Model, locale: str, theme: Theme, languages: tuple[LanguageChoice, ...]) -> Frame:
    """The frame of a page for people who are not signed in."""
    tag = tag_of(locale, model.country)
    return Frame(group_name(model, locale), TAGLINE, tag, direction_of(locale), theme, languages)


def shell(desk: Desk, *, search_text: str = "") -> Shell:
    """The frame of a page for the reader."""
    actor, visit = desk.records.actor, desk.visit
    groups = tuple(nav_groups(desk))
    roles = [desk.label(desk.model.roles[name]) for name in sorted(actor.roles) if name in desk.model.roles]
    return Shell(
        product=group_name(desk.model, desk.locale),
        tagline=TAGLINE,
        locale=desk.tag,
        direction=desk.direction,
        theme=visit.theme,
        csrf_token=visit.csrf_token,
        home_href=desk.addresses.page(),
        search_href=desk.addresses.page("search"),
        suggest_href=desk.addresses.page("search", "suggest"),
        groups=groups,
        bottom_bar=bottom_bar(desk, groups),
        affiliates=(affiliate_choice(desk.model, desk.locale, is_current=True), *visit.affiliates),
        languages=visit.languages,
        user=UserView(
            actor.name,
            desk.messages.listed(roles),
            avatar(actor.name),
            desk.addresses.page(MY_ACCOUNT),
            desk.addresses.page("sign-out"),
        ),
        toasts=visit.toasts,
        diagnostics=visit.diagnostics if desk.records.profile.may_use(CONFIGURE) else None,
        live=live(desk, is_counting=any(item.is_counted for group in groups for item in group.items)),
        search_text=search_text,
        is_home=visit.path.partition("?")[0] == desk.addresses.page(),
        shortcuts=desk.kept(("shortcuts",), lambda: shortcuts(desk.messages)),
        tours=tours_of(desk),
        is_rail=visit.is_rail,
        has_keys=visit.has_keys,
    )


def nav_groups(desk: Desk, *, counted: bool = True) -> Iterator[NavGroup]:
    """The places that the reader may go to, with the numbers of what waits there where these are asked for."""
    path = desk.visit.path.partition("?")[0]
    for title, entries in desk.kept(("navigation",), lambda: list(groups_of(desk))):
        yield NavGroup(title, tuple(entry.now(desk, path, counted=counted) for entry in entries))


def groups_of(desk: Desk) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """The groups of the navigation, for all with the reader's rights."""
    yield "", (Entry(NavItem(desk.messages.text("home"), desk.addresses.page(), "house"), is_whole=True),)
    menu = desk.model.menus.get(MAIN_MENU)
    for group in menu.groups.values() if menu is not None else ():
        listed = (entry(desk, item, entity) for item, entity in menu_items(desk, group.items.values()))
        items = (*listed, *dashboard_items(desk, group.items.values()), *wizard_items(desk, group.items.values()))
        if items and not group.hidden:
            yield desk.label(group), items
    operation = tuple(
        Entry(NavItem(desk.messages.text(name), desk.addresses.page(part), icon))
        for part, name, functions, icon in OPERATION
        if any(map(desk.records.profile.may_use, functions))
    )
    if decides(desk):
        address, text = desk.addresses.page(DUPLICATES), desk.messages.text(DUPLICATES)
        operation = (Entry(NavItem(text, address, "copy")), *operation)
    if operation:
        yield desk.messages.text("operation"), operation


def decides(desk: Desk) -> bool:
    """Whether the reader may merge records of which two may turn out to be one."""
    identified = (name for name, entity in desk.model.entities.items() if entity.identity is not None)
    return any(desk.records.may(name, MERGE) for name in identified)


def menu_items(desk: Desk, items: Iterable[MenuItem]) -> Iterator[tuple[MenuItem, str]]:
    """The entries whose entity the reader may read, each with it."""
    for item in items:
        screen = desk.model.screens.get(item.screen or "")
        entity = item.entity or (screen.of if screen is not None and screen.kind_ != "wizard" else None)
        if not item.hidden and entity in desk.model.entities and desk.may(str(entity), "read"):
            yield item, str(entity)


def entry(desk: Desk, item: MenuItem, entity: str) -> Entry:
    """An entry of the menu that shows records."""
    declared = desk.model.entity(entity)
    screen = desk.model.screens.get(item.screen or "")
    form = screen.kind_ if screen is not None and screen.kind_ in FORMS else ""
    text = desk.text(item.label) or (desk.text(screen.label) if screen is not None else "") or desk.plural(declared)
    href = desk.addresses.page(entity, *([form] if form else []))
    shown = NavItem(text, href, desk.icon(item.icon, declared.icon), is_counted=item.count is not None)
    return Entry(shown, entity, item.count, () if form else tuple(form_places(desk, entity)))


def dashboard_items(desk: Desk, items: Iterable[MenuItem]) -> Iterator[Entry]:
    """The dashboards of a group, for who may open them and read something of what they count."""
    if not desk.records.profile.may_use(REPORTS):
        return
    for item in items:
        screen = desk.model.screens.get(item.screen or "")
        if screen is None or screen.kind_ != "dashboard" or item.hidden:
            continue
        if any(desk.may(tile.source, "read") for tile in screen.tiles.values()):
            text = desk.text(item.label) or desk.label(screen)
            href = desk.addresses.page("dashboards", screen.name)
            yield Entry(NavItem(text, href, desk.icon(item.icon, "trending-up")))


def wizard_items(desk: Desk, items: Iterable[MenuItem]) -> Iterator[Entry]:
    """The wizards of a group that start from nothing, for who may make all that they make."""
    for item in items:
        screen = desk.model.screens.get(item.screen or "")
        if screen is None or screen.kind_ != "wizard" or screen.of or item.hidden or not may_use(desk, screen):
            continue
        text, icon = desk.text(item.label) or desk.label(screen), desk.icon(item.icon, screen.icon, "plus")
        yield Entry(NavItem(text, desk.addresses.page(WIZARDS, screen.name), icon))


def number_of(desk: Desk, entity: str, condition: Formula) -> str:
    """How many records fulfil a condition, or did moments ago; nothing where none does or it cannot be counted."""
    try:
        found = number_now(desk, entity, condition)
    except SidraError:
        return ""
    return count_text(desk, found) if found.value else ""


def number_now(desk: Desk, entity: str, *conditions: Formula | None) -> Count:
    """How many records fulfil conditions, or did moments ago, by the count of anybody who sees the same.

    Raises BadQuery and Forbidden where the reader may not ask that.
    """
    recount = Recount(COUNTED_SECONDS, desk.screens.recounts)
    return recounted(desk.records, counting(desk, entity, *conditions), recount)


def counting(desk: Desk, entity: str, *conditions: Formula | None) -> Listing:
    """The list of the records that fulfil conditions, checked once for all with the same rights; raises as above."""
    key = ("counting", entity, *(one and (one.text, one.context) for one in conditions))
    query = Query(where=desk.screens.condition(conditions))
    return desk.kept(key, lambda: countable(desk.records, entity, query))


def count_text(desk: Desk, count: Count | None) -> str:
    """A number of records; beyond the bound of counting, with a plus."""
    if count is None:
        return ""
    return desk.formats.number(count.value) + ("" if count.is_exact else "+")


def form_places(desk: Desk, entity: str) -> Iterator[str]:
    """The boards and calendars of an entity that have an entry of their own in the menu."""
    menu = desk.model.menus.get(MAIN_MENU)
    listed = [
        item.screen for group in (menu.groups.values() if menu is not None else ()) for item in group.items.values()
    ]
    screens = (desk.model.screens.get(name or "") for name in listed)
    for form in FORMS & {screen.kind_ for screen in screens if screen is not None and screen.of == entity}:
        yield desk.addresses.page(entity, form)


def is_below(path: str, place: str) -> bool:
    """Whether a page stands at a place or below it."""
    return path == place or path.startswith(f"{place}/")


def wholes(desk: Desk) -> frozenset[str]:
    """The lists of those about whom there is a page of everything."""
    named = (name for name in desk.model.entities if desk.screens.view360_of(name) is not None)
    return frozenset(map(desk.addresses.list, named))


def bottom_bar(desk: Desk, groups: Sequence[NavGroup]) -> tuple[NavItem, ...]:
    """For a phone: home, the place of those about whom there is a page of everything, and what asks for attention."""
    work = [item for group in groups[1:] for item in group.items]
    whole = desk.kept(("wholes",), lambda: wholes(desk))
    ranked = sorted(work, key=lambda item: (item.href not in whole, not item.count))
    chosen = [item for item in work if item in ranked[:2]]
    return (groups[0].items[0], *chosen)

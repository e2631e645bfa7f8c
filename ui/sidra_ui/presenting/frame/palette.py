"""The command palette: what can be done and where one can go, beside what the search finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sidra.access.functions import REPORTS, SEARCH
from sidra.errors import SidraError
from sidra.records.record import Record
from sidra_metamodel.folding import fold
from sidra_ui.presenting.dashboards.dashboards import DASHBOARDS, is_home
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.searching import parts, suggestions
from sidra_ui.presenting.frame.shell import menu_items, nav_groups
from sidra_ui.presenting.lists.listing import makings
from sidra_ui.presenting.records.record import actions
from sidra_ui.presenting.values import name_of, page_of
from sidra_ui.viewmodels.search import Command, CommandGroup, Suggestions

RECORD = re.compile(r"/[a-z][a-z0-9_]*/(?P<entity>[a-z][a-z0-9_]*)/(?P<id>[0-9a-f-]{36})(?:/|$)")
MAX_RECENT, MAX_SHOWN, MAX_NEW = 5, 8, 6
THEME_ICONS = {"light": "sun", "dark": "moon", "auto": "monitor"}


def palette(desk: Desk, text: str, at: str = "", recent: Sequence[str] = ()) -> Suggestions:
    """What the palette offers for a text: commands that fit it, and the records that the search finds.

    at: the path of the page it stands on; recent: the paths of records that this tab has shown. Both come from the
    browser, so each record is read anew with the reader's rights.
    """
    may_search = bool(text) and desk.records.profile.may_use(SEARCH)
    found = suggestions(desk, text) if may_search else Suggestions(text, (), "")
    return Suggestions(found.query, found.groups, found.all_href, tuple(command_groups(desk, text, at, recent)))


def command_groups(desk: Desk, text: str, at: str, recent: Sequence[str]) -> Iterator[CommandGroup]:
    """The commands that fit a text, those of the record in view first; without one, what is at hand."""
    here = record_at(desk, at)
    groups: list[tuple[str, Iterable[Command]]] = []
    if here is not None:
        groups.append((name_of(desk, here), of_record(desk, here)))
    if not text:
        groups.append((desk.messages.text("palette_recent"), recents(desk, recent, here)))
    groups.append((desk.messages.text("palette_new"), list(creations(desk))[: None if text else MAX_NEW]))
    if text:
        groups.append((desk.messages.text("palette_go"), (*places(desk), *dashboards(desk), *views(desk))))
        groups.append((desk.messages.text("palette_settings"), settings(desk)))
    for title, commands in groups:
        fitting = tuple(marked(command, text) for command in commands if fits(command, text))[:MAX_SHOWN]
        if fitting:
            yield CommandGroup(title, fitting)


def fits(command: Command, text: str) -> bool:
    """Whether each word of the text begins a word of the command, whatever the accents, capitals and letter forms."""
    offered = re.split(r"\W+", fold(f"{command.title} {command.note}"))
    return all(any(word.startswith(wanted) for word in offered) for wanted in fold(text).split())


def marked(command: Command, text: str) -> Command:
    """A command with the letters in its title that were typed."""
    return Command(
        command.title, command.href, command.icon, command.note, parts(command.title, text), command.method,
        command.confirm, command.choice,
    )  # fmt: skip


def record_at(desk: Desk, path: str) -> Record | None:
    """The record that a page shows, as far as the reader may see it."""
    match = RECORD.match(path)
    if match is None or not path.startswith(desk.addresses.page()) or match["entity"] not in desk.model.entities:
        return None
    try:
        return desk.records.find(match["entity"], match["id"])
    except SidraError:
        return None


def of_record(desk: Desk, record: Record) -> Iterator[Command]:
    """What may be done with a record now; a step that is not possible is not offered."""
    first, more = actions(desk, desk.model.entity(record.entity), record)
    for action in (*first, *more):
        if not action.why_not:
            yield Command(action.text, action.href, action.icon or "zap", method=action.method, confirm=action.confirm)


def recents(desk: Desk, paths: Sequence[str], here: Record | None) -> Iterator[Command]:
    """The records that were looked at last, but for the one in view."""
    seen = {here.id} if here is not None else set()
    for path in paths[:MAX_RECENT]:
        record = record_at(desk, path)
        if record is not None and record.id not in seen:
            seen.add(record.id)
            entity = desk.model.entity(record.entity)
            yield Command(name_of(desk, record), page_of(desk, record), desk.icon(entity.icon), desk.label(entity))


def creations(desk: Desk) -> Iterator[Command]:
    """New records of what is in the menu."""
    menu = desk.model.menus.get("main")
    groups = menu.groups.values() if menu is not None else ()
    entities = (entity for group in groups for _, entity in menu_items(desk, group.items.values()))
    for name in dict.fromkeys(entities):
        for action in makings(desk, desk.model.entity(name)):
            yield Command(action.text, action.href, "plus")


def places(desk: Desk) -> Iterator[Command]:
    """The places of the navigation."""
    for group in nav_groups(desk, counted=False):
        for item in group.items:
            yield Command(item.text, item.href, item.icon, group.title)
    yield Command(desk.messages.text("account_my"), desk.addresses.page("my-account"), "circle-user")


def dashboards(desk: Desk) -> Iterator[Command]:
    """The dashboards that the reader may open and the menu does not name."""
    menu = desk.model.menus.get("main")
    groups = menu.groups.values() if menu is not None else ()
    listed = {item.screen for group in groups for item in group.items.values() if not item.hidden}
    may_all = desk.records.profile.may_use(REPORTS)
    for screen in desk.model.screens.values():
        is_open = screen.kind_ == "dashboard" and (may_all or is_home(desk, screen))
        if is_open and screen.name not in listed:
            address = desk.addresses.page(DASHBOARDS, screen.name)
            yield Command(desk.label(screen), address, "gauge", desk.messages.text("palette_dashboard"))


def views(desk: Desk) -> Iterator[Command]:
    """The views of the lists in the menu: those of the screens, and those that people saved."""
    menu = desk.model.menus.get("main")
    groups = menu.groups.values() if menu is not None else ()
    entities = dict.fromkeys(entity for group in groups for _, entity in menu_items(desk, group.items.values()))
    for name in entities:
        title = desk.plural(desk.model.entity(name))
        for view in desk.screens.list_of(name).views.values():
            if not view.hidden:
                yield Command(desk.label(view), desk.addresses.list(name, ("view", view.name)), "bookmark", title)
        runtime = desk.records.runtime
        for saved in runtime.saved_views.list(runtime, desk.records, name):
            yield Command(saved.name, desk.addresses.list(name, *saved.parameters), "bookmark", title)


def settings(desk: Desk) -> Iterator[Command]:
    """Language, theme, affiliate, the keyboard, and the way out."""
    text = desk.messages.text
    for language in desk.visit.languages:
        if not language.is_current:
            yield Command(language.name, language.href, "languages", text("language"))
    for theme, icon in THEME_ICONS.items():
        yield Command(text(f"theme_{theme}"), "", icon, text("theme"), choice=f"theme:{theme}")
    for affiliate in desk.visit.affiliates:
        yield Command(affiliate.name, affiliate.href, "globe", text("switch_affiliate"))
    yield Command(text("keyboard_title"), "", "keyboard", choice="keyboard")
    yield Command(text("sign_out"), desk.addresses.page("sign-out"), "log-out", method="post")

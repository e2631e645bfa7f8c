"""Search over all entities, and its type-ahead."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.common import Action, Avatar, Badge, Link
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of a text; the matching pieces are marked."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One record found. `title` in parts, so that the match can be marked."""

    title: tuple[TextPart, ...]
    href: str
    code: str = ""
    note: str = ""
    avatar: Avatar | None = None
    icon: str = ""
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """The hits of one entity."""

    title: str
    icon: str
    hits: tuple[SearchHit, ...]
    count: str = ""
    all_href: str = ""
    all_text: str = ""
    """For example "View all 1,000+"."""


@dataclass(frozen=True, slots=True)
class SearchEmpty:
    """What stands in the place of hits: what can be looked for, and what else can be done."""

    title: str
    icon: str
    kinds: tuple[str, ...]
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the search page shows."""

    shell: Shell
    place: Place
    query: str
    groups: tuple[SearchGroup, ...] = ()
    summary: str = ""
    empty: SearchEmpty | None = None
    """Before the first search and when nothing was found."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that the palette does or a place it goes to."""

    title: str
    href: str
    icon: str
    note: str = ""
    parts: tuple[TextPart, ...] = ()
    """The title, with what was typed marked."""
    method: Literal["get", "post"] = "get"
    confirm: str = ""
    """A question asked before a post."""
    choice: str = ""
    """What the browser does by itself: `theme:dark`, or the id of a dialog that it opens."""


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands under a heading."""

    title: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The palette under the global search box (`suggestions.html`): commands, and records that were found."""

    query: str
    groups: tuple[SearchGroup, ...]
    all_href: str
    """The page of all that is found; empty where nothing is looked for."""
    commands: tuple[CommandGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupOption:
    """One record that a lookup offers."""

    id: str
    text: str
    note: str = ""
    avatar: Avatar | None = None


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """The type-ahead under a lookup (`lookup_options.html`); `field_id` is the lookup's `FieldView.element_id`."""

    field_id: str
    options: tuple[LookupOption, ...]
    creates: tuple[Link, ...] = ()
    """Forms of new records, for what is not there yet."""

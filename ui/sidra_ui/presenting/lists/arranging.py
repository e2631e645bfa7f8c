"""How somebody likes a list: which columns in which order, how dense, how many rows, and with which view it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sidra.preferences.saved_views import account_of
from sidra.preferences.settings import Preferences
from sidra_metamodel.kinds.entity import Attribute, Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Label
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.generated import PLAIN_TYPES
from sidra_ui.viewmodels.arranging import Arranger, ColumnChoice
from sidra_ui.viewmodels.fields import Option

SIZES = (25, 50, 100, 200)
COMFORTABLE, COMPACT = "comfortable", "compact"
MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What one account has set for one list; empty words leave it as the screen says."""

    columns: tuple[str, ...] = ()
    density: str = ""
    size: int = 0
    opens: str = ""
    """The view that it opens with: a declared one's name, or a saved one's id."""
    order: tuple[str, ...] = ()
    """The views in their order, as far as somebody put them in one."""

    @property
    def is_compact(self) -> bool:
        """Whether rows are low."""
        return self.density == COMPACT


def key_of(entity: str) -> str:
    """The key of a list's preference."""
    return f"list.{entity}"


def arrangement(desk: Desk, entity: str) -> Arrangement:
    """What the reader has set; anything odd counts as not set."""
    if account_of(desk.records) is None:
        return Arrangement()
    kept = Preferences(desk.records.runtime, desk.records.actor.id).read(key_of(entity))
    return made(kept if isinstance(kept, dict) else {})


def made(kept: Mapping[str, Any]) -> Arrangement:
    """The arrangement of what was kept, or of what a form says."""
    density, size, opens = kept.get("density"), kept.get("size"), kept.get("opens")
    return Arrangement(
        _names(kept.get("columns"))[:MOST_COLUMNS],
        density if density in {COMFORTABLE, COMPACT} else "",
        size if isinstance(size, int) and size in SIZES else 0,
        opens if isinstance(opens, str) else "",
        _names(kept.get("order")),
    )


def _names(found: object) -> tuple[str, ...]:
    names = found if isinstance(found, list | tuple) else ()
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def keep(desk: Desk, entity: str, wanted: Arrangement | None) -> None:
    """Keep what the reader sets; None goes back to what the screen says."""
    words = None
    if wanted is not None:
        words = {
            "columns": list(wanted.columns),
            "density": wanted.density,
            "size": wanted.size,
            "opens": wanted.opens,
            "order": list(wanted.order),
        }
    Preferences(desk.records.runtime, desk.records.actor.id).write(key_of(entity), words)


def available(desk: Desk, entity: Entity, screen: Screen) -> list[Source]:
    """The columns to choose from: those of the screen, then all other attributes that the reader sees."""
    return desk.kept(("available", entity.name), lambda: _available(desk, entity, screen))


def declared(desk: Desk, entity: Entity, screen: Screen) -> list[Source]:
    """The columns of the screen that the reader sees."""
    return desk.kept(("columns", entity.name), lambda: sources(desk, entity.name, screen.columns.values()))


def _available(desk: Desk, entity: Entity, screen: Screen) -> list[Source]:
    own = declared(desk, entity, screen)
    known = {source.name for source in own} | {name for name, column in screen.columns.items() if column.hidden}
    others = (member for member in _others(desk, entity) if member.name not in known)
    rest = [Column(name=member.name, node=member.node, label=Label({})) for member in others]
    return [*own, *sources(desk, entity.name, rest)]


def _others(desk: Desk, entity: Entity) -> Iterator[Attribute]:
    for attribute in entity.attributes.values():
        if not attribute.hidden and desk.model.base_type(attribute) not in PLAIN_TYPES:
            yield attribute


def chosen(desk: Desk, entity: Entity, screen: Screen, names: Sequence[str]) -> list[Source]:
    """The columns that somebody chose, in their order; the screen's own where none of them is left."""
    if not names:
        return declared(desk, entity, screen)
    known = {source.name: source for source in available(desk, entity, screen)}
    found = [known[name] for name in names if name in known]
    return found or declared(desk, entity, screen)


def arranger(
    desk: Desk, entity: Entity, screen: Screen, now: Arrangement, shown: Sequence[Source], back: str
) -> Arranger:
    """The form of the columns, the density and the size of a page."""
    known = available(desk, entity, screen)
    names = [source.name for source in shown]
    rest = [source for source in known if source.name not in names]
    columns = tuple(ColumnChoice(source.name, source.title(desk), source.name in names) for source in [*shown, *rest])
    text = desk.messages.text
    densities = tuple(
        Option(word, text(f"density_{word}"), (now.density or COMFORTABLE) == word) for word in (COMFORTABLE, COMPACT)
    )
    size = now.size or screen.page_size
    sizes = tuple(Option(str(one), desk.formats.number(one), one == size) for one in sorted({*SIZES, screen.page_size}))
    told = "/".join(desk.formats.number(len(each)) for each in (shown, known))
    return Arranger(desk.addresses.page(entity.name, "arrange"), columns, densities, sizes, back, told)

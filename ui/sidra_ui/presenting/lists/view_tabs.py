"""The tabs of a list: the views that its screen declares, the reader's own, and those that others share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sidra.access.functions import SHARE_VIEWS
from sidra.preferences.saved_views import EVERYBODY, ROLE, SavedView, account_of, may_change
from sidra.records.record import Count
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import count_text, number_now
from sidra_ui.presenting.lists.arranging import Arrangement, keep
from sidra_ui.viewmodels.fields import Option
from sidra_ui.viewmodels.lists import ViewCounts, ViewMenu, ViewTab

if TYPE_CHECKING:
    from sidra_ui.presenting.lists.listing import Listing

COUNT = "count-"
"""Before the id of a saved view: the id of the place of its number."""


def view_tabs(listing: Listing, found: Count | None = None) -> Iterator[ViewTab]:
    """The ready-made selections, in the reader's order; `found` is how many records the page found."""
    order = {name: place for place, name in enumerate(listing.arrangement.order)}
    known = [*listing.views, *listing.saved]
    for name in sorted(known, key=lambda one: order.get(one, len(order) + known.index(one))):
        yield _saved(listing, listing.saved[name]) if name in listing.saved else _declared(listing, name, found)


def _declared(listing: Listing, name: str, found: Count | None) -> ViewTab:
    desk, view = listing.desk, listing.views[name]
    is_current = listing.view is not None and listing.view.name == name and listing.open_view is None
    is_counted = is_current and listing.tile is None and not listing.is_narrowed
    count = found if is_counted else number_now(desk, listing.entity.name, listing.screen.filter, view.filter)
    return ViewTab(desk.label(view), listing.tab(view=name), is_current, count_text(desk, count))


def _saved(listing: Listing, view: SavedView) -> ViewTab:
    is_current = listing.open_view is view
    icon = "users" if view.owner_id != listing.desk.records.actor.id else "share-2" if view.is_shared else "bookmark"
    return ViewTab(view.name, listing.tab(saved=view.id), is_current, icon=icon, id=f"{COUNT}{view.id}")


def view_counts(listing: Listing) -> ViewCounts:
    """The numbers of the saved views."""
    counts = ((view.id, count_text(listing.desk, listing.count_saved(view))) for view in listing.saved.values())
    return ViewCounts(tuple((f"{COUNT}{id}", text) for id, text in counts))


def view_menu(listing: Listing) -> ViewMenu | None:
    """What can be done with the present selection; None for who has no account to save it for."""
    desk, view = listing.desk, listing.open_view
    if account_of(desk.records) is None:
        return None
    is_own = view is not None and may_change(view, desk.records)
    key = view.id if view is not None else listing.view.name if listing.view is not None else ""
    return ViewMenu(
        href=desk.addresses.page(listing.entity.name, "views"),
        query=urlencode([pair for pair in listing.asked.said() if pair[1]]),
        then=desk.visit.path,
        id=view.id if view is not None and is_own else "",
        key=key,
        name=view.name if view is not None and is_own else "",
        is_changed=listing.is_changed and is_own,
        is_first=listing.arrangement.opens == key if key else True,
        audiences=tuple(audiences(desk, view.audience if view is not None and is_own else "")),
    )


def audiences(desk: Desk, chosen: str) -> Iterator[Option]:
    """With whom a view can be shared; none where the reader may share with nobody."""
    if not desk.records.profile.may_use(SHARE_VIEWS):
        return
    text = desk.messages.text
    yield Option("", text("view_mine"), not chosen)
    yield Option(EVERYBODY, text("view_everybody"), chosen == EVERYBODY)
    for role in desk.model.roles.values():
        yield Option(ROLE + role.name, text("view_role", name=desk.label(role)), chosen == ROLE + role.name)


def moved(listing: Listing, key: str, by: int) -> Arrangement:
    """The reader's arrangement with one view some places further on among the tabs."""
    order = {name: place for place, name in enumerate(listing.arrangement.order)}
    known = [*listing.views, *listing.saved]
    names: list[str] = sorted(known, key=lambda one: order.get(one, len(order) + known.index(one)))
    if key in names:
        place = names.index(key)
        names.insert(max(0, min(len(names) - 1, place + by)), names.pop(place))
    return replace(listing.arrangement, order=tuple(names))


def save_view(listing: Listing, name: str, audience: str, parameters: Sequence[tuple[str, str]], id: str = "") -> str:
    """Keep a selection under a name; return its id. Raises Forbidden, NotFound, BadQuery."""
    desk, runtime = listing.desk, listing.desk.records.runtime
    kept = tuple((key, value) for key, value in parameters if value)
    view = SavedView(id, "", listing.entity.name, audience, name.strip(), kept, listing.arrangement.columns)
    saved = runtime.transact(desk.records.actor, lambda unit: runtime.saved_views.save(unit, view))
    return saved.id


def drop_view(listing: Listing, id: str) -> None:
    """Delete a saved view, and open the list otherwise where it opened with this one."""
    desk, runtime = listing.desk, listing.desk.records.runtime
    runtime.transact(desk.records.actor, lambda unit: runtime.saved_views.drop(unit, id))
    if listing.arrangement.opens == id:
        keep(desk, listing.entity.name, replace(listing.arrangement, opens=""))

"""What is otherwise than it was released: tables that somebody changed, files that somebody edited, lost pins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sidra.affiliates.migrating import Migrating
from sidra.errors import SidraError
from sidra.releases.releasing import Releasing
from sidra.releases.revisions import name_of, revision_of
from sidra.releases.serving import read_pin, released_instead
from sidra.runtime import Runtime
from sidra.store.schema.drift import drift
from sidra.store.schema.shape import Wanted


@dataclass(frozen=True, slots=True)
class Drifted:
    """One thing that is otherwise."""

    what: str
    """`tables`, `files` or `pin`."""
    says: str
    way_out: str


def drift_of(releasing: Releasing) -> list[Drifted]:
    """Return what is otherwise than it was released; nothing where nothing was."""
    live = releasing.releases.live()
    if live is None:
        return []
    found = list(_pin(releasing))
    try:
        loaded = releasing.load_release(live.revision, live.below, live.own)
    except SidraError as error:
        return [*found, Drifted("files", error.reason, error.hint)]
    name = revision_of(loaded).name
    if name != live.revision:
        way_out = f"run `sidra releases {releasing.affiliate} --restore` after removing them"
        found.append(Drifted("files", f"what is unpacked is `{name}`, and `{live.revision}` was released", way_out))
    migrating = Migrating(loaded.draft, releasing.store)
    return [*found, *_tables(releasing.affiliate, migrating)]


def _pin(releasing: Releasing) -> Iterator[Drifted]:
    live, home = releasing.releases.live(), releasing.settings.home
    pin = read_pin(home, releasing.affiliate)
    if live is not None and (pin is None or pin.revision != live.revision):
        says = f"servers read `{pin.revision if pin else 'nothing'}`, and `{live.revision}` was released"
        yield Drifted("pin", says, f"run `sidra releases {releasing.affiliate} --restore`")


def _tables(affiliate: str, migrating: Migrating) -> Iterator[Drifted]:
    with migrating.store.reading() as connection:
        found = drift(migrating.store, connection, migrating.wanted)
    for change in (*found.broken, *found.missing):
        yield Drifted("tables", change.says, f"run `sidra db apply {affiliate}`")
    for name in found.foreign:
        yield Drifted("tables", f"`{name}` is not ours", "find out who made it; it is left alone")


def drift_in_force(runtime: Runtime, *, is_required: bool = True) -> list[str]:
    """Return what of a store is otherwise than the configuration that is served has it.

    is_required: whether what is served must be what was released, rather than what is saved.
    """
    with runtime.store.reading() as connection:
        found = drift(runtime.store, connection, Wanted.of(runtime.model, runtime.tables))
    told = [change.says for change in (*found.broken, *found.missing)]
    released = released_instead(runtime.model, runtime.store) if is_required else None
    if released is not None:
        told.append(f"`{name_of(runtime.model)}` is served, and `{released}` was released")
    return told + [f"`{one}` is not ours" for one in found.foreign]

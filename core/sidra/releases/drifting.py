"""What is otherwise than it was released: tables that somebody changed, files that somebody edited, lost pins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sidra.affiliates.migrating import Migrating
from sidra.errors import SidraError
from sidra.releases.errors import Damaged
from sidra.releases.history import Release
from sidra.releases.pins import Files, Pin, pin_for, pin_in, read_pin
from sidra.releases.releasing import Releasing
from sidra.releases.revisions import shown
from sidra.releases.serving import place_of_release
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
    found = [*_pin(releasing, live), *_files(releasing, live)]
    try:
        loaded = releasing.load_release(live.revision, live.below, live.own)
    except SidraError as error:
        return [*found, Drifted("files", error.reason, error.hint)]
    migrating = Migrating(loaded.draft, releasing.store)
    return [*found, *_tables(releasing.affiliate, migrating)]


def _pin(releasing: Releasing, live: Release) -> Iterator[Drifted]:
    said = _told_otherwise(releasing.settings.home, releasing.affiliate, pin_for(live, releasing.releases.trial()))
    if said:
        yield Drifted("pin", said, f"run `sidra releases {releasing.affiliate} --restore`")


def _files(releasing: Releasing, live: Release) -> Iterator[Drifted]:
    """Yield that what is unpacked is not what was released; it is laid out anew by whoever reads it next."""
    try:
        place_of_release(releasing.settings.home, releasing.affiliate, Files(live.revision, live.below, live.own))
    except Damaged as error:
        yield Drifted("files", error.reason, error.hint)


def _told_otherwise(home: Path, affiliate: str, said: Pin) -> str:
    """Return how what servers read differs from what a store says; empty where it is the same."""
    told = read_pin(home, affiliate)
    if told == said:
        return ""
    names = [shown(pin.live.revision) if pin is not None else "nothing" for pin in (told, said)]
    return f"servers read `{names[0]}`, and `{names[1]}` was released"


def _tables(affiliate: str, migrating: Migrating) -> Iterator[Drifted]:
    with migrating.store.reading() as connection:
        found = drift(migrating.store, connection, migrating.wanted)
    for change in (*found.broken, *found.missing):
        yield Drifted("tables", change.says, f"run `sidra db apply {affiliate}`")
    for name in found.foreign:
        yield Drifted("tables", f"`{name}` is not ours", "find out who made it; it is left alone")


def drift_in_force(runtime: Runtime, home: Path | None) -> list[str]:
    """Return what of a store is otherwise than the configuration that is served has it.

    home: where servers read what is in force; None where that is what is saved. Raises Damaged.
    """
    with runtime.store.reading() as connection:
        found = drift(runtime.store, connection, Wanted.of(runtime.model, runtime.tables))
    told = [change.says for change in (*found.broken, *found.missing)]
    said = pin_in(runtime.store) if home is not None else None
    if home is not None and said is not None:
        told += filter(None, [_told_otherwise(home, runtime.affiliate, said)])
    return told + [f"`{one}` is not ours" for one in found.foreign]

"""What is in force of an affiliate: its store says it, and a small file beside tells servers that it changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from sidra.releases.errors import Damaged, OtherStore
from sidra.releases.history import Release, Releases
from sidra.releases.revisions import shown
from sidra.store.database import Store

LIVE: Final = "live"
"""Below the folder of releases, a file for each affiliate says what is in force: servers look whether it changed."""


@dataclass(frozen=True, slots=True)
class Files:
    """A revision, and the digests of the files that it is read from."""

    revision: str
    below: str
    own: str


@dataclass(frozen=True, slots=True)
class Pin:
    """What is in force of an affiliate: as its store says it, or as servers were told it."""

    live: Files
    trial: Files | None = None
    units: tuple[str, ...] = ()
    """Whose people have the trial."""


def live_folder(home: Path) -> Path:
    """Return where the files stand that tell servers what is in force."""
    return home / "releases" / f"_{LIVE}"


def read_pin(home: Path, affiliate: str) -> Pin | None:
    """Return what servers were told to be in force of an affiliate; None where nothing was. Raises Damaged."""
    try:
        kept = orjson.loads(_pin_file(home, affiliate).read_bytes())
        trial = Files(**kept["trial"]) if kept["trial"] is not None else None
        return Pin(Files(**kept["live"]), trial, tuple(kept["units"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"what is in force of `{affiliate}` cannot be read"
        raise Damaged(reason, hint=f"run `sidra releases {affiliate} --restore`") from error


def pin_in(store: Store) -> Pin | None:
    """Return what a store says to be in force, whatever servers were told; None where nothing was ever released."""
    releases = Releases(store)
    live, trial = releases.live(), releases.trial()
    return None if live is None else pin_for(live, trial)


def pin_for(live: Release, trial: Release | None) -> Pin:
    """Return what releases amount to."""
    return Pin(_files(live), _files(trial) if trial is not None else None, trial.units if trial is not None else ())


def _files(release: Release) -> Files:
    return Files(release.revision, release.below, release.own)


def write_pin(home: Path, affiliate: str, live: Release, trial: Release | None) -> None:
    """Tell servers what is in force; readers see the former or the new, whole."""
    folder = live_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{affiliate}.{uuid.uuid4().hex}"
    aside.write_bytes(orjson.dumps(pin_for(live, trial)))
    aside.replace(_pin_file(home, affiliate))


def demand_same_store(home: Path, affiliate: str, releases: Iterable[Release]) -> None:
    """Raise OtherStore where servers were told of a release that is not among those of a store: it is not theirs."""
    pin = read_pin(home, affiliate)
    if pin is not None and pin.live not in {_files(one) for one in releases}:
        raise other_store(home, affiliate, pin)


def other_store(home: Path, affiliate: str, pin: Pin) -> OtherStore:
    """Return what is told where a database has no release that servers were told of."""
    reason = f"servers read `{shown(pin.live.revision)}` of `{affiliate}`, and this database has no such release"
    hint = (
        f"see `SIDRA_DATABASE` and `home`; if this is the right database, run `sidra releases {affiliate} --restore`, "
        f"or, where nothing was released in it yet, remove {_pin_file(home, affiliate)}"
    )
    return OtherStore(reason, hint=hint)


def _pin_file(home: Path, affiliate: str) -> Path:
    return live_folder(home) / f"{affiliate}.json"

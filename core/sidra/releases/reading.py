"""What releases say, read from the files that the store keeps: byte for byte what was released, under its name."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Final

from sidra.errors import NotServed
from sidra.records.bounded import Bounded
from sidra.releases.errors import Damaged
from sidra.releases.history import Releases
from sidra.releases.pins import Files
from sidra.releases.revisions import name_of, shown
from sidra.releases.serving import lay_out, place_of_release, read_release
from sidra.settings import Settings
from sidra_metamodel.load import Loaded

MOST_KEPT: Final = 4


class Readings:
    """Reads the releases and proposals of one affiliate; what one says never changes, and is remembered for a while."""

    def __init__(self, settings: Settings, affiliate: str, releases: Releases) -> None:
        self._settings, self._affiliate, self._releases = settings, affiliate, releases
        self._kept: Bounded[Hashable, Loaded] = Bounded(MOST_KEPT)

    def of(self, files: Files, today: date) -> Loaded:
        """Return what files say on a day; raises Damaged where that is another revision, NotServed where it is broken.

        Where they are not unpacked any more, or somebody changed them there, they are laid out from the store.
        """
        return self._kept.get((files, today), lambda: self._read(files, today))

    def _read(self, files: Files, today: date) -> Loaded:
        home, affiliate = self._settings.home, self._affiliate
        try:
            place = place_of_release(home, affiliate, files)
        except Damaged:
            lay_out(home, affiliate, self._releases.sources(files.below, files.own))
            place = place_of_release(home, affiliate, files)
        revision = shown(files.revision)
        loaded = good(read_release(self._settings, place).load(affiliate, today), revision)
        if name_of(loaded) != files.revision:
            reason = f"the files of `{revision}` say something else than was proposed"
            raise Damaged(reason, hint="propose it again; another version of Sidra may read them otherwise")
        return loaded


def good(loaded: Loaded, what: str) -> Loaded:
    """Return a configuration without errors; raises NotServed with the first of them."""
    if loaded.model is None:
        found = next(one for one in loaded.diagnostics if one.severity == "error")
        hint = f"run `sidra check {loaded.affiliate}`"
        raise NotServed(f"{what} of `{loaded.affiliate}` is broken: {found.message}", code=found.code, hint=hint)
    return loaded

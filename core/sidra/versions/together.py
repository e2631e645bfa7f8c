"""A region and all its affiliates that take a version of the baseline together: what no one of them can do alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sidra.configuration import read_configuration
from sidra.settings import Settings
from sidra.versions.placing import Texts, place
from sidra.versions.taking import Refused, Taking
from sidra_metamodel.layering.layers import REGION
from sidra_metamodel.suggest import listed
from sidra_metamodel.upgrading.applying import ALL, Decision, Decisions, Undecided


class Together:
    """A region on the way to a version of the baseline, with those of its affiliates that are not there yet."""

    def __init__(self, settings: Settings, region: str, version: str) -> None:
        """Read the region on both versions; raises UnknownAffiliate, UnknownVersion, and Refused for an affiliate."""
        self._settings, self._version = settings, version
        self.region = Taking(settings, region, version, along=True)
        if not self.region.is_region:
            reason = f"{region} is an affiliate, and nothing comes along with it"
            raise Refused(reason, hint=f"leave `--together` out, or name its region{self._regions(settings, region)}")

    @staticmethod
    def _regions(settings: Settings, affiliate: str) -> str:
        layers = read_configuration(settings).layers
        wanted = layers.affiliate(affiliate).requires
        names = [folder.own_name for folder in layers.folders if folder.rank == REGION and folder.own_name in wanted]
        return f": {listed(names)}" if names else ""

    def members(self, decisions: Decisions) -> tuple[Taking, ...]:
        """Return the affiliates, each above what the region becomes by decisions; raises Undecided, and Uneditable."""
        texts = self.region.result(_about(self.region, decisions)).texts
        takings = (Taking(self._settings, one, self._version, beside=texts) for one in self.region.all_members)
        return tuple(takings)

    def apply(self, decisions: Decisions) -> Mapping[Path, str | None]:
        """Write what all become, and return it.

        Raises Undecided, Uneditable and Refused before anything is written. Unplaced where a folder cannot be: then
        those before it are written, the region first, and the same command goes on from there.
        """
        members = self.members(decisions)
        known = {name for taking in (self.region, *members) for name in _about(taking, decisions)}
        unknown = next((path for path in decisions if path not in known and path != ALL), None)
        if unknown is not None:
            findings = [one.path for taking in (self.region, *members) for one in taking.findings]
            raise Undecided(f"no finding at `{unknown}`", hint=f"there are {listed(findings) or 'none'}")
        written = dict(self._texts(members, decisions))
        for folder, texts in written.items():
            place(folder, texts)
        return {file: text for texts in written.values() for file, text in texts.items()}

    def _texts(self, members: tuple[Taking, ...], decisions: Decisions) -> Iterator[tuple[Path, Texts]]:
        for taking in (self.region, *members):
            result = taking.result(_about(taking, decisions))
            taking.demand_sound(result)
            own = {file: text for file, text in result.texts.items() if file.is_relative_to(taking.folder)}
            yield taking.folder, own


def _about(taking: Taking, decisions: Decisions) -> dict[str, Decision]:
    """Return those decisions that are about findings of one layer, or about all that are not named."""
    paths = {name for one in taking.findings for name in (one.path, one.path.partition(".")[2])}
    return {path: decision for path, decision in decisions.items() if path == ALL or path in paths}

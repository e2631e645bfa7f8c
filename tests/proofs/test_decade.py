"""Fifteen affiliates stay on one baseline for twenty versions: each change is classified, and nothing is lost silently.

What must be found follows from what happened to each thing by its number, whatever it is called; what is found comes
from the files alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from tests.proofs.counting import TABLE, Counts
from tests.proofs.decade import Group, Value, first, later
from tests.proofs.overlays import ENDINGS, Country, settle

from sidra.configuration import Configuration, read_configuration
from sidra.settings import Settings
from sidra.versions.archives import add
from sidra.versions.placing import place
from sidra.versions.taking import Taking, new_lock
from sidra.versions.together import Together
from sidra_metamodel.diagnostics import Severity
from sidra_metamodel.load import Loaded
from sidra_metamodel.render import render
from sidra_metamodel.upgrading.applying import Choice, Decision
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.lock import lock_file, lock_text
from sidra_metamodel.upgrading.overrides import UNSEEN, Form, overrides
from sidra_metamodel.versions.declared import numbered

TAKES = 0.6
"""How often an affiliate takes a version when it comes; the others take a later one."""
GOES = frozenset({Class.ORPHAN, Class.LOCKED, Class.ABSORBED})
"""Classes of what is taken away."""


@dataclass
class Decade:
    """The life of a group and its affiliates, in a folder."""

    folder: Path
    chance: random.Random
    countries: list[Country] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    rows: list[tuple[str, int, Counter[str]]] = field(default_factory=list)
    """Of each version: how many things happened, and what the upgrades found."""

    def begin(self, affiliates: int) -> None:
        """Let there be the first version, and an overlay for each affiliate."""
        group = first(self.chance)
        self.groups[group.version] = group
        group.write(self.folder / "installed")
        for number in range(affiliates - 1):
            name = f"c{number}"
            self._begin(Country(name, self.folder / "affiliates" / name, group.version), group)
        region = Country("r", self.folder / "affiliates/r", group.version, is_region=True)
        self._begin(region, group)
        member = Country("m", self.folder / "affiliates/m", group.version, region=region)
        region.around.append(member)
        self._begin(member, group)

    def _begin(self, country: Country, group: Group) -> None:
        country.begin(group, self.chance)
        if not country.is_region:
            self.countries.append(country)
        self.lock(country)

    def settings(self, country: Country) -> Settings:
        """Return an installation with one affiliate, or a region and its affiliates."""
        folders = tuple(one.folder for one in (country, *country.others))
        return Settings(home=self.folder / "var", affiliates=folders, baseline=self.folder / "installed", plugins=())

    def lock(self, country: Country) -> None:
        """Note what an overlay sees, as `sidra baseline lock` does."""
        own, found = new_lock(self.settings(country), country.name)
        place(own.path, {lock_file(own): lock_text(country.name, found)})

    def live(self, is_last: bool) -> None:
        """Let the next version come, and affiliates take it."""
        latest = max(self.groups.values(), key=lambda one: tuple(map(int, one.version.split("."))))
        group, events = self._next(latest)
        found: Counter[str] = Counter()
        for country in self.countries:
            if is_last or self.chance.random() < TAKES:
                found += self._take(country, group)
            for one in (country, *country.others):
                if self.chance.random() < 1 / 3:
                    one.say(self.groups[country.version], self.chance)
                    self.lock(one)
        self.rows.append((group.version, len(events), found))

    def _next(self, latest: Group) -> tuple[Group, list[str]]:
        """Return the next version, with the number that its changes ask for; it stands beside the others."""
        draft, events = later(latest, random.Random(seed := self.chance.random()), "99.0.0")
        draft.write(self.folder / f"draft-{len(self.groups)}")
        before = self.folder / "var/baselines" / latest.version
        add(self.settings(self.countries[0]), self._folder(latest), latest.version, "1.0.0")
        layers = read_configuration(
            Settings(
                home=self.folder / "var", affiliates=(), baseline=self.folder / f"draft-{len(self.groups)}", plugins=()
            )
        ).with_version(latest.version)
        assert before.is_dir()
        least = numbered(layers.layers, layers.language.registry, layers.layers.versions[latest.version]).least
        group, _ = later(latest, random.Random(seed), least if least != latest.version else f"{latest.version}.1")
        self.groups[group.version] = group
        folder = self._folder(group)
        group.write(folder)
        add(self.settings(self.countries[0]), folder, group.version, "1.0.0")
        return group, events

    def _folder(self, group: Group) -> Path:
        return self.folder / ("installed" if group.version == "1.0.0" else f"made-{group.version}")

    def _take(self, country: Country, group: Group) -> Counter[str]:
        was = self.groups[country.version]
        if country.region is None:
            taking = Taking(self.settings(country), country.name, group.version)
            decisions = self._decided(country, taking, group)
            taking.apply(decisions)
            return self._taken(country, taking, group, was, decisions)
        together = Together(self.settings(country), country.region.name, group.version)
        decisions = self._decided(country.region, together.region, group)
        (above,) = together.members(decisions)
        theirs = self._decided(country, above, group)
        together.apply(decisions | theirs)
        found = self._taken(country.region, together.region, group, was, decisions)
        return found + self._taken(country, above, group, was, theirs)

    def _decided(self, country: Country, taking: Taking, group: Group) -> dict[str, Decision]:
        """See that all is found that must be, and nothing else; return what is done about it."""
        expected = country.expected(self.groups[country.version], group)
        assert Counter((one.cls, one.path) for one in taking.findings) == expected, country.name
        return dict(self._decisions(taking.findings))

    def _taken(
        self, country: Country, taking: Taking, group: Group, was: Group, decisions: dict[str, Decision]
    ) -> Counter[str]:
        gone = {one.path for one in taking.findings if one.cls in GOES}
        gone |= {path for path, one in decisions.items() if one.choice is Choice.ADOPT}
        edited: dict[str, Value] = {
            path: one.value
            for path, one in decisions.items()
            if one.choice is Choice.EDIT and isinstance(one.value, int)
        }
        settle(country, was, group, gone, edited)
        self._look(country, group)
        told = Counter(one.cls.value for one in taking.findings)
        about = {one.override.address for one in taking.findings if one.override.form not in UNSEEN}
        return told + Counter({"upgrades": 1, "clean": taking.count - len(about)})

    def _decisions(self, findings: tuple[Finding, ...]) -> Iterator[tuple[str, Decision]]:
        for one in findings:
            is_value = one.override.form is Form.VALUE
            if one.cls is Class.OVERTAKEN and is_value and self.chance.random() < 1 / 2:
                yield one.path, Decision(Choice.EDIT, int(one.now) - 1)
            elif one.blocks:
                is_free = one.cls is Class.CHANGED and self.chance.random() < 1 / 2
                yield one.path, Decision(Choice.ACCEPT if is_free else Choice.ADOPT)

    def _look(self, country: Country, group: Group) -> None:
        """See that an overlay checks, says all that it should, and nothing else, with its comments."""
        configuration = read_configuration(self.settings(country))
        loaded = configuration.load(country.around[0].name if country.is_region else country.name)
        assert not [one for one in loaded.diagnostics if one.severity is Severity.ERROR], render(loaded.diagnostics)
        assert addresses(configuration, country) == {one.address for one in country.said}
        text = "".join(file.read_text(encoding="utf-8") for file in country.folder.rglob("d*.yaml"))
        for said in country.said:
            kind, document, *path = said.path.split(".")
            root = loaded.effective[kind, document].root
            if said.word in {"label.fr", "max_length", "hidden", "column"}:
                node = root.get(*path, *ENDINGS.get(said.word, said.word).split("."))
                assert node is not None
                assert node.value == said.value, said.address
                assert said.note in text
        for member in group.members.values() if not country.is_region else ():
            self._untouched(country, group, member.number, loaded)

    def _untouched(self, country: Country, group: Group, number: int, loaded: Loaded) -> None:
        """See that an affiliate has the baseline's word wherever it says nothing itself."""
        said = [one for layer in (country, *country.others) for one in layer.said]
        words = {one.word for one in said if one.member == number}
        kind, document, *path = group.path(number).split(".")
        node = loaded.effective[kind, document].root.get(*path)
        assert node is not None or "remove" in words
        for word, value in group.members[number].words.items() if node is not None and "replace" not in words else ():
            found = node.get(*word.split(".")) if node is not None else None
            assert word in words or (found is not None and found.value == value), (group.path(number), word)


def addresses(configuration: Configuration, country: Country) -> set[str]:
    """What an overlay says by its files."""
    found = overrides(configuration.layers.upgraded(country.name), configuration.language.registry)
    return {one.address for one in found if one.form not in UNSEEN or one.form is Form.OWN}


def table(decade: Decade) -> Table:
    """What happened in each version."""
    classes = [one.value for one in Class]
    shown = Table("version", "changes", "upgrades", "clean", *(name.lower() for name in classes))
    for version, events, found in decade.rows:
        shown.add_row(version, str(events), *(str(found[name]) for name in ("upgrades", "clean", *classes)))
    return shown


def let_live(folder: Path, seed: int, versions: int, affiliates: int, request: pytest.FixtureRequest) -> None:
    counts: Counts = request.getfixturevalue("counts")
    decade = Decade(folder, random.Random(seed))
    decade.begin(affiliates)
    for number in range(versions):
        decade.live(number == versions - 1)
    shown = StringIO()
    Console(width=160, file=shown).print(table(decade))
    request.node.user_properties.append((TABLE, shown.getvalue().splitlines()))
    for _, events, found in decade.rows:
        counts.update(
            {"changes of the baseline": events}
            | {name: found[name] for name in ("upgrades", "clean", *map(str, Class))}
        )
    assert all(country.version == list(decade.groups)[-1] for country in decade.countries)


@pytest.mark.parametrize("seed", range(2))
def test_a_few_years(tmp_path: Path, request: pytest.FixtureRequest, seed: int) -> None:
    let_live(tmp_path, seed, versions=5, affiliates=4, request=request)


@pytest.mark.prove
def test_a_decade(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    let_live(tmp_path, 2026, versions=20, affiliates=15, request=request)

"""What a new country is told: its coverage, its gaps and what to do next, for a terminal and as the folder's README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidra.onboarding.asking import Effort
from sidra.onboarding.coverage import Coverage
from sidra_metamodel.model import Model

EFFORT_WORDS: Final[Mapping[Effort, str]] = {
    "label": "L1: texts, order, what is hidden",
    "tighten": "L2: limits drawn closer",
    "extend": "L2: additions under the prefix",
    "replace": "L3: parts replaced or removed",
    "plugin": "L4: code",
}
"""Classes of effort with the level of the change, the lightest first."""
SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the answers of a country."""

    model: Model
    coverage: Coverage
    people: Mapping[str, int]
    """How many people have each role, where that was answered."""
    files: tuple[str, ...]
    """Paths below the new folder."""
    sheets: tuple[str, ...]
    """The feeds that load the sheets, in the order in which they are loaded."""

    @property
    def name(self) -> str:
        """The affiliate's name."""
        return self.model.affiliate

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "affiliate": self.name,
            "files": list(self.files),
            "people": dict(self.people),
            "load": list(self.sheets),
            **self.coverage.plain(),
            "coverage": self.domains(),
        }

    def domains(self) -> list[dict[str, object]]:
        """Return the coverage as rows."""
        return [
            {"domain": one.name, "as_is": one.as_is, "configured": one.configured, "gaps": one.gaps}
            for one in self.coverage.domains
        ]

    def gaps(self) -> list[dict[str, object]]:
        """Return the gaps as rows, the lightest effort first."""
        order = list(EFFORT_WORDS)
        found = sorted(self.coverage.gaps, key=lambda gap: (order.index(gap.effort), gap.domain, gap.what))
        return [{"effort": gap.effort, "domain": gap.domain, "gap": gap.what, "way_out": gap.way_out} for gap in found]

    def next_steps(self) -> Iterator[str]:
        """Yield what to do next, as commands and sentences."""
        yield f"`sidra check {self.name}` after each change; `sidra explain {self.name} PATH` tells whence a value is"
        for language in self.coverage.languages:
            if language.missing:
                words = f"{self.name} {language.locale}"
                yield (
                    f"`sidra i18n export {words} > {language.locale}.yaml`, translate the {len(language.missing)} "
                    f"texts, `sidra i18n import {words} {language.locale}.yaml`"
                )
        if self.sheets:
            yield f"`sidra new sheets {self.name}` after the attributes have changed"
            yield f"send `data.xlsx` out to be filled, then `sidra new check-data {self.name} FILE`"
            yield f"load it: {', '.join(f'`sidra feed run {self.name} {feed} FILE`' for feed in self.sheets)}"
        yield f"`sidra baseline lock {self.name}` once it is good: an upgrade knows from it what each line saw"
        roles = list(self.people) or ["agent"]
        yield f"make accounts: `sidra user add {self.name} LOGIN --name NAME --role {roles[0]}`"
        yield "let whoever runs Sidra start it again: which countries there are is read at the start"


def readme(report: Report) -> str:
    """Return the page that stands in the new folder."""
    model = report.model
    title = model.layer.label.text("en") or report.name
    parts = [
        f"# {title}",
        (
            f"The overlay of `{report.name}` over the group's baseline, begun from a questionnaire. "
            f"Tiers: {', '.join(sorted(model.layer.tiers))}. Languages: {', '.join(model.locales)}. "
            f"Currency: {model.currency}. Time zone: {model.time_zone}."
        ),
        "## How far the baseline serves",
        table(report.domains(), ("domain", "as_is", "configured", "gaps")),
        "In documents: taken as they are, configured here, and what is still open.",
        "## What the overlay changes",
        table(
            [{"effort": EFFORT_WORDS[one], "changes": count} for one, count in report.coverage.changes.items()],
            ("effort", "changes"),
        ),
        "## What is open",
        table(report.gaps()[:SHOWN], ("effort", "domain", "gap", "way_out")) if report.gaps() else "Nothing.",
        *_people(report),
        "## What to do next",
        "\n".join(f"{number}. {step[:1].upper()}{step[1:]}." for number, step in enumerate(report.next_steps(), 1)),
    ]
    return "\n\n".join(parts) + "\n"


def _people(report: Report) -> Iterator[str]:
    if report.people:
        yield "## Who will work here"
        rows: list[dict[str, object]] = [{"role": role, "people": count} for role, count in report.people.items()]
        yield table(rows, ("role", "people"))


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return rows as a table of Markdown."""
    heads = [column.replace("_", " ").capitalize() for column in columns]
    lines = [heads, ["---"] * len(heads), *([_cell(row[column]) for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")

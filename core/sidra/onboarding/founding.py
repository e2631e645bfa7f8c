"""The whole way: from answers to the folder of a new affiliate, its report among its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sidra.onboarding.coverage import Language, coverage
from sidra.onboarding.proposing import Onboarding, Proposal
from sidra.onboarding.report import Report, readme
from sidra.onboarding.sheets import feed_name, sheets
from sidra.onboarding.skeleton import write_whole
from sidra.onboarding.workbook import workbook
from sidra.onboarding.writing import files
from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.nodes import Node

WORKBOOK: Final = "data.xlsx"


class WrongAnswers(SidraError):
    """The answers do not make a configuration; what is wrong with them was told."""

    code = "R195"


def found(onboarding: Onboarding, proposal: Proposal, folder: Path) -> Report:
    """Write the folder of a new affiliate and return the report; raises as `write_whole`, or WrongAnswers."""
    loaded = proposal.loaded
    if loaded is None or loaded.model is None:
        raise WrongAnswers(f"the answers of `{proposal.name}` do not make a configuration", hint="mend what is named")
    registry = onboarding.configuration.language.registry
    written: dict[str, str | bytes] = dict(files(proposal.documents, registry))
    names = tuple(feed_name(proposal.name, sheet) for sheet in proposal.sheets)
    report = Report(loaded.model, coverage(proposal, loaded), people(proposal.answers), (), names)
    written |= dict(_work_lists(report.coverage.languages))
    if proposal.sheets:
        written[WORKBOOK] = workbook(loaded.model, sheets(loaded.model, [one.entity.name for one in proposal.sheets]))
    report = replace(report, files=(*written, "README.md"))
    write_whole(folder, {**written, "README.md": readme(report)})
    return report


def people(answers: Node) -> dict[str, int]:
    """Return how many people have each role, as far as it was answered."""
    roles = answers.get("roles")
    counts = {name: role.get("people") for name, role in (roles.items if roles is not None else {}).items()}
    return {name: node.value for name, node in counts.items() if node is not None and isinstance(node.value, int)}


def _work_lists(languages: tuple[Language, ...]) -> Iterator[tuple[str, str]]:
    """Yield for each language that lacks texts a list of them."""
    for language in languages:
        if language.missing:
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows(
                [("path", "text", language.locale), *((*one, "") for one in language.missing)]
            )
            yield f"translate-{language.locale}.csv", out.getvalue()

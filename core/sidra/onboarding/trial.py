"""How good filled sheets are: they are loaded for trial into an empty affiliate that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sidra.access.actor import Actor, system_actor
from sidra.errors import Problem
from sidra.interfaces.files import FileRefused
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.sheets import EXCEL, sheet_names
from sidra.onboarding.sheets import sheets
from sidra.runtime import Runtime
from sidra.store.sqlite import SqliteStore
from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.kinds import Interface
from sidra_metamodel.model import Model

MOST_REJECTS: Final = 10_000


class NoSheets(SidraError):
    """A workbook has none of the sheets that the affiliate's feeds read."""

    code = "R197"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one row."""

    sheet: str
    row: int
    column: str
    """As the sheet heads it; empty where it is about the whole row."""
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one sheet."""

    sheet: str
    feed: str
    rows: int
    good: int
    doubled: int
    """Rows with the key of an earlier one, which they would change."""
    warned: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a workbook."""

    sheets: tuple[Tried, ...]
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Whether every row can be loaded as it is, each for itself."""
        return not any(one.wrong or one.doubled for one in self.sheets)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {"sheets": [asdict(one) for one in self.sheets], "findings": [asdict(one) for one in self.findings]}


def sheet_feeds(model: Model) -> tuple[Interface, ...]:
    """Return the feeds that read sheets of Excel, in the order in which they are loaded."""
    found = {one.into: one for one in model.interfaces.values() if one.kind_ == "feed" and one.format == EXCEL}
    return tuple(found[sheet.entity.name] for sheet in sheets(model, [into for into in found if into]))


def try_workbook(model: Model, path: Path) -> Trial:
    """Load a workbook for trial and return what would become of its rows; raises FileRefused or NoSheets."""
    present = sheet_names(path)
    feeds = [feed for feed in sheet_feeds(model) if feed.sheet in present]
    if not feeds:
        known = ", ".join(feed.sheet or "" for feed in sheet_feeds(model)) or "none"
        raise NoSheets(f"{path.name} has no sheet that a feed of `{model.affiliate}` reads", hint=f"there are: {known}")
    actor = system_actor("trial", affiliate=model.affiliate)
    with tempfile.TemporaryDirectory(prefix="sidra-trial-") as folder:
        store = SqliteStore.at(Path(folder) / "trial.db", "normal")
        try:
            runtime = Runtime(model, store)
            tried = [_try(runtime, feed, path, actor) for feed in feeds]
        finally:
            store.close()
    return Trial(tuple(one for one, _ in tried), tuple(finding for _, found in tried for finding in found))


def _try(runtime: Runtime, feed: Interface, path: Path, actor: Actor) -> tuple[Tried, list[Finding]]:
    loader, sheet = FeedLoader(runtime, feed.name), feed.sheet or ""
    try:
        counts = loader.run(path, actor)
    except FileRefused as refused:
        return Tried(sheet, feed.name, 0, 0, 0, 0, 1), [
            Finding(sheet, 0, "", refused.code, refused.reason, refused.hint)
        ]
    rejects = loader.rejects(actor, limit=MOST_REJECTS)
    findings = [one for reject in rejects for one in _findings(runtime.model, loader, reject.line, reject.problems)]
    doubled = counts.updated + counts.unchanged
    tried = Tried(sheet, feed.name, counts.read, counts.created, doubled, counts.warned, counts.quarantined)
    return tried, findings


def _findings(model: Model, loader: FeedLoader, line: int, problems: tuple[Problem, ...]) -> Iterator[Finding]:
    feed = model.interfaces[loader.feed.name]
    entity = model.entities[feed.into or ""]
    for problem in problems:
        name = loader.feed.columns.of(problem.path) or problem.path
        member = entity.attributes.get(name) or entity.relations.get(name)
        column = model.label(member) if member is not None else name
        yield Finding(feed.sheet or "", line, column, problem.code, problem.message, problem.hint)

"""From findings and decisions to the new text of an overlay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data, Uneditable
from sidra_metamodel.kinds.test import Test
from sidra_metamodel.layering.translating import TRANSLATION
from sidra_metamodel.suggest import did_you_mean, listed
from sidra_metamodel.upgrading.files import Overlay
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.hands import take_from_test
from sidra_metamodel.upgrading.overrides import Form, Override, Path

ALL: Final = "all"
_BOUND: Final = frozenset({Class.ORPHAN, Class.LOCKED, Class.OVERTAKEN})
"""Classes of what cannot stay as it is."""
_TOLD: Final = frozenset({Class.RENAMED, Class.UNLOCKED, Class.NEW})
"""Classes of what nobody decides about."""


class Choice(StrEnum):
    """What is done about a finding."""

    ACCEPT = "accept"
    ADOPT = "adopt"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a finding."""

    choice: Choice
    value: Data = None


class Undecided(SidraError):
    """A decision is missing, or about nothing."""

    code = "E249"


Decisions = Mapping[str, Decision]
"""By the path of the finding, with its kind or without; `all` for those that none is given for."""


def decided(findings: Iterable[Finding], decisions: Decisions) -> dict[Finding, Decision]:
    """Return what is done about each finding; raises Undecided where somebody has to decide first."""
    found, open_ones, known = {}, [], {ALL}
    for finding in findings:
        if finding.cls in _TOLD:
            continue
        decision = _decision(finding, decisions, known)
        if decision is not None and decision.choice in possible(finding):
            found[finding] = decision
        elif finding.blocks:
            open_ones.append(finding)
    unknown = next((path for path in decisions if path not in known), None)
    if unknown is not None:
        hint = did_you_mean(unknown, known - {ALL}) or f"there are {listed(sorted(known - {ALL})) or 'none'}"
        raise Undecided(f"no finding at `{unknown}`", hint=hint)
    if open_ones:
        first = open_ones[0]
        reason = f"{len(open_ones)} to be decided: {listed(one.path for one in open_ones)}"
        raise Undecided(reason, at=first.at, hint=first.advice)
    return found


def _decision(finding: Finding, decisions: Decisions, known: set[str]) -> Decision | None:
    names = (finding.path, finding.path.partition(".")[2])
    known.update(name for name in names if name in decisions or name == finding.path)
    given = next((decisions[name] for name in names if name in decisions), None)
    if given is not None:
        return given
    general = decisions.get(ALL)
    if general is not None and (finding.cls is Class.CHANGED or finding.cls in _BOUND):
        return general
    return Decision(Choice.ADOPT) if finding.cls is Class.ABSORBED else None


def possible(finding: Finding) -> tuple[Choice, ...]:
    """Return what can be done about a finding that somebody decides about."""
    kept = () if finding.cls in _BOUND else (Choice.ACCEPT,)
    is_value = finding.override.form is Form.VALUE and finding.cls is not Class.ORPHAN
    edited = (Choice.EDIT,) if is_value else ()
    return (*kept, Choice.ADOPT, *edited)


def apply(overlay: Overlay, findings: Iterable[Finding], choices: Mapping[Finding, Decision]) -> None:
    """Rewrite the files of an overlay as decided; raises Uneditable where one cannot be."""
    listed_findings = list(findings)
    for finding in listed_findings:
        decision = choices.get(finding)
        if decision is not None and finding.cls is not Class.RENAMED:
            _carry_out(overlay, finding.override, decision)
    renamed = [finding for finding in listed_findings if finding.cls is Class.RENAMED]
    for finding in renamed:
        _rename_texts(_edits(overlay, finding.override), finding.override, finding.to)
    steps = {(one.override.node.source.path, path): (one, name) for one in renamed for path, name in _steps(one)}
    # The deepest first: until what is around it has its new name, each stands where it was.
    for (_file, path), (finding, name) in sorted(steps.items(), key=lambda one: -len(one[0][1])):
        _rename_key(_edits(overlay, finding.override), path, name)


def _edits(overlay: Overlay, override: Override) -> Edits:
    return overlay.edits(overlay.file(override.node.source.path))


def _carry_out(overlay: Overlay, override: Override, decision: Decision) -> None:
    edits = _edits(overlay, override)
    if decision.choice is Choice.ADOPT and override.form is Form.LISTED and override.kind == Test.kind:
        take_from_test(edits, override.written)
    elif decision.choice is Choice.ADOPT:
        path = override.written
        _take_away(edits, path[:-1] if override.form in {Form.REPLACED, Form.REMOVED} else path)
    elif decision.choice is Choice.EDIT:
        edits.set(_written(edits, override.written), decision.value)


def _take_away(edits: Edits, path: Path) -> None:
    if path:
        if not _is_gone(edits, path[:-1]):
            edits.remove(_written(edits, path))
        return
    # The document says itself that it replaces or removes all: without that, nothing of it is left.
    data = edits.data
    for name in list(data)[1:] if isinstance(data, dict) else ():
        edits.remove((name,))


def _is_gone(edits: Edits, path: Path) -> bool:
    """Tell whether an element went as a whole, with what is to be taken away in it."""
    there = next(path[:length] for length in range(len(path), -1, -1) if not length or edits.has(path[:length]))
    return there != path and isinstance(edits.get(there) if there else edits.data, dict)


def _written(edits: Edits, path: Path) -> Path:
    """Return the path at which something is written: one shorter where a bare value stands for it."""
    if edits.has(path) or not path:
        return path
    if edits.has(path[:-1]) and not isinstance(edits.get(path[:-1]), dict):
        return path[:-1]
    raise Uneditable(f"`{'.'.join(path)}` is not written as it is read", hint="edit it by hand, then retry")


def _rename_texts(edits: Edits, override: Override, to: Path) -> None:
    """Rename what an overlay gives as texts: a path of a translation, the sibling of a place, the header."""
    kind, name, *path = to
    if _is_text(edits, override):
        former = override.written[0].split(".")
        now = to[: len(former)]
        _rename_key(edits, override.written, ".".join((*now, *former[len(now) :])))
        return
    if override.form is Form.PLACED and override.member != path[-1] and edits.has(override.written):
        edits.set(override.written, path[-1])
    if name != override.document:
        edits.set((kind,), name)


def _steps(finding: Finding) -> Iterator[tuple[Path, str]]:
    """Yield the paths in a document whose last name is another one now, with that name."""
    override, path = finding.override, finding.to[2:]
    if override.written[:1] != override.path[:1]:
        return
    is_place = override.form is Form.PLACED
    for length in range(len(path) - is_place, 0, -1):
        if override.path[length - 1] != path[length - 1]:
            yield override.path[:length], path[length - 1]


def _is_text(edits: Edits, override: Override) -> bool:
    return len(override.written) == 1 and edits.has((TRANSLATION,))


def _rename_key(edits: Edits, path: Path, name: str) -> None:
    if edits.has(path):
        edits.rename(path, name)

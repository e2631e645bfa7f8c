"""What is known of an affiliate, and how a failure to load it is told."""

from __future__ import annotations

import datetime
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from sidra.errors import SidraError
from sidra.records.fulfilment import unfulfilled
from sidra.releases.errors import Damaged
from sidra.releases.pins import Pin
from sidra.releases.revisions import shown
from sidra.runtime import Runtime
from sidra.store.schema.drift import SchemaDrift
from sidra_metamodel.diagnostics import Diagnostic, Severity
from sidra_metamodel.layering.layers import LayerStack
from sidra_metamodel.nodes import Place

UNFULFILLED = "R103"
MOVED = "R710"
NEVER_RELEASED = "R711"
CORRECTED = "`sidra db plan {}` counts them and names some; each has to be corrected before it is saved again"


@dataclass(frozen=True, slots=True)
class Trial:
    """What the people of some units have before the others: screens, on the same tables."""

    runtime: Runtime
    units: frozenset[str]

    def is_for(self, units: Iterable[str]) -> bool:
        """Tell whether somebody of some units has it."""
        return not self.units.isdisjoint(units)


@dataclass(frozen=True, slots=True)
class AffiliateState:
    """What is in force for an affiliate, and what was found when its files were last read."""

    name: str
    runtime: Runtime | None
    """The last good one; None where there never was one."""
    diagnostics: tuple[Diagnostic, ...]
    """Of the files as they are now, whether or not they are in force."""
    loaded_at: datetime.datetime
    version: str
    """Of the files as they are now; empty where they could not be loaded at all."""
    trial: Trial | None = None
    is_waiting: bool = False
    """Whether the database could not take what the files say just now; it is tried again."""

    @property
    def is_current(self) -> bool:
        """Whether what is in force is what the files say."""
        return self.runtime is not None and self.runtime.model.version == self.version


def told(error: Exception, name: str, stack: LayerStack | None) -> Diagnostic:
    """Return what is told of an error that kept an affiliate's files from being put in force."""
    if isinstance(error, SidraError):
        return Diagnostic(error.code, error.reason, error.at or _place(name, stack), help=error.hint)
    last = traceback.extract_tb(error.__traceback__)[-1]
    # Its text may hold values, which no log shows.
    reason = f"`{name}` cannot be put in force: {type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"
    hint = "undo what was saved last; this is a fault of ours or of a plugin, so please report it"
    return Diagnostic("R500", reason, _place(name, stack), help=hint)


def told_of_drift(runtime: Runtime, stack: LayerStack) -> Iterator[Diagnostic]:
    """Yield what somebody else took away from the tables, without which the affiliate is served all the same."""
    for change in runtime.drift.missing:
        says = f"the database of `{runtime.affiliate}` lacks what it had: {change.subject}, {change.says}"
        place, hint = _place(runtime.affiliate, stack), f"run `sidra db apply {runtime.affiliate}`"
        yield Diagnostic(SchemaDrift.code, says, place, severity=Severity.WARNING, help=hint)


def told_of_release(stack: LayerStack, told: Pin, served: Pin) -> Iterator[Diagnostic]:
    """Yield that servers were told of another release than the database has, whose release is served."""
    if told != served:
        name = stack.affiliate
        read, kept = shown(told.live.revision), shown(served.live.revision)
        says = f"servers read `{read}` of `{name}`, and its database has `{kept}`"
        hint = f"the latter is served; run `sidra releases {name} --restore`; `sidra drift {name}` tells the rest"
        yield Diagnostic(MOVED, says, _place(name, stack), severity=Severity.WARNING, help=hint)


def never_released(name: str, at: datetime.datetime) -> AffiliateState:
    """Return the state of an affiliate that is not served before something of it is released."""
    hint = f"run `sidra plan {name}`, and `sidra apply {name} --revision …` with the revision that it prints"
    says = f"nothing of `{name}` was released yet, and `releases: required` serves what was"
    return AffiliateState(name, None, (Diagnostic(NEVER_RELEASED, says, Place(name, 1, 1), help=hint),), at, "")


def damaged(name: str, error: Damaged, runtime: Runtime | None, at: datetime.datetime) -> AffiliateState:
    """Return the state of an affiliate whose released files are not what they were; what was good is served on."""
    return AffiliateState(name, runtime, (told(error, name, None),), at, "")


def told_of_records(runtime: Runtime) -> Iterator[Diagnostic]:
    """Yield what the configuration demands that records which are there do not fulfil, or may not."""
    for (entity, path), count in sorted(unfulfilled(runtime).items()):
        kind = runtime.model.entities[entity]
        element = kind.attributes.get(path) or kind.relations.get(path)
        subject = f"{entity}.{path}" if element is not None else entity
        who = "not counted how many" if count is None else str(count)
        says = f"`{subject}` must be otherwise now than records of `{runtime.affiliate}` have it: {who}"
        place = element.node.place if element is not None else kind.node.place
        yield Diagnostic(UNFULFILLED, says, place, severity=Severity.WARNING, help=CORRECTED.format(runtime.affiliate))


def _place(name: str, stack: LayerStack | None) -> Place:
    if stack is None:
        return Place(name, 1, 1)
    own = stack.folders[-1]
    path = next((node.source.path for _, _, node in own.documents), str(own.path.name))
    return Place(path, 1, 1, own.name)

"""Kind `process`: what the elements of a BPMN 2.0 diagram do. Structure only: the engine is `sidra.workflow`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sidra_metamodel.language import Document, Element, Formula, Label, word
from sidra_metamodel.traits import EXTEND, FINAL, Scoping, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts(Element):
    """What starts an instance."""

    on: str = word("An event.", required=True, example="party_interaction.created")
    when: Formula | None = word("Only where this holds.", default=None, site=Site.PROCESS, expects="boolean")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Element):
    """Who does a task."""

    queue: str | None = word("The queue it waits in.", default=None, refers="queue")
    role: str | None = word("The role whose people do it.", default=None, refers="role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Element):
    """What a task of the diagram does; named by the BPMN element's id."""

    label: Label = word("As people read it.")
    screen: str | None = word("The screen a person fills in.", default=None, refers="screen")
    assign: Assignment | None = word("Who does it.", default=None)
    sla: str | None = word("The service level it is measured by.", default=None, refers="sla")
    call: str | None = word("A connector's operation.", default=None, example="billing.adjustment_limit")
    component: str | None = word("A reusable step.", default=None, refers="component")
    decision: str | None = word("A decision table.", default=None, refers="decision")
    with_: Mapping[str, object] = word("Its parameters.")
    timeout: timedelta | None = word("How long to wait for an answer.", default=None, example="5s")
    retries: int | None = word("How often to try again.", default=None, least=0)
    on_error: str | None = word("The task to go on with when it fails.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Document):
    """A process: a BPMN file and what its tasks do."""

    kind: ClassVar[str] = "process"
    folder: ClassVar[str] = "processes"
    later: ClassVar[str] = "the engine of processes (issue 7)"

    label: Label = word("As people read it.")
    bpmn: str | None = word("The BPMN 2.0 file beside the document.", default=None)
    about: str | None = word(
        "The entity it is about: `this` in its expressions.",
        default=None,
        rule=FINAL,
        refers="entity",
        scoping=Scoping.SUBJECT,
    )
    starts: Starts | None = word("What starts it.", default=None)
    tasks: Mapping[str, Task] = word("Bindings by BPMN element id.", removable=True, borrowed=True)
    slots: Mapping[str, Mapping[str, Task]] = word("Empty call activities by id, that overlays fill.", rule=EXTEND)
    channels: frozenset[str] = word("Channels it can start from.")

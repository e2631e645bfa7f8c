"""Processes: the events that start them and the tasks they go on with are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.process import Process, Starts
from sidra_metamodel.model import Model
from sidra_metamodel.suggest import did_you_mean, listed

CHANGES: Final = ("created", "updated", "deleted")
"""Events of every entity, besides the transitions of its life cycle."""

SOURCES: Final = ("channel", "process", "schedule", "sla")
"""Beginnings of events whose sources only later versions, or diagrams, declare."""


def check_processes(model: Model, diagnostics: Diagnostics) -> None:
    """Record events that nothing raises, and tasks that a process does not have."""
    for process in model.processes.values():
        if process.starts is not None:
            _check_event(model, process.starts, diagnostics)
        _check_tasks(process, diagnostics)


def _check_event(model: Model, starts: Starts, diagnostics: Diagnostics) -> None:
    if starts.on.partition(".")[0] in SOURCES:
        return
    known = list(_events(model))
    if starts.on not in known:
        help_ = did_you_mean(starts.on, known) or "write `<entity>.created`, `.updated`, `.deleted` or `.<transition>`"
        diagnostics.error("E401", f"no event `{starts.on}`", starts.node.items["on"], help=help_)


def _events(model: Model) -> Iterator[str]:
    for name in model.entities:
        yield from (f"{name}.{change}" for change in CHANGES)
        # What happens to a subtype happens to its supertypes.
        for below in model.subtypes(name):
            lifecycle = model.entities[below].lifecycle
            yield from (f"{name}.{transition}" for transition in (lifecycle.transitions if lifecycle else ()))
    yield from (f"feed.{name}.finished" for name, each in model.interfaces.items() if each.kind_ == "feed")


def _check_tasks(process: Process, diagnostics: Diagnostics) -> None:
    slots = [task for steps in process.slots.values() for task in steps.values()]
    names = dict.fromkeys([*process.tasks, *(task.name for task in slots)])
    for task in (*process.tasks.values(), *slots):
        if task.on_error is not None and task.on_error not in names:
            help_ = did_you_mean(task.on_error, names) or f"there are {listed(names)}"
            diagnostics.error("E401", f"no task `{task.on_error}`", task.node.items["on_error"], help=help_)

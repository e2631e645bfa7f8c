"""Webhooks and events: what is told has somebody to be told to, and happens at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sidra_metamodel.checking.attributes import camel_case
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.model import Model
from sidra_metamodel.model.event_types import event_types
from sidra_metamodel.suggest import did_you_mean, listed

NEEDED: Final = {"url": "{environment: …}", "secret": "{environment: …}", "role": "…"}
"""What a webhook cannot do without."""
EXTENSION: Final = "x_"
STATES: Final = ("status", "state", "lifecycle_status")
_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")


def check_webhooks(model: Model, diagnostics: Diagnostics) -> None:
    """Record webhooks that nobody could be told by, events that never happen, and states that are none."""
    known = [name for entity in model.entities.values() for name in _types(entity)]
    for interface in model.interfaces.values():
        if interface.kind_ == "webhook":
            _check_webhook(interface, known, diagnostics)
    for entity in model.entities.values():
        _check_states(model, entity, diagnostics)


def _types(entity: Entity) -> Iterator[str]:
    if entity.api is not None and entity.api.path:
        yield from event_types(entity.api, entity.api.resource or camel_case(entity.name.removeprefix(EXTENSION)))


def _check_webhook(webhook: Interface, known: list[str], diagnostics: Diagnostics) -> None:
    for name, form in NEEDED.items():
        if getattr(webhook, name) is None:
            message = f"the webhook lacks `{name}`"
            diagnostics.report("E440", message, webhook.node, key=True, help=f"add `{name}: {form}`")
    for place, name in enumerate(webhook.events):
        if name not in known:
            node = webhook.node.items["events"]
            entry = node.entries[place] if len(node.entries) > place else node
            help_ = did_you_mean(name, known) or f"there are {listed(known)}"
            diagnostics.report("E401", f"no event `{name}`", entry, help=help_)


def _check_states(model: Model, entity: Entity, diagnostics: Diagnostics) -> None:
    """What is told of a state is told when the state is reached, which must be one."""
    if entity.api is None or not entity.api.state_events:
        return
    states = _states(model, entity)
    for state, name in entity.api.state_events.items():
        node = entity.api.node.items["state_events"].items[state]
        if state not in states:
            help_ = did_you_mean(state, states) or f"there are {listed(states)}"
            diagnostics.report("E401", f"no state `{state}` of `{entity.name}`", node, key=True, help=help_)
        if not _NAME.fullmatch(name):
            message = f"`{name}` is no name of an event"
            diagnostics.report(
                "E423", message, node, help="write such as `Resolved`: the name begins with the resource"
            )


def _states(model: Model, entity: Entity) -> list[str]:
    named = (entity.lifecycle.attribute,) if entity.lifecycle is not None else STATES
    found = next((entity.attributes[name] for name in named if name in entity.attributes), None)
    enum = model.enums.get(found.enum or "") if found is not None else None
    return list(enum.values) if enum is not None else []

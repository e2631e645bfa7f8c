"""What connectors speak: REST by itself, further protocols by plugins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.connector import Operation

GROUP = "sidra.protocols"
"""Entry points of this group are functions that open a client; their names are what `protocol:` says."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connector leads, and what the environment says of it."""

    connector: Interface
    affiliate: str
    environ: Mapping[str, str]


class Client(Protocol):
    """Asks one system, in whatever way."""

    def ask(self, operation: Operation, values: Mapping[str, str], seconds: float) -> Any:  # noqa: ANN401 - any JSON
        """What the system answers, as JSON would be read; raises CallFailed, at the latest after so many seconds."""
        ...


Open = Callable[[Endpoint], Client]


@cache
def installed_protocols() -> Mapping[str, Open]:
    """The functions that open a client, by the name of the protocol."""
    from sidra.connectors.rest import RestClient  # noqa: PLC0415 - the client of HTTP is loaded only where it serves

    added = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    return {**added, "rest": RestClient}

"""What channels speak: the simulator by itself, further protocols by plugins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Literal, Protocol

from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.simulator import Simulator
from sidra_metamodel.model import Model

GROUP = "sidra.channels"
"""Entry points of this group are functions that open a driver; their names are what `protocol:` of a channel says."""
SIMULATOR = "simulator"
HUNDRED = 100


class NotSent(Exception):
    """The other side did not take a message; it may do so later."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way."""

    key: str
    """The same each time that it is tried: the other side takes it once."""
    to: str
    text: str
    tries: int = 0


class Driver(Protocol):
    """Sends by one channel."""

    def send(self, message: Outgoing) -> Literal["sent", "delivered"]:
        """Give a message to the other side; tell how far it came, or raise NotSent."""
        ...


class SimulatorDriver:
    """Plays the other side: it takes everything, but for the share that its document lets fail."""

    def __init__(self, model: Model, channel: Interface) -> None:
        found = model.documents("simulator").get(channel.simulator or "")
        self._failing = found.failing if isinstance(found, Simulator) else 0

    def send(self, message: Outgoing) -> Literal["sent", "delivered"]:
        """Take a message; which one fails follows from its key and from how often it was tried."""
        drawn = hashlib.sha256(f"{message.key}:{message.tries}".encode()).digest()
        if int.from_bytes(drawn[:4], "big") % HUNDRED < self._failing:
            raise NotSent("the simulator does not answer")
        return "delivered"


Open = Callable[[Model, Interface], Driver]


@cache
def installed_drivers() -> Mapping[str, Open]:
    """Return the functions that open a driver, by the name of the protocol."""
    added: dict[str, Open] = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    return {**added, SIMULATOR: SimulatorDriver}


def driver_of(model: Model, channel: Interface) -> Driver:
    """Return what sends by a channel."""
    return installed_drivers()[channel.protocol](model, channel)

"""A look at the databases that a process serves, taken beside its first requests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

import structlog

from sidra.errors import SidraError
from sidra.store.checking import Fault, look_over
from sidra.store.database import Store
from sidra.web.sites import Affiliates


class Looks:
    """What was found wrong with the databases of the affiliates, by affiliate; empty until the look is over."""

    def __init__(self) -> None:
        self.found: Mapping[str, tuple[Fault, ...]] = MappingProxyType({})

    def begin(self, affiliates: Affiliates) -> threading.Thread:
        """Look at each database that is served, in a thread that keeps nobody waiting and ends with the process."""
        thread = threading.Thread(target=self.look, args=(affiliates,), name="sidra-looks", daemon=True)
        thread.start()
        return thread

    def look(self, affiliates: Affiliates) -> None:
        """Keep what is wrong for whoever asks, and tell the log."""
        for name in affiliates.names:
            state = affiliates.state(name)
            found = _found(name, state.runtime.store) if state is not None and state.runtime is not None else ()
            if found:
                self.found = MappingProxyType({**self.found, name: found})

    def codes(self) -> dict[str, list[str]]:
        """Return the codes of what is wrong, by affiliate."""
        return {name: sorted({fault.code for fault in found}) for name, found in sorted(self.found.items())}


def _found(affiliate: str, store: Store) -> tuple[Fault, ...]:
    log = structlog.get_logger("sidra.store").bind(affiliate=affiliate)
    try:
        found = tuple(look_over(store))
    except SidraError as error:
        # That a database does not answer now is told by each request, and may be over at the next.
        log.warning("store not looked at", code=error.code, reason=error.reason)
        return ()
    for fault in found:
        log.error("store has a fault", code=fault.code, reason=fault.reason, hint=fault.hint)
    return found

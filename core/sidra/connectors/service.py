"""What an affiliate's connectors answer: kept for a while, and kept on where a system is away."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from typing import Any

import structlog

from sidra.connectors.answers import Reader, Row
from sidra.connectors.circuit import CircuitBreaker, State
from sidra.connectors.failures import CallFailed, Failing, LeftAlone, NotConfigured, TimedOut
from sidra.connectors.protocols import Client, Endpoint, installed_protocols
from sidra.errors import NotFound
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.connector import Circuit, Operation
from sidra_metamodel.model import Model
from sidra_metamodel.model.operations import connectors

PATIENCE_SECONDS = 5.0
"""So long a person waits for another system, with all tries."""
AT_ONCE = 8
"""Calls of one connector in a process; those beyond find it busy, so that a slow system holds few threads."""
MOST_KEPT = 2000
MOST_CHARACTERS = 16_000_000
"""Of all the answers that are kept of one connector."""
KEPT_SECONDS = 24 * 3600.0
"""How long an answer stands in for a system that is away."""
FIRST_WAIT_SECONDS = 0.1
FAILURES, OPEN_SECONDS = 5, 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answered."""

    rows: tuple[Row, ...]
    age_seconds: float
    """Since it came from the system."""
    failure: CallFailed | None = None
    """Why it is not newer, where the system is away now."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the calls of an operation in this process."""

    answered: int = 0
    kept: int = 0
    """Answered from what was kept."""
    failed: int = 0


Key = tuple[str, tuple[tuple[str, str], ...]]


class Kept:
    """The last answers by what was asked; bounded, the longest unused goes first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._found: OrderedDict[Key, tuple[float, tuple[Row, ...], int]] = OrderedDict()
        self._characters = 0

    def get(self, key: Key) -> Answer | None:
        """The last answer; None where there is none that still counts."""
        with self._lock:
            found = self._found.get(key)
            if found is None:
                return None
            age = self._clock() - found[0]
            if age > KEPT_SECONDS:
                self._drop(key)
                return None
            self._found.move_to_end(key)
            return Answer(found[1], age)

    def put(self, key: Key, rows: tuple[Row, ...]) -> None:
        """Keep an answer."""
        characters = sum(len(str(value)) for row in rows for value in row.values())
        with self._lock:
            self._drop(key)
            self._found[key] = (self._clock(), rows, characters)
            self._characters += characters
            while len(self._found) > MOST_KEPT or self._characters > MOST_CHARACTERS:
                self._drop(next(iter(self._found)))

    def _drop(self, key: Key) -> None:
        found = self._found.pop(key, None)
        self._characters -= found[2] if found is not None else 0


class Connector:
    """One system and all that this process knows of it."""

    def __init__(
        self, model: Model, words: Interface, client: Client, clock: Callable[[], float] = time.monotonic
    ) -> None:
        circuit: Circuit | None = words.circuit
        failures = circuit.failures if circuit is not None else FAILURES
        open_seconds = circuit.open_for.total_seconds() if circuit is not None else OPEN_SECONDS
        self._words, self._client, self._clock = words, client, clock
        self._circuit = CircuitBreaker(failures, open_seconds, clock)
        self._readers = {name: Reader(model, one) for name, one in words.operations.items()}
        self._kept = Kept(clock)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._counted: dict[str, Counted] = {}
        self._log = structlog.get_logger("sidra.connectors").bind(affiliate=model.affiliate, connector=words.name)

    @property
    def state(self) -> State:
        """Whether the system is asked, left alone, or tried."""
        return self._circuit.state

    def counted(self) -> Mapping[str, Counted]:
        """What became of the calls, by operation."""
        return dict(self._counted)

    def call(self, name: str, values: Mapping[str, str], patience: float = PATIENCE_SECONDS) -> Answer:
        """What an operation answers after `patience` seconds at most; raises CallFailed where nothing is kept."""
        operation = self._words.operations.get(name)
        if operation is None:
            raise NotFound(f"`{self._words.name}` has no operation `{name[:60]}`", hint="see the interface")
        key: Key = (name, tuple(sorted(values.items())))
        kept = self._kept.get(key) if operation.post is None else None
        fresh = operation.cache.total_seconds() if operation.cache is not None else 0.0
        if kept is not None and kept.age_seconds < fresh:
            self._count(name, kept=1)
            return kept
        try:
            rows = self._asked(operation, values, self._clock() + patience)
        except CallFailed as error:
            self._count(name, failed=1)
            if kept is None:
                raise
            return replace(kept, failure=error)
        if operation.post is None:
            self._kept.put(key, rows)
        self._count(name, answered=1)
        return Answer(rows, 0.0)

    def _asked(self, operation: Operation, values: Mapping[str, str], until: float) -> tuple[Row, ...]:
        if not self._circuit.enter():
            raise LeftAlone("the system failed lately and is left alone", hint="try again a little later")
        return self._tried(operation, values, until)

    def _tried(self, operation: Operation, values: Mapping[str, str], until: float) -> tuple[Row, ...]:
        """Ask, and ask again where that is safe; whatever comes of it, the circuit is told."""
        tries = 1 + (self._words.retries if operation.get is not None else 0)
        told = False
        try:
            for place in range(tries):
                try:
                    rows = self._once(operation, values, until)
                except CallFailed as error:
                    wait = FIRST_WAIT_SECONDS * 2**place * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                    again = error.is_passing and place + 1 < tries and self._clock() + wait < until
                    self._log.warning("call failed", operation=operation.name, code=error.code, again=again)
                    if error.counts and not again:
                        self._circuit.failed()
                        told = True
                    if not again:
                        raise
                    time.sleep(wait)
                else:
                    self._circuit.succeeded()
                    told = True
                    return rows
            raise AssertionError("a call ends by an answer or a failure")
        finally:
            if not told:
                self._circuit.left()

    def _once(self, operation: Operation, values: Mapping[str, str], until: float) -> tuple[Row, ...]:
        seconds = min(self._words.timeout.total_seconds(), max(until - self._clock(), 0.001))
        return self._readers[operation.name].rows(self._waited_for(operation, values, seconds))

    def _waited_for(self, operation: Operation, values: Mapping[str, str], seconds: float) -> Any:  # noqa: ANN401 - any JSON
        """What the client brings in time: whatever holds it up, such as a look-up of names, holds nobody else up.

        Its thread keeps the place of its call until it ends.
        """
        if not self._places.acquire(blocking=False):
            raise LeftAlone("the system is asked too often at once", hint="try again a little later")
        brought: Future[Any] = Future()

        def ask() -> None:
            try:
                brought.set_result(self._client.ask(operation, values, seconds))
            except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
                brought.set_exception(error)
            finally:
                self._places.release()

        threading.Thread(target=ask, name="sidra-connector", daemon=True).start()
        if not wait((brought,), seconds).done:
            raise TimedOut("the system did not answer in time", hint="try again a little later")
        try:
            return brought.result()
        except CallFailed:
            raise
        except Exception as error:
            # A plugin's protocol may raise anything, and what it says may hold a value.
            self._log.error("protocol broke", operation=operation.name, error=type(error).__name__)
            raise Failing(
                "the connector's protocol broke", hint="tell the operator, who finds it in the log"
            ) from error

    def _count(self, name: str, *, answered: int = 0, kept: int = 0, failed: int = 0) -> None:
        with self._lock:
            had = self._counted.get(name, Counted())
            self._counted[name] = Counted(had.answered + answered, had.kept + kept, had.failed + failed)


class Connectors:
    """The connectors of one affiliate."""

    def __init__(self, model: Model, environ: Mapping[str, str] = os.environ) -> None:
        self._model, self._environ = model, environ
        self._words = {each.name: each for each in connectors(model)}
        self._opened: dict[str, Connector] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Connector:
        """A connector; raises NotFound where none has the name, NotConfigured where nothing speaks its protocol."""
        with self._lock:
            found = self._opened.get(name)
            if found is None:
                words = self._words.get(name)
                if words is None:
                    raise NotFound(f"no connector `{name[:60]}`", hint="see the interfaces of kind `connector`")
                opens = installed_protocols().get(words.protocol)
                if opens is None:
                    said = f"no connector speaks `{words.protocol}`"
                    raise NotConfigured(said, hint=f"there are {', '.join(sorted(installed_protocols()))}")
                opened = opens(Endpoint(words, self._model.affiliate, self._environ))
                found = self._opened[name] = Connector(self._model, words, opened)
            return found

    def call(self, dotted: str, values: Mapping[str, str]) -> Answer:
        """What an operation such as `billing.bills` answers; raises CallFailed."""
        connector, _, operation = dotted.partition(".")
        return self.get(connector).call(operation, values)

"""While a migration runs, processes with the configuration before read and write; nothing that they wrote is lost."""

from __future__ import annotations

import itertools
import threading
import time
from decimal import Decimal

import pytest
from tests.core.store.schema.comparing import KEYS, create, migrating, runtime
from tests.proofs.counting import Counts

from sidra.access.actor import system_actor
from sidra.errors import Busy
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.failures import Reshaped
from sidra.store.schema import running
from sidra.store.schema.evolve import NeedsMigration

OLD = "entity: thing\nattributes:\n  n: {type: decimal, scale: 2, filter: true}\n  note: {type: string}\n"
FINER = OLD.replace("scale: 2", "scale: 5")
RENAMED = FINER.replace("note: {", "remark: {$was: note, ")
WRITERS, RECORDS = 3, 40
PAUSE = 0.01
"""Seconds until the writers are looked at again, which leaves the interpreter to them; they rest half as long."""


class Writer(threading.Thread):
    """A process that writes with the configuration before, until it is told to take the new one, and goes on."""

    def __init__(self, place: str, ids: list[str], stop: threading.Event, new: str) -> None:
        super().__init__()
        self.store, self.ids, self.stop, self.new = Store.open(place), ids, stop, new
        self.kept: dict[str, Decimal] = {}
        self.made: dict[str, Decimal] = {}
        self.told = self.after = 0
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Write."""
        try:
            self._write()
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.failed = error
        finally:
            self.store.close()

    def _write(self) -> None:
        now = runtime(self.store, OLD)
        for number in itertools.count():
            if self.stop.wait(PAUSE / 2):
                return
            value, id = Decimal(number % 10_000) / 4, self.ids[number % len(self.ids)]
            try:
                records = now.records(system_actor("test"))
                if number % 7 == 0:
                    self.made[records.create("thing", {"n": value}).id] = value
                else:
                    records.update("thing", id, {"n": value})
                    self.kept[id] = value
                self.after += self.told > 0
            except Reshaped:
                self.told += 1
                now = self._renewed(now)
            except Busy:
                continue

    def _renewed(self, now: Runtime) -> Runtime:
        try:
            return runtime(self.store, self.new)
        except (NeedsMigration, Busy):
            return now


@pytest.mark.parametrize("new", [pytest.param(FINER, marks=pytest.mark.prove), RENAMED])
def test_no_value_is_lost_that_was_written_while_a_migration_ran(
    place: str, new: str, monkeypatch: pytest.MonkeyPatch, counts: Counts
) -> None:
    monkeypatch.setattr(running, "CHUNK", 20)
    store = Store.open(place)
    made = runtime(store, OLD)
    ids = [create(made, "thing", n=Decimal(number), note="x").id for number in range(RECORDS * WRITERS)]
    stop = threading.Event()
    writers = [Writer(place, ids[number::WRITERS], stop, new) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while not all(len(writer.kept) > 5 for writer in writers):
        assert not any(writer.failed for writer in writers)
        time.sleep(PAUSE)
    try:
        migrating(store, new).apply()
        begun = [writer.after for writer in writers]
        while not all(writer.after > before + 5 for writer, before in zip(writers, begun, strict=True)):
            assert all(writer.is_alive() for writer in writers), [writer.failed for writer in writers]
            time.sleep(PAUSE)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert [writer.failed for writer in writers] == [None] * WRITERS
    records = Runtime(migrating(store, new).model, store, keys=KEYS).records(system_actor("test"))
    for writer in writers:
        assert {id: records.get("thing", id)["n"] for id in writer.kept} == writer.kept
        assert {id: records.get("thing", id)["n"] for id in writer.made} == writer.made
        counts["values written while a store was changed"] += len(writer.kept) + len(writer.made)
    store.close()

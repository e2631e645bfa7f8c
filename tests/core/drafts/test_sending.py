"""A form that is sent twice makes one record, also where two processes get it at once."""

from __future__ import annotations

import datetime
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from tests.core.privacy.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import new_id

OTHER = Actor("00000000-0000-7000-8000-0000000000ab", "Binta", frozenset({"system"}), affiliate="sn")


def send(runtime: Runtime, form_id: str, actor: Actor | None = None) -> str:
    """The id of the record that a form makes."""

    def work(unit: UnitOfWork) -> Record:
        record = runtime.sent.made(unit, form_id)
        if record is None:
            record = unit.records.create("party", {"name": "Awa"}, work=unit)
            runtime.sent.note(unit, form_id, record)
        return record

    return runtime.transact(actor or runtime.system_actor, work).id


def count(runtime: Runtime) -> int:
    return len(runtime.records(runtime.system_actor).list("party").records)


def test_the_second_time_leads_to_what_the_first_made(runtime: Runtime) -> None:
    form_id = new_id(1)
    assert send(runtime, form_id) == send(runtime, form_id)
    assert count(runtime) == 1
    assert send(runtime, new_id(1)) != send(runtime, form_id)
    assert send(runtime, form_id, OTHER) != send(runtime, form_id)
    assert count(runtime) == 3


def test_a_form_without_an_id_of_its_own_makes_a_record_each_time(runtime: Runtime) -> None:
    assert send(runtime, "") != send(runtime, "nonsense")


def send_elsewhere(runtime: Runtime, address: str, form_id: str, start: Barrier, told: Connection) -> None:
    """Send a form from a process of its own, at the same moment as others."""
    other = Runtime(runtime.model, Store.open(address), runtime.clock, keys=runtime.keys, bring="nothing")
    start.wait(60)
    told.send(send(other, form_id))


def test_processes_at_once_make_one_record(runtime: Runtime, store_address: str) -> None:
    context, form_id = multiprocessing.get_context("fork"), new_id(1)
    (here, there), start = context.Pipe(duplex=False), context.Barrier(2)
    given = (runtime, store_address, form_id, start, there)
    processes = [context.Process(target=send_elsewhere, args=given, daemon=True) for _ in range(2)]
    for process in processes:
        process.start()
    made = set()
    for process in processes:
        assert here.poll(60)
        made.add(here.recv())
        process.join()
    assert (len(made), count(runtime)) == (1, 1)


def test_what_nobody_sends_again_is_forgotten(runtime: Runtime) -> None:
    send(runtime, new_id(1))
    later = runtime.now() + datetime.timedelta(days=9)
    assert runtime.transact(runtime.system_actor, lambda unit: runtime.sent.sweep(unit.connection, later)) == 1

"""A form that is sent twice makes one record, also where two processes get it at once."""

from __future__ import annotations

import datetime
import threading

from tests.core.privacy.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.records.record import Record
from sidra.records.work import UnitOfWork
from sidra.runtime import Runtime
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


def test_two_processes_at_once_make_one_record(runtime: Runtime) -> None:
    other = Runtime(runtime.model, runtime.store, runtime.clock, keys=runtime.keys, bring="nothing")
    form_id, start, made = new_id(1), threading.Barrier(2), set()

    def run(one: Runtime) -> None:
        start.wait()
        made.add(send(one, form_id))

    threads = [threading.Thread(target=run, args=(one,)) for one in (runtime, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert count(runtime) == 1


def test_what_nobody_sends_again_is_forgotten(runtime: Runtime) -> None:
    send(runtime, new_id(1))
    later = runtime.now() + datetime.timedelta(days=9)
    assert runtime.transact(runtime.system_actor, lambda unit: runtime.sent.sweep(unit.connection, later)) == 1

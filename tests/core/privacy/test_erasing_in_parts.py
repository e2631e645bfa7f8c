"""An erasure of many records goes by parts, each a transaction with its audit, and on from wherever it was ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.core.models import model_of
from tests.core.privacy.conftest import DOCUMENTS, NOW

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.errors import Conflict
from sidra.privacy.erasing import TOGETHER, ask, ask_again, erase, go_on, last_erasure, parts, stop
from sidra.privacy.keys import KeyRing
from sidra.privacy.standing import Erasures
from sidra.records.query import Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

ACTOR = system_actor("test")
TICKETS = 2 * TOGETHER + 7
PROJECT = Path(__file__).resolve().parents[3]


def awa_with_tickets(records: Records) -> str:
    """A person of whom there are many records."""
    party = records.create("party", {"name": "Awa Ndiaye", "national_number": "1234567890123"})
    customer = records.create("customer", {"holder": party.id, "number": "C-1", "debt": "12.50 XOF"})
    for number in range(TICKETS):
        given = {"customer": customer.id, "subject": f"No signal {number}", "caller": "+221771234567"}
        records.create("ticket", given)
    return party.id


@pytest.fixture
def awa(records: Records) -> str:
    return awa_with_tickets(records)


def entries(runtime: Runtime, action: str) -> list[tuple[str, int]]:
    """How often the audit has an action, by entity."""
    with runtime.store.reading() as connection:
        told = connection.execute(
            f"SELECT entity, count(*) FROM audit_entry WHERE action = '{action}' GROUP BY entity ORDER BY entity"
        )
        return [(entity, count) for entity, count in told.fetchall()]


def callers(records: Records) -> set[object]:
    return {record["caller"] for record in records.list("ticket", Query(limit=TICKETS + 1)).records}


def stopped_by(runtime: Runtime, id: str) -> str:
    last = last_erasure(runtime, id)
    assert last is not None
    return last.stopped_by


def left(runtime: Runtime) -> int:
    """How many records stand on the lists of erasures."""
    table = runtime.tables.metadata.tables["privacy_erasure_place"]
    with runtime.store.reading() as connection:
        statement = runtime.store.compile(sa.select(sa.func.count()).select_from(table))
        return int(statement.run(connection, {}).fetchone()[0])


def test_each_part_is_a_transaction_with_its_audit(runtime: Runtime, awa: str) -> None:
    standing = ask(runtime, awa, ACTOR, "asked for")
    done = []
    for part in parts(runtime, standing.id, ACTOR):
        done.append(part.done)
        assert sum(count for _, count in entries(runtime, "erase")) == part.done
    assert done[:3] == [TOGETHER, 2 * TOGETHER, TICKETS + 2]
    assert entries(runtime, "erase") == [("customer", 1), ("party", 1), ("ticket", TICKETS)]
    assert entries(runtime, "erase_ask") == [("party", 1)]
    assert left(runtime) == 0


def test_one_that_was_ended_goes_on_and_does_nothing_twice(
    runtime: Runtime, records: Records, awa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(runtime, awa, ACTOR, "asked for")
    go_on(runtime, first.id, ACTOR)
    assert callers(records) == {None, "+221771234567"}
    with monkeypatch.context() as patched:
        # The records of the part are written by then, and taken back.
        patched.setattr(Erasures, "mark", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            erase(runtime, awa, actor=ACTOR, reason="again")
    assert sum(count for _, count in entries(runtime, "erase")) == TOGETHER
    done = erase(runtime, awa, actor=ACTOR, reason="again")
    assert callers(records) == {None}
    assert done.done.attributes["ticket.caller"] == TICKETS
    assert entries(runtime, "erase") == [("customer", 1), ("party", 1), ("ticket", TICKETS)]
    assert entries(runtime, "erase_ask") == [("party", 1)]


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


KILLED = """
import os, signal, sys
from tests.core.privacy.test_erasing_in_parts import opened, ACTOR
from sidra.privacy.erasing import ask, last_erasure, parts
runtime = opened(sys.argv[1], sys.argv[2])
standing = last_erasure(runtime, sys.argv[3]) or ask(runtime, sys.argv[3], ACTOR, "asked for")
for number, part in enumerate(parts(runtime, standing.id, ACTOR)):
    if number == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def opened(where: str, keys: str) -> Runtime:
    """The Runtime of a process of its own."""
    ring = KeyRing.open(Path(keys), "sn")
    return Runtime(model_of(*DOCUMENTS), Store.open(where, durability="normal"), lambda: NOW, keys=ring)


@pytest.mark.parametrize("kills", [(0, 0, 0, 0, 0), (1, 2)])
def test_a_process_that_is_killed_between_parts_loses_nothing(
    runtime: Runtime, records: Records, awa: str, tmp_path: Path, store_address: str, kills: tuple[int, ...]
) -> None:
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    for kill in kills:
        command = [sys.executable, "-c", KILLED, store_address, str(tmp_path / "keys" / "keys.json"), awa, str(kill)]
        assert subprocess.run(command, env=given, check=False).returncode == -signal.SIGKILL
    erase(runtime, awa, actor=ACTOR, reason="asked for")
    assert records.get("party", awa)["name"] == "(effacé)"
    assert callers(records) == {None}
    assert entries(runtime, "erase") == [("customer", 1), ("party", 1), ("ticket", TICKETS)]
    assert left(runtime) == 0
    assert Verification(runtime.store, runtime.keys, runtime.affiliate).run().is_whole


def test_what_comes_to_the_person_meanwhile_goes_too(runtime: Runtime, records: Records, awa: str) -> None:
    standing = ask(runtime, awa, ACTOR, "asked for")
    go_on(runtime, standing.id, ACTOR)
    customer = records.list("customer").records[0]
    late = records.create("ticket", {"customer": customer.id, "subject": "Late", "caller": "+221770000000"})
    done = [part.total for part in parts(runtime, standing.id, ACTOR)]
    assert records.get("ticket", late.id)["caller"] is None
    assert (done[0], done[-1]) == (TICKETS + 2, TICKETS + 3)


def test_a_person_is_erased_once_at_a_time(runtime: Runtime, awa: str) -> None:
    ask(runtime, awa, ACTOR, "asked for")
    with pytest.raises(Conflict):
        ask(runtime, awa, ACTOR, "asked for")
    erase(runtime, awa, actor=ACTOR, reason="goes on")
    assert not ask(runtime, awa, ACTOR, "asked for anew").is_done


def test_one_that_stopped_says_why_until_somebody_lets_it_go_on(runtime: Runtime, awa: str) -> None:
    standing = ask(runtime, awa, ACTOR, "asked for")
    with pytest.raises(Conflict):
        ask_again(runtime, awa, ACTOR)
    stop(runtime, standing.id, "R409", ACTOR)
    assert stopped_by(runtime, awa) == "R409"
    ask_again(runtime, awa, ACTOR)
    assert stopped_by(runtime, awa) == ""
    with pytest.raises(Conflict):
        go_on(runtime, awa, ACTOR)

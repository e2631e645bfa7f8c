"""A process that is killed while it writes loses nothing that it acknowledged, and leaves nothing half done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.core.records.conftest import model_in
from tests.proofs.counting import Counts

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.records.query import Query
from sidra.runtime import Runtime
from sidra.store.database import Store

KILLS = 4
MOST_SECONDS = 0.15
PROJECT = Path(__file__).resolve().parents[3]
WRITER = """
import sys
from pathlib import Path

from tests.core.records.conftest import LANGUAGE

from sidra.access.actor import system_actor
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.load import load

folder, name = Path(sys.argv[1]), sys.argv[2]
model = load(discover(folder / "base", [folder / "sn"]), "sn", LANGUAGE).model
records = Runtime(model, Store.open(folder / "sn.db")).records(system_actor("test"))
print("ready", flush=True)
number = 0
while True:
    with records.runtime.unit_of_work(records.actor) as work:
        media = [{"phone_number": "+221771234567"}]
        party = records.create("individual", {"family_name": f"{name} {number}", "contact_media": media}, work=work)
        customer = records.create("customer", {"engaged_party": party.id, "note": "made"}, work=work)
        records.update("customer", customer.id, {"note": "whole"}, work=work)
    print(customer.id, flush=True)
    number += 1
"""


def killed(folder: Path, name: str, seconds: float) -> list[str]:
    """The ids that a writer acknowledged before it was killed; its last line may be torn."""
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    command = [sys.executable, "-c", WRITER, str(folder), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=given) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        acknowledged = [process.stdout.readline()]
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    return [line.strip() for line in acknowledged if line.endswith("\n")]


def test_what_was_acknowledged_survives_a_kill_and_nothing_is_half_done(tmp_path: Path, counts: Counts) -> None:
    model, acknowledged = model_in(tmp_path, {}), set[str]()
    chance = random.Random(7)
    for number in range(KILLS):
        acknowledged |= set(killed(tmp_path, f"writer {number}", chance.uniform(0, MOST_SECONDS)))
    store = Store.open(tmp_path / "sn.db")
    with store.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {table: counted(connection, table) for table in ("party", "contact_medium", "customer", "audit_entry")}
    records = Runtime(model, store).records(system_actor("test"))
    counts["kills"] += KILLS
    counts["acknowledged units of work"] += len(acknowledged)
    assert len(acknowledged) >= KILLS
    for id in acknowledged:
        customer = records.get("customer", id)
        assert (customer["note"], customer.version, len(customer["engaged_party"]["contact_media"])) == ("whole", 2, 1)
        assert customer["name"].strip() == customer["engaged_party"]["family_name"]
    # A writer may have died between committing and telling: at most one unit of work each.
    assert len(acknowledged) <= found["customer"] <= len(acknowledged) + KILLS
    assert found["party"] == found["contact_medium"] == found["customer"]
    assert found["audit_entry"] == 4 * found["customer"]
    assert Verification(store, records.runtime.keys, "sn").run().is_whole
    newest = records.list("individual", Query(limit=1)).records[0]
    assert newest.id in {hit.id for hit in records.search(newest["family_name"])}
    store.close()


def counted(connection: object, table: str) -> int:
    """How many rows a table has."""
    sql = f"SELECT count(*) FROM {table}"
    number: int = connection.execute(sql).fetchone()[0]  # type: ignore[attr-defined]  # a driver's connection
    return number

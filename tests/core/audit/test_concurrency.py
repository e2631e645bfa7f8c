"""Several processes write to one audit at the same time: each entry has its place, and nothing looks tampered with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.core.audit.chains import exported, verdict

from sidra.audit.verification import Verdict
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store

PROJECT = Path(__file__).resolve().parents[3]
PROCESSES, TRANSACTIONS = 3, 40
WRITER = """
import random
import sys
import threading

from tests.core.audit.chains import AT, told

from sidra.audit.chain import Chain
from sidra.store.database import Store

seed, number = int(sys.argv[2]), int(sys.argv[3])
store = Store.open(sys.argv[1], durability="normal")
chain = Chain(store)


def write(seed):
    chance = random.Random(seed)
    for _ in range(number):
        several = [told(chance, AT + chance.randrange(10**6)) for _ in range(chance.randint(1, 3))]
        store.transact(lambda connection: chain.append(connection, several))


threads = [threading.Thread(target=write, args=(seed * 100 + part,)) for part in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
store.close()
"""


def test_what_several_processes_write_at_once_is_whole(store: Store, keys: KeyRing, store_address: str) -> None:
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, store_address, str(seed), str(TRANSACTIONS)], env=given)
        for seed in range(PROCESSES)
    ]
    found: list[Verdict] = []
    while any(writer.poll() is None for writer in writers):
        found.append(verdict(store, keys, exported(store, keys)))
    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    found.append(verdict(store, keys, exported(store, keys)))
    assert [one.counts for one in found if not one.is_whole] == []
    assert 2 * PROCESSES * TRANSACTIONS <= found[-1].entries <= 6 * PROCESSES * TRANSACTIONS
    assert found[-1].lanes == 1 if store.dialect.name == "sqlite" else found[-1].lanes > 1

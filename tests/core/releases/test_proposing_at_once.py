"""Two who propose the same at the same moment leave one proposal open."""

import threading
from pathlib import Path

import pytest
from tests.core.releases.installed import CORE, Installed
from tests.servers import PostgresqlServer

from sidra.releases.proposals import Proposals
from sidra.store.database import Connection, Store

LABEL = (f"{CORE}/entities/person.yaml", "label: {en: Name}", "label: {en: Full name}")


def test_two_who_propose_the_same_at_once_leave_one_open(
    tmp_path: Path, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgresql_server.new_schema()
    store = Store.open(address, durability="normal")
    sn = Installed(tmp_path, store, is_small=True)
    sn.first()
    people = [sn.person(login, "configurator") for login in ("ousmane", "aminata")]
    sn.edit(*LABEL)
    both, begun = threading.Barrier(2, timeout=20), set[int]()
    carried = Proposals._carried

    def together(self: Proposals, connection: Connection, revision: str, key: bytes, now: int) -> list[str]:
        found = carried(self, connection, revision, key, now)
        if threading.get_ident() not in begun:
            begun.add(threading.get_ident())
            both.wait()
        return found

    monkeypatch.setattr(Proposals, "_carried", together)
    threads = [threading.Thread(target=sn.propose, args=("A label", one)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(one.state for one in sn.releasing().proposals.all())
    assert (len(begun), states) == (2, ["open", "withdrawn"])
    store.close()
    postgresql_server.drop_schema(address)

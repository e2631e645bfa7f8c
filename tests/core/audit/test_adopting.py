"""A database of before the chain: its entries are taken into it when it is brought to this version."""

from pathlib import Path

from tests.core.models import model_of

from sidra.access.actor import system_actor
from sidra.audit.verification import Verification
from sidra.privacy.keys import KeyRing
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra.store.identifiers import id_bytes

MODEL = model_of(
    "entity: person\nhistory: true\nattributes:\n  name: {type: string, pii: [identity]}\n  age: {type: integer}\n"
)
EARLIER = """
DROP TABLE record_history;
DROP TABLE audit_entry;
DROP TABLE audit_head;
CREATE TABLE audit_entry (
    sequence INTEGER NOT NULL, at INTEGER NOT NULL, actor_id TEXT NOT NULL, actor_name TEXT NOT NULL,
    action TEXT NOT NULL, entity TEXT NOT NULL, record_id BLOB, version INTEGER, reason TEXT, changed TEXT NOT NULL,
    PRIMARY KEY (sequence));
CREATE TABLE record_history (
    entry INTEGER NOT NULL, entity TEXT NOT NULL, record_id BLOB NOT NULL, owner_id BLOB, former_owner_id BLOB,
    changes TEXT NOT NULL, pii TEXT NOT NULL, PRIMARY KEY (entry),
    FOREIGN KEY(entry) REFERENCES audit_entry (sequence));
CREATE INDEX ix_record_history_record ON record_history (record_id, entry);
DELETE FROM sidra_release WHERE model LIKE 'audit_%' OR model LIKE 'record_history%'
"""
ENTRY = """INSERT INTO audit_entry
    VALUES (:number, :at, 'u', 'Awa', :action, 'person', :id, :number, NULL, '["name","age"]')"""
VALUES = "INSERT INTO record_history VALUES (:number, 'person', :id, NULL, NULL, :changes, '[\"name\"]')"


def test_entries_of_before_the_chain_are_taken_into_it_and_their_personal_values_sealed(tmp_path: Path) -> None:
    where = tmp_path / "sn.db"
    store, keys = Store.open(where, durability="normal"), KeyRing.in_memory()
    runtime = Runtime(MODEL, store, keys=keys)
    made = runtime.records(system_actor("test")).create("person", {"name": "Fatou", "age": 7})
    with store.writing() as connection:
        for statement in EARLIER.split(";\n"):
            connection.execute(statement)
        changes = '{"name":[null,"Fatou"],"age":[null,7]}'
        given = {"number": 1, "at": 5, "action": "create", "id": id_bytes(made.id), "changes": changes}
        connection.execute(ENTRY, given)
        connection.execute(VALUES, given)
        connection.execute(ENTRY, {**given, "number": 2, "action": "look_up"})
    store.close()
    store = Store.open(where, durability="normal")
    runtime = Runtime(MODEL, store, keys=keys)
    records = runtime.records(system_actor("test"))
    records.update("person", made.id, {"age": 8})
    found = Verification(store, runtime.keys, runtime.affiliate).run()
    assert (found.faults, found.entries) == ((), 3)
    told = [(one.attribute, one.old, one.new) for one in records.history("person", made.id).changes]
    assert told == [("age", 7, 8), ("name", None, "Fatou"), ("age", None, 7)]
    with store.reading() as connection:
        assert "Fatou" not in str(connection.execute("SELECT * FROM record_history").fetchall())
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE name LIKE '%_before'").fetchall()
    assert tables == []
    store.close()

import random
from pathlib import Path

from tests.core.audit.chains import NOW, exported, in_lane, told, verdict, write

from sidra.audit.chain import Chain
from sidra.audit.heads import HeadRefused
from sidra.audit.verification import MEANINGS, Verification
from sidra.privacy.keys import KeyRing
from sidra.store.database import Store


def kinds(store: Store, keys: KeyRing, sql: str, *heads: object) -> set[str]:
    """What a verification finds after a statement of somebody who has the database."""
    with store.writing() as connection:
        connection.execute(sql)
    return set(verdict(store, keys, *heads).counts)  # type: ignore[arg-type]  # heads


def filled(store: Store, number: int = 20, lanes: int = 1) -> Store:
    write(store, random.Random(7), number, lanes)
    return store


def second(store: Store) -> int:
    """The sequence of the second entry."""
    with store.reading() as connection:
        found: int = connection.execute(
            "SELECT sequence FROM audit_entry ORDER BY sequence LIMIT 1 OFFSET 1"
        ).fetchone()[0]
    return found


def test_an_empty_audit_is_whole(store: Store, keys: KeyRing) -> None:
    found = verdict(store, keys, exported(store, keys))
    assert (found.is_whole, found.entries, found.lanes, found.heads) == (True, 0, 0, 1)


def test_what_was_written_in_several_lanes_is_whole_and_has_all_that_its_heads_saw(store: Store, keys: KeyRing) -> None:
    heads = []
    for part in range(4):
        write(store, random.Random(part), 25)
        heads.append(exported(store, keys))
    found = verdict(store, keys, *heads)
    assert (found.faults, found.entries, found.lanes, found.heads) == ((), 100, 3, 4)


def test_what_is_written_while_it_is_verified_is_no_fault(store: Store, keys: KeyRing) -> None:
    filled(store)

    class Late(KeyRing):
        """Keys with which a head is verified just when somebody writes."""

        def verify(self, data: bytes, signature: str) -> bool:
            filled(store)
            return super().verify(data, signature)

    late = Late(keys._source, keys.scope)
    assert verdict(store, late, exported(store, keys)).is_whole


def test_a_changed_entry_is_edited(store: Store, keys: KeyRing) -> None:
    filled(store)
    place = second(store)
    assert kinds(store, keys, f"UPDATE audit_entry SET actor_name = 'Nobody' WHERE sequence = {place}") == {"edited"}
    (fault,) = verdict(store, keys).faults
    assert (fault.sequence, fault.at is not None and fault.at.date()) == (place, NOW.date())


def test_an_entry_that_was_given_another_number_is_edited(store: Store, keys: KeyRing) -> None:
    filled(store)
    assert kinds(store, keys, f"UPDATE audit_entry SET number = 9 WHERE sequence = {second(store)}") == {"edited"}


def test_a_deleted_entry_is_missing_and_leaves_its_values_without_an_entry(store: Store, keys: KeyRing) -> None:
    filled(store)
    found = kinds(store, keys, "DELETE FROM audit_entry WHERE number BETWEEN 5 AND 10")
    assert found == {"missing", "history without entry"}
    assert {fault.detail for fault in verdict(store, keys).faults} == {"6 gone", ""}


def test_an_entry_that_stands_twice_is_out_of_order(store: Store, keys: KeyRing) -> None:
    filled(store)
    columns = (
        "number, at, actor_id, actor_name, action, entity, record_id, version, reason, changed, history_digest, digest"
    )
    copied = f"INSERT INTO audit_entry (sequence, {columns}) SELECT sequence + 1024, {columns} FROM audit_entry"
    assert "out of order" in kinds(store, keys, f"{copied} WHERE number = 20")


def test_the_last_entries_that_were_deleted_are_cut_off(store: Store, keys: KeyRing) -> None:
    filled(store)
    assert "cut off" in kinds(store, keys, "DELETE FROM audit_entry WHERE number > 15")


def test_an_end_that_was_set_back_is_told_by_the_recorded_end_or_by_an_exported_head(
    store: Store, keys: KeyRing
) -> None:
    filled(store, 30)
    head = exported(store, keys)
    with store.writing() as connection:
        connection.execute(
            "DELETE FROM record_history WHERE entry IN (SELECT sequence FROM audit_entry WHERE number > 9)"
        )
        connection.execute("DELETE FROM audit_entry WHERE number > 9")
    assert set(verdict(store, keys).counts) == {"cut off"}
    last = "(SELECT {0} FROM audit_entry WHERE number = 9)"
    ends = ", ".join(f"{name} = {last.format(name)}" for name in ("sequence", "number", "digest"))
    assert kinds(store, keys, f"UPDATE audit_head SET {ends}") == set()
    assert set(verdict(store, keys, head).counts) == {"cut off"}


def test_an_end_that_is_gone_or_another_is_told(store: Store, keys: KeyRing) -> None:
    filled(store)
    assert kinds(store, keys, "UPDATE audit_head SET number = 3") == {"end edited"}
    assert kinds(store, keys, "DELETE FROM audit_head") == {"end edited"}


def test_a_lane_of_which_nothing_is_left_is_cut_off(store: Store, keys: KeyRing) -> None:
    filled(store)
    assert "cut off" in kinds(store, keys, "DELETE FROM audit_entry")


def test_values_that_were_changed_removed_or_added_are_told_apart(store: Store, keys: KeyRing) -> None:
    chance, chain = random.Random(1), Chain(store)
    entry = told(chance)[0]
    values = ("customer", b"r" * 16, None, None, "{}", "[]", None, None)
    with store.writing() as connection:
        chain.append(connection, [(entry, values), (entry, None), (entry, values)])
    first = "(SELECT min(entry) FROM record_history)"
    assert kinds(store, keys, f"UPDATE record_history SET changes = '{{ }}' WHERE entry = {first}") == {
        "history edited"
    }
    assert kinds(store, keys, f"DELETE FROM record_history WHERE entry = {first}") == {"history missing"}
    moved = f"UPDATE record_history SET entry = {second(store)}"
    assert kinds(store, keys, moved) == {"history missing", "history added"}
    assert kinds(store, keys, "UPDATE record_history SET entry = 5") == {"history missing", "history without entry"}


def test_a_chain_that_was_written_anew_does_not_pass_through_an_exported_head(store: Store, keys: KeyRing) -> None:
    filled(store)
    head = exported(store, keys)
    with store.writing() as connection:
        for table in ("audit_entry", "record_history", "audit_head"):
            connection.execute(f"DELETE FROM {table}")
        # Whoever does this comes from elsewhere: what a connection of ours remembers of its chain is not theirs.
        (store.own(connection) or {}).clear()
    write(store, random.Random(8), 20, 1)
    assert verdict(store, keys).is_whole
    assert set(verdict(store, keys, head).counts) <= {"rewritten", "cut off"}
    assert not verdict(store, keys, head).is_whole


def test_heads_that_are_not_ours_are_told_apart(store: Store, keys: KeyRing, tmp_path: Path) -> None:
    filled(store)
    with in_lane(store, 4):
        pass
    head = exported(store, keys)
    stranger = KeyRing.in_memory("eg")
    foreign = exported(store, stranger)
    changed = type(head)(head.affiliate, head.at, head.lanes, head.signature, head.body + b" ", "x.head")
    unreadable = HeadRefused(f"{tmp_path} holds no head of an audit")
    found = Verification(store, keys, "sn").run([head, foreign, changed, unreadable])
    assert found.counts == {"foreign head": 1, "false signature": 1, "unreadable head": 1}
    other = Verification(store, keys, "pl").run([head])
    assert set(other.counts) == {"foreign head"}


def test_each_kind_of_fault_has_a_meaning(store: Store, keys: KeyRing) -> None:
    filled(store)
    assert kinds(store, keys, "UPDATE audit_entry SET reason = 'x' WHERE number = 3") <= MEANINGS.keys()
    assert all(fault.meaning for fault in verdict(store, keys).faults)

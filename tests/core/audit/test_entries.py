import pytest

from sidra.access.actor import OPERATOR
from sidra.audit.chain import lane_of
from sidra.audit.entries import Entries
from sidra.store.database import Store


def test_an_entry_says_who_did_what_to_which_row_and_when(store: Store) -> None:
    with store.writing() as connection:
        Entries(store).write(connection, "token_issue", OPERATOR, 7, about="access_token", key=b"x" * 16)
        rows = connection.execute(
            "SELECT sequence, number, at, actor_id, actor_name, action, entity, record_id, changed FROM audit_entry"
        ).fetchall()
    ((sequence, *cells),) = rows
    assert cells == [1, 7, "system:operator", "system:operator", "token_issue", "access_token", b"x" * 16, "[]"]
    assert sequence >> 10 == 7
    assert lane_of(sequence) in range(1024)


def fail(store: Store) -> None:
    """Tell of something in a transaction that comes to nothing."""
    with store.writing() as connection:
        Entries(store).write(connection, "sign_in", OPERATOR, 7)
        raise ZeroDivisionError


def test_an_entry_of_a_transaction_that_comes_to_nothing_is_not_kept(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(store)
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM audit_head").fetchone() == (0,)

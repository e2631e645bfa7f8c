from sidra.access.actor import OPERATOR
from sidra.access.tables import add_access_tables
from sidra.audit.entries import Entries
from sidra.store.database import Store


def test_an_entry_says_who_did_what_to_which_row_and_when() -> None:
    store = Store(":memory:")
    add_access_tables(store)
    with store.writing() as connection:
        Entries(store).write(connection, "token_issue", OPERATOR, 7, about="access_token", key=b"x" * 16)
        rows = connection.execute(
            "SELECT at, actor_id, actor_name, action, entity, record_id, changed FROM audit_entry"
        )
        assert rows.fetchall() == [
            (7, "system:operator", "system:operator", "token_issue", "access_token", b"x" * 16, "[]")
        ]
    store.close()

import sqlite3
from pathlib import Path

import psycopg
import pytest

from sidra.errors import SidraError
from sidra.identity.merging import NotMerged
from sidra.privacy.holds import Held
from sidra.store.failures import failure_of
from sidra.web.faults import fault_of, json_answer


def full_disk(folder: Path) -> sqlite3.Error:
    """The error of a database that may not grow."""
    connection = sqlite3.connect(folder / "small.sqlite")
    connection.execute("CREATE TABLE kept (text)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(sqlite3.Error) as raised:
        connection.execute("INSERT INTO kept VALUES (?)", ("secret" * 10_000,))
    connection.close()
    return raised.value


def test_a_full_disk_is_told_as_what_will_pass_and_its_kind_stands_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = json_answer(fault_of(full_disk(tmp_path), "ab12"))
    assert answer.status_code == 503
    assert b'"R503"' in answer.body
    assert b"ab12" in answer.body
    assert ("Retry-After", "1") in answer.headerlist
    logged = capsys.readouterr()
    assert "SQLITE_FULL" in logged.err + logged.out
    assert "secret" not in logged.err + logged.out


@pytest.mark.parametrize("error", [NotMerged("these are one record"), Held("a hold keeps it")])
def test_an_error_with_a_code_of_its_own_has_the_status_of_its_kind(error: SidraError) -> None:
    answer = json_answer(fault_of(error, "ab12"))
    assert answer.status_code == 409
    assert error.code.encode() in answer.body
    assert b"ab12" not in answer.body


def test_any_other_error_of_a_database_is_a_fault_of_ours() -> None:
    answer = json_answer(fault_of(sqlite3.OperationalError('near "x": syntax error'), "ab12"))
    assert answer.status_code == 500
    assert b"syntax" not in answer.body


def postgresql_error(state: str | None) -> psycopg.Error:
    """An error as the driver raises it, whose text holds a value."""
    kind = psycopg.errors.lookup(state) if state else psycopg.OperationalError
    return kind("Key (name)=(secret) and more")


@pytest.mark.parametrize(
    "state", [None, "08006", "25006", "28P01", "40001", "40P01", "53100", "53300", "55P03", "57014", "57P01", "57P03"]
)
def test_a_server_that_cannot_do_it_now_is_told_as_what_will_pass(
    state: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    told = failure_of(postgresql_error(state))
    assert told is not None
    told.__cause__ = postgresql_error(state)
    for error in (postgresql_error(state), told):
        answer = json_answer(fault_of(error, "ab12"))
        assert answer.status_code == 503
        assert ("Retry-After", "1") in answer.headerlist
        assert b"secret" not in answer.body
        logged = capsys.readouterr()
        assert "ab12" in logged.err + logged.out
        assert "secret" not in logged.err + logged.out


@pytest.mark.parametrize("state", ["42601", "22003", "23505", "25P02", "08P01"])
def test_any_other_error_of_a_server_is_a_fault_of_ours(state: str) -> None:
    answer = json_answer(fault_of(postgresql_error(state), "ab12"))
    assert answer.status_code == 500
    assert b"secret" not in answer.body

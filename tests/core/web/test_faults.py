import sqlite3
from pathlib import Path

import pytest

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


def test_any_other_error_of_a_database_is_a_fault_of_ours() -> None:
    answer = json_answer(fault_of(sqlite3.OperationalError('near "x": syntax error'), "ab12"))
    assert answer.status_code == 500
    assert b"syntax" not in answer.body

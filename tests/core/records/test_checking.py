"""Whether the search knows what the records say, where somebody made it wrong behind the program's back."""

from __future__ import annotations

import pytest

from sidra.records import checking
from sidra.records.checking import check_search
from sidra.records.service import Records
from sidra.runtime import Runtime


@pytest.fixture
def names(system: Records, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The family names of people, in more batches than one."""
    monkeypatch.setattr(checking, "BATCH", 3)
    names = ["Ndiaye", "Ndiaye", "Diop", "Fall", "Sow", "Ba", "Sarr"]
    for number, name in enumerate(names):
        system.create("individual", {"family_name": name, "national_number": str(number)})
    system.create("organization", {"trade_name": "Ndiaye & Fils"})
    return names


def run(runtime: Runtime, sql: str) -> None:
    with runtime.store.writing() as connection:
        connection.execute(sql, ())


def test_the_search_knows_what_the_records_say(runtime: Runtime, names: list[str]) -> None:
    assert check_search(runtime) == []


def test_texts_that_are_wrong_or_missing_are_counted(runtime: Runtime, names: list[str]) -> None:
    run(runtime, "UPDATE sidra_search SET folded = 'other' WHERE field = 'family_name' AND folded = 'ndiaye'")
    run(runtime, "DELETE FROM sidra_search WHERE field = 'family_name' AND folded = 'diop'")
    assert [fault.reason for fault in check_search(runtime)] == [
        "3 texts of `individual` are not what the search knows"
    ]


def test_texts_of_records_that_are_not_there_are_counted(runtime: Runtime, names: list[str]) -> None:
    run(runtime, "DELETE FROM party WHERE family_name = 'Sow'")
    [fault] = check_search(runtime)
    assert fault.reason == "the search knows 3 texts of `party` whose records are not there"


def test_what_people_change_and_remove_is_in_order(runtime: Runtime, system: Records, names: list[str]) -> None:
    first, second, *_ = system.list("individual").records
    system.update("individual", first.id, {"family_name": "Seck"}, version=first["version"])
    system.delete("individual", second.id, version=second["version"])
    assert check_search(runtime) == []

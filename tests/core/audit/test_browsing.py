import datetime

import pytest
from tests.core.audit.chains import AT, NOW

from sidra.audit import browsing
from sidra.audit.browsing import AuditEntries, AuditFilter, EntryPage, cursor
from sidra.audit.chain import Chain
from sidra.errors import BadQuery
from sidra.store.codecs import GREATEST_INTEGER
from sidra.store.database import Store

ONE, TWO = bytes(15) + b"\1", bytes(15) + b"\2"
HOUR = 3_600_000_000


@pytest.fixture
def entries(store: Store) -> AuditEntries:
    """Thirty entries: one an hour, of two actors, on two records, with two actions."""
    told = [
        (
            (
                AT + n * HOUR,
                str(n % 2),
                "Awa",
                ("create", "update")[n % 3 == 0],
                "customer",
                (ONE, TWO)[n % 5 == 0],
                n,
                None,
                '["a"]',
            ),
            None,
        )
        for n in range(30)
    ]
    with store.writing() as connection:
        Chain(store).append(connection, told)
    return AuditEntries(store)


def hours(page: EntryPage) -> list[int | None]:
    return [entry.version for entry in page.entries]


def test_the_latest_come_first_with_who_what_which_and_when(entries: AuditEntries) -> None:
    (entry,) = entries.page(AuditFilter(), limit=1).entries
    told = (entry.at, entry.actor_name, entry.action, entry.entity, entry.record_id, entry.changed)
    assert told == (
        NOW + datetime.timedelta(hours=29),
        "Awa",
        "create",
        "customer",
        f"{ONE.hex()[:8]}-0000-0000-0000-000000000001",
        ("a",),
    )


def test_a_list_is_read_page_by_page(entries: AuditEntries) -> None:
    found, before = [], GREATEST_INTEGER
    while True:
        page = entries.page(AuditFilter(), before=before, limit=7)
        found += hours(page)
        if page.next_before is None:
            break
        before = page.next_before
    assert found == list(range(29, -1, -1))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"actor": "1"}, [n for n in range(30) if n % 2]),
        ({"action": "update"}, [n for n in range(30) if n % 3 == 0]),
        ({"entity": "customer"}, list(range(30))),
        ({"entity": "ticket"}, []),
        ({"record_id": "00000000-0000-0000-0000-000000000002"}, [0, 5, 10, 15, 20, 25]),
        ({"record_id": "00000000-0000-0000-0000-000000000002", "actor": "0"}, [0, 10, 20]),
        ({"actor": "1", "action": "update"}, [3, 9, 15, 21, 27]),
        ({"since": NOW + datetime.timedelta(hours=3), "until": NOW + datetime.timedelta(hours=6)}, [3, 4, 5]),
        ({"until": datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)}, list(range(30))),
        ({"since": datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)}, []),
        ({"since": datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)}, list(range(30))),
        ({"until": datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)}, []),
    ],
)
def test_entries_are_found_by_actor_record_action_and_period(
    entries: AuditEntries, wanted: dict[str, object], expected: list[int]
) -> None:
    page = entries.page(AuditFilter(**wanted))  # type: ignore[arg-type]  # of the types of a filter
    assert (hours(page), page.next_before) == (expected[::-1], None)


def test_only_so_many_entries_are_looked_through_for_a_page(
    entries: AuditEntries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "LOOKED_THROUGH", 10)
    found: list[int | None] = []
    before, pages = GREATEST_INTEGER, 0
    while True:
        page = entries.page(AuditFilter(action="update"), before=before, limit=4)
        found, pages = found + hours(page), pages + 1
        if page.next_before is None:
            break
        before = page.next_before
    assert found == [27, 24, 21, 18, 15, 12, 9, 6, 3, 0]
    assert pages > 3
    assert not entries.page(AuditFilter(action="nothing")).is_complete


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_that_cannot_be_is_refused(entries: AuditEntries, limit: int) -> None:
    with pytest.raises(BadQuery):
        entries.page(AuditFilter(), limit=limit)


@pytest.mark.parametrize("record", ["x", "0190", "é" * 40])
def test_a_record_that_is_no_id_is_refused(entries: AuditEntries, record: str) -> None:
    with pytest.raises(BadQuery):
        entries.page(AuditFilter(record_id=record))


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_no_database_keeps_is_refused(entries: AuditEntries, text: str) -> None:
    for wanted in (AuditFilter(actor=text), AuditFilter(entity=text), AuditFilter(action=text)):
        with pytest.raises(BadQuery):
            entries.page(wanted)


@pytest.mark.parametrize("text", ["x", "-1", "9" * 19, "²", "1" * 400])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    assert (cursor(""), cursor("12")) == (GREATEST_INTEGER, 12)
    with pytest.raises(BadQuery):
        cursor(text)

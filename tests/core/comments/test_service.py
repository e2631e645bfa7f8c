"""Comments: who may read the record reads them, mentions whom it concerns, and takes back their own in time."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from tests.core.records.conftest import *  # noqa: F403 - its fixtures

from sidra.access.accounts import Account, Accounts
from sidra.access.tables import access_tables_alone
from sidra.comments.mentions import logins_in, offered
from sidra.comments.service import (
    CHANGE_WITHIN,
    MOST_CHARACTERS,
    Comment,
    comments_of,
    count_comments,
    edit_comment,
    remove_comment,
    write_comment,
)
from sidra.errors import Conflict, Forbidden, Invalid, NotFound
from sidra.privacy.erasing import erase
from sidra.privacy.packaging import package
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

DAKAR = "00000000-0000-7000-8000-000000000001"
THIES = "00000000-0000-7000-8000-000000000002"
READER = 'role: reader\nmay:\n  individual: {do: [read, update], rows: "unit in user.units"}\n'


@pytest.fixture
def shop(make_model: Callable[..., Model], store: Any) -> Runtime:  # noqa: ANN401 - of either database
    return Runtime(make_model(reader=READER), store)


@pytest.fixture
def people(shop: Runtime) -> dict[str, Account]:
    accounts = Accounts(shop.store, access_tables_alone())
    wanted = {"awa": DAKAR, "binta.fall": DAKAR, "cheikh": THIES}
    return {
        login: accounts.create(login, f"{login.title()} Diop", None, ["reader"], units=[unit])
        for login, unit in wanted.items()
    }


@pytest.fixture
def record(shop: Runtime) -> Record:
    values = {"family_name": "Sow", "national_number": "1234567890", "birth_date": "1990-05-17", "unit": DAKAR}
    return shop.records(shop.system_actor).create("individual", values)


def as_(shop: Runtime, account: Account) -> Records:
    return shop.records(account.actor("sn"))


def texts(found: list[Comment]) -> list[str | None]:
    return [one.text for one in found]


def test_colleagues_read_what_was_written_the_latest_first(
    shop: Runtime, people: dict[str, Account], record: Record
) -> None:
    write_comment(as_(shop, people["awa"]), "individual", record.id, "  She calls back\r\ntomorrow ")
    write_comment(as_(shop, people["binta.fall"]), "individual", record.id, "She did")
    found = comments_of(as_(shop, people["awa"]), record)
    assert texts(found) == ["She did", "She calls back\ntomorrow"]
    assert [one.author_name for one in found] == ["Binta.Fall Diop", "Awa Diop"]
    assert texts(comments_of(as_(shop, people["awa"]), record, before=found[0].id)) == ["She calls back\ntomorrow"]
    assert count_comments(as_(shop, people["awa"]), record) == 2


def test_who_may_not_read_the_record_neither_writes_nor_is_offered(
    shop: Runtime, people: dict[str, Account], record: Record
) -> None:
    with pytest.raises(NotFound):
        write_comment(as_(shop, people["cheikh"]), "individual", record.id, "Hello")
    assert [one.login for one in offered(shop, record, "di")] == ["awa", "binta.fall"]
    assert [one.login for one in offered(shop, record, "bin")] == ["binta.fall"]
    written = write_comment(as_(shop, people["awa"]), "individual", record.id, "@cheikh and @binta.fall, look")
    assert written.mentions == {people["binta.fall"].id}


def test_whoever_types_makes_few_people_be_looked_at(
    shop: Runtime, people: dict[str, Account], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def may_not(_: Runtime, __: Record, account: Account) -> bool:
        looked.append(account.login)
        return False

    monkeypatch.setattr("sidra.comments.mentions.MOST_LOOKED_AT", 2)
    monkeypatch.setattr("sidra.comments.mentions.may_read", may_not)
    assert offered(shop, record, "") == []
    assert looked == ["awa", "binta.fall"]
    monkeypatch.setattr("sidra.comments.service.accounts_of", lambda _: pytest.fail("nobody is mentioned"))
    write_comment(as_(shop, people["awa"]), "individual", record.id, "to be told at awa(a)example.org")


def test_only_the_writer_changes_a_comment_and_only_for_a_while(
    shop: Runtime, people: dict[str, Account], record: Record
) -> None:
    mine, other = as_(shop, people["awa"]), as_(shop, people["binta.fall"])
    written = write_comment(mine, "individual", record.id, "First @binta.fall")
    with pytest.raises(Forbidden):
        edit_comment(other, "individual", record.id, written.id, "Other")
    with pytest.raises(Forbidden):
        remove_comment(other, "individual", record.id, written.id)
    edit_comment(mine, "individual", record.id, written.id, "Second")
    (changed,) = comments_of(mine, record)
    assert (changed.text, changed.edited_at is not None, changed.mentions) == ("Second", True, frozenset())
    late = shop.at(lambda: shop.now() + CHANGE_WITHIN + datetime.timedelta(seconds=1)).records(mine.actor)
    with pytest.raises(Conflict):
        remove_comment(late, "individual", record.id, written.id)
    remove_comment(mine, "individual", record.id, written.id)
    (removed,) = comments_of(mine, record)
    assert removed.text is None
    assert removed.removed_at is not None
    assert count_comments(mine, record) == 0
    with pytest.raises(NotFound):
        edit_comment(mine, "individual", record.id, written.id, "Third")


def test_a_comment_of_another_record_is_not_changed_through_this_one(
    shop: Runtime, people: dict[str, Account], record: Record
) -> None:
    mine = as_(shop, people["awa"])
    second = shop.records(shop.system_actor).create(
        "individual", {"family_name": "Ba", "national_number": "1234567891", "unit": DAKAR}
    )
    written = write_comment(mine, "individual", record.id, "First")
    for wrong in (written.id, "nonsense"):
        with pytest.raises(NotFound):
            edit_comment(mine, "individual", second.id, wrong, "Other")


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MOST_CHARACTERS + 1)])
def test_a_comment_says_something_and_not_too_much(
    shop: Runtime, people: dict[str, Account], record: Record, text: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        write_comment(as_(shop, people["awa"]), "individual", record.id, text)
    assert [problem.code for problem in refusal.value.problems] == ["R150"]


def test_comments_are_sealed_and_go_with_the_record(shop: Runtime, people: dict[str, Account], record: Record) -> None:
    mine = as_(shop, people["awa"])
    write_comment(mine, "individual", record.id, "Secret words @binta.fall")
    with shop.store.reading() as connection:
        kept = connection.execute("SELECT sealed FROM comment_comment").fetchall()
        told = connection.execute("SELECT changed, reason FROM audit_entry WHERE action = 'comment'").fetchall()
    assert "Secret" not in str(kept)
    assert len(told) == 1
    assert "Secret" not in str(told)
    shop.records(shop.system_actor).delete("individual", record.id)
    with shop.store.reading() as connection:
        for table in ("comment_comment", "comment_mention"):
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []


def test_comments_are_in_the_package_and_go_at_erasure(
    shop: Runtime, people: dict[str, Account], record: Record
) -> None:
    write_comment(as_(shop, people["awa"]), "individual", record.id, "Moved to Thiès")
    data = package(shop, record.id, actor=shop.system_actor).data
    assert [one["text"] for one in data["records"][0]["comments"]] == ["Moved to Thiès"]
    erase(shop, record.id, actor=shop.system_actor, reason="she asked for it")
    with shop.store.reading() as connection:
        assert connection.execute("SELECT * FROM comment_comment").fetchall() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@awa, see", ("awa",)),
        ("(@a.b@x.org)", ("a.b@x.org",)),
        ("Ask @awa. And @awa again", ("awa",)),
        ("awa@example.com", ()),
        ("@ nobody", ()),
    ],
)
def test_a_mention_is_an_at_sign_and_a_login(text: str, found: tuple[str, ...]) -> None:
    assert logins_in(text) == found

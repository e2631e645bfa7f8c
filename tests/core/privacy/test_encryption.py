"""What is kept encrypted: in the database never in the clear, for its readers as any other value."""

from __future__ import annotations

import re
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.core.models import model_of
from tests.core.privacy.conftest import DOCUMENTS, NOW, MakeRuntime

from sidra.access.actor import Actor, system_actor
from sidra.affiliates.migrating import Migrating
from sidra.errors import BadQuery, Invalid
from sidra.privacy.keys import KeyRing, is_sealed
from sidra.records.query import Filter, Query
from sidra.records.record import ILLEGIBLE, Masked
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.expressions import BOOLEAN, Scope, check

NUMBER = "1234567890123"
AWA = {"name": "Awa Ndiaye", "national_number": NUMBER, "remark": "Speaks Wolof\nand French"}


def rows(store: Store, sql: str) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(sql).fetchall())


def test_the_database_holds_no_encrypted_value(records: Records, store: Store) -> None:
    record = records.create("party", AWA)
    assert records.get("party", record.id) | AWA == records.get("party", record.id)
    [(number, index, remark)] = rows(store, "SELECT national_number, national_number_index, remark FROM party")
    assert is_sealed(number)
    assert is_sealed(remark)
    assert NUMBER not in index
    for table in ("party", "record_history", "sidra_search", "audit_entry", "outbox"):
        assert NUMBER not in str(rows(store, f"SELECT * FROM {table}"))
        assert "Wolof" not in str(rows(store, f"SELECT * FROM {table}"))


def test_a_change_seals_the_new_value_and_leaves_the_others(records: Records, store: Store) -> None:
    record = records.create("party", AWA)
    [(before,)] = rows(store, "SELECT remark FROM party")
    changed = records.update("party", record.id, {"national_number": "999", "name": "Awa"})
    assert (changed["national_number"], changed["remark"]) == ("999", AWA["remark"])
    assert rows(store, "SELECT remark FROM party") == [(before,)]
    assert records.update("party", record.id, {"remark": None})["remark"] is None
    assert records.update("party", record.id, {"national_number": None})["national_number"] is None
    assert rows(store, "SELECT national_number, national_number_index, remark FROM party") == [(None, None, None)]


def test_a_whole_value_finds_its_record_and_no_part_does(records: Records) -> None:
    record = records.create("party", AWA)
    records.create("party", {"name": "Binta", "national_number": "77"})
    assert [hit.id for hit in records.search(NUMBER)] == [record.id]
    assert records.search(NUMBER[:-1]) == []
    for wanted in (Filter("national_number", "eq", NUMBER), Filter("national_number", "in", [NUMBER, "0"])):
        assert [one.id for one in records.list("party", Query(filters=(wanted,))).records] == [record.id]


@pytest.mark.parametrize("op", ["gt", "lte", "starts", "contains"])
def test_a_list_is_not_narrowed_by_its_order_or_parts(records: Records, op: str) -> None:
    with pytest.raises(BadQuery):
        records.list("party", Query(filters=(Filter("national_number", op, "12"),)))  # type: ignore[arg-type]


def test_no_expression_of_a_query_selects_by_it(records: Records) -> None:
    model = records.runtime.model
    where = check("national_number == '1'", Scope("party"), model.schema, model.functions, BOOLEAN)
    with pytest.raises(BadQuery, match="kept encrypted"):
        records.list("party", Query(where=where))


def test_a_list_is_not_sorted_by_it(records: Records) -> None:
    with pytest.raises(BadQuery):
        records.list("party", Query(sort=("national_number",)))


def test_it_is_found_to_be_there_or_absent(records: Records) -> None:
    record = records.create("party", AWA)
    records.create("party", {"name": "Binta"})
    found = records.list("party", Query(filters=(Filter("national_number", "null", False),))).records
    assert [one.id for one in found] == [record.id]


def test_two_records_do_not_share_a_unique_value(records: Records) -> None:
    records.create("party", AWA)
    with pytest.raises(Invalid) as refused:
        records.create("company", {"name": "Other", "national_number": NUMBER})
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("R616", "national_number")]


def test_who_sees_it_masked_gets_its_end_and_nothing_else(records: Records, runtime: Runtime) -> None:
    record = records.create("party", AWA)
    clerk = runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Awa", frozenset({"clerk"})))
    seen = clerk.get("party", record.id)["national_number"]
    assert isinstance(seen, Masked)
    assert seen == "•••• 23"


def test_without_the_key_the_value_alone_is_illegible_and_the_log_says_which_is_missing(
    records: Records, store: Store
) -> None:
    record = records.create("party", AWA)
    stranger = Runtime(model_of(*DOCUMENTS), store, lambda: NOW, keys=KeyRing.in_memory("sn"))
    with capture_logs() as told:
        found = stranger.records(system_actor("test")).get("party", record.id)
    assert (found["name"], found["remark"]) == (AWA["name"], ILLEGIBLE)
    assert re.fullmatch(r"the key `k[0-9a-f]{10}` of `sn` is missing", told[0]["why"])


def test_a_value_that_was_moved_to_another_record_is_illegible(records: Records, store: Store) -> None:
    awa = records.create("party", AWA)
    binta = records.create("party", {"name": "Binta", "remark": "none"})
    with store.writing() as connection:
        connection.execute("UPDATE party SET remark = (SELECT p.remark FROM party p WHERE p.name = 'Awa Ndiaye')")
    assert records.get("party", awa.id)["remark"] == AWA["remark"]
    with capture_logs() as told:
        assert records.get("party", binta.id)["remark"] == ILLEGIBLE
    assert "changed, or moved" in told[0]["why"]


PLAIN = tuple(text.replace("encrypt: true, ", "") for text in DOCUMENTS)


def apply(store: Store, ring: KeyRing, *documents: str) -> None:
    Migrating(model_of(*(documents or DOCUMENTS)), store, ring).apply()


def test_what_was_kept_in_the_clear_is_encrypted_by_apply(
    make_runtime: MakeRuntime, store: Store, ring: KeyRing
) -> None:
    record = make_runtime(*PLAIN).records(system_actor("test")).create("party", AWA)
    apply(store, ring)
    records = make_runtime().records(system_actor("test"))
    assert records.get("party", record.id) | AWA == records.get("party", record.id)
    assert [hit.id for hit in records.search(NUMBER)] == [record.id]
    [(number, index)] = rows(store, "SELECT national_number, national_number_index FROM party")
    assert is_sealed(number)
    assert index


OPEN = tuple(
    text.replace("remark: {type: text, encrypt: true,", "remark: {type: text, search: true, sort: true,")
    for text in DOCUMENTS
)


def test_what_stood_beside_a_value_goes_once_it_is_encrypted(
    make_runtime: MakeRuntime, store: Store, ring: KeyRing
) -> None:
    make_runtime(*OPEN).records(system_actor("test")).create("party", AWA)
    assert "wolof" in str(rows(store, "SELECT * FROM sidra_search"))
    assert "wolof" in str(rows(store, "SELECT remark_sort FROM party"))
    apply(store, ring)
    records = make_runtime().records(system_actor("test"))
    assert records.search("Wolof") == []
    assert "wolof" not in str(rows(store, "SELECT * FROM sidra_search"))
    with store.reading() as connection:
        assert "remark_sort" not in store.columns(connection)["party"]


@pytest.mark.parametrize("documents", [PLAIN, OPEN])
def test_what_is_no_longer_encrypted_is_a_value_as_any_other(
    make_runtime: MakeRuntime, store: Store, ring: KeyRing, documents: tuple[str, ...]
) -> None:
    record = make_runtime().records(system_actor("test")).create("party", AWA)
    apply(store, ring, *documents)
    records = make_runtime(*documents).records(system_actor("test"))
    assert records.get("party", record.id) | AWA == records.get("party", record.id)
    assert [hit.id for hit in records.search(NUMBER)] == [record.id]
    assert rows(store, "SELECT remark FROM party") == [(AWA["remark"],)]
    if documents is OPEN:
        assert [hit.id for hit in records.search("Wolof")] == [record.id]
        assert [one.id for one in records.list("party", Query(sort=("remark",))).records] == [record.id]
        assert rows(store, "SELECT remark_sort FROM party") == [("speaks wolof and french",)]

from __future__ import annotations

from collections.abc import Callable

from sidra.access.actor import system_actor
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.model import Model

NOTE = """
entity: note
attributes:
  text: {type: string}
  size: {type: integer}
"""


def records(make_model: Callable[..., Model], store: Store, **changed: str) -> Records:
    return Runtime(make_model(**changed), store).records(system_actor("test"))


def test_what_becomes_sorted_searched_and_computed_is_filled(make_model: Callable[..., Model], store: Store) -> None:
    before = records(make_model, store, note=NOTE)
    for text in ("Écho", "alpha", None, "Zoe"):
        before.create("note", {"text": text})
    more = NOTE.replace("text: {type: string}", "text: {type: string, sort: true, search: true}")
    more += "  loud: {type: string, compute: {by: text.upperAscii(), stored: true}, search: true}\n"
    now = records(make_model, store, note=more)
    assert [found["text"] for found in now.list("note", Query(sort=("text",))).records] == [
        "alpha",
        "Écho",
        "Zoe",
        None,
    ]
    assert [found["loud"] for found in now.list("note", Query(sort=("text",))).records] == [
        "ALPHA",
        "ÉCHO",
        "ZOE",
        None,
    ]
    assert [hit.title for hit in now.search("ech", entities=["note"])]
    assert len(now.list("note", Query(filters=(Filter("text", "contains", "alp"),))).records) == 1


def test_records_of_an_entity_that_gets_subtypes_are_of_the_entity_itself(
    make_model: Callable[..., Model], store: Store
) -> None:
    made = records(make_model, store, note=NOTE).create("note", {"text": "a"})
    now = records(make_model, store, note=NOTE, memo="entity: memo\nis_a: note\n")
    assert now.get("note", made.id).entity == "note"
    memo = now.create("memo", {"text": "b"})
    assert {found.entity for found in now.list("note").records} == {"note", "memo"}
    assert [found.id for found in now.list("memo").records] == [memo.id]


def test_more_records_than_a_batch_are_filled(
    make_model: Callable[..., Model], store: Store, monkeypatch: object
) -> None:
    before = records(make_model, store, note=NOTE)
    with before.runtime.unit_of_work(before.actor) as work:
        for number in range(1003):
            before.create("note", {"text": f"n{number:04}"}, work=work)
    now = records(make_model, store, note=NOTE.replace("text: {type: string}", "text: {type: string, sort: true}"))
    page = now.list("note", Query(sort=("-text",), limit=1))
    assert page.records[0]["text"] == "n1002"
    assert page.count is not None
    assert (page.count.value, page.count.exact) == (1000, False)


def test_a_record_of_a_kind_that_is_gone_is_read_as_what_all_of_its_table_are(
    make_model: Callable[..., Model], store: Store
) -> None:
    thing = "entity: thing\ntitle: name\nattributes: {name: {type: string, sort: true}}\n"
    kinds = {"special": "entity: special\nis_a: thing\n", "plain": "entity: plain\nis_a: thing\n"}
    before = Runtime(make_model(thing=thing, **kinds), store).records(system_actor("test"))
    made = before.create("special", {"name": "Awa"})
    kinds["special"] = "entity: special\n"
    after = Runtime(make_model(thing=thing, **kinds), store).records(system_actor("test"))
    assert [(one.entity, one.title) for one in after.list("thing").records] == [("thing", "Awa")]
    assert after.update("thing", made.id, {"name": "Fatou"}).entity == "thing"
    after.delete("thing", made.id)

"""A list becomes a file: what its reader sees, no formula, no more rows than may be, and a trace in the audit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.records.conftest import DAKAR, THIES

from sidra.access.actor import Actor
from sidra.errors import BadQuery, Forbidden, SidraError
from sidra.records import exporting
from sidra.records.exporting import Export
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra_metamodel.model import Model

ME = "00000000-0000-7000-8000-0000000000aa"
EXPORTER = """
role: exporter
may:
  customer:
    do: [read]
    rows: "unit in user.units"
    columns: {note: none, credit: mask, code: mask}
  party: {do: [read]}
functions: [export]
"""
READER = EXPORTER.replace("exporter", "reader").replace("functions: [export]", "functions: [search]")


@pytest.fixture
def shop(make_model: Callable[..., Model], store: Any) -> Runtime:  # noqa: ANN401 - of either database
    runtime = Runtime(make_model(exporter=EXPORTER, reader=READER), store)
    system = runtime.records(runtime.system_actor)
    awa = system.create("individual", {"family_name": "=Diop", "national_number": "123456"}).id
    for number in range(7):
        unit = THIES if number == 6 else DAKAR
        credit = {"amount": str(number), "currency": "XOF"}
        values = {"engaged_party": awa, "unit": unit, "score": number, "code": f"C-{number}", "credit": credit}
        system.create("customer", {**values, "segment": "+gold", "note": "hidden"})
    return runtime


def person(runtime: Runtime, role: str = "exporter") -> Records:
    return runtime.records(Actor(ME, "Awa", frozenset({role}), (DAKAR,)))


def rows(export: Export, **options: Any) -> list[list[str]]:  # noqa: ANN401 - of several types
    text = b"".join(export.lines(**options)).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def told(runtime: Runtime) -> list[tuple[str, str, str]]:
    with runtime.store.reading() as connection:
        found = connection.execute(
            "SELECT action, reason, changed FROM audit_entry WHERE action LIKE 'export%' ORDER BY sequence"
        ).fetchall()
    return [tuple(row) for row in found]


def test_a_file_has_the_rows_and_values_that_its_reader_sees(shop: Runtime) -> None:
    head, *lines = rows(Export(person(shop), "customer", Query(sort=("score",))))
    assert "note" not in head
    first = dict(zip(head, lines[0], strict=True))
    assert (first["score"], first["segment"], first["name"]) == ("0", "'+gold", "' =Diop")
    assert (first["code"], first["credit"], first["credit (currency)"]) == ("••••", "••••", "")
    assert first["engaged_party"] == "' =Diop"
    assert [dict(zip(head, line, strict=True))["score"] for line in lines] == ["0", "1", "2", "3", "4", "5"]


def test_without_the_function_there_is_no_file_and_no_trace(shop: Runtime) -> None:
    with pytest.raises(Forbidden):
        Export(person(shop, "reader"), "customer", Query())
    assert told(shop) == []


def test_a_column_that_is_hidden_is_refused_in_the_words_of_one_that_is_not_there(shop: Runtime) -> None:
    said = []
    for name in ("note", "nonsense", "tickets"):
        with pytest.raises(BadQuery) as refused:
            Export(person(shop), "customer", Query(), [name])
        said.append((refused.value.reason.replace(name, "…"), refused.value.hint))
    assert len(set(said)) == 1


@pytest.mark.parametrize("query", [Query(sort=("code",)), Query(filters=(Filter("note", "eq", "hidden"),))])
def test_what_may_not_be_asked_of_a_list_may_not_be_asked_of_its_file(shop: Runtime, query: Query) -> None:
    with pytest.raises(SidraError):
        Export(person(shop), "customer", query)
    assert told(shop) == []


def test_a_long_list_is_read_page_by_page_up_to_its_limit(shop: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE_ROWS", 2)
    for limit, found in ((1, 1), (2, 2), (3, 3), (5, 5), (6, 6), (100, 6)):
        lines = rows(Export(person(shop), "customer", Query(sort=("-score",)), ["score"], limit=limit))[1:]
        assert [line[0] for line in lines] == ["5", "4", "3", "2", "1", "0"][:found]


def test_the_audit_keeps_what_was_asked_by_name_and_how_many_rows_were_handed_out(shop: Runtime) -> None:
    query = Query(filters=(Filter("segment", "eq", "+gold"),), text="diop", sort=("score",))
    export = Export(person(shop), "customer", query, ["score", "segment"], limit=9)
    rows(export)
    begun, ended = told(shop)
    assert begun == (
        "export",
        "at most 9 rows; filtered by segment; searched by a text; sorted by score",
        '["score","segment"]',
    )
    assert ended == ("export_end", "rows: 6", "[]")


def test_a_reader_who_hangs_up_leaves_the_number_of_rows_that_were_sent(shop: Runtime) -> None:
    lines = Export(person(shop), "customer", Query(), ["score"]).lines()
    next(lines), next(lines)
    lines.close()  # type: ignore[attr-defined]  # a generator
    assert told(shop)[-1][:2] == ("export_end", "rows: 1")


def test_heads_are_what_people_call_them_and_bytes_are_marked_where_wanted(shop: Runtime) -> None:
    export = Export(person(shop), "customer", Query(), ["credit", "score"])
    lines = list(export.lines({"credit": "Crédit", "score": "=Score"}, marks_bytes=True))
    assert lines[0].decode() == "\ufeffCrédit,Crédit (XOF),'=Score\r\n"


SIGNS = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", " ", "'", '"', ";", ",", "a", "1"])


@given(st.lists(SIGNS, max_size=6).map("".join))
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = exporting.written(text)
    assert not cell.startswith(exporting.FORMULA)
    assert not cell.lstrip().startswith(exporting.FORMULA)
    assert cell.removeprefix("'") in {text.replace("\0", ""), text.replace("\0", "").removeprefix("'")}


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (True, "true"), (-7, "-7"), ({"a": 1}, '{"a":1}'), ([], "[]")])
def test_values_that_are_no_text_are_written_as_programs_read_them(value: object, cell: str) -> None:
    assert exporting.written(value) == cell


def test_cells_cannot_break_out_of_their_line(shop: Runtime) -> None:
    texts: Sequence[str] = ['a"b', "a,b", "a\r\n=cmd()", "a;b"]
    system = shop.records(shop.system_actor)
    for text in texts:
        made = system.create("customer", {"engaged_party": system.list("individual").records[0].id, "unit": DAKAR})
        system.update("customer", made.id, {"segment": text.replace("\r", " ").replace("\n", " ")})
    lines = rows(Export(person(shop), "customer", Query(), ["segment"]))
    assert len(lines) == 1 + 6 + len(texts)
    assert all(len(line) == 1 for line in lines)

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidra.api.manners import Manner
from sidra.api.queries import read_item_request, read_list_request
from sidra.api.shapes import Shapes
from sidra.errors import BadQuery
from sidra.records.query import MAX_LIMIT, Filter


@pytest.mark.parametrize(
    ("entity", "query", "expected"),
    [
        ("customer", "name=Awa", Filter("name", "eq", "Awa")),
        ("customer", "name=Awa,Fatou", Filter("name", "in", ["Awa", "Fatou"])),
        ("customer", "name=Awa&name=Fatou", Filter("name", "in", ["Awa", "Fatou"])),
        ("customer", "score.gt=5", Filter("score", "gt", "5")),
        ("customer", "score%3E5", Filter("score", "gt", "5")),
        ("customer", "score.ne=5", Filter("score", "ne", "5")),
        ("customer", "credit.value.gte=5", Filter("credit", "gte", "5")),
        ("customer", "engagedParty.id=7", Filter("engaged_party.id", "eq", "7")),
        ("customer", "engagedParty=7", Filter("engaged_party.id", "eq", "7")),
        ("customer", "engagedParty.name=Awa", Filter("engaged_party.display_name", "eq", "Awa")),
        ("customer", "createdAt.gt=2026-01-01", Filter("created_at", "gt", "2026-01-01")),
        ("customer", "href=https://x/sn/tmf-api/a/v4/b/7", Filter("id", "eq", "7")),
        ("individual", "status=deceaded", Filter("status", "eq", "deceased")),
        ("individual", "contactMedium.characteristic.phoneNumber=7", Filter("contact_media.phone_number", "eq", "7")),
        ("trouble_ticket", "severity=low,veryHigh", Filter("severity", "in", ["low", "very_high"])),
        ("organization", "xSnNinea=12", Filter("x_sn_ninea", "eq", "12")),
    ],
)
def test_a_filter_is_understood(shapes: Shapes, entity: str, query: str, expected: Filter) -> None:
    assert read_list_request(query, shapes.of(entity), shapes).filters == (expected,)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("nme=x", "no attribute `nme`"),
        ("engagedParty.nonsense=x", "no attribute `engagedParty.nonsense`"),
        ("name.regex=x", "`name` is not compared with patterns"),
        ("score.gt=1,2", "`score` is compared with one value"),
        ("score.ne=1,2", "`score` is compared with one value here"),
        ("limit=x", "`limit` is a whole number from 0 to 1000"),
        ("limit=1001", "`limit` is at most 1000"),
        ("limit=²", "`limit` is a whole number from 0 to 1000"),
        ("offset=10001", "`offset` is at most 10000"),
        ("offset=-1", "`offset` is a whole number from 0 to 10000"),
        ("limit=1&limit=2", "`limit` stands twice"),
        ("limit>5", "`limit` is not compared"),
        ("fields=nonsense", "no attribute `nonsense`"),
        ("credit.unit=XOF", "no filter `credit.unit`"),
        ("name.x=1", "no filter `name.x`"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_way_out(shapes: Shapes, query: str, reason: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read_list_request(query, shapes.of("customer"), shapes)
    assert refused.value.reason == reason
    assert refused.value.hint


def test_a_value_that_an_enum_never_has_is_refused(shapes: Shapes) -> None:
    with pytest.raises(BadQuery, match="`status` is never `deceased`"):
        read_list_request("status=deceased", shapes.of("individual"), shapes)


def test_the_parties_of_a_ticket_are_several_relations(shapes: Shapes) -> None:
    with pytest.raises(BadQuery, match="several relations"):
        read_list_request("relatedParty.id=1", shapes.of("trouble_ticket"), shapes)


def test_the_order_is_named_in_the_words_of_the_client(shapes: Shapes) -> None:
    assert read_list_request("sort=-score,name", shapes.of("customer"), shapes).sort == ("-score", "name")


def test_a_page_is_one_only_where_the_client_asked_for_it(shapes: Shapes) -> None:
    shape = shapes.of("customer")
    assert not read_list_request("", shape, shapes).is_paged
    assert not read_list_request("name=Awa", shape, shapes).is_paged
    asked = read_list_request("offset=40&limit=10", shape, shapes)
    assert (asked.is_paged, asked.offset, asked.limit) == (True, 40, 10)


def test_a_single_record_takes_fields_only(shapes: Shapes) -> None:
    assert read_item_request("", shapes.of("customer")) is None
    assert read_item_request("fields=name", shapes.of("customer")) is not None
    with pytest.raises(BadQuery):
        read_item_request("name=Awa", shapes.of("customer"))


NAMES = st.sampled_from(["name", "score", "credit.value", "engagedParty.id", "tickets", "x", "sort", "fields", "limit"])


@given(st.lists(st.tuples(NAMES, st.sampled_from(["=", ">", ".gt=", ";", ""]), st.text(max_size=8)), max_size=5))
def test_any_query_is_read_or_refused(shapes: Shapes, parts: list[tuple[str, str, str]]) -> None:
    query = "&".join("".join(part) for part in parts)
    with suppress(BadQuery):
        assert read_list_request(query, shapes.of("customer"), shapes).limit <= MAX_LIMIT


def test_pages_are_of_the_size_that_the_api_declares(shapes: Shapes) -> None:
    shape = replace(shapes.of("customer"), manner=Manner(page_size=5, max_page_size=7))
    assert [read_list_request(query, shape, shapes).limit for query in ("", "sort=name", "limit=7")] == [5, 5, 7]
    with pytest.raises(BadQuery, match="`limit` is at most 7"):
        read_list_request("limit=8", shape, shapes)


@pytest.mark.parametrize(
    ("query", "path"),
    [("validFor.startDateTime.gt=2026", "valid_for.start"), ("validFor.endDateTime=2026", "valid_for.end")],
)
def test_the_ends_of_a_period_are_parts_of_it(shapes: Shapes, query: str, path: str) -> None:
    assert read_list_request(query, shapes.of("customer"), shapes).filters[0].path == path

"""What the report says of a desk beside a standard of its own, and that an overlay of an affiliate keeps it clean."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.core.events.desk import DOCUMENTS
from tests.core.models import LAYER, model_of
from tests.prepared import Prepared

from sidra.access.actor import Actor
from sidra.conformance.described import read_standard
from sidra.conformance.differences import Weight
from sidra.conformance.report import Compared, Report, as_markdown, as_page, conformance, read_documents
from sidra.errors import BadQuery

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
SENT: Json = {
    "description": TEXT,
    "name": TEXT,
    "severity": {"type": "string", "enum": ["low", "veryHigh"]},
    "score": {"type": "number"},
    "customer": {"$ref": "#/definitions/Reference"},
}
EVENTS = ("Create", "AttributeValueChange", "StatusChange", "Delete", "Resolved", "InformationRequired")
STANDARD: Json = {
    "swagger": "2.0",
    "basePath": "/tmf-api/troubleTicket/v4/",
    "info": {"title": "Ticket"},
    "paths": {
        "/troubleTicket": {
            "get": {
                "responses": {"200": {"schema": {"type": "array", "items": {"$ref": "#/definitions/TroubleTicket"}}}}
            },
            "post": {
                "parameters": [{"in": "body", "schema": {"$ref": "#/definitions/TroubleTicket_Create"}}],
                "responses": {"201": {"schema": {"$ref": "#/definitions/TroubleTicket"}}},
            },
        },
        "/troubleTicket/{id}": {
            "get": {"responses": {"200": {"schema": {"$ref": "#/definitions/TroubleTicket"}}}},
            "patch": {"responses": {"200": {"schema": {"$ref": "#/definitions/TroubleTicket"}}}},
            "delete": {"responses": {"204": {}}},
        },
        "/hub": {"post": {}},
        **{f"/listener/troubleTicket{kind}Event": {"post": {}} for kind in EVENTS},
    },
    "definitions": {
        "Reference": {"type": "object", "properties": {"id": TEXT}},
        "TroubleTicket": {"type": "object", "properties": {"id": TEXT, "href": TEXT, **SENT}},
        "TroubleTicket_Create": {"type": "object", "required": ["description"], "properties": SENT},
    },
}
OVERLAY = """
entity: trouble_ticket
attributes:
  x_sn_zone: {label: Zone, type: string, filter: true}
  remark: {hidden: true}
  name: {max_length: 60}
"""

Compare = Callable[..., Report]


@pytest.fixture
def compare(prepared: Prepared) -> Compare:
    """Compare the desk, perhaps with an overlay and a ticket, with a standard."""

    def made(standard: Json, *, role: str = "agent", overlay: tuple[str, ...] = ()) -> Report:
        model = model_of(*DOCUMENTS, overlay=overlay, layer=LAYER + "prefix: sn\n")
        with prepared.store_of(model) as store:
            runtime = prepared.runtime(model, store)
            agent = Actor("", "agent", frozenset({"agent"}), affiliate="sn")
            runtime.records(agent).create("trouble_ticket", {"name": "Line", "description": "Dead", "severity": "low"})
            actor = Actor("", "tests", frozenset({role}), affiliate="sn")
            return conformance(runtime, actor, {"TMF621": read_standard(standard)})

    return made


def changed(*path: str, value: object = None) -> Json:
    """The standard with another value at a path; None takes it away."""
    found = copy.deepcopy(STANDARD)
    inside: Any = found
    for name in path[:-1]:
        inside = inside[name]
    if value is None:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return found


def only(report: Report) -> Compared:
    (found,) = report.apis
    return found


def breaks(report: Report) -> dict[str, str]:
    """What breaks a client, by its place."""
    return {one.place: one.what for one in only(report).differences if one.weight is Weight.BREAKS}


def test_what_the_standard_asks_for_is_there(compare: Compare) -> None:
    report = compare(STANDARD)
    assert report.is_clean, breaks(report)
    assert only(report).counts[Weight.LACKS] == 0
    assert {one.place for one in only(report).differences} >= {"remark", "cost", "status"}


def test_an_overlay_that_adds_hides_and_tightens_keeps_the_report_clean(compare: Compare) -> None:
    report = compare(STANDARD, overlay=(OVERLAY,))
    assert report.is_clean, breaks(report)
    added = [one for one in only(report).differences if one.place == "xSnZone"]
    assert [(one.weight, one.why) for one in added] == [(Weight.EXTENDS, "`x_sn_zone`, added by `sn`")]


def test_an_overlay_that_demands_more_is_told(compare: Compare) -> None:
    demanding = "entity: trouble_ticket\nattributes:\n  name: {required: true}\n"
    report = compare(STANDARD, overlay=(demanding,))
    assert not report.is_clean
    assert breaks(report) == {"name": "it must be sent, which the standard does not ask for"}


TICKET = ("definitions", "TroubleTicket", "properties")
NEW = ("definitions", "TroubleTicket_Create")


@pytest.mark.parametrize(
    ("standard", "place", "words"),
    [
        (changed(*TICKET, "score", value=TEXT), "score", "it is `integer`, where the standard has `string`"),
        (changed(*TICKET, "severity", "enum", value=["low"]), "severity", "it may be `veryHigh`"),
        (changed(*NEW, "required", value=["description", "impact"]), "impact", "demands it, and it is not taken"),
        (changed(*NEW, "required"), "description", "it must be sent"),
    ],
)
def test_what_a_client_of_the_standard_fails_at_is_told(
    compare: Compare, standard: Json, place: str, words: str
) -> None:
    report = compare(standard)
    assert not report.is_clean
    assert words in breaks(report)[place]


def test_operations_that_a_role_may_not_use_break_its_client(compare: Compare) -> None:
    report = compare(STANDARD, role="dealer")
    assert set(breaks(report)) == {"create", "patch", "delete"}


def test_what_the_server_may_leave_out_is_lacking(compare: Compare) -> None:
    more = changed(*TICKET, "impact", value=TEXT)
    more["paths"]["/listener/troubleTicketLostEvent"] = {"post": {}}
    more["paths"]["/desk"] = STANDARD["paths"]["/troubleTicket"]
    report = compare(more)
    assert report.is_clean
    lacking = {(one.resource, one.place) for one in only(report).differences if one.weight is Weight.LACKS}
    assert lacking == {("troubleTicket", "impact"), ("", "TroubleTicketLostEvent"), ("desk", "")}


def test_an_api_that_is_not_offered_is_listed(compare: Compare) -> None:
    report = compare(changed("basePath", value="/tmf-api/quote/v4/"))
    assert (only(report).is_offered, report.is_clean) == (False, True)
    assert "| TMF621 Ticket | `quote/v4` | not offered | | | |" in as_markdown(report)


def test_an_answer_that_is_against_the_document_is_told(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.api.service.page_headers", lambda *_: [])
    found = {one.what for one in only(compare(STANDARD)).differences if one.place == "list"}
    assert found == {"the header `X-Total-Count` is missing", "the header `X-Result-Count` is missing"}


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(compare: Compare) -> None:
    page = as_page(compare(changed("info", value={"title": "<b>Ticket</b>"})))
    assert "<b>Ticket</b>" not in page
    assert "&lt;b&gt;Ticket&lt;/b&gt;" in page
    assert "src=" not in page
    assert "href=" not in page


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"definitions": {}}', '{"definitions": {}, "basePath": 1}'])
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "TMF621-v4.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadQuery, match=r"TMF621-v4\.json is no Swagger 2 document"):
        read_documents(tmp_path)


def test_a_folder_is_read_by_the_names_of_its_files(tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match="no TMF"):
        read_documents(tmp_path)
    (tmp_path / "TMF621-v4.json").write_bytes(orjson.dumps(STANDARD))
    found = read_documents(tmp_path)["TMF621"]
    assert (found.path, set(found.resources), len(found.events)) == ("troubleTicket/v4", {"troubleTicket"}, 6)

"""The access package: everything of the person, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from tests.core.privacy.test_erasing import Awa, awa, binta, erased  # noqa: F401 - fixtures

from sidra.access.actor import Actor, system_actor
from sidra.errors import NotFound
from sidra.identity.merging import Order, merge
from sidra.privacy.packaging import Package, package
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime

CLERK = Actor("00000000-0000-7000-8000-0000000000aa", "Moussa Clerk", frozenset({"clerk"}))


def packed(runtime: Runtime, id: str, **given: Any) -> Package:  # noqa: ANN401 - options
    return package(runtime, id, actor=CLERK, **given)


def read(found: Package) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(found.zipped())) as archive:
        return json.loads(archive.read("data.json")), archive.read("index.html").decode()


def test_everything_that_is_held_about_a_person_is_in_it(runtime: Runtime, awa: Awa) -> None:  # noqa: F811
    data, page = read(packed(runtime, awa.party.id))
    values = {(one["entity"], value["name"]): value["value"] for one in data["records"] for value in one["values"]}
    assert data["records"][0]["entity"] == "party"
    assert values["party", "national_number"] == "1234567890123"
    assert values["customer", "debt"] == {"amount": "12.5000", "currency": "XOF"}
    assert values["customer", "name"] == "Awa Ndiaye"
    assert values["place", "street"] == "12 Rue Blanchot"
    for text in ("Awa Ndiaye", "1234567890123", "awa@example.com", "+221771234567", "12 Rue Blanchot", "1990-04-05"):
        assert text in page


def test_it_has_the_history_and_who_did_what(runtime: Runtime, records: Records, awa: Awa) -> None:  # noqa: F811
    records.update("party", awa.party.id, {"name": "Awa Fall"})
    packed(runtime, awa.party.id)
    [party] = [one for one in packed(runtime, awa.party.id).data["records"] if one["entity"] == "party"]
    change = {"at": "2026-03-20T09:00:00+00:00", "action": "update", "attribute": "name"}
    assert change | {"old": "Awa Ndiaye", "new": "Awa Fall"} in party["history"]
    assert [one["action"] for one in party["access"]] == ["create", "update", "package"]


def test_it_has_nothing_of_others(runtime: Runtime, records: Records, awa: Awa, binta: Record) -> None:  # noqa: F811
    records.create("deed", {"text": "Both of them", "parties": [awa.party.id, binta.id]})
    clerk = runtime.records(CLERK)
    clerk.update("party", awa.party.id, {"status": "seen"})
    data, page = read(packed(runtime, awa.party.id))
    told = json.dumps(data, ensure_ascii=False) + page
    for text in ("Binta", "binta@example.com", "Both of them", binta.id, "Moussa", CLERK.id):
        assert text not in told
    assert data["shared"] == [{"entity": "deed", "label": "Deed"}]


def test_the_page_is_in_the_language_that_is_asked_for(runtime: Runtime, awa: Awa) -> None:  # noqa: F811
    assert '<html lang="fr" dir="ltr">' in read(packed(runtime, awa.party.id))[1]
    assert '<html lang="ar" dir="rtl">' in read(packed(runtime, awa.party.id, locale="ar"))[1]
    assert "بياناتك" in read(packed(runtime, awa.party.id, locale="ar"))[1]


def test_what_people_wrote_is_no_markup(runtime: Runtime, records: Records) -> None:
    party = records.create("party", {"name": "<script>alert(1)</script>"})
    assert "<script>" not in read(packed(runtime, party.id))[1]


def test_after_an_erasure_it_has_no_value_any_more(runtime: Runtime, awa: Awa) -> None:  # noqa: F811
    erased(runtime, awa.party.id)
    told = json.dumps(packed(runtime, awa.party.id).data)
    assert [text for text in ("Ndiaye", "1234567890123", "awa@", "+22177", "Blanchot", "1990-") if text in told] == []


def test_of_nobody_there_is_none(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        package(runtime, "00000000-0000-7000-8000-000000000001", actor=system_actor("test"))


def test_what_became_part_of_the_person_is_in_it(runtime: Runtime, awa: Awa, records: Records) -> None:  # noqa: F811
    second = records.create("party", {"name": "Awa N'Diaye", "born": "1990-04-07"})
    runtime.transact(system_actor("test"), lambda unit: merge(unit, Order("party", awa.party.id, second.id)))
    data, page = read(packed(runtime, awa.party.id))
    told = {(one["attribute"], one["new"]) for one in data["records"][0]["history"]}
    assert {("name", "Awa N'Diaye"), ("born", "1990-04-07"), ("name", "Awa Ndiaye")} <= told
    assert "1990-04-07" in page

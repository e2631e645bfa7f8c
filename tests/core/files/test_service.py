"""Files: brought by who may set the attribute, kept with the record, given to who may read it, gone with it."""

from __future__ import annotations

import contextlib
import datetime
import io
import zipfile
from typing import Any

import pytest
from tests.core.models import model_of
from tests.core.privacy.conftest import *  # noqa: F403 - its fixtures

from sidra.access.actor import Actor
from sidra.errors import Invalid, NotFound
from sidra.files.service import MEGABYTE, MOST_UNSAVED, File, bring, cleaned_name, give, given_back
from sidra.files.sniffing import sniff
from sidra.privacy.erasing import erase
from sidra.records.record import Record
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\nsecret words\n%%EOF"
ME, OTHER = "00000000-0000-7000-8000-0000000000aa", "00000000-0000-7000-8000-0000000000ab"
MODEL = model_of(
    """
entity: person
title: name
history: true
attributes:
  name: {type: string, required: true, pii: [identity]}
  portrait: {type: image, pii: [identity], max_megabytes: 1}
  contract: {type: file, accept: [pdf, text], pii: [identity]}
relations:
  papers: {to: paper, many: true, owned: true, inverse: person}
""",
    "entity: paper\nattributes: {scan: {type: file}}\nrelations: {person: {to: person, required: true}}\n",
    "role: agent\nmay:\n  person: {do: [create, read, update, delete]}\n"
    "  paper: {do: [create, read, update, delete]}\n",
    "role: reader\nmay:\n  person: {do: [read], columns: {contract: mask}}\n",
    "role: blind\nmay:\n  person: {do: [read], columns: {contract: none}}\n",
)


@pytest.fixture
def shop(store: Store, ring: Any) -> Runtime:  # noqa: ANN401 - a ring of keys
    return Runtime(MODEL, store, keys=ring)


def as_(shop: Runtime, role: str = "agent", id: str = ME) -> Records:
    return shop.records(Actor(id, "Awa", frozenset({role}), affiliate="sn"))


def brought(records: Records, content: bytes = PDF, name: str = "Contract.pdf", to: str = "contract") -> File:
    return bring(records, "person", to, name, io.BytesIO(content))


def made(records: Records, file: File | None = None) -> Record:
    return records.create("person", {"name": "Awa", "contract": (file or brought(records)).id})


def rows(shop: Runtime) -> tuple[int, int]:
    with shop.store.reading() as connection:
        counts = [connection.execute(f"SELECT count(*) FROM file_{table}").fetchone()[0] for table in ("file", "part")]
    return counts[0], counts[1]


def test_a_file_is_kept_with_its_record_and_given_with_a_trace(shop: Runtime) -> None:
    records = as_(shop)
    file = brought(records)
    assert given_back(records, "person", "contract", file.id)[1] == PDF
    record = made(records, file)
    assert record["contract"] == {
        "id": file.id,
        "name": "Contract.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
    }
    assert give(as_(shop, id=OTHER), "person", record.id, "contract")[1] == PDF
    with shop.store.reading() as connection:
        told = connection.execute("SELECT record_id, changed FROM audit_entry WHERE action = 'download'").fetchall()
        kept = connection.execute("SELECT sealed FROM file_part").fetchall()
    assert len(told) == 1
    assert "secret" not in str(kept)
    with pytest.raises(NotFound):
        given_back(records, "person", "contract", file.id)


@pytest.mark.parametrize("role", ["reader", "blind"])
def test_who_does_not_see_the_attribute_whole_does_not_get_the_file(shop: Runtime, role: str) -> None:
    record = made(as_(shop))
    with pytest.raises(NotFound):
        give(as_(shop, role), "person", record.id, "contract")
    with pytest.raises(NotFound):
        brought(as_(shop, role))
    for name in ("name", "nothing"):
        with pytest.raises(NotFound):
            give(as_(shop), "person", record.id, name)


def test_a_picture_that_is_only_shown_waits_for_no_turn_to_write(shop: Runtime) -> None:
    records = as_(shop)
    record = records.create("person", {"name": "Awa", "portrait": brought(records, PNG, "a.png", "portrait").id})
    with shop.store.writing():
        assert give(records, "person", record.id, "portrait", is_preview=True)[1] == PNG


def test_a_file_that_another_person_brought_is_not_to_be_had(shop: Runtime) -> None:
    file = brought(as_(shop))
    with pytest.raises(NotFound):
        given_back(as_(shop, id=OTHER), "person", "contract", file.id)
    with pytest.raises(Invalid) as refusal:
        made(as_(shop, id=OTHER), file)
    assert [problem.code for problem in refusal.value.problems] == ["R154"]


def test_a_file_serves_for_one_record_and_the_attribute_that_it_was_brought_for(shop: Runtime) -> None:
    records = as_(shop)
    file = brought(records)
    made(records, file)
    for values in ({"contract": file.id}, {"portrait": brought(records).id}, {"contract": ME}, {"contract": "x"}):
        with pytest.raises(Invalid):
            records.create("person", {"name": "Binta", **values})


def test_the_file_before_goes_when_another_takes_its_place_or_the_record_goes(shop: Runtime) -> None:
    records = as_(shop)
    record = made(records)
    same = records.update("person", record.id, {"contract": dict(record["contract"]), "name": "Awa Diop"})
    assert rows(shop) == (1, 1)
    second = brought(records, b"plain words", "Note.txt")
    changed = records.update("person", record.id, {"contract": second.id}, version=same.version)
    assert give(records, "person", record.id, "contract")[1] == b"plain words"
    assert rows(shop) == (1, 1)
    records.update("person", record.id, {"contract": None}, version=changed.version)
    assert rows(shop) == (0, 0)
    records.update("person", record.id, {"contract": brought(records).id})
    records.delete("person", record.id)
    assert rows(shop) == (0, 0)


def test_the_file_of_an_owned_record_goes_with_its_owner(shop: Runtime) -> None:
    records = as_(shop)
    file = bring(records, "paper", "scan", "Scan.png", io.BytesIO(PNG))
    record = records.create("person", {"name": "Awa", "papers": [{"scan": file.id}]})
    (paper,) = record["papers"]
    assert give(records, "paper", paper.id, "scan")[1] == PNG
    records.delete("person", record.id)
    assert rows(shop) == (0, 0)


def test_erasure_takes_the_files_of_the_person(shop: Runtime) -> None:
    record = made(as_(shop))
    erase(shop, record.id, actor=shop.system_actor, reason="he asked for it")
    assert rows(shop) == (0, 0)
    assert as_(shop).get("person", record.id)["contract"] is None


@pytest.mark.parametrize(
    ("content", "name", "to", "code"),
    [
        (PNG, "Contract.pdf", "contract", "R153"),
        (PDF, "Contract.exe", "contract", "R153"),
        (PDF, "Portrait.pdf", "portrait", "R153"),
        (b"MZ\x90\x00", "Contract.pdf", "contract", "R153"),
        (b"", "Empty.txt", "contract", "R153"),
        (b"<svg onload='x()'/>", "Portrait.svg", "portrait", "R153"),
        (PNG + bytes(MEGABYTE), "Portrait.png", "portrait", "R152"),
    ],
)
def test_what_the_attribute_does_not_take_is_refused(
    shop: Runtime, content: bytes, name: str, to: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        brought(as_(shop), content, name, to)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert rows(shop) == (0, 0)


def test_what_no_record_has_goes_after_some_days_or_for_the_next(
    shop: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = as_(shop)
    monkeypatch.setattr("sidra.files.service.MOST_UNSAVED", 2)
    assert MOST_UNSAVED > 2
    first, *_ = [brought(records) for _ in range(3)]
    assert rows(shop) == (2, 2)
    with pytest.raises(NotFound):
        given_back(records, "person", "contract", first.id)
    kept = made(records)
    later = shop.at(lambda: shop.now() + datetime.timedelta(days=9))
    with later.unit_of_work(later.system_actor) as unit:
        assert later.files.sweep(unit, unit.microseconds) == 1
    assert give(records, "person", kept.id, "contract")[1] == PDF


def test_files_that_no_record_has_take_little_room(shop: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    records = as_(shop)
    monkeypatch.setattr("sidra.files.service.MOST_UNSAVED_BYTES", 3 * len(PDF))
    kept = made(records)
    files = [brought(records) for _ in range(4)]
    for file, is_there in zip(files, (False, True, True, True), strict=True):
        with contextlib.suppress(NotFound):
            assert given_back(records, "person", "contract", file.id)[1] == PDF
            assert is_there
    assert give(records, "person", kept.id, "contract")[1] == PDF
    assert rows(shop) == (4, 4)


def packed(*names: str, mimetype: str = "") -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        if mimetype:
            archive.writestr("mimetype", mimetype)
    return found.getvalue()


def damaged() -> bytes:
    """An archive whose directory is right and whose first file cannot be unpacked."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    begin = len(b"PK..") + 26 + len("mimetype")
    return found.getvalue()[:begin] + b"\xff" * 8 + found.getvalue()[begin + 8 :]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"GIF89a", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"OggS", "audio"),
        ("Été\n".encode(), "text"),
        (b"a\x00b", None),
        (b"PK\x03\x04", None),
        (packed("[Content_Types].xml", "word/document.xml"), "office"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "office"),
        (packed("anything.txt"), None),
        (damaged(), None),
    ],
)
def test_a_content_is_known_by_itself(content: bytes, kind: str | None) -> None:
    found = sniff(content)
    assert (found.kind if found is not None else None) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\awa\\Contract.pdf", "Contract.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_says_no_more_than_a_name(given: str, kept: str) -> None:
    assert cleaned_name(given) == kept

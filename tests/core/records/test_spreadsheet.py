"""Lists as sheets of Excel: typed cells, no formulas, right to left where people read so."""

from __future__ import annotations

import datetime
import io
import zoneinfo

import openpyxl
import pytest
from tests.core.models import model_of
from tests.core.records.test_selecting import DOCUMENTS, runtime, store  # noqa: F401 - fixtures

from sidra.access.actor import system_actor
from sidra.records.exporting import Export
from sidra.records.query import Query
from sidra.records.spreadsheet import write_sheet
from sidra.runtime import Runtime
from sidra_metamodel.model import Model


@pytest.fixture
def model() -> Model:
    return model_of(*DOCUMENTS)


def test_cells_keep_their_types_and_no_text_is_a_formula(runtime: Runtime) -> None:  # noqa: F811 - the fixture
    records = runtime.records(system_actor("test"))
    for subject in ("=1+1", "+A1", "-2", "@x", " =1", "plain text"):
        records.create("case", {"subject": subject, "points": 7, "debt": "12.50 XOF", "due": "2026-03-18"})
    members = ("subject", "points", "debt", "due")
    export = Export(records, "case", Query(sort=("created_at",)), members)
    file = io.BytesIO()
    count = write_sheet(
        export,
        file,
        {"subject": "Objet"},
        name="Cas/[x]",
        zone=zoneinfo.ZoneInfo("Africa/Dakar"),
        is_right_to_left=True,
    )
    file.seek(0)
    sheet = openpyxl.load_workbook(file).active
    rows = list(sheet.iter_rows())
    assert (count, sheet.title, sheet.sheet_view.rightToLeft, sheet.freeze_panes) == (6, "Casx", True, "A2")
    assert rows[0][0].value == "Objet"
    assert [row[0].data_type for row in rows[1:]] == ["s"] * 6
    quoted = {row[0].value: row[0].quotePrefix for row in rows[1:]}
    assert quoted == {"=1+1": True, "+A1": True, "-2": True, "@x": True, "=1": True, "plain text": False}
    first = rows[1]
    assert (first[1].value, float(first[2].value), first[3].value) == (7, 12.5, "XOF")
    assert first[4].value == datetime.datetime(2026, 3, 18)  # noqa: DTZ001 - Excel has no zones
    assert first[2].number_format == "#,##0.00"

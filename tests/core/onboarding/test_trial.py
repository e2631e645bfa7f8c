import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.core.cli.test_new import run

from sidra.onboarding.workbook import FIRST, NAMES

ROWS = 200


def fill(path: Path, sheet: str, rows: list[dict[str, object]]) -> None:
    book = load_workbook(path)
    page = book[sheet]
    columns = {cell.value: cell.column for cell in page[NAMES]}
    for number, row in enumerate(rows, FIRST):
        for name, value in row.items():
            page.cell(number, columns[name], value)
    book.save(path)


@pytest.fixture
def subscribers(shared: Path) -> list[dict[str, str]]:
    with (shared / "data/telco-customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[:ROWS]


def person(row: dict[str, str]) -> dict[str, object]:
    return {
        "x_jo_source_key": row["customerID"],
        "given_name": "Subscriber",
        "family_name": row["customerID"],
        "gender": row["gender"],
        "has_partner": row["Partner"] == "Yes",
    }


def customer(row: dict[str, str]) -> dict[str, object]:
    return {
        "legacy_id": row["customerID"],
        "engaged_party": row["customerID"],
        "status": "active" if row["Churn"] == "No" else "closed",
        "tenure_months": int(row["tenure"]),
        "monthly_charges": float(row["MonthlyCharges"]),
        "total_charges": row["TotalCharges"].strip() or None,
    }


def test_real_subscribers_come_by_the_sheets_of_a_new_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subscribers: list[dict[str, str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.yaml").write_text("questionnaire: jo\ndata: [individual, customer]\n", encoding="utf-8")
    assert run("new", "affiliate", "jo", "--answers", "answers.yaml").exit_code == 0
    file = tmp_path / "affiliates/jo/data.xlsx"
    fill(file, "individual", [person(row) for row in subscribers])
    fill(file, "customer", [customer(row) for row in subscribers])
    tried = run("new", "check-data", "jo", str(file))
    assert (tried.exit_code, tried.output.count(f"{ROWS}\t{ROWS}\t0\t0\t0")) == (0, 2), tried.output
    for sheet in ("individual", "customer"):
        loaded = run("feed", "run", "jo", f"x_jo_{sheet}_sheet", str(file))
        assert f"{ROWS} read, {ROWS} loaded, 0 quarantined" in loaded.output


def test_the_groups_feed_loads_real_subscribers_of_a_new_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.yaml").write_text("questionnaire: jo\n", encoding="utf-8")
    assert run("new", "affiliate", "jo", "--answers", "answers.yaml").exit_code == 0
    real = (shared / "data/telco-customers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "rows.csv").write_text("".join(real[:101]), encoding="utf-8")
    loaded = run("feed", "run", "jo", "subscriber_load", "rows.csv")
    assert "100 read, 100 loaded" in loaded.output

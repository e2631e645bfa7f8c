"""The feed of the former billing system, run on rows of its real file."""

import csv
from pathlib import Path

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.access.actor import Actor, system_actor
from sidra.interfaces.loading import FeedLoader
from sidra.interfaces.runs import Counts
from sidra.records.query import Filter, Query
from sidra.runtime import Runtime
from sidra.store.database import Store

FEED = "subscriber_load"
GOOD_ROWS = 40


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return Runtime(model_of(loaded(shipped([ROOT / "affiliates/pl"]), "pl")), Store.open(tmp_path / "pl.db"))


@pytest.fixture
def actor() -> Actor:
    return system_actor("feed:subscriber_load", affiliate="pl")


@pytest.fixture
def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "data/telco-customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(runtime: Runtime, folder: Path, rows: list[dict[str, str]], actor: Actor) -> Counts:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return FeedLoader(runtime, FEED).run(path, actor)


def test_exactly_the_rows_without_a_total_are_kept_back(
    runtime: Runtime, tmp_path: Path, rows: list[dict[str, str]], actor: Actor
) -> None:
    empty = [row for row in rows if not row["TotalCharges"].strip()]
    counts = run(runtime, tmp_path, rows[:GOOD_ROWS] + empty, actor)
    assert (counts.read, counts.quarantined) == (GOOD_ROWS + 11, 11)
    kept = FeedLoader(runtime, FEED).rejects(actor)
    assert {row.texts["customerID"] for row in kept} == {row["customerID"] for row in empty}


def test_a_row_becomes_a_person_a_customer_an_account_and_products(
    runtime: Runtime, tmp_path: Path, rows: list[dict[str, str]], actor: Actor
) -> None:
    row = next(
        row
        for row in rows
        if row["PhoneService"] == "Yes" and row["InternetService"] == "DSL" and row["OnlineSecurity"] == "Yes"
    )
    run(runtime, tmp_path, [row], actor)
    records = runtime.records(actor)
    (customer,) = records.list("customer", Query(filters=(Filter("legacy_id", "eq", row["customerID"]),))).records
    assert customer["name"] == f"Subscriber {row['customerID']}"
    assert customer["engaged_party"]["family_name"] == row["customerID"]
    assert str(customer["monthly_charges"].amount.normalize()) == row["MonthlyCharges"].rstrip("0").rstrip(".")
    assert [account["legacy_id"] for account in customer["accounts"]] == [row["customerID"]]
    assert {product["billing_account"]["legacy_id"] for product in customer["products"]} == {row["customerID"]}
    assert {product["category"] for product in customer["products"]} >= {"phone", "internet", "security"}


def test_loading_twice_changes_nothing(
    runtime: Runtime, tmp_path: Path, rows: list[dict[str, str]], actor: Actor
) -> None:
    run(runtime, tmp_path, rows[:GOOD_ROWS], actor)
    again = run(runtime, tmp_path, rows[:GOOD_ROWS], actor)
    assert again.unchanged == GOOD_ROWS

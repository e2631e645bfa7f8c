"""D7: an operator brings the subscribers of the former billing system in, and people and programs find them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import webtest
from click.testing import CliRunner, Result

from sidra.access.actor import Actor
from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.cli import main
from sidra.ops.demo.subscribers import NEW_EVERY, subscriber_file
from sidra.records.query import Filter, Query
from sidra.records.service import Records
from sidra.settings import load_settings
from sidra.web.app import create_app

FEED = "subscriber_load"
WITHOUT_TOTAL = 11
REAL = Path("data/telco-customers.csv")


@dataclass(frozen=True)
class Operator:
    """Someone at the command line of an installation, with a file of subscribers."""

    home: Path
    file: Path
    rows: list[dict[str, str]]

    def run(self, *words: str) -> Result:
        """What `sidra` prints, and how it ends."""
        result = CliRunner().invoke(main, words, env={"SIDRA_HOME": str(self.home)})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def load(self) -> str:
        """What `sidra feed run` prints."""
        result = self.run("feed", "run", "pl", FEED, str(self.file))
        assert result.exit_code == 0, result.stderr
        return result.stdout.strip()

    @property
    def good(self) -> list[dict[str, str]]:
        """The rows that have a total."""
        return [row for row in self.rows if row["TotalCharges"].strip()]


@dataclass(frozen=True)
class Loaded:
    """The operator, and what the first run and the second printed."""

    operator: Operator
    first: str
    second: str


@pytest.fixture(scope="module")
def loaded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """An installation that has loaded the real file, or where it is not there a sample of its shape, twice."""
    folder = tmp_path_factory.mktemp("integration")
    file = root.parent / "shared" / REAL
    if not file.exists():
        file = folder / "subscribers.csv"
        file.write_text(subscriber_file(WITHOUT_TOTAL * NEW_EVERY), encoding="utf-8")
    with file.open(encoding="utf-8", newline="") as opened:
        operator = Operator(folder / "home", file, list(csv.DictReader(opened)))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        yield Loaded(operator, operator.load(), operator.load())


@pytest.fixture
def affiliates(loaded: Loaded, root: Path) -> Iterator[Affiliates]:
    opened = Affiliates(load_settings({"SIDRA_HOME": str(loaded.operator.home), "SIDRA_LOG_LEVEL": "error"}, root))
    yield opened
    opened.close()


@pytest.fixture
def agent(affiliates: Affiliates) -> Records:
    """The records as an agent of Poland sees them."""
    runtime = affiliates.get("pl")
    assert runtime is not None
    return runtime.records(Actor("00000000-0000-7000-8000-0000000000aa", "Ewa", frozenset({"agent"}), locale="pl"))


def test_every_row_with_a_total_is_loaded_and_the_others_are_kept(loaded: Loaded) -> None:
    read, good = len(loaded.operator.rows), len(loaded.operator.good)
    assert read - good == WITHOUT_TOTAL
    assert loaded.first == f"{read:,} read, {good:,} loaded, {WITHOUT_TOTAL} quarantined"


def test_the_real_file_has_7043_subscribers(loaded: Loaded, shared: Path) -> None:
    assert loaded.operator.file == shared / REAL
    assert loaded.first == "7,043 read, 7,032 loaded, 11 quarantined"
    assert loaded.second == "7,043 read, 7,032 unchanged, 11 quarantined"


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    good = len(loaded.operator.good)
    assert loaded.second.endswith(f" read, {good:,} unchanged, {WITHOUT_TOTAL} quarantined")


def test_a_customer_is_in_the_list_and_in_the_search_with_all_that_belongs_to_it(
    loaded: Loaded, agent: Records
) -> None:
    row = next(row for row in loaded.operator.good if row["PhoneService"] == "Yes" and row["InternetService"] == "DSL")
    (customer,) = agent.list("customer", Query(filters=(Filter("legacy_id", "eq", row["customerID"]),))).records
    assert customer["engaged_party"]["family_name"] == row["customerID"]
    assert {product["category"] for product in customer["products"]} >= {"phone", "internet"}
    assert [account["legacy_id"] for account in customer["accounts"]] == [row["customerID"]]
    found = agent.search(row["customerID"].rpartition("-")[2].lower(), entities=["customer"])
    assert customer.id in {hit.id for hit in found}


# WebTest ships no types.
def client(affiliates: Affiliates, role: str) -> tuple[Any, dict[str, str]]:
    """The application, and the header of a program with a role."""
    runtime = affiliates.get("pl")
    assert runtime is not None
    token = Entrance.of("pl", runtime.store).tokens.issue(role)
    return webtest.TestApp(create_app(affiliates.settings, affiliates)), {"Authorization": f"Bearer {token}"}


def test_a_customer_is_in_the_api(loaded: Loaded, affiliates: Affiliates, agent: Records) -> None:
    legacy_id = loaded.operator.good[0]["customerID"]
    (customer,) = agent.list("customer", Query(filters=(Filter("legacy_id", "eq", legacy_id),))).records
    app, headers = client(affiliates, "agent")
    address = "/pl/tmf-api/customerManagement/v4/customer"
    assert app.get(f"{address}/{customer.id}", headers=headers).json["name"] == customer["name"]
    (listed,) = app.get(f"{address}?legacyId={legacy_id}", headers=headers).json
    assert listed["id"] == customer.id
    assert app.get(address, status="*").status_int == 401


def test_a_row_is_corrected_and_replayed_and_then_found(loaded: Loaded, affiliates: Affiliates) -> None:
    operator = loaded.operator
    kept = json.loads(operator.run("feed", "rejects", "pl", FEED, "--json").stdout)
    assert len(kept) == WITHOUT_TOTAL
    assert {problem["code"] for row in kept for problem in row["problems"]} == {"R623"}
    assert operator.run("feed", "replay", "pl", FEED, kept[0]["id"], "TotalCharges=soon").exit_code == 1
    assert operator.run("feed", "replay", "pl", FEED, kept[0]["id"], "TotalCharges=19.90").exit_code == 0
    assert operator.run("feed", "rejects", "pl", FEED).stdout.endswith(f"{WITHOUT_TOTAL - 1} rows in quarantine\n")
    app, headers = client(affiliates, "administrator")
    found = app.get(f"/pl/tmf-api/customerManagement/v4/customer?legacyId={kept[0]['key']}", headers=headers).json
    assert [one["totalCharges"]["value"] for one in found] == [19.9]


def test_a_wrong_file_is_told_and_nothing_is_loaded(loaded: Loaded, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("customerID,gender\n1,Female\n", encoding="utf-8")
    result = loaded.operator.run("feed", "run", "pl", FEED, str(wrong))
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("error[R620]: columns are missing: ")

"""Law 7 on Senegal as it is shipped: two stores that differ in what is hidden give its API's clients one answer."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import webtest
from tests.affiliates.worlds import copy_of
from tests.baseline.configurations import ROOT, loaded, model_of, shipped

from sidra.access.actor import system_actor
from sidra.access.entrance import Entrance
from sidra.ops.demo.generate import generate
from sidra.privacy.keys import KeyRing
from sidra.records.query import Query
from sidra.runtime import Runtime
from sidra.settings import Settings
from sidra.store.database import Store
from sidra.web.app import create_app

NOW = datetime.datetime(2026, 11, 20, 9, tzinfo=datetime.UTC)
CUSTOMERS, INDIVIDUALS = "customerManagement/v4/customer", "party/v4/individual"
QUESTIONS = [
    *(f"{CUSTOMERS}?sort={sign}{name}&limit=5" for sign in ("", "-") for name in ("name", "number", "totalCharges")),
    *(f"{CUSTOMERS}?totalCharges{op}={value}" for op in ("", ".gt", ".lt") for value in (7, 4_711, 100_000)),
    *(f"{CUSTOMERS}?{name}" for name in ("fields=totalCharges", "fields=name,totalCharges", "name=Zzyzx", "name.gt=Z")),
    *(
        f"{INDIVIDUALS}?{name}"
        for name in ("familyName=Zzyzx", "familyName.gte=Z", "sort=-familyName", "sort=birthDate")
    ),
    *(f"{resource}?limit=1000" for resource in (CUSTOMERS, INDIVIDUALS, "accountManagement/v4/billingAccount")),
]


def served(folder: Path, name: str) -> tuple[Runtime, Any]:
    model = model_of(loaded(shipped([ROOT / "affiliates" / "sn"]), "sn"))
    store, keys = Store.open(folder / name, durability="normal"), KeyRing.open(folder / "keys.json")
    runtime = Runtime(model, store, clock=lambda: NOW, keys=keys)
    state = SimpleNamespace(runtime=runtime, diagnostics=(), trial=None)
    registry = SimpleNamespace(names=["sn"], state=lambda _: state)
    app = webtest.TestApp(
        create_app(Settings(home=folder, affiliates=(), baseline=folder, log_level="error"), registry)
    )
    return runtime, app


@pytest.mark.parametrize("role", ["agent", "configurator"])
def test_an_agent_of_one_unit_learns_nothing_of_the_others(tmp_path: Path, role: str) -> None:
    first, _ = served(tmp_path, "one.db")
    generate(first, ROOT / "affiliates" / "sn", customers=30)
    first.store.close()
    copy_of(tmp_path / "one.db", tmp_path / "other.db")
    answers = []
    for name, family, charges in (("one.db", "Xylo", "7"), ("other.db", "Zzyzx", "4711")):
        runtime, app = served(tmp_path, name)
        system = runtime.records(system_actor("test"))
        customers = system.list("customer", Query(limit=100)).records
        mine = next(record["unit"] for record in customers if record["unit"])
        for record in customers:
            system.update("customer", record.id, {"total_charges": {"amount": charges, "currency": "XOF"}})
        for person in system.list("individual", Query(limit=100)).records:
            if person["unit"] not in {mine, None} or role == "configurator":
                system.update("individual", person.id, {"family_name": family})
        token = Entrance.of("sn", runtime.store).tokens.issue(role, units=(mine,))
        headers = {"Authorization": f"Bearer {token}"}
        got = [app.get(f"/sn/tmf-api/{asked}", headers=headers, expect_errors=True) for asked in QUESTIONS]
        answers.append([(one.status_code, dict(one.headers), one.text) for one in got])
        runtime.store.close()
    different = [asked for asked, one, other in zip(QUESTIONS, *answers, strict=True) if one != other]
    assert different == []
    assert {status for status, _, _ in answers[0]} <= {200, 206, 400}

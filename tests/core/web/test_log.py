"""The log has no personal value, whatever happens to a request: which values are personal, the Model says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.models import model_of
from tests.core.privacy.conftest import DOCUMENTS
from tests.core.web.conftest import Client, Registry, State, settings_for, store_at

from sidra.access.entrance import Entrance
from sidra.privacy.keys import KeyRing
from sidra.privacy.links import Links
from sidra.records.changing import write
from sidra.runtime import Runtime
from sidra.web.app import create_app
from sidra.web.log import configure

MARKERS = {"string": "Zzyzx{}", "email": "zzyzx{}@example.com", "phone": "+22177123456{}", "date": "1931-01-0{}"}
RESOURCE = "/sn/tmf-api/party/v4/party"
PARTY = "api: {path: party/v4}\nclosed: false\n"
CLERK = """
role: clerk
may: {party: {do: [create, read, update], columns: {national_number: edit}}}
functions: [search]
"""
API = "interface: party\nkind: api\npath: party/v4\n"


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    documents = (DOCUMENTS[0] + PARTY, *DOCUMENTS[1:-1], CLERK, API)
    return Runtime(model_of(*documents), store_at(tmp_path / "sn.db"), keys=KeyRing.open(tmp_path / "keys.json"))


@pytest.fixture
def client(runtime: Runtime, tmp_path: Path) -> Client:
    app = create_app(settings_for(tmp_path, log_level="debug"), Registry({"sn": State(runtime)}))
    configure("debug")
    return Client(app, Entrance.of("sn", runtime.store).tokens.issue("clerk"))


def personal(runtime: Runtime) -> dict[str, str]:
    """A value that occurs nowhere else for each personal attribute of a party."""
    attributes = Links(runtime.model).attributes_of("party")
    return {
        name: MARKERS[runtime.model.base_type(one)].format(number)
        for number, (name, one) in enumerate(attributes.items(), 1)
    }


def test_no_request_leaves_a_personal_value_in_the_log(
    client: Client, runtime: Runtime, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = personal(runtime)
    body: dict[str, Any] = {"nationalNumber": values["national_number"], **values}
    body.pop("national_number")
    answers = [
        client.post(RESOURCE, body),
        client.post(RESOURCE, body),
        client.post(RESOURCE, {**body, "born": values["name"]}),
        client.post(RESOURCE, json.dumps(body)[:-5].encode()),
        *(client.get(f"{RESOURCE}?{name}={value}") for name, value in values.items()),
        *(client.get(f"{RESOURCE}/{value}") for value in values.values()),
    ]

    def broken(*_: object) -> None:
        write(*_)  # type: ignore[arg-type]  # as it was called
        raise RuntimeError(f"cannot write {values}")

    monkeypatch.setattr("sidra.records.changing.write", broken)
    answers.append(client.post(RESOURCE, {**body, "nationalNumber": "1"}))
    assert {answer.status_code for answer in answers} >= {201, 400, 404, 500}
    logged = "".join(capfd.readouterr())
    assert logged.count('"event":"request"') == len(answers)
    assert '"event":"fault"' in logged
    assert [value for value in values.values() if value in logged or value.casefold() in logged] == []

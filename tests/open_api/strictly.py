"""The demonstration's affiliates with strict APIs, and Schemathesis over every document of theirs."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import schemathesis
import webtest
from hypothesis import HealthCheck, Phase, given, settings
from ruamel.yaml import YAML
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from tests.open_api.client import AFFILIATES, SMALLEST, Client, Served

from sidra.access.entrance import Entrance
from sidra.affiliates.registry import Affiliates
from sidra.settings import load_settings
from sidra.web.app import create_app

# Schemathesis' cases and WebTest's answers, which are of many types.
Untyped = Any
Json = dict[str, Any]
WHY = "Every form that the document does not name is refused"


@contextmanager
def strict_affiliates(root: Path, home: Path) -> Iterator[Served]:
    """Copies of all affiliates whose APIs are strict, with a client of each and a record of most resources."""
    folders = tuple(_strict(root, home, name) for name in AFFILIATES)
    settings = dataclasses.replace(
        load_settings({}, root), home=home, affiliates=folders, log_level="error", durability="normal"
    )
    affiliates = Affiliates(settings)
    app = webtest.TestApp(create_app(settings, affiliates))
    clients = {}
    for name in AFFILIATES:
        runtime = affiliates.get(name)
        assert runtime is not None, affiliates.state(name)
        clients[name] = Client(app, name, Entrance.of(name, runtime.store).tokens.issue("administrator"))
    yield Served(affiliates, app, clients)
    affiliates.close()


def _strict(root: Path, home: Path, name: str) -> Path:
    """A copy of an affiliate's folder that says `strict` of every API."""
    folder = home / "affiliates" / name
    shutil.copytree(root / "affiliates" / name, folder)
    (folder / "interfaces").mkdir(exist_ok=True)
    tiers = YAML(typ="safe").load(folder / "layer.yaml")["tiers"]
    for tier in tiers:
        for file in (root / "baseline" / "sidra_baseline" / tier / "interfaces").glob("*.yaml"):
            document = YAML(typ="safe").load(file)
            if document.get("kind") == "api":
                text = f'interface: {document["interface"]}\nmode: {{$set: strict, $why: "{WHY}"}}\n'
                (folder / "interfaces" / f"{document['interface']}.yaml").write_text(text, encoding="utf-8")
    return folder


def documents(client: Client) -> Iterator[tuple[str, Json]]:
    """Every document of an affiliate, by its API."""
    for path in client.ask("GET", "openapi.json").json["paths"]:
        api = path.strip("/").removesuffix("/openapi.json")
        yield api, client.ask("GET", path.strip("/")).json


def operations(document: Json, app: Untyped) -> Iterator[Untyped]:
    """The operations of a document, each of which asks the application."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    schema.config.generation.update(with_security_parameters=False)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def fuzz(
    operation: Untyped, client: Client, examples: int, known: str, told: Counter[str], *, is_repeatable: bool
) -> None:
    """Ask one operation with requests that its document allows and with some that it forbids; all checks hold.

    known: the id of a record that is there, which reading and changing are tried with; empty where there is none.
    is_repeatable: whether each run asks the same.
    """
    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ != "positive_data_acceptance"]
    headers = {"Authorization": f"Bearer {client.token}"}
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    is_item = known and operation.method.upper() in {"GET", "PATCH"} and "{id}" in operation.path

    def ask(case: Untyped) -> None:
        if is_item:
            case.path_parameters["id"] = known
        answer = case.call(headers=headers)
        told[f"{answer.status_code}"] += 1
        case.validate_response(answer, checks=checks, additional_checks=[accepts_what_is_valid], headers=headers)

    for number, mode in enumerate(modes):
        share = (examples + number) // len(modes)
        if share:
            few: Untyped = settings(
                max_examples=share,
                derandomize=is_repeatable,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            cases: Untyped = operation.as_strategy(generation_mode=mode)
            tried: Untyped = given(cases)
            few(tried(ask))()


BEYOND = frozenset({"R603", "R604", "R605", "R606", "R607", "R610", "R613", "R614", "R615", "R616", "R619"})
"""Problems that no schema can foresee, such as a reference that leads nowhere, or a rule that names several values."""
OF_VALUES = ("currency", "an amount", "before the start")
"""What is said of a currency that there is not, half an amount, and a period that ends before it begins."""
NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no text may hold, wherever it stands."""


def accepts_what_is_valid(_context: Untyped, answer: Untyped, case: Untyped) -> None:
    """What the document allows is refused only for what no document can tell."""
    if case.meta is None or not case.meta.generation.mode.is_positive or answer.status_code != 400:
        return
    if any(map(NO_TEXT.search, texts([case.query, case.body]))):
        return
    if "cursor" in (case.query or {}) or any(map(is_too_exact, numbers([case.query, case.body]))):
        return
    problems = answer.json().get("problems", [])
    is_of_a_value = any(words in one["message"] for one in problems for words in OF_VALUES)
    # Which type a record is of says its address, and no body.
    beyond = BEYOND | {"R611"} if case.method == "PATCH" else BEYOND
    assert is_of_a_value or {one["code"] for one in problems} & beyond, (case.as_curl_command(), answer.text)


def texts(value: Untyped) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def numbers(value: Untyped) -> Iterator[float]:
    """Every number with a fraction in a value of JSON."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, str):
        # Numbers of an address are texts already.
        yield from (float(one) for one in value.split(",") if WRITTEN.fullmatch(one))
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers(one)


def is_too_exact(number: float) -> bool:
    """Whether a number has more decimal places than are kept by any attribute of the demonstration."""
    return int(Decimal(repr(number)).as_tuple().exponent) < -PLACES


PLACES = 2
WRITTEN = re.compile(r"-?\d{1,20}(\.\d+)?(e[-+]?\d{1,3})?")


def known_ids(client: Client) -> dict[str, str]:
    """A record of each resource that one could be made of."""
    found = {}
    for path, make in SMALLEST.items():
        answer = client.ask("POST", path, make(client))
        if answer.status_code == 201:
            found[path] = answer.json["id"]
    return found

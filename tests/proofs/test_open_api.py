"""Schemathesis over every document of the demonstration's affiliates, with strict APIs: no 5xx, nothing undeclared."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.open_api.client import AFFILIATES
from tests.open_api.strictly import documents, fuzz, known_ids, operations, strict_affiliates

CASES, MANY_CASES = 500, 10_000


def prove(root: Path, home: Path, cases: int, *, is_repeatable: bool) -> Counter[str]:
    """Ask every operation of every document; return how many answers had which status.

    is_repeatable: whether each run asks the same, as what decides over a change does.
    """
    told: Counter[str] = Counter()
    with strict_affiliates(root, home) as served:
        known = {name: known_ids(served.clients[name]) for name in AFFILIATES}
        found = [
            (name, api, operation)
            for name in AFFILIATES
            for api, document in documents(served.clients[name])
            for operation in operations(document, served.app.app)
        ]
        share, left = divmod(cases, len(found))
        for number, (name, api, operation) in enumerate(found):
            resource = operation.path.partition("/tmf-api/")[2].strip("/").removesuffix("/{id}")
            known_id = known[name].get(resource or f"{api}{operation.path.removesuffix('/{id}')}", "")
            fuzz(operation, served.clients[name], share + (number < left), known_id, told, is_repeatable=is_repeatable)
    return told


def test_no_answer_is_against_its_document(root: Path, tmp_path: Path) -> None:
    told = prove(root, tmp_path, CASES, is_repeatable=True)
    assert sum(told.values()) >= CASES * 9 // 10
    assert not [status for status in told if status.startswith("5")]


@pytest.mark.prove
def test_no_answer_is_against_its_document_in_many_cases(root: Path, tmp_path: Path) -> None:
    told = prove(root, tmp_path, MANY_CASES, is_repeatable=False)
    assert sum(told.values()) >= MANY_CASES * 9 // 10
    assert not [status for status in told if status.startswith("5")]

"""The reports in the documentation are what the command says of each affiliate today."""

import dataclasses
from pathlib import Path

import pytest

from sidra.access.actor import Actor
from sidra.affiliates.registry import Affiliates
from sidra.conformance.report import as_markdown, conformance, read_documents
from sidra.settings import load_settings

KNOWN = {"product.place"}
"""What breaks a client yet, by resource and attribute."""


@pytest.mark.parametrize("affiliate", ["sn", "eg", "pl"])
def test_the_report_is_up_to_date(root: Path, shared: Path, tmp_path: Path, affiliate: str) -> None:
    settings = dataclasses.replace(load_settings({}, root), home=tmp_path, log_level="error", durability="normal")
    affiliates = Affiliates(settings)
    runtime = affiliates.get(affiliate)
    assert runtime is not None, affiliates.state(affiliate)
    actor = Actor("", "tests", frozenset({"administrator"}), affiliate=affiliate)
    report = conformance(runtime, actor, read_documents(shared / "tmf"))
    affiliates.close()
    broken = {f"{one.resource}.{one.place}" for api in report.apis for one in api.differences if one.weight == "breaks"}
    assert broken == KNOWN
    written = (root / "docs" / "conformance" / f"{affiliate}.md").read_text(encoding="utf-8")
    assert as_markdown(report) == written, f"sidra conformance {affiliate} --spec DIR --markdown docs/conformance/…"

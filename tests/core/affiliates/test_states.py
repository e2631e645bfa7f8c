"""What is told of an affiliate beside what its files have."""

from __future__ import annotations

from pathlib import Path

from tests.core.affiliates.test_registry import affiliates, folder, overlay

from sidra.access.actor import system_actor
from sidra.affiliates.registry import Affiliates

__all__ = ["affiliates", "folder"]


def test_loading_tells_how_many_records_do_not_fulfil_what_is_demanded_now(
    affiliates: Affiliates, folder: Path
) -> None:
    made = affiliates.get("sn")
    assert made is not None
    made.records(system_actor("test")).create("note", {})
    overlay(folder, "entity: note\nattributes: {text: {required: true, $why: law}}\n")
    affiliates.reload()
    state = affiliates.state("sn")
    assert state is not None
    assert state.is_current
    [finding] = [found for found in state.diagnostics if found.code == "R103"]
    assert finding.message == "`note.text` must be otherwise now than records of `sn` have it: 1"
    assert finding.at.path.endswith("note.yaml")

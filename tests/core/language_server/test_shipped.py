"""The editor on what is shipped: Senegal's overlay on the whole baseline, with its plugin."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types
from tests.core.language_server.conftest import Editor

ROOT = Path(__file__).parents[3]
CUSTOMER = "affiliates/sn/entities/customer.yaml"


@pytest.fixture(scope="module")
def senegal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("installation").resolve()
    shutil.copytree(ROOT / "affiliates" / "sn", folder / "affiliates" / "sn")
    baseline = ROOT / "baseline" / "sidra_baseline"
    (folder / "sidra.yaml").write_text(
        f"baseline: {baseline}\naffiliates: [affiliates/*]\nhome: var\nplugins: [sidra_sn_ninea]\n", encoding="utf-8"
    )
    made = Editor(folder)
    yield made
    assert made.end() == 0


def test_a_configurator_of_senegal_completes_reads_and_is_told_what_is_wrong(senegal: Editor) -> None:
    text = (senegal.folder / CUSTOMER).read_text(encoding="utf-8")
    senegal.type(CUSTOMER, text)
    assert senegal.findings(CUSTOMER, lambda found: not found) == []

    offered = senegal.completed(CUSTOMER, text.replace("  paperless_billing", "  custo¦\n  paperless_billing"))
    assert "customer_since" in offered

    told = senegal.hovered(CUSTOMER, text.replace("paperless_billing", "paper¦less_billing"))
    assert "hidden" in told
    assert "All bills go by SMS" in told
    assert "baseline" in told

    senegal.type(CUSTOMER, text.replace("paperless_billing", "paperles_billing"))
    (found,) = senegal.findings(CUSTOMER, bool)
    assert (found.code, found.severity) == ("E101", types.DiagnosticSeverity.Error)
    assert "did you mean `paperless_billing`?" in found.message
    (mended, *_) = senegal.mended(CUSTOMER, found)
    assert "paperless_billing" in mended.title

    senegal.type(CUSTOMER, text.replace("coalesce(overdue.amount", "coalesce(overdu.amount"))
    assert [one.code for one in senegal.findings(CUSTOMER, bool)] == ["E501"]
    senegal.type(CUSTOMER, text)
    assert senegal.findings(CUSTOMER, lambda found: not found) == []

"""What an overlay says about elements that have other names in a version, and in elements that have them, too."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from tests.core.versions.test_taking import taking
from tests.metamodel.versions.versioned import install, pack

from sidra_metamodel.upgrading.findings import Class

CUSTOMER = "entity: customer\ntitle: name\nattributes: {name: {type: string}, fax: {type: string}}\n"
SCREEN = """
    screen: customer_record
    kind: record
    of: customer
    tabs:
      details:
        sections:
          main: {fields: [name]}
          papers: {fields: [fax]}
"""
RENAMED = """
    screen: customer_record
    kind: record
    of: customer
    tabs:
      overview:
        $was: details
        sections:
          facts: {$was: main, fields: [name]}
          documents: {$was: papers, fields: [fax]}
"""
OVERLAY = """\
screen: customer_record
$why: The papers come first
tabs:
  details:
    label: {en: All}   # What people ask for.
    sections:
      main: {label: {en: Facts}}
      papers: {$before: main}
      x_sn_more: {$after: papers, fields: [fax]}
"""


def test_names_in_names_are_rewritten_with_what_is_put_beside_them(tmp_path: Path) -> None:
    install(tmp_path, "1.0.0", {"customer.yaml": CUSTOMER, "screen.yaml": dedent(SCREEN)}, {
        "affiliates/sn/screen.yaml": OVERLAY,
        "affiliates/sn/fr.yaml": dedent("""
            translation: fr
            screen.customer_record.tabs.details.sections.main.label: Faits
            screen.customer_record.tabs.details.sections.x_sn_more.label: Plus
        """),
    })  # fmt: skip
    pack(tmp_path, "1.1.0", {"customer.yaml": CUSTOMER, "screen.yaml": RENAMED})
    found = taking(tmp_path)
    assert {one.cls for one in found.findings} == {Class.RENAMED}
    assert taking(tmp_path).apply({}).findings == ()
    said = (tmp_path / "affiliates/sn/screen.yaml").read_text(encoding="utf-8")
    wanted = OVERLAY.replace("details", "overview").replace("main", "facts").replace("papers:", "documents:")
    assert said == wanted.replace("$after: papers", "$after: documents")
    french = (tmp_path / "affiliates/sn/fr.yaml").read_text(encoding="utf-8")
    assert french.strip().splitlines()[1:] == [
        "screen.customer_record.tabs.overview.sections.facts.label: Faits",
        "screen.customer_record.tabs.overview.sections.x_sn_more.label: Plus",
    ]

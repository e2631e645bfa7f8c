"""Senegal on the way to another baseline: each class of what may happen to an override, through the command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.core.cli.workshops import SETTINGS, Change, baseline, change, edit, lines, run, snapshot
from tests.metamodel.configurations import expected

from sidra.cli import main
from sidra_metamodel.editing.pieces import Data

INDIVIDUAL = "core/entities/individual.yaml"
HOURS = "core/calendars/support_hours.yaml"
PANEL: dict[str, Data] = {
    "$replace": True,
    "$why": "Bills are shown as a list",
    "$ticket": "GAP-SN-9",
    "source": "billing.bills",
    "with": {"account": "accounts.first().number"},
    "columns": ["bill_no"],
    "area": "main",
}
OVERRIDES: tuple[tuple[str, tuple[str, ...], Data], ...] = (
    ("screens/customer_360.yaml", ("panels", "bills"), PANEL),
    ("calendars/support_hours.yaml", ("holidays", "new_year", "label", "fr"), "Nouvel An"),
    ("calendars/support_hours.yaml", ("holidays", "labour_day", "label", "fr"), "Premier mai"),
    ("calendars/support_hours.yaml", ("week", "mon", "to"), "19:00"),
    ("entities/contact_medium.yaml", ("attributes", "street2", "label", "en"), "Quarter or landmark"),
    ("entities/customer.yaml", ("attributes", "customer_since", "label", "fr"), "Abonné depuis"),
    ("entities/individual.yaml", ("attributes", "given_name"), {"max_length": 50, "label": {"fr": "Petits noms"}}),
    ("entities/individual.yaml", ("retention", "after"), {"$set": "3y", "$why": "Law 2008-12"}),
)
"""What Senegal says in these tests, whatever else it says."""

STREET = "entity.contact_medium.attributes.street2.label.en"
SINCE = "entity.customer.attributes.customer_since.label.fr"
LABOUR = "calendar.support_hours.holidays.labour_day.label.fr"
HOLIDAYS = "calendar.support_hours.holidays"
INDEPENDENCE = 'date: "04-04", label: {fr: Fête de l’Indépendance, en: Independence Day}}'
RETIRED = "{of: holidays, since: 1.1.0, why: Each country has its own, use: x_sn_new_year}"
INDIVIDUAL_GIVEN_NAME = "individual.attributes.given_name.max_length"
DECISIONS = (
    *("--adopt", "calendar.support_hours.week.mon.to"),
    *("--adopt", "calendar.support_hours.holidays.new_year.label.fr"),
    *("--adopt", "calendar.support_hours.holidays.x_sn_independence.$after"),
    *("--accept", "individual.retention.after"),
    *("--edit", f"{INDIVIDUAL_GIVEN_NAME}=40"),
)

CHANGES: tuple[Change, ...] = (
    ("layer.yaml", "1.0.0", "1.1.0"),
    (INDIVIDUAL, "Given name, type: string, max_length: 60", "Given name, type: string, max_length: 45"),
    (INDIVIDUAL, "{$lock: tighten, when", "{when"),
    (INDIVIDUAL, "after: 5y", "after: 4y"),
    ("core/entities/contact_medium.yaml", "street2: {label: Address detail", "street2: {label: Second line"),
    ("core/translations/fr.yaml", "customer_since.label: Client depuis", "customer_since.label: Abonné depuis"),
    (HOURS, "mon: {from:", "mon: {$lock: final, from:"),
    (HOURS, "  labour_day: {", "  workers_day: {$was: labour_day, "),
    (HOURS, '  new_year: {date: "01-01", label: New Year\'s Day}\n', ""),
    (HOURS, "week:", f"retired: {{new_year: {RETIRED}}}\nweek:"),
    ("core/screens/customer_360.yaml", "bills: {source", "bills: {help: {en: As of now}, source"),
    *((f"core/translations/{one}.yaml", "holidays.labour_day", "holidays.workers_day") for one in ("ar", "fr", "pl")),
    *((f"core/translations/{one}.yaml", f"{HOLIDAYS}.new_year.label:", "#") for one in ("ar", "fr", "pl")),
)


@pytest.fixture
def workshop(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration with Senegal alone: the baseline 1.0.0 installed, and 1.1.0 with all sorts of changes kept."""
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(root / "affiliates/sn", tmp_path / "affiliates/sn")
    (tmp_path / "affiliates/sn/overlay.lock").unlink(missing_ok=True)
    (tmp_path / "sidra.yaml").write_text("baseline: installed\nplugins: [sidra_sn_ninea]\n", encoding="utf-8")
    baseline(root, tmp_path / "installed", (INDIVIDUAL, "retention: {when", "retention: {$lock: tighten, when"))
    for file, path, value in OVERRIDES:
        edit(tmp_path / "affiliates/sn" / file, path, value)
    shutil.copytree(tmp_path / "installed", tmp_path / "next")
    return tmp_path


def report(*words: str) -> Any:  # noqa: ANN401 - JSON
    result = run("upgrade", "sn", "--to", "1.1.0", "--json", *words)
    assert result.exit_code in {0, 1}, result.output
    return json.loads(result.output) | {"exit": result.exit_code}


def test_each_class_is_found(workshop: Path) -> None:
    taken(workshop)
    said = report()
    assert said["exit"] == 1
    assert said["errors"] == []
    hours, individual = "calendar.support_hours", "entity.individual"
    names = ("class", "path", "saw", "now", "yours", "blocks")
    assert {tuple(one[name] for name in names) for one in said["findings"]} == {
        ("OVERTAKEN", f"{individual}.attributes.given_name.max_length", "60", "45", "50", True),
        ("CHANGED UNDERNEATH", f"{individual}.retention.after", '"5y"', '"4y"', '"3y"', True),
        ("UNLOCKED", f"{individual}.retention.after", '"5y"', '"4y"', '"3y"', False),
        ("CHANGED UNDERNEATH", STREET, "Address detail", "Second line", "Quarter or landmark", False),
        ("ABSORBED", SINCE, "Client depuis", '"Abonné depuis"', '"Abonné depuis"', False),
        ("LOCKED", f"{hours}.week.mon.to", '"18:00"', '"18:00"', '"19:00"', True),
        ("RENAMED", LABOUR, LABOUR, LABOUR.replace("labour", "workers"), "Premier mai", False),
        ("ORPHAN", f"{hours}.holidays.new_year.label.fr", '"Jour de l’An"', "nothing", "Nouvel An", True),
        ("ORPHAN", f"{hours}.holidays.x_sn_independence.$after", "new_year", "nothing", "after new_year", True),
        ("NEW NEAR YOU", "screen.customer_360.panels.bills.help", "nothing", "{en: As of now}", "nothing", False),
    }
    orphan = next(one for one in said["findings"] if one["path"].endswith("new_year.label.fr"))
    assert "Retired in 1.1.0: Each country has its own. Use `x_sn_new_year`." in orphan["advice"]


def test_what_is_not_decided_is_not_taken(workshop: Path) -> None:
    taken(workshop)
    before = snapshot(workshop / "affiliates")
    result = run("upgrade", "sn", "--to", "1.1.0", "--apply", "--accept", "all")
    assert result.exit_code == 3
    assert "error[E249]: 4 to be decided" in result.output
    assert snapshot(workshop / "affiliates") == before


def test_what_is_decided_is_written_and_checks(workshop: Path) -> None:
    taken(workshop)
    before = snapshot(workshop / "affiliates/sn")
    result = run("upgrade", "sn", "--to", "1.1.0", "--apply", *DECISIONS)
    assert result.exit_code == 0, result.output
    assert run("check").output == "sn: nothing wrong\n"
    after = snapshot(workshop / "affiliates/sn")
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed == {
        "calendars/support_hours.yaml",
        "entities/customer.yaml",
        "entities/individual.yaml",
        "layer.yaml",
        "overlay.lock",
    }
    assert lines(before, after, "calendars/support_hours.yaml") == [
        '-  mon: {to: "19:00"}',
        f"-  x_sn_independence: {{$after: new_year, {INDEPENDENCE}",
        f"+  x_sn_independence: {{{INDEPENDENCE}",
        "-  new_year:",
        "-    label: {fr: Nouvel An}",
        "-  labour_day:",
        "+  workers_day:",
    ]
    assert lines(before, after, "entities/individual.yaml") == [
        "-  given_name: {max_length: 50, label: {fr: Petits noms}}",
        "+  given_name: {max_length: 40, label: {fr: Petits noms}}",
    ]
    assert lines(before, after, "entities/customer.yaml") == ["-  customer_since: {label: {fr: Abonné depuis}}"]
    assert lines(before, after, "layer.yaml") == [
        "-requires: {group: ~1.0}",
        '+requires: {group: "~1.1"}',
        "+baseline: 1.1.0",
    ]
    again = run("upgrade", "sn", "--to", "1.1.0")
    assert again.exit_code == 0
    assert again.output.startswith("sn: from the baseline 1.1.0 to 1.1.0, ")


def test_each_finding_is_asked_about(workshop: Path) -> None:
    taken(workshop)
    answers = "adopt\nadopt\nadopt\naccept\nadopt\nedit\n42\naccept\n"
    result = CliRunner().invoke(main, ["upgrade", "sn", "--to", "1.1.0", "--interactive"], input=answers)
    assert result.exit_code == 0, result.output
    text = (workshop / "affiliates/sn/entities/individual.yaml").read_text(encoding="utf-8")
    assert "given_name: {max_length: 42, label" in text
    assert "after: {$set: 3y" in text


def test_a_version_that_is_not_there_is_refused(workshop: Path) -> None:
    result = run("upgrade", "sn", "--to", "1.2.0")
    assert result.exit_code == 2
    assert (
        result.output
        == expected("""
        error[E241]: no baseline `1.2.0`
          = help: did you mean `1.0.0`? `sidra baseline add` takes another version
    """)
        + "\n"
    )


def test_an_edited_lock_is_not_relied_on(workshop: Path) -> None:
    taken(workshop)
    lock = workshop / "affiliates/sn/overlay.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("Address detail", "Quarter"), encoding="utf-8")
    result = run("upgrade", "sn", "--to", "1.1.0")
    assert result.exit_code == 3
    assert "overlay.lock was edited by hand" in result.output
    assert run("check").exit_code == 1


def test_what_would_not_check_is_not_written(workshop: Path) -> None:
    taken(workshop)
    before = snapshot(workshop / "affiliates")
    wrong = ("--edit", f"{INDIVIDUAL_GIVEN_NAME}=55")
    result = run("upgrade", "sn", "--to", "1.1.0", "--apply", "--adopt", "all", *wrong)
    assert result.exit_code == 3
    assert "`max_length: 55` loosens the rule set below (45)" in result.output
    assert snapshot(workshop / "affiliates") == before


def taken(workshop: Path) -> None:
    """Lock the overlay on 1.0.0, and take 1.1.0 beside it."""
    assert run("baseline", "lock", "sn").exit_code == 0
    change(workshop / "next", *CHANGES)
    assert run("baseline", "add", "next").exit_code == 0

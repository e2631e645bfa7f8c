"""Counts of a plan are those of the very member that a change is about."""

from pathlib import Path

from tests.core.releases.installed import CORE, Installed, item

from sidra.releases.plan import Impact
from sidra.store.database import Store

PERSON = f"{CORE}/entities/person.yaml"


def test_a_member_whose_name_begins_that_of_another_is_counted_by_itself(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "sn.db"), durability="normal")
    sn = Installed(tmp_path, store, is_small=True)
    sn.edit(
        PERSON, "code: {type: string}", "code: {type: string}\n  code_name: {type: string}\n  codex: {type: string}"
    )
    sn.first()
    for _ in range(2):
        sn.make("person", name="Khady", code_name="x", codex="y")
    sn.edit(
        PERSON,
        "code: {type: string}\n  code_name: {type: string}\n  codex: {type: string}",
        "other: {type: string}",
    )
    plan = sn.plan()
    counts = {
        name: item(plan, Impact.DESTRUCTIVE, f"person.attributes.{name}").rows
        for name in ("code", "code_name", "codex")
    }
    assert {name: count.rows for name, count in counts.items() if count is not None} == {
        "code": 0,
        "code_name": 2,
        "codex": 2,
    }
    store.close()

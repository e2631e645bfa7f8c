"""What is gained from one configuration to another: each with its counterpart that gains nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.granting.gains import Widening
from sidra_metamodel.granting.widening import widenings
from sidra_metamodel.model import Model

ENTITY = """
    entity: customer
    title: name
    attributes:
      name: {type: string}
      city: {type: string}
      age: {type: integer, pii: [sensitive]}
      code: {type: string, pii: [identity]}
      vip: {type: boolean, compute: "city == 'Dakar'"}
"""
ROLE = """
    role: agent
    may: {customer: {do: [read, create], rows: "city == 'Dakar'", columns: {name: mask}}}
    functions: [search]
    export_rows: 100
"""
Gained = Callable[[str, str], list[Widening]]


@pytest.fixture
def gained(tmp_path: Path) -> Gained:
    """What is gained when the entity and the role become other ones."""

    def model(name: str, entity: str, role: str) -> Model:
        files = {"baseline/customer.yaml": entity, "baseline/agent.yaml": role}
        loaded = load_files(tmp_path / name, files)
        assert loaded.model is not None, [one.message for one in loaded.diagnostics]
        return loaded.model

    before = model("before", ENTITY, ROLE)
    return lambda entity, role: list(widenings(before, model("after", entity, role)))


def changed(was: str, now: str, text: str = ROLE) -> str:
    assert was in text
    return text.replace(was, now)


@pytest.mark.parametrize(
    ("was", "now", "what", "subject"),
    [
        ("[read, create]", "[read, create, delete]", "action", "delete"),
        ("rows: \"city == 'Dakar'\", ", "", "rows", "create, read"),
        ("city == 'Dakar'\"", "city != 'Paris'\"", "rows", "create, read"),
        ("name: mask", "name: read", "column", "name"),
        (", columns: {name: mask}", "", "column", "name"),
        ("name: mask", "name: mask, age: read", "column", "age"),
        ("name: mask", "name: enter", "entry", "name"),
        ("[search]", "[search, reveal]", "function", "reveal"),
        ("export_rows: 100", "export_rows: 200", "export_rows", ""),
        ("export_rows: 100", "", "export_rows", ""),
    ],
)
def test_what_a_role_gains_is_told(gained: Gained, was: str, now: str, what: str, subject: str) -> None:
    found = gained(ENTITY, changed(was, now))
    assert (what, "agent", subject) in {(one.what, one.role, one.subject) for one in found}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("[read, create]", "[read]"),
        ("city == 'Dakar'\"", "city == 'Dakar'\", \"name != 'x'\"]"),
        ("name: mask", "name: none"),
        ("[search]", "[]"),
        ("export_rows: 100", "export_rows: 50"),
        ("role: agent", "role: agent\n    label: Agent"),
    ],
)
def test_what_a_role_loses_or_is_called_is_not_told(gained: Gained, was: str, now: str) -> None:
    role = changed(was, now)
    assert gained(ENTITY, role.replace('rows: "', 'rows: ["') if '"]' in now else role) == []


def test_a_condition_that_reads_what_follows_from_another_formula_may_reach_other_rows(tmp_path: Path) -> None:
    role = changed("city == 'Dakar'", "vip")
    entity = changed("compute: \"city == 'Dakar'\"", "compute: \"city != 'Dakar'\"", ENTITY)
    models = []
    for name, text in (("one", ENTITY), ("other", entity)):
        loaded = load_files(tmp_path / name, {"baseline/customer.yaml": text, "baseline/agent.yaml": role})
        assert loaded.model is not None
        models.append(loaded.model)
    assert [one.what for one in widenings(models[0], models[1])] == ["rows"]
    assert widenings(models[0], models[0]) == ()


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [("pii: [sensitive]", "pii: [identity]", "sensitive"), ("pii: [identity]", "filter: true", "pii")],
)
def test_personal_data_that_are_kept_from_nobody_any_more_are_told(
    gained: Gained, was: str, now: str, what: str
) -> None:
    found = gained(changed(was, now, ENTITY), ROLE)
    assert what in {one.what for one in found}


def test_a_new_attribute_is_kept_from_nobody_and_gains_nothing(gained: Gained) -> None:
    assert gained(ENTITY + "      street: {type: string}\n", ROLE) == []


def test_a_copy_that_shows_what_is_masked_is_told(gained: Gained) -> None:
    entity = ENTITY + '      copy: {type: string, compute: "name"}\n'
    assert gained(entity, ROLE) == []
    [found] = gained(entity, changed("name: mask", "name: mask, copy: read"))
    assert (found.what, found.subject, found.was, found.now) == ("column", "copy", "mask", "read")


def test_another_name_is_no_way_round_a_mask(gained: Gained) -> None:
    entity = changed("      city", "      called: {$was: name, type: string}\n      city", ENTITY)
    entity = changed("      name: {type: string}\n", "", entity).replace("title: name", "title: called")
    assert gained(entity, changed("name: mask", "called: mask")) == []
    [found] = gained(entity, changed("name: mask", "called: read"))
    assert (found.subject, found.was, found.now) == ("called", "mask", "read")


def test_a_new_role_is_told_once(tmp_path: Path) -> None:
    files = {"baseline/customer.yaml": ENTITY, "baseline/agent.yaml": ROLE}
    before = load_files(tmp_path / "before", files).model
    other = changed("role: agent", "role: boss")
    after = load_files(tmp_path / "after", {**files, "baseline/boss.yaml": other}).model
    assert before is not None
    assert after is not None
    assert [(one.what, one.role) for one in widenings(before, after)] == [("role", "boss")]
    assert widenings(after, before) == ()


def test_a_former_name_that_stays_written_hides_no_gain(tmp_path: Path) -> None:
    files = {"baseline/customer.yaml": ENTITY, "baseline/agent.yaml": ROLE}
    renamed = changed("entity: customer", "entity: customer\n    $was: client", ENTITY)
    renamed = changed("age: {", "age: {$was: [years, old], ", renamed)
    before = load_files(tmp_path / "before", {**files, "baseline/customer.yaml": renamed}).model
    role = changed("name: mask", "name: read, age: read", changed("[read, create]", "[read, create, delete]"))
    after = load_files(tmp_path / "after", {"baseline/customer.yaml": renamed, "baseline/agent.yaml": role}).model
    assert before is not None
    assert after is not None
    found = {(one.what, one.subject) for one in widenings(before, after)}
    assert {("action", "delete"), ("column", "name"), ("column", "age")} <= found
    lowered = changed("pii: [sensitive]", "filter: true", renamed)
    freer = load_files(tmp_path / "freer", {**files, "baseline/customer.yaml": lowered}).model
    assert freer is not None
    assert "sensitive" in {one.what for one in widenings(before, freer)}


def test_a_role_that_takes_the_name_of_another_gains_what_that_could(tmp_path: Path) -> None:
    boss = changed("[read, create]", "[read, create, delete]", changed("role: agent", "role: boss"))
    files = {"baseline/customer.yaml": ENTITY, "baseline/agent.yaml": ROLE, "baseline/boss.yaml": boss}
    before = load_files(tmp_path / "before", files).model
    swapped = changed("role: boss", "role: agent\n    $was: boss", boss)
    after = load_files(tmp_path / "after", {"baseline/customer.yaml": ENTITY, "baseline/agent.yaml": swapped}).model
    assert before is not None
    assert after is not None
    assert ("action", "delete", "agent") in {(one.what, one.subject, one.role) for one in widenings(before, after)}

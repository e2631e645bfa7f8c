"""What a reader of a plan learns of records and people: what the own role lets through, and what a gate is for."""

from collections.abc import Iterator

import pytest
from tests.core.releases.installed import CORE, Installed, item

from sidra.access.actor import OPERATOR, Actor
from sidra.releases.plan import Count, Impact, Item
from sidra.releases.plan_reading import read_plan
from sidra.releases.plan_showing import plan_for
from sidra.store.database import Store

CONFIGURES = "role: {}\nmay: {{person: {{do: [read], columns: {{salary: read}}{}}}}}\nfunctions: [configure]\n"
ENTITY = f"{CORE}/entities/person.yaml"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Three people in force, and configurators who read all of them, one of them, and not their salary."""
    folder = tmp_path_factory.mktemp("showing")
    store = Store.open(str(folder / "sn.db"), durability="normal")
    made = Installed(folder, store, is_small=True)
    _roles(made)
    made.first()
    for name in ("Awa", "Moussa", "Khady"):
        made.make("person", name=name)
    yield made
    store.close()


@pytest.fixture
def sn(released: Installed) -> Installed:
    released.fresh()
    _roles(released)
    return released


def _roles(made: Installed) -> None:
    made.write(f"{CORE}/roles/everything.yaml", CONFIGURES.format("everything", ""))
    made.write(f"{CORE}/roles/awa_alone.yaml", CONFIGURES.format("awa_alone", ", rows: \"name == 'Awa'\""))


def reader(*roles: str) -> Actor:
    return Actor("reader", "Reader", frozenset(roles))


def shown(sn: Installed, who: Actor, dotted: str, impact: Impact = Impact.DATA) -> Item:
    return item(plan_for(sn.plan(), who, sn.runtime()), impact, dotted)


@pytest.mark.parametrize(
    ("role", "rows", "total", "examples"),
    [
        ("everything", 3, 3, 3),
        ("awa_alone", None, None, 1),
        # Of the gate: how many, and nothing of what its roles do not read.
        ("administrator", 3, 3, 0),
        # Reads all records, and this value masked.
        ("configurator", None, None, 0),
        ("nobody", None, None, 0),
    ],
)
def test_numbers_are_for_the_gate_and_for_who_reads_all_of_it_and_examples_for_who_reads_these(
    sn: Installed, role: str, rows: int | None, total: int | None, examples: int
) -> None:
    sn.edit(ENTITY, "salary: {type: string", "salary: {type: string, required: true")
    found = shown(sn, reader(role), "person.attributes.salary.required")
    assert found.rows is not None
    assert (found.rows.rows, found.rows.total, len(found.rows.examples)) == (rows, total, examples)
    assert found.blocks
    assert found.as_dict()["withheld"] is (rows is None)


def test_a_condition_tells_of_what_it_reads_as_well(sn: Installed) -> None:
    sn.edit(ENTITY, "code: {type: string", "code: {type: string, required: \"salary == 'x' || name != ''\"")
    masked = shown(sn, reader("configurator"), "person.attributes.code.required").rows
    whole = shown(sn, reader("everything"), "person.attributes.code.required").rows
    assert masked is not None
    assert whole is not None
    assert (masked.rows, masked.examples) == (None, ())
    assert (whole.rows, len(whole.examples)) == (3, 3)


def test_a_rule_tells_of_what_its_checks_read(sn: Installed) -> None:
    sn.write(
        f"{CORE}/rules/paid.yaml",
        "rule: paid\nkind: validate\non: person\nat: name\ncheck: \"salary == 'x'\"\nmessage: {en: Say what is paid}\n",
    )
    masked = shown(sn, reader("configurator"), "paid").rows
    assert masked == Count(None, None, (), (("person", "name"), ("person", "salary")))


def test_the_operator_is_told_everything_and_steps_of_the_store_tell_numbers_to_the_gate_alone(sn: Installed) -> None:
    sn.edit(ENTITY, "code: {type: string}", "code: {type: integer}")
    plan = sn.plan()
    assert plan_for(plan, OPERATOR, sn.runtime()) == plan
    assert any(step.rows is not None for step in plan_for(plan, reader("administrator"), sn.runtime()).migration)
    assert all(step.rows is None for step in plan_for(plan, reader("everything"), sn.runtime()).migration)


def test_who_gains_is_named_to_those_who_administer_accounts_and_counted_for_the_gate(sn: Installed) -> None:
    sn.person("fatou", "agent")
    sn.edit("affiliates/sn/roles/agent.yaml", "salary: mask", "salary: read")
    at = "agent.may.person.columns.salary"
    named = shown(sn, reader("keeper"), at, Impact.WIDENED)
    assert named.gains == ()
    assert named.rows is not None
    assert (named.rows.rows, named.rows.total) == (None, None)
    approver = shown(sn, reader("administrator"), at, Impact.WIDENED)
    assert approver.rows is not None
    assert (approver.rows.rows, approver.gains) == (1, ())
    operator = shown(sn, OPERATOR, at, Impact.WIDENED)
    assert operator.gains == ("Fatou",)


def test_a_plan_that_is_kept_says_what_its_counts_were_about(sn: Installed) -> None:
    sn.edit(ENTITY, "salary: {type: string", "salary: {type: string, required: true")
    plan = sn.plan()
    kept = item(read_plan(plan.as_dict()), Impact.DATA, "person.attributes.salary.required")
    assert kept.rows == item(plan, Impact.DATA, "person.attributes.salary.required").rows

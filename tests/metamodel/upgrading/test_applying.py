"""Decisions about the findings of an upgrade."""

from __future__ import annotations

import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.nodes import Node, Place, Source
from sidra_metamodel.render import refusal
from sidra_metamodel.upgrading.applying import Choice, Decision, Undecided, decided
from sidra_metamodel.upgrading.findings import Class, Finding
from sidra_metamodel.upgrading.overrides import Form, Override

PATH = ("attributes", "name", "max_length")
ACCEPT, ADOPT, EDIT = Decision(Choice.ACCEPT), Decision(Choice.ADOPT), Decision(Choice.EDIT, 40)


def finding(cls: Class, *, blocks: bool, form: Form = Form.VALUE) -> Finding:
    node = Node(50, Source("affiliates/sn/customer.yaml", "affiliate:sn", 3), 0)
    override = Override("entity", "customer", PATH, form, node, PATH)
    at = Place("affiliates/sn/customer.yaml", 3, 5, "affiliate:sn")
    return Finding(cls, override.address, 2, "60", "45", "50", blocks, "decide", at, override)


@pytest.mark.parametrize(
    "path", ["entity.customer.attributes.name.max_length", "customer.attributes.name.max_length", "all"]
)
def test_a_finding_is_decided_by_its_path_with_or_without_its_kind(path: str) -> None:
    one = finding(Class.CHANGED, blocks=True)
    assert decided([one], {path: ACCEPT}) == {one: ACCEPT}


def test_what_blocks_and_is_not_decided_is_refused() -> None:
    with pytest.raises(Undecided) as refused:
        decided([finding(Class.CHANGED, blocks=True)], {})
    assert refusal(refused.value) == expected("""
        error[E249]: 1 to be decided: `entity.customer.attributes.name.max_length` (affiliates/sn/customer.yaml:3:5)
          = help: decide
    """)


@pytest.mark.parametrize("cls", [Class.ORPHAN, Class.LOCKED, Class.OVERTAKEN])
def test_what_cannot_stay_is_not_accepted(cls: Class) -> None:
    with pytest.raises(Undecided):
        decided([finding(cls, blocks=True)], {"all": ACCEPT})
    assert decided([finding(cls, blocks=True)], {"all": ADOPT})


def test_only_a_value_takes_another_value() -> None:
    with pytest.raises(Undecided):
        decided([finding(Class.CHANGED, blocks=True, form=Form.REPLACED)], {"all": EDIT})
    assert decided([finding(Class.OVERTAKEN, blocks=True)], {"all": EDIT})


def test_what_the_baseline_says_itself_now_goes_unless_it_is_kept() -> None:
    one = finding(Class.ABSORBED, blocks=False)
    assert decided([one], {}) == {one: ADOPT}
    assert decided([one], {one.path: ACCEPT}) == {one: ACCEPT}


@pytest.mark.parametrize("cls", [Class.RENAMED, Class.UNLOCKED, Class.NEW])
def test_nobody_decides_about_what_is_only_told(cls: Class) -> None:
    assert decided([finding(cls, blocks=False)], {"all": ADOPT}) == {}


def test_a_decision_about_nothing_is_refused_with_the_nearest_path() -> None:
    with pytest.raises(Undecided) as refused:
        decided(
            [finding(Class.CHANGED, blocks=True)], {"all": ACCEPT, "entity.customer.attributes.nam.max_length": ADOPT}
        )
    assert refused.value.reason == "no finding at `entity.customer.attributes.nam.max_length`"
    assert refused.value.hint == "did you mean `entity.customer.attributes.name.max_length`?"

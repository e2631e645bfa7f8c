"""Each value of an overlay is dropped in turn: a test notices, the check does, nobody does, or it says nothing."""

from pathlib import Path

import pytest
from tests.core.trials.small import EXAMPLE, FILES
from tests.metamodel.configurations import LANGUAGE, layers_of

from sidra.trials.mutating import Mutant, Noticed, is_gap, mutants
from sidra.trials.running import NotTested
from sidra_metamodel.load import load


def tried(folder: Path, files: dict[str, str]) -> dict[str, Mutant]:
    """What becomes of an affiliate without each value of its overlay, by path."""
    layers = layers_of(folder, {**FILES, "baseline/t.yaml": EXAMPLE, **files})
    found = mutants(layers, LANGUAGE, load(layers, "sn", LANGUAGE))
    return {mutant.dotted: mutant for mutant in found}


NINEA = {
    "affiliates/sn/customer.yaml": """
        entity: customer
        attributes:
          x_sn_ninea:
            $why: Law
            type: string
            max_length: 9
            unique: true
            required: "status == 'proved'"
            label: {en: NINEA}
    """,
    "affiliates/sn/tests/n.yaml": """
        test: x_sn_ninea
        title: A NINEA is one company's
        given:
          a: {customer: {name: A, x_sn_ninea: "1"}}
        when:
          twin: {create: {customer: {name: B, x_sn_ninea: "1"}}}
        then:
          refused: {refused: twin, code: R616}
    """,
}


def test_an_attribute_and_its_keywords_are_dropped_one_by_one(tmp_path: Path) -> None:
    found = tried(tmp_path, NINEA)
    path = "entity.customer.attributes.x_sn_ninea"
    assert {dotted.removeprefix(path): mutant.noticed for dotted, mutant in found.items()} == {
        "": Noticed.CHECK,
        ".type": Noticed.CHECK,
        ".max_length": Noticed.NOT,
        ".unique": Noticed.TEST,
        ".required": Noticed.NOT,
    }
    assert not any(map(is_gap, found.values()))


def test_a_value_that_changes_nothing_is_dead(tmp_path: Path) -> None:
    files = {"affiliates/sn/customer.yaml": "entity: customer\nattributes:\n  name: {required: true, $why: Law}\n"}
    (mutant,) = tried(tmp_path, files).values()
    assert mutant.noticed is Noticed.DEAD


def test_texts_are_not_asked_of_tests(tmp_path: Path) -> None:
    files = {"affiliates/sn/customer.yaml": "entity: customer\nattributes:\n  name: {label: {fr: Nom}}\n"}
    assert tried(tmp_path, files) == {}


def test_an_overlay_of_a_test_is_no_mutant(tmp_path: Path) -> None:
    files = {"affiliates/sn/t.yaml": "test: second_fault_raises_an_alert\n$why: Ours\nthen:\n  x_sn_also: {sees: c}\n"}
    assert tried(tmp_path, files) == {}


def test_nothing_is_dropped_where_tests_fail_already(tmp_path: Path) -> None:
    files = {"affiliates/sn/t.yaml": "test: second_fault_raises_an_alert\n$why: Ours\nthen:\n  x_sn_also: {hides: c}\n"}
    with pytest.raises(NotTested, match="tests of `sn` fail already: second_fault_raises_an_alert"):
        tried(tmp_path, files)

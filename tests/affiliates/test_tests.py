"""The tests of the baseline and of each country, as they are shipped, and whether they would miss an override."""

from pathlib import Path

import pytest
from tests.baseline.configurations import AFFILIATES, PLUGINS, ROOT, loaded, shipped

from sidra.plugins import load_plugins
from sidra.trials.junit import line_of
from sidra.trials.mutating import Noticed, mutants
from sidra.trials.running import run_tests
from sidra_metamodel.governing.levels import PARTS
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Loaded, load

LEAST_OF_THE_BASELINE = 40
LEAST_OF_A_COUNTRY = 10
LANGUAGE = load_plugins(PLUGINS).language


@pytest.fixture(scope="module")
def layers() -> Layers:
    return shipped([ROOT / "affiliates" / name for name in AFFILIATES])


@pytest.fixture(scope="module", params=AFFILIATES)
def country(layers: Layers, request: pytest.FixtureRequest) -> Loaded:
    return loaded(layers, request.param)


def test_every_test_passes(country: Loaded) -> None:
    failures = [line_of(finding) for outcome in run_tests(country) for finding in outcome.findings]
    assert failures == []


def test_each_country_has_tests_of_its_own(country: Loaded) -> None:
    own = [path for path in _files(f"affiliates/{country.affiliate}") if path.stem.startswith("x_")]
    assert len(own) >= LEAST_OF_A_COUNTRY


def test_the_baseline_has_tests() -> None:
    assert len(_files("baseline/sidra_baseline")) >= LEAST_OF_THE_BASELINE


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.yaml") if path.parent.name == "tests"]


def test_no_replaced_or_removed_part_would_be_lost_unnoticed(layers: Layers, country: Loaded) -> None:
    found = mutants(layers, LANGUAGE, country, least=PARTS)
    assert found
    assert [mutant.dotted for mutant in found if mutant.noticed in {Noticed.NOT, Noticed.DEAD}] == []


@pytest.mark.prove
def test_no_override_would_be_lost_unnoticed(layers: Layers, country: Loaded) -> None:
    found = mutants(layers, LANGUAGE, load(layers, country.affiliate, LANGUAGE))
    assert [mutant.dotted for mutant in found if mutant.noticed in {Noticed.NOT, Noticed.DEAD}] == []

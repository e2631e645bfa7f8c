"""The affiliate in memory is empty for every test, and also for those of a Model that differs a little."""

from datetime import datetime
from pathlib import Path

from tests.core.trials.small import EXAMPLE, loaded_with

from sidra.access.actor import OPERATOR
from sidra.trials.stand import Stand
from sidra_metamodel.model import Model

MORNING = datetime(2026, 3, 20, 9)  # noqa: DTZ001 - a local moment


def model_of(folder: Path) -> Model:
    model = loaded_with(folder, EXAMPLE).model
    assert model is not None
    return model


def records_in(stand: Stand) -> int:
    """How many customers there are when a test begins; there is one when it ends."""
    records = stand.begin(MORNING).records(OPERATOR)
    found = len(records.list("customer").records)
    records.create("customer", {"name": "Awa"})
    return found


def test_nothing_is_left_of_the_test_before(tmp_path: Path) -> None:
    stand = Stand.of(model_of(tmp_path))
    assert [records_in(stand) for _ in range(3)] == [0, 0, 0]


def test_nothing_is_left_for_a_model_that_differs(tmp_path: Path) -> None:
    model = model_of(tmp_path)
    stand = Stand.of(model)
    assert records_in(stand) == 0
    for has_other_tables in (False, True):
        other = stand.varied(model, has_other_tables=has_other_tables)
        assert [records_in(other) for _ in range(2)] == [0, 0]
    assert records_in(stand) == 0


def test_the_clock_stands_still_and_numbers_begin_anew(tmp_path: Path) -> None:
    stand = Stand.of(model_of(tmp_path))
    for _ in range(2):
        runtime = stand.begin(MORNING)
        first, second = (runtime.records(OPERATOR).create("customer", {"name": "Awa"}) for _ in range(2))
        assert first.created_at == second.created_at == runtime.now()
        assert first.id < second.id

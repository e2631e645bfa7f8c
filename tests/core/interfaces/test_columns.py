from __future__ import annotations

import pytest
from tests.core.interfaces.conftest import FILES, MakeModel

from sidra.interfaces.columns import Columns
from sidra_metamodel.language import Formula

LOAD = FILES["core/load.yaml"]


@pytest.fixture
def columns(make_model: MakeModel) -> Columns:
    model = make_model()
    return Columns(model, model.interfaces["load"])


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("legacy_id", "id"),
        ("person.family_name", "name"),
        ("plan", "plan"),
        ("total", "total"),
        ("segment", "level"),
        ("lines.main.number", "phone"),
        ("lines[0].number", "phone"),
        ("lines.main.legacy_id", "id"),
        ("level", "level"),
        ("person", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_an_attribute_leads_to_the_column_that_fills_it(columns: Columns, path: str, column: str) -> None:
    assert columns.of(path) == column


@pytest.mark.parametrize(
    ("check", "path"),
    [
        ("target.total >= 0.0", "total"),
        ("target.person[person].family_name != 'x'", "person.family_name"),
        ("source.phone != ''", "phone"),
        ("today != null", ""),
    ],
)
def test_a_check_is_about_what_it_reads_first(make_model: MakeModel, check: str, path: str) -> None:
    model = make_model(load=LOAD.replace("target.total >= 0.0", check))
    feed = model.interfaces["load"]
    (rule,) = [rule for rule in feed.quality.values() if rule.name == "positive"]
    assert isinstance(rule.check, Formula)
    assert Columns(model, feed).read_by(rule.check) == path

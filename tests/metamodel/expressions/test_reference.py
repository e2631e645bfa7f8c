"""The reference for configurators says nothing that does not run."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.metamodel.expressions.shop import Value, checked, evaluated, ticket

from sidra_metamodel.expressions import BOOLEAN, STANDARD_FUNCTIONS
from sidra_metamodel.expressions.calls import CALLS
from sidra_metamodel.values import Money

REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`[^|]*) \| [^|]* \| `(.+)` \|$", re.MULTILINE)
CUSTOMER: dict[str, Value] = {
    "id": "00000000-0000-0000-0000-00000000000c",
    "name": "Awa Diop",
    "segment": "gold",
    "age": 37,
    "vip": None,
    "score": Decimal("12.50"),
    "balance": Money(Decimal(1500), "XOF"),
    "born": date(1988, 6, 14),
    "seen": datetime(2026, 3, 18, 7, 30, tzinfo=UTC),
    "party": {"kind": "individual", "birth_date": date(1988, 6, 14)},
    "manager": None,
    "tickets": [
        ticket(1, status="closed", effort=3, cost=Decimal("10.00"), created_at=datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ticket(2, status="open", effort=None, cost=Decimal("2.50"), created_at=datetime(2026, 3, 19, 9, tzinfo=UTC)),
    ],
}


def examples() -> list[str]:
    blocks = re.findall(r"^```expression\n(.*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    tables = REFERENCE[REFERENCE.index("## Records of a relation") : REFERENCE.index("## Where SQL is needed")]
    return [*lines, *(example for _, example in ROW.findall(tables))]


@pytest.mark.parametrize("text", examples())
def test_an_example_of_the_reference_is_true(text: str) -> None:
    assert evaluated(text, CUSTOMER, old={**CUSTOMER, "age": 36}) is True


def test_the_first_example_is_an_expression() -> None:
    found = re.search(r'^when: "(.*)"$', REFERENCE, re.MULTILINE)
    assert found is not None
    assert checked(found.group(1), BOOLEAN).sql_refusal is None


@pytest.mark.parametrize("name", [*STANDARD_FUNCTIONS, *CALLS])
def test_every_function_has_an_example_in_the_reference(name: str) -> None:
    assert any(f"{name}(" in example for example in examples())


@pytest.mark.parametrize("name", STANDARD_FUNCTIONS)
def test_every_function_describes_itself_by_an_example_that_is_true(name: str) -> None:
    function = STANDARD_FUNCTIONS[name]
    assert function.doc
    assert evaluated(function.example, CUSTOMER) is True

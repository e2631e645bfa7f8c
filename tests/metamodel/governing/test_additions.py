import pytest
from tests.metamodel.layering.layered import codes_in, governed

CUSTOMER = "entity: customer\nattributes: {grade: {type: integer}, name: {type: string}}"
SENSITIVE = "entity: customer\nattributes: {grade: {pii: [sensitive]}}"
ROLE = "role: agent\nmay: {customer: {do: [read, update]}}"


@pytest.mark.parametrize("access", ["edit", "read", "enter", "mask", "none"])
def test_who_makes_an_attribute_sensitive_says_who_reads_it(access: str) -> None:
    role = f"role: agent\nmay: {{customer: {{columns: {{grade: {access}}}}}}}"
    assert governed({"group": [CUSTOMER, ROLE], "affiliate:sn": [SENSITIVE, role]}) == ""


@pytest.mark.parametrize("access", ["edit", "read", "enter"])
def test_what_a_lower_layer_makes_sensitive_is_not_opened_above(access: str) -> None:
    role = f"role: agent\nmay: {{customer: {{columns: {{grade: {access}}}}}}}"
    found = governed({"group": [CUSTOMER, ROLE], "region:af": SENSITIVE, "affiliate:sn": role})
    assert codes_in(found) == ["E203"]


def test_a_column_of_what_nobody_declares_is_judged_by_the_grant_alone() -> None:
    role = "role: agent\nmay: {customer: {columns: {secret: read}}}"
    assert governed({"group": ROLE, "affiliate:sn": role}) == ""

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.core.models import model_of

from sidra.rules.duplicates import Duplicates, Lookup
from sidra_metamodel.expressions import Environment

Bind = Callable[..., Environment]

PARTY = "entity: party\nattributes: {number: {type: string, unique: true}}\n"
PERSON = """\
entity: person
is_a: party
attributes:
  national: {type: string}
  born: {type: date}
  name: {type: string}
identity:
  strong: [national]
  weak: {similar: {block: born, when: "similarity(name, other.name) > 0.8"}}
"""


def duplicates(*overlay: str) -> Duplicates:
    model = model_of(PARTY, PERSON, overlay=overlay)
    return Duplicates(model, model.entity("person"))


def test_identifying_values_are_looked_up_where_they_were_declared() -> None:
    assert duplicates().lookups({"number": "7", "national": "1990", "name": "Awa"}) == [
        Lookup("party", "number", "7", "error"),
        Lookup("person", "national", "1990", "warning"),
    ]


def test_a_value_that_is_absent_or_stays_is_not_looked_up() -> None:
    record = {"number": "7", "national": None}
    assert duplicates().lookups(record, {"number": "7", "national": "1990"}) == []
    assert [lookup.member for lookup in duplicates().lookups(record, {"number": "8"})] == ["number"]


def test_a_strong_duplicate_is_refused_where_the_entity_says_so() -> None:
    refusing = duplicates("entity: person\nidentity: {refuse: true}\n")
    assert {lookup.severity for lookup in refusing.lookups({"number": "7", "national": "1990"})} == {"error"}


def test_a_weak_sign_compares_records_that_share_a_value(bind: Bind) -> None:
    (sign,) = duplicates().weak
    assert (sign.name, sign.entity, sign.block, sign.compared) == ("similar", "person", ("born",), ("name",))
    assert sign.score(bind(name="Awa Diop"), {"name": "Awa Diopp"}) == Decimal("0.9412")
    assert sign.reads == {("person", "born"), ("person", "name")}
    assert sign.is_same(bind(name="Awa Diop"), {"name": "Awa Diopp"})
    assert not sign.is_same(bind(name="Awa Diop"), {"name": "Moussa Fall"})


@pytest.mark.parametrize(
    ("when", "others"),
    [
        ("national == other.national", {"national": None}),
        ("national == other.national && name == other.name", {"name": "Awa"}),
        ("name == other.name || national == other.national", {"name": None}),
    ],
)
def test_what_both_records_lack_is_no_sign(bind: Bind, when: str, others: dict[str, str | None]) -> None:
    found = duplicates(
        f"entity: person\nidentity: {{weak: {{similar: {{$replace: true, block: born, when: '{when}'}}}}}}\n"
    )
    (sign,) = found.weak
    assert not sign.is_same(bind(national=None, name=others.get("name")), {"national": None, "name": None, **others})
    assert sign.is_same(bind(national="7", name="Awa"), {"national": "7", "name": "Awa"})


def test_a_number_that_is_counted_identifies_its_record() -> None:
    model = model_of("entity: thing\nattributes: {n: {type: sequence, sequence: 'N-{n}'}}")
    assert Duplicates(model, model.entity("thing")).lookups({"n": "N-1"}) == [Lookup("thing", "n", "N-1", "error")]


def test_an_entity_without_identity_has_nothing_to_look_up() -> None:
    model = model_of("entity: thing\nattributes: {a: {type: string}}")
    found = Duplicates(model, model.entity("thing"))
    assert (found.lookups({"a": "x"}), found.weak) == ([], ())

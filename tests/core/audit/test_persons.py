import pytest
from tests.core.models import model_of

from sidra.audit.persons import person_path

MODEL = model_of(
    """\
entity: person
attributes: {name: {type: string, pii: [identity]}}
relations: {mother: {to: person, required: true}, club: {to: club, required: true}}
""",
    "entity: club\nattributes: {name: {type: string}}\n",
    "entity: customer\nrelations: {person: {to: person, required: true}}\n",
    "entity: lead\nattributes: {phone: {type: string, pii: [contact]}}\nrelations: {person: {to: person}}\n",
    "entity: bill\nrelations: {club: {to: club, required: true}, customer: {to: customer, required: true}}\n",
    "entity: mail\nrelations: {about: {to: [customer, person], required: true}}\n",
    "entity: card\nattributes: {code: {type: string, encrypt: true}}\n",
    "entity: payment\nrelations: {card: {to: card, required: true}}\n",
)


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ("person", ()),
        ("club", ()),
        ("customer", (("person", "person"),)),
        ("bill", (("customer", "customer"), ("person", "person"))),
        ("lead", ()),
        ("mail", ()),
        ("payment", (("card", "card"),)),
    ],
)
def test_the_way_to_a_person_is_one_that_every_record_has(entity: str, path: tuple[tuple[str, str], ...]) -> None:
    assert person_path(MODEL, entity) == path

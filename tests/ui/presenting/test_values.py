from dataclasses import replace

import pytest
from tests.ui.served import Site

from sidra_metamodel.kinds.layer import Unit
from sidra_metamodel.language import Label
from sidra_ui.presenting.desk import Desk, Visit
from sidra_ui.presenting.screens import Screens
from sidra_ui.presenting.values import show, who


@pytest.fixture
def desk(site: Site) -> Desk:
    return Desk(site.system, Screens(site.runtime), "fr", Visit("/sn/", "light", "", (), frozenset()))


@pytest.mark.parametrize(
    ("unit", "text"),
    [("dakar_plateau", "Dakar plateau"), ("Agence 4", "Agence 4"), ("0190-ab", "0190-ab")],
)
def test_units_are_words_where_their_names_are(desk: Desk, unit: str, text: str) -> None:
    assert show(desk, None, unit, "unit").text == text


def test_units_that_are_declared_have_their_label(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = desk.model.layer
    label = Label({"fr": "Plateau (Dakar)", "en": "Plateau"})
    unit = Unit(name="dakar_plateau", node=layer.node, kind_="shop", label=label)
    monkeypatch.setitem(vars(desk.model), "layer", replace(layer, units={"dakar_plateau": unit}))
    assert show(desk, None, "dakar_plateau", "unit").text == "Plateau (Dakar)"
    assert show(desk, None, "thies", "unit").text == "Thies"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Fatou Ndoye", "Fatou Ndoye"),
        ("system:demo", "Données de démonstration"),
        ("system:operator", "Exploitant de l’installation"),
        ("system:rules", "Sidra (automatique)"),
        ("system:feed:ticket_load", "Chargement : Chargement de tickets"),
        ("system:feed:gone", "Chargement : gone"),
    ],
)
def test_the_program_is_named_by_what_of_it_acted(desk: Desk, name: str, text: str) -> None:
    assert who(desk, name) == text
    assert show(desk, None, name, "created_by").text == text


def test_a_computed_text_that_is_a_telephone_number_is_written_as_one(desk: Desk) -> None:
    name = desk.model.entity("person").attributes["name"]
    number, other = show(desk, name, "+221771234567"), show(desk, name, "+22177 Awa")
    assert (number.text, number.is_phone) == ("+221 77 123 45 67", True)
    assert (other.text, other.is_phone) == ("+22177 Awa", False)


def test_columns_that_somebody_chose_are_told_from_those_that_follow(desk: Desk) -> None:
    assert desk.screens.has_list("customer")
    assert not desk.screens.has_list("number")

import pytest

from sidra.api.selection import read_selection
from sidra.api.shapes import Shapes
from sidra.errors import BadQuery

DOCUMENT: dict[str, object] = {
    "id": "1",
    "href": "h",
    "@type": "Customer",
    "name": "Awa",
    "score": 3,
    "engagedParty": {"id": "2", "href": "p", "name": "Awa Ndiaye", "@referredType": "Individual"},
}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ("name", {"id", "href", "@type", "name"}),
        ("name,score", {"id", "href", "@type", "name", "score"}),
        (" name , name", {"id", "href", "@type", "name"}),
        ("none", {"id", "href", "@type"}),
        ("id", {"id", "href", "@type"}),
    ],
)
def test_only_what_is_asked_for_is_shown_and_always_what_identifies(
    shapes: Shapes, fields: str, names: set[str]
) -> None:
    assert set(read_selection(fields, shapes.of("customer")).of(DOCUMENT)) == names


def test_a_dot_selects_inside(shapes: Shapes) -> None:
    selected = read_selection("engagedParty.name", shapes.of("customer")).of(DOCUMENT)
    assert selected["engagedParty"] == {"id": "2", "href": "p", "name": "Awa Ndiaye"}


def test_a_whole_name_wins_over_its_parts(shapes: Shapes) -> None:
    shape = shapes.of("customer")
    for fields in ("engagedParty.name,engagedParty", "engagedParty,engagedParty.name"):
        assert read_selection(fields, shape).of(DOCUMENT)["engagedParty"] == DOCUMENT["engagedParty"]


def test_a_dot_selects_inside_each_entry_of_a_list(shapes: Shapes) -> None:
    selection = read_selection("tickets.id", shapes.of("customer"))
    assert selection.of({"tickets": [{"id": "1", "name": "x"}]}) == {"tickets": [{"id": "1"}]}


def test_an_unknown_name_is_refused_and_the_known_ones_are_told(shapes: Shapes) -> None:
    with pytest.raises(BadQuery) as refused:
        read_selection("nme", shapes.of("customer"))
    assert refused.value.reason == "no attribute `nme`"
    assert "engagedParty" in refused.value.hint


def test_a_selection_has_an_end(shapes: Shapes) -> None:
    with pytest.raises(BadQuery):
        read_selection(",".join(["name"] * 201), shapes.of("customer"))

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.diagnostics import Severity
from sidra_metamodel.explaining.differences import Difference, differences

BASE = {
    "baseline/individual.yaml": """
        entity: individual
        attributes:
          given_name: {label: {en: Given name, fr: Prénom}, type: string, max_length: 60, sort: true}
          family_name: {type: string}
          birth_date: {type: date}
    """,
    "baseline/worker.yaml": "entity: worker\nis_a: individual\nattributes:\n  trade: {type: string}\n",
    "baseline/sex.yaml": "enum: sex\nvalues:\n  male: {label: M}\n  other: {label: O}\n",
    "baseline/list.yaml": """
        screen: individual_list
        kind: list
        of: individual
        columns: [given_name, birth_date]
        views:
          all: {label: All, sort: given_name}
    """,
}


Found = Callable[..., dict[str, Difference]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """Gives the differences by path, of files of the affiliate."""

    def differing(**files: str) -> dict[str, Difference]:
        overlay = {f"affiliates/sn/{name}.yaml": text for name, text in files.items()}
        loaded = load_files(tmp_path, BASE | overlay)
        assert not [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
        return {one.dotted: one for one in differences(loaded.effective, loaded.draft.registry)}

    return differing


def test_an_overlay_that_says_nothing_differs_in_nothing(found: Found) -> None:
    assert found() == {}
    assert found(same="entity: individual\nattributes:\n  given_name: {max_length: 60}\n") == {}


def test_a_changed_value_is_shown_beside_what_it_hides_with_both_places(found: Found) -> None:
    one = found(person="entity: individual\nattributes:\n  given_name: {max_length: 40}\n")[
        "individual.attributes.given_name.max_length"
    ]
    assert (one.kind, one.value, one.below, one.level) == ("entity", "40", "60", 2)
    assert str(one.at) == "affiliates/sn/person.yaml:3:16"
    assert one.below_at is not None
    assert one.below_at.path == "baseline/individual.yaml"


def test_the_nearest_reason_counts_word_by_word(found: Found) -> None:
    text = """
entity: individual
$why: The law
$category: legal
attributes:
  given_name:
    $ticket: SN-1
    max_length: {$set: 40, $why: The card, $until: 2026-01-31}
"""
    reason = found(person=text)["individual.attributes.given_name.max_length"].reason
    assert (reason.why, reason.ticket, reason.category) == ("The card", "SN-1", "legal")
    assert reason.until == date(2026, 1, 31)
    assert reason.is_overdue(date(2026, 2, 1))
    assert not reason.is_overdue(date(2026, 1, 31))


def test_of_a_label_only_the_languages_that_differ_are_shown(found: Found) -> None:
    one = found(person="entity: individual\nattributes:\n  given_name: {label: {fr: Prénoms}}\n")[
        "individual.attributes.given_name.label"
    ]
    assert (one.value, one.below, one.level) == ('{fr: "Prénoms"}', '{fr: "Prénom"}', 1)


def test_a_translation_is_named_where_it_stands_and_once_for_all_subtypes(found: Found) -> None:
    text = "translation: fr\n$why: They say so\nentity.individual.attributes.given_name.label: Petit nom\n"
    (one,) = found(fr=text).values()
    assert one.dotted == "individual.attributes.given_name.label"
    assert (one.at.path, one.at.line, one.reason.why) == ("affiliates/sn/fr.yaml", 3, "They say so")


@pytest.mark.parametrize(
    ("files", "path", "value", "below", "level"),
    [
        (
            {"list": "screen: individual_list\ncolumns:\n  birth_date: {$first: true}\n"},
            "individual_list.columns.birth_date",
            "$first: true",
            None,
            1,
        ),
        (
            {"sex": "enum: sex\nvalues:\n  other: {$remove: true, $why: No, $ticket: T}\n"},
            "sex.values.other",
            None,
            "{label: {en: O}}",
            3,
        ),
        (
            {"person": "entity: individual\nattributes:\n  x_sn_nick: {type: string}\n"},
            "individual.attributes.x_sn_nick",
            "{type: string}",
            None,
            2,
        ),
        ({"own": "entity: x_sn_club\nattributes:\n  name: {type: string}\n"}, "x_sn_club", None, None, 2),
    ],
)
def test_what_is_moved_removed_and_added_is_told(
    found: Found, files: dict[str, str], path: str, value: str | None, below: str | None, level: int
) -> None:
    one = found(**files)[path]
    assert (one.below, one.level) == (below, level)
    if path != "x_sn_club":
        assert one.value == value


def test_an_element_that_is_replaced_whole_is_told_once(found: Found) -> None:
    inside = "    $replace: true\n    label: Tous\n    sort: -given_name\n"
    text = f"screen: individual_list\nviews:\n  all:\n{inside}"
    assert list(found(list=text)) == ["individual_list.views.all"]


def test_a_subtype_repeats_nothing_that_stands_at_its_supertype(found: Found) -> None:
    assert list(found(person="entity: individual\nattributes:\n  family_name: {hidden: true}\n")) == [
        "individual.attributes.family_name.hidden"
    ]

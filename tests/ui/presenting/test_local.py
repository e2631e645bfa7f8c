from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.kinds.entity import Entity
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.model import Model
from sidra_ui.presenting.local import with_local_columns, with_local_fields

GROUP = {
    "baseline/person.yaml": """
        entity: person
        attributes:
          name: {type: string}
          note: {type: text}
          since: {type: date}
    """,
    "baseline/form.yaml": """
        screen: person_record
        kind: record
        of: person
        tabs: {details: {sections: {main: {fields: [name]}, more: {fields: [since]}}}}
    """,
    "baseline/list.yaml": """
        screen: person_list
        kind: list
        of: person
        columns: [name]
    """,
}


def loaded(folder: Path, attributes: str, **files: str) -> tuple[Model, Entity]:
    overlay = f"entity: person\n$why: A test\nattributes:\n{attributes}\nrelations:\n  x_sn_mother: {{to: person}}\n"
    others = {f"affiliates/sn/{name}.yaml": text for name, text in files.items()}
    model = load_files(folder, {**GROUP, "affiliates/sn/person.yaml": overlay, **others}).model
    assert model is not None
    return model, model.entity("person")


def fields(screen: Screen) -> dict[str, list[str]]:
    return {name: [*section.fields] for name, section in screen.tabs["details"].sections.items()}


@pytest.mark.parametrize(
    ("attributes", "main", "more"),
    [
        ("  x_sn_a: {type: string, $after: name}", ["name", "x_sn_a"], ["since", "x_sn_mother"]),
        ("  x_sn_a: {type: string}", ["name"], ["since", "x_sn_a", "x_sn_mother"]),
        ("  x_sn_a: {type: string, $first: true}", ["name", "x_sn_a"], ["since", "x_sn_mother"]),
        ("  x_sn_a: {type: string, hidden: true}", ["name"], ["since", "x_sn_mother"]),
    ],
)
def test_what_a_country_adds_stands_behind_its_neighbour(
    tmp_path: Path, attributes: str, main: list[str], more: list[str]
) -> None:
    model, person = loaded(tmp_path, attributes)
    assert fields(with_local_fields(person, model.screens["person_record"])) == {"main": main, "more": more}


def test_what_a_screen_says_of_a_local_attribute_holds(tmp_path: Path) -> None:
    placed = "tabs: {details: {sections: {more: {fields: {x_sn_a: {}, x_sn_mother: {}}}}}}"
    form = f"screen: person_record\n$why: A test\n{placed}\n"
    columns = "screen: person_list\n$why: A test\ncolumns: {x_sn_a: {$first: true, hidden: true}}\n"
    model, person = loaded(tmp_path, "  x_sn_a: {type: string}", form=form, list=columns)
    screens = model.screens
    assert with_local_fields(person, screens["person_record"]) is screens["person_record"]
    assert with_local_columns(model, person, screens["person_list"]) is screens["person_list"]


def test_a_list_ends_with_what_a_country_adds_but_long_texts(tmp_path: Path) -> None:
    model, person = loaded(tmp_path, "  x_sn_a: {type: string}\n  x_sn_b: {type: text}")
    assert [*with_local_columns(model, person, model.screens["person_list"]).columns] == ["name", "x_sn_a"]


def test_a_form_without_fields_takes_nothing(tmp_path: Path) -> None:
    model, person = loaded(tmp_path, "  x_sn_a: {type: string}")
    assert with_local_fields(person, model.screens["person_list"]) is model.screens["person_list"]

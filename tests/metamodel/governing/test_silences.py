from pathlib import Path

import pytest
from tests.metamodel.configurations import expected, findings, load_files

BASE = {
    "baseline/customer.yaml": """
        entity: customer
        attributes:
          name: {type: string}
          phone: {type: phone}
          group: {type: string}
    """,
    "baseline/customer_list.yaml": """
        screen: customer_list
        kind: list
        of: customer
        columns: [name, phone]
    """,
}


def test_a_header_alone(tmp_path: Path) -> None:
    files = {**BASE, "affiliates/sn/customer.yaml": "entity: customer\n"}
    assert findings(tmp_path, files) == expected("""
        warning[E215]: this says nothing about the entity `customer`
         --> affiliates/sn/customer.yaml:1:9   (layer affiliate:sn)
        1 | entity: customer
          |         ^^^^^^^^
          = help: say what differs, or delete the file
    """)


def test_names_that_are_listed_again(tmp_path: Path) -> None:
    text = "screen: customer_list\n$why: Lists show groups\ncolumns: [name, phone, group]\n"
    assert findings(tmp_path, {**BASE, "affiliates/sn/list.yaml": text}) == expected("""
        warning[E215]: `name` is there already, and this says nothing about it
         --> affiliates/sn/list.yaml:3:11   (layer affiliate:sn)
        3 | columns: [name, phone, group]
          |           ^^^^
          = help: a list of names adds to those below and takes none away; name only what is new, or hide with `hidden`
    """)


def test_a_name_with_nothing_below_it(tmp_path: Path) -> None:
    text = "entity: customer\nattributes:\n  phone: {$why: Soon}\n  name: {label: Nom}\n"
    assert findings(tmp_path, {**BASE, "affiliates/sn/a.yaml": text}) == expected("""
        warning[E215]: `phone` is there already, and this says nothing about it
         --> affiliates/sn/a.yaml:3:3   (layer affiliate:sn)
        3 |   phone: {$why: Soon}
          |   ^^^^^
          = help: say what differs, or delete the line
    """)


@pytest.mark.parametrize(
    "text",
    [
        "entity: x_sn_thing\n",
        "entity: x_sn_thing\nattributes: {name: {type: string}}\n",
        "screen: customer_list\ncolumns: {phone: {$first: true}}\n",
        "screen: customer_list\n$why: Groups\ncolumns: [group]\n",
        "entity: customer\nattributes: {name: {label: Nom}}\n",
        "screen: customer_list\n$replace: true\n$why: a\n$ticket: b\nkind: list\nof: customer\ncolumns: [name]\n",
    ],
)
def test_what_says_something_is_not_told(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, {**BASE, "affiliates/sn/a.yaml": text}) == ""


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("entity: customer\nattributes: {name: {max_length: 9, $why: [x]}}\n", "E106"),
        ("entity: customer\nattributes: {name: {$hide: true}}\n", "E102"),
        ("entity: customer\nattributes: {name: {pii: [contact]}, phone: {max_length: nine}}\n", "E124"),
    ],
)
def test_nothing_more_is_asked_of_a_file_that_is_wrong(tmp_path: Path, overlay: str, code: str) -> None:
    found = load_files(tmp_path, {**BASE, "affiliates/sn/a.yaml": overlay}).diagnostics
    assert [one.code for one in found] == [code]

"""Attributes that contradict themselves or their trees."""

import pytest
from tests.metamodel.configurations import BASE, Found, expected


def test_an_enum_without_its_code_list(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: enum}
        """,
    }
    assert found(files) == expected("""
        error[E412]: `x` is of type `enum` and lacks `enum`
         --> baseline/a.yaml:3:13   (layer group)
        3 |   x: {type: enum}
          |             ^^^^
          = help: name its code list: `enum: …`
    """)


def test_a_code_list_for_what_is_no_enum(found: Found) -> None:
    files = {
        **BASE,
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, enum: segment}
        """,
    }
    assert found(files) == expected("""
        error[E412]: `enum` means nothing for the type `string`
         --> baseline/a.yaml:3:21   (layer group)
        3 |   x: {type: string, enum: segment}
          |                     ^^^^
          = help: write `type: enum`
    """)


def test_bounds_that_leave_no_room(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, min_length: 9, max_length: 5}
        """,
    }
    assert found(files) == expected("""
        error[E414]: no value is at least 9 and at most 5
         --> baseline/a.yaml:3:48   (layer group)
        3 |   x: {type: string, min_length: 9, max_length: 5}
          |                                                ^
          = `min_length` is set here: baseline/a.yaml:3  (layer group)  x: {type: string, min_length: 9, max_length: 5}
          = help: make `min_length` less than `max_length`
    """)


def test_a_pattern_that_could_run_for_ever(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, pattern: '(?=a)b'}
        """,
    }
    assert found(files) == expected("""
        error[E416]: `(?=a)b` is no pattern of RE2: invalid perl operator: (?=
         --> baseline/a.yaml:3:30   (layer group)
        3 |   x: {type: string, pattern: '(?=a)b'}
          |                              ^^^^^^^^
          = help: RE2 has no look-around and no back-references
    """)


def test_a_default_that_the_code_list_does_not_have(found: Found) -> None:
    files = {
        **BASE,
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: enum, enum: segment, default: glod}
        """,
    }
    assert found(files) == expected("""
        error[E415]: the default `glod` is no value of `segment`
         --> baseline/a.yaml:3:43   (layer group)
        3 |   x: {type: enum, enum: segment, default: glod}
          |                                           ^^^^
          = help: did you mean `gold`?
    """)


def test_a_default_of_another_type(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: integer, default: many}
        """,
    }
    assert found(files) == expected("""
        error[E415]: the default is no integer
         --> baseline/a.yaml:3:31   (layer group)
        3 |   x: {type: integer, default: many}
          |                               ^^^^
          = help: give a value of type integer, or `{compute: …}`
    """)


def test_a_default_that_is_too_long(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, max_length: 3, default: abcd}
        """,
    }
    assert found(files) == expected("""
        error[E415]: the default `abcd` does not fit `max_length: 3`
         --> baseline/a.yaml:3:45   (layer group)
        3 |   x: {type: string, max_length: 3, default: abcd}
          |                                             ^^^^
          = declared here: baseline/a.yaml:3  (layer group)  x: {type: string, max_length: 3, default: abcd}
          = help: give a value that fits
    """)


def test_a_required_attribute_that_an_affiliate_hides(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, required: true}
        """,
        "affiliates/sn/a.yaml": """
            entity: a
            attributes:
              x: {hidden: true}
        """,
    }
    assert found(files) == expected("""
        error[E403]: `x` is required and has no default, so that it cannot be hidden
         --> affiliates/sn/a.yaml:3:15   (layer affiliate:sn)
        3 |   x: {hidden: true}
          |               ^^^^
          = required here: baseline/a.yaml:3  (layer group)  x: {type: string, required: true}
          = help: give it a `default:`, or show it
    """)


def test_a_name_that_every_record_has(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              version: {type: string}
        """,
    }
    assert found(files) == expected("""
        error[E417]: every record has `version` already
         --> baseline/a.yaml:3:3   (layer group)
        3 |   version: {type: string}
          |   ^^^^^^^
          = help: choose another name
    """)


def test_two_names_that_are_one_in_the_api(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string, api_name: other}
              other: {type: string}
        """,
    }
    assert found(files) == expected("""
        error[E418]: `x` and `other` are both `other` in the API
         --> baseline/a.yaml:4:3   (layer group)
        4 |   other: {type: string}
          |   ^^^^^
          = the other one: baseline/a.yaml:3  (layer group)  x: {type: string, api_name: other}
          = help: give one of them another `api_name:`
    """)


def test_a_relation_with_the_name_of_an_attribute(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            attributes:
              x: {type: string}
            relations:
              x: {to: a}
        """,
    }
    assert found(files) == expected("""
        error[E417]: `x` is an attribute and a relation
         --> baseline/a.yaml:5:3   (layer group)
        5 |   x: {to: a}
          |   ^
          = the other one: baseline/a.yaml:3  (layer group)  x: {type: string}
          = help: choose another name
    """)


def test_two_entities_at_one_address(found: Found) -> None:
    files = {
        "baseline/a.yaml": """
            entity: a
            api: {path: x/v4, resource: thing}
        """,
        "baseline/thing.yaml": """
            entity: thing
            api: {path: x/v4}
        """,
    }
    assert found(files) == expected("""
        error[E418]: `a` and `thing` are both `x/v4/thing` in the API
         --> baseline/thing.yaml:2:1   (layer group)
        2 | api: {path: x/v4}
          | ^^^
          = the other one: baseline/a.yaml:2  (layer group)  api: {path: x/v4, resource: thing}
          = help: give one of them another `resource:`
    """)


def test_one_name_with_two_types_in_a_tree(found: Found) -> None:
    files = {
        "baseline/p.yaml": """
            entity: p
            abstract: true
        """,
        "baseline/a.yaml": """
            entity: a
            is_a: p
            attributes:
              x: {type: string}
        """,
        "baseline/b.yaml": """
            entity: b
            is_a: p
            attributes:
              x: {type: integer}
        """,
    }
    assert found(files) == expected("""
        error[E417]: `x` has two types in the tree of `p`: string and integer
         --> baseline/b.yaml:4:13   (layer group)
        4 |   x: {type: integer}
          |             ^^^^^^^
          = the other one: baseline/a.yaml:4  (layer group)  x: {type: string}
          = help: give both one type, or one of them another name
    """)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: string, scale: 2", "`scale` means nothing for the type `string`"),
        ("type: string, max_megabytes: 2", "`max_megabytes` means nothing for the type `string`"),
        ("type: url, accept: [pdf]", "`accept` means nothing for the type `url`"),
        ("type: integer, max_length: 2", "`max_length` means nothing for the type `integer`"),
        ("type: date, pattern: a", "`pattern` means nothing for the type `date`"),
        ("type: string, min: 2", "`min` means nothing for the type `string`"),
        ("type: boolean, max: 1", "`max` means nothing for the type `boolean`"),
    ],
)
def test_a_demand_that_no_value_of_the_type_could_meet(found: Found, text: str, message: str) -> None:
    assert f"error[E412]: {message}" in found({"baseline/a.yaml": f"entity: a\nattributes: {{x: {{{text}}}}}\n"})


def test_a_demand_on_a_type_counts_by_its_base(found: Found) -> None:
    told = found(
        {"baseline/t.yaml": "type: t\nbase: money\nmin: 0\n", "baseline/u.yaml": "type: u\nbase: t\npattern: a\n"}
    )
    assert "error[E412]: `pattern` means nothing for the type `money`" in told
    assert told.count("error[") == 1

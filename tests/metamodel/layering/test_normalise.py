import pytest
from tests.metamodel.layering.layered import expected, read

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.render import render


def long_form(text: str) -> object:
    return read(text).node.plain()


def findings(text: str) -> str:
    found = Diagnostics()
    read(text, "affiliate:sn", "sn/file.yaml", found)
    return render(found)


def codes(text: str) -> list[str]:
    found = Diagnostics()
    read(text, "affiliate:sn", "sn/file.yaml", found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("entity: a\nlabel: Customer", {"label": {"en": "Customer"}}),
        ("entity: a\nlabel: 5", {"label": {"en": "5"}}),
        ("entity: a\nindexes: {by: [x, y]}", {"indexes": {"by": {"of": ["x", "y"]}}}),
        ("entity: a\nindexes: {by: x}", {"indexes": {"by": {"of": ["x"]}}}),
        ("entity: a\nrelations: {r: {to: b}}", {"relations": {"r": {"to": ["b"]}}}),
        ("entity: a\nattributes: {x: {compute: '1 + 1'}}", {"attributes": {"x": {"compute": {"by": "1 + 1"}}}}),
        ("entity: a\nattributes: {x: {default: 0}}", {"attributes": {"x": {"default": {"value": 0}}}}),
        ("entity: a\nattributes: {x: {default: {compute: y}}}", {"attributes": {"x": {"default": {"compute": "y"}}}}),
        ("entity: a\nattributes: {x: {required: true}}", {"attributes": {"x": {"required": True}}}),
        ("entity: a\nattributes: {x: {required: y > 1}}", {"attributes": {"x": {"required": "y > 1"}}}),
        ("entity: a\nattributes: {x: {search: exact}}", {"attributes": {"x": {"search": "exact"}}}),
        ("entity: a\nattributes: {x: {min: 1, max: 2.5}}", {"attributes": {"x": {"min": 1, "max": 2.5}}}),
        ("entity: a\nattributes: [x, y]", {"attributes": {"x": {}, "y": {}}}),
        ("enum: a\nvalues: [one, NO]", {"values": {"one": {}, "NO": {}}}),
        ("enum: a\nvalues: ['1', 2]", {"values": {"1": {}, "2": {}}}),
        ("layer: a\nversion: 1.0\ncountry: NO", {"version": "1.0", "country": "NO"}),
        ("layer: a\nlocales: [no, 1]", {"locales": ["no", "1"]}),
        ("screen: s\ncolumns: {x: name}", {"columns": {"x": {"value": "name"}}}),
        ("process: p\nslots: {s: [a]}", {"slots": {"s": {"a": {}}}}),
        (
            "entity: a\nlifecycle: ~\nlabel: ~\nindexes: {by: ~}",
            {"lifecycle": None, "label": None, "indexes": {"by": None}},
        ),
    ],
)
def test_a_short_form_is_written_out(short: str, long: object) -> None:
    assert long_form(short) == long


@pytest.mark.parametrize(
    "text",
    [
        "entity: a\nattributes: 5",
        "entity: a\nattributes: [[x]]",
        "entity: a\nattributes: {x: 5}",
        "entity: a\nlabel: [x]",
        "entity: a\nnonsense: {x: [1]}",
        "entity: a\nattributes: {x: {pii: {y: 1}, required: [1], min: {z: 1}}}",
        "entity: a\nattributes: {x: {pii: identity}}",
    ],
)
def test_a_form_that_is_none_is_left_for_the_structure_check(text: str) -> None:
    found = Diagnostics()
    read(text, found=found)
    assert not len(found)


def test_a_document_in_long_form_is_left_as_it_is() -> None:
    node = read("entity: a\nattributes: {x: {type: string, label: {en: X}, pii: [identity]}}").node
    assert read("entity: a").node.value == {}
    assert node.plain() == {"attributes": {"x": {"type": "string", "label": {"en": "X"}, "pii": ["identity"]}}}


def test_a_written_out_element_stands_where_its_short_form_stood() -> None:
    node = read("entity: a\nattributes: [x, y]").node.get("attributes", "y")
    assert node is not None
    assert (str(node.key_place), str(node.place)) == ("core/file.yaml:2:17", "core/file.yaml:2:17")


def test_a_name_twice_in_a_list_of_names_shows_both_places() -> None:
    assert findings("enum: a\nvalues: [one, two, one]") == expected("""
        error[E007]: `one` stands twice in one list of names
         --> sn/file.yaml:2:20   (layer affiliate:sn)
        2 | values: [one, two, one]
          |                    ^^^
          = first here: sn/file.yaml:2  (layer affiliate:sn)  values: [one, two, one]
          = help: keep one of them
    """)


def test_an_unknown_instruction_is_refused_with_the_one_that_was_meant() -> None:
    assert findings("entity: a\nattributes: {x: {$afer: y}}") == expected("""
        error[E102]: no instruction `$afer`
         --> sn/file.yaml:2:18   (layer affiliate:sn)
        2 | attributes: {x: {$afer: y}}
          |                  ^^^^^
          = help: did you mean `$after`?
    """)


def test_an_instruction_at_a_wrong_place_is_refused_with_those_that_fit() -> None:
    assert findings("entity: a\nhistory: {$add: [x]}") == expected("""
        error[E104]: `$add` does not fit here
         --> sn/file.yaml:2:11   (layer affiliate:sn)
        2 | history: {$add: [x]}
          |           ^^^^
          = help: here fit `$category`, `$lock`, `$set`, `$ticket`, `$until`, `$why`
    """)


def test_instructions_that_contradict_each_other_are_refused() -> None:
    assert findings("entity: a\nattributes: {x: {$before: y, $last: true}}") == expected("""
        error[E105]: `$before` and `$last` contradict each other
         --> sn/file.yaml:2:30   (layer affiliate:sn)
        2 | attributes: {x: {$before: y, $last: true}}
          |                              ^^^^^
          = first here: sn/file.yaml:2  (layer affiliate:sn)  attributes: {x: {$before: y, $last: true}}
          = help: keep one of them
    """)


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("{$remove: true, hidden: true}", "E105"),
        ("{$remove: true, $replace: true}", "E105"),
        ("{$remove: true, $first: true}", "E105"),
        ("{pii: {$set: [a], $add: [b]}}", "E105"),
        ("{pii: {$add: [b], x: 1}}", "E105"),
        ("{$before: x, $after: y}", "E105"),
        ("{$remove: yes}", "E106"),
        ("{$replace: false}", "E106"),
        ("{$before: [y]}", "E106"),
        ("{$why: ''}", "E106"),
        ("{$until: tomorrow}", "E106"),
        ("{$until: 2026}", "E106"),
        ("{$category: fun}", "E106"),
        ("{$lock: open}", "E106"),
        ("{$extend: 5}", "E106"),
        ("{$extend: {attributes: {max: many}}}", "E106"),
        ("{$extend: {attributes: {least: 3}}}", "E106"),
        ("{pii: {$add: {x: 1}}}", "E106"),
        ("{max_length: {$set: {x: 1}}}", "E106"),
        ("{label: {$after: x}}", "E104"),
        ("{label: {$remove: true}}", "E104"),
        ("{max_length: {$replace: true}}", "E104"),
        ("{nonsense: {$first: true}}", ""),
    ],
)
def test_every_misuse_of_an_instruction_has_its_code(element: str, code: str) -> None:
    assert codes(f"entity: a\nattributes: {{x: {element}}}") == ([code] if code else [])


@pytest.mark.parametrize(
    "element",
    [
        "{$why: because, $ticket: GAP-17, $until: 2027-03-31, $category: debt}",
        "{$lock: final, $was: y, $extend: true}",
        "{$was: [x_sn_y, x_pl_y]}",
        "{$extend: {attributes: {max: 20}}}",
        "{pii: {$add: [identity], $drop: contact}}",
        "{label: {$replace: true, en: X}}",
        "{max_length: {$set: 4, $why: because}}",
    ],
)
def test_instructions_in_their_place_are_accepted(element: str) -> None:
    assert codes(f"entity: a\nattributes: {{x: {element}}}") == []


def test_an_instruction_of_a_wrong_form_shows_a_right_one() -> None:
    assert findings("""
        entity: customer
        attributes:
          fax: {hidden: true, $why: Nobody has one, $until: tomorrow}
          $replace: yes
    """) == expected("""
        error[E106]: `$until` must be a date
         --> sn/file.yaml:3:53   (layer affiliate:sn)
        3 |   fax: {hidden: true, $why: Nobody has one, $until: tomorrow}
          |                                                     ^^^^^^^^
          = help: write it like `$until: 2027-03-31`, or delete it

        error[E106]: `$replace` must be `true`
         --> sn/file.yaml:4:13   (layer affiliate:sn)
        4 |   $replace: yes
          |             ^^^
          = help: write it like `$replace: true`, or delete it
    """)

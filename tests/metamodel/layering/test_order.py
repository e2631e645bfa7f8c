import pytest
from tests.metamodel.layering.layered import expected, governed, read

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.order import ordered
from sidra_metamodel.render import render


def names(values: str) -> tuple[list[str], Diagnostics]:
    node = read(f"enum: e\nvalues: {{{values}}}").node.items["values"]
    found = Diagnostics()
    return list(ordered(node.items, "values", found)), found


@pytest.mark.parametrize(
    ("values", "order"),
    [
        ("a: {}, b: {}, c: {}", "abc"),
        ("a: {}, b: {}, c: {$first: true}", "cab"),
        ("a: {$last: true}, b: {}, c: {}", "bca"),
        ("a: {}, b: {}, c: {$before: b}", "acb"),
        ("a: {$after: b}, b: {}, c: {}", "bac"),
        ("a: {}, x: {$after: a}, y: {$after: a}", "axy"),
        ("a: {}, x: {$before: a}, y: {$before: a}", "xya"),
        ("x: {$after: y}, y: {$after: z}, z: {$first: true}, a: {}", "zyxa"),
        ("a: {}, x: {$before: a}, y: {$before: x}, z: {$after: x}", "yxza"),
        ("a: {$last: true}, b: {$last: true}, c: {$after: a}, d: {}", "dacb"),
        ("a: {$first: true}, b: {$first: true}, c: {}", "abc"),
    ],
)
def test_elements_take_the_places_they_want(values: str, order: str) -> None:
    found, wrong = names(values)
    assert ("".join(found), len(wrong)) == (order, 0)


def test_a_long_chain_of_places_is_followed_to_its_end() -> None:
    chain = ", ".join(f"v{number}: {{$after: v{number + 1}}}" for number in range(3000))
    found, wrong = names(f"{chain}, v3000: {{}}")
    assert (found[0], found[-1], len(found), len(wrong)) == ("v3000", "v0", 3001, 0)


def test_a_place_next_to_what_is_not_there_is_an_error_and_the_element_stays() -> None:
    found, wrong = names("fax: {}, x_sn_b: {$after: faxx}")
    assert found == ["fax", "x_sn_b"]
    assert render(wrong) == expected("""
        error[E103]: `x_sn_b` wants a place next to `faxx`, which is not in `values`
         --> core/file.yaml:2:36   (layer group)
        2 | values: {fax: {}, x_sn_b: {$after: faxx}}
          |                                    ^^^^
          = help: did you mean `fax`?
    """)


def test_places_that_go_in_a_circle_are_named() -> None:
    found, wrong = names("a: {$after: b}, b: {$before: a}, c: {}")
    assert found == ["c", "a", "b"]
    assert render(wrong) == expected("""
        error[E110]: `a` wants a place after `b`, which wants one next to it in turn
         --> core/file.yaml:2:22   (layer group)
        2 | values: {a: {$after: b}, b: {$before: a}, c: {}}
          |                      ^
          = help: let one of them stand by itself

        error[E110]: `b` wants a place before `a`, which wants one next to it in turn
         --> core/file.yaml:2:39   (layer group)
        2 | values: {a: {$after: b}, b: {$before: a}, c: {}}
          |                                       ^
          = help: let one of them stand by itself
    """)


def test_an_element_next_to_itself_is_a_circle() -> None:
    assert [one.code for one in names("a: {$after: a}")[1]] == ["E110"]


def test_a_place_next_to_an_element_that_is_removed_is_an_error() -> None:
    base = "process: p\ntasks: {a: {}, b: {$after: a}}"
    assert "error[E103]" in governed({"group": base, "affiliate:sn": "process: p\ntasks: {a: {$remove: true}}"})

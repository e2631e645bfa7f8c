from tests.metamodel.layering.layered import expected, laid, read, settled

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.layering.settle import settle
from sidra_metamodel.render import render


def test_a_document_without_instructions_is_left_as_it_is() -> None:
    node = read("entity: customer\nattributes: {name: {type: string, pii: [identity]}}").node
    assert settle(node, "customer", Diagnostics()) is node


def test_what_is_removed_goes_with_all_that_is_in_it() -> None:
    base = "screen: s\ntabs: {a: {sections: {b: {}}}, c: {}}"
    assert settled(base, "screen: s\ntabs: {a: {$remove: true}}") == {"tabs": {"c": {}}}


def test_a_removal_deep_inside_leaves_the_rest() -> None:
    base = "screen: s\ntabs: {a: {sections: {b: {}, d: {}}}, c: {}}"
    assert settled(base, "screen: s\ntabs: {a: {sections: {b: {$remove: true}}}}") == {
        "tabs": {"a": {"sections": {"d": {}}}, "c": {}}
    }


def test_instructions_stay_readable() -> None:
    node = read("enum: e\nvalues: {a: {}, b: {$first: true, $why: most used}}").node
    settled_node = settle(node, "e", Diagnostics()).get("values", "b")
    assert settled_node is not None
    assert settled_node.directive("why") is not None


def test_a_removal_of_what_is_not_there_is_an_error() -> None:
    layers = {"group": "process: p\ntasks: [a]", "affiliate:sn": "process: p\ntasks:\n  b: {$remove: true}"}
    assert render(laid(layers)[1]) == expected("""
        error[E111]: no `b` to remove in `tasks`
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   b: {$remove: true}
          |   ^
          = help: delete the line, or correct the name
    """)


def test_a_document_to_remove_that_is_not_there_is_an_error() -> None:
    documents, found = laid({"group": "process: p", "affiliate:sn": "process: q\n$remove: true"})
    assert (("process", "q") in documents, [one.code for one in found]) == (False, ["E111"])

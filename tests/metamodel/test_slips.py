"""What people do to overlays by mistake, and what they are told: never nothing, and never more than the mistake."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, expected, findings, write

from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.load import load
from sidra_metamodel.render import render

BASE = {
    "baseline/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, sort: true}
          tone: {type: enum, enum: tone, default: good}
    """,
    "baseline/tone.yaml": "enum: tone\nvalues: [good, bad]\n",
}
OVERLAY = "affiliates/sn/customer.yaml"

Laid = Callable[[str], str]


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """What a check says with an overlay of the customer."""
    return lambda text: findings(tmp_path, {**BASE, OVERLAY: text})


def checked(folder: Path) -> str:
    layers = discover(folder / "baseline", [folder / "affiliates/sn"], LANGUAGE.registry)
    return render(load(layers, "sn", LANGUAGE).diagnostics)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    os.mkfifo(tmp_path / OVERLAY)
    assert checked(tmp_path) == expected("""
        error[E001]: the file cannot be read: it is no plain file
         --> affiliates/sn/customer.yaml:1:1   (layer affiliate:sn)
          = help: it must be a file that this user may read
    """)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nowhere.yaml")])
def test_what_only_has_the_name_of_a_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    write(tmp_path, BASE)
    make(tmp_path / OVERLAY)
    assert checked(tmp_path).startswith("error[E001]: the file cannot be read: ")


@pytest.mark.parametrize("name", ["customer.yml", "customer.YAML", "customer.yaml.txt"])
def test_a_file_with_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    assert findings(tmp_path, {**BASE, f"affiliates/sn/{name}": "entity: customer\n"}).startswith("error[E010]: ")


@pytest.mark.parametrize("name", ["customer.yaml~", "customer.yaml.orig", ".customer.yaml.swp", "README.md"])
def test_what_editors_leave_behind_is_nobodys_business(tmp_path: Path, name: str) -> None:
    assert findings(tmp_path, {**BASE, f"affiliates/sn/{name}": "<<<<"}) == ""


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_are_counted_as_every_system_ends_them(tmp_path: Path, ends: str) -> None:
    write(tmp_path, BASE)
    text = ends.join(["\ufeffentity: customer", "attributes:", "  name: {max_lenght: 40}", ""])
    (tmp_path / OVERLAY).write_bytes(text.encode())
    assert checked(tmp_path) == expected("""
        error[E121]: no keyword `max_lenght` in `attributes.name`
         --> affiliates/sn/customer.yaml:3:10   (layer affiliate:sn)
        3 |   name: {max_lenght: 40}
          |          ^^^^^^^^^^
          = help: did you mean `max_length`?
    """)


def test_a_hard_blank_is_shown_where_it_stands(laid: Laid) -> None:
    assert laid("entity: customer\nattributes:\n\u00a0\u00a0name: {max_length: 40}\n") == expected("""
        error[E004]: a non-breaking space where a space is meant
         --> affiliates/sn/customer.yaml:3:1   (layer affiliate:sn)
        3 | \u00a0\u00a0name: {max_length: 40}
          | ^
          = help: replace it with a plain space
    """)


def test_a_hard_blank_inside_a_text_is_text(laid: Laid) -> None:
    assert laid("entity: customer\nhelp: {fr: 'Le nom\u00a0: celui de la carte'}\n") == ""


def test_a_conflict_of_versions_is_called_one(laid: Laid) -> None:
    assert laid("entity: customer\n<<<<<<< HEAD\nlabel: A\n=======\nlabel: B\n>>>>>>> other\n") == expected("""
        error[E004]: this is no YAML: two versions of the file are not made one
         --> affiliates/sn/customer.yaml:2:1   (layer affiliate:sn)
        2 | <<<<<<< HEAD
          | ^
          = help: keep one and delete the marks
    """)


def test_an_addition_to_a_map_is_told_how_maps_are_added_to_and_nothing_else(laid: Laid) -> None:
    assert laid("entity: customer\nattributes: {$add: [x_sn_a]}\n") == expected("""
        error[E104]: `$add` does not fit here
         --> affiliates/sn/customer.yaml:2:14   (layer affiliate:sn)
        2 | attributes: {$add: [x_sn_a]}
          |              ^^^^
          = help: entries of a map are written by name: `x_sn_name: {…}` adds one, `$remove: true` in one drops it
    """)


def test_a_keyword_with_nothing_below_it_is_one_mistake(laid: Laid) -> None:
    assert laid("entity: customer\nattributes:\n") == expected("""
        error[E206]: `attributes` must not be removed
         --> affiliates/sn/customer.yaml:2:1   (layer affiliate:sn)
        2 | attributes:
          | ^^^^^^^^^^
          = set here: baseline/customer.yaml:3  (layer group)  attributes:
          = help: indent its entries below it, or delete the line
    """)


def test_a_value_that_is_used_below_is_missed_with_the_place_of_its_removal(tmp_path: Path) -> None:
    overlay = "enum: tone\n$why: Nothing is good\n$ticket: G-1\nvalues:\n  good: {$remove: true}\n"
    assert findings(tmp_path, {**BASE, OVERLAY: overlay}) == expected("""
        error[E415]: the default `good` is no value of `tone`
         --> baseline/customer.yaml:5:43   (layer group)
        5 |   tone: {type: enum, enum: tone, default: good}
          |                                           ^^^^
          = removed here: affiliates/sn/customer.yaml:5  (layer affiliate:sn)  good: {$remove: true}
          = help: leave it there; where it has `hidden`, hide it
    """)


def test_a_document_that_must_stay_is_not_missed_elsewhere(tmp_path: Path) -> None:
    files = {
        **BASE,
        "baseline/order.yaml": """
            entity: order
            attributes: {vip: {type: boolean, compute: customer.name == 'x'}}
            relations: {customer: {to: customer}}
        """,
        OVERLAY: "entity: customer\n$remove: true\n",
    }
    assert [line for line in findings(tmp_path, files).splitlines() if line.startswith("error")] == [
        "error[E206]: entity `customer` must not be removed"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "error[E005]: the file holds no document"),
        ("layer: sn\nlevel affiliate\n", "error[E004]: this is no YAML: a line without `:`"),
        ("layer: Senegal\nlevel: affiliate\nprefix: sn\n", "error[E114]: `Senegal` is no name for a document"),
        ("entity: x_sn_b\n", "error[E005]: nothing here says which layer this folder is"),
        (None, "error[E005]: nothing here says which layer this folder is"),
    ],
)
def test_a_layer_that_is_not_declared_is_the_only_mistake(tmp_path: Path, text: str | None, said: str) -> None:
    own = "entity: customer\nattributes: {x_sn_a: {$why: law, type: string}}\n"
    write(tmp_path, {**BASE, "affiliates/sn/entities/customer.yaml": own, "affiliates/sn/layer.yaml": text or ""})
    if text is None:
        (tmp_path / "affiliates/sn/layer.yaml").unlink()
    assert [line for line in checked(tmp_path).splitlines() if line.startswith("error")] == [said]


def test_local_names_without_a_prefix_of_the_layer_are_one_mistake(tmp_path: Path) -> None:
    files = {
        **BASE,
        "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\ntiers: [core]\n",
        "affiliates/sn/note.yaml": "entity: x_sn_note\n",
        OVERLAY: "entity: customer\nattributes: {x_sn_a: {$why: law, type: string}}\n",
    }
    assert findings(tmp_path, files) == expected("""
        error[E123]: `prefix` is missing, although there are local names
         --> affiliates/sn/layer.yaml:1:8   (layer affiliate:sn)
        1 | layer: sn
          |        ^^
          = help: write `prefix: sn`, and begin the names of what is local with `x_sn_`
    """)


@pytest.mark.parametrize(
    ("written", "way_out"),
    [
        ("why: law", "did you mean `$why`?"),
        ("hidden: yes", "write `true`"),
        ("hidden: Off", "write `false`"),
        ("hidden: “true”", "correct it, or delete the line"),
        ("max_length: forty", "correct it, or delete the line"),
        ("search: exakt", "correct it, or delete the line"),
    ],
)
def test_every_wrong_word_has_a_way_out(laid: Laid, written: str, way_out: str) -> None:
    assert laid(f"entity: customer\nattributes: {{name: {{{written}}}}}\n").splitlines()[-1] == f"  = help: {way_out}"

"""Edits of one YAML file: what is edited, and that all else stays as it was."""

from __future__ import annotations

import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Uneditable
from sidra_metamodel.render import refusal

OVERLAY = """\
# Why Senegal differs.
entity: individual                 # TM Forum's person

attributes:
  # The tax number of law 2012-31.
  x_sn_ninea: {$after: family_name, type: string, 'max_length': 9}   # nine digits
  fax: {hidden: true}

  given_name:
    max_length: 40                 # as on the identity card
    label: {fr: Prénoms, ar: "الاسم"}

identity:
  strong: {$add: [x_sn_ninea, phone]}
"""


def edited(text: str, *calls: tuple[object, ...]) -> str:
    edits = Edits(text)
    for name, *arguments in calls:
        getattr(edits, str(name))(*arguments)
    return edits.text


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    assert edited(OVERLAY, ("set", ("attributes", "given_name", "max_length"), 35)) == OVERLAY.replace("40 ", "35 ")


def test_a_value_in_braces_is_replaced_where_it_stands() -> None:
    new = edited(OVERLAY, ("set", ("attributes", "given_name", "label", "ar"), "اسم"))
    assert new == OVERLAY.replace('"الاسم"', '"اسم"')


def test_an_entry_is_added_behind_the_last_one_of_its_map() -> None:
    new = edited(OVERLAY, ("set", ("attributes", "given_name", "help", "fr"), "Tel que sur la carte"))
    assert new == OVERLAY.replace('ar: "الاسم"}\n', 'ar: "الاسم"}\n    help: {fr: Tel que sur la carte}\n')


def test_an_entry_is_added_inside_braces() -> None:
    new = edited(OVERLAY, ("set", ("attributes", "fax", "help"), "Gone, soon"))
    assert new == OVERLAY.replace("{hidden: true}", '{hidden: true, help: "Gone, soon"}')


def test_a_reason_is_written_with_the_value() -> None:
    edits = Edits(OVERLAY)
    edits.set(("attributes", "given_name", "max_length"), 35, reasons={"why": "Law 7"})
    assert edits.text == OVERLAY.replace("40 ", '{$set: 35, $why: "Law 7"} ').replace('"Law 7"', "Law 7")
    edits.set(("attributes", "given_name", "max_length"), 30)
    assert edits.get(("attributes", "given_name", "max_length")) == {"$set": 30, "$why": "Law 7"}


def test_what_is_removed_takes_its_own_comments_along() -> None:
    new = edited(OVERLAY, ("remove", ("attributes", "x_sn_ninea")))
    lines = OVERLAY.splitlines(keepends=True)
    assert new == "".join(lines[:4] + lines[6:])


def test_maps_that_are_empty_or_only_say_why_go_too() -> None:
    text = "entity: a\nattributes:\n  fax: {$why: Old, hidden: true}\nlabel: {en: A}\n"
    assert edited(text, ("remove", ("attributes", "fax", "hidden"))) == "entity: a\nlabel: {en: A}\n"


def test_a_member_of_a_list_is_removed_with_its_comma() -> None:
    new = edited(OVERLAY, ("remove", ("identity", "strong", "$add", "x_sn_ninea")))
    assert new == OVERLAY.replace("[x_sn_ninea, phone]", "[phone]")
    assert "identity:" not in edited(new, ("remove", ("identity", "strong", "$add", "phone")))


def test_a_key_is_renamed_where_it_stands() -> None:
    assert edited(OVERLAY, ("rename", ("attributes", "fax"), "fax_number")) == OVERLAY.replace(
        "  fax:", "  fax_number:"
    )
    assert edited("a: [b, c]", ("rename", ("a", "b"), "d")) == "a: [d, c]"


def test_an_entry_moves_with_its_comments() -> None:
    new = edited(OVERLAY, ("move", ("attributes", "given_name"), ("relations", "name", "first")))
    assert new == OVERLAY.replace(
        """\
  given_name:
    max_length: 40                 # as on the identity card
    label: {fr: Prénoms, ar: "الاسم"}
""",
        "",
    ) + (
        """\
relations:
  name:
    first:
      max_length: 40                 # as on the identity card
      label: {fr: Prénoms, ar: "الاسم"}
"""
    )


COMMENTED = """\
party:
  # Nobody has one.
  fax:   # a machine
    hidden: true
    help: "the # of # it"   # as on paper
customer: {name: {hidden: true}}   # all
address: {fax: {label: Fax}}   # some
"""


def test_what_moves_into_braces_keeps_its_comments_above_them() -> None:
    above = "# Nobody has one.\n# a machine\n# as on paper\n"
    moved = '{hidden: true, help: "the # of # it"}'
    there = "customer: {name: {hidden: true}, FAX: {}}   # all\naddress: {fax: {label: Fax}}   # some\n"
    new = edited(COMMENTED, ("move", ("party", "fax"), ("customer", "fax")))
    assert new == above + there.replace("FAX: {}", f"fax: {moved}")
    new = edited(COMMENTED, ("move", ("party", "fax"), ("customer", "name", "fax")))
    assert new == above + there.replace("true}, FAX: {}", f"true, fax: {moved}}}")


def test_comments_of_maps_that_go_with_their_last_entry_come_along() -> None:
    text = "party: {fax: {hidden: true}}   # machines\ncustomer:\n  name: {hidden: true}\n"
    there = "customer:\n  name: {hidden: true}\n  # machines\n  fax: {hidden: true}\n"
    assert edited(text, ("move", ("party", "fax"), ("customer", "fax"))) == there


def test_what_is_put_twice_is_commented_once_and_over_what_is_there_too() -> None:
    edits = Edits(COMMENTED)
    taken = edits.take(("party", "fax"))
    edits.put(("customer", "fax"), taken)
    edits.put(("customer", "telefax"), taken)
    edits.put(("address", "fax"), taken)
    assert edits.text.count("# Nobody has one.\n# a machine\n# as on paper\n") == 2
    assert edits.text.endswith('paper\naddress: {fax: {hidden: true, help: "the # of # it"}}   # some\n')


def test_a_list_of_names_becomes_a_map_when_one_of_them_says_something() -> None:
    assert edited("columns: [name, fax] # all\n", ("set", ("columns", "fax", "hidden"), True)) == (
        "columns: {name: {}, fax: {hidden: true}} # all\n"
    )


def test_an_empty_value_takes_what_is_written_below_it() -> None:
    assert edited("entity: a\nattributes:   # none\n", ("set", ("attributes", "x", "type"), "string")) == (
        "entity: a\nattributes:   # none\n  x: {type: string}\n"
    )


def test_a_block_takes_the_place_of_a_value_and_the_other_way_round() -> None:
    assert edited("a:  # note\n  b: 1\n  c: 2\nd: 3\n", ("set", ("a",), [1, 2])) == "a: [1, 2]  # note\nd: 3\n"
    new = edited("a: 1  # note\nd: 3\n", ("set", ("a",), {"b": {"c": 1}}))
    assert new == "a:  # note\n  b: {c: 1}\nd: 3\n"


def test_texts_of_several_lines_are_replaced_and_removed_whole() -> None:
    text = "a: |\n  one\n  two\n\nb: 1\n"
    assert edited(text, ("set", ("a",), "three")) == "a: three\n\nb: 1\n"
    assert edited(text, ("remove", ("a",))) == "\nb: 1\n"
    assert edited("b: 1\na: >+\n  one\n\n", ("remove", ("a",))) == "b: 1\n"


def test_line_ends_of_windows_stay() -> None:
    text = "entity: a\r\nattributes:\r\n  b: {c: 1}\r\n"
    assert edited(text, ("set", ("attributes", "d", "e"), 1)) == f"{text}  d: {{e: 1}}\r\n"
    assert edited(text, ("remove", ("attributes", "b"))) == "entity: a\r\n"


def test_a_file_without_a_line_break_at_its_end_stays_without() -> None:
    assert edited("entity: a", ("set", ("label", "en"), "A")) == "entity: a\nlabel: {en: A}"


def test_an_empty_file_and_one_of_comments_are_filled() -> None:
    assert edited("", ("set", ("entity",), "a")) == "entity: a\n"
    assert edited("# A\n\n", ("set", ("entity",), "a")) == "# A\n\nentity: a\n"
    assert edited("entity: a\n# all\n...\n", ("set", ("label",), "A")) == "entity: a\n# all\nlabel: A\n...\n"


def test_a_byte_order_mark_stays() -> None:
    assert edited("\ufeffa: 1\n", ("set", ("a",), 2)) == "\ufeffa: 2\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &b 1\nc: *b\n", "an anchor or a tag cannot be edited"),
        ("a: !x 1\n", "an anchor or a tag cannot be edited"),
        ("a: {<<: {b: 1}}\n", "a key that is no plain name cannot be edited"),
        ("[a]: 1\n", "a key that is no plain name cannot be edited"),
        ("a: 1\n---\nb: 1\n", "a second document cannot be edited"),
        ("a: 1\na: 2\n", "the key `a` stands twice in one map"),
        ("a: {b\n", "the text cannot be edited: did not find expected ',' or '}'"),
    ],
)
def test_what_sidra_does_not_read_is_not_edited(text: str, reason: str) -> None:
    with pytest.raises(Uneditable) as refused:
        Edits(text)
    assert refused.value.reason == reason
    assert refused.value.hint


def test_what_is_not_written_cannot_be_taken_away() -> None:
    with pytest.raises(Uneditable) as refused:
        Edits(OVERLAY).remove(("attributes", "nobody"))
    assert refusal(refused.value) == expected("""
        error[E240]: `attributes.nobody` is not written here
          = help: look where it is written
    """)


@pytest.mark.parametrize(
    "call",
    [
        ("remove", ("attributes", "nobody")),
        ("rename", ("attributes", "fax"), "given_name"),
        ("move", ("attributes", "fax"), ("attributes", "given_name")),
        ("move", ("attributes", "nobody"), ("attributes", "x")),
        ("set", ("entity", "x"), 1),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(call: tuple[object, ...]) -> None:
    edits = Edits(OVERLAY)
    with pytest.raises(Uneditable):
        getattr(edits, str(call[0]))(*call[1:])
    assert edits.text == OVERLAY

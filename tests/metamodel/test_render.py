import pytest
from tests.metamodel.configurations import expected

from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, Note, Severity, SidraError, note
from sidra_metamodel.nodes import Node, Place, Source, pack_position
from sidra_metamodel.render import from_json, refusal, render, to_json

SOURCE = Source(
    "affiliates/sn/customer.yaml", "affiliate:sn", 3, "entity: customer\nattributes:\n  gven_name: {max_length: 40}\n"
)
GVEN_NAME = Node({}, SOURCE, pack_position(3, 14), pack_position(3, 3))


def found() -> Diagnostics:
    diagnostics = Diagnostics()
    diagnostics.report(
        "E101",
        "no `gven_name` in `attributes`",
        GVEN_NAME,
        key=True,
        notes=[note("set here", GVEN_NAME)],
        help="did you mean `given_name`?  A local field would be named `x_sn_gven_name`.",
    )
    return diagnostics


def test_a_finding_shows_its_line_what_explains_it_and_the_way_out() -> None:
    assert render(found()) == expected("""
        error[E101]: no `gven_name` in `attributes`
         --> affiliates/sn/customer.yaml:3:3   (layer affiliate:sn)
        3 |   gven_name: {max_length: 40}
          |   ^^^^^^^^^
          = set here: affiliates/sn/customer.yaml:3  (layer affiliate:sn)  gven_name: {max_length: 40}
          = help: did you mean `given_name`?  A local field would be named `x_sn_gven_name`.
    """)


def test_a_disagreement_lists_its_places_as_equals() -> None:
    one, other = (
        Place("baseline/b2b/case.yaml", 31, 7, "pack:b2b"),
        Place("baseline/mature/case.yaml", 18, 7, "pack:mature"),
    )
    disagreement = Diagnostic(
        "E301",
        "two packs disagree on `case.attributes.priority.default`",
        one,
        notes=(Note("", one, "high"), Note("", other, "medium")),
        help="nothing orders two packs: decide in baseline/core, or let one `requires:` the other",
    )
    assert render([disagreement]) == expected("""
        error[E301]: two packs disagree on `case.attributes.priority.default`
         --> baseline/b2b/case.yaml:31:7      high     (pack b2b)
         --> baseline/mature/case.yaml:18:7   medium   (pack mature)
          = nothing orders two packs: decide in baseline/core, or let one `requires:` the other
    """)


def test_a_finding_without_a_line_or_a_layer_is_short() -> None:
    assert render([Diagnostic("E001", "gone", Place("x.yaml", 1, 1))]) == "error[E001]: gone\n --> x.yaml:1:1"


def test_a_tab_before_the_place_keeps_the_mark_below_it() -> None:
    finding = Diagnostic("E004", "a tab", Place("x.yaml", 12, 3), length=99, excerpt="\t ab")
    assert render([finding]).splitlines()[2:] == ["12 | \t ab", "   | \t ^^"]


def test_two_findings_stand_an_empty_line_apart() -> None:
    finding = Diagnostic("E001", "gone", Place("x.yaml", 1, 1), severity=Severity.WARNING)
    assert render([finding, finding]).count("\n\nwarning[E001]: gone") == 1


def test_json_reads_back_as_it_was_written() -> None:
    findings = list(found())
    assert from_json(to_json(findings)) == findings
    assert to_json(findings)[0]["layer"] == "affiliate:sn"


def test_an_error_without_a_file_has_its_place_and_its_way_out_where_it_knows_them() -> None:
    assert refusal(SidraError("the disk is full")) == expected("error[E000]: the disk is full")
    at = Place("sidra.yaml", 2, 1)
    assert refusal(SidraError("the disk is full", at=at, hint="free some space")) == expected("""
        error[E000]: the disk is full (sidra.yaml:2:1)
          = help: free some space
    """)


@pytest.mark.parametrize(
    ("column", "shown", "mark"),
    [(1, f"{'abcde' * 32}…", 0), (101, f"…{('abcde' * 100)[20:180]}…", 81), (500, f"…{('abcde' * 100)[419:]}", 81)],
)
def test_a_long_line_is_shown_around_the_place(column: int, shown: str, mark: int) -> None:
    finding = Diagnostic("E004", "long", Place("x.yaml", 1, column), length=2, excerpt="abcde" * 100)
    underline = "^" if column == 500 else "^^"
    assert render([finding]).splitlines()[2:] == [f"1 | {shown}", f"  | {' ' * mark}{underline}"]


def test_a_long_line_that_explains_is_cut() -> None:
    notes = (Note("set here", Place("y.yaml", 1, 1), "y" * 500),)
    finding = Diagnostic("E101", "no `x`", Place("x.yaml", 1, 1), notes=notes)
    assert render([finding]).splitlines()[-1] == f"  = set here: y.yaml:1  {'y' * 160}…"

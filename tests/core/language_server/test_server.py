from pathlib import Path

from lsprotocol import types
from tests.core.language_server.conftest import Editor

SN = "affiliates/sn/entities/customer.yaml"
GROUP = "baseline/entities/customer.yaml"
GOOD = "entity: customer\nattributes:\n  name: {max_length: 40, $why: Cards are narrow}\n"


def codes(found: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in found]


def test_what_check_finds_is_underlined_in_a_text_that_is_not_saved(editor: Editor) -> None:
    editor.type(SN, "entity: customer\nattributes:\n  nam: {max_length: 40}\n")
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E101"])
    assert found.range == types.Range(types.Position(2, 2), types.Position(2, 5))
    assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "sidra")
    assert found.message.startswith("no `nam` in `attributes`")
    assert "did you mean `name`?" in found.message
    editor.type(SN, GOOD)
    assert editor.findings(SN, lambda found: not found) == []


def test_a_finding_leads_to_the_place_that_explains_it(editor: Editor) -> None:
    editor.type(SN, GOOD.replace("40", "90"))
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E203"])
    assert found.related_information is not None
    assert found.related_information[0].location.uri == editor.uri(GROUP)
    editor.type(SN, GOOD)


def test_a_change_of_the_group_is_found_in_the_overlays_of_all_affiliates(editor: Editor, folder: Path) -> None:
    text = (folder / GROUP).read_text(encoding="utf-8")
    editor.type(GROUP, text.replace("max_length: 60", "max_length: 45"))
    pl = editor.findings("affiliates/pl/entities/customer.yaml", lambda found: codes(found) == ["E203"])
    assert "(in pl)" not in pl[0].message
    editor.type(GROUP, text)
    assert editor.findings("affiliates/pl/entities/customer.yaml", lambda found: not found) == []
    editor.close(GROUP)


def test_a_text_that_is_no_yaml_yet_is_told_and_mended(editor: Editor) -> None:
    editor.type(SN, "entity: customer\nattributes:\n  name: {max_length: 40\n")
    assert codes(editor.findings(SN, bool)) == ["E004"]
    editor.type(SN, GOOD)
    assert editor.findings(SN, lambda found: not found) == []


def test_a_file_that_the_disk_does_not_have_is_checked(editor: Editor) -> None:
    new = "affiliates/sn/entities/x_sn_shop.yaml"
    editor.type(new, "entity: x_sn_shop\nattributes:\n  name: {type: strin}\n")
    assert codes(editor.findings(new, bool)) == ["E401"]
    editor.close(new)


def test_places_are_counted_in_utf_16(editor: Editor) -> None:
    text = 'entity: customer\nattributes:\n  name: {label: {en: "😀 زبون", fr: Nom}, nonsense: 1}\n'
    editor.type(SN, text)
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E121"])
    line = text.splitlines()[2]
    start = len(line[: line.index("nonsense")].encode("utf-16-le")) // 2
    assert (found.range.start.character, found.range.end.character) == (start, start + len("nonsense"))
    offered = editor.completed(SN, text.replace("nonsense: 1", "hid¦"))
    edit = offered["hidden"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert (edit.range.start.character, edit.range.end.character) == (start, start + len("hid"))
    editor.type(SN, GOOD)


def test_lines_may_end_as_windows_ends_them(editor: Editor) -> None:
    editor.type(SN, "entity: customer\r\nattributes:\r\n  nam: {max_length: 40}\r\n")
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E101"])
    assert found.range.start == types.Position(2, 2)
    assert "max_length" in editor.completed(SN, "entity: customer\r\nattributes:\r\n  name:\r\n    ma¦")
    editor.type(SN, GOOD)


def test_a_misspelling_is_mended_by_a_quick_fix(editor: Editor) -> None:
    editor.type(SN, "entity: customer\nattributes:\n  nam: {max_length: 40}\n")
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E101"])
    (action,) = editor.mended(SN, found)
    assert (action.title, action.kind) == ("Write `name`", types.CodeActionKind.QuickFix)
    assert action.edit is not None
    assert action.edit.changes is not None
    assert list(action.edit.changes[editor.uri(SN)]) == [types.TextEdit(found.range, "name")]
    editor.type(SN, GOOD)


def test_a_missing_reason_is_added_by_a_quick_fix(editor: Editor) -> None:
    editor.type(SN, "entity: customer\nattributes:\n  name: {max_length: 40}\n")
    (found,) = editor.findings(SN, lambda found: codes(found) == ["E210"])
    (action,) = editor.mended(SN, found)
    assert action.title == "Add `$why`"
    assert action.edit is not None
    assert action.edit.changes is not None
    (edit,) = action.edit.changes[editor.uri(SN)]
    assert (edit.range.start, edit.new_text) == (types.Position(2, 9), '$why: "", ')
    editor.type(SN, GOOD)

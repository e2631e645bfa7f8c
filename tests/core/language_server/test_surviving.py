"""The server goes on: outside of any configuration, at texts that are none, and when one of its own parts breaks."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from lsprotocol import types
from tests.core.language_server.conftest import FILES, Editor
from tests.metamodel.configurations import write

from sidra.language_server.desk import Desk
from sidra.language_server.server import guarded

ENTITY = "entity: customer\nattributes:\n  name: {ty¦"


def test_a_folder_without_a_configuration_completes_keywords_and_says_why_nothing_is_checked(tmp_path: Path) -> None:
    editor = Editor(tmp_path.resolve())
    assert "type" in editor.completed("entities/customer.yaml", ENTITY)
    assert editor.hovered("entities/customer.yaml", "entity: customer\nattri¦butes: {}\n").startswith("**attributes**")
    assert editor.defined("entities/customer.yaml", "entity: cust¦omer\n") == []
    assert "there is no affiliate" in editor.messages[0]
    assert editor.end() == 0


def test_a_setting_that_is_wrong_is_told_and_the_server_goes_on(tmp_path: Path) -> None:
    (tmp_path / "sidra.yaml").write_text("bassline: x\n")
    editor = Editor(tmp_path.resolve())
    assert "type" in editor.completed("a.yaml", ENTITY)
    assert "no setting `bassline`" in editor.messages[0]
    assert editor.end() == 0


def test_a_file_outside_of_the_layers_is_completed_and_not_checked(editor: Editor) -> None:
    assert "type" in editor.completed("elsewhere/customer.yaml", ENTITY)
    assert editor.findings("elsewhere/customer.yaml", lambda found: not found) == []
    editor.close("elsewhere/customer.yaml")


def test_a_text_that_is_no_file_is_completed(editor: Editor) -> None:
    item = types.TextDocumentItem("untitled:Untitled-1", "yaml", 1, "ent")
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    params = types.CompletionParams(types.TextDocumentIdentifier(item.uri), types.Position(0, 3))
    found = editor.ask(editor.client.text_document_completion_async(params))
    assert "entity" in {one.label for one in found.items}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "entity",
        "entity:",
        "- a\n- b: {c\n",
        "entity: [a, b",
        "{{{{{{",
        "a: 'b\n",
        'a: "\\',
        "\ufeffentity: customer\n",
        "entity: customer\nattributes: 3\n",
        "entity: customer\nattributes:\n  name:\n    label: >\n      x\n",
        "?: ? :\n",
        "entity: customer\x00\n",
        "entity: \ud83d\ude00\n",
    ],
)
def test_a_text_that_is_none_yet_is_answered_everywhere(editor: Editor, text: str) -> None:
    path = "affiliates/sn/entities/x_sn_odd.yaml"
    for at in {0, len(text) // 2, len(text)}:
        marked = f"{text[:at]}¦{text[at:]}"
        editor.completed(path, marked)
        editor.hovered(path, marked)
        editor.defined(path, marked)
        editor.referred(path, marked)
    editor.outlined(path, text)
    editor.close(path)
    assert "entity" in editor.completed("affiliates/sn/entities/other.yaml", "¦")
    editor.close("affiliates/sn/entities/other.yaml")


def test_what_breaks_in_an_answer_is_logged_and_answers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(text: str) -> int:
        return int(text)

    assert guarded(broken)("1") == 1
    assert guarded(broken)("x") is None
    assert "language_server.failed" in "".join(capsys.readouterr())


def test_a_client_that_counts_characters_gets_characters(folder: Path) -> None:
    editor = Editor(folder, [types.PositionEncodingKind.Utf32])
    assert editor.capabilities.position_encoding == types.PositionEncodingKind.Utf32
    path = "affiliates/sn/entities/customer.yaml"
    editor.type(path, 'entity: customer\nattributes:\n  name: {label: {en: "😀"}, nonsense: 1}\n')
    (found,) = editor.findings(path, lambda found: [one.code for one in found] == ["E121"])
    assert found.range.start.character == '  name: {label: {en: "😀"}, nonsense: 1}'.index("nonsense")
    assert editor.end() == 0


def environ(folder: Path) -> Mapping[str, str]:
    given = {"SIDRA_BASELINE": "baseline", "SIDRA_AFFILIATES": "affiliates/*", "SIDRA_HOME": "var", "SIDRA_PLUGINS": ""}
    return {**os.environ, **given}


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    desk = Desk(environ(tmp_path))
    desk.begin(tmp_path.resolve())
    before = desk.loaded("pl")
    file = tmp_path.resolve() / "affiliates/sn/entities/customer.yaml"
    desk.edit(file, "entity: customer\nattributes:\n  name: {max_length: 30, $why: Narrow}\n")
    desk.refresh()
    after, sn = desk.loaded("pl"), desk.loaded("sn")
    assert before is not None
    assert after is not None
    assert sn is not None
    assert after.effective["entity", "customer"].root is before.effective["entity", "customer"].root
    assert sn.draft.entities["customer"].attributes["name"].max_length == 30
    desk.edit(file, None)
    desk.refresh()
    saved = desk.loaded("sn")
    assert saved is not None
    assert saved.draft.entities["customer"].attributes["name"].max_length == 40

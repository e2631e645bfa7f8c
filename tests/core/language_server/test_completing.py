import pytest
from tests.core.language_server.conftest import Editor

SN = "affiliates/sn/entities/customer.yaml"
ROLE = "affiliates/sn/roles/agent.yaml"
RULE = "affiliates/sn/rules/x_sn_rule.yaml"
SCREEN = "affiliates/sn/screens/customer_list.yaml"
GROUP = "baseline/entities/customer.yaml"


def test_an_empty_file_offers_the_kinds(editor: Editor) -> None:
    offered = editor.completed("affiliates/sn/enums/new.yaml", "¦")
    assert {"entity", "enum", "role", "screen", "rule"} <= set(offered)
    assert offered["entity"].text_edit is not None
    assert offered["entity"].text_edit.new_text == "entity: "
    editor.close("affiliates/sn/enums/new.yaml")


def test_a_header_offers_the_documents_of_the_layers_below_and_a_name_of_ones_own(editor: Editor) -> None:
    assert set(editor.completed(SN, "entity: cu¦")) == {"customer", "ticket", "x_sn_"}


def test_an_overlay_is_offered_what_the_layers_below_have_and_a_name_of_its_own(editor: Editor) -> None:
    offered = editor.completed(SN, "entity: customer\nattributes:\n  ¦")
    names = {label for label in offered if label[:1] != "$"}
    assert names == {"name", "segment", "score", "due", "x_sn_"}
    assert {"$replace", "$why"} <= set(offered)
    assert "$after" not in offered


@pytest.mark.parametrize("text", ["  name:\n    ma¦\n", "  name: {ma¦", "  name: {$why: a, ma¦}\n  score: {}\n"])
def test_keywords_are_offered_with_their_help_on_a_line_that_is_not_finished(editor: Editor, text: str) -> None:
    offered = editor.completed(SN, f"entity: customer\nattributes:\n{text}")
    assert {"max_length", "label", "hidden", "$after", "$until", "$remove"} <= set(offered)
    assert "Most characters" in str(offered["max_length"].documentation)
    assert offered["max_length"].detail == "tighten, below"
    assert "type" not in offered, "no layer may change what is final"


def test_what_is_written_is_not_offered_again(editor: Editor) -> None:
    offered = editor.completed(SN, "entity: customer\nattributes:\n  name: {hidden: true, ¦}\n")
    assert "hidden" not in offered
    assert "label" in offered


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("entity: customer\nattributes:\n  x_sn_a: {type: ¦", {"string", "enum", "money"}),
        ("entity: customer\nattributes:\n  x_sn_a: {type: enum, enum: ¦}", {"segment", "status"}),
        ("entity: customer\nattributes:\n  name: {hidden: ¦}", {"true", "false"}),
        ("entity: customer\nattributes:\n  name: {pii: [¦]}", {"identity", "contact", "sensitive"}),
        ("entity: customer\nattributes:\n  name: {label: {¦}}", {"en", "fr"}),
        ("entity: customer\nattributes:\n  x_sn_a: {$after: ¦}", {"name", "segment"}),
        ("entity: customer\nattributes:\n  name: {$category: ¦}", {"legal", "market"}),
        ("entity: customer\nrelations:\n  x_sn_t: {to: ¦}", {"ticket", "customer"}),
    ],
)
def test_values_are_offered(editor: Editor, text: str, wanted: set[str]) -> None:
    assert wanted <= set(editor.completed(SN, text))


def test_a_role_is_offered_entities_actions_and_columns(editor: Editor) -> None:
    assert {"customer", "ticket"} <= set(editor.completed(ROLE, "role: agent\nmay:\n  ¦"))
    assert {"read", "update"} <= set(editor.completed(ROLE, "role: agent\nmay:\n  customer: {do: {$drop: [¦]}}"))
    columns = editor.completed(ROLE, "role: agent\nmay:\n  customer:\n    columns:\n      ¦")
    assert {"name", "segment", "tickets"} <= set(columns)
    levels = editor.completed(ROLE, "role: agent\nmay:\n  customer: {columns: {name: ¦}}")
    assert {"edit", "read", "mask", "none"} <= set(levels)


def test_a_screen_is_offered_columns_of_its_entity_that_a_lower_layer_names(editor: Editor) -> None:
    offered = editor.completed(SCREEN, "screen: customer_list\ncolumns:\n  sc¦")
    assert {"name", "segment", "score"} <= set(offered)
    assert offered["name"].detail == "group"


@pytest.mark.parametrize(
    ("formula", "wanted", "unwanted"),
    [
        ("sco¦", {"score", "tickets", "now", "user", "size"}, "subject"),
        ("tickets.¦", {"subject", "status", "exists", "first"}, "segment"),
        ("tickets.exists(t, t.¦", {"subject", "status", "customer"}, "segment"),
        ("tickets.first().¦", {"subject", "customer"}, "segment"),
        ("tickets.first().customer.¦", {"score", "segment"}, "subject"),
        ("due.¦", {"amount", "currency"}, "score"),
        ("user.¦", {"login", "roles"}, "score"),
        ("score > 1 && segment == '¦", {"gold", "silver"}, "score"),
    ],
)
def test_an_expression_is_completed_by_its_types(editor: Editor, formula: str, wanted: set[str], unwanted: str) -> None:
    offered = editor.completed(RULE, f'rule: x_sn_rule\nkind: validate\non: customer\ncheck: "{formula}"\n')
    assert wanted <= set(offered)
    assert unwanted not in offered


def test_an_expression_in_a_grant_speaks_of_the_entity_that_is_granted(editor: Editor) -> None:
    offered = editor.completed(ROLE, 'role: agent\nmay:\n  ticket: {rows: "customer.seg¦"}')
    assert "segment" in offered
    edit = offered["segment"].text_edit
    assert edit is not None
    assert edit.new_text == "segment"


def test_a_file_of_the_group_is_offered_no_prefix(editor: Editor) -> None:
    offered = editor.completed(GROUP, "entity: customer\nattributes:\n  fax: {ty¦")
    assert "type" in offered
    assert not any(label.startswith("x_") for label in editor.completed(GROUP, "entity: customer\nattributes:\n  ¦"))
    editor.close(GROUP)


@pytest.mark.parametrize(
    "text", ["entity: customer # com¦", "entity: customer\nhelp: |\n  some te¦", "\t¦", "- ¦", "}¦{"]
)
def test_where_nothing_fits_nothing_is_offered_and_nothing_breaks(editor: Editor, text: str) -> None:
    editor.completed(SN, text)
    assert "entity" in editor.completed(SN, "¦")


def test_what_is_half_written_in_one_file_takes_no_name_away_from_another(editor: Editor) -> None:
    # The first file that the affiliate Senegal is asked about comes right after one of the group was closed.
    editor.completed(GROUP, "entity: customer\nattributes:\n  ¦")
    editor.close(GROUP)
    editor.type(SN, "entity: customer\nattributes: {}\n")
    assert "score" in editor.completed(SCREEN, "screen: customer_list\ncolumns:\n  sc¦")
    editor.type(SN, "entity: customer\nattributes:\n")
    assert "score" in editor.completed(SCREEN, "screen: customer_list\ncolumns:\n  sc¦")
    editor.close(SN)

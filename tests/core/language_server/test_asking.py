from pathlib import Path

from tests.core.language_server.conftest import Editor

SN = "affiliates/sn/entities/customer.yaml"
GROUP = "baseline/entities/customer.yaml"
SN_TEXT = "entity: customer\nattributes:\n  name: {max_length: 40, $why: Cards are narrow}\n"
GROUP_HEAD = "entity: customer\ntitle: name\nattributes:\n"


def test_hovering_tells_the_effective_value_its_layers_the_rule_and_the_keyword(editor: Editor) -> None:
    told = editor.hovered(SN, SN_TEXT.replace("max_length", "max_¦length"))
    assert "`entity.customer.attributes.name.max_length` in sn = `40`" in told
    assert "in force **affiliate:sn** `40` affiliates/sn/entities/customer.yaml:3 why: Cards are narrow" in told
    assert "shadowed **group** `60` baseline/entities/customer.yaml:4" in told
    assert "rule: tighten: a higher layer may only lower it" in told
    assert "**max_length**: Most characters." in told


def test_hovering_over_what_is_typed_just_now_tells_the_new_value(editor: Editor) -> None:
    assert "= `38`" in editor.hovered(SN, SN_TEXT.replace("max_length: 40", "max_¦length: 38"))


def test_hovering_in_a_file_of_the_group_tells_what_affiliates_make_of_it(editor: Editor, folder: Path) -> None:
    text = (folder / GROUP).read_text(encoding="utf-8").replace("max_length", "max_¦length", 1)
    editor.type(SN, SN_TEXT)
    told = editor.hovered(GROUP, text)
    assert "in pl = `50`" in told
    assert "otherwise in sn: `40`" in told
    editor.close(GROUP)


def test_hovering_over_an_instruction_a_header_and_nothing(editor: Editor) -> None:
    assert editor.hovered(SN, SN_TEXT.replace("$why", "$w¦hy")).startswith("**$why** The reason of the change.")
    assert "`entity.customer` in sn" in editor.hovered(SN, "entity: cus¦tomer\n")
    assert editor.hovered(SN, f"{SN_TEXT}\n¦\n") == ""
    assert editor.hovered(SN, "# a comm¦ent\n") == ""


def test_a_key_leads_to_the_layer_below(editor: Editor) -> None:
    assert editor.defined(SN, SN_TEXT.replace("max_length", "max¦_length")) == [f"{GROUP}:4"]
    assert editor.defined(SN, SN_TEXT.replace("  name", "  na¦me")) == [f"{GROUP}:4"]
    assert editor.defined(SN, SN_TEXT.replace("customer", "cust¦omer")) == [f"{GROUP}:1"]


def test_a_name_leads_to_what_it_names(editor: Editor) -> None:
    text = "entity: customer\nattributes:\n  x_sn_a: {type: enum, enum: seg¦ment}\n"
    assert editor.defined(SN, text) == ["baseline/enums/segment.yaml:1"]
    text = "screen: customer_list\ncolumns: {sco¦re: {}}\n"
    assert editor.defined("affiliates/sn/screens/customer_list.yaml", text) == [f"{GROUP}:6"]


def test_a_name_in_an_expression_leads_to_the_attribute(editor: Editor) -> None:
    rule = "affiliates/sn/rules/x_sn_rule.yaml"
    head = "rule: x_sn_rule\nkind: validate\non: customer\n"
    assert editor.defined(rule, f'{head}check: "sc¦ore > 1"\n') == [f"{GROUP}:6"]
    assert editor.defined(rule, f"{head}check: \"tickets.exists(t, t.sub¦ject == 'a')\"\n") == [
        "baseline/entities/ticket.yaml:4"
    ]


def test_references_are_who_overrides_and_who_uses(editor: Editor, folder: Path) -> None:
    editor.type(SN, SN_TEXT)
    text = (folder / GROUP).read_text(encoding="utf-8").replace("  name:", "  na¦me:", 1)
    found = editor.referred(GROUP, text)
    assert {f"{SN}:3", "affiliates/pl/entities/customer.yaml:3", "baseline/screens/customer_list.yaml:4"} <= set(found)
    editor.close(GROUP)


def test_the_outline_of_a_text_that_is_half_written(editor: Editor) -> None:
    (header, attributes) = editor.outlined(SN, "entity: customer\nattributes:\n  name: {max_length: 40, \n  fax:\n")
    assert (header.name, header.detail, attributes.name) == ("entity", "customer", "attributes")
    assert attributes.children is not None
    assert attributes.children[0].name == "name"
    editor.type(SN, SN_TEXT)

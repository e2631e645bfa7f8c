"""Keywords where they do not belong, that wait for a later version, and values of no vocabulary."""

import pytest
from tests.metamodel.configurations import Found, expected

ENTITY = {"baseline/b.yaml": "entity: b\ntitle: x\nattributes: {x: {type: string, sort: true}}\n"}


def test_columns_belong_to_lists(found: Found) -> None:
    files = {
        **ENTITY,
        "baseline/s.yaml": """
            screen: b_record
            kind: record
            of: b
            columns: [x]
        """,
    }
    assert found(files) == expected("""
        error[E424]: `columns` belongs to screens of kind `list`; this one is a `record`
         --> baseline/s.yaml:4:1   (layer group)
        4 | columns: [x]
          | ^^^^^^^
          = help: take it away; a `record` has `of`, `tabs`, `panels`
    """)


def test_an_overlay_is_told_of_the_kind_that_a_lower_layer_gives(found: Found) -> None:
    files = {
        **ENTITY,
        "baseline/s.yaml": "screen: b_record\nkind: record\nof: b\n",
        "affiliates/sn/s.yaml": "screen: b_record\npage_size: 9\n",
    }
    told = found(files)
    assert "error[E424]: `page_size` belongs to screens of kind `list`; this one is a `record`" in told
    assert "affiliates/sn/s.yaml:2:1" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("interface: i\nkind: api\npath: b/v1\ndelimiter: ';'\n", "`delimiter` belongs to interfaces of kind `feed`"),
        (
            "rule: r\nkind: default\non: b\nat: x\nvalue: \"'y'\"\ncheck: x != null\n",
            "`check` belongs to rules of kind",
        ),
        ("rule: r\nkind: validate\non: b\ncheck: x != ''\nmessage: m\nvalue: x\n", "`value` belongs to rules of kind"),
        (
            "screen: s\nkind: view360\nof: b\npanels: {p: {kind: facts, facts: [x], sort: [x]}}\n",
            "`sort` belongs to panels of kind `records`; this one is a `facts`",
        ),
        ("screen: search\nkind: search\nof: b\n", "`of` belongs to screens of kind `list`, `record`, `view360`"),
    ],
)
def test_so_do_other_keywords_of_one_kind(found: Found, text: str, message: str) -> None:
    told = found({**ENTITY, "baseline/a.yaml": text})
    assert message in told
    assert told.count("error[") == 1


def test_an_absent_kind_is_the_default_one(found: Found) -> None:
    panel = "relations: {b: {to: b}}\n"
    files = {
        "baseline/b.yaml": f"{ENTITY['baseline/b.yaml']}{panel}",
        "baseline/s.yaml": "screen: s\nkind: view360\nof: b\npanels: {p: {source: b, via: b, columns: [x]}}\n",
    }
    assert found(files) == ""


def test_a_keyword_of_a_later_version_is_refused(found: Found) -> None:
    assert found({"baseline/a.yaml": "entity: a\nreference_data: a.csv\n"}) == expected("""
        error[E422]: `reference_data` is not available in this version
         --> baseline/a.yaml:2:1   (layer group)
        2 | reference_data: a.csv
          | ^^^^^^^^^^^^^^
          = help: take it away, and load the file with a feed
    """)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("schedule", "interface: a\nkind: feed\nformat: csv\ninto: b\nschedule: daily\n"),
    ],
)
def test_other_keywords_are_told_likewise(found: Found, name: str, text: str) -> None:
    told = found({"baseline/a.yaml": text, "baseline/b.yaml": "entity: b\nattributes: {x: {type: string}}\n"})
    assert f"error[E422]: `{name}` is not available in this version" in told


def test_documents_of_a_kind_that_waits_are_a_warning_once(found: Found) -> None:
    files = {f"affiliates/sn/{name}.yaml": f"process: x_sn_{name}\n" for name in ("a", "b")}
    assert found(files) == expected("""
        warning[E425]: documents of kind `process` are checked, and nothing acts on them in this version
         --> affiliates/sn/a.yaml:1:10   (layer affiliate:sn)
        1 | process: x_sn_a
          |          ^^^^^^
          = help: they wait for the engine of processes (issue 7)
    """)


def test_what_the_group_declares_ahead_of_time_is_not_told_and_may_be_refined(found: Found) -> None:
    files = {
        "baseline/a.yaml": "entity: a\nattributes: {x: {type: string}}\n",
        "baseline/p.yaml": "process: p\n",
        "baseline/c.yaml": "calendar: c\n",
        "affiliates/sn/a.yaml": "entity: a\nattributes: {x: {label: X}}\n",
    }
    assert found(files) == ""


def test_a_value_of_a_vocabulary_is_looked_up(found: Found) -> None:
    told = found({"baseline/layer.yaml": "layer: g\nlevel: group\ncurrency: EUX\n"})
    assert "error[E421]: no currency `EUX`" in told
    assert "did you mean `EUR`?" in told


def test_a_value_is_not_looked_up_in_a_vocabulary_that_nobody_registers(found: Found) -> None:
    assert found({"baseline/a.yaml": "entity: a\nicon: no-such-icon\n"}) == ""


def test_a_tone_that_there_is_not_is_found_inside_the_expression(found: Found) -> None:
    files = {**ENTITY, "baseline/s.yaml": "screen: s\nkind: list\nof: b\ntone: \"x == 'y' ? 'god' : 'bad'\"\n"}
    told = found(files)
    assert "error[E501]: `god` is not a value of enum tone" in told
    assert "did you mean `good`?" in told


def test_a_layer_that_changes_the_kind_is_told_of_that_alone(found: Found) -> None:
    files = {
        **ENTITY,
        "baseline/s.yaml": "screen: b_list\nkind: list\nof: b\ncolumns: [x]\n",
        "affiliates/sn/s.yaml": "screen: b_list\nkind: record\n",
    }
    told = found(files)
    assert "error[E201]: `kind` is locked" in told
    assert told.count("error[") == 1

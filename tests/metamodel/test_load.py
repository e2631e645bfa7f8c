import gc
from datetime import date
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, expected, findings, layers_of, load_files

from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.layering.layers import UnknownAffiliate
from sidra_metamodel.load import load, load_all
from sidra_metamodel.render import refusal

RIGHT = {"baseline/a.yaml": "entity: a\nattributes:\n  x: {type: string}\n"}
WRONG = {"baseline/a.yaml": "entity: a\nattributes:\n  x: {type: strin}\n"}


def test_an_error_holds_the_model_back_and_leaves_a_draft(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, WRONG)
    assert loaded.model is None
    assert list(loaded.draft.entities) == ["a"]


def test_every_affiliate_is_loaded_and_one_that_is_wrong_does_not_hold_the_others(tmp_path: Path) -> None:
    files = {**RIGHT, "affiliates/eg/layer.yaml": "layer: eg\nlevel: affiliate\nprefix: eg\ntiers: [core]\nhue: red\n"}
    found = load_all(layers_of(tmp_path, files), LANGUAGE)
    assert {name: loaded.model is None for name, loaded in found.items()} == {"eg": True, "sn": False}


def test_an_affiliate_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownAffiliate) as refused:
        load(layers_of(tmp_path, RIGHT), "zz", LANGUAGE)
    assert refusal(refused.value) == expected("""
        error[E112]: no affiliate `zz`
          = help: there are `sn`
    """)


def test_a_clean_configuration_is_not_checked_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = Verdicts(tmp_path / "clean")
    first = load_files(tmp_path, RIGHT, verdicts=verdicts)
    monkeypatch.setattr("sidra_metamodel.load.check_model", pytest.fail)
    second = load_files(tmp_path, RIGHT, verdicts=verdicts)
    assert first.model is not None
    assert second.model is not None
    assert second.model.version == first.model.version


def test_what_an_earlier_check_warned_of_is_said_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        **RIGHT,
        "affiliates/sn/a.yaml": """
            entity: a
            attributes:
              x: {max_length: 9, $why: A stopgap, $category: debt, $until: 2026-01-01}
        """,
    }
    layers, verdicts, today = layers_of(tmp_path, files), Verdicts(tmp_path / "verdicts"), date(2026, 3, 1)
    first = load(layers, "sn", LANGUAGE, verdicts, today)
    monkeypatch.setattr("sidra_metamodel.load.check_model", pytest.fail)
    second = load(layers, "sn", LANGUAGE, verdicts, today)
    assert [one.code for one in first.diagnostics] == ["E213"]
    assert list(second.diagnostics) == list(first.diagnostics)


def test_a_broken_verdict_is_none(tmp_path: Path) -> None:
    for text in ("", "[{}]", "[1]", "{", '{"version": "1", "found": [1]}'):
        (tmp_path / "v.json").write_text(text, encoding="utf-8")
        assert Verdicts(tmp_path).find("v", "1") is None


def test_a_configuration_with_errors_is_checked_each_time(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "clean")
    found = [list(load_files(tmp_path, WRONG, verdicts=verdicts).diagnostics) for _ in range(2)]
    assert found[0] == found[1] != []


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "clean").write_text("a file, not a folder", encoding="utf-8")
    assert load_files(tmp_path, RIGHT, verdicts=Verdicts(tmp_path / "clean")).model is not None


def test_the_collector_works_again_after_a_load(tmp_path: Path) -> None:
    load_files(tmp_path, RIGHT)
    assert gc.isenabled()
    gc.disable()
    try:
        load_files(tmp_path, RIGHT)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_layer_file_that_is_broken_is_told_and_does_not_raise(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {**RIGHT, "baseline/layer.yaml": "layer: [\n"})
    assert [one.code for one in loaded.diagnostics] == ["E004"]
    assert loaded.draft.locales == ("en",)


def test_a_warning_at_a_place_does_not_hide_an_error_there(tmp_path: Path) -> None:
    files = {
        **RIGHT,
        "affiliates/sn/a.yaml": """
            entity: a
            attributes:
              x: {max_length: many, $why: A stopgap, $category: debt, $until: 2026-01-01}
        """,
    }
    loaded = load(layers_of(tmp_path, files), "sn", LANGUAGE, None, date(2026, 3, 1))
    assert "E124" in {one.code for one in loaded.diagnostics}
    assert loaded.model is None


BASELINE = """
    entity: a
    attributes:
      name: {type: string, max_length: 60}
      note: {type: string}
    relations:
      other: {to: a}
    indexes:
      by_name: [name, note]
"""


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("attributes: {nam: {max_length: 40}}", ["E101"]),
        ("attributes: {type: string}", ["E101"]),
        ("attributes: {x_sn_Big: {type: string}}", ["E122"]),
        ("attributes: {note: {$remove: true}}", ["E206"]),
        ("attributes: {note: hidden}", ["E124"]),
        ("attributes: {note: ~}", ["E124"]),
        ("attributes: [{name: note}]", ["E124"]),
        ("attributes: note", ["E124"]),
        ("attributes: {name: {max_length: forty}}", ["E124"]),
        ("attributes: {x_sn_note: {typ: string}}", ["E121"]),
        ("attributes: {x_sn_note: {colour: red}}", ["E121", "E123"]),
        ("relations: [other]", ["E215"]),
        ("relations: {other: a}", ["E124"]),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(tmp_path: Path, overlay: str, found: list[str]) -> None:
    files = {"baseline/a.yaml": BASELINE, "affiliates/sn/a.yaml": f"entity: a\n$why: A test\n{overlay}\n"}
    assert sorted(one.code for one in load_files(tmp_path, files).diagnostics) == found


def test_names_that_a_broken_file_may_declare_are_not_missed(tmp_path: Path) -> None:
    rule = "rule: x_sn_r\nkind: validate\non: a\ncheck: \"x_sn_b == 'b'\"\nat: name\nmessage: No\n"
    files = {"baseline/a.yaml": BASELINE, "affiliates/sn/a.yaml": "entity: [\n", "affiliates/sn/rule.yaml": rule}
    assert [one.code for one in load_files(tmp_path, files).diagnostics] == ["E004"]
    files["affiliates/sn/rule.yaml"] = rule.replace("x_sn_b", "nam")
    assert [one.code for one in load_files(tmp_path, files).diagnostics] == ["E004", "E501"]


def test_a_file_of_another_ending_is_told(tmp_path: Path) -> None:
    files = {"baseline/a.yaml": BASELINE, "affiliates/sn/b.yml": "entity: x_sn_b\n"}
    assert findings(tmp_path, files) == expected("""
        error[E010]: a file with this ending is not read
         --> affiliates/sn/b.yml:1:1   (layer affiliate:sn)
          = help: let its name end in `.yaml`
    """)


def test_one_mistake_is_blamed_once(tmp_path: Path) -> None:
    files = {**RIGHT, "baseline/b.yaml": "entity: b\nis_a: a\nattributes:\n  x: {type: integer}\n"}
    assert [one.code for one in load_files(tmp_path, files).diagnostics] == ["E201"]

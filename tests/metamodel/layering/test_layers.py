from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.metamodel.layering.layered import expected

from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers, UnknownAffiliate
from sidra_metamodel.render import render

PACK = "pack: {0}\ntier: {0}\n"
FILES = {
    "baseline/layer.yaml": "layer: meridian\nlevel: group\n",
    "baseline/core/pack.yaml": PACK.format("core"),
    "baseline/core/entities/customer.yaml": "entity: customer\n",
    "baseline/b2b/pack.yaml": PACK.format("b2b") + "requires: [mature]\n",
    "baseline/b2b/lead.yaml": "entity: lead\n",
    "baseline/mature/pack.yaml": PACK.format("mature") + "requires: [core]\n",
    "baseline/mature/segment.yaml": "entity: segment\n",
    "baseline/apps/pack.yaml": PACK.format("apps"),
    "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nrequires: {waf: ~1.0}\n",
    "affiliates/sn/entities/customer.yaml": "entity: customer\n",
    "affiliates/pl/layer.yaml": "layer: pl\nlevel: affiliate\nprefix: pl\ntiers: [core, apps, b2b]\n",
    "affiliates/waf/layer.yaml": "layer: waf\nlevel: region\nprefix: waf\n",
    "affiliates/test/layer.yaml": "layer: test\nlevel: environment\nrequires: {sn: ~1.0}\n",
}


def found_in(folder: Path, files: Mapping[str, str]) -> Layers:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return discover(folder / "baseline", [folder / "affiliates"])


def names(layers: Layers, affiliate: str) -> list[str]:
    return [folder.name for folder in layers.stack(affiliate).folders]


def findings(folder: Path, files: Mapping[str, str], affiliate: str = "sn") -> str:
    return render(found_in(folder, {**FILES, **files}).stack(affiliate).diagnostics)


def test_an_affiliate_sees_group_packs_region_itself_and_environment(tmp_path: Path) -> None:
    layers = found_in(tmp_path, FILES)
    assert layers.affiliates == ("pl", "sn")
    assert names(layers, "sn") == ["group", "region:waf", "affiliate:sn", "environment:test"]


def test_packs_stand_in_order_of_what_they_require_and_then_of_their_names(tmp_path: Path) -> None:
    layers = found_in(tmp_path, FILES)
    assert names(layers, "pl") == ["group", "pack:apps", "pack:mature", "pack:b2b", "affiliate:pl"]
    assert layers.stack("pl").orders == {
        "pack:apps": frozenset(),
        "pack:mature": frozenset(),
        "pack:b2b": frozenset({"pack:mature"}),
    }


def test_packs_that_require_each_other_are_all_there_all_the_same(tmp_path: Path) -> None:
    circle = {"baseline/mature/pack.yaml": PACK.format("mature") + "requires: [b2b]\n"}
    layers = found_in(tmp_path, {**FILES, **circle})
    assert names(layers, "pl") == ["group", "pack:apps", "pack:b2b", "pack:mature", "affiliate:pl"]


def test_the_core_pack_belongs_to_the_group_and_paths_are_shown_below_the_folders_of_layers(tmp_path: Path) -> None:
    group, _region, own, _environment = found_in(tmp_path, FILES).stack("sn").folders
    assert [document.node.source.path for document in group.documents] == [
        "baseline/layer.yaml",
        "baseline/core/pack.yaml",
        "baseline/core/entities/customer.yaml",
    ]
    assert [document.node.source.path for document in own.documents] == [
        "affiliates/sn/layer.yaml",
        "affiliates/sn/entities/customer.yaml",
    ]
    assert {(document.node.source.layer, document.node.source.rank) for document in own.documents} == {
        ("affiliate:sn", 3)
    }
    assert (own.own_name, own.prefix) == ("sn", "sn")


def test_the_package_of_the_baseline_is_shown_with_the_folder_around_it(tmp_path: Path) -> None:
    package = tmp_path / "baseline" / "sidra_baseline"
    package.mkdir(parents=True)
    (package / "layer.yaml").write_text("layer: g\nlevel: group\n", encoding="utf-8")
    layers = discover(package, [])
    assert layers.folders[0].documents[0].node.source.path == "baseline/sidra_baseline/layer.yaml"


def test_a_layer_can_be_given_by_its_own_folder(tmp_path: Path) -> None:
    found_in(tmp_path, FILES)
    layers = discover(tmp_path / "baseline", [tmp_path / "affiliates/sn", tmp_path / "affiliates/pl"])
    assert layers.affiliates == ("pl", "sn")
    assert layers.stack("sn").folders[-1].documents[0].node.source.path == "affiliates/sn/layer.yaml"


def test_hidden_files_and_data_beside_documents_are_no_documents(tmp_path: Path) -> None:
    beside = {
        "affiliates/sn/.draft.yaml": "[",
        "affiliates/sn/.git/x.yaml": "[",
        "affiliates/sn/processes/p.bpmn": "<a/>",
    }
    assert findings(tmp_path, beside) == ""


def test_an_unknown_affiliate_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownAffiliate) as raised:
        found_in(tmp_path, FILES).stack("eg")
    assert (raised.value.code, raised.value.reason) == ("E112", "no affiliate `eg`")
    assert raised.value.hint == "there are `pl`, `sn`"
    with pytest.raises(UnknownAffiliate) as raised:
        discover(tmp_path / "nowhere", [tmp_path / "nowhere"]).stack("eg")
    assert raised.value.hint == "no folder holds an affiliate"


def test_a_broken_file_is_a_finding_of_its_own_affiliate_only(tmp_path: Path) -> None:
    broken = {"affiliates/sn/entities/x.yaml": "entity: [\n"}
    layers = found_in(tmp_path, {**FILES, **broken})
    assert layers.stack("sn").diagnostics.has_errors
    assert not layers.stack("pl").diagnostics.has_errors


def test_an_affiliate_with_a_broken_layer_file_is_still_there_by_the_name_of_its_folder(tmp_path: Path) -> None:
    layers = found_in(tmp_path, {**FILES, "affiliates/sn/layer.yaml": "layer: [\n"})
    assert layers.affiliates == ("pl", "sn")
    assert layers.stack("sn").diagnostics.has_errors


def test_a_level_that_is_none_counts_as_an_affiliate_for_the_structure_check_to_refuse(tmp_path: Path) -> None:
    layers = found_in(tmp_path, {**FILES, "affiliates/sn/layer.yaml": "layer: sn\nlevel: country\n"})
    assert layers.affiliates == ("pl", "sn")


def test_a_document_twice_in_one_layer_shows_both_places(tmp_path: Path) -> None:
    assert findings(tmp_path, {"affiliates/sn/entities/zz.yaml": "entity: customer\n"}) == expected("""
        error[E303]: entity `customer` is declared twice in one layer
         --> affiliates/sn/entities/zz.yaml:1:9   (layer affiliate:sn)
        1 | entity: customer
          |         ^^^^^^^^
          = first here: affiliates/sn/entities/customer.yaml:1  (layer affiliate:sn)  entity: customer
          = help: make them one document
    """)


def test_an_unknown_kind_is_refused_with_the_one_that_was_meant(tmp_path: Path) -> None:
    assert findings(tmp_path, {"affiliates/sn/x.yaml": "entitty: x_sn_loan\n"}) == expected("""
        error[E113]: no kind `entitty`
         --> affiliates/sn/x.yaml:1:1   (layer affiliate:sn)
        1 | entitty: x_sn_loan
          | ^^^^^^^
          = help: a file begins with its kind; did you mean `entity`?
    """)


@pytest.mark.parametrize(
    "header", ["entity: Customer", "entity: 1st", "entity: a.b", "entity: _a", "translation: French!"]
)
def test_a_name_that_is_none_is_refused(tmp_path: Path, header: str) -> None:
    assert "error[E114]" in findings(tmp_path, {"affiliates/sn/x.yaml": header})


def test_a_document_whose_name_is_none_says_what_names_have(tmp_path: Path) -> None:
    assert findings(tmp_path, {"affiliates/sn/x.yaml": "entity: Business customer\n"}) == expected("""
        error[E114]: `Business customer` is no name for a document
         --> affiliates/sn/x.yaml:1:9   (layer affiliate:sn)
        1 | entity: Business customer
          |         ^^^^^^^^^^^^^^^^^
          = help: names have small letters, digits and `_`, and begin with a letter
    """)


@pytest.mark.parametrize("locale", ["fr", "pt-BR", "zh_Hant", "no"])
def test_the_name_of_a_translation_is_a_locale(tmp_path: Path, locale: str) -> None:
    assert findings(tmp_path, {"affiliates/sn/x.yaml": f"translation: {locale}"}) == ""

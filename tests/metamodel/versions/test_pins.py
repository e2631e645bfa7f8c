"""Affiliates on several versions of the baseline at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, expected
from tests.metamodel.versions.versioned import install, layers_in, pack

from sidra_metamodel.load import Loaded, load
from sidra_metamodel.render import render

CUSTOMER = """
    entity: customer
    title: name
    attributes:
      name: {type: string, max_length: 60}
"""
SEGMENT = "enum: segment\nvalues: [gold, silver]\n"
LAYER = "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Baseline 1.1.0 is installed; 1.0.0, with shorter names, is kept, and Egypt is pinned to it."""
    install(
        tmp_path,
        "1.1.0",
        {"customer.yaml": CUSTOMER, "segment.yaml": SEGMENT},
        {
            "affiliates/sn/layer.yaml": LAYER,
            "affiliates/eg/layer.yaml": LAYER.replace("sn", "eg") + "baseline: 1.0.0\n",
        },
    )
    pack(tmp_path, "1.0.0", {"customer.yaml": CUSTOMER.replace("60", "50"), "segment.yaml": SEGMENT})
    return tmp_path


def loaded(folder: Path, affiliate: str, version: str | None = None) -> Loaded:
    return load(layers_in(folder, *([version] if version else [])), affiliate, LANGUAGE, baseline=version)


def longest_name(found: Loaded) -> int | None:
    assert found.model is not None, render(found.diagnostics)
    return found.model.entities["customer"].attributes["name"].max_length


def test_each_affiliate_has_the_baseline_that_it_is_pinned_to(folder: Path) -> None:
    assert longest_name(loaded(folder, "sn")) == 60
    assert longest_name(loaded(folder, "eg")) == 50


def test_an_affiliate_can_be_looked_at_on_another_version(folder: Path) -> None:
    assert longest_name(loaded(folder, "sn", "1.0.0")) == 50
    assert longest_name(loaded(folder, "eg", "1.1.0")) == 60


def test_documents_that_say_the_same_are_the_same_nodes(folder: Path) -> None:
    layers = layers_in(folder)
    one, other = ({d.name: d.node for d in layers.stack(name).folders[0].documents} for name in ("sn", "eg"))
    assert one["segment"] is other["segment"]
    assert one["customer"] is not other["customer"]


def test_a_pin_to_the_installed_version_needs_no_copy_of_it(folder: Path) -> None:
    (folder / "affiliates/sn/layer.yaml").write_text(LAYER + "baseline: 1.1.0\n", encoding="utf-8")
    assert longest_name(loaded(folder, "sn")) == 60


def test_an_unknown_version_holds_back_its_own_affiliate_alone(folder: Path) -> None:
    (folder / "affiliates/sn/layer.yaml").write_text(LAYER + "baseline: 1.1.1\n", encoding="utf-8")
    found = loaded(folder, "sn")
    assert found.model is None
    assert render(found.diagnostics) == expected("""
        error[E241]: no baseline `1.1.1`
         --> affiliates/sn/layer.yaml:5:11   (layer affiliate:sn)
        5 | baseline: 1.1.1
          |           ^^^^^
          = help: did you mean `1.1.0`? `sidra baseline add` takes another version
    """)
    assert longest_name(loaded(folder, "eg")) == 50


def test_a_damaged_version_holds_back_those_that_have_it(folder: Path) -> None:
    (folder / "baselines/1.0.0/segment.yaml").write_text(SEGMENT + "# mended\n", encoding="utf-8")
    found = loaded(folder, "eg")
    assert found.model is None
    assert render(found.diagnostics) == expected("""
        error[E242]: the baseline 1.0.0 cannot be used: `segment.yaml` was changed
         --> affiliates/eg/layer.yaml:5:11   (layer affiliate:eg)
        5 | baseline: 1.0.0
          |           ^^^^^
          = help: take it anew with `sidra baseline add`, from the archive that the group sent
    """)
    assert longest_name(loaded(folder, "sn")) == 60


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("customer.yaml", None, "`customer.yaml` is missing"),
        ("more.yaml", SEGMENT, "`more.yaml` does not belong to it"),
        ("manifest.json", None, "manifest.json cannot be read (No such file or directory)"),
        ("manifest.json", "{", "manifest.json cannot be read (it is no JSON)"),
        ("manifest.json", "[]", "manifest.json cannot be read (it has no `version` and `files`)"),
        ("manifest.json", '{"version": "1.0.1", "files": {}}', "its manifest is of 1.0.1"),
        (
            "manifest.json",
            '{"version": "1.0.0", "files": {"a": 1}}',
            "manifest.json cannot be read (a hash is no text)",
        ),
    ],
)
def test_what_is_not_as_it_was_packed_is_not_used(folder: Path, path: str, text: str | None, reason: str) -> None:
    file = folder / "baselines/1.0.0" / path
    file.write_text(text, encoding="utf-8") if text is not None else file.unlink()
    (found,) = loaded(folder, "eg").diagnostics
    assert found.message == f"the baseline 1.0.0 cannot be used: {reason}"


def test_a_version_whose_layer_names_another_one_is_not_used(folder: Path) -> None:
    (folder / "affiliates/eg/layer.yaml").write_text(LAYER.replace("sn", "eg") + "baseline: 1.0.5\n", encoding="utf-8")
    pack(folder, "1.0.5", {"layer.yaml": "layer: meridian\nlevel: group\nversion: 1.0.0\n"})
    (found,) = loaded(folder, "eg").diagnostics
    assert found.message == "the baseline 1.0.5 cannot be used: its layer says `version: 1.0.0`"


def test_only_affiliates_are_pinned(folder: Path) -> None:
    text = "layer: night\nlevel: environment\nrequires: {sn: '>=0'}\nbaseline: 1.0.0\n"
    (folder / "affiliates/sn/layer.yaml").write_text(LAYER + "version: 1.0.0\n", encoding="utf-8")
    (folder / "affiliates/night").mkdir()
    (folder / "affiliates/night/layer.yaml").write_text(text, encoding="utf-8")
    assert render(loaded(folder, "sn").diagnostics) == expected("""
        error[E243]: a layer of the level `environment` has no baseline of its own
         --> affiliates/night/layer.yaml:4:1   (layer environment:night)
        4 | baseline: 1.0.0
          | ^^^^^^^^
          = help: take the line away; each affiliate is pinned to its baseline
    """)

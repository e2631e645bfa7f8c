from pathlib import Path

import pytest
from tests.metamodel.layering.laws import written

from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.reading.cache import Cache
from sidra_metamodel.registry import Registry

REGISTRY = Registry(BUILT_IN_KINDS)
CUSTOMER = """\
entity: customer
label: Customer
attributes:
  name: {type: string, max_length: 60, pii: [identity], $why: 'Tax, law 12'}
  tax: {type: string, max_length: {$set: 9, $why: The form, $until: 2027-01-31}, pii: {$set: [identity], $ticket: T}}
  fax: {$after: name, type: string, label: {fr: Télécopie}, required: ~, min: 1.0}
"""


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    folder = tmp_path / "baseline"
    (folder / "core").mkdir(parents=True)
    (folder / "layer.yaml").write_text("layer: g\nlevel: group\n", encoding="utf-8")
    (folder / "core/pack.yaml").write_text("pack: core\ntier: core\n", encoding="utf-8")
    (folder / "core/customer.yaml").write_text(CUSTOMER, encoding="utf-8")
    return folder


def group(baseline: Path, cache: Cache) -> LayerFolder:
    return discover(baseline, [], REGISTRY, cache).folders[0]


def said(folder: LayerFolder) -> list[tuple[str, str, object, object]]:
    return [(kind, name, written(node), node.source) for kind, name, node in folder.documents]


def kept_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").glob("*"))


def test_what_was_kept_is_the_same_as_what_is_read(tmp_path: Path, baseline: Path) -> None:
    read = group(baseline, Cache(tmp_path / "cache", REGISTRY))
    kept = group(baseline, Cache(tmp_path / "cache", REGISTRY))
    assert said(read) == said(kept) == said(group(baseline, Cache()))
    assert [node.source.text for _, _, node in kept.documents] == [node.source.text for _, _, node in read.documents]
    assert len(kept_files(tmp_path)) == 1


def test_what_was_kept_is_used_instead_of_parsing(
    tmp_path: Path, baseline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group(baseline, Cache(tmp_path / "cache", REGISTRY))
    monkeypatch.setattr("sidra_metamodel.reading.cache.read_text", None)
    assert len(group(baseline, Cache(tmp_path / "cache", REGISTRY)).documents) == 3


def test_an_unchanged_file_gives_the_same_nodes_to_a_cache_in_memory(baseline: Path) -> None:
    cache = Cache()
    first = {name: node for _, name, node in group(baseline, cache).documents}
    (baseline / "core/customer.yaml").write_text("entity: customer\n", encoding="utf-8")
    second = {name: node for _, name, node in group(baseline, cache).documents}
    assert second["core"] is first["core"]
    assert second["customer"].plain() == {}


def test_a_changed_file_is_read_anew(tmp_path: Path, baseline: Path) -> None:
    group(baseline, Cache(tmp_path / "cache", REGISTRY))
    (baseline / "core/customer.yaml").write_text("entity: customer\nicon: user\n", encoding="utf-8")
    documents = group(baseline, Cache(tmp_path / "cache", REGISTRY)).documents
    assert [node.plain() for _, name, node in documents if name == "customer"] == [{"icon": "user"}]


@pytest.mark.parametrize("damage", ["", "short", "x" * 500])
def test_a_broken_cache_is_read_anew(tmp_path: Path, baseline: Path, damage: str) -> None:
    whole = said(group(baseline, Cache(tmp_path / "cache", REGISTRY)))
    (kept,) = kept_files(tmp_path)
    kept.write_bytes(damage.encode())
    assert said(group(baseline, Cache(tmp_path / "cache", REGISTRY))) == whole


def test_a_flipped_bit_is_noticed(tmp_path: Path, baseline: Path) -> None:
    whole = said(group(baseline, Cache(tmp_path / "cache", REGISTRY)))
    (kept,) = kept_files(tmp_path)
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    kept.write_bytes(bytes(data))
    assert said(group(baseline, Cache(tmp_path / "cache", REGISTRY))) == whole


def test_another_language_does_not_read_what_this_one_kept(
    tmp_path: Path, baseline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group(baseline, Cache(tmp_path / "cache", REGISTRY))
    monkeypatch.setattr("sys.version", "another Python")
    assert Cache(tmp_path / "cache", REGISTRY).shelf("x") is not None
    kept = kept_files(tmp_path)[0].read_bytes()
    group(baseline, Cache(tmp_path / "cache", REGISTRY))
    assert kept_files(tmp_path)[0].read_bytes() != kept


def test_a_file_with_findings_is_never_kept(tmp_path: Path, baseline: Path) -> None:
    (baseline / "core/customer.yaml").write_text("entity: customer\nicon: a\nicon: b\n", encoding="utf-8")
    cache = Cache(tmp_path / "cache", REGISTRY)
    for _ in range(2):
        assert [found.code for found in group(baseline, cache).diagnostics] == ["E007"]
    assert [found.code for found in group(baseline, Cache(tmp_path / "cache", REGISTRY)).diagnostics] == ["E007"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, baseline: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    assert len(group(baseline, Cache(tmp_path / "cache", REGISTRY)).documents) == 3

"""Small baselines in several versions, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from tests.metamodel.configurations import LANGUAGE, write

from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.versions.manifest import MANIFEST, manifest

GROUP = "layer: meridian\nlevel: group\nlocales: [en, fr]\ncurrency: EUR\nversion: {version}\n"
CORE = "pack: core\ntier: core\n"


def pack(folder: Path, version: str, files: Mapping[str, str]) -> Path:
    """Write a version of the baseline as `sidra baseline add` does."""
    texts = {"layer.yaml": GROUP.format(version=version), "core/pack.yaml": CORE, **files}
    data = {path: dedent(text).lstrip("\n").encode() for path, text in texts.items()}
    for path, written in {**data, MANIFEST: manifest(version, data)}.items():
        file = folder / "baselines" / version / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written)
    return folder / "baselines" / version


def install(folder: Path, version: str, baseline: Mapping[str, str], rest: Mapping[str, str]) -> None:
    """Write the installed baseline and the layers above it."""
    files = {f"baseline/{path}": text for path, text in baseline.items()}
    write(folder, {"baseline/layer.yaml": GROUP.format(version=version), **files, **rest})


def layers_in(folder: Path, *also: str) -> Layers:
    """The layers below a folder, with their versions of the baseline."""
    baseline, affiliates = folder / "baseline", [folder / "affiliates"]
    return discover(baseline, affiliates, LANGUAGE.registry, versions=folder / "baselines", also=also)

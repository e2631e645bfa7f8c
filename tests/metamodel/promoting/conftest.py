"""Four affiliates over one small baseline, three of which say much the same."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, layers_of

from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.promoting.choosing import Request
from sidra_metamodel.promoting.promote import Promotion, promote

TODAY = date(2026, 11, 23)

BASE = {
    "baseline/individual.yaml": """
        entity: individual
        title: given_name
        attributes:
          # The group's names.
          given_name: {label: {en: Given name, fr: Prénom}, type: string, max_length: 60, sort: true}
          family_name: {type: string}
    """,
    "baseline/organization.yaml": """
        entity: organization
        title: trading_name
        attributes:
          trading_name: {type: string, sort: true}
          legal_name: {type: string}
    """,
    "baseline/sex.yaml": "enum: sex\nvalues: {male: {label: Male}, female: {label: Female}, other: {label: Other}}\n",
    "baseline/list.yaml": """
        screen: organization_list
        kind: list
        of: organization
        columns: [trading_name, legal_name]
    """,
}


def layer(name: str, region: str = "") -> str:
    requires = f"requires: {{{region}: '>=1'}}\n" if region else ""
    return f"layer: {name}\nlevel: affiliate\nprefix: {name}\ntiers: [core]\ntime_zone: Africa/Dakar\n{requires}"


AFFILIATES = ("ci", "eg", "ml", "sn")
LAYERS = {f"affiliates/{name}/layer.yaml": layer(name) for name in AFFILIATES}
REGIONAL = {
    **{f"affiliates/{name}/layer.yaml": layer(name, "waf") for name in AFFILIATES if name != "eg"},
    "affiliates/waf/layer.yaml": "layer: waf\nlevel: region\nprefix: waf\nversion: 1.0.0\n",
}


def in_three(path: str, text: str) -> dict[str, str]:
    """The same file of three affiliates; `NAME` stands for each one's name."""
    return {
        f"affiliates/{name}/{path}": text.replace("NAME", name).replace("LABEL", name.upper())
        for name in ("ci", "ml", "sn")
    }


NINEA = in_three(
    "organization.yaml",
    """
    entity: organization
    attributes:
      x_NAME_ninea:   # The tax number.
        $after: trading_name
        $why: The law
        $category: legal
        type: string
        max_length: 9
        pattern: '[0-9]+'
        label: {fr: LABEL, en: NINEA}
    identity: {strong: {$add: [x_NAME_ninea], $why: It identifies}}
    """,
)
SHORTER = in_three("individual.yaml", "entity: individual\nattributes:\n  given_name: {max_length: 40, $why: Card}\n")


@pytest.fixture
def promoted(tmp_path: Path) -> Callable[..., Promotion]:
    """Gives what a request amounts to, of the baseline and more files."""

    def promoting(files: Mapping[str, str], path: str, **how: object) -> Promotion:
        layers = layers_of(tmp_path, {**BASE, **LAYERS, **files})
        return promote(layers, LANGUAGE, TODAY, Request(path, **how))  # type: ignore[arg-type]  # as the test says

    return promoting


def texts(found: Promotion) -> dict[str, str | None]:
    """The files that a promotion changes, as they would be."""
    return {one.shown: one.after for one in found.files}


def layers_in(folder: Path, files: Mapping[str, str]) -> Layers:
    return layers_of(folder, {**BASE, **LAYERS, **files})

"""Small configurations on disk: the files that a test names, and the few that every configuration has."""

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.expressions import STANDARD_FUNCTIONS
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Language, Loaded, load
from sidra_metamodel.model.built_in import Types
from sidra_metamodel.registry import Registry, Vocabularies, Vocabulary
from sidra_metamodel.render import render

VOCABULARIES = Vocabularies(
    [
        Vocabulary(name="currency", values=frozenset({"EUR", "XOF"}), help="use an ISO 4217 code: `XOF`"),
        Vocabulary(name="country", values=frozenset({"FR", "SN"}), help="use an ISO 3166 code: `SN`"),
    ]
)
LANGUAGE = Language(Registry(BUILT_IN_KINDS), STANDARD_FUNCTIONS, Types(), VOCABULARIES)

ALWAYS = {
    "baseline/layer.yaml": "layer: meridian\nlevel: group\nlocales: [en, fr]\ncurrency: EUR\n",
    "baseline/core/pack.yaml": "pack: core\ntier: core\n",
    "affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\ntime_zone: Africa/Dakar\n",
}

Found = Callable[[dict[str, str]], str]
"""What a check prints about files, by their paths: the fixture `found`."""

BASE = {
    "baseline/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, sort: true}
          segment: {type: enum, enum: segment}
          score: {type: integer}
    """,
    "baseline/segment.yaml": """
        enum: segment
        values: [gold, silver]
    """,
}
"""A small baseline that tests of checks add their case to."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths below a folder, and those that every configuration has."""
    for path, text in {**ALWAYS, **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def layers_of(folder: Path, files: Mapping[str, str], language: Language = LANGUAGE) -> Layers:
    """The layers that files below a folder make."""
    write(folder, files)
    return discover(folder / "baseline", [folder / "affiliates"], language.registry)


def load_files(
    folder: Path, files: Mapping[str, str], language: Language = LANGUAGE, verdicts: Verdicts | None = None
) -> Loaded:
    """What becomes of the affiliate `sn` with these files; each finding has a way out."""
    loaded = load(layers_of(folder, files, language), "sn", language, verdicts)
    assert all(found.help for found in loaded.diagnostics), "a finding has no way out"
    return loaded


def findings(folder: Path, files: Mapping[str, str]) -> str:
    """What `sidra check sn` would print about these files."""
    return render(load_files(folder, files).diagnostics)


def expected(text: str) -> str:
    """A text as a test writes it down: without the margin and the ends."""
    return dedent(text).strip("\n")

"""The configurations that the project ships, loaded as the runtime loads them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sidra.plugins import load_plugins
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import NamedShape, RecordShape, Shape, UnionShape
from sidra_metamodel.layering.discovering import discover
from sidra_metamodel.layering.layers import Layers
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node
from sidra_metamodel.registry import Registry

ROOT = Path(__file__).parents[2]
AFFILIATES = ("sn", "eg", "pl")
PLUGINS = ("sidra_sn_ninea", "sidra_eg_national_number", "sidra_pl_checksums")

Text = tuple[str, Mapping[str, str]]
"""A dotted path and the text there, by language."""


def shipped(folders: Sequence[Path]) -> Layers:
    """The baseline with the overlays in some folders."""
    plugins = load_plugins(PLUGINS)
    return discover(ROOT / "baseline/sidra_baseline", folders, plugins.registry)


def loaded(layers: Layers, affiliate: str) -> Loaded:
    """What becomes of one affiliate's layers, with the plugins of the project."""
    plugins = load_plugins(PLUGINS)
    return load(layers, affiliate, plugins.language)


def model_of(one: Loaded) -> Model:
    """The Model of a configuration that is expected to be right."""
    assert one.model is not None, [str(found) for found in one.diagnostics]
    return one.model


def texts_of(one: Loaded) -> Iterator[Text]:
    """Every text that people read, in all its languages."""
    shapes = {kind: RecordShape(element) for kind, element in Registry(BUILT_IN_KINDS).kinds.items()}
    for (kind, name), document in one.effective.items():
        yield from _texts(shapes[kind], document.root, (kind, name))


def _texts(shape: Shape, node: Node, path: tuple[str, ...]) -> Iterator[Text]:
    if isinstance(shape, UnionShape):
        shape = next((one for one in shape.alternatives if isinstance(one, RecordShape | NamedShape)), shape)
    if isinstance(shape, NamedShape) and shape.is_label:
        yield ".".join(path), {locale: str(text.value) for locale, text in node.items.items()}
    elif isinstance(shape, RecordShape):
        for name, child in node.items.items():
            if name in shape.keywords:
                yield from _texts(shape.keywords[name].shape, child, (*path, name))
    elif isinstance(shape, NamedShape):
        for name, child in node.items.items():
            yield from _texts(shape.of, child, (*path, name))

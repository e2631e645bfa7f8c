"""Models from inline YAML, for tests of what runs on them."""

from functools import cache
from pathlib import Path

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.expressions import STANDARD_FUNCTIONS, Function, extend
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.kinds.layer import Layer
from sidra_metamodel.layering.effective import effective
from sidra_metamodel.layering.layers import LayerFolder, LayerStack
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.model.build import build
from sidra_metamodel.model.built_in import PluginType, Types
from sidra_metamodel.model.model import Model
from sidra_metamodel.model.origin import Origin
from sidra_metamodel.reading.parsing import ReadDocument, read_text
from sidra_metamodel.registry import Registry, Vocabularies

LAYER = "layer: sn\nlevel: affiliate\nlocales: [fr, en]\ncurrency: XOF\ncountry: SN\ntime_zone: Africa/Dakar\n"


def model_of(
    *documents: str,
    overlay: tuple[str, ...] = (),
    layer: str = LAYER,
    types: tuple[PluginType, ...] = (),
    functions: tuple[Function, ...] = (),
) -> Model:
    """The Model of documents of the group and of an overlay; the structure of the YAML is not checked."""
    if types or functions:
        return _made(documents, overlay, layer, types, functions)
    return _known(documents, overlay, layer)


@cache
def _known(documents: tuple[str, ...], overlay: tuple[str, ...], layer: str) -> Model:
    return _made(documents, overlay, layer, (), ())


def _made(
    documents: tuple[str, ...],
    overlay: tuple[str, ...],
    layer: str,
    types: tuple[PluginType, ...],
    functions: tuple[Function, ...],
) -> Model:
    diagnostics, registry = Diagnostics(), Registry(BUILT_IN_KINDS)
    folders = (
        _folder("group", 0, documents, registry, diagnostics),
        _folder("affiliate:sn", 30, (layer, *overlay), registry, diagnostics),
    )
    merged = effective(LayerStack("sn", folders), registry, diagnostics)
    assert [str(found) for found in diagnostics] == []
    nodes = {key: document.root for key, document in merged.items()}
    origin = Origin(
        affiliate="sn",
        layers=(build(Layer, "sn", nodes["layer", "sn"]),),
        nodes=nodes,
        registry=registry,
        functions=extend(STANDARD_FUNCTIONS, *functions),
        types=Types(types),
        vocabularies=Vocabularies(),
        version="test",
    )
    return Model(origin)


def _folder(name: str, rank: int, texts: tuple[str, ...], registry: Registry, diagnostics: Diagnostics) -> LayerFolder:
    documents = []
    for number, text in enumerate(texts):
        read = read_text(text, f"{name}/{number}.yaml", name, rank, diagnostics)
        assert read is not None, list(diagnostics)
        node = normalise(read.node, registry.kinds[read.kind], diagnostics)
        documents.append(ReadDocument(read.kind, read.name, node))
    return LayerFolder(
        Path(name), name, name.partition(":")[0], rank, None, frozenset(), frozenset(), tuple(documents), diagnostics
    )

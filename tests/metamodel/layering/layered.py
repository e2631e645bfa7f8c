"""Layers in memory: what the tests of reading, merging and governing build their cases from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.govern import govern
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering.effective import Effective, effective
from sidra_metamodel.layering.layers import AFFILIATE, ENVIRONMENT, GROUP, PACK, REGION, LayerFolder, LayerStack
from sidra_metamodel.layering.merge import merge
from sidra_metamodel.layering.normalise import normalise
from sidra_metamodel.layering.settle import settle
from sidra_metamodel.nodes import Node
from sidra_metamodel.reading.parsing import ReadDocument, read_text
from sidra_metamodel.registry import Registry
from sidra_metamodel.render import render

REGISTRY = Registry(BUILT_IN_KINDS)

RANKS = {"group": GROUP, "pack": PACK, "region": REGION, "affiliate": AFFILIATE, "environment": ENVIRONMENT}


def read(
    text: str, layer: str = "group", path: str = "core/file.yaml", found: Diagnostics | None = None
) -> ReadDocument:
    """A normalised document of a layer; with `found`, what is wrong is collected instead of failing the test."""
    findings = Diagnostics() if found is None else found
    rank = RANKS[layer.partition(":")[0]]
    document = read_text(dedent(text).strip("\n"), path, layer, rank, findings)
    assert document is not None, render(findings)
    node = normalise(document.node, REGISTRY.kinds[document.kind], findings)
    assert found is not None or not len(findings), render(findings)
    return ReadDocument(document.kind, document.name, node)


def folder(
    layer: str, *texts: str, requires: Sequence[str] = (), prefix: str | None = None, found: Diagnostics
) -> LayerFolder:
    """A layer that holds documents; an affiliate's prefix is its name."""
    level, _, name = layer.partition(":")
    path = {"group": "baseline/core", "pack": f"baseline/{name}", "affiliate": f"affiliates/{name}"}.get(
        level, f"{level}s/{name}"
    )
    documents = tuple(read(text, layer, f"{path}/{number}.yaml", found) for number, text in enumerate(texts))
    own = prefix or (name if level in {"affiliate", "region"} else None)
    said = next((one.node.get("version") for one in documents if one.kind == "layer"), None)
    version = str(said.value) if said is not None else None
    none: frozenset[str] = frozenset()
    rank = RANKS[level]
    return LayerFolder(
        Path(path), layer, level, rank, own, frozenset(requires), none, documents, Diagnostics(), version
    )


def stack(layers: Mapping[str, str | Sequence[str]], found: Diagnostics) -> LayerStack:
    """The layers of an affiliate by their shown names, each with the text of one document or of several."""
    folders = (
        folder(layer, *([texts] if isinstance(texts, str) else texts), found=found) for layer, texts in layers.items()
    )
    return LayerStack("sn", tuple(folders))


def laid(layers: Mapping[str, str | Sequence[str]]) -> tuple[Effective, Diagnostics]:
    """What layers amount to, and what merging says about them."""
    found = Diagnostics()
    return effective(stack(layers, found), REGISTRY, found), found


def plain(layers: Mapping[str, str | Sequence[str]], kind: str = "entity", name: str = "customer") -> object:
    """A document as plain data; fails if there is anything to say about the merge."""
    documents, found = laid(layers)
    assert not len(found), render(found)
    return documents[kind, name].root.plain()


def governed(layers: Mapping[str, str | Sequence[str]]) -> str:
    """All errors that merging and governance find, as people read them; warnings about reasons are left out."""
    documents, found = laid(layers)
    govern(documents, REGISTRY, found)
    return render(one for one in found if one.severity == "error")


def warned(layers: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The codes of all warnings."""
    documents, found = laid(layers)
    govern(documents, REGISTRY, found)
    return [one.code for one in found if one.severity == "warning"]


def merged(*texts: str, layers: Sequence[str] = ("group", "region:waf", "affiliate:sn", "environment:test")) -> Node:
    """Documents merged one over the other, with their instructions."""
    found = Diagnostics()
    nodes = [read(text, layer).node for text, layer in zip(texts, layers, strict=False)]
    kind = REGISTRY.kinds[read(texts[0]).kind]
    result = nodes[0]
    for node in nodes[1:]:
        result = merge(result, node, RecordShape(kind), found)
    assert not len(found), render(found)
    return result


def settled(*texts: str) -> object:
    """Documents merged and settled, as plain data."""
    found = Diagnostics()
    result = settle(merged(*texts), "customer", found).plain()
    assert not len(found), render(found)
    return result


def expected(text: str) -> str:
    """A text as a test writes it down: without its margin."""
    return dedent(text).strip("\n")


CUSTOMER = """
    entity: customer
    attributes:
      given_name: {type: string, max_length: 60}
      family_name: {type: string, required: true}
      customer_key: {type: string, $lock: final}
      fax: {type: string}
"""


def customer(content: str, below: str = CUSTOMER, layer: str = "affiliate:sn") -> str:
    """What governance says about an overlay of the customer."""
    return governed({"group": below, layer: "entity: customer\n" + expected(content)})


def codes_in(text: str) -> list[str]:
    """The codes of rendered errors, in order."""
    return [line.partition("[")[2][:4] for line in text.splitlines() if line.startswith("error[")]


def attribute(below: str, above: str, layer: str = "affiliate:sn") -> list[str]:
    """The codes of what governance says about an overlay of one attribute."""
    base = f"entity: customer\nattributes:\n  name: {below}"
    return codes_in(governed({"group": base, layer: f"entity: customer\nattributes:\n  name: {above}"}))

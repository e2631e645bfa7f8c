"""How a promoted change is written: into the layer that takes it, out of the overlays that had it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sidra_metamodel.comparing.alike import is_label, shape_at, shape_below
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.directives import PLACES, REASONS
from sidra_metamodel.editing.edits import Edits
from sidra_metamodel.editing.pieces import Data, Uneditable
from sidra_metamodel.kinds import Translation
from sidra_metamodel.language import Document, Shape
from sidra_metamodel.layering.layers import REGION, LayerFolder
from sidra_metamodel.nodes import Node
from sidra_metamodel.promoting.choosing import Choice
from sidra_metamodel.promoting.proposal import Proposal

Path = tuple[str, ...]
Kinds = Mapping[str, type[Document]]

_STORED: Final = frozenset({"entity", "enum"})
"""Kinds whose names stand in databases, so that what has a new one must tell of the former."""
_SILENT: Final = frozenset(f"${name}" for name in REASONS)


def place(choice: Choice, proposal: Proposal, kinds: Kinds, layers: Mapping[str, LayerFolder]) -> None:
    """Write a choice into its target, and delete it from each overlay that had it; raises Uneditable.

    layers: those of the adopters, by their shown names.
    """
    for one in choice.adopters:
        names = choice.names(one)
        if names:
            proposal.rename(layers[one.override.layer], names)
            for kind, document, *path in choice.homonyms.get(one.override.affiliate, ()):
                _name_back(proposal, layers[one.override.layer], (kind, document), tuple(path), names)
    model = proposal.edit(layers[choice.model.override.layer], choice.model.override.difference.at.path)
    if choice.path:
        _write_element(choice, proposal, kinds[choice.model.kind], model)
    else:
        _write_document(choice, proposal, kinds[choice.model.kind], model)
    for one in choice.adopters:
        delete(one.override, choice.document, choice.path, proposal, layers[one.override.layer])


def _name_back(
    proposal: Proposal, layer: LayerFolder, key: tuple[str, str], path: Path, names: Mapping[str, str]
) -> None:
    """Give something its own name back that only happened to be called like what has a new one."""
    shown = proposal.document(layer, *key)
    if shown is None:
        return
    edits = proposal.edit(layer, shown)
    if path:
        edits.rename((*path[:-1], names[path[-1]]), path[-1])
    else:
        edits.set((key[0],), key[1])
    proposal.put(layer, shown, edits)


def delete(one: Override, document: str, path: Path, proposal: Proposal, layer: LayerFolder) -> None:
    """Take an override out of its file; a file that says nothing more goes. Raises Uneditable."""
    shown = one.difference.at.path
    edits = proposal.edit(layer, shown)
    if not path:
        proposal.drop(layer, shown)
        return
    if _is_translation(edits):
        edits.remove((text_key(one.difference.kind, document, path),))
    elif is_move(one):
        for name in _places(edits, path):
            edits.remove((*path, f"${name}"))
    else:
        edits.remove(written_at(edits, path))
    proposal.put(layer, shown, edits)


def is_move(one: Override) -> bool:
    """Tell whether an override only puts an element elsewhere."""
    value = one.difference.value
    return value is not None and value.startswith("$") and one.node is not None and one.node.is_map


def text_key(kind: str, document: str, path: Path) -> str:
    """Return the path of a text as translations write it, from its path with the language at the end."""
    return ".".join((kind, document, *path[:-1]))


def set_value(edits: Edits, path: Path, value: Data, shape: Shape | None, reasons: Mapping[str, str]) -> None:
    """Write a value at a path whose surroundings may be written in a short form; `shape`: of what is around it."""
    around = edits.get(path[:-1]) if path[:-1] else None
    if is_label(shape) and isinstance(around, str):
        if path[-1] == "en":
            edits.set(path[:-1], value, reasons=reasons)
            return
        edits.set(path[:-1], {"en": around})
    edits.set(path, value, reasons=reasons)


def _write_element(choice: Choice, proposal: Proposal, kind: type[Document], model: Edits) -> None:
    one, target, path = choice.model.override, choice.target, choice.path
    below = _below(one, target)
    if below is not None and below.source.path in _translations(target):
        edits = proposal.edit(target, below.source.path)
        edits.set((text_key(one.difference.kind, choice.document, path),), _scalar(one.node))
        proposal.put(target, below.source.path, edits)
        return
    shown = proposal.document(target, one.difference.kind, choice.document)
    if shown is None:
        file = proposal.new_file(target, one.difference.kind, choice.document)
        shown = proposal.shown(target, file)
        proposal.write(target, file, f"{one.difference.kind}: {choice.document}\n")
    edits = proposal.edit(target, shown)
    _set(choice, kind, edits, _taken(choice, kind, model))
    proposal.put(target, shown, edits)


def _set(choice: Choice, kind: type[Document], edits: Edits, data: Data) -> None:
    one, path = choice.model.override, choice.path
    if isinstance(data, Mapping) and data.get("$remove") is True and edits.has(path):
        edits.remove(path)
    elif is_move(one) and isinstance(data, Mapping):
        for name in _places(edits, path):
            edits.remove((*path, f"${name}"))
        for name, value in data.items():
            edits.set((*path, name), value)
    elif _is_list_change(data) and edits.has(path) and one.node is not None:
        edits.set(path, [entry.scalar for entry in one.node.entries])
    else:
        if isinstance(data, Mapping):
            data = {key: value for key, value in data.items() if key != "$replace"}
        set_value(edits, path, _with_former_names(choice, data), shape_at(kind, path[:-1]), _kept_reasons(choice))


def _taken(choice: Choice, kind: type[Document], model: Edits) -> Data:
    """Return what the model's overlay says as data of the target: without reasons, with the labels all have."""
    one, path = choice.model.override, choice.path
    if is_move(one):
        return {f"${name}": value for name, value in _places(model, path).items()}
    if _is_translation(model):
        return _scalar(one.node)
    data = _plain(model.get(written_at(model, path)))
    if not choice.model.is_addition or not isinstance(data, Mapping):
        return data
    return _common(data, shape_at(kind, path), _nodes(choice))


def _write_document(choice: Choice, proposal: Proposal, kind: type[Document], model: Edits) -> None:
    """Write the model's file as it is, but for its reasons, and the labels that not all have."""
    target = choice.target
    data = model.data
    for path in reversed([*_reasons(data)]) if target.rank < REGION else ():
        model.remove(path)
    header, *_ = model.data if isinstance(model.data, Mapping) else ("",)
    body = {name: value for name, value in _mapping(model.data).items() if name != header}
    common = _mapping(_common(body, shape_at(kind, ()), _nodes(choice)))
    for name, value in body.items():
        if name not in common:
            model.remove((name,))
        elif value != common[name]:
            model.set((name,), common[name])
    for name, value in _mapping(_with_former_names(choice, {})).items():
        model.set((name,), value)
    proposal.write(target, proposal.new_file(target, choice.model.kind, choice.document), model.text)


def _with_former_names(choice: Choice, data: Data) -> Data:
    former = sorted({name for one in choice.adopters for name in choice.names(one)})
    if not former or choice.model.kind not in _STORED or not isinstance(data, Mapping):
        return data
    return {"$was": former if len(former) > 1 else former[0], **data}


def _kept_reasons(choice: Choice) -> Mapping[str, str]:
    """Return why it is there, where it goes to a layer that must say so."""
    if choice.target.rank < REGION:
        return {}
    reason = choice.model.override.difference.reason
    until = reason.until.isoformat() if reason.until is not None else ""
    said = {"why": reason.why, "ticket": reason.ticket, "until": until, "category": reason.category}
    return {name: text for name, text in said.items() if text}


def _nodes(choice: Choice) -> list[Node]:
    return [one.override.node for one in choice.adopters if one.override.node is not None]


def _common(data: Data, shape: Shape | None, nodes: Sequence[Node]) -> Data:
    """Return data with the texts in those languages that all nodes have; where none is, the label goes."""
    if not isinstance(data, Mapping):
        return data
    found: dict[str, Data] = {}
    for name, value in data.items():
        inner = [child for node in nodes if (child := node.items.get(name)) is not None]
        of = shape_below(shape, name)
        if is_label(of):
            texts = value if isinstance(value, Mapping) else {"en": value}
            shared = {key: text for key, text in texts.items() if all(key in child.items for child in inner)}
            if shared and len(inner) == len(nodes):
                found[name] = value if shared == texts else shared
        else:
            found[name] = _common(value, of, inner)
    return found


def _plain(data: Data) -> Data:
    """Return data without reasons, and what was given by `$set` as it is."""
    if not isinstance(data, Mapping):
        return data
    kept = {name: _plain(value) for name, value in data.items() if name not in _SILENT}
    return kept["$set"] if set(kept) == {"$set"} else kept


def _reasons(data: Data, path: Path = ()) -> Iterator[Path]:
    for name, value in _mapping(data).items():
        if name in _SILENT:
            yield (*path, name)
        else:
            yield from _reasons(value, (*path, name))


def _mapping(data: Data) -> Mapping[str, Data]:
    return data if isinstance(data, Mapping) else {}


def _scalar(node: Node | None) -> Data:
    return node.scalar if node is not None else None


def _is_list_change(data: Data) -> bool:
    return bool({"$add", "$drop"} & set(_mapping(data)))


def _below(one: Override, target: LayerFolder) -> Node | None:
    """Return what the target's own files say at the place of an override."""
    chain = one.node.chain() if one.node is not None else ()
    return next((node for node in chain if node.source.layer == target.name), None)


def _translations(target: LayerFolder) -> set[str]:
    return {one.node.source.path for one in target.documents if one.kind == Translation.kind}


def _is_translation(edits: Edits) -> bool:
    return next(iter(_mapping(edits.data)), "") == Translation.kind


def _places(edits: Edits, path: Path) -> dict[str, Data]:
    return {name: edits.get((*path, f"${name}")) for name in PLACES if edits.has((*path, f"${name}"))}


def written_at(edits: Edits, path: Path) -> Path:
    """Return the path at which a value is written: its own, or that of the short form that stands for more."""
    if edits.has(path):
        return path
    around = path[:-1]
    if around and edits.has(around) and not isinstance(edits.get(around), Mapping | list):
        return around
    raise Uneditable(f"`{'.'.join(path)}` is not written as it could be moved", hint="write it out, then retry")

"""What each change of a configuration may do to records: told by its place, and by whether it leaves less room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sidra.releases.plan import Impact
from sidra_metamodel.comparing.leaves import LeafChange, Path, is_same, order_changes, whole_changes
from sidra_metamodel.governing.narrowing import is_narrower
from sidra_metamodel.kinds.entity import Attribute, Entity, Relation, Retention
from sidra_metamodel.kinds.process import Process
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.kinds.scalar_type import Enum, ScalarType
from sidra_metamodel.language import Element, Keyword, keywords_of
from sidra_metamodel.layering.effective import Key
from sidra_metamodel.layering.inherit import supertype
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.nodes import Node

Documents = Mapping[Key, Node]

FORM: Final = frozenset({"type", "enum", "scale", "localised", "encrypt", "to", "many", "owned", "inverse"})
"""The words of a member that decide how its values are kept."""
MEMBERS: Final[Mapping[str, type[Element]]] = {"attributes": Attribute, "relations": Relation}
TEXT_OF_RULE: Final = frozenset({"when", "check", "severity", "on", "at", "kind"})
_NO_PREFIX: Final = "\0"
"""With which no name begins: between two configurations of one affiliate, no value is anybody's own."""


class Sorted(NamedTuple):
    """A change with its class, and the word for what it does."""

    change: LeafChange
    impact: Impact
    word: str
    subject: str = ""


def sorted_changes(below: Documents, above: Documents) -> Iterator[Sorted]:
    """Yield what changes between effective documents, each once: a subtype does not repeat what it inherits."""
    changes = whole_changes(below, above)
    known = {(one.kind, one.document, one.path): one for one in changes}
    renamed = {key: was for one in changes for key, was in _renamed(one, known)}
    gone = set(renamed.values())
    for one in changes:
        place = (one.kind, one.document, one.path)
        if place in gone or _is_inherited(one, known, below, above):
            continue
        was = known.get(renamed[place]) if place in renamed else None
        if was is not None and was.was is not None and one.now is not None:
            yield Sorted(one, Impact.SAFE, "renamed", was.path[-1] if was.path else was.document)
            yield from _inside(one, was.was, one.now)
        else:
            yield from _sorted(one, above)
    for one in order_changes(below, above):
        if one.kind not in {Entity.kind, "layer"} and not _is_inherited(one, known, below, above):
            yield Sorted(one, Impact.SAFE, "moved")


def _renamed(
    one: LeafChange, known: Mapping[tuple[str, str, Path], LeafChange]
) -> Iterator[tuple[tuple[str, str, Path], tuple[str, str, Path]]]:
    """Yield the place of what is new under another name, with the place of what it was."""
    for former in former_names(one.now) if one.was is None and one.now is not None else ():
        path = (*one.path[:-1], former) if one.path else ()
        place = (one.kind, one.document if one.path else former, path)
        if place in known and known[place].now is None:
            yield (one.kind, one.document, one.path), place
            return


def _inside(one: LeafChange, was: Node, now: Node) -> Iterator[Sorted]:
    """Yield what a renamed element says otherwise, by its present name."""
    key = one.kind, one.document
    for change in whole_changes({key: was}, {key: now}):
        yield from _sorted(LeafChange(*key, (*one.path, *change.path), change.was, change.now), {})


def _is_inherited(
    one: LeafChange, known: Mapping[tuple[str, str, Path], LeafChange], below: Documents, above: Documents
) -> bool:
    """Tell whether a supertype changes the same in the same way."""
    if one.kind != Entity.kind or not one.path:
        return False
    root = above.get((one.kind, one.document)) or below.get((one.kind, one.document))
    parent = supertype(root) if root is not None else None
    other = known.get((one.kind, parent, one.path)) if parent is not None else None
    return other is not None and _is_alike(one.was, other.was) and _is_alike(one.now, other.now)


def _is_alike(one: Node | None, other: Node | None) -> bool:
    return one is other or (one is not None and other is not None and is_same(one, other))


def _sorted(one: LeafChange, above: Documents) -> Iterator[Sorted]:
    word = "new" if one.was is None else "removed" if one.now is None else "changed"
    special = {
        Entity.kind: _of_entity,
        ScalarType.kind: _of_type,
        Enum.kind: _of_enum,
        Rule.kind: _of_rule,
        Process.kind: _of_process,
    }.get(one.kind)
    found = list(special(one, above)) if special is not None else []
    yield from found or [Sorted(one, Impact.SAFE, word)]


def _of_entity(one: LeafChange, above: Documents) -> Iterator[Sorted]:
    match one.path:
        case () if one.now is None:
            yield Sorted(one, Impact.DESTRUCTIVE, "gone")
        case ("attributes" | "relations" as part, name):
            yield from _of_member(one, part, name, above)
        case ("attributes" | "relations" as part, _, word, *_):
            yield from _of_word(one, keywords_of(MEMBERS[part]).get(word))
        case ("retention", *_) if _is_shorter(one):
            yield Sorted(one, Impact.DATA, "retention")
        case ("lifecycle", "transitions", name) if one.now is None:
            yield Sorted(one, Impact.PROCESS, "step_gone", name)
        case ("lifecycle", "transitions", name, "from", *_) if _has_lost(one):
            yield Sorted(one, Impact.PROCESS, "step_gone", name)
        case ("lifecycle",) if one.now is None:
            yield Sorted(one, Impact.PROCESS, "step_gone", one.document)
        case ("is_a" | "abstract",):
            yield Sorted(one, Impact.DESTRUCTIVE, "refused")


def _of_member(one: LeafChange, part: str, name: str, above: Documents) -> Iterator[Sorted]:
    if one.now is None:
        yield Sorted(one, Impact.DESTRUCTIVE, "gone", name)
        return
    if one.was is not None:
        return
    yield Sorted(one, Impact.SAFE, "new")
    required = one.now.get("required")
    is_filled = one.now.get("default") is not None or one.now.get("compute") is not None
    # Nobody has a value yet of what is new; an entity that is new itself has no records either.
    if required is not None and required.value not in {False, None} and not is_filled and above:
        path = (part, name, "required")
        yield Sorted(LeafChange(one.kind, one.document, path, None, required), Impact.DATA, "required")


def _of_word(one: LeafChange, word: Keyword | None) -> Iterator[Sorted]:
    """Yield what becomes of the records when a word of a member says otherwise."""
    if word is None:
        return
    if word.name in FORM and not (word.name == "encrypt" and one.now is None):
        yield Sorted(one, Impact.DESTRUCTIVE, "converted" if word.name == "encrypt" else "type_changed", one.path[1])
    elif word.name in {"required", "unique"} and not _loosens(one, word):
        yield Sorted(one, Impact.DATA, word.name)
    elif word.name in LIMITS and not _loosens(one, word):
        yield Sorted(one, Impact.DATA, "narrower")


LIMITS: Final = frozenset({"min", "max", "min_length", "max_length", "pattern", "check"})


def _of_type(one: LeafChange, _above: Documents) -> Iterator[Sorted]:
    if one.path and one.path[0] == "base" and one.was is not None:
        yield Sorted(one, Impact.DESTRUCTIVE, "type_changed")
    elif one.path and one.path[0] in LIMITS and not _loosens(one, keywords_of(ScalarType)[one.path[0]]):
        yield Sorted(one, Impact.DATA, "narrower")


def _of_enum(one: LeafChange, above: Documents) -> Iterator[Sorted]:
    if one.path[:1] != ("values",) or one.now is not None or not one.path[1:]:
        return
    if one.document in _of_states(above):
        yield Sorted(one, Impact.PROCESS, "state_gone", one.path[1])
    else:
        yield Sorted(one, Impact.DATA, "value_gone", one.path[1])


def _of_states(documents: Documents) -> Iterator[str]:
    """Yield the code lists whose values are the states of a life cycle."""
    for (kind, _), root in documents.items():
        lifecycle = root.get("lifecycle") if kind == Entity.kind else None
        attribute = root.get("attributes", _word(lifecycle, "attribute")) if lifecycle is not None else None
        if attribute is not None:
            yield _word(attribute, "enum")


def _of_rule(one: LeafChange, above: Documents) -> Iterator[Sorted]:
    root = above.get((one.kind, one.document))
    if root is None or _word(root, "kind") != "validate" or _word(root, "severity", "error") != "error":
        return
    if not one.path or (one.path[0] in TEXT_OF_RULE and not (one.path[0] == "check" and _only_lost(one))):
        yield Sorted(one, Impact.DATA, "rule")


def _of_process(one: LeafChange, _above: Documents) -> Iterator[Sorted]:
    if one.now is None and (not one.path or one.path[0] == "tasks") and len(one.path) in {0, 2}:
        yield Sorted(one, Impact.PROCESS, "step_gone", one.path[1] if one.path else one.document)
    elif one.path == ("bpmn",) and one.was is not None:
        yield Sorted(one, Impact.PROCESS, "step_gone", one.document)
    elif one.path[:1] == ("slots",):
        for name in sorted(_in_slots(one.was, len(one.path)) - _in_slots(one.now, len(one.path))):
            yield Sorted(one, Impact.PROCESS, "step_gone", name or one.path[-1])


def _in_slots(node: Node | None, depth: int) -> set[str]:
    """Return the tasks of slots: `depth` tells of which part of them; the empty name for that of a task itself."""
    if node is None:
        return set()
    match depth:
        case 1:
            return {name for slot in node.items.values() for name in slot.items}
        case 2:
            return set(node.items)
        case _:
            return {""} if depth == len(("slots", "slot", "task")) else set()


def _word(root: Node, name: str, default: str = "") -> str:
    node = root.get(name)
    return str(node.value) if node is not None else default


def _loosens(one: LeafChange, word: Keyword) -> bool:
    """Tell whether a change leaves at least as much room as there was."""
    if word.narrower is None:
        return _only_lost(one)
    return is_narrower(word, one.now, one.was, _NO_PREFIX)


def _only_lost(one: LeafChange) -> bool:
    """Tell whether a list, or a single value for one, only lost members."""
    return _texts(one.now) <= _texts(one.was)


def _has_lost(one: LeafChange) -> bool:
    return not _texts(one.was) <= _texts(one.now)


def _texts(node: Node | None) -> set[object]:
    if node is None or node.value is None:
        return set()
    return {entry.value for entry in node.entries} if isinstance(node.value, tuple) else {str(node.value)}


def _is_shorter(one: LeafChange) -> bool:
    """Tell whether records may go that would have stayed."""
    if one.now is None:
        return one.path[-1] == "hold"
    return one.path != ("retention", "after") or not is_narrower(
        keywords_of(Retention)["after"], one.now, one.was, _NO_PREFIX
    )

"""What the group waives for an affiliate, held against what the affiliate says, and who may grant it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sidra_metamodel.diagnostics import Diagnostics, Note, Severity, note
from sidra_metamodel.governing.narrowing import shown
from sidra_metamodel.governing.spots import Path
from sidra_metamodel.kinds.granting import EVERYONE, GRANTING, Ceiling, Waiver
from sidra_metamodel.layering.effective import Effective, EffectiveDocument, Key
from sidra_metamodel.layering.layers import REGION, LayerFolder, Layers
from sidra_metamodel.layering.waiving import Grant
from sidra_metamodel.nodes import Node, Place
from sidra_metamodel.suggest import did_you_mean, listed


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver as the group wrote it."""

    name: str
    affiliate: str
    path: str
    allows: str
    """As YAML on one line."""
    until: date | None
    """The last day; None for what is no date."""
    approver: str
    why: str
    ticket: str
    at: Place

    def is_past(self, today: date) -> bool:
        """Tell whether it was agreed for days before this one only."""
        return self.until is not None and self.until < today


def waivers(layers: Layers, affiliate: str | None = None) -> tuple[Waived, ...]:
    """Return what the group waives for one affiliate, or for all, in the order of the files."""
    found = (_waived(name, node) for kind, name, node in layers.grants if kind == Waiver.kind)
    return tuple(one for one in found if affiliate in {None, one.affiliate})


def _waived(name: str, node: Node) -> Waived:
    texts = {word: shown(node.get(word)) for word in ("affiliate", "path", "allows", "approver", "why", "ticket")}
    return Waived(name=name, until=_day(node.get("until")), at=node.key_place, **texts)


@dataclass(slots=True)
class Waivers:
    """The waivers of one affiliate, and which of them a rule was in the way of."""

    granted: Sequence[Grant]
    used: set[str] = field(default_factory=set)

    def at(self, key: Key, path: Path) -> list[Grant]:
        """Return the waivers at a path, whatever they allow."""
        return [one for one in self.granted if one.key == key and one.path == path]

    def lets(self, key: Key, root: Node, path: Path) -> bool:
        """Tell whether what stands at a path of a document is allowed, which makes use of the waiver."""
        used = {one.name for one in self.at(key, path) if path and one.allows(root.get(*path))}
        self.used |= used
        return bool(used)

    def used_in(self, key: Key) -> list[Path]:
        """Return where a document has a value by a waiver."""
        return [one.path for one in self.granted if one.key == key and one.name in self.used]

    def notes(self, key: Key, path: Path) -> list[Note]:
        """Tell of a waiver at a path that allows another value than the one refused there."""
        allowed = (one.node.get("allows") for one in self.at(key, path))
        return [note("the group waives", node) for node in allowed if node is not None]


def check_waivers(effective: Effective, waivers: Waivers, diagnostics: Diagnostics, today: date | None) -> None:
    """Warn of waivers that have run out or allow nothing; refuse those that a layer grants itself."""
    for folder in effective.stack.folders:
        for kind, _name, node in folder.documents if folder.rank >= REGION else ():
            if kind in GRANTING:
                _refuse_own(kind, node, folder, diagnostics)
    for grant in waivers.granted:
        _check_end(grant, today, diagnostics)
        if grant.name not in waivers.used:
            _warn_of_idle(grant, effective, diagnostics)


def _refuse_own(kind: str, node: Node, folder: LayerFolder, diagnostics: Diagnostics) -> None:
    message = f"a `{kind}` is not for {_article(folder.level)} {folder.level}"
    way_out = f"the group alone has {kind}s, in its own tree; take the file away, and ask the group"
    diagnostics.error("E218", message, node, key=True, help=way_out)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _check_end(grant: Grant, today: date | None, diagnostics: Diagnostics) -> None:
    node = grant.node.get("until")
    day = _day(node)
    if node is None:
        return
    if day is None:
        message = f"`until` must be a day, not `{shown(node)}`"
        diagnostics.report("E124", message, node, help='write year, month and day: `until: "2027-03-31"`')
    elif today is not None and day < today:
        message = f"the waiver `{grant.name}` was agreed until {day}"
        way_out = "take the override back, or let the group agree on a later day"
        diagnostics.report("E219", message, node, severity=Severity.WARNING, help=way_out)


def _warn_of_idle(grant: Grant, effective: Effective, diagnostics: Diagnostics) -> None:
    node, affiliate = grant.node.get("path"), effective.stack.affiliate
    if node is None or not isinstance(node.value, str):
        return
    document = effective.get(grant.key)
    if document is None:
        names = sorted({name for _, name in effective})
        first = shown(node).partition(".")[0]
        message, way_out = f"no document `{first}` to waive a rule in", did_you_mean(first, names) or _PATH
    elif not _is_there(document, grant.path):
        message = f"nothing stands at `{shown(node)}`, so that nothing is waived"
        way_out = _nearest(document.root, grant.path) or _PATH
    elif not grant.allows(document.root.get(*grant.path)):
        value = shown(document.root.get(*grant.path))
        message = f"`{affiliate}` has `{value}` at `{shown(node)}`, not the `{shown(grant.node.get('allows'))}` waived"
        way_out = "let the affiliate have the value that is waived, or take the waiver back"
    else:
        message = f"`{affiliate}` may have this value at `{shown(node)}` without a waiver"
        way_out = "take the waiver back"
    diagnostics.report("E220", message, node, severity=Severity.WARNING, help=way_out)


_PATH = "write the path as `sidra explain` takes it"


def _is_there(document: EffectiveDocument, path: Path) -> bool:
    return bool(path) and any(stage.root.get(*path) is not None for stage in document.stages)


def _nearest(root: Node, path: Path) -> str:
    """Return the help for the first name of a path that is not there."""
    node = root
    for name in path:
        if name not in node.items:
            return did_you_mean(name, node.items) or (f"there are {listed(node.items)}" if node.items else "")
        node = node.items[name]
    return ""


def unknown_affiliates(layers: Layers, diagnostics: Diagnostics) -> None:
    """Warn of waivers and ceilings for affiliates that are not there."""
    for name, node in _named(layers):
        if name not in layers.affiliates:
            help_ = did_you_mean(name, layers.affiliates) or f"there are {listed(layers.affiliates)}"
            diagnostics.report("E220", f"no affiliate `{name}`", node, key=True, severity=Severity.WARNING, help=help_)


def _named(layers: Layers) -> Iterator[tuple[str, Node]]:
    for kind, name, node in layers.grants:
        affiliate = node.get("affiliate")
        if kind == Waiver.kind and affiliate is not None and isinstance(affiliate.value, str):
            yield affiliate.value, Node(affiliate.value, affiliate.source, affiliate.at)
        elif kind == Ceiling.kind and name != EVERYONE:
            yield name, node


def _day(node: Node | None) -> date | None:
    try:
        return date.fromisoformat(str(node.value)) if node is not None else None
    except ValueError:
        return None

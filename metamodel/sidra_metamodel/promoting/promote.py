"""What several affiliates say alike, moved to a layer below them: what everybody has stays, and is proven to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sidra_metamodel.comparing.alike import keyword_at
from sidra_metamodel.comparing.compare import Comparing
from sidra_metamodel.diagnostics import Diagnostic
from sidra_metamodel.layering.layers import PACK, LayerFolder, Layers
from sidra_metamodel.load import Language
from sidra_metamodel.promoting.choosing import Choice, Request, choose
from sidra_metamodel.promoting.keeping import Keeper, is_default_there
from sidra_metamodel.promoting.locking import locked
from sidra_metamodel.promoting.placing import place
from sidra_metamodel.promoting.proof import Roots, Unequal, demand_equal, demand_sound, renamed, roots_of, unequal
from sidra_metamodel.promoting.proposal import FileChange, Proposal
from sidra_metamodel.versions.declared import numbered


@dataclass(frozen=True, slots=True)
class Promotion:
    """A change that is proven and not written yet."""

    address: str
    """Kind, document and path in the layer that takes it."""
    target: str
    """That layer: `core`, a pack or a region."""
    adopters: tuple[str, ...]
    """Affiliates that said it, and now have it from below."""
    kept: tuple[str, ...]
    """Affiliates that keep what they had, each by an override."""
    taken: tuple[str, ...]
    """Affiliates that take it over, as was approved."""
    names: Mapping[str, Mapping[str, str]]
    """The new names by the former ones, of each adopter that has any."""
    files: tuple[FileChange, ...]
    layers: Layers
    """All layers as they would be."""
    target_is_baseline: bool
    version: str
    """The least version that the baseline must have with it; its present one where a region takes the change."""
    warnings: tuple[Diagnostic, ...]
    """What a check would warn of that it does not warn of now."""


def promote(layers: Layers, language: Language, today: date, request: Request) -> Promotion:
    """Return what a promotion changes, proven; nothing is written.

    Raises NothingThere, Disagreed, NoSuchLayer, Unnamed, CannotKeep, Uneditable, NotProven.
    """
    comparing = Comparing(layers, language.registry, today)
    return _Promoting(layers, language, today, request, choose(comparing, layers, request)).promotion()


class _Promoting:
    def __init__(self, layers: Layers, language: Language, today: date, request: Request, choice: Choice) -> None:
        self._layers = layers
        self._language = language
        self._registry = language.registry
        self._today = today
        self._request = request
        self._choice = choice
        self._proposal = Proposal(layers, language.registry)
        self._names = {one.override.affiliate: names for one in choice.adopters if (names := choice.names(one))}
        self._concerned = tuple(
            name for name in layers.affiliates if any(folder is choice.target for folder in layers.stack(name).folders)
        )
        self._before = {name: self._had(name) for name in layers.affiliates}

    def promotion(self) -> Promotion:
        choice = self._choice
        adopters = tuple(one.override.affiliate for one in choice.adopters)
        folders = {name: self._layers.affiliate(name) for name in self._concerned}
        place(choice, self._proposal, self._registry.kinds, {one.name: one for one in folders.values()})
        kept = self._keep(folders, adopters)
        after = self._proposal.layers()
        demand_equal(self._before, after, self._registry, self._is_agreed)
        return Promotion(
            address=choice.address,
            target=choice.where,
            target_is_baseline=choice.target.rank <= PACK,
            adopters=adopters,
            kept=kept,
            taken=tuple(name for name in self._concerned if name in self._request.approve and name not in adopters),
            names=self._names,
            files=locked(self._proposal, self._layers, after, self._language),
            version=numbered(after, self._registry, self._layers.installed).least,
            layers=after,
            warnings=demand_sound(self._layers, after, self._language, self._today),
        )

    def _had(self, affiliate: str) -> Roots:
        roots = roots_of(self._layers, affiliate, self._registry)
        return renamed(roots, self._names.get(affiliate, {}), self._choice.homonyms.get(affiliate, frozenset()))

    def _differing(self, layers: Layers, affiliate: str) -> tuple[Unequal, ...]:
        return unequal(affiliate, self._before[affiliate], roots_of(layers, affiliate, self._registry), self._registry)

    def _keep(self, folders: Mapping[str, LayerFolder], adopters: Sequence[str]) -> tuple[str, ...]:
        """Let each affiliate that did not approve keep what it had; return those that did not have it."""
        choice, request = self._choice, self._request
        proposed = self._proposal.layers()
        reason = request.why or f"Kept when {choice.address} went to {choice.where}"
        reasons = {"why": reason, **({"ticket": request.ticket} if request.ticket else {})}
        kept = []
        for name in self._concerned:
            is_adopter = name in adopters
            found = [one for one in self._differing(proposed, name) if self._is_ours(one)]
            if not found or (name in request.approve and not is_adopter):
                continue
            kind = self._registry.kinds[choice.model.kind]
            said = {} if is_adopter else reasons
            Keeper(self._proposal, folders[name], kind, (choice.document, *choice.path), said).keep(found)
            kept += [] if is_adopter else [name]
        return tuple(kept)

    def _is_ours(self, one: Unequal) -> bool:
        """Tell whether something differs where the change was made, so that an override there mends it."""
        choice = self._choice
        is_there = (one.kind, one.document) == (choice.model.kind, choice.document)
        path = choice.path[:-1] if one.is_order else choice.path
        return is_there and one.path[: len(path)] == path and (not one.is_order or one.path == path)

    def _is_agreed(self, one: Unequal) -> bool:
        choice = self._choice
        path = choice.path[:-1] if one.is_order else choice.path
        is_part = one.kind == choice.model.kind and one.path[: len(path)] == path
        if not is_part:
            return False
        kind = self._registry.kinds[one.kind]
        if one.was is None and one.now is not None and is_default_there(kind, one.path):
            word = keyword_at(kind, one.path)
            return one.affiliate in self._request.approve or (word is not None and one.now.scalar == word.default)
        hidden = one.now.get("hidden") if one.now is not None and one.was is None else None
        return one.affiliate in self._request.approve or (hidden is not None and hidden.value is True)

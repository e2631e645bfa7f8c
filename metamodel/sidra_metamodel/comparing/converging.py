"""The same change in several affiliates: what the group, or their region, may take over from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from sidra_metamodel.comparing.alike import ANY_PREFIX, LOCAL_NAME, content, is_label, shape_at, stripping, words
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.explaining.show import flow
from sidra_metamodel.language import Document

FEWEST: Final = 3
"""So many affiliates must say the same before it is proposed."""
TELLING: Final = 3
"""So many words an element must have, beside its labels, to be known under other names."""

Path = tuple[str, ...]


class Likeness(StrEnum):
    """How alike the same change of several affiliates is."""

    SAME = "same"
    LABELS = "labels"
    """The same but for its labels."""
    NAMES = "names"
    """The same but for its labels, under other names."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that several affiliates make alike."""

    kind: str
    document: str
    path: Path
    """The names below the document; in both, `x_*_` stands for the affiliates' prefixes."""
    overrides: tuple[Override, ...]
    """One for each affiliate, by its name."""
    likeness: Likeness
    target: str
    """Where it would go: `core`, a pack or a region."""
    name: str
    """What it would be called there; empty where nothing new is named."""
    needs: tuple[str, ...]
    """Other local names that it uses: they would go first."""

    @property
    def address(self) -> str:
        """Kind, document and path, with dots between."""
        return ".".join((self.kind, self.document, *self.path))

    @property
    def affiliates(self) -> tuple[str, ...]:
        """Who makes it."""
        return tuple(one.affiliate for one in self.overrides)

    @property
    def level(self) -> int:
        """How far it goes, 1 to 4."""
        return max(one.level for one in self.overrides)

    @property
    def needs_name(self) -> bool:
        """Whether affiliates call it by different names, so that a person should choose one."""
        return self.likeness is Likeness.NAMES


class Home(NamedTuple):
    """What is to know of an affiliate to compare it with others."""

    prefix: str | None
    region: str | None


class Said(NamedTuple):
    """An override as any affiliate might have made it."""

    override: Override
    kind: str
    document: str
    path: Path
    content: Hashable
    exactly: Hashable
    is_addition: bool

    @property
    def parent(self) -> Path:
        """The names around the element."""
        return (self.document, *self.path)[:-1]

    @property
    def own_name(self) -> str:
        """The name of the element, or of the document."""
        return (self.document, *self.path)[-1]


def candidates(
    overrides: Iterable[Override],
    homes: Mapping[str, Home],
    kinds: Mapping[str, type[Document]],
    layer_of: Callable[[Override], str],
) -> tuple[Candidate, ...]:
    """Return the changes that three or more affiliates make alike, the most common first.

    layer_of: the pack in which an override's surroundings stand, where its affiliates have no region in common.
    """
    said = alike(overrides, homes, kinds)
    found = (_candidate(group, homes, layer_of) for group in _groups(said))
    return tuple(sorted(found, key=lambda one: (-len(one.overrides), one.address)))


def alike(
    overrides: Iterable[Override], homes: Mapping[str, Home], kinds: Mapping[str, type[Document]]
) -> tuple[Said, ...]:
    """Return the overrides of affiliates' own layers as any affiliate might have made them."""
    own = (one for one in overrides if one.layer.startswith("affiliate:"))
    return tuple(_said(part, homes, kinds) for one in own for part in _by_language(one, kinds))


def _by_language(one: Override, kinds: Mapping[str, type[Document]]) -> Iterator[Override]:
    """Yield an override as it is, but that of a text in several languages as one for each of them."""
    difference, node = one.difference, one.node
    if node is None or not node.is_map or not is_label(shape_at(kinds[difference.kind], difference.path)):
        yield one
        return
    for locale, text in node.items.items():
        if text.source.layer == one.layer:
            yield replace(
                one,
                node=text,
                difference=replace(
                    difference,
                    path=(*difference.path, locale),
                    value=flow(text),
                    below=flow(text.under) if text.under is not None else None,
                    at=text.key_place,
                    below_at=text.under.key_place if text.under is not None else None,
                ),
            )


def _said(one: Override, homes: Mapping[str, Home], kinds: Mapping[str, type[Document]]) -> Said:
    difference, strip = one.difference, stripping(homes[one.affiliate].prefix)
    exactly = strip(difference.value) if difference.value is not None else None
    is_addition = difference.below is None and one.node is not None and one.node.is_map
    meant: Hashable = exactly
    if is_addition and one.node is not None:
        meant = content(one.node, shape_at(kinds[difference.kind], difference.path), strip)
    document, path = strip(difference.document), tuple(map(strip, difference.path))
    return Said(one, difference.kind, document, path, meant, exactly, is_addition)


def _groups(said: Sequence[Said]) -> Iterator[list[Said]]:
    """Yield what is alike, of three or more affiliates: by content under one parent, else at one path."""
    by_content = _sorted_by((one for one in said if _is_telling(one)), lambda one: (one.kind, one.parent, one.content))
    taken: set[int] = set()
    for group in by_content:
        if _is_common(group) and len({one.override.affiliate for one in group}) == len(group):
            taken.update(map(id, group))
            yield group
    rest = (one for one in said if id(one) not in taken)
    for group in _sorted_by(rest, lambda one: (one.kind, one.document, one.path, one.content)):
        if _is_common(group):
            yield group


def _sorted_by(said: Iterable[Said], key: Callable[[Said], Hashable]) -> Iterable[list[Said]]:
    found: dict[Hashable, list[Said]] = {}
    for one in said:
        found.setdefault(key(one), []).append(one)
    return found.values()


def _is_common(group: Sequence[Said]) -> bool:
    return len({one.override.affiliate for one in group}) >= FEWEST


def _is_telling(one: Said) -> bool:
    """Tell whether an addition says so much that nobody would say the same of something else."""
    return one.is_addition and ANY_PREFIX in one.own_name and _size(one.content) >= TELLING


def _size(found: Hashable) -> int:
    return (
        sum(_size(inner) if isinstance(inner, frozenset) else 1 for _, inner in found)
        if (isinstance(found, frozenset))
        else 1
    )


def _candidate(group: Sequence[Said], homes: Mapping[str, Home], layer_of: Callable[[Override], str]) -> Candidate:
    by_affiliate = {one.override.affiliate: one for one in sorted(group, key=lambda one: one.override.affiliate)}
    each = tuple(by_affiliate.values())
    names = Counter(one.own_name for one in each)
    name = min(names, key=lambda one: (-names[one], one))
    model = next(one for one in each if one.own_name == name)
    likeness = Likeness.NAMES if len(names) > 1 else _likeness(each)
    regions = {homes[one.override.affiliate].region for one in each}
    region = regions.pop() if len(regions) == 1 else None
    own = name.removeprefix(ANY_PREFIX) if name.startswith(ANY_PREFIX) else ""
    document, path = (name, ()) if not model.path else (model.document, (*model.path[:-1], name))
    return Candidate(
        kind=model.kind,
        document=document,
        path=path,
        overrides=tuple(one.override for one in each),
        likeness=likeness,
        target=region or layer_of(model.override),
        name=f"x_{region}_{own}" if own and region else own,
        needs=needs(model),
    )


def needs(one: Said) -> tuple[str, ...]:
    """Return the local names, beside its own, that something uses or stands in, as those of any affiliate."""
    around = (one.document, *one.path)[:-1]
    found = {name for text in (*words(one.content), *around) for name in LOCAL_NAME.findall(text)}
    return tuple(sorted(found - {one.own_name}))


def _likeness(group: Sequence[Said]) -> Likeness:
    return Likeness.SAME if len({one.exactly for one in group}) == 1 else Likeness.LABELS

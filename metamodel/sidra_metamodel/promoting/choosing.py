"""What a path to promote means: which affiliates say the same there, who says otherwise, and where it would go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sidra_metamodel.comparing.alike import ANY_PREFIX, keyword_at
from sidra_metamodel.comparing.compare import Comparing
from sidra_metamodel.comparing.converging import Said, alike, needs
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.language import Document
from sidra_metamodel.layering.layers import CORE, GROUP, PACK, REGION, LayerFolder, Layers
from sidra_metamodel.suggest import did_you_mean, listed

_MOST_SHOWN: Final = 3
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class NothingThere(SidraError):
    """No affiliate says anything of its own at a path."""

    code = "E280"


class Disagreed(SidraError):
    """Affiliates say different things at a path, none of which is said by the most."""

    code = "E281"


class NoSuchLayer(SidraError):
    """Nothing can be promoted to such a layer."""

    code = "E282"


class Unnamed(SidraError):
    """What is promoted cannot have the name that it would have, or uses names that stay behind."""

    code = "E285"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to promote, and how."""

    path: str
    to: str | None = None
    """`core`, a pack or a region; None for where it belongs."""
    rename: str | None = None
    """The name that it gets; None for the local one without its prefix."""
    like: str | None = None
    """The affiliate whose value is taken where they disagree."""
    approve: frozenset[str] = frozenset()
    """Affiliates that take over what they did not have."""
    why: str = ""
    """The reason that is written where affiliates keep what they have."""
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is promoted from whom to where."""

    model: Said
    """The override whose text is taken."""
    adopters: tuple[Said, ...]
    """Those who say it, whose overrides go."""
    target: LayerFolder
    name: str
    """What is new is called so in the target; empty where nothing new is named."""
    homonyms: Mapping[str, frozenset[tuple[str, ...]]]
    """Kind, document and path of what else each adopter calls so, and does not rename."""

    @property
    def where(self) -> str:
        """The target as people name it: `core`, a pack or a region."""
        return CORE if self.target.rank == GROUP else self.target.own_name

    @property
    def document(self) -> str:
        """The document's name in the target."""
        return self.name if self.name and not self.model.path else self.model.override.difference.document

    @property
    def path(self) -> tuple[str, ...]:
        """The names below the document in the target."""
        path = self.model.override.difference.path
        return (*path[:-1], self.name) if self.name and path else path

    @property
    def address(self) -> str:
        """Kind, document and path, with dots between."""
        return ".".join((self.model.kind, self.document, *self.path))

    def names(self, one: Said) -> Mapping[str, str]:
        """Return the new name of what an adopter has, by its former one."""
        difference = one.override.difference
        former = (difference.document, *difference.path)[-1]
        return {former: self.name} if self.name and former != self.name else {}


def choose(compared: Comparing, layers: Layers, request: Request) -> Choice:
    """Return what a request means; raises NothingThere, Disagreed, NoSuchLayer, Unnamed."""
    said = alike(compared.comparison.overrides, compared.homes, compared.kinds)
    found = _at(said, request.path, compared)
    group = _agreed(found, request)
    target = _target(layers, compared, group, request)
    adopters = tuple(one for one in group if _stands_on(layers, one.override.affiliate, target))
    if not adopters:
        raise NoSuchLayer(
            f"`{request.to}` is no layer of {listed(one.override.affiliate for one in group)}",
            hint="promote to a layer that they stand on, of the version of the baseline that is installed",
        )
    model = next((one for one in adopters if one.override.affiliate == request.like), adopters[0])
    homonyms = {
        one.override.affiliate: frozenset((*_homonyms(one, said, compared.kinds), *_documents(one, layers)))
        for one in adopters
        if one.is_addition
    }
    choice = Choice(model, adopters, target, _name(model, target, request), homonyms)
    _check_names(choice, said, compared)
    return choice


def _at(said: Sequence[Said], path: str, compared: Comparing) -> Sequence[Said]:
    wanted = _any_prefix(path, compared)
    known = next((one for one in compared.comparison.candidates if wanted in _addresses(one.address, one.kind)), None)
    if known is not None:
        ours = {(one.affiliate, one.address) for one in known.overrides}
        same = [one for one in said if (one.override.affiliate, one.override.address) in ours]
        rest = [one for one in said if one not in same and wanted in _addresses(_address(one), one.kind)]
        return [*same, *rest]
    found = [one for one in said if wanted in _addresses(_address(one), one.kind)]
    kinds = sorted({one.kind for one in found})
    if len(kinds) > 1:
        raise NothingThere(
            f"`{path}` is of several kinds", hint=f"begin it with one of {listed(kinds)}, such as `{kinds[0]}.{path}`"
        )
    if found:
        return found
    raise NothingThere(f"no affiliate says anything of its own at `{path}`", hint=_near(said, wanted))


def _near(said: Sequence[Said], wanted: str) -> str:
    addresses = {name for one in said for name in _addresses(_address(one), one.kind)}
    below = sorted(one for one in addresses if one.startswith(f"{wanted}."))
    if below:
        return f"name one of {listed(below[:_MOST_SHOWN])}"
    around = sorted(one for one in addresses if wanted.startswith(f"{one}."))
    if around:
        return f"it is a part of `{around[0]}`, which goes as a whole"
    return did_you_mean(wanted, addresses) or "`sidra gap` lists what affiliates say of their own"


def _any_prefix(path: str, compared: Comparing) -> str:
    """Return a path with the prefixes of affiliates written as that of any."""
    prefixes = sorted({re.escape(home.prefix) for home in compared.homes.values() if home.prefix})
    return re.sub(rf"\bx_({'|'.join(prefixes)})_(?=\w)", ANY_PREFIX, path) if prefixes else path


def _address(one: Said) -> str:
    return ".".join((one.kind, one.document, *one.path))


def _addresses(address: str, kind: str) -> tuple[str, str]:
    return address, address.removeprefix(f"{kind}.")


def _agreed(found: Sequence[Said], request: Request) -> list[Said]:
    """Return those who say what the most say, or what one of them says that was chosen."""
    groups: dict[object, list[Said]] = {}
    for one in found:
        groups.setdefault(one.content, []).append(one)
    if request.like is not None:
        own = [group for group in groups.values() if any(one.override.affiliate == request.like for one in group)]
        if not own:
            raise NothingThere(
                f"`{request.like}` says nothing of its own at `{request.path}`",
                hint=f"there are {listed(sorted(one.override.affiliate for one in found))}",
            )
        return own[0]
    ordered = sorted(groups.values(), key=len, reverse=True)
    if len(ordered) > 1 and len(ordered[0]) == len(ordered[1]):
        values = (f"{_affiliates(group)}: {_value(group[0].override)}" for group in ordered)
        raise Disagreed(
            f"affiliates differ at `{request.path}` ({'; '.join(values)})",
            hint="say whose value to take, such as `--like " + ordered[0][0].override.affiliate + "`",
        )
    return ordered[0]


def _affiliates(group: Iterable[Said]) -> str:
    return ", ".join(one.override.affiliate for one in group)


def _value(one: Override) -> str:
    return one.difference.value if one.difference.value is not None else "removed"


def _target(layers: Layers, compared: Comparing, group: Sequence[Said], request: Request) -> LayerFolder:
    """Return the layer that it goes to."""
    names = {folder.own_name if folder.rank != GROUP else CORE: folder for folder in layers.folders}
    targets = {name: folder for name, folder in names.items() if folder.rank in {GROUP, PACK, REGION}}
    if request.to is not None:
        if request.to not in targets:
            raise NoSuchLayer(
                f"nothing can be promoted to `{request.to}`",
                hint=did_you_mean(request.to, targets) or f"there are {listed(sorted(targets))}",
            )
        return targets[request.to]
    regions = {compared.homes[one.override.affiliate].region for one in group}
    region = regions.pop() if len(regions) == 1 else None
    return targets[region or compared.layer_of(group[0].override)]


def _stands_on(layers: Layers, affiliate: str, target: LayerFolder) -> bool:
    return any(folder is target for folder in layers.stack(affiliate).folders)


def _name(model: Said, target: LayerFolder, request: Request) -> str:
    if not model.is_addition or ANY_PREFIX not in model.own_name:
        if request.rename is not None:
            raise Unnamed(f"`{request.path}` has no local name", hint="leave `--rename` out")
        return ""
    bare = model.own_name.removeprefix(ANY_PREFIX)
    name = request.rename or (f"x_{target.prefix}_{bare}" if target.rank == REGION and target.prefix else bare)
    if not _NAME.fullmatch(name):
        raise Unnamed(f"`{name}` is no name", hint="names have small letters, digits and `_`, and begin with a letter")
    return name


def _homonyms(one: Said, said: Sequence[Said], kinds: Mapping[str, type[Document]]) -> Iterator[tuple[str, ...]]:
    """Yield the places at which an adopter gives something else the same name, rather than using it."""
    for other in said:
        difference = other.override.difference
        is_ours = other.override.affiliate == one.override.affiliate and other is not one
        if is_ours and other.is_addition and other.own_name == one.own_name:
            word = keyword_at(kinds[other.kind], difference.path[:-1]) if difference.path else None
            says = other.override.node
            shows = says is not None and says.get("value") is not None
            if word is None or word.refers is None or (word.refers == "column" and shows):
                yield (other.kind, difference.document, *difference.path)


def _documents(one: Said, layers: Layers) -> Iterator[tuple[str, ...]]:
    """Yield the documents of an adopter that have the same name as what it gives away."""
    difference = one.override.difference
    former = (difference.document, *difference.path)[-1]
    for document in layers.affiliate(one.override.affiliate).documents:
        if document.name == former and (difference.path or document.kind != one.kind):
            yield document.kind, document.name


def _is_namesake(other: Said, one: Said) -> bool:
    """Tell whether another document declares the same sort of thing by the same name; screens only use it."""
    is_alike = other.kind == one.kind and other.path[:-1] == one.path[:-1]
    return is_alike and other.document != one.document and other.own_name == one.own_name


def _check_names(choice: Choice, said: Sequence[Said], compared: Comparing) -> None:
    behind = needs(choice.model)
    if behind:
        raise Unnamed(
            f"`{choice.address}` uses {listed(behind)}, which stays behind",
            hint="promote what it uses first, or change what it says",
        )
    for one in choice.adopters:
        affiliate = one.override.affiliate
        for former, name in choice.names(one).items():
            twice = [other for other in said if other.override.affiliate == affiliate and _is_namesake(other, one)]
            if twice:
                raise Unnamed(
                    f"`{former}` is also the name of `{_address(twice[0])}` of `{affiliate}`",
                    hint="give one of the two another name first",
                )
            if compared.has(affiliate, choice.model.kind, (choice.document, *choice.path)):
                raise Unnamed(
                    f"there is `{choice.address}` already",
                    hint=f"give it another name: `--rename {former}=…`, not `{name}`",
                )

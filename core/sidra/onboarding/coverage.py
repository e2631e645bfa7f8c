"""How far the group's baseline serves a country: what is taken as it is, what is configured, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sidra.onboarding.asking import EFFORTS, Effort
from sidra.onboarding.proposing import Proposal
from sidra_metamodel.explaining.differences import HEADERS, Difference, differences
from sidra_metamodel.explaining.translations import SOURCE, texts
from sidra_metamodel.governing.domains import COMMON, DOMAINS, domain_of
from sidra_metamodel.governing.levels import LIMITS, PARTS, TEXTS
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

NOT_COUNTED: Final = HEADERS | {"test"}


@dataclass(frozen=True, slots=True)
class Domain:
    """One part of the system, in documents."""

    name: str
    as_is: int
    configured: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is left to do before the country can be served."""

    domain: str
    what: str
    effort: Effort
    way_out: str


@dataclass(frozen=True, slots=True)
class Language:
    """What a language lacks."""

    locale: str
    count: int
    missing: tuple[tuple[str, str], ...]
    """Path and text to translate from."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a proposal amounts to."""

    domains: tuple[Domain, ...]
    changes: Mapping[Effort, int]
    """How many differences the overlay makes, by effort."""
    gaps: tuple[Gap, ...]
    languages: tuple[Language, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "changes": dict(self.changes),
            "gaps": [asdict(one) for one in self.gaps],
            "languages": [
                {"locale": one.locale, "texts": one.count, "missing": [path for path, _ in one.missing]}
                for one in self.languages
            ],
        }


def coverage(proposal: Proposal, loaded: Loaded) -> Coverage:
    """Return how far the baseline serves a country that has answered."""
    registry = loaded.draft.registry
    found = differences(loaded.effective, registry)
    languages = tuple(_languages(loaded.draft))
    gaps = (*_needs(proposal, loaded.draft), *_borders(proposal, loaded.draft), *_untranslated(languages))
    changes = Counter(effort_of(one) for one in found)
    return Coverage(_domains(loaded, found, gaps), {one: changes[one] for one in EFFORTS}, gaps, languages)


def effort_of(difference: Difference) -> Effort:
    """Return the class of effort of a difference."""
    if difference.level <= TEXTS:
        return "label"
    if difference.level == LIMITS:
        return "extend" if difference.below is None else "tighten"
    return "replace" if difference.level == PARTS else "plugin"


def _domains(loaded: Loaded, found: tuple[Difference, ...], gaps: tuple[Gap, ...]) -> tuple[Domain, ...]:
    model = loaded.draft
    all_of: Counter[str] = Counter()
    configured: Counter[str] = Counter()
    touched = {(one.kind, one.document) for one in found}
    for key in loaded.effective:
        if key[0] not in NOT_COUNTED:
            domain = domain_of(*key, model.nodes)
            all_of[domain] += 1
            configured[domain] += key in touched
    open_ = Counter(gap.domain for gap in gaps)
    return tuple(
        Domain(name, all_of[name] - configured[name], configured[name], open_[name])
        for name in dict.fromkeys((*DOMAINS, *all_of, *open_))
        if all_of[name] or open_[name]
    )


def _needs(proposal: Proposal, model: Model) -> Iterator[Gap]:
    needs = proposal.answers.get("needs")
    for name, need in (needs.items if needs is not None else {}).items():
        domain, what = _said(need, "domain") or COMMON, _said(need, "what") or name
        effort: Effort = next((one for one in EFFORTS if one == _said(need, "effort")), "extend")
        yield Gap(domain, what, effort, WAYS_OUT[effort])
    for key, node in proposal.documents.items():
        if key[0] == "process":
            yield from _calls(key[1], node, model)


WAYS_OUT: Final[Mapping[Effort, str]] = {
    "label": "translate it: `sidra i18n export`",
    "tighten": "say the limit in the overlay, with `$why`",
    "extend": "add it to the overlay under the country's prefix, with `$why`",
    "replace": "replace the part in the overlay, with `$why` and `$ticket`",
    "plugin": "write a plugin; what several countries need becomes the group's",
}


def _calls(process: str, node: Node, model: Model) -> Iterator[Gap]:
    """Yield the connectors that steps of a process call and nobody declares."""
    called = [one for one in _walk(node) if (call := one.get("call")) is not None and isinstance(call.value, str)]
    for task in called:
        connector = str(task.items["call"].value).partition(".")[0]
        if connector not in model.interfaces:
            what = f"`{process}` calls `{connector}`, which is no connector yet"
            yield Gap(
                domain_of("process", process, model.nodes), what, "extend", "declare it as an `interface` of its own"
            )


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.items.values():
        yield from _walk(child)


def _borders(proposal: Proposal, model: Model) -> Iterator[Gap]:
    """Yield the connectors and feeds that the country has, and of which nobody said what stands behind them."""
    answers = proposal.answers.get("interfaces")
    for name, interface in sorted(proposal.group.interfaces.items()):
        said = answers.get(name) if answers is not None else None
        is_used = said is None or (used := said.get("used")) is None or used.value is not False
        if interface.kind_ in {"connector", "feed"} and is_used and not (said is not None and _said(said, "system")):
            what = f"nobody has said which system is behind `{name}`"
            way_out = f"answer `interfaces.{name}.system`, or `used: false`"
            yield Gap(domain_of("interface", name, model.nodes), what, "extend", way_out)


def _said(node: Node, name: str) -> str:
    found = node.items.get(name)
    return str(found.value) if found is not None and found.value is not None else ""


def _languages(model: Model) -> Iterator[Language]:
    known = list(texts(model))
    for locale in model.locales:
        if locale != SOURCE:
            missing = [(one.path, str(one.source.value)) for one in known if one.is_missing(locale) and one.source]
            yield Language(locale, len(known), tuple(missing))


def _untranslated(languages: tuple[Language, ...]) -> Iterator[Gap]:
    for one in languages:
        if one.missing:
            what = f"{len(one.missing)} of {one.count} texts are not in `{one.locale}`"
            yield Gap(COMMON, what, "label", f"`sidra i18n export` with `{one.locale}`, then `sidra i18n import`")

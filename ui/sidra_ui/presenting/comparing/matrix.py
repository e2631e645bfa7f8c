"""The matrix of affiliates by domains, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sidra.comparing.readiness import Readiness
from sidra.web.comparisons import Counted
from sidra_metamodel.comparing.comparison import ComparedAffiliate, Comparison, Texts
from sidra_metamodel.comparing.converging import Candidate
from sidra_metamodel.comparing.overrides import Override
from sidra_metamodel.comparing.reuse import Reuse
from sidra_metamodel.upgrading.findings import Class
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.configuration.configuring import CATEGORIES, LEVELS, UNSAID, level
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import GROUP, hue_tone
from sidra_ui.viewmodels.common import Badge, Tone
from sidra_ui.viewmodels.comparing import (
    AffiliateRow,
    Blocker,
    CauseRow,
    Matrix,
    Part,
    Promotable,
    RegionRows,
    Shade,
    StackedBar,
)
from sidra_ui.viewmodels.shell import AffiliateChoice

SHADES = (70, 80, 88, 93, 97)
"""From each percentage on, the next shade."""
WHOLE = 100
MOST_BLOCKERS = MOST_CANDIDATES = 8
CLASSES: Mapping[Class, tuple[str, Tone]] = MappingProxyType(
    {
        Class.ORPHAN: ("upgrade_orphan", "red"),
        Class.LOCKED: ("upgrade_locked", "red"),
        Class.OVERTAKEN: ("upgrade_overtaken", "red"),
        Class.CHANGED: ("upgrade_changed", "amber"),
        Class.RENAMED: ("upgrade_renamed", "teal"),
        Class.ABSORBED: ("upgrade_absorbed", "blue"),
        Class.UNLOCKED: ("upgrade_unlocked", "blue"),
        Class.NEW: ("upgrade_new", "blue"),
    }
)


def matrix(desk: Desk, counted: Counted) -> Matrix:
    """Everything of the first tab but its figures."""
    text, comparison = desk.messages.text, counted.comparison
    domains = [
        name for name in comparison.domains if any(name in one.domains for one in comparison.affiliates.values())
    ]
    return Matrix(
        domains=tuple(domain_text(desk, name) for name in domains),
        upgrade_title=text("group_upgrade", name=counted.newest),
        regions=tuple(regions(desk, counted, domains)),
        levels=tuple(level(desk, number, is_long=True) for number in LEVELS),
        causes=tuple(causes(desk, comparison)),
        categories=tuple(Badge(text(f"category_{name}"), tone, dot=True) for name, tone in tones().items()),
        blocks_title=text("group_blocks", name=counted.newest),
        blockers=tuple(blockers(desk, counted.readiness))[:MOST_BLOCKERS],
        promotable=tuple(promotable(desk, one) for one in comparison.candidates[:MOST_CANDIDATES]),
    )


def named(desk: Desk, texts: Texts, otherwise: str) -> str:
    """A text of a layer in the reader's language."""
    return texts.get(desk.locale) or texts.get("en") or next(iter(texts.values()), "") or otherwise


def domain_text(desk: Desk, name: str) -> str:
    """What a domain is called."""
    return desk.messages.text(f"domain_{name}")


def choice_of(desk: Desk, one: ComparedAffiliate) -> AffiliateChoice:
    """An affiliate as a code and a name."""
    is_own = one.name == desk.model.affiliate
    return AffiliateChoice(one.name.upper()[:3], named(desk, one.label, one.name), "", is_own, hue_tone(one.hue))


def regions(desk: Desk, counted: Counted, domains: list[str]) -> Iterator[RegionRows]:
    """The affiliates by region."""
    for region in counted.comparison.regions:
        rows = tuple(row(desk, counted, counted.comparison.affiliates[name], domains) for name in region.affiliates)
        title = named(desk, region.label, region.name or "") or desk.messages.text("group_no_region")
        note = desk.messages.text("group_affiliates", count=len(rows))
        yield RegionRows(title, (region.name or "").upper()[:4], note, rows)


def row(desk: Desk, counted: Counted, one: ComparedAffiliate, domains: list[str]) -> AffiliateRow:
    """One affiliate."""
    choice = choice_of(desk, one)
    return AffiliateRow(
        affiliate=choice,
        reuse=percent(desk, one.reuse),
        cells=tuple(cell(desk, one, choice.name, name) for name in domains),
        levels=level_bar(desk, one.overrides),
        href=overrides_of(desk, one.name),
        version=one.version,
        upgrade=upgrade(desk, counted, one.name),
    )


def overrides_of(desk: Desk, affiliate: str, domain: str = "") -> str:
    """The address of an affiliate's overrides, of one domain or all."""
    pairs = (("tab", "overrides"), ("affiliate", affiliate), ("domain", domain))
    return with_query(desk.addresses.page(GROUP), tuple(pair for pair in pairs if pair[1]))


def percent(desk: Desk, reuse: Reuse, digits: int = 1) -> str:
    """The share that is the baseline's; only all of it is a hundred."""
    found = round(reuse.ratio * WHOLE, digits)
    least = 10**-digits
    return desk.formats.number(min(found, WHOLE - least) if reuse.equal < reuse.leaves else found)


def cell(desk: Desk, one: ComparedAffiliate, label: str, domain: str) -> Shade | None:
    """One domain of one affiliate."""
    reuse = one.domains.get(domain)
    if reuse is None or not reuse.leaves:
        return None
    shown = percent(desk, reuse, 0)
    said = desk.messages.text("cell_said", name=label, domain=domain_text(desk, domain), percent=shown)
    step = sum(reuse.ratio * WHOLE >= least for least in SHADES)
    return Shade(shown, step, said, overrides_of(desk, one.name, domain))


def level_bar(desk: Desk, overrides: Iterable[Override]) -> StackedBar:
    """Overrides by level."""
    found = list(overrides)
    counts = {f"L{number}": sum(one.level == number for one in found) for number in LEVELS}
    return stacked(desk, counts, {f"L{number}": tone for number, (_, tone) in LEVELS.items()}, counts)


def stacked(desk: Desk, counts: Mapping[str, int], tones: Mapping[str, Tone], texts: Iterable[str]) -> StackedBar:
    """A bar of several counts, in their order, with the text that says the same."""
    total, start, parts = sum(counts.values()), 0.0, []
    for name, count in counts.items():
        if count:
            width = WHOLE * count / total
            parts.append(Part(tones[name], round(start, 2), round(width, 2)))
            start += width
    number = desk.formats.number
    told = (
        desk.messages.text("level_count", level=text, number=number(count))
        for text, count in zip(texts, counts.values(), strict=True)
        if count
    )
    return StackedBar(tuple(parts), desk.messages.listed(told), number(total))


def upgrade(desk: Desk, counted: Counted, affiliate: str) -> tuple[Badge, ...]:
    """What the newest baseline would do to an affiliate."""
    ready = counted.readiness.get(affiliate)
    if ready is None:
        return (Badge(desk.messages.text("upgrade_current", name=counted.newest), icon="check"),)
    found = []
    for cls, (key, tone) in CLASSES.items():
        count = ready.classes.get(cls.value, 0)
        if count:
            found.append(Badge(f"{desk.formats.number(count)} · {desk.messages.text(key)}", tone))
    return tuple(found[:2]) or (Badge(desk.messages.text("upgrade_clean"), "green", icon="circle-check"),)


def tones() -> Mapping[str, Tone]:
    """The colours of why affiliates differ."""
    return {**CATEGORIES, UNSAID: "neutral"}


def causes(desk: Desk, comparison: Comparison) -> Iterator[CauseRow]:
    """Why the affiliates of each region differ."""
    texts = [desk.messages.text(f"category_{name}") for name in tones()]
    for region in comparison.regions:
        found = [one for name in region.affiliates for one in comparison.affiliates[name].overrides]
        counts = {name: sum(known(one) == name for one in found) for name in tones()}
        title = named(desk, region.label, region.name or "") or desk.messages.text("group_no_region")
        yield CauseRow(title, stacked(desk, counts, tones(), texts))


def known(one: Override) -> str:
    """The category of an override, among those that are shown."""
    return one.category if one.category in CATEGORIES else UNSAID


def blockers(desk: Desk, readiness: Mapping[str, Readiness]) -> Iterator[Blocker]:
    """What somebody decides about before affiliates take the newest baseline."""
    for affiliate, ready in readiness.items():
        for one in ready.findings:
            if one.blocks:
                key, tone = CLASSES[one.cls]
                kind = Badge(desk.messages.text(key), tone)
                yield Blocker(affiliate.upper()[:3], kind, one.path, level(desk, one.level), one.advice)


def promotable(desk: Desk, one: Candidate) -> Promotable:
    """A candidate, with the command that promotes it."""
    text = desk.messages.text
    return Promotable(
        path=one.address,
        level=level(desk, one.level),
        codes=tuple(name.upper()[:3] for name in one.affiliates),
        note=text(f"likeness_{one.likeness.value}"),
        target=text("group_to", name=one.target),
        command=f"sidra promote '{one.address}' --to {one.target}",
        warning=text("rename_needed") if one.needs_name else "",
    )

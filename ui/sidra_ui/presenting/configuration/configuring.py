"""The state of an affiliate's configuration: layers, findings, and where it differs from the group, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from sidra.web.overviews import Overview
from sidra_metamodel.diagnostics import Diagnostic, Severity
from sidra_metamodel.explaining.differences import Difference
from sidra_metamodel.governing.levels import CODE, LIMITS, PARTS, TEXTS
from sidra_metamodel.kinds import Layer, Pack
from sidra_metamodel.layering.layers import LayerFolder
from sidra_ui.presenting.addresses import with_query
from sidra_ui.presenting.configuration.findings import CONFIGURATION, errors_of, finding
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.documents import screen_of, title_of
from sidra_ui.presenting.frame.shell import affiliate_name, group_name, shell
from sidra_ui.viewmodels.common import Action, Badge, Fact, Meter, Tone
from sidra_ui.viewmodels.configuration import (
    ConfigurationPage,
    DifferenceView,
    DocumentDifferences,
    Findings,
    LayerView,
    Share,
)
from sidra_ui.viewmodels.lists import ViewTab
from sidra_ui.viewmodels.pages import MessagePage
from sidra_ui.viewmodels.shell import Frame, Place
from sidra_ui.viewmodels.view360 import Kpi

KINDS = ("entity", "enum", "type", "rule", "screen", "menu", "role", "interface", "process", "calendar")
"""In this order documents are listed; those of other kinds come last."""
CATEGORIES: Mapping[str, Tone] = {"legal": "violet", "market": "blue", "technical": "teal", "debt": "amber"}
UNSAID = "unsaid"
"""The category of what names none."""
OVERDUE = "overdue"
LEVELS: Mapping[int, tuple[str, Tone]] = {
    TEXTS: ("level_texts", "teal"),
    LIMITS: ("level_limits", "blue"),
    PARTS: ("level_parts", "amber"),
    CODE: ("level_code", "red"),
}


def configuration_page(desk: Desk, overview: Overview, kind: str, cause: str) -> ConfigurationPage:
    """Everything about the configuration; `kind` and `cause` narrow the differences that are listed."""
    messages, found = desk.messages, overview.differences
    shown = [one for one in found if kind in {"", one.kind} and cause in {"", *causes(desk, one)}]
    return ConfigurationPage(
        shell=shell(desk),
        place=Place(messages.text(CONFIGURATION)),
        state=state(desk, overview),
        facts=tuple(facts(desk)),
        kpis=tuple(figures(desk, overview)),
        findings=findings(desk, overview),
        tabs=tuple(kind_tabs(desk, found, kind, cause)),
        documents=tuple(documents(desk, shown)),
        empty_text=messages.text("no_differences" if not found else "nothing_found"),
        layers=tuple(layer(desk, overview, folder) for folder in overview.loaded.effective.stack.folders),
        shares=tuple(shares(desk, found)),
        levels=tuple(level(desk, number, is_long=True) for number in LEVELS),
    )


def findings(desk: Desk, overview: Overview) -> Findings:
    """What is wrong with the files, errors first."""
    found = list(overview.loaded.diagnostics)
    errors = errors_of(found)
    lines = tuple(finding(desk.addresses, each) for each in [*errors, *warnings_of(found)])
    return Findings(lines, Badge(desk.formats.number(len(lines)), "red" if errors else "amber"), bool(errors))


def warnings_of(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those that hold nothing back."""
    return [each for each in diagnostics if each.severity is Severity.WARNING]


def state(desk: Desk, overview: Overview) -> Badge:
    """Whether what the files say is in force."""
    if overview.loaded.diagnostics.has_errors:
        return Badge(desk.messages.text("configuration_held_back"), "red", dot=True)
    if overview.loaded.draft.version != desk.model.version:
        return Badge(desk.messages.text("configuration_not_loaded"), "amber", dot=True)
    return Badge(desk.messages.text("configuration_in_force"), "green", dot=True)


def facts(desk: Desk) -> Iterator[Fact]:
    """Whose configuration it is, and what it is based on."""
    model, messages = desk.model, desk.messages
    group = next((one for one in model.layers if one.level == "group"), None)
    yield Fact(affiliate_name(model, desk.locale), "building", messages.text("affiliate"))
    if group is not None:
        yield Fact(f"{group_name(model)} {group.version or ''}".strip(), "layers", messages.text("baseline"))
    yield Fact(", ".join(model.locales), "languages", messages.text("language"), is_code=True)
    yield Fact(model.currency, "banknote", messages.text("currency"), is_code=True)
    yield Fact(str(model.time_zone), "globe", messages.text("time_zone"), is_code=True)


def figures(desk: Desk, overview: Overview) -> Iterator[Kpi]:
    """How far the affiliate is from the group, and what asks for attention."""
    messages, number = desk.messages, desk.formats.number
    found, diagnostics = overview.differences, list(overview.loaded.diagnostics)
    touched = len({(one.kind, one.document) for one in found})
    yield Kpi(messages.text("local_differences"), number(len(found)), "", messages.text("in_documents", count=touched))
    far = sum(one.level >= PARTS for one in found)
    yield Kpi(messages.text("level_parts"), number(far), tone="amber" if far else "neutral")
    late = sum(one.reason.is_overdue(desk.formats.today()) for one in found)
    yield Kpi(messages.text("past_their_date"), number(late), tone="red" if late else "neutral")
    silent = sum(one.level >= LIMITS and not one.reason.why for one in found)
    yield Kpi(messages.text("without_reason"), number(silent), tone="amber" if silent else "neutral")
    errors = len(errors_of(diagnostics))
    warned = messages.text("warnings", count=len(diagnostics) - errors) if len(diagnostics) > errors else ""
    yield Kpi(
        messages.text("errors"), number(errors), "", warned, "red" if errors else "amber" if warned else "neutral"
    )


def causes(desk: Desk, one: Difference) -> set[str]:
    """Under which causes a difference is listed."""
    late = {OVERDUE} if one.reason.is_overdue(desk.formats.today()) else set()
    return {one.reason.category or UNSAID} | late


def kind_tabs(desk: Desk, found: Sequence[Difference], kind: str, cause: str) -> Iterator[ViewTab]:
    """The kinds of documents that differ, each with its number."""
    counts = {name: sum(one.kind == name for one in found) for name in sorted({one.kind for one in found}, key=rank)}
    for name, count in {"": len(found), **counts}.items():
        text = kind_text(desk, name) if name else desk.messages.text("all")
        href = with_query(desk.addresses.page(CONFIGURATION), (("kind", name), ("cause", cause)))
        yield ViewTab(text, href, name == kind, desk.formats.number(count))


def kind_text(desk: Desk, kind: str) -> str:
    """Several documents of a kind; those of a plugin's kind by its name."""
    return desk.messages.text(f"kind_{kind}") if kind in KINDS else kind


def rank(kind: str) -> int:
    """Where documents of a kind are listed."""
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def documents(desk: Desk, found: Iterable[Difference]) -> Iterator[DocumentDifferences]:
    """The differences by document, in the order of the kinds."""
    ordered = sorted(found, key=lambda one: (rank(one.kind), one.kind, one.document))
    for (kind, name), ones in groupby(ordered, key=lambda one: (one.kind, one.document)):
        rows = tuple(difference(desk, one) for one in ones)
        title, link = title_of(desk, kind, name), screen_of(desk, kind, name)
        yield DocumentDifferences(f"{kind}-{name}", title, name, kind_text(desk, kind), rows, link)


def difference(desk: Desk, one: Difference) -> DifferenceView:
    """One difference, the local value beside the one that it hides."""
    reason = one.reason
    badges = []
    if reason.category in CATEGORIES:
        badges.append(Badge(desk.messages.text(f"category_{reason.category}"), CATEGORIES[reason.category]))
    if reason.until is not None:
        is_late = reason.is_overdue(desk.formats.today())
        text = desk.messages.text("overdue_since" if is_late else "until_name", name=desk.formats.date(reason.until))
        badges.append(Badge(text, "red" if is_late else "neutral", icon="calendar-clock"))
    return DifferenceView(
        path=".".join(one.path) or one.document,
        value=one.value or "",
        below=one.below or "",
        level=level(desk, one.level),
        place=str(one.at),
        below_place=f"{one.below_at.path}:{one.below_at.line}" if one.below_at is not None else "",
        why=reason.why,
        ticket=reason.ticket,
        badges=tuple(badges),
    )


def level(desk: Desk, number: int, *, is_long: bool = False) -> Badge:
    """How far a difference goes."""
    key, tone = LEVELS[number]
    return Badge(f"L{number} {desk.messages.text(key)}" if is_long else f"L{number}", tone)


def layer(desk: Desk, overview: Overview, folder: LayerFolder) -> LayerView:
    """One layer, with its version and how much it says."""
    head = next((one for one in folder.documents if one.kind in {Layer.kind, Pack.kind}), None)
    own = overview.loaded.draft.documents(head.kind).get(head.name) if head is not None else None
    label = desk.label(own) if own is not None else folder.own_name
    version = head.node.get("version") if head is not None else None
    count = desk.messages.text("documents", count=len(folder.documents))
    is_own = folder.own_name == desk.model.affiliate
    return LayerView(label, folder.name, str(version.value) if version is not None else "", count, is_own)


def shares(desk: Desk, found: Sequence[Difference]) -> Iterator[Share]:
    """How many differences have which cause, and which are overdue."""
    tones: Mapping[str, Tone] = {**CATEGORIES, UNSAID: "neutral", OVERDUE: "red"}
    for name, tone in tones.items():
        count = sum(name in causes(desk, one) for one in found)
        if count or name in CATEGORIES:
            title = desk.messages.text(f"category_{name}")
            meter = Meter(round(100 * count / len(found)) if found else 0, title, desk.formats.number(count), tone)
            href = with_query(desk.addresses.page(CONFIGURATION), (("cause", name),))
            yield Share(title, desk.formats.number(count), meter, href)


def code_page(desk: Desk, code: str, meaning: str) -> MessagePage:
    """What a code means: its first sentence names it, the others lead out."""
    title, _, way_out = meaning.partition(". ")
    back = Action(desk.messages.text(CONFIGURATION), desk.addresses.page(CONFIGURATION), "layers", "primary")
    inside = shell(desk)
    around = Frame(inside.product, inside.tagline, inside.locale, inside.direction, inside.theme, inside.languages)
    return MessagePage(around, title, way_out or f"{title}.", code, actions=(back,), shell=inside)

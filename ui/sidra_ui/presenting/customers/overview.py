"""The 360° page: who it is, what matters now, and everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from sidra.errors import NotFound
from sidra.records.record import Masked, Record
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.kinds.screens.view360 import Action as ActionWord
from sidra_metamodel.kinds.screens.view360 import Kpi as KpiWord
from sidra_metamodel.kinds.screens.view360 import Panel
from sidra_metamodel.values import Money
from sidra_ui.presenting.access.privacy import requesting
from sidra_ui.presenting.addresses import THEN, with_query
from sidra_ui.presenting.charts.courses import change_of, trend
from sidra_ui.presenting.columns import Source, sources
from sidra_ui.presenting.console.calling import begin_address
from sidra_ui.presenting.customers.connecting import may_ask
from sidra_ui.presenting.customers.panels import count_of, panel_head, panel_view
from sidra_ui.presenting.customers.timeline import LATEST, Asked
from sidra_ui.presenting.desk import Desk
from sidra_ui.presenting.frame.shell import shell
from sidra_ui.presenting.records.histories import HISTORY_TAB
from sidra_ui.presenting.records.record import STYLES, merging
from sidra_ui.presenting.values import MOMENTS, name_of, show, tone_of
from sidra_ui.viewmodels.common import Action, Badge, ButtonStyle, Fact, Link, Tone, avatar
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.view360 import AlertView, Header360, Kpi, PageTab, View360Page
from sidra_ui.viewmodels.view360 import Panel as PanelView

AT_ONCE = 2
TAB = "tab"
ON_A_TAB = 50
CHANNELS = {"voice": ("tel", "phone"), "mail": ("mailto", "mail"), "sms": ("sms", "message-circle")}
"""How the browser begins each, and its icon."""
"""Boxes of each column that come with the page; the others come once it stands."""
LEVELS: dict[str, tuple[Tone, str]] = {
    "info": ("blue", "info"),
    "good": ("green", "circle-check"),
    "warning": ("amber", "triangle-alert"),
    "danger": ("red", "triangle-alert"),
}


def overview(desk: Desk, record: Record, asked: Asked = LATEST, tab: str = "") -> View360Page:
    """The 360° page of a record, or one of its boxes as a page; raises NotFound where there is none."""
    screen = screen_of(desk, record)
    name = title_of(desk, screen, record)
    entity = desk.model.entity(record.entity)
    panels = list(shown_panels(desk, screen, record))
    alone = next((panel for panel in panels if panel.name == tab and panel.tab), None)
    if tab and alone is None:
        raise NotFound(f"no tab `{tab[:60]}`", hint="open the whole page")
    page = View360Page(
        shell=shell(desk),
        place=Place(name, (Link(desk.plural(entity), desk.addresses.list(entity.name)),)),
        header=header(desk, screen, record, name, panels, tab),
        alerts=tuple(alerts(desk, screen, record)),
        has_charts=any(panel.kind_ == "chart" for panel in panels),
        has_comments=any(panel.kind_ == "comments" for panel in panels),
    )
    if alone is not None:
        whole = replace(alone, limit=max(alone.limit, ON_A_TAB))
        return replace(
            page, main=(panel_view(desk, whole, record, asked) if at_once(whole) else panel_head(desk, whole, record),)
        )
    return replace(
        page,
        kpis=tuple(kpis(desk, screen, record)),
        main=tuple(column(desk, panels, record, "main", asked)),
        side=tuple(column(desk, panels, record, "side", asked)),
    )


def one_panel(desk: Desk, record: Record, name: str, asked: Asked = LATEST) -> PanelView:
    """One box with its contents; raises NotFound where the screen has none of its name."""
    return panel_view(desk, panel_of(desk, record, name), record, asked)


def panel_of(desk: Desk, record: Record, name: str) -> Panel:
    """A box of the page; raises NotFound where this reader has none of its name."""
    found = next((panel for panel in shown_panels(desk, screen_of(desk, record), record) if panel.name == name), None)
    if found is None:
        raise NotFound(f"no box `{name[:60]}`", hint="open the whole page")
    return found


def screen_of(desk: Desk, record: Record) -> Screen:
    """The screen of a record's 360° page."""
    screen = desk.screens.view360_of(record.entity)
    if screen is None:
        raise NotFound(f"`{record.entity}` has no 360° page", hint="open the record")
    return screen


def title_of(desk: Desk, screen: Screen, record: Record) -> str:
    """What the header calls the record."""
    name = screen.header.title if screen.header is not None else None
    attribute = desk.model.entity(record.entity).attributes.get(name or "")
    shown = show(desk, attribute, record.get(name)).text if name else ""
    return shown or name_of(desk, record)


def header(desk: Desk, screen: Screen, record: Record, name: str, panels: list[Panel], tab: str = "") -> Header360:
    """Who this is, and what can be done."""
    words = screen.header
    facts = sources(desk, record.entity, words.facts.values()) if words is not None else []
    labels = sources(desk, record.entity, words.badges.values()) if words is not None else []
    return Header360(
        name=name,
        avatar=avatar(name),
        badges=tuple(badge for source in labels if (badge := header_badge(desk, source, record)) is not None),
        facts=tuple(fact for source in facts if (fact := header_fact(desk, source, record)) is not None),
        actions=tuple(actions(desk, screen, record)),
        more_actions=(
            *actions(desk, screen, record, in_menu=True),
            *merging(desk, desk.model.entity(record.entity), record),
            *requesting(desk, record),
        ),
        tabs=page_tabs(desk, record, panels, tab),
    )


def header_badge(desk: Desk, source: Source, record: Record) -> Badge | None:
    """A value as a badge; the state with a dot."""
    shown = source.show(desk, record)
    lifecycle = desk.model.entity(record.entity).lifecycle
    if not shown.text:
        return None
    badge = shown.badge or Badge(shown.text)
    is_state = lifecycle is not None and lifecycle.attribute == source.name
    return replace(badge, dot=True, icon="") if is_state else badge


def header_fact(desk: Desk, source: Source, record: Record) -> Fact | None:
    """A value with its icon; nothing where there is none to be seen."""
    shown = source.show(desk, record)
    if not shown.text or shown.is_withheld:
        return None
    icon = desk.optional_icon(source.column.icon)
    return Fact(
        shown.text,
        icon,
        source.title(desk),
        is_code=shown.is_code,
        is_number=shown.is_phone or shown.is_number,
        is_named=shown.is_masked or shown.is_number or shown.type in MOMENTS,
        href=shown.href if shown.is_phone else "",
    )


def page_tabs(desk: Desk, record: Record, panels: list[Panel], tab: str = "") -> tuple[PageTab, ...]:
    """This page, those of its boxes that have one, and those of the record's own."""
    address = desk.addresses.record(record.entity, record.id)
    here = PageTab(desk.messages.text("overview"), f"{address}/360", is_current=not tab)
    boxes = (
        PageTab(
            panel_head(desk, panel, record).title,
            with_query(f"{address}/360", ((TAB, panel.name),)),
            is_current=panel.name == tab,
            count=count_of(desk, panel, record),
        )
        for panel in panels
        if panel.tab
    )
    details = PageTab(desk.messages.text("details"), address)
    history = PageTab(desk.messages.text("history"), f"{address}#{HISTORY_TAB}")
    has_history = desk.model.entity(record.entity).history
    return (here, *boxes, details, *((history,) if has_history else ()))


def actions(desk: Desk, screen: Screen, record: Record, *, in_menu: bool = False) -> Iterator[Action]:
    """The buttons of the header, the last one the most important; or those behind the three points."""
    words = screen.header.actions.values() if screen.header is not None else ()
    wanted = [word for word in words if not word.hidden and word.menu is in_menu]
    found = [action for word in wanted if (action := button(desk, word, record)) is not None]
    for place, action in enumerate(found):
        is_last = not in_menu and place == len(found) - 1 and not any(each.style == "primary" for each in found)
        yield replace(action, style="primary") if is_last else action


def button(desk: Desk, word: ActionWord, record: Record) -> Action | None:
    """A button, where the reader may do what it does."""
    here = ((THEN, desk.addresses.record(record.entity, record.id, "360")),)
    icon = desk.optional_icon(word.icon)
    if word.channel is not None:
        return reach(desk, word, record, icon)
    if word.edit and desk.records.may(record.entity, "update"):
        address = with_query(desk.addresses.record(record.entity, record.id, "edit"), here)
        return Action(desk.text(word.label) or desk.messages.text("edit"), address, icon or "square-pen")
    if word.create and desk.records.may(word.create, "create"):
        target = desk.model.entity(word.create)
        via = [each.name for each in desk.model.relations_between(word.create, record.entity)]
        text = desk.text(word.label) or desk.new(target)
        known = ((via[0], record.id),) if via else ()
        return Action(text, desk.addresses.new(word.create, *known, *here), icon or "plus")
    if word.transition:
        return step(desk, word, record, icon)
    return None


def reach(desk: Desk, word: ActionWord, record: Record, icon: str) -> Action | None:
    """A button that begins a call or a message by a declared channel, else where the reader sees the number whole."""
    to = desk.screens.evaluate(word.to, desk.records, record) if word.to is not None else None
    scheme, known = CHANNELS[str(word.channel)]
    begins = begin_address(desk, str(word.channel), record) if isinstance(to, str) and to else ""
    if begins:
        return Action(desk.text(word.label) or desk.label(word), begins, icon or known)
    if not isinstance(to, str) or not to or isinstance(to, Masked):
        return None
    return Action(desk.text(word.label) or desk.label(word), f"{scheme}:{quote(to, safe='+@')}", icon or known)


def step(desk: Desk, word: ActionWord, record: Record, icon: str) -> Action | None:
    """A step of the life cycle, where it is open."""
    lifecycle = desk.model.entity(record.entity).lifecycle
    states = {state.name: state for state in desk.records.transitions(record.entity, record)}
    state = states.get(str(word.transition))
    if lifecycle is None or state is None:
        return None
    transition = lifecycle.transitions[state.name]
    address = desk.addresses.record(record.entity, record.id, "transition", state.name)
    here = desk.addresses.record(record.entity, record.id, "360")
    style: ButtonStyle = STYLES.get(transition.tone, "plain")
    return Action(
        desk.text(word.label) or desk.label(transition),
        with_query(address, (("version", str(record.version)), (THEN, here))),
        icon,
        style,
        method="get" if transition.reason is not None else "post",
        why_not="" if state.allowed else state.why_not,
    )


def alerts(desk: Desk, screen: Screen, record: Record) -> Iterator[AlertView]:
    """What must be known before speaking."""
    for alert in screen.alerts.values():
        if not alert.hidden and desk.screens.holds(alert.when, desk.records, record, absent=False):
            tone, icon = LEVELS[alert.level]
            action = button(desk, alert.action, record) if alert.action is not None else None
            if action is not None:
                action = replace(action, style="tone", tone=tone)
            text = desk.text(alert.text, desk.label(alert))
            yield AlertView(text, "", tone, desk.optional_icon(alert.icon) or icon, action)


def kpis(desk: Desk, screen: Screen, record: Record) -> Iterator[Kpi]:
    """The figures of the strip that the reader may see."""
    entity = desk.model.entity(record.entity)
    for kpi in screen.kpis.values():
        if kpi.hidden or (kpi.value is None and not desk.sees(entity.name, kpi.name)):
            continue
        value = desk.screens.evaluate(kpi.value, desk.records, record) if kpi.value else record.get(kpi.name)
        attribute = desk.screens.attribute_of(kpi.value) if kpi.value else entity.attributes.get(kpi.name)
        shown = show(desk, attribute, value)
        text, unit = shown.text or "—", desk.formats.native(desk.text(kpi.unit))
        if isinstance(value, Money):
            text, unit = desk.formats.amount(value), desk.formats.symbol(value.currency)
        tone = tone_of(desk.screens.evaluate(kpi.tone, desk.records, record)) if kpi.tone else None
        label = desk.named(kpi.label, attribute, kpi.name)
        course = trend(desk, kpi, record)
        yield Kpi(
            label, text, unit if value is not None else "", delta(desk, kpi, record, course), tone or "neutral", course
        )


def delta(desk: Desk, kpi: KpiWord, record: Record, course: tuple[float, ...]) -> str:
    """What stands beside a figure: what the screen says, or by how much its course rose or fell."""
    if kpi.delta is None:
        return change_of(desk, course)
    value = desk.screens.evaluate(kpi.delta, desk.records, record)
    return show(desk, desk.screens.attribute_of(kpi.delta), value).text


def shown_panels(desk: Desk, screen: Screen, record: Record) -> Iterator[Panel]:
    """The boxes that are there for this record and this reader."""
    for panel in screen.panels.values():
        may_read = panel.source is None or may_ask(desk, panel.source)
        if not panel.hidden and may_read and desk.screens.holds(panel.visible, desk.records, record, absent=True):
            yield panel


def at_once(panel: Panel) -> bool:
    """Whether a box may come with the page: no other system is asked for it."""
    return panel.source is None or "." not in panel.source


def column(desk: Desk, panels: list[Panel], record: Record, area: str, asked: Asked) -> Iterator[PanelView]:
    """The boxes of a column: the first at once, the others once the page stands."""
    found = [panel for panel in panels if panel.area == area]
    for place, panel in enumerate(found):
        is_wanted = (place < AT_ONCE and at_once(panel)) or (bool(asked.channel) and panel.kind_ == "timeline")
        yield panel_view(desk, panel, record, asked) if is_wanted else panel_head(desk, panel, record)

"""The 360 of one customer: one builder, two languages."""

from sidra_ui.samples import texts360
from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, Meter, Source, Theme, Tone, avatar
from sidra_ui.viewmodels.fields import FieldView, Masked
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import (
    AlertView,
    Balance,
    ChannelFilter,
    Header360,
    Item,
    Kpi,
    Offer,
    PageTab,
    Panel,
    TimelineDay,
    TimelineEntry,
    View360Page,
)

PRODUCT_LOOKS: tuple[tuple[str, Tone, int, Tone], ...] = (
    ("smartphone", "violet", 78, "green"),
    ("router", "amber", 100, "amber"),
    ("wallet", "teal", 17, "green"),
    ("tv", "red", -1, "red"),
)
BILL_TONES: tuple[Tone, ...] = ("blue", "red", "green", "green")
TICKET_LOOKS: tuple[tuple[str, Tone, int], ...] = (
    ("TT-88213", "amber", 62),
    ("TT-87940", "red", 100),
    ("TT-88102", "green", 18),
)
EVENT_LOOKS: tuple[tuple[str, Tone], ...] = (
    ("phone-call", "blue"),
    ("message-circle", "green"),
    ("smartphone", "violet"),
    ("store", "teal"),
    ("mail", "neutral"),
)
KPI_LOOKS: tuple[tuple[Tone, Tone, tuple[float, ...]], ...] = (
    ("green", "green", (0, 2, 2, 4, 6, 6, 8, 10)),
    ("neutral", "accent", (0, 6, 4, 10, 6, 8, 6)),
    ("red", "accent", ()),
    ("amber", "amber", (10, 9, 9.5, 8, 6, 3)),
    ("amber", "accent", ()),
)


def english() -> View360Page:
    """Return the 360 of a customer in Senegal, in English."""
    return view360(texts360.ENGLISH, "en", "sn", "light")


def arabic() -> View360Page:
    """Return the 360 of a customer in Egypt, in Arabic, right to left, dark."""
    return view360(texts360.ARABIC, "ar", "eg", "dark")


def view360(words: texts360.Texts, language: str, affiliate: str, theme: Theme) -> View360Page:
    """Return the page in the given words."""
    return View360Page(
        shell=shell(language, affiliate, theme),
        place=Place(words.name, (Link(words.crumbs[0], "#"), Link(words.crumbs[1], "#"))),
        header=header(words),
        alerts=alerts(words),
        kpis=tuple(
            Kpi(label, value, unit, delta, tone, trend, trend_tone)
            for (label, value, unit, delta), (tone, trend_tone, trend) in zip(words.kpis, KPI_LOOKS, strict=True)
        ),
        main=(products(words), bills(words), timeline(words)),
        side=(offers(words), tickets(words), profile(words), *others(words)),
    )


def header(words: texts360.Texts) -> Header360:
    """Return who the customer is."""
    call, message, ticket = words.actions
    return Header360(
        name=words.name,
        avatar=avatar(words.name, is_present=True),
        badges=(
            Badge(words.badges[0], "green", dot=True),
            Badge(words.badges[1], "amber", icon="crown"),
            Badge(words.badges[2]),
        ),
        facts=(
            Fact(words.facts[0], "id-card", is_code=True),
            Fact(words.facts[1], "phone", is_number=True),
            Fact(words.facts[2], "map-pin"),
            Fact(words.facts[3], "calendar"),
        ),
        actions=(
            Action(call, "#", "phone"),
            Action(message, "#", "message-circle"),
            Action(ticket, "#", "plus", "primary"),
        ),
        more_actions=(Action(call, "#", "square-pen"),),
        tabs=tuple(PageTab(text, "#", place == 0, count) for place, (text, count) in enumerate(words.tabs)),
    )


def alerts(words: texts360.Texts) -> tuple[AlertView, ...]:
    """Return what the agent must know first."""
    (title, text, button), (second, second_button) = words.alerts
    return (
        AlertView(title, text, "red", action=Action(button, "#", style="tone", tone="red", method="post")),
        AlertView(
            second, "", "amber", "id-card", Action(second_button, "#", style="tone", tone="amber", method="post")
        ),
    )


def products(words: texts360.Texts) -> Panel:
    """Return the products with usage and state."""
    heads = words.product_heads
    columns = (
        Column("name", heads[0]),
        Column("usage", heads[1]),
        Column("state", heads[2]),
        Column("price", heads[3], is_number=True),
    )
    rows = tuple(
        Row(
            f"product-{place}",
            name,
            (
                Cell(name, secondary=note, icon=icon, tone=tone, is_strong=True),
                Cell(meter=Meter(percent, name, usage, tone)) if percent >= 0 else Cell(usage),
                Cell(badges=(Badge(state, state_tone, dot=True),)),
                Cell(price, is_strong=True),
            ),
        )
        for place, ((name, note, usage, state, price), (icon, tone, percent, state_tone)) in enumerate(
            zip(words.products, PRODUCT_LOOKS, strict=True)
        )
    )
    return Panel(
        "products",
        words.panels[0],
        "package",
        Source(*words.sources[0], "teal"),
        link=Link(words.view_all, "#"),
        table=Table(words.panels[0], columns, rows),
    )


def bills(words: texts360.Texts) -> Panel:
    """Return balances and bills."""
    heads = words.bill_heads
    columns = (
        Column("bill", heads[0]),
        Column("amount", heads[1], is_number=True),
        Column("due", heads[2]),
        Column("state", heads[3]),
    )
    rows = tuple(
        Row(
            f"bill-{place}",
            month,
            (Cell(month, is_strong=True), Cell(amount), Cell(due), Cell(badges=(Badge(state, tone),))),
        )
        for place, ((month, amount, due, state), tone) in enumerate(zip(words.bills, BILL_TONES, strict=True))
    )
    return Panel(
        "bills",
        words.panels[1],
        "receipt",
        Source(*words.sources[1], "amber"),
        link=Link(words.open_billing, "#", "external-link"),
        balances=tuple(Balance(*balance) for balance in words.balances),
        table=Table(words.panels[1], columns, rows, is_compact=True),
    )


def timeline(words: texts360.Texts) -> Panel:
    """Return the contacts and events."""
    entries = tuple(
        TimelineEntry(
            title, when, "2026-11-20T09:31:00Z", icon, tone, text, by, (Badge(badge, "amber"),) if badge else ()
        )
        for (title, text, by, when, badge), (icon, tone) in zip(words.events, EVENT_LOOKS, strict=True)
    )
    return Panel(
        "timeline",
        words.panels[2],
        "messages-square",
        Source(*words.sources[2], "green"),
        channels=tuple(
            ChannelFilter(text, f"?channel={place}", place == 0) for place, text in enumerate(words.channels)
        ),
        days=(TimelineDay(words.days[0], entries[:2]), TimelineDay(words.days[1], entries[2:])),
    )


def offers(words: texts360.Texts) -> Panel:
    """Return the next best offers."""
    no, yes = words.offer_actions
    views = tuple(
        Offer(
            title,
            Badge(score, "green" if place == 0 else "amber"),
            reason,
            price,
            words.price_unit,
            (
                Action(no, "#", style="ghost", method="post"),
                Action(yes, "#", style="primary" if place == 0 else "plain", method="post"),
            ),
            (reason, words.offers[0][2]),
        )
        for place, (title, score, reason, price) in enumerate(words.offers)
    )
    return Panel("offers", words.panels[3], "sparkles", Source(*words.sources[3], "pink"), offers=views)


def tickets(words: texts360.Texts) -> Panel:
    """Return the open tickets with their deadlines."""
    items = tuple(
        Item(title, "#", code, deadline, tone, Meter(percent, code, "", tone), note)
        for (title, deadline, note), (code, tone, percent) in zip(words.tickets, TICKET_LOOKS, strict=True)
    )
    return Panel(
        "tickets",
        words.panels[4],
        "ticket",
        Source(*words.sources[4], "blue"),
        words.ticket_count,
        new_href="#",
        items=items,
    )


def profile(words: texts360.Texts) -> Panel:
    """Return the profile with a masked value."""
    labels, values = words.profile_labels, words.profile
    masked = {1: Masked(values[1], "/sn/individual/1/reveal/document")}
    fields = tuple(
        FieldView(f"p{place}", label, text=value, masked=masked.get(place))
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
    )
    consents = tuple(
        Badge(text, "green" if given else "neutral", icon="check" if given else "x") for text, given in words.consents
    )
    fields += (FieldView("consents", words.consents_label, badges=consents),)
    return Panel(
        "profile",
        words.panels[5],
        "circle-user",
        Source(*words.sources[5], "accent"),
        edit_href="#",
        fields=fields,
        fields_note=words.masked_note,
    )


def others(words: texts360.Texts) -> tuple[Panel, ...]:
    """Return a panel with an old answer, one that failed, one without content and one under way."""
    failed, empty = words.states
    name, age, notice = words.old
    return (
        Panel(
            "bonus",
            name,
            "star",
            Source(name, age, "amber"),
            balances=tuple(Balance(*balance) for balance in words.balances[2:]),
            notice=notice,
            retry_href="fragment-panel.html",
        ),
        Panel("network", words.panels[6], "wifi", state="error", message=failed, load_href="fragment-panel.html"),
        Panel("loyalty", words.panels[7], "gift", state="empty", message=empty),
        Panel("usage", words.panels[8], "gauge", state="loading", load_href="fragment-panel.html"),
    )


def usage(words: texts360.Texts) -> Panel:
    """Return the panel that answers the one under way."""
    return Panel("usage", words.panels[8], "gauge", balances=tuple(Balance(*balance) for balance in words.balances[:2]))

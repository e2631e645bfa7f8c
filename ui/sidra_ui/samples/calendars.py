"""The calendar of appointments: a month in French, the next days in Arabic and dark, another day for one of them."""

import datetime
from collections.abc import Iterator

from babel.dates import format_date

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.boards import FormLink
from sidra_ui.viewmodels.calendars import CalendarPage, Day, DayForm, DayMoved, DayPage, Entry, Weekday
from sidra_ui.viewmodels.common import Action, Link, Tone
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.lists import FilterChip, FilterForm, ViewTab
from sidra_ui.viewmodels.shell import Place

PLACE = "/sn/appointment"
FIRST, TODAY, SHOWN = datetime.date(2026, 10, 26), datetime.date(2026, 11, 23), 42
NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
WEEK, SATURDAY = len(NAMES), 5
TONES: dict[str, Tone] = {"accent": "accent", "amber": "amber", "teal": "teal", "red": "red"}
"""By what an appointment is; one that is over has none of them."""

# day|time|tone|title
APPOINTMENTS = """
2026-11-03|09:00|accent|Installation fibre, Khady Gueye
2026-11-03|14:30|accent|Remise d’un terminal, Ousmane Ba
2026-11-05||amber|Relance niveau 2, Comptoir du Fleuve
2026-11-10|10:15|teal|Visite technique, Boulangeries Téranga
2026-11-17|08:30|red|Incident à domicile, Awa Ndiaye
2026-11-17|11:00|accent|Installation fibre, Abdoulaye Kane
2026-11-17|16:00|neutral|Rappel clos, Sokhna Diarra
2026-11-23|09:30|accent|Signature du renouvellement, Port de Kaolack
2026-11-26|15:00|teal|Visite technique, Clinique Les Filaos
2026-12-02|10:00|accent|Installation fibre, Mariama Cissé
""".strip().splitlines()


def entry(line: str) -> Entry:
    """Return one appointment; one that is over cannot be moved."""
    day, time, tone, title = line.split("|")
    identity = f"{day}-{len(title)}"
    href = f"{PLACE}/{identity}"
    move = f"{href}/day" if tone in TONES else ""
    return Entry(identity, 1, title, href, TONES.get(tone, "neutral"), time, move_href=move)


def days() -> Iterator[Day]:
    """Return the six weeks around November 2026."""
    for distance in range(SHOWN):
        day = FIRST + datetime.timedelta(distance)
        label = format_date(day, "full", locale="fr")
        yield Day(
            iso=day.isoformat(),
            number=str(day.day),
            label=label,
            entries=tuple(entry(line) for line in APPOINTMENTS if line.startswith(day.isoformat())),
            more="2 autres" if day.isoformat() == "2026-11-17" else "",
            href=f"?span=day&day={day.isoformat()}",
            new_href=f"{PLACE}/new?begin={day.isoformat()}",
            new_label=f"Nouveau le {label}",
            is_today=day == TODAY,
            is_weekend=day.weekday() >= SATURDAY,
            is_outside=day.month != TODAY.month,
        )


def spans(current: str, names: tuple[str, ...]) -> tuple[FormLink, ...]:
    """Return the spans to choose from."""
    known = zip(("month", "week", "day", "agenda"), names, strict=True)
    return tuple(FormLink(text, f"?span={name}", "calendar", name == current) for name, text in known)


def month() -> CalendarPage:
    """Return a month with a day that holds more than fits."""
    every = tuple(days())
    kinds = (Option("installation", "Installation"), Option("visit", "Visite technique"))
    return CalendarPage(
        shell=shell("fr", "sn"),
        place=Place("Rendez-vous"),
        href=f"{PLACE}/calendar",
        span="month",
        title="novembre 2026",
        weeks=tuple(every[start : start + WEEK] for start in range(0, SHOWN, WEEK)),
        weekdays=tuple(Weekday(f"{name[:3]}.", name, place >= SATURDAY) for place, name in enumerate(NAMES)),
        spans=spans("month", ("Mois", "Semaine", "Jour", "Agenda")),
        previous_href="?day=2026-10-23",
        next_href="?day=2026-12-23",
        today=Link("Aujourd’hui", "?day=2026-11-23"),
        forms=(FormLink("Tableau", PLACE, "list"), FormLink("Calendrier", "?", "calendar", is_current=True)),
        actions=(Action("Nouveau rendez-vous", f"{PLACE}/new", "plus", "primary"),),
        views=(ViewTab("Équipe de Dakar", "?view=dakar", is_current=True), ViewTab("Tous", "?view=all")),
        chips=(FilterChip("Statut", "est Prévu", "?"),),
        clear_href="?",
        filters=FilterForm(
            f"{PLACE}/calendar", (FieldView("kind", "Genre", "select", options=kinds, id="filter-kind"),)
        ),
        mine=FormLink("Les miens", "?owner=fatou", "user"),
        query_hint="Rechercher dans la liste",
        kept=(("span", "month"), ("day", "2026-11-23")),
        summary="12 fiches",
        note="Il y en a plus qu’on ne peut en montrer. Choisissez une durée plus courte, ou filtrez.",
    )


def agenda() -> CalendarPage:
    """Return the days on which something stands, one below the other, in Arabic and dark."""
    visit = Entry("1", 1, "زيارة فنية، مريم السيد", "#", "teal", "١٠:٠٠", move_href="#")
    repair = Entry("2", 1, "عطل في المنزل، شركة دلتا للنقل", "#", "red", "١٣:٣٠", move_href="#")
    call = Entry("3", 1, "اتصال متابعة، كريم منصور", "#", "neutral")
    first = Day("2026-11-23", "٢٣", "الاثنين، ٢٣ نوفمبر ٢٠٢٦", (visit, repair), href="#", is_today=True)
    second = Day("2026-11-26", "٢٦", "الخميس، ٢٦ نوفمبر ٢٠٢٦", (call,), href="#", new_href="#", new_label="جديد")
    return CalendarPage(
        shell=shell("ar", "eg", "dark"),
        place=Place("المواعيد"),
        href="/eg/appointment/calendar",
        span="agenda",
        title="٢٣ نوفمبر – ٦ ديسمبر ٢٠٢٦",
        weeks=((first, second),),
        spans=spans("agenda", ("شهر", "أسبوع", "يوم", "جدول المواعيد")),
        previous_href="?day=2026-11-09",
        next_href="?day=2026-12-07",
        today=Link("اليوم", "?day=2026-11-23"),
        summary="٣ سجلات",
    )


def asking(*problems: str) -> DayForm:
    """Return the form that asks for another day."""
    title, day = "Visite technique, Clinique Les Filaos", "2026-11-26"
    return DayForm(title, f"{PLACE}/{day}-{len(title)}/day", "1", day, f"{PLACE}/calendar", problems)


def asking_page() -> DayPage:
    """Return the same form as a page, after a day that was refused."""
    form = asking("Date : le rendez-vous ne peut pas être avant aujourd’hui.")
    place = Place(f"Déplacer {form.title} à un autre jour", (Link("Rendez-vous", f"{PLACE}/calendar"),))
    return DayPage(shell("fr", "sn"), place, form)


def moved() -> DayMoved:
    """Return the answer to an appointment that went to another day."""
    return DayMoved("Visite technique, Clinique Les Filaos est maintenant le 27 nov. 2026.", "2026-11-26")

"""Home, search, sign in, messages and fragments."""

from sidra_ui.samples import texts360, view360
from sidra_ui.samples.frames import affiliates, frame, shell
from sidra_ui.viewmodels.common import Action, Badge, avatar
from sidra_ui.viewmodels.fields import FieldView, Masked
from sidra_ui.viewmodels.pages import (
    HomePage,
    MessagePage,
    RevealedValue,
    RevealForm,
    Shortcut,
    SignInPage,
    WhyPage,
    WhyRole,
)
from sidra_ui.viewmodels.search import (
    LookupOption,
    LookupOptions,
    SearchEmpty,
    SearchGroup,
    SearchHit,
    SearchPage,
    Suggestions,
    TextPart,
)
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table
from sidra_ui.viewmodels.view360 import Kpi

WORDS = texts360.ENGLISH
HITS = SearchGroup(
    "Customers",
    "users",
    (
        SearchHit(
            (TextPart("Awa "), TextPart("Ndi", is_match=True), TextPart("aye")),
            "#",
            "SN-4471-0926",
            "Dakar, Plateau",
            avatar("Awa Ndiaye"),
            badges=(Badge("Active", "green", dot=True),),
        ),
        SearchHit(
            (TextPart("Modou "), TextPart("Ndi", is_match=True), TextPart("one")),
            "#",
            "SN-4402-7712",
            "Thiès",
            avatar("Modou Ndione"),
            badges=(Badge("Closed"),),
        ),
    ),
    "2",
    "#",
    "View all 214",
)
TICKET_HITS = SearchGroup(
    "Tickets", "ticket", (SearchHit((TextPart("TT-88213"),), "#", note="Home fibre down, ONT offline"),), "1"
)

EMPTY = SearchEmpty(
    "لا توجد نتائج عن «xyz»",
    "search-x",
    ("أي جزء من الاسم", "رقم العميل كاملًا"),
    (Action("عميل جديد", "#", "plus", "primary"),),
)


def home() -> HomePage:
    """Return an agent's first page."""
    return HomePage(
        shell=shell("en", "sn"),
        place=Place("Home"),
        greeting="Hello, Fatou",
        summary="Monday 23 November · 3 tickets are due today",
        actions=(Action("New customer", "#", "plus", "primary"),),
        kpis=(
            Kpi("Open tickets", "48", "", "+6", "amber", (4, 5, 4, 6, 7), "amber"),
            Kpi("Due today", "3", "", "", "red"),
            Kpi("Solved this week", "61", "", "+12%", "green", (3, 4, 6, 5, 8, 9), "green"),
            Kpi("Satisfaction", "8.4", "/ 10", "+0.2", "green"),
        ),
        shortcuts=(
            Shortcut("Customers", "#", "users", "1 284 306 records"),
            Shortcut("Tickets", "#", "ticket", "48 open"),
            Shortcut("Products", "#", "package"),
            Shortcut("Bills", "#", "receipt"),
        ),
        main=(view360.timeline(WORDS),),
        side=(view360.tickets(WORDS),),
    )


def search() -> SearchPage:
    """Return a search with hits in two entities."""
    place = Place("Search")
    return SearchPage(shell("en", "sn"), place, "ndi", (HITS, TICKET_HITS), "3 results for “ndi”")


def empty_search() -> SearchPage:
    """Return a search without hits, in Arabic."""
    return SearchPage(shell("ar", "eg", "dark"), Place("بحث"), "xyz", empty=EMPTY)


def sign_in() -> SignInPage:
    """Return the sign-in page of Senegal after a wrong password."""
    return SignInPage(
        frame=frame("fr", "sn"),
        affiliate=affiliates("fr", "sn")[0],
        action="/sn/sign-in",
        csrf_token="sample-token",  # noqa: S106  # shown in a gallery, accepted by nothing
        username="agent",
        error="Le nom d’utilisateur ou le mot de passe est erroné. Vérifiez-les et réessayez.",
        affiliates=affiliates("fr", "sn")[1:],
    )


def not_found() -> MessagePage:
    """Return "not found" inside the frame of a signed-in agent."""
    return MessagePage(
        frame("fr", "sn"),
        "Introuvable",
        "L’adresse est erronée, la fiche a été supprimée ou votre rôle ne la voit pas.",
        "E404",
        "b7f2c1",
        "search-x",
        (Action("Aller à l’accueil", "/sn/", "house", "primary"),),
        shell("fr", "sn"),
    )


def fault() -> MessagePage:
    """Return a fault for someone who is not signed in, in Arabic, dark."""
    return MessagePage(
        frame("ar", "eg", "dark"),
        "تعذّر تنفيذ الطلب",
        "حدث خطأ من جانبنا ولم يُحفظ شيء. حاول مرة أخرى.",
        "E500",
        "b7f2c1",
        actions=(Action("إعادة المحاولة", "#", "refresh-cw"),),
    )


def suggestions() -> Suggestions:
    """Return the type-ahead of the global search."""
    return Suggestions("ndi", (HITS, TICKET_HITS), "/sn/search?q=ndi")


def lookup_options() -> LookupOptions:
    """Return the type-ahead of a lookup."""
    options = (
        LookupOption("42", "Huta Północ S.A.", "NIP 526-10-40-567", avatar("Huta Północ")),
        LookupOption("43", "Huta"),
    )
    return LookupOptions("f-employer", options)


def revealed() -> RevealedValue:
    """Return a revealed value."""
    return RevealedValue("1 988 0614 00318", is_code=True, note="Logged")


def reveal_form() -> RevealForm:
    """Return the dialog that asks why a masked value is needed, after a reason that said nothing."""
    masked = Masked("•••• 18", "/sn/individual/1/reveal/national_number", "/sn/individual/1/why")
    error = "Say why you need it, in 5 to 300 characters."
    return RevealForm("National number", masked, is_code=True, error=error, reason="x")


def why() -> WhyPage:
    """Return the page that says why, as an administrator sees it of somebody else, in Polish."""
    columns = (Column("value", "Wartość"), Column("level", "Dostęp"), Column("because", "Powód", is_prose=True))
    rows = (
        Row("name", "Nazwisko", (Cell("Nazwisko"), Cell(badges=(Badge("Odczyt", "green"),)), Cell("Ustalone"))),
        Row("number", "PESEL", (Cell("PESEL"), Cell(badges=(Badge("Zamaskowane", "amber"),)), Cell("Dane wrażliwe"))),
    )
    role = WhyRole(
        "Agent",
        "Rekordy, dla których to zachodzi",
        ("unit == null || unit in user.units",),
        "baseline/core/roles/agent.yaml:5, affiliates/pl/roles/agent.yaml:3",
        Badge("nie", "red"),
    )
    return WhyPage(
        shell=shell("pl", "pl"),
        place=Place("Dlaczego tego nie widzę?"),
        title="Co widzisz: „Osoba”",
        notes=("Twoje jednostki: Kraków", "Anna Nowak nie może zobaczyć tego rekordu."),
        roles=(role,),
        table=Table("Co widzisz z każdej wartości", columns, rows),
        seen_by=FieldView("as", "Nazwa użytkownika", value="anna"),
        action="/pl/individual/1/why",
    )

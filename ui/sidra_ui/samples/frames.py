"""The frame around each sample page, in the languages of the demonstration affiliates."""

from sidra_ui.messages import Messages
from sidra_ui.presenting.frame.keyboard import shortcuts
from sidra_ui.viewmodels.common import Theme, Tone, avatar
from sidra_ui.viewmodels.shell import (
    AffiliateChoice,
    DiagnosticLine,
    DiagnosticsBanner,
    Frame,
    LanguageChoice,
    Live,
    NavGroup,
    NavItem,
    Shell,
    Toast,
    UserView,
)

AFFILIATES: dict[str, tuple[Tone, dict[str, str]]] = {
    "sn": ("green", {"fr": "Sénégal", "en": "Senegal", "ar": "السنغال", "pl": "Senegal"}),
    "eg": ("red", {"fr": "Égypte", "en": "Egypt", "ar": "مصر", "pl": "Egipt"}),
    "pl": ("pink", {"fr": "Pologne", "en": "Poland", "ar": "بولندا", "pl": "Polska"}),
}
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "ar": "العربية", "pl": "Polski"}

# Titles of groups and items by language; icons and counts are the same everywhere.
MENU = {
    "en": (
        "Home",
        "Service",
        "Customers",
        "Products",
        "Tickets",
        "Sales",
        "Leads",
        "Opportunities",
        "Accounts",
        "Configure",
        "Monitoring",
    ),
    "fr": (
        "Accueil",
        "Service",
        "Clients",
        "Produits",
        "Tickets",
        "Ventes",
        "Pistes",
        "Opportunités",
        "Comptes",
        "Configurer",
        "Supervision",
    ),
    "ar": (
        "الرئيسية",
        "الخدمة",
        "العملاء",
        "المنتجات",
        "التذاكر",
        "المبيعات",
        "العملاء المحتملون",
        "الفرص",
        "الشركات",
        "الإعداد",
        "المراقبة",
    ),
    "pl": (
        "Start",
        "Obsługa",
        "Klienci",
        "Produkty",
        "Zgłoszenia",
        "Sprzedaż",
        "Leady",
        "Szanse",
        "Firmy",
        "Konfiguracja",
        "Monitorowanie",
    ),
}


def frame(language: str, affiliate: str, theme: Theme = "light") -> Frame:
    """Return the frame of a page without a signed-in person."""
    return Frame(
        product="Meridian",
        tagline="Group CRM",
        locale=f"{language}-{affiliate.upper()}",
        direction="rtl" if language == "ar" else "ltr",
        theme=theme,
        languages=languages(language),
    )


def shell(language: str, affiliate: str, theme: Theme = "light", *, has_broken_files: bool = False) -> Shell:
    """Return the frame of a signed-in agent's page, the customers being the present place."""
    around = frame(language, affiliate, theme)
    return Shell(
        product=around.product,
        tagline=around.tagline,
        locale=around.locale,
        direction=around.direction,
        theme=theme,
        csrf_token="sample-token",  # noqa: S106  # shown in a gallery, accepted by nothing
        home_href=f"/{affiliate}/",
        search_href=f"/{affiliate}/search",
        suggest_href=f"/{affiliate}/search/suggest",
        groups=groups(language, affiliate),
        bottom_bar=bottom_bar(language, affiliate),
        affiliates=affiliates(language, affiliate),
        languages=around.languages,
        user=UserView(
            "Fatou Ndoye",
            "Agent",
            avatar("Fatou Ndoye", is_present=True),
            f"/{affiliate}/my-account",
            f"/{affiliate}/sign-out",
        ),
        toasts=(Toast("Saved"),) if has_broken_files else (),
        diagnostics=broken_files() if has_broken_files else None,
        live=told(language, affiliate),
        shortcuts=shortcuts(Messages(f"{language}-{affiliate.upper()}")),
    )


def told(language: str, affiliate: str) -> Live:
    """Return how a page is told; a sample has nobody to ask."""
    texts = {"en": "2 unread notifications", "fr": "2 notifications non lues", "pl": "2 nieprzeczytane powiadomienia"}
    place, count = f"/{affiliate}/notifications", "٢" if language == "ar" else "2"
    return Live("", "account:1", "", f"{place}/bell", place, texts.get(language, "إشعاران غير مقروءين"), count)


def languages(current: str) -> tuple[LanguageChoice, ...]:
    """Return the choice of languages."""
    return tuple(LanguageChoice(tag, name, f"?lang={tag}", tag == current) for tag, name in LANGUAGE_NAMES.items())


def affiliates(language: str, current: str) -> tuple[AffiliateChoice, ...]:
    """Return the choice of affiliates."""
    return tuple(
        AffiliateChoice(code.upper(), names[language], f"/{code}/", code == current, tone)
        for code, (tone, names) in AFFILIATES.items()
    )


def groups(language: str, affiliate: str) -> tuple[NavGroup, ...]:
    """Return the navigation."""
    home, service, customers, products, tickets, sales, leads, opportunities, accounts, configure, watch = MENU[
        language
    ]
    place = f"/{affiliate}/"
    return (
        NavGroup("", (NavItem(home, place, "house"),)),
        NavGroup(
            service,
            (
                NavItem(customers, f"{place}customer", "users", is_current=True),
                NavItem(products, f"{place}product", "package"),
                NavItem(
                    tickets,
                    f"{place}trouble_ticket",
                    "ticket",
                    count="٤٨" if language == "ar" else "48",
                    is_counted=True,
                ),
            ),
        ),
        NavGroup(
            sales,
            (
                NavItem(leads, f"{place}sales_lead", "target"),
                NavItem(opportunities, f"{place}sales_opportunity", "kanban", count="12", is_hot=True, is_counted=True),
                NavItem(accounts, f"{place}organization", "building"),
            ),
        ),
        NavGroup(configure, (NavItem(watch, f"{place}monitoring", "gauge"),)),
    )


def bottom_bar(language: str, affiliate: str) -> tuple[NavItem, ...]:
    """Return the phone's bar: home, customers, tickets."""
    first, service = groups(language, affiliate)[:2]
    return (first.items[0], service.items[0], service.items[2])


def broken_files() -> DiagnosticsBanner:
    """Return the banner of a configuration with two errors."""
    return DiagnosticsBanner(
        "The configuration on disk has errors. The last valid version stays in force.",
        (
            DiagnosticLine(
                "E101",
                "affiliates/sn/entities/individual.yaml:12:5",
                "No `gven_name` in `attributes`.",
                "Did you mean `given_name`?",
            ),
            DiagnosticLine("E204", "affiliates/sn/roles/agent.yaml:8:3", "The role widens access beyond the baseline."),
        ),
        "and 3 more",
    )

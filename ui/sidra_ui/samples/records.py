"""The record page: a customer read in Senegal, and edited in Poland with errors."""

from dataclasses import replace

from sidra_ui.samples.frames import shell
from sidra_ui.samples.lists import customer_table
from sidra_ui.viewmodels.common import Action, Badge, Fact, Link, avatar
from sidra_ui.viewmodels.fields import FieldView, LookupView, Masked, Option
from sidra_ui.viewmodels.records import (
    Ask,
    HistoryChange,
    HistoryEntry,
    HistoryView,
    Note,
    Overtaken,
    Problem,
    RecordForm,
    RecordPage,
    RelatedList,
    SectionView,
    StateStep,
    TabView,
)
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Table

IDENTITY = SectionView(
    "identity",
    "Identité",
    (
        FieldView("given_name", "Prénom", text="Awa Marième"),
        FieldView("family_name", "Nom", text="Ndiaye"),
        FieldView("birth_date", "Né(e) le", "date", text="14 juin 1988"),
        FieldView("document", "Carte d’identité", text="1 234", masked=Masked("••••• 0318", "#"), is_code=True),
        FieldView("status", "Statut", badges=(Badge("Actif", "green", dot=True),)),
        FieldView("account", "Compte", text="SN-4471-0926", href="#", is_code=True),
        FieldView("nationality", "Nationalité"),
        FieldView("tax", "NINEA", masked=Masked("•••••••")),
        FieldView("note", "Remarque", "textarea", text="Appeler après 17 h.\nParle français et wolof."),
    ),
    icon="id-card",
)
CONTACT = SectionView(
    "contact",
    "Contact",
    (
        FieldView("phone", "Téléphone", "phone", text="+221 77 ••• •4 18"),
        FieldView("email", "E-mail", "email", text="a•••@mail.sn", href="#"),
        FieldView("balance", "Solde", "money", text="27 400 FCFA"),
    ),
    icon="phone",
)
HISTORY = (
    HistoryEntry(
        "09:31",
        "2026-11-20T09:31:00Z",
        "Fatou Ndoye",
        "Modification",
        (
            HistoryChange("Téléphone", "+221 77 ••• •1 02", "+221 77 ••• •4 18"),
            HistoryChange("Remarque", "", "Appeler après 17 h."),
        ),
    ),
    HistoryEntry("12 mars 2017", "2017-03-12T10:00:00Z", "Chargement initial", "Créé", icon="plus"),
)


def reading() -> RecordPage:
    """Return a customer to read: tabs, life cycle, related records, history."""
    related = RelatedList("Clients du foyer", "users", customer_table(3), "3", "#", "#")
    nothing = RelatedList("Contrats", "file-text", Table("Contrats", (), ()))
    return RecordPage(
        shell=shell("fr", "sn", has_broken_files=True),
        place=Place("Awa Ndiaye", (Link("Clients", "#"),)),
        title="Awa Ndiaye",
        tabs=(
            TabView("details", "Détails", (IDENTITY, CONTACT)),
            TabView("related", "Liens", related=(related, nothing), count="3"),
            TabView("history", "Historique", history=HistoryView(HISTORY, "#")),
        ),
        avatar=avatar("Awa Ndiaye"),
        badges=(Badge("Actif", "green", dot=True), Badge("Or", "amber", icon="crown")),
        facts=(Fact("SN-4471-0926", "id-card", "Numéro", is_code=True), Fact("Dakar, Plateau", "map-pin")),
        actions=(Action("Vue 360", "#", "layers"), Action("Modifier", "#", "square-pen", "primary")),
        more_actions=(Action("Supprimer", "#", "trash-2", "danger", method="post", confirm="Supprimer Awa Ndiaye ?"),),
        steps=(StateStep("Prospect", "done"), StateStep("Actif", "current"), StateStep("Fermé", "ahead")),
    )


PERSON = SectionView(
    "person",
    "Dane osobowe",
    (
        FieldView("given_name", "Imię", value="Zofia", is_required=True, max_length=80),
        FieldView("family_name", "Nazwisko", value="Wiśniewska-Brzęczyszczykiewicz", is_required=True),
        FieldView(
            "pesel",
            "PESEL",
            value="44051401358",
            error="Cyfra kontrolna numeru PESEL się nie zgadza.",
            help="11 cyfr",
            is_code=True,
            pattern=r"\d{11}",
        ),
        FieldView("birth_date", "Data urodzenia", "date", value="1944-05-14", max="2026-11-23"),
        FieldView(
            "language",
            "Język",
            "radio",
            options=(Option("pl", "polski", is_selected=True), Option("uk", "ukraiński"), Option("en", "angielski")),
        ),
        FieldView(
            "segment",
            "Segment",
            "select",
            value="gold",
            options=(Option("standard", "Standard"), Option("gold", "Złoty", is_selected=True)),
        ),
        FieldView("account", "Numer konta", "readonly", text="PL-0042-1187", is_code=True),
        FieldView("card", "Dowód osobisty", masked=Masked("••• ••3921")),
        FieldView("vip", "Klient VIP", "checkbox", value="true"),
    ),
    icon="id-card",
    help="Pola oznaczone gwiazdką są wymagane.",
)
REACH = SectionView(
    "reach",
    "Kontakt i rozliczenia",
    (
        FieldView("phone", "Telefon", "phone", value="+48 601 234 567", is_required=True),
        FieldView("email", "E-mail", "email", value="zofia@", error="To nie jest adres e-mail."),
        FieldView("website", "Strona", "url", placeholder="https://"),
        FieldView(
            "employer",
            "Pracodawca",
            "lookup",
            value="42",
            lookup=LookupView("/pl/organization/suggest", "Huta Północ S.A.", "#"),
            help="Wpisz nazwę lub NIP",
        ),
        FieldView(
            "limit",
            "Limit kredytowy",
            "money",
            value="1500.00",
            currency="PLN",
            options=(Option("PLN", "PLN", is_selected=True), Option("EUR", "EUR")),
        ),
        FieldView("deposit", "Kaucja", "money", value="200.00", currency="PLN"),
        FieldView("discount", "Rabat", "percent", value="7.5", max="30"),
        FieldView("members", "Osoby w gospodarstwie", "number", value="3", min="1", max="20"),
        FieldView("score", "Ocena", "decimal", value="0.46", step="0.01"),
        FieldView("call_at", "Oddzwonić", "datetime", value="2026-11-24T17:00"),
        FieldView("call_from", "Dzwonić od", "time", value="17:00"),
        FieldView(
            "channels",
            "Kanały",
            "multiselect",
            options=(
                Option("sms", "SMS", is_selected=True),
                Option("mail", "E-mail", is_selected=True),
                Option("call", "Telefon"),
            ),
        ),
        FieldView("notes", "Uwagi", "textarea", value="Prosi o kontakt po 17:00."),
    ),
    icon="phone",
)


def editing() -> RecordPage:
    """Return a customer being edited, refused with two problems; every widget is in it."""
    return RecordPage(
        shell=shell("pl", "pl"),
        place=Place("Edycja", (Link("Klienci", "#"), Link("Zofia Wiśniewska", "#"))),
        title="Zofia Wiśniewska",
        tabs=(TabView("person", "Dane osobowe", (PERSON,)), TabView("reach", "Kontakt i rozliczenia", (REACH,))),
        avatar=avatar("Zofia Wiśniewska"),
        badges=(Badge("Aktywny", "green", dot=True),),
        facts=(Fact("PL-0042-1187", "id-card", is_code=True),),
        form=RecordForm("/pl/customer/42", "/pl/customer/42", "7", "/pl/customer/42/preview"),
        problems=(
            Problem("Cyfra kontrolna numeru PESEL się nie zgadza.", "f-pesel", "E412"),
            Problem("To nie jest adres e-mail.", "f-email", "E410"),
        ),
        is_refused=True,
    )


def overtaken() -> RecordPage:
    """Return the same, while somebody else saved it: what only they changed, and what is to be chosen."""
    who = "Jan Kowalski, 20 lis 2026, 09:31"
    told = Overtaken(
        "Rekord się zmienił",
        "Ktoś inny zapisał ten rekord podczas Twojej edycji. Wybierz dla każdej z tych wartości, która zostaje.",
        (Note("Uwagi: Prosi o kontakt po 17:00.", who, "f-notes"),),
        (
            Ask("email", "E-mail", who, "z.wisniewska@poczta.pl", "zofia@poczta.pl", "", "f-email", "W10="),
            Ask("birth_date", "Data urodzenia", who, "14 cze 1988", "Brak wartości", "mine", "f-birth_date", "W10="),
        ),
        "R409",
        "meanwhile",
        "W10=",
        is_fresh=True,
    )
    return replace(editing(), problems=(), overtaken=told)

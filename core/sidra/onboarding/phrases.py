"""What a workbook says to those who fill it in, in the languages of the screens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_EN: Final = {
    "index": "Instructions",
    "intro": "Fill in one row for each record, from row {first} on. Columns marked * must be filled in.",
    "order": "Sheets refer to each other by the key in their first column; fill them in this order:",
    "lists": "Where a cell offers a list, choose from it. Dates are entered as dates, amounts as numbers.",
    "technical": "Do not change the hidden row, the names of the sheets or the order of the first rows.",
    "sheet": "Sheet",
    "meaning": "What belongs there",
    "required": "required",
    "key": "your own number of it, once each",
    "reference": "the key of a row in: {sheets}",
    "list": "one of the list",
    "date": "date",
    "number": "number",
    "boolean": "yes or no",
    "text": "text",
    "at_most": "at most {n} letters",
    "wrong": "This value does not fit: {form}",
}
_FR: Final = {
    "index": "Mode d’emploi",
    "intro": "Remplissez une ligne par fiche, à partir de la ligne {first}. Les colonnes marquées * sont obligatoires.",
    "order": "Les feuilles se réfèrent les unes aux autres par la clé de leur première colonne ; dans cet ordre :",
    "lists": "Quand une cellule propose une liste, choisissez-y. Les dates sont des dates, les montants des nombres.",
    "technical": "Ne changez ni la ligne cachée, ni le nom des feuilles, ni l’ordre des premières lignes.",
    "sheet": "Feuille",
    "meaning": "Ce qu’elle contient",
    "required": "obligatoire",
    "key": "votre propre numéro, une seule fois",
    "reference": "la clé d’une ligne de : {sheets}",
    "list": "une valeur de la liste",
    "date": "date",
    "number": "nombre",
    "boolean": "oui ou non",
    "text": "texte",
    "at_most": "au plus {n} lettres",
    "wrong": "Cette valeur ne convient pas : {form}",
}
_AR: Final = {
    "index": "التعليمات",
    "intro": "املأ سطرًا واحدًا لكل سجل ابتداءً من السطر {first}. الأعمدة ذات العلامة * إلزامية.",
    "order": "تشير الأوراق بعضها إلى بعض بالمفتاح في عمودها الأول؛ املأها بهذا الترتيب:",
    "lists": "إذا عرضت الخلية قائمة فاختر منها. تُكتب التواريخ كتواريخ والمبالغ كأرقام.",
    "technical": "لا تغيّر السطر المخفي ولا أسماء الأوراق ولا ترتيب السطور الأولى.",
    "sheet": "الورقة",
    "meaning": "ما يُكتب فيها",
    "required": "إلزامي",
    "key": "رقمه لديكم، مرة واحدة",
    "reference": "مفتاح سطر من: {sheets}",
    "list": "قيمة من القائمة",
    "date": "تاريخ",
    "number": "رقم",
    "boolean": "نعم أو لا",
    "text": "نص",
    "at_most": "{n} حرفًا على الأكثر",
    "wrong": "هذه القيمة غير مناسبة: {form}",
}
_PL: Final = {
    "index": "Instrukcja",
    "intro": "Wypełnij jeden wiersz na rekord, od wiersza {first}. Kolumny oznaczone * są wymagane.",
    "order": "Arkusze odwołują się do siebie kluczem z pierwszej kolumny; wypełniaj je w tej kolejności:",
    "lists": "Gdzie komórka podaje listę, wybierz z niej. Daty wpisuj jako daty, kwoty jako liczby.",
    "technical": "Nie zmieniaj ukrytego wiersza, nazw arkuszy ani kolejności pierwszych wierszy.",
    "sheet": "Arkusz",
    "meaning": "Co do niego należy",
    "required": "wymagane",
    "key": "Twój własny numer, każdy raz",
    "reference": "klucz wiersza z: {sheets}",
    "list": "jedna z listy",
    "date": "data",
    "number": "liczba",
    "boolean": "tak lub nie",
    "text": "tekst",
    "at_most": "najwyżej {n} znaków",
    "wrong": "Ta wartość nie pasuje: {form}",
}
PHRASES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _EN, "fr": _FR, "ar": _AR, "pl": _PL})


def phrase(locales: tuple[str, ...], name: str, **facts: object) -> str:
    """Return what is said in the first of some languages that is known, else in English."""
    known = next((PHRASES[locale] for locale in locales if locale in PHRASES), _EN)
    return known[name].format(**facts)

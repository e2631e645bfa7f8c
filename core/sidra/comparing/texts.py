"""The words of the report, in the languages of the screens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "fr", "ar", "pl")

_TEXTS: Final[Mapping[str, tuple[str, str, str, str]]] = MappingProxyType(
    {
        "title": ("Gap analysis", "Analyse des écarts", "تحليل الفجوات", "Analiza różnic"),
        "baseline": ("Baseline", "Socle", "الأساس", "Wersja bazowa"),
        "counted_on": (
            "Counted on effective documents",
            "Compté sur les documents effectifs",
            "محسوب على الوثائق الفعلية",
            "Liczone na dokumentach wynikowych",
        ),
        "reuse": ("Reuse of the baseline", "Réutilisation du socle", "إعادة استخدام الأساس", "Użycie wersji bazowej"),
        "weighted": ("weighted by level", "pondérée par niveau", "مرجّحة حسب المستوى", "ważone poziomem"),
        "overrides": ("Overrides", "Surcharges", "التعديلات", "Nadpisania"),
        "in_affiliates": ("Affiliates", "Filiales", "الشركات التابعة", "Oddziały"),
        "far": ("L3 and L4", "L3 et L4", "L3 وL4", "L3 i L4"),
        "replaced": (
            "replaced parts, code, waivers",
            "parties remplacées, code, dérogations",
            "أجزاء مستبدلة، شيفرة، إعفاءات",
            "części zastąpione, kod, odstępstwa",
        ),
        "past": ("Past their date", "Échéance dépassée", "تجاوزت موعدها", "Po terminie"),
        "dead": ("Change nothing", "Sans effet", "لا تغيّر شيئًا", "Niczego nie zmieniają"),
        "dead_note": (
            "can be deleted: sidra gap --fix",
            "à supprimer : sidra gap --fix",
            "يمكن حذفها: sidra gap --fix",
            "do usunięcia: sidra gap --fix",
        ),
        "promotable": ("Could be shared", "Partageables", "قابلة للمشاركة", "Do współdzielenia"),
        "by_domain": (
            "Reuse by affiliate and domain",
            "Réutilisation par filiale et domaine",
            "إعادة الاستخدام حسب الشركة والمجال",
            "Użycie według oddziału i domeny",
        ),
        "share_note": (
            "% of effective values equal to the baseline",
            "% des valeurs effectives égales au socle",
            "٪ من القيم الفعلية المطابقة للأساس",
            "% wartości wynikowych równych wersji bazowej",
        ),
        "affiliate": ("Affiliate", "Filiale", "الشركة", "Oddział"),
        "all": ("All", "Tout", "الكل", "Wszystko"),
        "by_level": ("Overrides by level", "Surcharges par niveau", "التعديلات حسب المستوى", "Nadpisania wg poziomu"),
        "on": ("On", "Sur", "على", "Na wersji"),
        "L1": ("L1 labels, order", "L1 libellés, ordre", "L1 تسميات وترتيب", "L1 etykiety, kolejność"),
        "L2": ("L2 tighten, add", "L2 durcir, ajouter", "L2 تشديد وإضافة", "L2 zaostrzenie, dodatki"),
        "L3": ("L3 replace", "L3 remplacer", "L3 استبدال", "L3 zastąpienie"),
        "L4": ("L4 code, waiver", "L4 code, dérogation", "L4 شيفرة أو إعفاء", "L4 kod, odstępstwo"),
        "why_differ": ("Why they differ", "Pourquoi elles diffèrent", "لماذا تختلف", "Dlaczego się różnią"),
        "legal": ("legal", "légal", "قانوني", "prawne"),
        "market": ("market", "marché", "السوق", "rynkowe"),
        "technical": ("technical", "technique", "تقني", "techniczne"),
        "debt": ("debt", "dette", "دين تقني", "dług"),
        "unsaid": ("not said", "non précisé", "غير مذكور", "niepodane"),
        "no_region": ("No region", "Sans région", "بلا منطقة", "Bez regionu"),
        "waivers": ("Waivers of the group", "Dérogations du groupe", "إعفاءات المجموعة", "Odstępstwa grupy"),
        "none": ("None.", "Aucune.", "لا شيء.", "Brak."),
        "path": ("Path", "Chemin", "المسار", "Ścieżka"),
        "value": ("Value", "Valeur", "القيمة", "Wartość"),
        "below": ("Baseline says", "Le socle dit", "في الأساس", "W wersji bazowej"),
        "level": ("Level", "Niveau", "المستوى", "Poziom"),
        "until": ("Until", "Jusqu’au", "حتى", "Do"),
        "approver": ("Approved by", "Approuvé par", "وافق عليه", "Zatwierdził"),
        "reason": ("Reason", "Raison", "السبب", "Powód"),
        "place": ("Written at", "Écrit dans", "مكتوب في", "Zapisane w"),
        "candidates": (
            "Promotion candidates",
            "Candidates à la promotion",
            "مرشحة للترقية",
            "Kandydaci do promocji",
        ),
        "candidates_note": (
            "the same change in three affiliates or more",
            "le même changement dans au moins trois filiales",
            "التغيير نفسه في ثلاث شركات أو أكثر",
            "ta sama zmiana w co najmniej trzech oddziałach",
        ),
        "same": ("the same in all", "identique partout", "متطابق في الجميع", "takie samo wszędzie"),
        "labels": (
            "the same but for labels",
            "identique hors libellés",
            "متطابق عدا التسميات",
            "takie samo poza etykietami",
        ),
        "names": (
            "the same under other names",
            "identique sous d’autres noms",
            "متطابق بأسماء مختلفة",
            "takie samo pod innymi nazwami",
        ),
        "to": ("To", "Vers", "إلى", "Do"),
        "needs": ("first promote", "promouvoir d’abord", "يُرقّى أولًا", "najpierw promuj"),
        "every": (
            "Every override, with its place",
            "Toutes les surcharges, avec leur place",
            "كل التعديلات مع أماكنها",
            "Wszystkie nadpisania z miejscem",
        ),
        "removed": ("removed", "retiré", "محذوف", "usunięte"),
        "new": ("new", "nouveau", "جديد", "nowe"),
        "incomplete": (
            "some files cannot be read: only the rest is counted",
            "certains fichiers sont illisibles : seul le reste est compté",
            "تعذّرت قراءة بعض الملفات: يُحسب الباقي فقط",
            "niektórych plików nie da się odczytać: liczona jest reszta",
        ),
        "upgrade": ("Upgrade", "Mise à niveau", "الترقية", "Aktualizacja"),
        "clean": ("clean", "sans conflit", "بلا تعارض", "bez konfliktów"),
        "party": ("Party", "Tiers", "الأطراف", "Podmioty"),
        "product": ("Product", "Produit", "المنتج", "Produkt"),
        "sales": ("Sales", "Ventes", "المبيعات", "Sprzedaż"),
        "service": ("Service", "Service", "الخدمة", "Obsługa"),
        "channel": ("Channel", "Canal", "القناة", "Kanał"),
        "campaign": ("Campaign", "Campagne", "الحملة", "Kampania"),
        "process": ("Process", "Processus", "العملية", "Proces"),
        "interface": ("Interface", "Interface", "الواجهة", "Interfejs"),
        "roles": ("Roles", "Rôles", "الأدوار", "Role"),
        "screens": ("Screens", "Écrans", "الشاشات", "Ekrany"),
        "common": ("Common", "Commun", "مشترك", "Wspólne"),
    }
)


def texts(language: str) -> Mapping[str, str]:
    """Return all words in a language, one of LANGUAGES."""
    index = LANGUAGES.index(language)
    return {key: found[index] for key, found in _TEXTS.items()}

"""What is not translated yet: sentences of the screens, and texts of the YAML of one affiliate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sidra.configuration import read_configuration
from sidra.errors import NotFound, SidraError
from sidra.settings import installation
from sidra_metamodel.diagnostics import Severity
from sidra_metamodel.explaining.translations import Text, texts
from sidra_metamodel.layering.layers import AFFILIATE
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_ui.messages import FALLBACK, LANGUAGES, Message, read_catalogue


class NoTranslation(SidraError):
    """A file does not hold texts that an affiliate can take."""

    code = "R180"


@dataclass(frozen=True, slots=True)
class Survey:
    """What one language lacks, of the screens or of one affiliate's YAML."""

    scope: str
    """`screens`, or the name of the affiliate."""
    locale: str
    count: int
    """Of texts that there are."""
    missing: tuple[str, ...] = field(default=())
    """Keys of sentences, or paths of texts."""
    stale: tuple[str, ...] = field(default=())
    """Those that translate another text than the one that is in force."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing and not self.stale

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "scope": self.scope,
            "locale": self.locale,
            "count": self.count,
            "missing": list(self.missing),
            "stale": list(self.stale),
        }


def survey_screens(language: str) -> Survey:
    """Return what the catalogue of a language lacks; stale is what says something else than the English sentence."""
    wanted, there = read_catalogue(FALLBACK), read_catalogue(language)
    missing = tuple(sorted(wanted.keys() - there.keys()))
    stale = tuple(sorted(key for key in there if not is_true(wanted.get(key), there[key], language)))
    return Survey("screens", language, len(wanted), missing, stale)


def is_true(source: Message | None, message: Message, language: str) -> bool:
    """Whether a sentence is still asked for, names no value that the English does not, and has each plural form."""
    if source is None:
        return False
    tags = Locale.parse(language).plural_form.tags | {"other"}
    has_forms = isinstance(message, str) or tags <= message.keys()
    return has_forms and values_in(message) <= values_in(source)


def values_in(message: Message) -> set[str]:
    """The names of the values that a sentence holds, in any of its forms."""
    forms = [message] if isinstance(message, str) else list(message.values())
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def survey_affiliate(model: Model, locale: str) -> Survey:
    """Return what the YAML of an affiliate lacks in one of its languages."""
    found = list(texts(model))
    missing = tuple(text.path for text in found if text.is_missing(locale))
    stale = tuple(text.path for text in found if not text.is_missing(locale) and text.is_stale(locale))
    return Survey(model.affiliate, locale, len(found), missing, stale)


def surveys(models: Mapping[str, Model]) -> Iterator[Survey]:
    """Yield what is left to translate: of the screens once a language, then of each affiliate and language."""
    for language in LANGUAGES:
        if language != FALLBACK:
            yield survey_screens(language)
    for model in models.values():
        for locale in model.locales:
            yield survey_affiliate(model, locale)


def document(model: Model, locale: str, *, everything: bool) -> list[tuple[str, str, str]]:
    """Return path, text in the language and text to translate from: of what is left to do, or of everything."""
    wanted = [text for text in texts(model) if everything or text.is_missing(locale) or text.is_stale(locale)]
    return sorted((text.path, text.text(locale), source_of(text)) for text in wanted)


def source_of(text: Text) -> str:
    """The text to translate from."""
    return str(text.source.value) if text.source is not None else ""


def known_locale(model: Model, locale: str) -> None:
    """Raise NotFound for a language that the affiliate does not have."""
    if locale not in model.locales:
        raise NotFound(
            f"`{model.affiliate}` does not have the language `{locale[:20]}`", hint=f"it has {', '.join(model.locales)}"
        )


def written(locale: str, lines: list[tuple[str, str, str]]) -> str:
    """Return a document of kind `translation`: each text behind a comment with the one to translate from."""
    rows = [f"translation: {locale}\n"]
    for path, text, source in lines:
        rows.append(f"# {' '.join(source.split())}\n{path}: {json.dumps(text, ensure_ascii=False)}\n")
    return "".join(rows)


def take_in(environ: Mapping[str, str], folder: Path, affiliate: str, locale: str, file: Path) -> int:
    """Write the texts of a file into the affiliate's own translation of a language; return how many.

    Raises NotFound, and NoTranslation where the file is none or the configuration would be wrong with it: then nothing
    has changed.
    """
    before = read_configuration(installation(environ, folder))
    loaded = before.load(affiliate)
    known_locale(loaded.draft, locale)
    brought = filled(file, locale)
    own = next(layer for layer in before.layers.folders if layer.rank == AFFILIATE and layer.own_name == affiliate)
    place = own.path / "translations" / f"{locale}.yaml"
    former = place.read_bytes() if place.is_file() else None
    known = faults(loaded)
    replace(place, merged(former, locale, brought))
    new = faults(read_configuration(installation(environ, folder)).load(affiliate)) - known
    if new:
        restore(place, former)
        raise NoTranslation(f"{file.name}: {'; '.join(sorted(new))}", hint="correct or delete these lines")
    return len(brought)


def faults(loaded: Loaded) -> set[str]:
    """What is wrong with a configuration, each finding in a sentence."""
    return {f"{one.code} {one.message}" for one in loaded.diagnostics if one.severity is Severity.ERROR}


def filled(file: Path, locale: str) -> dict[str, str]:
    """The texts that somebody wrote into a file; raises NoTranslation where it is no translation into the language."""
    try:
        found = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise not_one(file, str(error).splitlines()[0]) from error
    if not isinstance(found, dict) or found.pop("translation", None) != locale:
        raise not_one(file, f"it does not begin with `translation: {locale}`")
    if wrong := [path for path, text in found.items() if not isinstance(text, str)]:
        raise not_one(file, f"`{wrong[0]}` is given no text")
    return {str(path): text for path, text in found.items() if text.strip()}


def not_one(file: Path, reason: str) -> NoTranslation:
    """The refusal of a file."""
    return NoTranslation(f"{file.name} is no translation: {reason}", hint="begin with what `sidra i18n export` writes")


def merged(former: bytes | None, locale: str, brought: Mapping[str, str]) -> bytes:
    """The translation with the texts in it; what stood there, comments too, stays in its place."""
    yaml = YAML()
    yaml.width = 1000
    kept = yaml.load(former.decode()) if former else {"translation": locale}
    kept.update({path: brought[path] for path in sorted(brought)})
    stream = BytesIO()
    yaml.dump(kept, stream)
    return stream.getvalue()


def replace(place: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    place.parent.mkdir(exist_ok=True)
    beside = place.with_name(f".{place.name}.new")
    beside.write_bytes(content)
    beside.replace(place)


def restore(place: Path, former: bytes | None) -> None:
    """Put back what stood there."""
    if former is None:
        place.unlink()
    else:
        replace(place, former)

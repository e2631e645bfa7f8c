"""What of a page is English where it is to be in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from string import Formatter

from sidra_metamodel.model import Model
from sidra_ui.messages import read_catalogue
from sidra_ui.translating import document

NO_TEXT = {"script", "style", "title"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
ISOLATES = re.compile("[\u200e\u200f\u2066-\u2069]")
TELLTALE = re.compile(
    r"\b(the|and|of|with|this|that|you|your|are|from|has|have|which|cannot|nothing|please)\b", re.IGNORECASE
)
"""Words that no French, Polish or Arabic sentence has, nor a name."""
WORD = re.compile("[A-Za-z]{3}")


class Texts(HTMLParser):
    """The texts that a person reads or hears on a page, but for those that say that they are in another language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_left_out = (
            tag in NO_TEXT or any(self._open[-1:]) or ("lang" in given and tag != "html") or "hreflang" in given
        )
        if not is_left_out:
            self.found += [said for name, said in attrs if said and (name in SPOKEN or name.startswith("data-"))]
        if tag not in VOID:
            self._open.append(is_left_out)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open[-1:]):
            self.found.append(data)


class English:
    """The English texts of an affiliate that are others in one of its languages."""

    def __init__(self, model: Model, locale: str) -> None:
        yaml = document(model, locale, everything=True)
        english = {*sentences("en"), *(source for _, _, source in yaml)}
        local = {*sentences(locale), *(text for _, text, _ in yaml)}
        wanted = [text for text in english - local if WORD.search(bare(text))]
        self._patterns = re.compile("|".join(sorted(map(pattern, wanted), key=len, reverse=True)))

    def on(self, html: str) -> list[str]:
        """Return the texts of a page that are English."""
        texts = (" ".join(ISOLATES.sub("", text).split()) for text in Texts(html).found)
        return sorted({text for text in texts if self._patterns.fullmatch(text) or TELLTALE.search(text)})


def sentences(language: str) -> Iterator[str]:
    """Every sentence of the screens in a language, plural forms one by one."""
    for message in read_catalogue(language).values():
        yield from [message] if isinstance(message, str) else message.values()


def parts(text: str) -> Iterable[tuple[str, str | None]]:
    """The pieces of a sentence, each with the name of the value behind it."""
    try:
        return [(piece, name) for piece, name, _, _ in Formatter().parse(text)]
    except ValueError:
        return [(text, None)]


def bare(text: str) -> str:
    """A sentence without its values."""
    return "".join(piece for piece, _ in parts(text))


def pattern(text: str) -> str:
    """A sentence with whatever its values may be."""
    return "".join(re.escape(" ".join(piece.split(" "))) + (".+" if name else "") for piece, name in parts(text))

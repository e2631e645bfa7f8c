"""Kind `translation`: many labels of one locale, read as a layer file of the same rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sidra_metamodel.language import Document, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Document):
    """Labels of one locale: `entity.customer.label: زبون`. The document's name is the locale."""

    kind: ClassVar[str] = "translation"
    folder: ClassVar[str] = "translations"
    open_keys: ClassVar[bool] = True

    texts: Mapping[str, str] = word("Text by path; the paths stand directly in the document.")

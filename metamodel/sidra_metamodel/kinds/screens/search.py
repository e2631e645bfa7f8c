"""The search over all entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sidra_metamodel.kinds.screens.column import Column
from sidra_metamodel.language import Element, word


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSource(Element):
    """How hits of one entity are shown by the search; named by the entity."""

    title: str | None = word(
        "Attribute shown as headline; default: the entity's title.", default=None, refers="attribute"
    )
    facts: Mapping[str, Column] = word("Facts below the headline.", refers="column", removable=True)
    hidden: bool = word("Not searched.", default=False)

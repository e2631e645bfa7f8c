"""The builder of conditions: groups of rows, each with an attribute, a word and its values."""

from dataclasses import dataclass

from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under one head; an empty head stands for the record itself."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One row. Its controls post `p.N.M`, `o.N.M` and `v.N.M`, where `number` is "N.M"."""

    number: str
    attributes: tuple[OptionGroup, ...]
    operators: tuple[Option, ...] = ()
    controls: tuple[FieldView, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """Rows that are tied by the other word than the groups are."""

    number: str
    conditions: tuple[ConditionView, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """An attribute that is not offered, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Builder:
    """The form of the conditions of a list; GET to `href` with `apply` leads to the list."""

    href: str
    list_href: str
    groups: tuple[ConditionGroup, ...]
    is_any: bool
    count: str
    """For example "3,418 records"; empty while a condition is not whole."""
    kept: tuple[tuple[str, str], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    may_add: bool = True
    note: str = ""
    """What narrows the list besides these conditions."""


@dataclass(frozen=True, slots=True)
class BuilderPage:
    """The builder as a page of its own, for a browser without scripts."""

    shell: Shell
    place: Place
    builder: Builder

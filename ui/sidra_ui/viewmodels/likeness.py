"""Records that may be the one that is entered."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Avatar, Badge


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be the one that is entered."""

    id: str
    name: str
    href: str
    why: str
    """For example "Same: Birth date · Name 94 % alike"."""
    avatar: Avatar | None = None
    badge: Badge | None = None
    """That nothing can be saved beside it."""
    compare_href: str = ""
    """Leads to the two side by side; empty where they cannot be merged."""
    may_dismiss: bool = False
    """Whether the writer can say that it is another one."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a form says of records that may be there already."""

    title: str
    alike: tuple[Alike, ...] = ()
    apart: tuple[str, ...] = ()
    """Ids of records that the writer has said are others, posted along as `not_same.ID`."""
    note: str = ""
    """That not all were compared."""

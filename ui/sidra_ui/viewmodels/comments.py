"""What people wrote about a record."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Avatar


@dataclass(frozen=True, slots=True)
class CommentPiece:
    """A part of a comment; `is_mention` is the name of a colleague."""

    text: str
    is_mention: bool = False


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment. Without pieces it was taken back, or its record made anonymous."""

    id: str
    who: str
    avatar: Avatar
    when: str
    instant: str
    """ISO 8601, for the `datetime` attribute."""
    pieces: tuple[CommentPiece, ...] = ()
    gone: str = ""
    """What stands in the place of the text."""
    note: str = ""
    """That it was changed, and when."""
    text: str = ""
    """As its writer changes it; with `edit_href`."""
    edit_href: str = ""
    """Receives POST `text`; empty where it may not be changed, or no longer."""
    remove_href: str = ""


@dataclass(frozen=True, slots=True)
class CommentsView:
    """The comments of a record, the latest first, and the form of a new one."""

    action: str
    """Receives POST `text`; GET answers this fragment anew."""
    mentions_href: str
    """Receives GET `q` and answers the fragment `mention_options.html`."""
    topic: str
    """What tells that there are others."""
    comments: tuple[CommentView, ...] = ()
    count: str = ""
    older_href: str = ""
    latest_href: str = ""
    text: str = ""
    """What was entered and refused."""
    error: str = ""
    kept_name: str = ""
    """By what the browser knows a text that was not sent: whose it is, and of which record."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A colleague who may be mentioned."""

    login: str
    name: str
    avatar: Avatar


@dataclass(frozen=True, slots=True)
class MentionOptions:
    """Colleagues whose names begin with what was typed."""

    options: tuple[Mention, ...]

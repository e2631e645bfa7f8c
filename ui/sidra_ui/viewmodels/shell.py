"""What surrounds every page of a signed-in person: navigation, search, affiliate, language, theme, user."""

from dataclasses import dataclass

from sidra_ui.viewmodels.common import Avatar, Direction, Link, Theme, Tone


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place to go."""

    text: str
    href: str
    icon: str
    is_current: bool = False
    count: str = ""
    """Formatted; empty shows none."""
    is_hot: bool = False
    """The count asks for attention (red)."""
    is_counted: bool = False
    """It has a count, which may be empty now."""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Places that belong together; a group without a title stands first."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class AffiliateChoice:
    """An affiliate that this person may work in."""

    code: str
    """Two or three letters shown in the badge, for example "SN"."""
    name: str
    href: str
    is_current: bool = False
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language of the screens; `name` is written in that language, `locale` is a BCP 47 tag."""

    locale: str
    name: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class UserView:
    """The person who is signed in."""

    name: str
    role: str
    avatar: Avatar
    account_href: str
    sign_out_href: str
    """Receives a POST with the CSRF token."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key, or keys pressed together, and what it does on pages that have its target."""

    key: str
    """As the browser names it, with `Control+` before it where that is pressed as well."""
    caps: tuple[str, ...]
    """As it stands on the keyboard."""
    text: str
    target: str
    """A selector; on a page without it the shortcut is not there."""


@dataclass(frozen=True, slots=True)
class TourStepView:
    """One step: what it points at, as a selector, and what it says."""

    target: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TourView:
    """Guided help of this page."""

    name: str
    title: str
    steps: tuple[TourStepView, ...]
    href: str
    """Receives a POST with `step`: the one that comes next, or `done`."""
    begins: int = 0
    """Where it was left."""
    is_offered: bool = False
    """It was never seen, so that the page offers it."""


@dataclass(frozen=True, slots=True)
class Toast:
    """A short notice after an action, for example "Saved"."""

    text: str
    tone: Tone = "green"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of a file, cut around what is meant."""

    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class DiagnosticLine:
    """One finding of the configuration: code, place (file:line:column), the line itself, sentence, way out."""

    code: str
    place: str
    text: str
    hint: str = ""
    href: str = ""
    """Explains the code."""
    excerpt: Excerpt | None = None
    tone: Tone = "red"


@dataclass(frozen=True, slots=True)
class DiagnosticsBanner:
    """Tells configurators that the files on disk are broken and the last good ones are in force."""

    text: str
    lines: tuple[DiagnosticLine, ...]
    more: str = ""
    """For example "and 12 more"; empty when all are shown."""
    link: Link | None = None
    """The page that shows everything about the configuration."""
    refresh_href: str = ""
    """Answers the banner as it is now, so that it goes when the files are mended."""


@dataclass(frozen=True, slots=True)
class Live:
    """How a page is told what happens while it stands."""

    href: str
    """The address of the stream."""
    topic: str
    """Of the reader's account."""
    since: str
    """When the page was made: what happened since is told."""
    bell_href: str
    """Answers the fragment `bell.html`, as it is now."""
    notifications_href: str
    text: str
    """How many are unread, in words."""
    count: str = ""
    """Formatted; empty where none is unread."""
    latest: str = ""
    """The latest that was told before."""
    counts_href: str = ""
    """Answers the counts of the navigation as they are now; empty where nothing is counted."""
    queues: tuple[str, ...] = ()
    """The topics of the queues that the reader serves."""


@dataclass(frozen=True, slots=True)
class Places:
    """The way to all places, as all who may go to the same ones have it."""

    product: str
    tagline: str
    home_href: str
    groups: tuple[NavGroup, ...]
    is_rail: bool
    counts_href: str
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of every signed-in page."""

    product: str
    """The group's name, for example "Meridian"."""
    tagline: str
    locale: str
    """BCP 47, for the `lang` attribute, for example "ar-EG"."""
    direction: Direction
    theme: Theme
    csrf_token: str
    home_href: str
    search_href: str
    """Receives GET `q` and answers the search page."""
    suggest_href: str
    """Receives GET `q` and answers the fragment `suggestions.html`; empty switches type-ahead off."""
    groups: tuple[NavGroup, ...]
    bottom_bar: tuple[NavItem, ...]
    """Up to four items for the phone's bottom bar; the menu button is added."""
    affiliates: tuple[AffiliateChoice, ...]
    """Exactly one is current."""
    languages: tuple[LanguageChoice, ...]
    user: UserView
    toasts: tuple[Toast, ...] = ()
    diagnostics: DiagnosticsBanner | None = None
    live: Live | None = None
    search_text: str = ""
    """What the global search box holds, on the search page."""
    is_home: bool = False
    """This is the first page, from which no way leads back."""
    shortcuts: tuple[Shortcut, ...] = ()
    tours: tuple[TourView, ...] = ()
    is_rail: bool = False
    """The navigation shows icons alone, until it is asked to widen."""
    has_keys: bool = True
    """Whether single keys work; who dictates or has an unsteady hand switches them off."""

    @property
    def places(self) -> Places:
        """The navigation."""
        live = self.live
        counts_href, queues = (live.counts_href, live.queues) if live is not None else ("", ())
        return Places(
            self.product,
            self.tagline,
            self.home_href,
            self.groups,
            self.is_rail,
            counts_href,
            queues if counts_href else (),
        )

    @property
    def affiliate(self) -> AffiliateChoice:
        """The affiliate this page belongs to."""
        return next(choice for choice in self.affiliates if choice.is_current)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page without a signed-in person needs: sign in, and messages."""

    product: str
    tagline: str
    locale: str
    direction: Direction
    theme: Theme
    languages: tuple[LanguageChoice, ...] = ()
    is_rail: bool = False
    has_keys: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """The title of a page and the way to it; the last crumb is the page itself and needs no link."""

    title: str
    trail: tuple[Link, ...] = ()
    back_href: str = ""
    """Where a phone's arrow leads; empty: one step up the trail."""

    @property
    def back(self) -> str:
        """Where a phone's arrow leads; empty: home."""
        return self.back_href or (self.trail[-1].href if self.trail else "")

"""From view-models to HTML: the Jinja environment, the built files' addresses, one template a page."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2.environment import TemplateModule
from markupsafe import Markup

from sidra_metamodel.widgets import Widget
from sidra_ui.keeping import TOKEN, Pieces, Token
from sidra_ui.messages import Messages
from sidra_ui.moulds import Moulds
from sidra_ui.viewmodels.accounts import AccountPage, AccountsPage, StepPage
from sidra_ui.viewmodels.auditing import AuditPage
from sidra_ui.viewmodels.boards import BoardPage, MoreCards, Moved, MoveForm, MovePage, Refused
from sidra_ui.viewmodels.building import BuilderPage
from sidra_ui.viewmodels.bulk import BulkForm, BulkFormPage, BulkPage, BulkProgress, CellForm, RowView
from sidra_ui.viewmodels.calendars import CalendarPage, DayForm, DayMoved, DayPage
from sidra_ui.viewmodels.comments import CommentsView, MentionOptions
from sidra_ui.viewmodels.comparing import GroupPage
from sidra_ui.viewmodels.configuration import ConfigurationPage
from sidra_ui.viewmodels.console import ConsolePage, InboxPart, ThreadPart
from sidra_ui.viewmodels.dashboards import DashboardPage, ListChartPage, PointView, TileView
from sidra_ui.viewmodels.duplicates import DuplicatesPage, MergePage
from sidra_ui.viewmodels.feeds import FeedPage, FeedsPage, RunView
from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.lists import ListPage, ListPart, ViewCounts
from sidra_ui.viewmodels.live import BellView, CountsView, HereView, NotificationsPage
from sidra_ui.viewmodels.pages import ExplainPage, HomePage, MessagePage, RevealedValue, RevealForm, SignInPage, WhyPage
from sidra_ui.viewmodels.plans import PlanPage, PlansPage, ScreensPage, TestsView
from sidra_ui.viewmodels.privacy import ErasureView, PrivacyPage
from sidra_ui.viewmodels.records import CreatedRecord, RecordPage
from sidra_ui.viewmodels.search import LookupOptions, SearchPage, Suggestions
from sidra_ui.viewmodels.shell import DiagnosticsBanner, Frame, Shell
from sidra_ui.viewmodels.view360 import Panel, View360Page
from sidra_ui.viewmodels.widgets import WidgetsPage
from sidra_ui.viewmodels.wizards import WizardPage, WizardStep
from sidra_ui.widgets import BUILT_IN

STATIC_FOLDER = Path(__file__).with_name("static")
MOST_LANGUAGES = 64
"""Of which a file of macros is kept."""
MISSING_ICON = "square-dashed"
STYLESHEET = Markup('<link rel="stylesheet" href="{}">')
SCRIPT = Markup('<script src="{}" defer></script>')

# Icons that point along the reading direction and so turn round in a right-to-left page.
DIRECTIONAL_ICONS = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "chevrons-left",
        "chevrons-right",
        "log-out",
        "external-link",
        "list-ordered",
    }
)

FullPage = (
    AccountPage
    | AccountsPage
    | AuditPage
    | BoardPage
    | CalendarPage
    | DayPage
    | BoardPage
    | BuilderPage
    | BulkFormPage
    | BulkPage
    | CalendarPage
    | ConfigurationPage
    | DayPage
    | DashboardPage
    | ConsolePage
    | DuplicatesPage
    | ExplainPage
    | FeedPage
    | FeedsPage
    | GroupPage
    | HomePage
    | ListChartPage
    | ListPage
    | MergePage
    | MessagePage
    | MovePage
    | NotificationsPage
    | PlanPage
    | PlansPage
    | PrivacyPage
    | RecordPage
    | ScreensPage
    | SearchPage
    | SignInPage
    | StepPage
    | View360Page
    | WhyPage
    | WidgetsPage
    | WizardPage
)
Fragment = (
    CommentsView
    | CreatedRecord
    | BellView
    | BulkForm
    | BulkProgress
    | CellForm
    | RowView
    | DiagnosticsBanner
    | ErasureView
    | CountsView
    | HereView
    | InboxPart
    | ListPart
    | LookupOptions
    | DayForm
    | DayMoved
    | MentionOptions
    | MoreCards
    | Moved
    | MoveForm
    | Panel
    | PointView
    | Refused
    | RevealedValue
    | RevealForm
    | RunView
    | Suggestions
    | TestsView
    | ThreadPart
    | TileView
    | ViewCounts
    | WizardStep
)

TEMPLATES: Mapping[type[FullPage] | type[Fragment], str] = MappingProxyType(
    {
        AccountPage: "account.html",
        AccountsPage: "accounts.html",
        AuditPage: "audit.html",
        BoardPage: "board.html",
        BuilderPage: "filter.html",
        BellView: "bell.html",
        BulkForm: "bulk_dialog.html",
        BulkFormPage: "bulk_ask.html",
        BulkPage: "bulk.html",
        BulkProgress: "bulk_progress.html",
        CellForm: "cell.html",
        RowView: "row.html",
        CommentsView: "comments.html",
        CalendarPage: "calendar.html",
        ConfigurationPage: "configuration.html",
        DayForm: "day_dialog.html",
        DayMoved: "day_moved.html",
        DayPage: "day.html",
        DashboardPage: "dashboard.html",
        CreatedRecord: "created.html",
        DiagnosticsBanner: "diagnostics.html",
        ConsolePage: "console.html",
        DuplicatesPage: "duplicates.html",
        InboxPart: "console_inbox.html",
        ThreadPart: "console_thread.html",
        ErasureView: "erasure.html",
        ExplainPage: "explain.html",
        FeedPage: "feed.html",
        FeedsPage: "feeds.html",
        GroupPage: "group.html",
        CountsView: "counts.html",
        HereView: "here.html",
        HomePage: "home.html",
        ListChartPage: "list_chart.html",
        ListPage: "list.html",
        ListPart: "list_part.html",
        LookupOptions: "lookup_options.html",
        MentionOptions: "mention_options.html",
        MergePage: "merge.html",
        MessagePage: "message.html",
        MoreCards: "more_cards.html",
        Moved: "moved.html",
        MoveForm: "move_dialog.html",
        MovePage: "move.html",
        NotificationsPage: "notifications.html",
        Panel: "panel.html",
        PlanPage: "plan.html",
        PlansPage: "plans.html",
        ScreensPage: "plan_screens.html",
        TestsView: "plan_tests.html",
        PrivacyPage: "privacy.html",
        RecordPage: "record.html",
        Refused: "refused_move.html",
        RevealForm: "reveal_form.html",
        RevealedValue: "revealed.html",
        RunView: "run.html",
        SearchPage: "search.html",
        SignInPage: "sign_in.html",
        StepPage: "step.html",
        Suggestions: "suggestions.html",
        PointView: "point.html",
        TileView: "tile.html",
        View360Page: "view360.html",
        ViewCounts: "view_counts.html",
        WhyPage: "why.html",
        WidgetsPage: "widgets.html",
        WizardPage: "wizard.html",
        WizardStep: "wizard_step.html",
    }
)


class AssetsMissing(RuntimeError):
    """The browser's files have not been built; `sidra assets` builds them."""


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """Where the browser finds the built files: short names to hashed names under one address."""

    prefix: str
    """The address of the folder, for example "/static"."""
    files: Mapping[str, str]
    icons: frozenset[str]
    """The names of the icons in the sprite; a configuration may use these and no others."""

    def href(self, name: str) -> str:
        """Return the address of a built file by its short name, for example "sidra.css". Raises AssetsMissing."""
        try:
            return f"{self.prefix}/{self.files[name]}"
        except KeyError:
            raise AssetsMissing(f"no built file `{name}`; run `sidra assets`") from None

    def bundle(self, *names: str) -> Markup:
        """Return the elements that load what a kind of page needs besides: of each name the sheet, the script, or both.

        Raises AssetsMissing for a name that is no bundle.
        """
        loaded = Markup()
        for name in names:
            files = [file for file in (f"{name}.css", f"{name}.js") if file in self.files] or [f"{name}.css"]
            for file in files:
                element = STYLESHEET if file.endswith(".css") else SCRIPT
                loaded += element.format(self.href(file))
        return loaded

    def icon(self, name: str) -> str:
        """Return the address of an icon in the sprite; an unknown one shows as a dashed square."""
        return f"{self.href('icons.svg')}#{name if name in self.icons else MISSING_ICON}"


def read_static(folder: Path = STATIC_FOLDER, prefix: str = "/static") -> StaticFiles:
    """Return the built files listed in the folder's manifest. Raises AssetsMissing when they were never built."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetsMissing(f"{folder.name}/manifest.json does not exist; run `sidra assets`") from None
    return StaticFiles(prefix, MappingProxyType(manifest["files"]), frozenset(manifest["icons"]))


def polyline(trend: Sequence[float], width: int, height: int) -> str:
    """Return the points of a line through a course of figures, left to right, as SVG's `points`."""
    low, high = min(trend), max(trend)
    span = (high - low) or 1.0
    step = width / max(len(trend) - 1, 1)
    margin = 2.0
    points = (
        (place * step, margin + (high - figure) / span * (height - 2 * margin)) for place, figure in enumerate(trend)
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def pieces(address: str) -> list[str]:
    """Return what may stand on a line of its own: an address is cut behind its `@` and its dots."""
    return re.split(r"(?<=[@.])(?=.)", address)


class MacroFile(jinja2.Template):
    """A template whose macros are read once for each language: they know of a page what they are given, and no more."""

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as below
        shared: bool = False,  # noqa: FBT001, FBT002 - Jinja's own form
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - as above
    ) -> TemplateModule:
        """Return the macros in the language of the template that imports them."""
        speech = (vars or {}).get("t")
        if speech is None:
            return super().make_module(vars, shared, locals)
        known: dict[str, TemplateModule] = self.__dict__.setdefault("spoken", {})
        found = known.get(speech.language)
        if found is None:
            if len(known) >= MOST_LANGUAGES:
                known.clear()
            found = known[speech.language] = super().make_module({"t": speech})
        return found


def create_environment(static: StaticFiles, widgets: Iterable[Widget] = BUILT_IN) -> jinja2.Environment:
    """Return the environment of all templates: everything is escaped, an unknown name is an error.

    Widgets bring a template of their own, which is found as `widget:NAME`.
    """
    own = {f"widget:{widget.name}": widget.template for widget in widgets if widget.template}
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader("sidra_ui", "templates"), jinja2.DictLoader(own)]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # They are part of the program: looking for newer files costs a page a hundred questions to the disk.
        auto_reload=False,
    )
    environment.globals.update(static=static.href, bundle=static.bundle, icon_href=static.icon)
    environment.globals.update(draw=partial(draw, environment), draws=partial(draws, environment))
    environment.template_class = MacroFile
    environment.globals.update(csrf_token=Token())
    environment.globals.update(rows=Moulds().rows, kept=Pieces().kept)
    environment.filters.update(pieces=pieces, polyline=polyline)
    environment.tests["directional"] = DIRECTIONAL_ICONS.__contains__
    return environment


def draws(environment: jinja2.Environment, field: FieldView, way: str) -> bool:
    """Return whether the widget of a field brings a template that draws it this way: `reading` or `editing`."""
    return field.drawn is not None and hasattr(environment.get_template(f"widget:{field.drawn.widget}").module, way)


def draw(environment: jinja2.Environment, field: FieldView, way: str) -> Markup:
    """Return a field as its widget draws it; `field.drawn` is there."""
    assert field.drawn is not None  # noqa: S101 - templates ask `draws` first
    macro = getattr(environment.get_template(f"widget:{field.drawn.widget}").module, way)
    return Markup(macro(field, field.drawn.given))  # noqa: S704 - a macro of a template that escapes


def render_page(environment: jinja2.Environment, page: FullPage, messages: Messages) -> str:
    """Return the whole HTML document of a page."""
    shell = getattr(page, "shell", None)
    frame: Shell | Frame = shell or page.frame  # type: ignore[union-attr]  # a page has a shell or a frame
    token = page.csrf_token if isinstance(page, SignInPage | StepPage) else getattr(shell, "csrf_token", "")
    TOKEN.set(token)
    return environment.get_template(TEMPLATES[type(page)]).render(page=page, frame=frame, t=messages)


def render_fragment(environment: jinja2.Environment, fragment: Fragment, messages: Messages, csrf_token: str) -> str:
    """Return the HTML that is swapped into a standing page: a panel, type-ahead options, a revealed value."""
    TOKEN.set(csrf_token)
    return environment.get_template(TEMPLATES[type(fragment)]).render(page=fragment, t=messages)


def render_form(
    environment: jinja2.Environment, page: RecordPage, messages: Messages, *, in_dialog: bool = False
) -> str:
    """Return only the form of a record page, for the round trip while the person types, or for a dialog."""
    template = environment.get_template("create_dialog.html" if in_dialog else "record_form.html")
    TOKEN.set(page.shell.csrf_token)
    return template.render(page=page, frame=page.shell, t=messages)

"""Renders every page with invented data to plain files, to look at and to test in a browser.

python -m sidra_ui.gallery FOLDER, then serve FOLDER over HTTP (browsers refuse an icon sprite from a file path).
"""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from sidra_ui.messages import Messages
from sidra_ui.rendering import (
    STATIC_FOLDER,
    Fragment,
    FullPage,
    create_environment,
    read_static,
    render_fragment,
    render_page,
)
from sidra_ui.samples import (
    accounts,
    auditing,
    boards,
    building,
    bulk,
    calendars,
    commenting,
    comparing,
    console,
    dashboards,
    duplicates,
    explaining,
    frames,
    lists,
    operation,
    pages,
    plans,
    privacy,
    records,
    telling,
    view360,
    widgets,
    wizards,
)

PAGES: Mapping[str, Callable[[], FullPage]] = MappingProxyType(
    {
        "list": lists.customer_list,
        "list-empty": lists.empty_list,
        "list-builder": building.page,
        "list-bulk": bulk.over,
        "list-bulk-ask": bulk.asking,
        "360": view360.english,
        "360-ar-dark": view360.arabic,
        "record": records.reading,
        "record-edit": records.editing,
        "record-overtaken": records.overtaken,
        "board": boards.board,
        "board-move": boards.choosing,
        "board-move-asks": lambda: boards.alone(boards.asking()),
        "calendar": calendars.month,
        "calendar-agenda-ar-dark": calendars.agenda,
        "calendar-move": calendars.asking_page,
        "configuration": operation.configuration,
        "group": comparing.group,
        "group-ar": comparing.in_arabic,
        "group-overrides": comparing.overrides,
        "group-counting": comparing.counting,
        "plan": plans.plan,
        "plan-refused": plans.refused,
        "plan-screens": plans.screens,
        "plans": plans.plans,
        "plans-none": plans.none,
        "dashboard": dashboards.dashboard,
        "dashboard-ar-dark": dashboards.in_arabic,
        "list-chart": dashboards.list_chart,
        "duplicates": duplicates.pairs,
        "feed": operation.feed,
        "feeds": operation.feeds,
        "home": pages.home,
        "search": pages.search,
        "search-empty": pages.empty_search,
        "sign-in": pages.sign_in,
        "sign-in-code": accounts.code,
        "sign-in-enrol": accounts.enrol,
        "sign-in-codes": accounts.codes,
        "sign-in-prove": accounts.prove,
        "merge": duplicates.merging,
        "merge-search": duplicates.search,
        "my-account": accounts.mine,
        "accounts": accounts.everybody,
        "audit": auditing.audit,
        "notifications": telling.notifications,
        "notifications-none": telling.no_notifications,
        "personal-data": privacy.requests,
        "personal-data-held": privacy.held,
        "personal-data-erasing": privacy.erasing,
        "not-found": pages.not_found,
        "fault": pages.fault,
        "why": pages.why,
        "widgets": widgets.gallery,
        "wizard": wizards.step,
        "wizard-review": wizards.review,
        "explain": explaining.page,
        "console": console.page,
        "console-ar": console.in_arabic,
        "console-empty": console.empty,
        "console-new": console.beginning,
    }
)
FRAGMENTS: Mapping[str, tuple[Callable[[], Fragment], str]] = MappingProxyType(
    {
        "plan-tests": (plans.running, "fr"),
        "suggestions": (pages.suggestions, "en"),
        "lookup-options": (pages.lookup_options, "pl"),
        "reveal-form": (pages.reveal_form, "en"),
        "revealed": (pages.revealed, "ar"),
        "diagnostics": (frames.broken_files, "en"),
        "move": (boards.asking, "en"),
        "moved": (boards.moved, "en"),
        "more-cards": (boards.more_cards, "en"),
        "refused-move": (boards.refused, "en"),
        "day": (calendars.asking, "fr"),
        "day-moved": (calendars.moved, "fr"),
        "tile": (dashboards.one_tile, "en"),
        "point": (dashboards.point, "en"),
        "run": (operation.run, "en"),
        "erasure": (privacy.erasure, "en"),
        "bell": (telling.bell, "en"),
        "here": (telling.here, "en"),
        "counts": (telling.counts, "en"),
        "comments": (commenting.comments, "en"),
        "mention-options": (commenting.mentions, "en"),
        "created": (commenting.created, "pl"),
        "bulk-ask": (bulk.question, "fr"),
        "bulk-progress": (bulk.going, "fr"),
        "cell": (bulk.cell, "fr"),
        "row": (bulk.row, "fr"),
        "list-part": (lists.found_list, "fr"),
        "view-counts": (lists.view_counts, "fr"),
        "inbox": (console.inbox_part, "en"),
        "thread": (console.thread_part, "en"),
        "wizard-step": (wizards.refused, "en"),
        "panel": (lambda: view360.usage(pages.WORDS), "en"),
    }
)


def locale_of(page: FullPage) -> str:
    """Return the locale that a page is written in."""
    shell = getattr(page, "shell", None)
    return shell.locale if shell else page.frame.locale  # type: ignore[union-attr]  # a page has a shell or a frame


def render_gallery(destination: Path, static: Path = STATIC_FOLDER) -> tuple[Path, ...]:
    """Write every page and the built files below `destination`; return the pages' paths."""
    environment = create_environment(read_static(static, "static"))
    shutil.copytree(static, destination / "static", dirs_exist_ok=True)
    written = []
    for name, build in PAGES.items():
        page = build()
        path = destination / f"{name}.html"
        path.write_text(render_page(environment, page, Messages(locale_of(page))), encoding="utf-8")
        written.append(path)
    for name, (make, locale) in FRAGMENTS.items():
        html = render_fragment(environment, make(), Messages(locale), "sample-token")
        (destination / f"fragment-{name}.html").write_text(html, encoding="utf-8")
    return tuple(written)


if __name__ == "__main__":
    render_gallery(Path(sys.argv[1]))

"""What was refused, in plain words; and how tests ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sidra.errors import Invalid, SidraError
from sidra.releases.trying import Tested, topic_of
from sidra.trials.outcomes import Verdict
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.common import Badge, Tone
from sidra_ui.viewmodels.plans import TestsLine, TestsView, Trouble

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "R409": "conflict",
        "R422": "invalid",
        "R701": "moved",
        "R702": "approvals",
        "R703": "undecided",
        "R704": "unreasoned",
        "R705": "no_way_back",
        "R706": "unknown",
        "R707": "damaged",
        "R715": "outdated",
        "R601": "why",
        "R708": "busy",
        "R709": "busy",
        "R003": "database",
        "R100": "database",
        "R101": "database",
        "R102": "database",
        "R103": "database",
        "R004": "plugin",
    }
)
WORST: tuple[tuple[str, str, Tone], ...] = (
    (str(Verdict.FAILED), "tests_failed", "red"),
    (str(Verdict.ERROR), "tests_error", "amber"),
    (str(Verdict.PASSED), "tests_passed", "green"),
)


def trouble(desk: Desk, error: SidraError) -> Trouble:
    """Why something was refused."""
    code = code_of(error)
    detail = f"{error.reason}; {error.hint}" if error.hint else error.reason
    return Trouble(desk.messages.text(f"trouble_{SENTENCES.get(code, 'refused')}"), detail, code)


def code_of(error: SidraError) -> str:
    """The code by which something is told: that of the one problem, where it has one."""
    problems = error.problems if isinstance(error, Invalid) else ()
    return problems[0].code if len(problems) == 1 and problems[0].code in SENTENCES else error.code


def tests_view(desk: Desk, href: str, found: Tested | None, now: datetime, *, is_open: bool) -> TestsView:
    """How the tests ended, or that they are awaited; without a state where nobody asked for them."""
    text = desk.messages.text
    if found is None:
        return TestsView(href, can_run=is_open)
    if found.ended_at is None:
        is_awaited = found.is_awaited(now)
        state = Badge(text("tests_running" if is_awaited else "tests_lost"), "blue" if is_awaited else "amber")
        return TestsView(href, state, topic=topic_of(found.key) if is_awaited else "", can_run=not is_awaited)
    when = desk.formats.moment(found.ended_at)
    if found.failure:
        return TestsView(href, Badge(text("tests_not_run", code=found.failure), "red"), when=when, can_run=is_open)
    lines = tuple(tests_lines(desk, found))
    return TestsView(href, tests_state(desk, found), lines, found.findings, found.unnoticed, when, can_run=is_open)


def tests_state(desk: Desk, found: Tested) -> Badge:
    """The worst of how they ended."""
    counts, text = found.total, desk.messages.text
    for verdict, key, tone in WORST:
        if counts[verdict]:
            return Badge(text(key, count=counts[verdict]), tone, dot=True)
    return Badge(text("plan_tests_missing"), "neutral")


def tests_lines(desk: Desk, found: Tested) -> Iterator[TestsLine]:
    """Whose tests passed, and which overrides none of them notices."""
    text, number = desk.messages.text, desk.formats.number
    for whose, counts in (found.counts or {}).items():
        passed, every = counts.get(str(Verdict.PASSED), 0), sum(counts.values())
        is_good = passed == every
        told = text("number_of_all", number=number(passed), all=number(every))
        icon = "circle-check" if is_good else "circle-alert"
        yield TestsLine(text(f"tests_of_{whose}"), told, "green" if is_good else "red", icon)
    if found.overrides:
        left = len(found.unnoticed)
        told = text("number_of_all", number=number(left), all=number(found.overrides))
        icon = "circle-alert" if left else "circle-check"
        yield TestsLine(text("tests_unnoticed"), told, "amber" if left else "green", icon)

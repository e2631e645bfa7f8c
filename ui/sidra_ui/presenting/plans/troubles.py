"""What was refused, in plain words; and how tests ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sidra.errors import SidraError
from sidra.trials.outcomes import Outcome, Verdict
from sidra_ui.presenting.desk import Desk
from sidra_ui.viewmodels.common import Badge, Tone
from sidra_ui.viewmodels.plans import TestsView, Trouble

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "R409": "conflict",
        "R422": "invalid",
        "R701": "moved",
        "R702": "approvals",
        "R703": "undecided",
        "R704": "expired",
        "R705": "no_way_back",
        "R706": "unknown",
    }
)
VERDICTS: Mapping[Verdict, tuple[str, Tone]] = MappingProxyType(
    {
        Verdict.PASSED: ("tests_passed", "green"),
        Verdict.FAILED: ("tests_failed", "red"),
        Verdict.ERROR: ("tests_error", "amber"),
    }
)
MOST_FINDINGS = 20


def trouble(desk: Desk, error: SidraError) -> Trouble:
    """Why something was refused."""
    key = SENTENCES.get(error.code, "refused")
    detail = f"{error.reason}; {error.hint}" if error.hint else error.reason
    return Trouble(desk.messages.text(f"trouble_{key}"), detail, error.code)


def tests_view(desk: Desk, href: str, outcomes: Sequence[Outcome] | None) -> TestsView:
    """How the tests ended; None for those that did not run yet."""
    if outcomes is None:
        return TestsView(href)
    text = desk.messages.text
    if not outcomes:
        return TestsView(href, Badge(text("plan_tests_missing"), "neutral"))
    counts = {verdict: sum(one.verdict is verdict for one in outcomes) for verdict in VERDICTS}
    lines = tuple(Badge(text(key, count=counts[one]), tone) for one, (key, tone) in VERDICTS.items() if counts[one])
    bad = [one for one in outcomes if not one.is_good]
    state = next((line for line in lines if line.tone == "red"), lines[-1])
    findings = [f"{one.test}: {found.path}, {found.found}" for one in bad for found in one.findings]
    return TestsView(href, state, lines, tuple(findings[:MOST_FINDINGS]))

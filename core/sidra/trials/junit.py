"""Outcomes in the form that build servers read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree as Xml

from sidra.trials.outcomes import Finding, Outcome, Verdict

ELEMENT = {Verdict.FAILED: "failure", Verdict.ERROR: "error"}


def junit(outcomes: Iterable[Outcome]) -> bytes:
    """Return outcomes as JUnit's XML: a suite an affiliate."""
    root = Xml.Element("testsuites")
    ordered = sorted(outcomes, key=lambda outcome: outcome.affiliate)
    for affiliate, group in groupby(ordered, key=lambda outcome: outcome.affiliate):
        _add_suite(root, affiliate, list(group))
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _add_suite(root: Xml.Element, affiliate: str, outcomes: list[Outcome]) -> None:
    totals = {
        "name": affiliate,
        "tests": str(len(outcomes)),
        "failures": str(sum(one.verdict is Verdict.FAILED for one in outcomes)),
        "errors": str(sum(one.verdict is Verdict.ERROR for one in outcomes)),
        "time": f"{sum(one.seconds for one in outcomes):.3f}",
    }
    suite = Xml.SubElement(root, "testsuite", totals)
    for outcome in outcomes:
        place = {"file": outcome.at.path, "line": str(outcome.at.line)}
        named = {"name": outcome.test, "classname": f"sidra.{affiliate}", "time": f"{outcome.seconds:.3f}"}
        case = Xml.SubElement(suite, "testcase", {**named, **place})
        if not outcome.is_good:
            told = "\n".join(map(line_of, outcome.findings))
            first = outcome.findings[0].found if outcome.findings else ""
            Xml.SubElement(case, ELEMENT[outcome.verdict], {"message": first}).text = told


def line_of(finding: Finding) -> str:
    """Return a finding on one line: place, what was expected, what was there, parts with their values."""
    values = "".join(f"; {text} = {value}" for text, value in finding.values)
    return f"{finding.at}: {finding.expected}, but {finding.found}{values}"

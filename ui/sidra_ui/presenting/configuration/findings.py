"""What is wrong with the files of an affiliate, for those who edit them: the banner of every page, and each finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from sidra_metamodel.diagnostics import Diagnostic, Severity
from sidra_ui.messages import Messages
from sidra_ui.presenting.addresses import Addresses, with_query
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.shell import DiagnosticLine, DiagnosticsBanner, Excerpt

CONFIGURATION = "configuration"
SHOWN_FINDINGS = 5
SHOWN_CHARACTERS = 60
"""How much of a line is shown on each side of what is meant."""
DIGEST_BYTES = 8


def errors_of(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those that hold a configuration back."""
    return [each for each in found if each.severity is Severity.ERROR]


def banner(messages: Messages, addresses: Addresses, found: Sequence[Diagnostic]) -> DiagnosticsBanner | None:
    """What is wrong with the files on disk; None where nothing is."""
    errors = errors_of(found)
    if not errors:
        return None
    lines = tuple(finding(addresses, each) for each in errors[:SHOWN_FINDINGS])
    rest = len(errors) - len(lines)
    return DiagnosticsBanner(
        text=messages.text("diagnostics_text", count=len(errors)),
        lines=lines,
        more=messages.text("more_findings", count=rest) if rest else "",
        link=Link(messages.text("configuration"), addresses.page(CONFIGURATION)),
        refresh_href=with_query(addresses.page(CONFIGURATION, "banner"), (("seen", digest(errors)),)),
    )


def digest(errors: Iterable[Diagnostic]) -> str:
    """A short text that is another one as soon as anything else is wrong."""
    said = "\n".join(f"{each.code} {each.at} {each.message}" for each in errors)
    return blake2b(said.encode(), digest_size=DIGEST_BYTES).hexdigest()


def finding(addresses: Addresses, found: Diagnostic) -> DiagnosticLine:
    """One finding, with the line of the file that it is about."""
    return DiagnosticLine(
        code=found.code,
        place=str(found.at),
        text=found.message,
        hint=found.help,
        href=addresses.page(CONFIGURATION, "codes", found.code),
        excerpt=excerpt(found),
        tone="red" if found.severity is Severity.ERROR else "amber",
    )


def excerpt(found: Diagnostic) -> Excerpt | None:
    """The line of the file, cut where it is long; None where there is none."""
    if not found.excerpt.strip():
        return None
    begin = min(found.at.column - 1, len(found.excerpt))
    end = min(begin + found.length, len(found.excerpt))
    before, after = found.excerpt[:begin].lstrip(), found.excerpt[end:]
    if len(before) > SHOWN_CHARACTERS:
        before = f"…{before[-SHOWN_CHARACTERS:]}"
    if len(after) > SHOWN_CHARACTERS:
        after = f"{after[:SHOWN_CHARACTERS]}…"
    return Excerpt(before, found.excerpt[begin:end], after)

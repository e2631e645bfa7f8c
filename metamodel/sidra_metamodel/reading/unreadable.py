"""Why a text is no YAML, in words for those who write it: what the parser ran into, and what is usually behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ruamel.yaml.error import MarkedYAMLError, StreamMark

_QUOTES: Final = "put values with `: `, ` #`, `{`, `[`, `*`, `&`, `!` or `@` into quotes, and indent with spaces"
_MARKS: Final = re.compile(r"(<{7}|={7}|>{7})( |$)")
_TAB: Final = "replace it with spaces, two for each level"


class Reason(NamedTuple):
    """What is wrong, what to do, and whether the place to look at is where the parser began, not where it stopped."""

    what: str
    way_out: str
    is_at_start: bool = False


_CONFLICT: Final = Reason(
    "two versions of the file are not made one", "keep one and delete the marks", is_at_start=True
)

_UNCLOSED: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        "did not find expected ',' or '}'": Reason("this `{` is not closed", "close it with `}`", is_at_start=True),
        "did not find expected ',' or ']'": Reason("this `[` is not closed", "close it with `]`", is_at_start=True),
    }
)
"""What is meant where the parser stopped on a later line than it began."""

_REASONS: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        "mapping values are not allowed in this context": Reason(
            "a `:` where no keyword can be",
            "put text with `: ` in it into quotes; begin keywords of one map in one column, each with `: `",
        ),
        "did not find expected key": Reason(
            "this does not fit the map around it",
            "keywords of one map begin in one column; nothing follows a closing quote or bracket",
        ),
        "did not find expected '-' indicator": Reason(
            "a list and a map in one place", "named things are maps: write `name: {…}` without a dash"
        ),
        "did not find expected ',' or '}'": Reason(
            "a comma or `}` is missing before this", "put text with an apostrophe into double quotes"
        ),
        "did not find expected ',' or ']'": Reason(
            "a comma or `]` is missing before this", "put text with an apostrophe into double quotes"
        ),
        "found unexpected ':'": Reason("a `:` without a blank after it", "write `key: value`, or put text into quotes"),
        "could not find expected ':'": Reason(
            "a line without `:`", "write `key: value`; text of several lines goes into quotes", is_at_start=True
        ),
        "found unknown escape character": Reason(
            "a `\\` that means nothing in double quotes", "put patterns into single quotes"
        ),
        "found unexpected end of stream": Reason(
            "this quote is not closed", "end the text with the same quote", is_at_start=True
        ),
        "found a tab character that violates indentation": Reason("a tab", _TAB),
    }
)


class Explained(NamedTuple):
    """The sentence about a text that is no YAML, the way out, and where to look."""

    sentence: str
    way_out: str
    mark: StreamMark | None


def explained(error: MarkedYAMLError, text: str) -> Explained:
    """Return what a configurator is told about an error of the parser in a text."""
    stopped, began = error.problem_mark or error.context_mark, error.context_mark
    reason = _conflict(began or stopped, text) or _reason(error, text)
    if reason is None:
        sentence = " ".join(part for part in (error.problem, error.context) if part)
        return Explained(f"this is no YAML: {sentence}", _QUOTES, stopped)
    mark = began if reason.is_at_start and began else stopped
    return Explained(f"this is no YAML: {reason.what}", reason.way_out, mark)


def _conflict(mark: StreamMark | None, text: str) -> Reason | None:
    """Return what is wrong where a tool left both versions of a line."""
    line = text.splitlines()[mark.line : mark.line + 1] if mark else []
    return _CONFLICT if any(map(_MARKS.match, line)) else None


def _reason(error: MarkedYAMLError, text: str) -> Reason | None:
    stopped, began = error.problem_mark, error.context_mark
    if error.problem == "found character that cannot start any token" and stopped:
        return _character(text[stopped.index : stopped.index + 1])
    if stopped and began and stopped.line > began.line and error.problem in _UNCLOSED:
        return _UNCLOSED[error.problem]
    return _REASONS.get(error.problem or "")


def _character(found: str) -> Reason:
    if found == "\t":
        return Reason("a tab", _TAB)
    return Reason(f"a text cannot begin with `{found}`", "put it into quotes")

"""What is wrong with a configuration: code, place, reason, way out; all of a run, sorted, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sidra_metamodel.nodes import MAX_COLUMN, Node, Place

if TYPE_CHECKING:
    from sidra_metamodel.nodes import Source


class SidraError(Exception):
    """The base of all errors of Sidra: a stable code, a reason, and a way out."""

    code = "E000"

    def __init__(self, reason: str, *, at: Place | None = None, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.hint = hint


class Severity(StrEnum):
    """How much a finding matters: errors hold a configuration back, warnings do not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains a finding: `set here: baseline/…:4 (layer group)  text`."""

    title: str
    at: Place
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a configuration."""

    code: str
    message: str
    at: Place
    length: int = 1
    """How many characters to underline."""
    severity: Severity = Severity.ERROR
    notes: tuple[Note, ...] = ()
    help: str = ""
    excerpt: str = field(default="", compare=False)
    """The line at `at`, as written."""

    @property
    def sort_key(self) -> tuple[Place, str, str]:
        """By file, line and column, then by code and message."""
        return (self.at, self.code, self.message)


class Diagnostics:
    """Collects the findings of a run."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._found, key=lambda found: found.sort_key))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def has_errors(self) -> bool:
        """Whether any finding holds the configuration back."""
        return any(found.severity is Severity.ERROR for found in self._found)

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Take over the findings of another run."""
        self._found.update(dict.fromkeys(found))

    def error(self, code: str, message: str, at: Node, **rest: object) -> None:
        """Record an error at the value of `at`; `rest` as of `report`."""
        self.report(code, message, at, **rest)  # type: ignore[arg-type]  # forwarded keywords

    def report(  # noqa: PLR0913 - each names one part of a finding
        self,
        code: str,
        message: str,
        at: Node,
        *,
        key: bool = False,
        length: int = 0,
        offset: int = 0,
        severity: Severity = Severity.ERROR,
        notes: Iterable[Note] = (),
        help: str = "",
    ) -> None:
        """Record a finding at a node's value, or at its key; `offset` shifts within a scalar's text."""
        place = at.key_place if key else at.place
        place = Place(place.path, place.line, place.column + offset, place.layer)
        excerpt = at.source.line(place.line)[:MAX_COLUMN]
        self._found[
            Diagnostic(
                code,
                message,
                place,
                length
                or (0 if key else _value_length(excerpt, place.column, at))
                or _word_length(excerpt, place.column),
                severity,
                tuple(notes),
                help,
                excerpt,
            )
        ] = None

    def report_at(self, code: str, message: str, source: Source, place: Place, *, help: str = "") -> None:
        """Record an error at a place of a file that has no node, such as text that is no YAML."""
        excerpt = source.line(place.line)[:MAX_COLUMN]
        length = _word_length(excerpt, place.column)
        self._found[Diagnostic(code, message, place, length, help=help, excerpt=excerpt)] = None


def note(title: str, node: Node, *, key: bool = False) -> Note:
    """Return a note that points at a node and shows its line."""
    place = node.key_place if key else node.place
    return Note(title, place, node.source.line(place.line)[:MAX_COLUMN].strip())


def _value_length(excerpt: str, column: int, node: Node) -> int:
    """Return how many characters a scalar takes on its line, with its quotes; 0 where it is not written there whole."""
    written = excerpt[column - 1 :]
    text = str(node.value) if isinstance(node.value, str) else ""
    if written[:1] in {"'", '"'}:
        return written.find(written[0], 1) + 1
    return len(text) if text and written.startswith(text) else 0


def _word_length(excerpt: str, column: int) -> int:
    end = column - 1
    while end < len(excerpt) and (excerpt[end].isalnum() or excerpt[end] in "_-.$"):
        end += 1
    return max(1, end - column + 1)

"""What a command tells: sentences for people, or one JSON document for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from sidra_metamodel.diagnostics import SidraError
    from sidra_metamodel.nodes import Place

_NOTHING: Final = object()


@dataclass(slots=True)
class Answer:
    """What a run of the program has to say in JSON, printed once at its end."""

    is_json: bool = False
    is_asked_before: bool = False
    """Whether `--json` stands before the command, which answers as if it were its own."""
    value: object = _NOTHING
    messages: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    error: dict[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """Return the one document; empty where the command has printed its own, or nobody asked for one."""
        if not self.is_json:
            return ""
        if self.error:
            return as_text({"error": self.error, **({"messages": self.messages} if self.messages else {})})
        return as_text(self.value if self.value is not _NOTHING else {"messages": self.messages, **self.facts})


def as_text(value: object) -> str:
    """Return a value as JSON that people can read, too."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def wants_json() -> bool:
    """Tell whether the command was called with `--json`."""
    context = click.get_current_context(silent=True)
    if context is None:
        return False
    said = context.find_object(Answer)
    return (said is not None and said.is_json) or bool(context.params.get("as_json"))


def is_asked_in(context: click.Context) -> bool:
    """Tell whether `--json` was given, while the other words of a command are still read."""
    said = context.find_object(Answer)
    return said is not None and said.is_json


def tell(message: str, **facts: object) -> None:
    """Print a line for people; under `--json` keep it, and the facts beside it, for the one object at the end."""
    said = _asked()
    if said is None:
        click.echo(message)
        return
    said.messages.append(message)
    said.facts.update(facts)


def print_text(text: str, **facts: object) -> None:
    """Print what is a file rather than a sentence, as it is; under `--json` only the facts."""
    said = _asked()
    if said is None:
        click.echo(text, nl=False)
    else:
        said.facts.update(facts)


def answer(value: object) -> bool:
    """Make a value the whole answer under `--json`, and tell whether that was asked for.

    It is a list of maps for rows, a map for one thing.
    """
    said = _asked()
    if said is not None:
        said.value = value
    return said is not None


def tell_error(error: SidraError) -> bool:
    """Make an error the answer under `--json`, and tell whether that was asked for."""
    said = _asked()
    if said is None:
        return False
    said.error = error_map(error)
    return True


def error_map(error: SidraError) -> dict[str, object]:
    """Return an error as a JSON-ready map: code, reason, place, hint, and what is wrong with a record."""
    problems = [
        {"code": one.code, "path": one.path, "message": one.message, "hint": one.hint}
        for one in getattr(error, "problems", ())
    ]
    told: dict[str, Any] = {"code": error.code, "reason": error.reason, "place": _place(error.at), "hint": error.hint}
    return {**told, **({"problems": problems} if problems else {})}


def _place(at: Place | None) -> dict[str, str | int] | None:
    if at is None:
        return None
    return {"path": at.path, "line": at.line, "column": at.column, "layer": at.layer}


def _asked() -> Answer | None:
    """Return the answer that is to be printed at the end; None where nobody asked for JSON."""
    context = click.get_current_context(silent=True)
    said = context.find_object(Answer) if context is not None and wants_json() else None
    if said is not None:
        said.is_json = True
    return said


def _is_asked(context: click.Context, _parameter: click.Parameter, value: object) -> None:
    said = context.find_object(Answer)
    if said is not None and (value or said.is_asked_before):
        said.is_json = True


def asked_before(context: click.Context, _parameter: click.Parameter, value: object) -> object:
    """Return what an own option `--json` of a command says, or true where it stands before the command."""
    said = context.find_object(Answer)
    return value or (said is not None and said.is_asked_before)


def json_before_option() -> click.Option:
    """Return the option `--json` that stands before the command."""

    def note(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        said = context.find_object(Answer)
        if value and said is not None:
            said.is_asked_before = True

    text = "The answer as JSON; it may stand behind the command as well."
    return click.Option(["--json"], is_flag=True, expose_value=False, callback=note, help=text)


def ask_nothing(way_out: str) -> None:
    """Raise UsageError under `--json`, where no question can be asked: `way_out` says what to give instead."""
    if wants_json():
        raise click.UsageError(f"with --json nothing is asked: {way_out}")


def json_option() -> click.Option:
    """Return the option `--json` of a command that declares none of its own."""
    return click.Option(
        ["--json"], is_flag=True, expose_value=False, is_eager=True, callback=_is_asked, help="The answer as JSON."
    )

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
    value: object = _NOTHING
    messages: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    error: dict[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """Return the one document; empty where the command has printed its own, or nobody asked for one."""
        said = {"messages": self.messages} if self.messages else {}
        around = {**said, **self.facts, **({"error": self.error} if self.error else {})}
        if self.value is not _NOTHING and not self.error:
            return as_text(self.value)
        return as_text(around) if self.is_json and around else ""


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


def tell(message: str, **facts: object) -> None:
    """Print a line for people; under `--json` keep it, and the facts beside it, for the one object at the end."""
    said = _answer() if wants_json() else None
    if said is None:
        click.echo(message)
        return
    said.messages.append(message)
    said.facts.update(facts)


def answer(value: object) -> bool:
    """Make a value the whole answer under `--json`, and tell whether that was asked for.

    It is a list of maps for rows, a map for one thing.
    """
    said = _answer() if wants_json() else None
    if said is not None:
        said.value = value
    return said is not None


def tell_error(error: SidraError) -> bool:
    """Make an error the answer under `--json`, and tell whether that was asked for."""
    said = _answer() if wants_json() else None
    if said is None:
        return False
    said.is_json = True
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


def _answer() -> Answer | None:
    context = click.get_current_context(silent=True)
    return None if context is None else context.find_object(Answer)


def _asked(context: click.Context, _parameter: click.Parameter, value: object) -> None:
    said = context.find_object(Answer)
    if value and said is not None:
        said.is_json = True


def json_option() -> click.Option:
    """Return the option `--json` of a command that declares none of its own."""
    return click.Option(
        ["--json"], is_flag=True, expose_value=False, is_eager=True, callback=_asked, help="The answer as JSON."
    )

"""The program `sidra`: its commands by topic, and how every one of them ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NoReturn

import click

from sidra.cli.completing import complete_names
from sidra.cli.exits import Exit
from sidra.cli.telling import Answer, as_text, asked_before, json_before_option, json_option

COMMANDS: Final = "sidra.commands"
"""Entry points of this group are commands of packages that the runtime does not know, such as the screens."""

TOPICS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Write and check YAML": ("new", "check", "explain", "show", "test", "lsp", "schema", "i18n", "reference"),
        "Bring it in force": ("plan", "approve", "apply", "releases", "rollback", "drift", "db"),
        "Live with the baseline": ("gap", "promote", "upgrade", "baseline"),
        "Run Sidra": ("serve", "work", "jobs", "events", "conformance", "demo", "simulate", "assets"),
        "Who gets in": ("user", "token", "why", "provider"),
        "Records": ("feed", "channel", "duplicates", "privacy", "report"),
        "Safety": ("store", "keys", "audit"),
        "This terminal": ("completion",),
    }
)
"""The commands by what one wants to do, as `sidra --help` lists them."""

NO_JSON: Final = frozenset({"serve", "work", "simulate", "lsp", "completion"})
"""Commands that go on until they are ended, or that print what another program reads."""


DECLINED: Final = "Nothing was changed."


class Program(click.Group):
    """All commands; those of other packages are loaded when one of them is asked for."""

    def finish(self) -> None:
        """Give every command what all have: names that complete, and `--json`, behind and before it."""
        self.params.append(json_before_option())
        for path, command in leaves(self):
            _equip(path, command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands."""
        return sorted({*super().list_commands(ctx), *(one.name for one in _entries())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name, or None."""
        known = super().get_command(ctx, cmd_name)
        if known is None:
            for entry in _entries():
                if entry.name == cmd_name:
                    self.add_command(entry.load(), cmd_name)
                    known = self.commands[cmd_name]
                    for path, command in leaves(known, (cmd_name,)):
                        _equip(path, command)
        return known

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Give the command that is named; UsageError where it has no JSON and `--json` stands before it."""
        name, command, left = super().resolve_command(ctx, args)
        said = ctx.find_object(Answer)
        if name in NO_JSON and said is not None and said.is_asked_before:
            raise click.UsageError(f"`{name}` does not answer in JSON: leave --json away", ctx)
        return name, command, left

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by topic."""
        left = self.list_commands(ctx)
        for topic, names in (*TOPICS.items(), ("More", tuple(left))):
            present = [name for name in names if name in left]
            left = [name for name in left if name not in names]
            found = [(name, command) for name in present if (command := self.get_command(ctx, name)) is not None]
            if found:
                with formatter.section(topic):
                    formatter.write_dl([(name, command.get_short_help_str(200)) for name, command in found])

    def main(  # type: ignore[override]  # the process ends here, whatever click's overloads allow
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> NoReturn:
        """Run a command and end the process with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        said = Answer()
        run = partial(super().main, words, prog_name, **{**extra, "standalone_mode": False, "obj": said})
        sys.exit(int(_run(run, said, words)))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named, and print what it answers in JSON."""
        try:
            return self._answered(ctx, ctx.find_object(Answer) or Answer())
        except BrokenPipeError:
            raise _ReaderGone from None

    def _answered(self, ctx: click.Context, said: Answer) -> object:
        try:
            found = super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except (click.ClickException, click.Abort) as error:
            if not said.is_json:
                raise
            said.error = _error_map(error)
            _print(said)
            sys.exit(_code_of(error))
        except SystemExit:
            _print(said)
            raise
        _print(said)
        return found


class _ReaderGone(Exception):
    """Whoever read the output reads no more; click would take the error of the system for one of the program."""


def _print(said: Answer) -> None:
    text = said.text()
    if text:
        click.echo(text)


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield the commands that do something, below a group or the command itself, with the words that call them."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, (*path, name))


def _equip(path: tuple[str, ...], command: click.Command) -> None:
    complete_names(command)
    own = next((option for option in command.params if "--json" in option.opts), None)
    if own is not None:
        own.callback = own.callback or asked_before
    elif path[0] not in NO_JSON:
        command.params.append(json_option())


def _entries() -> Iterator[Any]:
    # Loaded only where it is needed: it takes as long as all else that a completion imports.
    from importlib.metadata import entry_points

    yield from entry_points(group=COMMANDS)


def _run(command: Callable[[], object], said: Answer, words: Sequence[str]) -> int:
    """Run a command and return its exit code, whatever ends it."""
    try:
        found = command()
    except click.ClickException as error:
        if said.is_json or "--json" in words:
            click.echo(as_text({"error": _error_map(error)}))
        else:
            error.show()
        return _code_of(error)
    except click.Abort as error:
        code = _code_of(error)
        if code == Exit.REFUSED:
            click.echo(DECLINED, err=True)
        return code
    except _ReaderGone:
        # What is left in the buffers has no reader; Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLOSED
    return found if isinstance(found, int) else Exit.DONE


def _code_of(error: click.ClickException | click.Abort) -> int:
    if isinstance(error, click.Abort):
        is_ended = isinstance(error.__cause__ or error.__context__, KeyboardInterrupt)
        return Exit.INTERRUPTED if is_ended else Exit.REFUSED
    return Exit.OUTSIDE if isinstance(error, click.FileError) else error.exit_code


def _error_map(error: click.ClickException | click.Abort) -> dict[str, object]:
    if isinstance(error, click.Abort):
        return {"code": "declined", "reason": DECLINED, "place": None, "hint": "answer yes, or give what is asked for"}
    code = "usage" if isinstance(error, click.UsageError) else "failed"
    context = getattr(error, "ctx", None)
    hint = f"see `{context.command_path} --help`" if context is not None else ""
    return {"code": code, "reason": error.format_message(), "place": None, "hint": hint}

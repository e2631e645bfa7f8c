"""The pages of the reference that follow from the code: keywords, errors, hooks, settings, commands."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import click

from sidra import errors, hookspecs, plugins
from sidra.plugins import Function, Overload, Parameter, PluginType, Sample, Vocabulary, Widget, load_plugins
from sidra.settings import PREFIX, Settings
from sidra_metamodel.codes import CODES
from sidra_metamodel.expressions.types import Type
from sidra_metamodel.reference import GENERATED, errors_page, keywords_page

QUOTES = '"""'


def reference_pages(commands: click.Group) -> Mapping[str, str]:
    """Return the generated pages by file name; `commands` are those of the program."""
    registry = load_plugins(()).registry
    return {
        "keywords.md": keywords_page(registry),
        "errors.md": errors_page({**CODES, **errors.CODES}),
        "hooks.md": hooks_page(),
        "settings.md": settings_page(),
        "cli.md": commands_page(commands),
        "widgets.md": widgets_page(load_plugins(()).vocabularies.widgets.values()),
    }


def hooks_page() -> str:
    """Return the page that lists every hook with its signature, and what hooks return, as Markdown."""
    parts = ["# Hooks", GENERATED, "A plugin marks its functions with `@hookimpl` and imports `sidra.plugins` only."]
    for name, function in inspect.getmembers(hookspecs, _is_hook):
        signature = str(inspect.signature(function)).replace("'", "")
        parts += [f"## `{name}{signature}`", inspect.getdoc(function) or ""]
    for returned in (PluginType, Function, Overload, Vocabulary, Widget, Parameter, Sample):
        parts += [f"## `{returned.__name__}`", inspect.getdoc(returned) or "", "\n".join(_fields(returned))]
    types = ", ".join(f"`{name}`" for name in plugins.__all__ if isinstance(getattr(plugins, name), Type))
    sentence = f"`parameters`, `returns` and `expression` take {types}, or `DECIMAL(2)` of so many places."
    parts += ["## Types of expressions", sentence]
    return "\n\n".join(parts) + "\n"


def widgets_page(widgets: Iterable[Widget]) -> str:
    """Return the page that lists the widgets that YAML may name, as Markdown."""
    introduction = (
        "`widget: meter`, or `widget: {use: meter, with: {max: 10}}`, at an attribute, a type, or a field or column of "
        "a screen. `/{affiliate}/widgets` shows each in all its states."
    )
    parts = ["# Widgets", GENERATED, introduction]
    for widget in sorted(widgets, key=lambda each: each.name):
        types = ", ".join(f"`{name}`" for name in sorted(widget.types)) or "values of every type"
        parts += [f"## `{widget.name}`", widget.doc, f"Takes {types}."]
        lines = [f"- `{each.name}: {each.type}` {each.doc} [default: {each.default}]" for each in widget.parameters]
        parts += ["\n".join(lines)] if lines else []
    return "\n\n".join(parts) + "\n"


def _is_hook(member: object) -> bool:
    return inspect.isfunction(member) and hasattr(member, f"{hookspecs.PROJECT}_spec")


def _fields(returned: type) -> Iterator[str]:
    """Yield each field as it is written, with the sentence below it in the code."""
    lines = [line.strip() for line in inspect.getsource(returned).splitlines()]
    names = {field.name for field in dataclasses.fields(returned)}
    for line, below in pairwise(lines):
        if line.partition(":")[0] in names:
            sentence = f" {below.strip(QUOTES)}" if below.startswith(QUOTES) else ""
            yield f"- `{line}`{sentence}"


def settings_page() -> str:
    """Return the page that lists every setting, as Markdown."""
    source = inspect.getsource(Settings)
    rows = ["| setting | environment | default | meaning |", "|---|---|---|---|"]
    for field in dataclasses.fields(Settings):
        written = re.search(rf'^    {field.name}: .*\n    """(.*?)"""', source, re.MULTILINE)
        meaning = written[1].replace("|", "\\|") if written else ""
        default = DEFAULTS.get(field.name, f"`{field.default}`")
        rows.append(f"| `{field.name}` | `{PREFIX}{field.name.upper()}` | {default} | {meaning} |")
    introduction = (
        "From `sidra.yaml` in the folder where `sidra` runs; the environment wins. Relative paths count from there."
    )
    lists = "A list stands in YAML as a list, in the environment with colons (folders) or commas (names) between."
    return "\n\n".join(["# Settings", GENERATED, f"{introduction} {lists}", "\n".join(rows)]) + "\n"


DEFAULTS: Mapping[str, str] = {
    "home": "`var`",
    "affiliates": "`affiliates/*`",
    "baseline": "the installed one",
    "plugins": "all that are installed",
    "keys": "`keys.json` in `home`",
}


def commands_page(commands: click.Group) -> str:
    """Return the page that lists every command with its options, as Markdown."""
    parts = ["# Commands", GENERATED, INTRODUCTION, *_exit_codes(), *_commands(commands, "sidra")]
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
With `--json` a command prints one JSON document on standard output and nothing else: a list of maps for rows, a map for
one thing; what only does something prints `{"messages": […]}` and what it did. Where it fails, the document is
`{"error": {"code", "reason", "place", "hint"}}`; `place` is `{path, line, column, layer}` or null. Names are those of
the columns, times are UTC, what is not there is null. On a terminal rows are tables, in a pipe lines with tabs. Colours
are shown on a terminal only, and not where the variable `NO_COLOR` is set. `sidra completion bash` lets the shell
complete commands and names."""


def _exit_codes() -> Iterator[str]:
    from sidra.cli.exits import MEANINGS  # noqa: PLC0415 - the commands lead here

    yield "## Exit codes"
    yield "\n".join(
        ["| code | meaning |", "|---|---|", *(f"| {int(code)} | {text} |" for code, text in MEANINGS.items())]
    )


def _commands(group: click.Group, path: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        elif command is not None:
            words = [parameter.make_metavar(click.Context(command)) for parameter in _of(command, click.Argument)]
            yield f"## `{' '.join([path, name, *words])}`"
            yield " ".join((command.help or "").replace("\b", "").split())
            yield from filter(None, ["\n".join(_options(command))])


def _of(command: click.Command, kind: type[click.Parameter]) -> Iterator[click.Parameter]:
    return (parameter for parameter in command.params if isinstance(parameter, kind))


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    for parameter in _of(command, click.Option):
        words, meaning = parameter.get_help_record(context) or ("", "")
        yield f"- `{words}` {' '.join(meaning.split())}".rstrip()

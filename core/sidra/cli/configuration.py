"""`sidra check explain show schema`: what the YAML says, without a database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sidra.cli.colours import EXPLAINED, WRITTEN, print_findings, print_styled
from sidra.cli.exits import Exit
from sidra.cli.refusals import refusals
from sidra.cli.telling import tell

if TYPE_CHECKING:
    from sidra.configuration import Configuration


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    for command in (check, explain, show, schema, reference):
        main.add_command(command)


@contextmanager
def writing(out: Path, option: str = "--out") -> Iterator[None]:
    """Turn an error of the disk, while what an option names is written, into one that names both."""
    try:
        yield
    except OSError as error:
        raise click.BadParameter(f"{error.strerror or error} ({out})", param_hint=f"'{option}'") from error


def configuration() -> Configuration:
    """Return the configuration that the settings of the current folder lead to."""
    from sidra.configuration import read_configuration
    from sidra.settings import installation

    return read_configuration(installation(os.environ, Path.cwd()))


@click.command()
@click.argument("affiliate", required=False)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Findings as JSON: code, severity, message, path, line, column, layer, length, excerpt, notes, help.",
)
def check(affiliate: str | None, as_json: bool) -> None:
    """Check the YAML of one affiliate, or of all; exit code 1 when something is wrong."""
    from sidra_metamodel.diagnostics import Diagnostics
    from sidra_metamodel.render import render, to_json

    found = Diagnostics()
    with refusals():
        loaded = configuration().check(affiliate, datetime.now(UTC).date())
    for one in loaded:
        found.extend(one.diagnostics)
    if as_json:
        click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    elif len(found):
        print_findings(render(found))
    else:
        click.echo(f"{', '.join(one.affiliate for one in loaded)}: nothing wrong")
    sys.exit(Exit.FOUND if found.has_errors else Exit.DONE)


@click.command()
@click.argument("affiliate")
@click.argument("path")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="The explanation as JSON: path, value, chain, parts, rule, keyword, doc, used_by, api.",
)
def explain(affiliate: str, path: str, as_json: bool) -> None:
    """Say where the value at PATH comes from, what bounds it and who uses it."""
    from sidra_metamodel.explaining.explain import explain as explained

    with refusals():
        found = explained(configuration().load(affiliate), path)
    if as_json:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print_styled(found.text().rstrip(), EXPLAINED)


@click.command()
@click.argument("affiliate")
@click.argument("path", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of YAML.")
@click.option("--layers", is_flag=True, help="Name the layer of each value in a comment; not with --json.")
def show(affiliate: str, path: str | None, as_json: bool, layers: bool) -> None:
    """Show the effective YAML at PATH; without one, or for a kind such as `screen`, which documents there are."""
    from sidra_metamodel.explaining.paths import find
    from sidra_metamodel.explaining.show import to_yaml

    if as_json and layers:
        raise click.UsageError("a comment has no place in JSON: give --json or --layers")
    with refusals():
        loaded = configuration().load(affiliate)
        if path is None or (path in loaded.draft.registry.kinds and all(path != name for _, name in loaded.effective)):
            documents = [f"{kind}.{name}" for kind, name in sorted(loaded.effective) if path in {None, kind}]
            click.echo(json.dumps(documents, indent=2) if as_json else "\n".join(documents))
            return
        node = find(loaded.effective, loaded.draft.registry, path).node
        if as_json:
            click.echo(json.dumps(node.plain(), ensure_ascii=False, indent=2))
        else:
            print_styled(to_yaml(node, layers=layers).rstrip(), WRITTEN)


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the schemas.")
@click.option("--affiliate", help="Offer the names of this affiliate's configuration.")
def schema(out: Path, affiliate: str | None) -> None:
    """Write the JSON Schemas that let an editor complete and underline YAML."""
    from sidra_metamodel.schema import write_schemas

    with refusals():
        found = configuration()
        model = found.load(affiliate).draft if affiliate else None
        with writing(out):
            written = write_schemas(out, found.language.registry, model)
        tell(f"{len(written)} schemas in {out}", files=[str(one) for one in written])


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/reference"), show_default=True
)
@click.pass_context
def reference(context: click.Context, out: Path) -> None:
    """Write the pages of the reference that follow from the definitions."""
    from sidra.reference import reference_pages

    main = cast("click.Group", context.find_root().command)
    with refusals(), writing(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, text in reference_pages(main).items():
            (out / name).write_text(text, encoding="utf-8")
            tell(str(out / name))

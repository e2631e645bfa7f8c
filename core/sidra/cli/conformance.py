"""`sidra conformance`: how the API of an affiliate compares with TM Forum's documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidra.cli.configuration import writing
from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import answer, tell, wants_json
from sidra.errors import NotFound
from sidra_metamodel.suggest import listed

if TYPE_CHECKING:
    from sidra.conformance.report import Report

_FILE = click.Path(dir_okay=False, path_type=Path)


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(conformance)


@click.command()
@click.argument("affiliate")
@click.option(
    "--spec",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of TM Forum's Swagger files.",
)
@click.option("--role", default="administrator", show_default=True, help="Whose view of the API is compared.")
@click.option("--html", type=_FILE, help="Write the report as one page, for integrators.")
@click.option("--markdown", type=_FILE, help="Write the report as Markdown.")
def conformance(affiliate: str, spec: Path, role: str, html: Path | None, markdown: Path | None) -> None:
    """Compare an affiliate's API, and what it answers, with TM Forum's documents; tell what differs and why.

    Ends with 1 where a client that was written from the standard would fail.
    """
    from sidra.access.actor import Actor
    from sidra.conformance.report import as_markdown, as_page, read_documents
    from sidra.conformance.report import conformance as compare

    with refusals():
        runtime = open_runtime(affiliate)
        documents = read_documents(spec)
        if role not in runtime.model.roles:
            raise NotFound(f"no role `{role}` in `{affiliate}`", hint=f"there are {listed(runtime.model.roles)}")
        actor = Actor("", "conformance", frozenset({role}), affiliate=affiliate)
        report = compare(runtime, actor, documents)
        for path, option, form in ((html, "--html", as_page), (markdown, "--markdown", as_markdown)):
            if path is not None:
                with writing(path, option):
                    path.write_text(form(report), encoding="utf-8")
                tell(f"{path}: {len(report.apis)} APIs", path=str(path))
        if html is None and markdown is None:
            _print(report)
    if not report.is_clean:
        raise SystemExit(1)


def _print(report: Report) -> None:
    from sidra.conformance.differences import Weight
    from sidra.conformance.report import as_dict

    if wants_json():
        answer(as_dict(report))
        return
    rows = [
        {
            "api": api.id,
            "path": api.path,
            "resources": api.resources if api.is_offered else "not offered",
            **{weight.value: api.counts[weight] for weight in Weight},
        }
        for api in report.apis
    ]
    print_rows(rows, ("api", "path", "resources", *(weight.value for weight in Weight)))
    for api in report.apis:
        for one in api.differences:
            if one.weight is Weight.BREAKS:
                where = ".".join(part for part in (api.id, one.resource, one.place) if part)
                click.echo(f"{where}: {one.what} ({one.why})")

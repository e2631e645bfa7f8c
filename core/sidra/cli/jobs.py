"""`sidra jobs`: durable work, as operators look at it, cancel it and do it again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sidra.cli.opening import open_runtime
from sidra.cli.refusals import refusals
from sidra.cli.rows import print_rows
from sidra.cli.telling import tell

if TYPE_CHECKING:
    import datetime

    from sidra.jobs.reading import JobView, Page
    from sidra.jobs.service import Jobs
    from sidra.runtime import Runtime

COLUMNS = ("id", "work", "state", "progress", "tries", "asked for", "due", "why")
SCHEDULE_COLUMNS = ("schedule", "every", "work", "last", "next")


def register(main: click.Group) -> None:
    """Add the commands of this topic."""
    main.add_command(jobs)


@click.group()
def jobs() -> None:
    """Durable work: what waits, runs, is planned, and failed."""


@jobs.command("list")
@click.option("--affiliate", metavar="NAME", help="Of this one only.")
@click.option("--state", help="`waiting`, `planned`, `running`, `done`, `cancelled`, `waits for retry` or `failed`.")
@click.option("--work", "name", help="Of this name only.")
@click.option("--after", default="", help="The mark that the last page ended with.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Pieces to show.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(affiliate: str | None, state: str | None, name: str | None, after: str, limit: int, as_json: bool) -> None:
    """List durable work, the newest first."""
    with _opened() as port:
        page = port.list(affiliate, state=state, name=name, after=after, limit=limit)
    _print_page(page, as_json=as_json)


@jobs.command()
@click.option("--affiliate", metavar="NAME", help="Of this one only.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def dead(affiliate: str | None, as_json: bool) -> None:
    """List the work that failed so often that it waits for you."""
    with _opened() as port:
        page = port.list(affiliate, state="failed", limit=500)
    _print_page(page, as_json=as_json)


@jobs.command()
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(job: str, as_json: bool) -> None:
    """Show one piece of work."""
    with _opened() as port:
        found = _plain(port.get(job))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        if value != "":
            told = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
            tell(f"{name:<10} {told}")


@jobs.command()
@click.argument("job")
def cancel(job: str) -> None:
    """Cancel work that has not ended: it is not begun, or ends at its next step."""
    with _opened() as port:
        port.cancel(job)
    tell("The work is cancelled.")


@jobs.command()
@click.argument("job", required=False)
@click.option("--all", "name", metavar="WORK", help="All failed work of this name.")
@click.option("--affiliate", metavar="NAME", help="With --all: of this one only.")
def retry(job: str | None, name: str | None, affiliate: str | None) -> None:
    """Do work again that failed or was cancelled; its steps that are done stay done."""
    if (job is None) == (name is None):
        raise click.UsageError("name one piece of work, or all of a name: --all WORK")
    with _opened() as port:
        if job is not None:
            port.retry(job)
        count = 1 if name is None else port.retry_failed(name, affiliate)
    tell(f"{count:,} to be done again.", count=count)


@jobs.command()
@click.argument("affiliate")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def schedules(affiliate: str, as_json: bool) -> None:
    """List what an affiliate's clock begins: when it last did, and when it will; local times of the affiliate."""
    with _opened() as port:
        runtime = open_runtime(affiliate)
        rows = list(_scheduled(runtime, port))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    print_rows(rows, SCHEDULE_COLUMNS)


def _scheduled(runtime: Runtime, port: Jobs) -> Iterator[dict[str, str]]:
    from sidra.jobs.scheduling import next_time

    known, zone = port.schedules(runtime.affiliate), runtime.model.time_zone
    for name, schedule in sorted(runtime.model.schedules.items()):
        last = known.get(name)
        due = None if schedule.off else next_time(runtime, schedule, runtime.now())
        yield {
            "schedule": name,
            "every": schedule.every,
            "work": schedule.run,
            "last": last.slot if last is not None and last.fired_ms is not None else "never",
            "next": "off" if schedule.off else f"{due.astimezone(zone):%Y-%m-%dT%H:%M}" if due is not None else "never",
        }


@contextmanager
def _opened() -> Iterator[Jobs]:
    from sidra.jobs.database import JobsDatabase
    from sidra.jobs.service import Jobs
    from sidra.settings import installation

    with refusals():
        database = JobsDatabase.of(installation(os.environ, Path.cwd()))
        database.prepare()
        port = Jobs(database)
        try:
            yield port
        finally:
            port.close()


def _print_page(page: Page, *, as_json: bool) -> None:
    if as_json:
        found = {"jobs": [_plain(one) for one in page.jobs], "after": page.after}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not page.jobs:
        tell("There is none.")
        return
    print_rows([dict(zip(COLUMNS, _cells(one), strict=True)) for one in page.jobs], COLUMNS)
    if page.after:
        tell(f"More: --after '{page.after}'")


def _cells(one: JobView) -> list[str]:
    progress = f"{one.done:,} of {one.total:,}" if one.total else ""
    why = f"{one.code} {one.reason}".strip()
    return [one.id, one.name, one.state, progress, str(one.tries), _moment(one.made_at), _moment(one.due_at), why]


def _plain(one: JobView) -> dict[str, Any]:
    return {
        "id": one.id,
        "affiliate": one.affiliate,
        "work": one.name,
        "state": one.state,
        "priority": one.priority,
        "done": one.done,
        "total": one.total,
        "tries": one.tries,
        "asked for": _moment(one.made_at),
        "begun": _moment(one.begun_at),
        "ended": _moment(one.ended_at),
        "due": _moment(one.due_at),
        "code": one.code,
        "reason": one.reason,
        "payload": dict(one.payload),
    }


def _moment(at: datetime.datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"

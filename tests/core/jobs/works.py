"""Handlers and a small installation for tests of durable work; run as a program it is a worker of that installation."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from sidra.affiliates.registry import Affiliates
from sidra.errors import Busy, Misconfigured
from sidra.jobs.cleaning import clean_up
from sidra.jobs.database import JobsDatabase
from sidra.jobs.handlers import SOON, Handlers, Payload, Rate, job
from sidra.jobs.work import JobWork
from sidra.jobs.worker import Worker
from sidra.records.work import UnitOfWork
from sidra.settings import Settings, load_settings

GROUP = "layer: group\nlevel: group\nlocales: [en]\ncurrency: EUR\n"
MARK = """
entity: mark
title: text
attributes:
  text: {type: string, search: exact, filter: true, sort: true}
  done: {type: boolean, default: false}
"""
ZONES = {"sn": "Africa/Dakar", "eg": "Africa/Cairo", "pl": "Europe/Warsaw"}


def make_installation(folder: Path, *affiliates: str, store: str = "", jobs: str = "") -> Settings:
    """Write the files of an installation and return its settings."""
    (folder / "base").mkdir(parents=True, exist_ok=True)
    (folder / "base" / "layer.yaml").write_text(GROUP, encoding="utf-8")
    (folder / "base" / "mark.yaml").write_text(MARK, encoding="utf-8")
    lines = ["baseline: base", "home: var", "plugins: []"]
    for name in affiliates:
        (folder / "affiliates" / name).mkdir(parents=True, exist_ok=True)
        where = f"store: {{database: {store}/{name}}}\n" if store else ""
        text = f"layer: {name}\nlevel: affiliate\ntime_zone: {ZONES[name]}\n{where}"
        (folder / "affiliates" / name / "layer.yaml").write_text(text, encoding="utf-8")
    if jobs:
        lines.append(f"jobs_database: {json.dumps(jobs)}")
    (folder / "sidra.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_settings({}, folder)


def put(unit: UnitOfWork, text: str) -> str:
    """Make a mark: the effect that is counted."""
    return unit.system.create("mark", {"text": text}, work=unit).id


@job("mark", on=("mark.noted",), wait_seconds=0.2)
def mark(work: JobWork, payload: Payload) -> None:
    """One effect."""
    work.once("mark", lambda unit: put(unit, str(payload["text"])))


@job("quick")
def quick(work: JobWork, payload: Payload) -> None:
    """Nothing."""
    del work, payload


@job("chunks")
def chunks(work: JobWork, payload: Payload) -> None:
    """Many effects, one after the other."""
    total = int(payload["count"])
    for number in range(total):
        work.progress(number, total)
        work.once(f"chunk {number}", partial(put, text=f"{payload['text']} {number}"))
        time.sleep(float(payload.get("seconds", 0.0)))
    work.progress(total, total)


@job("nap", priority=SOON)
def nap(work: JobWork, payload: Payload) -> None:
    """Take a while."""
    time.sleep(float(payload["seconds"]))
    work.once("mark", lambda unit: put(unit, str(payload["text"])))


@job("limited", rate=Rate(5, 1.0))
def limited(work: JobWork, payload: Payload) -> None:
    """Begun five times a second."""
    work.once("mark", lambda unit: put(unit, f"limited {time.time():.3f}"))


@job("alone", most_at_once=1)
def alone(work: JobWork, payload: Payload) -> None:
    """Never two at once."""
    begun = time.time()
    time.sleep(0.15)
    work.once("mark", lambda unit: put(unit, f"alone {begun:.3f} {time.time():.3f}"))


@job("fails", tries=3, wait_seconds=0.1)
def fails(work: JobWork, payload: Payload) -> None:
    """Fail, until a file is there."""
    if not Path(str(payload["file"])).exists():
        raise Misconfigured("it cannot be done", hint="mend it")
    work.once("mark", lambda unit: put(unit, "mended"))


@job("breaks", tries=1)
def breaks(work: JobWork, payload: Payload) -> None:
    """Fail by an error whose text is nobody's business."""
    raise ZeroDivisionError("secret of Awa Diop")


@job("waits")
def waits(work: JobWork, payload: Payload) -> None:
    """Need what is busy, until a file is there."""
    if not Path(str(payload["file"])).exists():
        raise Busy("the store is busy")
    work.once("mark", lambda unit: put(unit, "waited"))


HANDLERS = Handlers((mark, quick, chunks, nap, limited, alone, fails, breaks, waits, clean_up))


def marks(affiliates: Affiliates, name: str, order: str = "text") -> list[str]:
    """Return the texts of the effects at an affiliate, sorted."""
    runtime = affiliates.get(name)
    assert runtime is not None
    statement = runtime.store.compile(sa.text(f"SELECT text FROM mark ORDER BY {order}"))
    with runtime.store.reading() as connection:
        return [row[0] for row in connection.execute(statement.sql, statement.parameters({})).fetchall()]


def main(folder: Path, *only: str) -> None:
    """Be a worker until told to end."""
    settings, stop = load_settings({}, folder), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    affiliates = Affiliates(settings)
    Worker(affiliates, JobsDatabase.of(settings, connections=10), only=only, handlers=HANDLERS).run(stop)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

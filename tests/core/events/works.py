"""The desk as an installation of its own, and a worker of it in a process of its own, which a test may kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.core.events.desk import DOCUMENTS
from tests.core.jobs.works import GROUP

from sidra.affiliates.registry import Affiliates
from sidra.jobs.database import JobsDatabase
from sidra.jobs.worker import Worker
from sidra.settings import Settings, load_settings

PROJECT = Path(__file__).resolve().parents[3]


def make_desk(folder: Path) -> Settings:
    """Write the files of the desk at one affiliate and return its settings."""
    (folder / "base").mkdir(parents=True)
    (folder / "affiliates" / "sn").mkdir(parents=True)
    (folder / "base" / "layer.yaml").write_text(GROUP, encoding="utf-8")
    for number, document in enumerate(DOCUMENTS):
        (folder / "base" / f"{number}.yaml").write_text(document, encoding="utf-8")
    layer = "layer: sn\nlevel: affiliate\ntime_zone: Africa/Dakar\n"
    (folder / "affiliates" / "sn" / "layer.yaml").write_text(layer, encoding="utf-8")
    settings = "baseline: base\nhome: var\nplugins: []\ncallbacks: loopback\ndurability: normal\n"
    (folder / "sidra.yaml").write_text(settings, encoding="utf-8")
    return load_settings({}, folder)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a worker."""
    given = dict(os.environ, PYTHONPATH=os.pathsep.join([str(PROJECT), *sys.path]))
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, __file__, str(folder)], stdout=log, stderr=log, env=given)


def main(folder: Path) -> None:
    """Be a worker until told to end."""
    settings, stop = load_settings({}, folder), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Worker(Affiliates(settings), JobsDatabase.of(settings, connections=10)).run(stop)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
